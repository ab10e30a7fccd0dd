#include "sampling/synthetic_waves_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace cifra {

namespace {

constexpr std::size_t most_waves = 50;

class WavesReader {
public:
    WavesReader(const YamlValue& value, const std::vector<std::string>& crimes, const std::vector<std::string>& regions,
                Diagnostics& faults)
        : value_(value), crimes_(crimes), regions_(regions), faults_(faults) {}

    SyntheticWaves read() {
        Fields fields(value_, faults_, "'waves'");
        plan_.names = fields.texts("names");
        check_names();
        if (const YamlValue* trends = fields.get("trends"))
            for (const YamlValue& trend : trends->items) plan_.trends.push_back(read_trend(trend));
        const auto share = [&](const char* key, double& to) { to = number_within(fields, key, to, 0, 1, faults_); };
        share("psu_correlation", plan_.psu_correlation);
        share("household_correlation", plan_.household_correlation);
        share("person_correlation", plan_.person_correlation);
        share("moves", plan_.moves);
        if (const YamlValue* sample = fields.get("sample")) plan_.sample = read_sample(*sample);
        fields.finish();
        return std::move(plan_);
    }

private:
    void check_names() {
        const std::set<std::string> distinct(plan_.names.begin(), plan_.names.end());
        if (plan_.names.size() < 2 || plan_.names.size() > most_waves || distinct.size() != plan_.names.size())
            faults_.error(value_.where, "wave-names", fmt::format("'names' needs 2 .. {} different waves", most_waves),
                          "for example names: [\"2025\", \"2026\"]");
        for (const std::string& name : plan_.names)
            if (name.empty() || name.find_first_of("/\\:") != std::string::npos || name.starts_with("."))
                faults_.error(value_.where, "wave-names", fmt::format("'{}' cannot be the name of a folder", name),
                              "use letters, digits, '-' and '_'");
    }

    // The position of the name, or nothing where the key is absent.
    std::optional<std::size_t> position(Fields& fields, const char* key, const std::vector<std::string>& names) {
        if (!fields.has(key)) return std::nullopt;
        const std::string name = fields.choice(key, names, names.empty() ? "" : names.front());
        return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
    }

    SyntheticTrend read_trend(const YamlValue& value) {
        SyntheticTrend trend;
        Fields fields(value, faults_, "a trend");
        trend.crime = position(fields, "crime", crimes_);
        trend.region = position(fields, "region", regions_);
        trend.wave = position(fields, "wave", plan_.names);
        fields.require("factor");
        trend.factor = number_within(fields, "factor", 1, 0, 100, faults_);
        fields.finish();
        if (trend.wave == std::size_t{0})
            faults_.error(value.where, "first-wave", "nothing leads to the first wave", "name a later wave, or none");
        return trend;
    }

    std::uint64_t whole(Fields& fields, const char* key, std::uint64_t fallback) {
        return static_cast<std::uint64_t>(
            std::floor(number_within(fields, key, static_cast<double>(fallback), 1, 100000, faults_)));
    }

    void read_psus(Fields& fields, RotationPlan& plan) {
        const YamlValue* psus = fields.get("psus_per_stratum");
        if (!psus || !psus->is_map()) {
            plan.psus_per_stratum = whole(fields, "psus_per_stratum", plan.psus_per_stratum);
            return;
        }
        Fields strata(*psus, faults_, "'psus_per_stratum'");
        for (const std::string& region : regions_)
            for (const char* area : {"-U", "-R"}) {
                const std::string stratum = region + area;
                strata.require(stratum);
                plan.psus_by_stratum[stratum] = whole(strata, stratum.c_str(), plan.psus_per_stratum);
            }
        strata.finish();
    }

    RotationPlan read_sample(const YamlValue& value) {
        RotationPlan plan;
        Fields fields(value, faults_, "'sample'");
        read_psus(fields, plan);
        plan.kept = number_within(fields, "kept", plan.kept, 0, 1, faults_);
        plan.take = whole(fields, "take", plan.take);
        plan.by_size = fields.choice("selection", {"pps", "srs"}, "pps") == "pps";
        plan.one_adult = fields.choice("adults", {"one", "all"}, "one") == "one";
        plan.same_dwellings = fields.choice("dwellings", {"same", "new"}, "same") == "same";
        fields.finish();
        return plan;
    }

    const YamlValue& value_;
    const std::vector<std::string>&crimes_, &regions_;
    Diagnostics& faults_;
    SyntheticWaves plan_;
};

}  // namespace

SyntheticWaves read_synthetic_waves(const YamlValue& value, const std::vector<std::string>& crimes,
                                    const std::vector<std::string>& regions, Diagnostics& faults) {
    return WavesReader(value, crimes, regions, faults).read();
}

double number_within(Fields& fields, const char* key, double fallback, double low, double high, Diagnostics& faults) {
    const double value = fields.number(key, fallback);
    if (value >= low && value <= high) return value;
    faults.error(fields.get(key)->where, "out-of-range", fmt::format("'{}' must lie in {} .. {}", key, low, high),
                 fmt::format("write {}, or leave it out", fallback));
    return fallback;
}

}  // namespace cifra
