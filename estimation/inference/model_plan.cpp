#include "estimation/inference/model_plan.h"

#include <fmt/format.h>

#include <algorithm>

namespace cifra {

namespace {

class ModelReader {
public:
    ModelReader(const YamlValue& value, const SurveyData& data, Diagnostics& faults)
        : fields_(value, faults, "a model"), data_(data), faults_(faults) {}

    ModelPlan read() {
        plan_.domain = read_domain(fields_, data_, faults_);
        read_family();
        if (const YamlValue* outcome = fields_.require("outcome")) read_outcome(*outcome);
        plan_.offset = read_value(fields_.get("offset"), plan_.domain, data_, faults_, Type::number);
        plan_.exposure = read_value(fields_.get("exposure"), plan_.domain, data_, faults_, Type::number);
        plan_.intercept = fields_.boolean("intercept", true);
        if (const YamlValue* terms = fields_.require("terms")) read_terms(*terms);
        if (const YamlValue* tests = list("tests", "[[SEXO, EDAD]]"))
            for (const YamlValue& test : tests->items) read_test(test);
        if (const YamlValue* margins = list("margins", "[SEXO]"))
            for (const YamlValue& margin : margins->items) read_margin(margin);
        const auto& names = margin_variance_names();
        const std::string variance = fields_.choice("margin_variance", names, names.front());
        plan_.margin_variance =
            static_cast<MarginVariance>(std::find(names.begin(), names.end(), variance) - names.begin());
        const auto& endings = convergence_names();
        plan_.convergence = fields_.choice("convergence", endings, endings[0]) == endings[0] ? Convergence::full
                                                                                             : Convergence::r_default;
        if (plan_.convergence == Convergence::r_default && plan_.family.family == Family::negative_binomial)
            faults_.error(fields_.where(), "unsupported", "'convergence: r_default' is not for the negative binomial",
                          "leave it out");
        fields_.finish();
        return std::move(plan_);
    }

private:
    void read_family() {
        const std::string family =
            fields_.require("family") ? fields_.choice("family", family_names(), "gaussian") : "gaussian";
        plan_.family.family = family_from_text(family);
        const auto& links = link_names(plan_.family.family);
        plan_.family.link = link_from_text(fields_.choice("link", links, links.front()));
    }

    void read_outcome(const YamlValue& value) {
        plan_.outcome = read_value(&value, plan_.domain, data_, faults_);
        if (plan_.outcome && plan_.outcome->type() == Type::text)
            faults_.error(value.where, "type-mismatch", "the outcome is text",
                          "compare it, for example: outcome: answer = \"yes\"");
    }

    const YamlValue* list(std::string_view key, std::string_view example) {
        const YamlValue* value = fields_.get(key);
        if (value && !value->is_list())
            faults_.error(value->where, "wrong-type", fmt::format("'{}' must be a list", key),
                          fmt::format("for example {}", example));
        return value;
    }

    // Terms that stand alone come first: an interaction takes its variables as they are there.
    void read_terms(const YamlValue& terms) {
        if (!terms.is_list())
            faults_.error(terms.where, "wrong-type", "'terms' must be a list", "for example [SEXO, EDAD]");
        for (const YamlValue& term : terms.items)
            if (!term.find("interaction")) own_.push_back(variable_of(term, true));
        std::size_t next = 0;
        for (const YamlValue& term : terms.items) {
            if (const YamlValue* interaction = term.find("interaction"))
                read_interaction(term, *interaction);
            else if (const std::size_t variable = own_[next++]; variable != none_)
                plan_.terms.push_back({{variable}});
        }
        if (plan_.terms.empty() && !plan_.intercept && !faults_.has_errors())
            faults_.error(terms.where, "missing-key", "a model without an intercept needs terms", "name a variable");
    }

    void read_interaction(const YamlValue& term, const YamlValue& interaction) {
        Fields fields(term, faults_, "a term");
        fields.get("interaction");
        fields.finish();
        if (interaction.items.size() < 2)
            faults_.error(interaction.where, "wrong-type", "an interaction is of two variables or more",
                          "for example {interaction: [SEXO, EDAD]}");
        ModelTerm result;
        for (const YamlValue& part : interaction.items) {
            const std::size_t variable = variable_of(part, false);
            if (variable != none_) result.variables.push_back(variable);
        }
        if (result.variables.size() > 1) plan_.terms.push_back(std::move(result));
    }

    // The position of the variable a term names; a new one unless its text is known.
    std::size_t variable_of(const YamlValue& value, bool alone) {
        PlannedVariable variable;
        variable.place = value.where;
        const YamlValue* expression = &value;
        if (value.is_map()) {
            Fields fields(value, faults_, "a term");
            expression = fields.require("factor");
            variable.factor = true;
            variable.reference = fields.text("reference");
            fields.finish();
        }
        if (!expression) return none_;
        if (!expression->is_scalar()) {
            faults_.error(expression->where, "wrong-type", "a term is a variable, an expression or a map",
                          "for example EDAD, {factor: SEXO} or {interaction: [SEXO, EDAD]}");
            return none_;
        }
        variable.name = expression->scalar;
        if (!alone)
            for (std::size_t i = 0; i < plan_.variables.size(); ++i)
                if (plan_.variables[i].name == variable.name) return i;
        const auto parsed = read_value(expression, plan_.domain, data_, faults_);
        if (!parsed) return none_;
        variable.expression = *parsed;
        variable.factor = variable.factor || parsed->type() == Type::text;
        plan_.variables.push_back(std::move(variable));
        return plan_.variables.size() - 1;
    }

