#include "estimation/records/flow_sdg.h"

#include <fmt/format.h>

#include <array>
#include <set>
#include <utility>

#include "engine/crosswalk/report_table.h"
#include "estimation/intervals.h"
#include "estimation/records/flow_estimates.h"

namespace cifra {

namespace {

constexpr double per_population = 100000;

std::vector<CountRow> of_sex(std::vector<CountRow> rows, const std::string& sex) {
    if (!sex.empty()) std::erase_if(rows, [&](const CountRow& row) { return row.sex != sex; });
    return rows;
}

// All, then each sex that the rows tell.
std::vector<std::string> sexes_of(const std::vector<CountRow>& rows) {
    std::set<std::string> sexes = {""};
    for (const CountRow& row : rows) sexes.insert(row.sex);
    return {sexes.begin(), sexes.end()};
}

struct RateOf {
    const char *goal, *iccs, *series;
    bool series_by_sex;
    const std::vector<CountRow>& victims;
    const std::filesystem::path& file;
};

// Sexual exploitation; forced labour, servitude and slavery; removal of organs; other purposes.
constexpr std::array<std::pair<const char*, const char*>, 4> trafficking_forms = {{{"02041", "VC_HTF_DETVSXR"},
                                                                                   {"02042", "VC_HTF_DETVFLR"},
                                                                                   {"02043", "VC_HTF_DETVOGR"},
                                                                                   {"02044", "VC_HTF_DETVOPR"}}};

class SdgRows {
public:
    SdgRows(const FlowPlan& plan, const SdgSources& sources, Diagnostics& faults)
        : plan_(plan), sources_(sources), faults_(faults) {}

    Table make() {
        if (!plan_.homicide.empty()) rate({"16.1.1", "0101", "VC_IHR_PSRC", true, sources_.homicide, plan_.homicide});
        if (!plan_.trafficking.empty()) {
            rate({"16.2.2", "0204", "VC_HTF_DETVR", false, sources_.trafficking, plan_.trafficking});
            for (const auto& [form, series] : trafficking_forms)
                if (!chosen(sources_.trafficking, {plan_.year, plan_.area, {form}}).empty())
                    rate({"16.2.2", form, series, false, sources_.trafficking, plan_.trafficking});
        }
        for (const SdgSurveyRow& row : plan_.sdg_survey) survey(row);
        if (plan_.prison) prison();
        return table_.finish();
    }

private:
    void rate(const RateOf& what) {
        const auto victims = chosen(what.victims, {plan_.year, plan_.area, {what.iccs}});
        if (victims.empty()) {
            faults_.error({what.file.string(), 0, 0}, "no-counts",
                          fmt::format("no row of {} counts victims of {}", plan_.year, what.iccs),
                          "the columns year, iccs and count; a count of 0 says that there was none");
            return;
        }
        const auto people = chosen(sources_.population, {plan_.year, plan_.area, {}});
        for (const std::string& sex : sexes_of(victims)) {
            const double numerator = sum_of(of_sex(victims, sex)), denominator = sum_of(of_sex(people, sex));
            if (!(denominator > 0)) {
                no_population(sex);
                continue;
            }
            const char* series = sex.empty() || what.series_by_sex ? what.series : "";
            add({what.goal, series, what.iccs, sex, "per_100000", what.file.filename().string()},
                {per_population * numerator / denominator, numerator, denominator});
        }
    }

    void no_population(const std::string& sex) {
        faults_.error({plan_.population.empty() ? plan_.file.string() : plan_.population.string(), 0, 0},
                      "no-population",
                      fmt::format("there is no population of {}{}", plan_.year, sex.empty() ? "" : " for " + sex),
                      "'population' of the flow names a table with year, sex and count");
    }

    void prison() {
        const auto prisoners = chosen(sources_.prison, {civil(plan_.prison->date).year, plan_.area, {}});
        if (prisoners.empty())
            faults_.error({plan_.prison->file.string(), 0, 0}, "no-counts",
                          "no row is of the year of the date of 'prison'", "the columns year, status and count");
        for (const std::string& sex : sexes_of(prisoners)) {
            auto held = of_sex(prisoners, sex);
            const double all = sum_of(held);
            std::erase_if(held, [](const CountRow& row) { return row.status != "unsentenced"; });
            const double unsentenced = sum_of(held);
            if (all > 0)
                add({"16.3.2", "VC_PRS_UNSNT", "", sex, "per_cent", plan_.prison->file.filename().string()},
                    {100 * unsentenced / all, unsentenced, all});
        }
    }

    void survey(const SdgSurveyRow& row) {
        const auto found =
            find_estimate(sources_.estimates, {row.table, row.indicator, "", row.period}, row.where, faults_);
        if (!found) return;
        const std::string series = row.series.empty() && row.goal == "16.b.1" ? "VC_VOV_GDSD" : row.series;
        table_.add({row.goal, series, "", "", "per_cent", row.indicator},
                   {static_cast<double>(plan_.year), found->value, found->lower, found->upper, missing_number,
                    missing_number});
    }

    void add(const std::vector<std::string>& texts, const std::array<double, 3>& numbers) {
        table_.add(texts, {static_cast<double>(plan_.year), numbers[0], missing_number, missing_number, numbers[1],
                           numbers[2]});
    }

    const FlowPlan& plan_;
    const SdgSources& sources_;
    Diagnostics& faults_;
    ReportTable table_{{"goal", "series", "iccs", "sex", "unit", "source"},
                       {"year", "value", "lower", "upper", "numerator", "denominator"}};
};

}  // namespace

Table sdg_table(const FlowPlan& plan, const SdgSources& sources, Diagnostics& faults) {
    return SdgRows(plan, sources, faults).make();
}

}  // namespace cifra
