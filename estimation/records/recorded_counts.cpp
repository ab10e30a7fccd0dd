#include "estimation/records/recorded_counts.h"

#include <fmt/format.h>

#include <cmath>
#include <memory>
#include <set>

#include "engine/crosswalk/crosswalk_cases.h"
#include "engine/evaluate.h"
#include "engine/iccs.h"
#include "engine/microdata/microdata.h"
#include "engine/microdata/row_lines.h"

namespace cifra {

namespace {

// A part of a record: all of it under its code, or its shares under several.
struct CodeShare {
    std::string iccs;
    double share = 1;
};

struct AllocatedCase {
    std::vector<CodeShare> shares;
    double per_record = 0;  // d / n of the sample behind the shares
};

// Cases with several codes by the number of their first row, as the recoded file names them.
std::map<std::string, AllocatedCase> allocated_cases(const Crosswalk& crosswalk) {
    std::map<std::string, AllocatedCase> cases;
    for (const std::string& offence : offence_codes(crosswalk))
        for (const CrosswalkPeriod& period : written_periods(crosswalk, offence))
            for (const CrosswalkCase& one : period.cases) {
                if (one.rows.size() < 2) continue;
                AllocatedCase& allocated = cases[std::to_string(one.rows.front() + 1)];
                for (const std::size_t index : one.rows) {
                    const CrosswalkRow& row = crosswalk.rows[index];
                    if (!row.iccs.empty()) allocated.shares.push_back({row.iccs, row.share.value_or(0)});
                    if (row.sample_size && row.deff) allocated.per_record = *row.deff / *row.sample_size;
                }
            }
    return cases;
}

class Counter {
public:
    Counter(const RecordedCrimePlan& plan, const Crosswalk* crosswalk, Diagnostics& faults)
        : plan_(plan), source_(plan.records), recoded_(plan.records.counts.empty()), faults_(faults) {
        if (crosswalk && recoded_) cases_ = allocated_cases(*crosswalk);
    }

    RecordedCounts count(const std::filesystem::path& file) {
        counts_.file = file;
        const auto rows = open_rows({file}, csv_options(), faults_);
        if (!rows || faults_.has_errors() || !parse_conditions(*rows)) return {};
        LineCounter lines;
        while (const auto piece = rows->next(faults_)) {
            RowBlock block = rows->read(*piece);
            const std::uint32_t first = lines.first_line(*piece, block);
            move_lines(block.faults, file.string(), first);
            faults_.append(block.faults);
            if (faults_.has_errors()) return {};
            count_block(block.table, first);
        }
        if (without_year_ > 0)
            faults_.warning({file.string(), 0, 0}, "no-year", fmt::format("{} records have no year", without_year_),
                            "they are not counted; see the column of the date");
        add_allocated_variance();
        if (const auto digests = rows->digests(); !digests.empty() && !digests[0].empty())
            counts_.digests[file] = digests[0];
        return std::move(counts_);
    }

private:
    CsvOptions csv_options() const {
        CsvOptions options;
        std::set<std::string> names = {"iccs"};
        for (const std::string& name : {source_.year, source_.area})
            if (!name.empty()) names.insert(name);
        if (recoded_)
            names.insert({"status", "row"});
        else
            names.insert("count");
        for (const std::string& name : names)
            options.types[name] = name == "count" ? ColumnType::number : ColumnType::text;
        // What recoding kept are codes, as it read them.
        for (const PlacedCondition* condition : conditions())
            for (const std::string& name : names_in(condition->text)) {
                names.insert(name);
                if (recoded_) options.types[name] = ColumnType::text;
            }
        options.columns.assign(names.begin(), names.end());
        return options;
    }

    // Those of all crimes, then those of each.
    std::vector<const PlacedCondition*> conditions() const {
        std::vector<const PlacedCondition*> list;
        for (const StatedRestriction& one : source_.restrictions) list.push_back(&one.condition);
        for (const ComparedCrime& crime : plan_.crimes)
            for (const StatedRestriction& one : crime.records) list.push_back(&one.condition);
        std::erase_if(list, [](const PlacedCondition* condition) { return condition->text.empty(); });
        return list;
    }

    bool parse_conditions(const RowSource& rows) {
        Schema schema;
        for (const RowColumn& column : rows.columns())
            schema.add(column.name, column.type == ColumnType::number ? Type::number : Type::text);
        const auto parse = [&](const std::vector<StatedRestriction>& list, std::vector<Expr>& to) {
            for (const StatedRestriction& one : list) {
                if (one.condition.text.empty()) continue;
                auto parsed = parse_expression(one.condition.text, one.condition.where, schema, faults_, Type::truth);
                if (parsed) to.push_back(std::move(*parsed));
            }
        };
        parse(source_.restrictions, of_all_);
        of_crime_.resize(plan_.crimes.size());
        for (std::size_t c = 0; c < plan_.crimes.size(); ++c) parse(plan_.crimes[c].records, of_crime_[c]);
        return !faults_.has_errors();
    }

    static std::vector<std::uint8_t> all_hold(const Table& block, const std::vector<Expr>& conditions) {
        std::vector<std::uint8_t> kept(block.rows(), 1);
        for (const Expr& condition : conditions) {
            const auto lookup = [&](std::string_view name) -> const Column& { return block.at(name); };
            const auto holds = evaluate_filter(condition, block.rows(), lookup);
            for (std::size_t row = 0; row < kept.size(); ++row) kept[row] &= holds[row];
        }
        return kept;
    }

