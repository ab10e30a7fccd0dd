#include "estimation/records/comparison_plan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "engine/iccs.h"
#include "engine/study.h"

namespace cifra {

namespace {

class PlanReader {
public:
    PlanReader(const RecordsPlan& records, const EstimationInput& estimation, Diagnostics& faults)
        : records_(records), estimation_(estimation), faults_(faults) {}

    RecordedCrimePlan read() {
        plan_.inputs.push_back(records_.comparison);
        plan_.counting = records_.counting;
        const YamlValue value = read_yaml(records_.comparison, faults_);
        if (faults_.has_errors()) return std::move(plan_);
        Fields fields(value, faults_, "the comparison");
        for (auto [key, labels] :
             {std::pair("title", &plan_.title), std::pair("subtitle", &plan_.subtitle), std::pair("note", &plan_.note)})
            *labels = fields.labels(key);
        plan_.level = number_between(fields, "level", plan_.level, 0.5, 0.9999);
        plan_.draws = static_cast<std::size_t>(number_between(fields, "draws", 10000, 100, 1000000));
        plan_.by = fields.text("by");
        if (const YamlValue* by = fields.get("by")) plan_.by_where = by->where;
        read_years(fields);
        read_quality(fields.get("quality"));
        if (const YamlValue* survey = fields.require("survey")) read_survey(*survey);
        RecordAdjustment common;
        if (const YamlValue* records = fields.require("records")) read_source(*records, common);
        if (const YamlValue* crimes = fields.require("crimes")) read_crimes(*crimes, common);
        if (const YamlValue* left_out = fields.get("not_compared")) read_not_compared(*left_out);
        if (const YamlValue* total = fields.get("total")) plan_.total = labels_of(*total, faults_, "'total'");
        fields.finish();
        check_codes();
        return std::move(plan_);
    }

private:
    double number_between(Fields& fields, const char* key, double fallback, double low, double high) {
        const double number = fields.number(key, fallback);
        if (number >= low && number <= high) return number;
        faults_.error(fields.get(key)->where, "out-of-range",
                      fmt::format("'{}' must lie between {} and {}", key, low, high), "choose one within");
        return fallback;
    }

    void read_years(Fields& fields) {
        const std::string own = fields.required_text("year");
        if (const YamlValue* earlier = fields.get("years"))
            for (const auto& [name, entry] : earlier->entries) plan_.years.push_back(read_year(name, entry));
        plan_.years.push_back({own, {}, {}});
        plan_.base = fields.text("base", plan_.years.front().name);
        std::vector<std::string> names;
        for (const ComparedYear& year : plan_.years) names.push_back(year.name);
        if (std::find(names.begin(), names.end(), plan_.base) == names.end())
            faults_.error(fields.get("base")->where, "unknown-choice",
                          fmt::format("'{}' is none of the years compared", plan_.base),
                          fmt::format("one of: {}", fmt::join(names, ", ")));
    }

    ComparedYear read_year(const std::string& name, const YamlValue& entry) {
        ComparedYear year{name, {}, estimation_.directory};
        Fields fields(entry, faults_, fmt::format("year '{}'", name));
        const YamlValue* design = fields.require("design");
        const std::string folder = fields.text("folder");
        fields.finish();
        if (!design) return year;
        year.design = *design;
        if (design->is_scalar()) {
            const auto file = resolve(records_.comparison.parent_path(), design->scalar, records_.out);
            plan_.inputs.push_back(file);
            year.design = read_yaml(file, faults_);
        }
        if (!folder.empty()) year.directory = resolve(estimation_.directory, folder, records_.out);
        return year;
    }

    // Of the comparison, else of the study's tables.
    void read_quality(const YamlValue* value) {
        if (!value) value = estimation_.tables.find("quality");
        if (!value)
            return faults_.error({records_.comparison.string(), 0, 0}, "missing-key",
                                 "neither the comparison nor the table file has reliability rules",
                                 "add 'quality: eclac_2023', or another of estimation/rules");
        if (auto rules = read_quality_key(*value, faults_)) plan_.quality = std::move(*rules);
    }

