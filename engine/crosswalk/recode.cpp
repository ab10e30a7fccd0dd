#include "engine/crosswalk/recode.h"

#include "engine/evaluate.h"

namespace cifra {

namespace {

constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

constexpr std::array<std::string_view, record_statuses> status_words = {"assigned",     "excluded",  "no_match",
                                                                        "pending",      "allocated", "unknown_offence",
                                                                        "not_in_force", "undated",   "unforeseen"};

// Outcomes that no case decides stand before all others, at the place of their status.
std::uint32_t failure(RecordStatus status) {
    return static_cast<std::uint32_t>(status) - static_cast<std::uint32_t>(RecordStatus::unknown_offence);
}

}  // namespace

std::string_view to_text(RecordStatus status) { return status_words[static_cast<std::size_t>(status)]; }

std::string label_of(const RecordOutcome& outcome) {
    return outcome.iccs.empty() ? std::string(to_text(outcome.status)) : outcome.iccs;
}

std::optional<DateRange> record_days(std::string_view cell) {
    const bool timed = cell.size() > 10 && (cell[10] == 'T' || cell[10] == ' ');
    std::string text(timed ? cell.substr(0, 10) : cell);
    const std::size_t given = text.size();
    if (given == 4) text += "-01-01";
    if (given == 7) text += "-01";
    const auto start = parse_date(text);
    if (!start) return std::nullopt;
    if (given > 7) return DateRange{*start, *start};
    const CivilDate first = civil(*start);
    const auto next = given == 4 || first.month == 12 ? std::nullopt : make_date(first.year, first.month + 1, 1);
    return DateRange{*start, next ? Date{next->days - 1} : *make_date(first.year, 12, 31)};
}

// What a block gives row by row, made once from its dictionaries.
struct Recoder::Block {
    const Table& table;
    const Column& codes;
    const Column* dates;
    std::vector<std::size_t> offences;           // by code of the dictionary
    std::vector<std::optional<DateRange>> days;  // by date of the dictionary
    std::vector<std::vector<std::uint8_t>> truths;

    const DateRange* days_of(std::size_t row) const {
        if (!dates || !dates->present(row)) return nullptr;
        const auto& found = days[dates->codes()[row]];
        return found ? &*found : nullptr;
    }
};

Recoder::Recoder(const Crosswalk& crosswalk, RecordColumns columns) : columns_(std::move(columns)) {
    for (const RecordStatus status :
         {RecordStatus::unknown_offence, RecordStatus::not_in_force, RecordStatus::undated, RecordStatus::unforeseen})
        outcomes_.push_back({status, {}, {}});
    for (const std::string& code : offence_codes(crosswalk)) {
        offence_of_code_.emplace(code, periods_.size());
        periods_.emplace_back();
        for (const CrosswalkPeriod& period : periods_in_force(crosswalk, code)) {
            periods_.back().push_back({period.validity, {}});
            const auto is_else = [&](const CrosswalkCase& one) {
                return crosswalk.rows[one.rows.front()].condition == "else";
            };
            for (const CrosswalkCase& one : period.cases)
                if (!is_else(one)) add_case(crosswalk, one, periods_.back().back());
            for (const CrosswalkCase& one : period.cases)
                if (is_else(one)) add_case(crosswalk, one, periods_.back().back());
        }
    }
}

void Recoder::add_case(const Crosswalk& crosswalk, const CrosswalkCase& one, Period& period) {
    const CrosswalkRow& row = crosswalk.rows[one.rows.front()];
    Case made;
    if (row.holds) {
        const auto [known, is_new] = condition_of_text_.emplace(row.condition, static_cast<int>(conditions_.size()));
        if (is_new) conditions_.push_back(*row.holds);
        made.condition = known->second;
    }
    // A case of a period that another basis cuts in two is one outcome.
    const auto same = [&](const RecordOutcome& outcome) { return outcome.rows == one.rows; };
    auto found = std::find_if(outcomes_.begin(), outcomes_.end(), same);
    if (found == outcomes_.end()) {
        const bool several = one.rows.size() > 1;
        const auto status = several ? RecordStatus::allocated : static_cast<RecordStatus>(row.status);
        outcomes_.push_back({status, several ? "" : row.iccs, one.rows});
        found = outcomes_.end() - 1;
    }
    made.outcome = static_cast<std::uint32_t>(found - outcomes_.begin());
    period.cases.push_back(made);
}

std::uint32_t Recoder::decide(const Period& period, std::size_t row, Block& block) const {
    for (const Case& one : period.cases) {
        if (one.condition < 0) return one.outcome;
        const auto index = static_cast<std::size_t>(one.condition);
        std::vector<std::uint8_t>& truth = block.truths[index];
        if (truth.empty())
            truth = evaluate_filter(conditions_[index], block.table.rows(),
                                    [&](std::string_view name) -> const Column& { return block.table.at(name); });
        if (truth[row]) return one.outcome;
    }
    return failure(RecordStatus::unforeseen);
}

std::uint32_t Recoder::recode_row(std::size_t row, Block& block) const {
    const std::size_t offence = block.codes.present(row) ? block.offences[block.codes.codes()[row]] : nowhere;
    if (offence == nowhere) return failure(RecordStatus::unknown_offence);
    static const DateRange always = all_days();
    const DateRange* days = block.days_of(row);
    const DateRange& span = days ? *days : always;
    bool touched = days == nullptr;
    for (const Period& period : periods_[offence]) {
        if (period.validity.start <= span.start && span.end <= period.validity.end) return decide(period, row, block);
        touched = touched || overlap(period.validity, span);
    }
    return failure(touched ? RecordStatus::undated : RecordStatus::not_in_force);
}

std::vector<std::uint32_t> Recoder::recode(const Table& block) const {
    Block made{block,
               block.at(columns_.code),
               block.find(columns_.date),
               {},
               {},
               std::vector<std::vector<std::uint8_t>>(conditions_.size())};
    for (const std::string& code : made.codes.dictionary()) {
        const auto found = offence_of_code_.find(code);
        made.offences.push_back(found == offence_of_code_.end() ? nowhere : found->second);
    }
    if (made.dates)
        for (const std::string& date : made.dates->dictionary()) made.days.push_back(record_days(date));
    std::vector<std::uint32_t> outcomes(block.rows());
    for (std::size_t row = 0; row < outcomes.size(); ++row) outcomes[row] = recode_row(row, made);
    return outcomes;
}

}  // namespace cifra