    void count_block(const Table& block, std::uint32_t first_line) {
        const std::vector<std::uint8_t> kept = all_hold(block, of_all_);
        std::vector<std::vector<std::uint8_t>> kept_of;
        for (const auto& conditions : of_crime_) kept_of.push_back(all_hold(block, conditions));
        const auto cell = [&](const std::string& name, std::size_t row) {
            return name.empty() ? std::string() : block.at(name).cell(row);
        };
        for (std::size_t row = 0; row < block.rows(); ++row) {
            const std::string year = cell(source_.year, row).substr(0, 4);
            if (year.empty()) {
                ++without_year_;
                continue;
            }
            const double number = recoded_ ? 1 : block.at("count").number(row);
            if (number < 0)
                faults_.error(place(block, row, first_line), "negative-count", "a count below 0", "correct the table");
            for (const CodeShare& part : parts_of(block, row, first_line)) {
                counts_.of_code[{year, part.iccs}] += number * part.share;
                const std::size_t crime = crime_of(part.iccs);
                if (crime == plan_.crimes.size() || !kept[row] || !kept_of[crime][row]) continue;
                add(year, cell(source_.area, row), crime, number, part.share);
            }
            note_case(block, row, year, cell(source_.area, row), kept, kept_of);
        }
    }

    static Location place(const Table& block, std::size_t row, std::uint32_t first_line) {
        const std::uint32_t line = row < block.lines.size() ? block.lines[row] : 0;
        return {block.source, first_line + line, 0};
    }

    // Nothing for a record without a code.
    std::vector<CodeShare> parts_of(const Table& block, std::size_t row, std::uint32_t first_line) {
        const std::string code = block.at("iccs").cell(row);
        if (!code.empty()) {
            if (find_iccs(code)) return {{code, 1}};
            if (!unknown_.insert(code).second) return {};
            faults_.error(place(block, row, first_line), "unknown-iccs", "the ICCS has no such code",
                          "codes have 2, 4, 5 or 6 digits; leading zeros count");
            return {};
        }
        if (!recoded_ || block.at("status").cell(row) != "allocated") return {};
        const auto found = cases_.find(block.at("row").cell(row));
        return found == cases_.end() ? std::vector<CodeShare>() : found->second.shares;
    }

    void add(const std::string& year, const std::string& area, std::size_t crime, double number, double share) {
        for (const std::string& where : {std::string(), area}) {
            RecordedCount& count = counts_.of_crime[{year, where, crime}];
            count.records += number * share;
            if (share < 1) count.allocated += number * share;
            if (area.empty()) break;
        }
    }

    // Records of each case by year, area and crime, for the variance of their allocation.
    void note_case(const Table& block, std::size_t row, const std::string& year, const std::string& area,
                   const std::vector<std::uint8_t>& kept, const std::vector<std::vector<std::uint8_t>>& kept_of) {
        if (!recoded_ || !kept[row] || block.at("status").cell(row) != "allocated") return;
        const std::string number = block.at("row").cell(row);
        const auto found = cases_.find(number);
        if (found == cases_.end()) return;
        std::set<std::size_t> crimes;
        for (const CodeShare& part : found->second.shares)
            if (const std::size_t crime = crime_of(part.iccs); crime < plan_.crimes.size() && kept_of[crime][row])
                crimes.insert(crime);
        for (const std::size_t crime : crimes)
            for (const std::string& where : {std::string(), area}) {
                records_of_case_[{year, where, crime, number}] += 1;
                if (area.empty()) break;
            }
    }

    void add_allocated_variance() {
        for (const auto& [key, records] : records_of_case_) {
            const auto& [year, area, crime, number] = key;
            const AllocatedCase& allocated = cases_.at(number);
            double share = 0;
            for (const CodeShare& part : allocated.shares)
                if (crime_of(part.iccs) == crime) share += part.share;
            counts_.of_crime[{year, area, crime}].variance +=
                records * records * std::max(share * (1 - share), 0.0) * allocated.per_record;
        }
    }

    std::size_t crime_of(const std::string& code) {
        const auto found = crime_of_code_.find(code);
        if (found != crime_of_code_.end()) return found->second;
        return crime_of_code_[code] = crime_of_code(plan_, code);
    }

    const RecordedCrimePlan& plan_;
    const RecordedSource& source_;
    bool recoded_;
    Diagnostics& faults_;
    std::map<std::string, AllocatedCase> cases_;
    std::vector<Expr> of_all_;
    std::vector<std::vector<Expr>> of_crime_;
    std::map<std::string, std::size_t> crime_of_code_;
    std::map<std::tuple<std::string, std::string, std::size_t, std::string>, double> records_of_case_;
    std::set<std::string> unknown_;
    std::size_t without_year_ = 0;
    RecordedCounts counts_;
};

}  // namespace

RecordedCount RecordedCounts::at(const std::string& year, const std::string& area, std::size_t crime) const {
    const auto found = of_crime.find({year, area, crime});
    return found == of_crime.end() ? RecordedCount{} : found->second;
}

std::size_t crime_of_code(const RecordedCrimePlan& plan, const std::string& code, std::string* entry) {
    for (const IccsCode* node = find_iccs(code); node; node = find_iccs(node->parent)) {
        if (entry) *entry = node->code;
        if (plan.not_compared.contains(node->code)) return plan.crimes.size();
        for (std::size_t c = 0; c < plan.crimes.size(); ++c) {
            const std::vector<std::string>& codes = plan.crimes[c].iccs;
            if (std::find(codes.begin(), codes.end(), node->code) != codes.end()) return c;
        }
    }
    if (entry) entry->clear();
    return plan.crimes.size();
}

RecordedCounts count_recorded_crime(const RecordedCrimePlan& plan, const std::filesystem::path& recoded,
                                    const Crosswalk* crosswalk, Diagnostics& faults) {
    return Counter(plan, crosswalk, faults).count(plan.records.counts.empty() ? recoded : plan.records.counts);
}

}  // namespace cifra
