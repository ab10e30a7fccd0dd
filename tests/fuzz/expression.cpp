// Any text as an expression: no crash, and what is accepted has the same value over a record and over a column.
#include "engine/expression.h"

#include "engine/evaluate.h"
#include "tests/fuzz/fuzz.h"

namespace {

cifra::Table people() {
    using cifra::Missing;
    cifra::Table table;
    const std::vector<Missing> gaps = {Missing::none, Missing::none, Missing::refused, Missing::dont_know};
    table.set("age", cifra::Column::of_numbers({17, 40, 0, 0}, gaps));
    table.set("count", cifra::Column::of_numbers({0, -2.5, 1e300, 3}));
    table.set("sex", cifra::Column::of_texts({"1", "2", "", "1"}, gaps));
    table.set("crime", cifra::Column::of_texts({"03", "robbery", "", "9"}));
    return table;
}

cifra::Value cell(const cifra::Column& column, std::size_t row, cifra::Type type) {
    if (!column.present(row)) return cifra::Value::absent(type, column.missing(row));
    if (type == cifra::Type::text) return cifra::Value::of(column.text(row));
    if (type == cifra::Type::truth) return cifra::Value::of(column.number(row) != 0);
    return cifra::Value::of(column.number(row));
}

bool same(const cifra::Value& a, const cifra::Value& b) {
    if (a.missing != b.missing || a.type != b.type) return false;
    return !a.present() || (a.number == b.number && a.text == b.text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const cifra::Table table = people();
    static const cifra::Schema schema = cifra::schema_of(table);
    const std::string text = cifra::fuzz::text_of(data, size);
    cifra::names_in(text);
    cifra::Diagnostics faults;
    const auto expression = cifra::parse_expression(text, {"fuzz.yaml", 1, 1}, schema, faults);
    cifra::fuzz::require_explained(faults);
    cifra::fuzz::require(expression.has_value() == !faults.has_errors(), "accepted with a fault, or refused without");
    if (!expression) return 0;

    const cifra::Column column = cifra::evaluate(
        *expression, table.rows(), [&](std::string_view name) -> const cifra::Column& { return table.at(name); });
    for (std::size_t row = 0; row < table.rows(); ++row) {
        const auto lookup = [&](std::string_view name) {
            return cell(table.at(name), row, *schema.find(name));
        };
        const cifra::Value value = cifra::evaluate(*expression, lookup);
        cifra::fuzz::require(same(value, cell(column, row, expression->type())), "record and column disagree");
    }
    return 0;
}
