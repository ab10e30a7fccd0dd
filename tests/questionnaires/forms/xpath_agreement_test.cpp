// Random expressions, ours and their translation: what evaluate says is what the engine of ODK Web Forms calculates.
#include "engine/markup.h"
#include "questionnaires/forms/xpath.h"
#include "tests/questionnaires/forms/client_runner.h"
#include "tests/support/slow_evaluate.h"

namespace cifra {
namespace {

constexpr std::size_t records = 4, expressions = 400;

const std::map<std::string, Type> types = {
    {"n", Type::number}, {"m", Type::number}, {"x", Type::text}, {"goods", Type::text}};

// The answers of a record as a form keeps them: 98 don't know, 99 refused, "" not asked.
using Record = std::map<std::string, std::string>;

Record random_record(Stream& chance) {
    const std::vector<std::string> numbers = {"0", "1", "2", "3", "9", "18", "-1", "98", "99", ""};
    const std::vector<std::string> texts = {"1", "2", "03", "3", "1 3", "8 1", "13 1", "98", "99", ""};
    Record record;
    for (const auto& [name, type] : types)
        record[name] = type == Type::number ? numbers[chance.below(10)] : texts[chance.below(10)];
    return record;
}

Value value_of(const Record& record, const std::string& name) {
    const std::string& answer = record.at(name);
    const Type type = types.at(name);
    if (answer.empty()) return Value::absent(type, Missing::not_asked);
    if (answer == "98") return Value::absent(type, Missing::dont_know);
    if (answer == "99") return Value::absent(type, Missing::refused);
    return type == Type::number ? Value::of(std::stod(answer)) : Value::of(answer);
}

std::string truth_text(const Value& value) { return !value.present() ? "" : value.is_true() ? "1" : "2"; }

// Outside what the translation promises (xpath.h): huge numbers, and texts that are numbers with an exponent.
bool promised(const std::string& source) {
    return source.find("308") == std::string::npos && source.find("1e3") == std::string::npos &&
           source.find("exp(") == std::string::npos;
}

std::vector<Expr> random_conditions(Stream& chance) {
    Schema schema;
    for (const auto& [name, type] : types) schema.add(name, type);
    std::vector<Expr> list;
    while (list.size() < expressions) {
        const std::string source = slow::write(slow::random_tree(Type::truth, 4, types, chance), chance);
        Diagnostics faults;
        const auto parsed = parse_expression(source, {}, schema, faults, Type::truth);
        if (parsed && promised(source)) list.push_back(*parsed);
    }
    return list;
}

XPathNames names_in_record(std::size_t k) {
    return [k](const std::string& name) {
        XPathName result;
        result.path = fmt::format("/data/r{}_{}", k, name);
        result.dont_know = "98";
        result.refused = "99";
        return result;
    };
}

struct Sheet {
    std::string nodes, binds;
    nlohmann::json steps = nlohmann::json::array();
    std::size_t compared = 0;

    void answer(std::size_t k, const Record& record) {
        for (const auto& [name, text] : record) nodes += fmt::format("<r{0}_{1}>{2}</r{0}_{1}>", k, name, text);
    }
    void compare(std::size_t e, std::size_t k, const Expr& condition, const Record& record) {
        const XPath xpath = xpath_value(condition, names_in_record(k));
        if (!xpath.trouble.empty()) return;
        const std::string node = fmt::format("e{}_{}", e, k);
        nodes += fmt::format("<{}/>", node);
        binds += fmt::format("<bind nodeset=\"/data/{}\" type=\"string\" calculate=\"{}\"/>", node,
                             escape_markup(xpath.text));
        const Value value =
            evaluate(condition, [&](std::string_view name) { return value_of(record, std::string(name)); });
        steps.push_back({{"expect", {{"/data/" + node, {{"value", truth_text(value)}}}}}});
        ++compared;
    }
    std::string form() const {
        return "<h:html xmlns=\"http://www.w3.org/2002/xforms\" xmlns:h=\"http://www.w3.org/1999/xhtml\"><h:head>"
               "<h:title>e</h:title><model><instance><data id=\"e\">" +
               nodes + "</data></instance>" + binds + "</model></h:head><h:body/></h:html>";
    }
};

TEST(XPathAgreement, RandomConditionsAreCalculatedAsTheyAreEvaluated) {
    Stream chance({3, Purpose::interview, 0, 77});
    const std::vector<Expr> conditions = random_conditions(chance);
    Sheet sheet;
    std::vector<Record> answers;
    for (std::size_t k = 0; k < records; ++k) {
        answers.push_back(random_record(chance));
        sheet.answer(k, answers.back());
    }
    for (std::size_t e = 0; e < conditions.size(); ++e)
        for (std::size_t k = 0; k < records; ++k) sheet.compare(e, k, conditions[e], answers[k]);
    EXPECT_GT(sheet.compared, 1000u);
    const ScratchFolder scratch;
    const char* kept = std::getenv("CIFRA_CLIENT_CASES");
    const std::filesystem::path folder = kept ? std::filesystem::path(kept) / "expressions" : scratch.path();
    const WebRun run = run_client(sheet.form(), {{{"name", "conditions"}, {"steps", sheet.steps}}}, folder);
    if (!run.installed) GTEST_SKIP() << no_web;
    EXPECT_EQ(run.code, 0) << run.report.substr(0, 2000);
}

}  // namespace
}  // namespace cifra
