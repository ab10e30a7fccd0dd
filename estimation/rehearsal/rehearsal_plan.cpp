#include "estimation/rehearsal/rehearsal_plan.h"

#include <fmt/format.h>

#include "engine/study.h"

namespace cifra {

namespace {

class Reader {
public:
    Reader(const YamlValue& section, const RehearsalPlaces& places, Diagnostics& faults)
        : fields_(section, faults, "the section 'rehearsal'"), places_(places), faults_(faults) {
        plan_.where = section.where;
    }

    RehearsalPlan read() {
        read_draws();
        read_households();
        read_persons();
        read_incidents();
        if (const YamlValue* design = fields_.require("design")) plan_.design = part(*design, &plan_.directory);
        if (const YamlValue* tables = fields_.require("tables")) plan_.tables = part(*tables, nullptr);
        if (const YamlValue* weighting = fields_.get("weighting")) plan_.weighting = part(*weighting, nullptr);
        read_cost();
        fields_.finish();
        return std::move(plan_);
    }

private:
    void read_draws() {
        const std::int64_t draws = fields_.integer("draws", 1000);
        if (draws < 2 || draws > 10'000'000)
            faults_.error(fields_.get("draws")->where, "bad-number", "'draws' lies between 2 and 10,000,000",
                          "2,500 tell a bias of a tenth of the standard error");
        plan_.draws = static_cast<std::uint64_t>(draws);
        const std::int64_t interviewers = fields_.integer("interviewers", 0);
        if (interviewers < 0)
            faults_.error(fields_.get("interviewers")->where, "bad-number", "'interviewers' is at least 1",
                          "leave it out");
        plan_.interviewers = static_cast<std::uint64_t>(interviewers);
    }

    std::filesystem::path file_of(Fields& fields) {
        const std::string file = fields.required_text("file");
        return file.empty() ? std::filesystem::path{} : resolve(places_.directory, file, places_.out);
    }

    static std::optional<YamlValue> copy(const YamlValue* value) {
        return value ? std::optional(*value) : std::nullopt;
    }

    void read_households() {
        const YamlValue* value = fields_.require("households");
        if (!value) return;
        Fields fields(*value, faults_, "'households'");
        plan_.households = file_of(fields);
        plan_.outcome = fields.text("outcome");
        plan_.household_response = copy(fields.get("response"));
        fields.finish();
    }

    void read_persons() {
        const YamlValue* value = fields_.get("persons");
        if (!value) return;
        Fields fields(*value, faults_, "'persons'");
        plan_.persons = file_of(fields);
        plan_.person_outcome = fields.text("outcome");
        plan_.person_response = copy(fields.get("response"));
        plan_.eligible = copy(fields.get("eligible"));
        fields.finish();
    }

    void read_incidents() {
        const YamlValue* value = fields_.get("incidents");
        if (!value) return;
        Fields fields(*value, faults_, "'incidents'");
        plan_.incidents = file_of(fields);
        plan_.of_household = copy(fields.get("of_household"));
        fields.finish();
    }

    YamlValue part(const YamlValue& value, std::filesystem::path* directory) {
        if (directory) *directory = places_.directory;
        if (!value.is_scalar()) return value;
        const std::filesystem::path file = resolve(places_.directory, value.scalar, places_.out);
        plan_.inputs.push_back(file);
        if (directory) *directory = file.parent_path();
        return read_yaml(file, faults_);
    }

    void read_cost() {
        const YamlValue* value = fields_.get("cost");
        if (!value) return;
        Fields fields(*value, faults_, "'cost'");
        plan_.fixed_cost = fields.number("fixed", 0);
        plan_.psu_cost = fields.number("psu", 0);
        plan_.dwelling_cost = fields.number("dwelling", 0);
        plan_.interview_cost = fields.number("interview", 0);
        fields.finish();
    }

    Fields fields_;
    const RehearsalPlaces& places_;
    Diagnostics& faults_;
    RehearsalPlan plan_;
};

}  // namespace

RehearsalPlan read_rehearsal_plan(const YamlValue& section, const RehearsalPlaces& places, Diagnostics& faults) {
    return Reader(section, places, faults).read();
}

}  // namespace cifra
