// `value` of a computed question: an expression, or an aggregate over the roster's lines or the incidents.
#include <fmt/format.h>

#include "questionnaires/instrument_reading.h"

namespace cifra {
namespace {

struct Word {
    std::string_view word;
    Aggregate aggregate;
};
constexpr Word words[] = {{"count", Aggregate::count}, {"sum", Aggregate::sum}, {"min", Aggregate::min},
                          {"max", Aggregate::max},     {"any", Aggregate::any}, {"all", Aggregate::all}};

Computation read_aggregate(const YamlValue& map, Diagnostics& faults) {
    Fields fields(map, faults, "'value'");
    Computation computed;
    fields.require("over");
    computed.over = fields.choice("over", {"roster", "incident"}, "roster") == "roster" ? Unit::roster : Unit::incident;
    int given = 0;
    for (const Word& word : words) {
        const Condition value = read_condition(fields, word.word, faults);
        if (!value.given()) continue;
        ++given;
        computed.value = value;
        computed.aggregate = word.aggregate;
    }
    computed.where = read_condition(fields, "where", faults);
    fields.finish();
    if (given != 1)
        faults.error(map.where, "bad-aggregate", "an aggregate is one of count, sum, min, max, any, all",
                     "write 'value: {over: roster, count: age < 18}'");
    return computed;
}

}  // namespace

Computation read_computation(Fields& fields, Diagnostics& faults) {
    const YamlValue* value = fields.require("value");
    if (!value) return {};
    if (value->is_map()) return read_aggregate(*value, faults);
    Computation computed;
    computed.value = {text_of(*value, faults, "'value'"), value->where, {}};
    return computed;
}

}  // namespace cifra