    PlacedCondition condition(Fields& fields, const char* key) {
        const YamlValue* value = fields.get(key);
        return value ? PlacedCondition{text_of(*value, faults_, key), value->where} : PlacedCondition{};
    }

    std::vector<StatedRestriction> restrictions(Fields& fields, const char* key) {
        std::vector<StatedRestriction> list;
        const YamlValue* value = fields.get(key);
        if (!value) return list;
        for (const YamlValue& item : value->items) {
            Fields entry(item, faults_, "a restriction");
            StatedRestriction one{condition(entry, "where"), {}};
            if (entry.require("text")) one.text = entry.labels("text");
            entry.finish();
            list.push_back(std::move(one));
        }
        return list;
    }

    void read_survey(const YamlValue& value) {
        Fields fields(value, faults_, "'survey'");
        fields.require("reported");
        plan_.reported = condition(fields, "reported");
        plan_.file_opened = condition(fields, "file_opened");
        plan_.survey = restrictions(fields, "restrictions");
        fields.finish();
    }

    void read_source(const YamlValue& value, RecordAdjustment& common) {
        Fields fields(value, faults_, "'records'");
        RecordedSource& source = plan_.records;
        if (const std::string counts = fields.text("counts"); !counts.empty()) {
            source.counts = resolve(records_.comparison.parent_path(), counts, records_.out);
            source.unit = fields.required_text("unit");
            source.year = fields.text("year", "year");
        } else {
            read_recoded(fields);
        }
        source.area = plan_.by.empty() ? "" : fields.text("area", "area");
        source.restrictions = restrictions(fields, "restrictions");
        source.source = fields.labels("source");
        read_adjustment(fields, common, "");
        const bool converted = common.units.declared;
        if (!source.unit.empty() && source.unit != "incident" && !converted)
            faults_.error(value.where, "unit-without-factor",
                          fmt::format("the records count by {}, the survey by incident", source.unit),
                          "say how many incidents a record stands for: 'incidents_per_unit: {value: 1, source: ...}'");
        fields.finish();
        check_kept(value.where);
    }

    void read_recoded(Fields& fields) {
        if (!records_.has_records())
            faults_.error(fields.where(), "missing-key", "no recorded counts: the study recodes no records",
                          "name a table of counts: 'counts: police.csv'");
        for (const auto& [topic, rule] : records_.counting)
            if (topic == "unit") plan_.records.unit = rule;
        plan_.records.year = fields.text("date", records_.date);
    }

    // The recoded file holds the columns under `keep` and no other.
    void check_kept(const Location& where) {
        if (!plan_.records.counts.empty() || !records_.has_records()) return;
        for (const std::string& name : {plan_.records.year, plan_.records.area})
            if (!name.empty() && std::find(records_.keep.begin(), records_.keep.end(), name) == records_.keep.end())
                faults_.error(where, "not-kept", fmt::format("the recoded records do not hold '{}'", name),
                              "name it under 'keep' of the section 'records'");
    }

    CoverageFactor factor(Fields& fields, const char* key, const CoverageFactor& fallback, double least, double most) {
        const YamlValue* value = fields.get(key);
        if (!value) return fallback;
        CoverageFactor result;
        result.declared = true;
        Fields entry(*value, faults_, fmt::format("'{}'", key));
        const YamlValue* number = entry.require("value");
        if (entry.require("source")) result.source = entry.labels("source");
        entry.finish();
        if (!number) return result;
        const bool interval = number->is_list() && number->items.size() == 2;
        result.low = number_of(interval ? number->items[0] : *number, faults_, key);
        result.high = interval ? number_of(number->items[1], faults_, key) : result.low;
        if (!(result.low >= least && result.low <= result.high && result.high <= most))
            faults_.error(
                number->where, "out-of-range",
                fmt::format("'{}' is a number, or an interval [low, high], within {} to {}", key, least, most),
                "for example 'value: [0.90, 0.95]'");
        return result;
    }

