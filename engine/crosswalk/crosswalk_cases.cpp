#include "engine/crosswalk/crosswalk_cases.h"

#include <set>

namespace cifra {

namespace {

CrosswalkPeriod& period_for(std::vector<CrosswalkPeriod>& periods, const CrosswalkRow& row) {
    for (CrosswalkPeriod& period : periods)
        if (period.validity == row.validity && period.basis == row.basis) return period;
    periods.push_back({row.validity, row.basis, {}});
    return periods.back();
}

void add_row(CrosswalkPeriod& period, const Crosswalk& crosswalk, std::size_t index) {
    const CrosswalkRow& row = crosswalk.rows[index];
    for (CrosswalkCase& one : period.cases) {
        if (crosswalk.rows[one.rows.front()].condition != row.condition) continue;
        const bool known = std::any_of(one.rows.begin(), one.rows.end(),
                                       [&](std::size_t other) { return repeats(crosswalk.rows[other], row); });
        if (!known) one.rows.push_back(index);
        return;
    }
    period.cases.push_back({{index}});
}

// Every first day, and every day after a last one.
std::set<Date> all_cuts(const std::vector<CrosswalkPeriod>& periods, const std::vector<DateRange>& ranges) {
    std::set<Date> cuts;
    const auto add = [&](const DateRange& range) {
        cuts.insert(range.start);
        cuts.insert({range.end.days + 1});
    };
    for (const CrosswalkPeriod& period : periods) add(period.validity);
    for (const DateRange& range : ranges) add(range);
    return cuts;
}

}  // namespace

bool overlap(const DateRange& a, const DateRange& b) { return a.start <= b.end && b.start <= a.end; }

bool repeats(const CrosswalkRow& a, const CrosswalkRow& b) {
    return a.offence == b.offence && a.validity == b.validity && a.basis == b.basis && a.condition == b.condition &&
           a.iccs == b.iccs && a.status == b.status;
}

std::vector<std::string> offence_codes(const Crosswalk& crosswalk) {
    std::vector<std::string> codes;
    std::set<std::string> known;
    for (const NationalOffence& offence : crosswalk.offences)
        if (known.insert(offence.code).second) codes.push_back(offence.code);
    return codes;
}

std::vector<CrosswalkPeriod> written_periods(const Crosswalk& crosswalk, const std::string& offence) {
    std::vector<CrosswalkPeriod> periods;
    for (std::size_t k = 0; k < crosswalk.rows.size(); ++k)
        if (crosswalk.rows[k].offence == offence) add_row(period_for(periods, crosswalk.rows[k]), crosswalk, k);
    std::stable_sort(periods.begin(), periods.end(), [](const auto& a, const auto& b) {
        return std::pair(a.basis, a.validity.start) < std::pair(b.basis, b.validity.start);
    });
    return periods;
}

std::vector<CrosswalkPeriod> periods_in_force(const Crosswalk& crosswalk, const std::string& offence) {
    const std::vector<CrosswalkPeriod> written = written_periods(crosswalk, offence);
    std::vector<DateRange> in_force;
    for (const NationalOffence& entry : crosswalk.offences)
        if (entry.code == offence) in_force.push_back(entry.validity);
    std::vector<CrosswalkPeriod> result;
    const std::set<Date> cuts = all_cuts(written, in_force);
    for (auto cut = cuts.begin(); cut != cuts.end() && std::next(cut) != cuts.end(); ++cut) {
        const CrosswalkPeriod* best = nullptr;
        for (const CrosswalkPeriod& period : written)
            if (period.validity.contains(*cut) && (!best || period.basis > best->basis)) best = &period;
        const bool runs =
            std::any_of(in_force.begin(), in_force.end(), [&](const auto& days) { return days.contains(*cut); });
        if (!best || !runs) continue;
        result.push_back(*best);
        result.back().validity = {*cut, {std::next(cut)->days - 1}};
    }
    return result;
}

}  // namespace cifra
