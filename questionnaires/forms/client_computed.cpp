#include "questionnaires/forms/client_computed.h"

#include <fmt/format.h>

namespace cifra {
namespace {

bool of_conditions(Aggregate aggregate) {
    return aggregate == Aggregate::count || aggregate == Aggregate::any || aggregate == Aggregate::all;
}

// Names in a predicate are written ./name, as everywhere in the form.
std::string aggregated(Aggregate aggregate, const std::string& repeat, const std::string& each) {
    const auto count = [&](const char* test) { return fmt::format("count(${{{}}}[./{} {}])", repeat, each, test); };
    const std::string numbers = fmt::format("${{{0}}}[./{1} != '']/{1}", repeat, each);
    switch (aggregate) {
        case Aggregate::count:
            return count("= 1");
        case Aggregate::any:
            return fmt::format("if({} > 0, '1', '2')", count("= 1"));
        case Aggregate::all:
            return fmt::format("if({} = 0, '1', '2')", count("= 2"));
        case Aggregate::sum:
            return fmt::format("if({} > 0, sum({}), 0)", count("!= ''"), numbers);
        case Aggregate::min:
            return fmt::format("if({} > 0, min({}), '')", count("!= ''"), numbers);
        default:
            return fmt::format("if({} > 0, max({}), '')", count("!= ''"), numbers);
    }
}

FormItem calculated(const std::string& name, const std::string& where, const std::string& value) {
    FormItem item;
    item.name = name;
    item.calculation = where == "true()" ? value : fmt::format("if({}, {}, '')", where, value);
    return item;
}

}  // namespace

bool aggregates_over(const Question& question, Unit loop) {
    return question.computed && question.computed->aggregate != Aggregate::none && question.computed->over == loop;
}

FormItem computed_item(const Question& question, const std::string& gate, FormNames& names) {
    const Computation& computed = *question.computed;
    const std::string value =
        computed.aggregate == Aggregate::none
            ? names.value(computed.value, question.unit)
            : aggregated(computed.aggregate, names.repeat(computed.over), names.each(question.name));
    return calculated(question.name, xpath_all({gate, names.when_true(question.ask_if, question.unit)}), value);
}

FormItem each_item(const Question& question, const std::string& counts, FormNames& names) {
    const Computation& computed = *question.computed;
    const std::string value = of_conditions(computed.aggregate)
                                  ? fmt::format("if({}, 1, 2)", names.when_true(computed.value, computed.over))
                                  : names.value(computed.value, computed.over);
    return calculated(names.each(question.name), xpath_all({counts, names.when_true(computed.where, computed.over)}),
                      value);
}

}  // namespace cifra
