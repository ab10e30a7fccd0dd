#include "estimation/variance/design_key.h"

#include <fmt/format.h>

#include "engine/csv.h"
#include "engine/study.h"

namespace cifra {

namespace {

// Reads the keys of `design:` and what they exclude.
class PlanReader {
public:
    PlanReader(const YamlValue& value, const std::string& first_level, Diagnostics& faults)
        : fields_(value, faults, "the design"), faults_(faults) {
        plan_.where = value.where;
        plan_.level = fields_.text("level", first_level);
    }

    DesignPlan read() {
        DesignColumns& columns = plan_.columns;
        plan_.replicates = fields_.get("replicates");
        plan_.chain = fields_.get("chain");
        columns.strata = fields_.text("strata");
        columns.psu = fields_.texts("psu");
        columns.fpc = fields_.texts("fpc");
        columns.certainty = fields_.text("certainty");
        columns.ultimate_cluster = fields_.boolean("ultimate_cluster", false);
        plan_.filtered = fields_.choice("drawn", {"whole", "filtered"}, "whole") == "filtered";
        columns.satterthwaite =
            fields_.choice("df", {"psus_minus_strata", "satterthwaite"}, "psus_minus_strata") == "satterthwaite";
        read_lonely();
        read_unequal();
        read_successive();
        read_phases();
        fields_.finish();
        check_conflicts();
        return std::move(plan_);
    }

private:
    void read_lonely() {
        DesignColumns& columns = plan_.columns;
        columns.lonely = lonely_psu_from_text(fields_.choice("lonely_psu", lonely_psu_names(), "fail"));
        columns.domain_lonely = domain_lonely_from_text(fields_.choice("domain_lonely", domain_lonely_names(), "none"));
        columns.collapse.by = fields_.text("collapse_by");
        columns.collapse.order = fields_.text("collapse_order");
        for (const char* key : {"collapse_by", "collapse_order"})
            if (columns.lonely != LonelyPsu::collapse)
                conflict(key, fmt::format("'{}' is for lonely_psu: collapse", key), "leave it out");
    }

    void read_unequal() {
        UnequalColumns& unequal = plan_.columns.unequal;
        unequal.method = unequal_from_text(fields_.choice("unequal", unequal_names(), "none"));
        unequal.probability = fields_.text("probability");
        unequal.population_p2 = fields_.text("population_p2");
        const bool used = unequal.method != UnequalMethod::none;
        const bool approximate =
            unequal.method == UnequalMethod::hartley_rao || unequal.method == UnequalMethod::overton;
        if (used && unequal.probability.empty())
            faults_.error(fields_.get("unequal")->where, "missing-key", "'unequal' needs 'probability'",
                          "add 'probability: <column of first-stage inclusion probabilities>'");
        if (!used && !fields_.has("unequal"))
            conflict("probability", "'probability' says nothing about the variance",
                     "add 'unequal: hajek_deville', or leave it out for sampling with replacement");
        read_groups(unequal);
        unequal.horvitz_thompson =
            fields_.choice("form", {"sen_yates_grundy", "horvitz_thompson"}, "sen_yates_grundy") == "horvitz_thompson";
        if (!approximate) conflict("form", "'form' is for hartley_rao and overton", "leave it out");
        if (unequal.method != UnequalMethod::hartley_rao)
            conflict("population_p2", "'population_p2' is for unequal: hartley_rao", "leave it out");
        read_joint_keys(unequal.method == UnequalMethod::sen_yates_grundy ||
                        unequal.method == UnequalMethod::horvitz_thompson);
    }

    void read_groups(UnequalColumns& unequal) {
        const bool used = unequal.method == UnequalMethod::rao_hartley_cochran;
        for (const auto& [key, column] :
             {std::pair{"group_units", &unequal.group_units}, {"group_size", &unequal.group_size}}) {
            if (used)
                *column = fields_.required_text(key);
            else
                conflict(key, fmt::format("'{}' is for unequal: rao_hartley_cochran", key), "leave it out");
        }
    }

