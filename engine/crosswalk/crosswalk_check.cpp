#include "engine/crosswalk/crosswalk_check.h"

#include <fmt/format.h>

#include <cmath>

namespace cifra {

namespace {

constexpr double share_tolerance = 1e-9;

void check_duplicates(const Crosswalk& crosswalk, const std::string& offence, Diagnostics& faults) {
    std::vector<const CrosswalkRow*> rows;
    for (const CrosswalkRow& row : crosswalk.rows) {
        if (row.offence != offence) continue;
        const auto first =
            std::find_if(rows.begin(), rows.end(), [&](const CrosswalkRow* other) { return repeats(*other, row); });
        if (first != rows.end())
            faults.error(row.where, "duplicate-row",
                         fmt::format("the row of '{}' at {}:{} says the same", offence, (*first)->where.file,
                                     (*first)->where.line),
                         "keep one of them");
        rows.push_back(&row);
    }
}

void check_overlaps(const Crosswalk& crosswalk, const std::vector<CrosswalkPeriod>& periods, Diagnostics& faults) {
    for (std::size_t k = 1; k < periods.size(); ++k) {
        const CrosswalkPeriod &last = periods[k - 1], &next = periods[k];
        if (last.basis != next.basis || !overlap(last.validity, next.validity)) continue;
        const CrosswalkRow& row = crosswalk.rows[next.cases.front().rows.front()];
        faults.error(row.where, "overlapping-validity",
                     fmt::format("'{}' has {} rows from {} to {} and others from {} to {}", row.offence,
                                 to_text(row.basis), to_text(last.validity.start), to_text(last.validity.end),
                                 to_text(next.validity.start), to_text(next.validity.end)),
                     "rows of an offence have the same days or no day in common: end one the day before the other");
    }
}

void check_gaps(const Crosswalk& crosswalk, const std::string& code, const std::vector<CrosswalkPeriod>& in_force,
                Diagnostics& faults) {
    for (const NationalOffence& offence : crosswalk.offences) {
        if (offence.code != code) continue;
        Date open = offence.validity.start;
        for (const CrosswalkPeriod& period : in_force) {
            if (period.validity.start > open) break;
            if (period.validity.end >= open) open = {period.validity.end.days + 1};
        }
        if (open > offence.validity.end) continue;
        Date closed = offence.validity.end;
        for (const CrosswalkPeriod& period : in_force)
            if (period.validity.start > open && period.validity.start <= closed)
                closed = {period.validity.start.days - 1};
        faults.error(offence.where, "gap-in-validity",
                     fmt::format("'{}' is in force and has no row from {} to {}", code, to_text(open), to_text(closed)),
                     "add a row for these days, with status 'pending' where it is not yet known");
    }
}

void check_share_sources(const Crosswalk& crosswalk, const CrosswalkCase& one, Diagnostics& faults) {
    for (const std::size_t index : one.rows) {
        const CrosswalkRow& row = crosswalk.rows[index];
        if (row.share && row.source.empty())
            faults.error(row.where, "share-without-source", "a share needs to say where it comes from",
                         "name the coded sample or the year in 'source'");
        if (row.sample_size.has_value() != row.deff.has_value())
            faults.error(row.where, "sample-without-deff", "a share of a sample needs its size and design effect",
                         "give both 'sample_size' and 'deff' (1 for a simple random sample), or none");
    }
}

void check_shares(const Crosswalk& crosswalk, const CrosswalkCase& one, Diagnostics& faults) {
    const CrosswalkRow& first = crosswalk.rows[one.rows.front()];
    double sum = 0;
    std::size_t shares = 0;
    for (const std::size_t index : one.rows) {
        sum += crosswalk.rows[index].share.value_or(0);
        shares += crosswalk.rows[index].share.has_value();
    }
    check_share_sources(crosswalk, one, faults);
    if (one.rows.size() > 1 && shares < one.rows.size())
        faults.error(first.where, "missing-share",
                     fmt::format("'{}' has {} codes for the same records", first.offence, one.rows.size()),
                     "tell them apart by a 'condition', or give every row a 'share' with its 'source'");
    else if (shares > 0 && !(std::fabs(sum - 1) <= share_tolerance))
        faults.error(first.where, "shares-not-one",
                     fmt::format("the shares of '{}' sum to {} instead of 1", first.offence, sum),
                     "correct the shares; what is left over may be a row of status 'pending'");
}

void check_offence(const Crosswalk& crosswalk, const std::string& code, Diagnostics& faults) {
    const std::vector<CrosswalkPeriod> written = written_periods(crosswalk, code);
    if (written.empty()) return;
    check_duplicates(crosswalk, code, faults);
    check_overlaps(crosswalk, written, faults);
    check_gaps(crosswalk, code, periods_in_force(crosswalk, code), faults);
    for (const CrosswalkPeriod& period : written)
        for (const CrosswalkCase& one : period.cases) check_shares(crosswalk, one, faults);
}

}  // namespace

void check_crosswalk(const Crosswalk& crosswalk, Diagnostics& faults) {
    check_offences(crosswalk, faults);
    for (const CrosswalkRow& row : crosswalk.rows) check_row(crosswalk, row, faults);
    std::vector<CrosswalkPeriod> periods;
    for (const std::string& code : offence_codes(crosswalk)) {
        check_offence(crosswalk, code, faults);
        for (CrosswalkPeriod& period : written_periods(crosswalk, code)) periods.push_back(std::move(period));
    }
    check_relations(crosswalk, faults);
    check_conditions(crosswalk, periods, faults);
}

}  // namespace cifra