    std::vector<std::string> names() const {
        std::vector<std::string> result;
        for (const PlannedVariable& variable : plan_.variables) result.push_back(variable.name);
        return result;
    }

    std::vector<std::string> term_names() const {
        std::vector<std::string> result;
        for (const ModelTerm& term : plan_.terms) {
            std::string name;
            for (const std::size_t v : term.variables) name += (name.empty() ? "" : ":") + plan_.variables[v].name;
            result.push_back(std::move(name));
        }
        return result;
    }

    // The position of `name`, or a fault.
    std::size_t find(const std::string& name, const std::vector<std::string>& known, std::string_view what,
                     const Location& where) {
        const auto found = std::find(known.begin(), known.end(), name);
        if (found != known.end()) return static_cast<std::size_t>(found - known.begin());
        if (!faults_.has_errors())
            faults_.error(where, "unknown-term", fmt::format("'{}' is not a {} of the model", name, what),
                          suggestion(name, known));
        return none_;
    }

    void read_test(const YamlValue& value) {
        PlannedTest test;
        std::vector<std::string> terms;
        if (value.is_map()) {
            Fields fields(value, faults_, "a test of terms");
            terms = fields.texts("terms");
            const auto& kinds = term_test_names();
            const std::string kind = fields.choice("method", kinds, kinds.front());
            test.kind = static_cast<TermTest>(std::find(kinds.begin(), kinds.end(), kind) - kinds.begin());
            fields.finish();
        } else
            terms = texts_of(value, faults_, "a test of terms");
        if (terms.empty())
            faults_.error(value.where, "missing-key", "a test names no term", "for example [SEXO, EDAD]");
        if (test.kind == TermTest::lrt && plan_.family.family == Family::negative_binomial)
            faults_.error(value.where, "unsupported",
                          "'lrt' is not for the negative binomial, whose theta would change", "use wald");
        for (const std::string& term : terms) test.terms.push_back(find(term, term_names(), "term", value.where));
        plan_.tests.push_back(std::move(test));
    }

    void read_margin(const YamlValue& value) {
        PlannedMargin margin;
        if (value.is_list())
            for (const YamlValue& part : value.items) add_to_margin(margin, part);
        else
            add_to_margin(margin, value);
        plan_.margins.push_back(std::move(margin));
    }

    void add_to_margin(PlannedMargin& margin, const YamlValue& value) {
        std::string name;
        std::vector<double> at;
        if (value.is_map()) {
            Fields fields(value, faults_, "a margin");
            name = fields.required_text("variable");
            if (const YamlValue* values = fields.require("at"))
                for (const YamlValue& item : values->items) at.push_back(number_of(item, faults_, "'at'"));
            fields.finish();
        } else
            name = text_of(value, faults_, "a margin");
        const std::size_t found = find(name, names(), "variable", value.where);
        if (found == none_) return;
        refuse_derived(found, value.where);
        if (plan_.variables[found].factor == at.empty()) {
            margin.variables.push_back(found);
            margin.at.push_back(std::move(at));
        } else if (at.empty())
            faults_.error(value.where, "missing-key", fmt::format("'{}' is a number: at which values?", name),
                          fmt::format("for example {{variable: {}, at: [20, 40]}}, or make it a factor", name));
        else
            faults_.error(value.where, "wrong-type", fmt::format("'{}' is a factor and takes no values", name),
                          "name it alone");
    }

    // A variable made of the same column would stay as it is while the margin moves the column.
    void refuse_derived(std::size_t margin, const Location& where) {
        const std::vector<std::string> moved = plan_.variables[margin].expression.names();
        for (std::size_t v = 0; v < plan_.variables.size(); ++v)
            for (const std::string& name : plan_.variables[v].expression.names())
                if (v != margin && std::find(moved.begin(), moved.end(), name) != moved.end())
                    return faults_.error(
                        where, "margin-of-a-part",
                        fmt::format("'{}' also stands in the term '{}', which the margin would not move", name,
                                    plan_.variables[v].name),
                        fmt::format("write products as {{interaction: [{0}, {0}]}}", plan_.variables[margin].name));
    }

    static constexpr std::size_t none_ = static_cast<std::size_t>(-1);
    Fields fields_;
    const SurveyData& data_;
    Diagnostics& faults_;
    ModelPlan plan_;
    std::vector<std::size_t> own_;  // variables of the terms that stand alone
};

}  // namespace

std::vector<ModelPlan> read_model_plans(const YamlValue& value, const SurveyData& data, Diagnostics& faults) {
    std::vector<ModelPlan> plans;
    for (const YamlValue* entry : read_entries(value, "model", faults))
        plans.push_back(ModelReader(*entry, data, faults).read());
    return plans;
}

SectionPlan read_models(const YamlValue& value, const SurveyData& data, const SectionOptions& options,
                        Diagnostics& faults) {
    std::vector<ModelPlan> plans = read_model_plans(value, data, faults);
    return {[plans = std::move(plans), &data, level = options.level](const Table&, Diagnostics& found) {
                return run_models(data, plans, level, found);
            },
            {}};
}

}  // namespace cifra