    void read_joint_keys(bool needed) {
        const YamlValue* joint = fields_.get("joint");
        plan_.joint.tolerance = fields_.number("joint_tolerance", 0);
        const std::string kind =
            fields_.choice("joint_kind", {"probability", "covariance", "weighted_covariance"}, "probability");
        plan_.joint.kind = kind == "probability"  ? JointKind::probability
                           : kind == "covariance" ? JointKind::covariance
                                                  : JointKind::weighted_covariance;
        if (joint && !needed)
            conflict("joint", "'joint' is for unequal: sen_yates_grundy or horvitz_thompson", "leave it out");
        else if (joint)
            read_joint(*joint);
        else if (needed)
            faults_.error(fields_.get("unequal")->where, "missing-key", "joint inclusion probabilities are missing",
                          "add 'joint: <file>', or take an approximation such as hajek_deville");
        for (const char* key : {"joint_tolerance", "joint_kind"})
            if (!needed) conflict(key, fmt::format("'{}' needs 'joint'", key), "leave it out");
    }

    void read_joint(const YamlValue& value) {
        plan_.joint_at = value.where;
        if (!value.is_map()) {
            plan_.joint_path = text_of(value, faults_, "'joint'");
            return;
        }
        Fields joint(value, faults_, "the joint probabilities");
        plan_.joint_path = joint.required_text("file");
        plan_.joint.first = joint.required_text("first");
        plan_.joint.second = joint.required_text("second");
        plan_.joint.value = joint.required_text("probability");
        plan_.joint.stratum = joint.text("strata");
        joint.finish();
    }

    void read_successive() {
        SuccessiveColumns& successive = plan_.columns.successive;
        const std::string method = fields_.choice(
            "variance", {"independent", "successive_difference", "successive_difference_circular"}, "independent");
        successive.used = method != "independent";
        successive.circular = method == "successive_difference_circular";
        successive.order = fields_.text("order");
        if (successive.used && successive.order.empty())
            faults_.error(fields_.get("variance")->where, "missing-key", "successive differences need 'order'",
                          "add 'order: <column that numbers the PSUs as they were selected>'");
        if (!successive.used) conflict("order", "'order' is for variance: successive_difference", "leave it out");
    }

    void read_phases() {
        const YamlValue* value = fields_.get("phase2");
        if (!value) return;
        Fields phase(*value, faults_, "the second phase");
        PhaseColumns& columns = plan_.columns.phase;
        columns.in = phase.required_text("in");
        columns.strata = phase.text("strata");
        columns.fpc = phase.text("fpc");
        columns.approx = phase.choice("method", {"full", "approx"}, "full") == "approx";
        columns.uncentred = phase.choice("first_phase", {"centred", "uncentred"}, "centred") == "uncentred";
        plan_.first_phase_weight = phase.choice("weight", {"product", "first_phase"}, "product") == "first_phase";
        phase.finish();
    }

    void conflict(const char* key, const std::string& what, const char* remedy) {
        if (const YamlValue* value = fields_.get(key)) faults_.error(value->where, "design-conflict", what, remedy);
    }

    void check_conflicts() {
        const DesignColumns& columns = plan_.columns;
        const bool unequal = columns.unequal.method != UnequalMethod::none, successive = columns.successive.used,
                   phase = columns.phase.used();
        if (unequal && successive)
            conflict("variance", "the first stage cannot be both 'unequal' and of successive differences",
                     "declare one of them");
        for (const char* key : {"unequal", "variance", "certainty", "domain_lonely", "ultimate_cluster"})
            if (phase) conflict(key, fmt::format("'{}' and 'phase2' exclude each other", key), "leave one out");
        if (phase && columns.satterthwaite)
            conflict("df", "Satterthwaite's degrees of freedom are not defined in two phases", "leave 'df' out");
        if (phase && columns.fpc.size() > 1)
            conflict("fpc", "in two phases the first phase has one stage", "give the fpc of the PSUs alone");
        if (phase && columns.psu.size() > 1)
            conflict("psu", "in two phases the first phase has one stage", "give the id of the PSUs alone");
        if (unequal) conflict("certainty", "under 'unequal' a PSU of probability 1 is certain", "leave one out");
        if ((unequal || successive) && columns.domain_lonely != DomainLonely::none)
            conflict("domain_lonely", "'domain_lonely' is for stratified designs with equal probabilities",
                     "leave it out");
        if ((unequal || successive || phase) && columns.lonely == LonelyPsu::collapse)
            conflict("lonely_psu", "strata cannot be collapsed under unequal, variance or phase2",
                     "take another policy, or join the strata in the file");
    }