    // Of one crime, or with "" of all.
    void read_adjustment(Fields& fields, RecordAdjustment& adjustment, const std::string& crime) {
        constexpr double least = 1e-6, many = 1000;
        adjustment.duplicates = factor(fields, "duplicates", adjustment.duplicates, 0, 0.99);
        adjustment.covered = factor(fields, "covered", adjustment.covered, least, 1);
        adjustment.victims = factor(fields, "victims_per_incident", adjustment.victims, least, many);
        adjustment.units = factor(fields, "incidents_per_unit", adjustment.units, least, many);
        const std::pair<const char*, CoverageFactor*> read[] = {{"duplicates", &adjustment.duplicates},
                                                                {"covered", &adjustment.covered},
                                                                {"victims_per_incident", &adjustment.victims},
                                                                {"incidents_per_unit", &adjustment.units}};
        for (const auto& [key, one] : read)
            if (fields.has(key)) one->crime = crime;
    }

    void read_crimes(const YamlValue& map, const RecordAdjustment& common) {
        for (const auto& [id, value] : map.entries) {
            Fields fields(value, faults_, fmt::format("crime '{}'", id));
            ComparedCrime crime;
            crime.id = id;
            crime.where = value.where;
            crime.title = fields.labels("title");
            if (fields.require("iccs")) crime.iccs = fields.texts("iccs");
            crime.of = fields.required_text("of");
            crime.incidents = condition(fields, "where");
            crime.survey = restrictions(fields, "survey");
            crime.records = restrictions(fields, "records");
            crime.adjustment = common;
            read_adjustment(fields, crime.adjustment, id);
            fields.finish();
            plan_.crimes.push_back(std::move(crime));
        }
        if (map.entries.empty())
            faults_.error(map.where, "missing-key", "the comparison names no crime", "write 'robbery: {iccs: ...}'");
    }

    void read_not_compared(const YamlValue& map) {
        for (std::size_t k = 0; k < map.entries.size(); ++k) {
            const auto& [code, value] = map.entries[k];
            const Labels reason = labels_of(value, faults_, "a reason");
            if (std::all_of(reason.begin(), reason.end(), [](const auto& text) { return text.second.empty(); }))
                faults_.error(value.where, "missing-reason", fmt::format("'{}' is left out without a reason", code),
                              "say why the two sides cannot be compared in it");
            place_of_code(code, map.key_places[k]);
            plan_.not_compared[code] = reason;
        }
    }

    void place_of_code(const std::string& code, const Location& where) {
        if (find_iccs(code)) return;
        const IccsAlias* alias = find_iccs_alias(code);
        faults_.error(where, "unknown-iccs", fmt::format("the ICCS has no code '{}'", code),
                      alias ? fmt::format("'{}' is meant: {}", alias->right, alias->reason)
                            : "codes have 2, 4, 5 or 6 digits, in quotes");
    }

    void check_codes() {
        std::map<std::string, std::string> crime_of;
        for (const ComparedCrime& crime : plan_.crimes)
            for (const std::string& code : crime.iccs) {
                place_of_code(code, crime.where);
                const auto [known, is_new] = crime_of.emplace(code, crime.id);
                const bool left_out = plan_.not_compared.contains(code);
                if (!is_new || left_out)
                    faults_.error(crime.where, "code-twice",
                                  left_out ? fmt::format("'{}' is compared and stands under 'not_compared'", code)
                                           : fmt::format("'{}' is in '{}' and in '{}'", code, known->second, crime.id),
                                  "a code belongs to one crime, or to none; a finer code may go elsewhere");
            }
    }

    const RecordsPlan& records_;
    const EstimationInput& estimation_;
    Diagnostics& faults_;
    RecordedCrimePlan plan_;
};

}  // namespace

RecordedCrimePlan read_recorded_crime_plan(const RecordsPlan& records, const EstimationInput& estimation,
                                           Diagnostics& faults) {
    return PlanReader(records, estimation, faults).read();
}

}  // namespace cifra