    Fields fields_;
    Diagnostics& faults_;
    DesignPlan plan_;
};

// Every column of the design, own or from above, as one table with the places of the level's file.
Table design_table(const Hierarchy& hierarchy, std::size_t level, const DesignColumns& columns) {
    const Table& own = hierarchy[level].table;
    Table table;
    std::vector<std::string> names = columns.psu;
    names.insert(names.end(), columns.fpc.begin(), columns.fpc.end());
    for (const std::string& name :
         {columns.strata, columns.certainty, columns.collapse.by, columns.collapse.order, columns.unequal.probability,
          columns.unequal.population_p2, columns.unequal.group_units, columns.unequal.group_size,
          columns.successive.order, columns.phase.in, columns.phase.strata, columns.phase.fpc})
        names.push_back(name);
    bool complete = true;
    for (const std::string& name : names) {
        if (name.empty() || table.has(name)) continue;
        if (hierarchy.knows(level, name))
            table.set(name, hierarchy.column(level, name));
        else
            complete = complete && parse_number(name).has_value();
    }
    for (std::size_t c = 0; c < own.width(); ++c)  // for suggestions, or for the number of rows
        if ((!complete || table.width() == 0) && !table.has(own.names()[c])) table.set(own.names()[c], own.column(c));
    table.source = own.source;
    table.lines = own.lines;
    return table;
}

void read_joint_file(const DesignPlan& plan, const Table& drawn, DeclaredDesign& declared, const PlaceOptions& options,
                     std::vector<std::filesystem::path>& inputs, Diagnostics& faults) {
    const std::filesystem::path path = resolve(options.directory, plan.joint_path, options.out);
    CsvOptions csv;
    for (const std::string& id : {plan.joint.first, plan.joint.second, plan.joint.stratum})
        if (!id.empty()) csv.types[id] = ColumnType::text;
    inputs.push_back(path);
    const Table joint = read_csv(path, csv, faults);
    if (faults.has_errors()) return;
    std::vector<std::uint32_t> psu_of_row = declared.unit_of_row;
    for (std::size_t s = declared.design.stages.size() - 1; s > 0; --s)
        for (std::uint32_t& unit : psu_of_row) unit = declared.design.stages[s].group[unit];
    std::vector<std::string> codes(drawn.rows());
    if (!plan.columns.psu.empty())
        for (std::size_t row = 0; row < drawn.rows(); ++row) codes[row] = drawn.at(plan.columns.psu[0]).cell(row);
    else if (!plan.joint.value.empty())
        faults.error(plan.joint_at, "rows-are-psus", "a list of pairs needs the psu column that it names",
                     "add 'psu: <column>' to the design, or give a matrix");
    if (!faults.has_errors()) read_joint(declared.design, psu_of_row, codes, joint, plan.joint, faults);
}

// Drops the rows of the first phase only from the design's level and those below.
void keep_second_phase(Hierarchy& hierarchy, std::size_t design_level, std::vector<std::uint32_t>& unit_of_row) {
    std::vector<std::vector<std::size_t>> kept(hierarchy.size());
    for (std::size_t index = 0; index < hierarchy.size(); ++index) {
        if (!hierarchy.is_above(design_level, index)) continue;
        const std::vector<std::size_t> above = hierarchy.ancestor_rows(index, design_level);
        for (std::size_t row = 0; row < above.size(); ++row)
            if (unit_of_row[above[row]] != no_unit) kept[index].push_back(row);
    }
    for (std::size_t index = 0; index < hierarchy.size(); ++index) {
        if (!hierarchy.is_above(design_level, index)) continue;
        Level& level = hierarchy.edit(index);
        std::map<std::size_t, std::size_t> place;  // old row of the parent → new
        if (index != design_level)
            for (const std::size_t row : kept[level.parent]) place.emplace(row, place.size());
        level.table = level.table.pick(kept[index]);
        std::vector<std::size_t> parents;
        std::vector<double> multiplicity;
        for (const std::size_t row : kept[index]) {
            if (!level.parent_row.empty())
                parents.push_back(index == design_level ? level.parent_row[row] : place.at(level.parent_row[row]));
            if (!level.multiplicity.empty()) multiplicity.push_back(level.multiplicity[row]);
        }
        level.parent_row = std::move(parents);
        level.multiplicity = std::move(multiplicity);
    }
    std::erase(unit_of_row, no_unit);
}

bool has_columns(const Hierarchy& hierarchy, std::size_t level, const DeclaredDesign& declared,
                 const DesignColumns& columns) {
    std::vector<std::string> names = placing_columns(declared, columns);
    if (!columns.strata.empty()) names.push_back(columns.strata);
    for (const std::string& name : names)
        if (!hierarchy[level].table.has(name)) return false;
    return !columns.psu.empty();
}

void place_level(const DesignPlan& plan, Hierarchy& hierarchy, std::size_t index, std::size_t design_level,
                 const DeclaredDesign& declared, Diagnostics& faults) {
    std::vector<std::uint32_t> units;
    if (hierarchy.is_above(design_level, index)) {
        for (const std::size_t row : hierarchy.ancestor_rows(index, design_level))
            units.push_back(declared.unit_of_row[row]);
    } else if (hierarchy.is_above(index, design_level) &&
               (plan.filtered || plan.columns.phase.used() || !has_columns(hierarchy, index, declared, plan.columns))) {
        units.clear();
    } else {
        units = place_rows(hierarchy[index].table, declared, plan.columns, faults);
    }
    hierarchy.edit(index).unit_of_row = std::move(units);
}

}  // namespace

DesignPlan read_design_plan(const YamlValue& value, const std::string& first_level, Diagnostics& faults) {
    return PlanReader(value, first_level, faults).read();
}

std::vector<std::string> identity_columns(const DesignPlan& plan) {
    std::vector<std::string> names = plan.columns.psu;
    for (const std::string& name : {plan.columns.strata, plan.columns.phase.strata})
        if (!name.empty()) names.push_back(name);
    return names;
}

SurveyDesign place_design(const DesignPlan& plan, Hierarchy& hierarchy, std::size_t level, const PlaceOptions& options,
                          std::vector<std::filesystem::path>& inputs, Diagnostics& faults) {
    const Table drawn = design_table(hierarchy, level, plan.columns);
    DeclaredDesign declared = declare_design(drawn, plan.columns, faults);
    if (!faults.has_errors() && declared.design.unequal.needs_joint())
        read_joint_file(plan, drawn, declared, options, inputs, faults);
    if (faults.has_errors()) return {};
    if (declared.design.second_phase) keep_second_phase(hierarchy, level, declared.unit_of_row);
    for (std::size_t index = 0; index < hierarchy.size(); ++index)
        place_level(plan, hierarchy, index, level, declared, faults);
    return std::move(declared.design);
}

void weight_second_phase(const SurveyDesign& design, std::size_t level, Hierarchy& hierarchy) {
    const SecondPhase& phase = *design.second_phase;
    for (std::size_t index = 0; index < hierarchy.size(); ++index) {
        if (!hierarchy.is_above(level, index)) continue;
        Level& here = hierarchy.edit(index);
        for (std::size_t row = 0; row < here.rows(); ++row)
            here.weight[row] /= phase.fraction[phase.stratum[here.unit_of_row[row]]];
    }
}

}  // namespace cifra
