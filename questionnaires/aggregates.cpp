#include "questionnaires/aggregates.h"

#include <algorithm>

namespace cifra {
namespace {

// What an expression sees at one record of a loop.
class Scene {
public:
    Scene(const Board& now, const Board& record, Unit over) : now_(now), record_(record), over_(over) {}

    Value value(std::string_view name) const { return board_of(name).lookup(name); }

    bool unsure(const Expr& expression) const {
        for (const std::string& name : expression.names())
            if (const auto found = now_.instrument->name_index.find(name);
                found != now_.instrument->name_index.end() && board_of(name).unsure[found->second])
                return true;
        return false;
    }

private:
    const Board& board_of(std::string_view name) const {
        const auto found = now_.instrument->name_index.find(name);
        const bool own =
            found != now_.instrument->name_index.end() && now_.instrument->names[found->second].unit == over_;
        return own ? record_ : now_;
    }

    const Board& now_;
    const Board& record_;
    Unit over_;
};

Value aggregated(Aggregate aggregate, const std::vector<Value>& values) {
    const auto trues = std::count_if(values.begin(), values.end(), [](const Value& value) { return value.is_true(); });
    if (aggregate == Aggregate::count) return Value::of(static_cast<double>(trues));
    if (aggregate == Aggregate::any) return Value::of(trues > 0);
    if (aggregate == Aggregate::all) return Value::of(trues == static_cast<std::ptrdiff_t>(values.size()));
    std::vector<double> numbers;
    for (const Value& value : values)
        if (value.present()) numbers.push_back(value.number);
    if (aggregate == Aggregate::sum) {
        double sum = 0;
        for (const double number : numbers) sum += number;
        return Value::of(sum);
    }
    if (numbers.empty()) return Value::absent(Type::number);
    return Value::of(aggregate == Aggregate::min ? *std::min_element(numbers.begin(), numbers.end())
                                                 : *std::max_element(numbers.begin(), numbers.end()));
}

}  // namespace

Computed compute(const Computation& computation, const Board& now, const std::vector<const Board*>& records) {
    const Expr& expression = computation.value.expr;
    if (expression.empty()) return {Value::absent(computation.type), true};
    if (computation.aggregate == Aggregate::none) {
        if (now.reads_unsure(expression)) return {Value::absent(computation.type), true};
        return {evaluate(expression, [&](std::string_view name) { return now.lookup(name); }), false};
    }
    std::vector<Value> values;
    for (const Board* record : records) {
        const Scene scene(now, *record, computation.over);
        const auto lookup = [&](std::string_view name) { return scene.value(name); };
        const Expr& where = computation.where.expr;
        if (!where.empty()) {
            if (scene.unsure(where)) return {Value::absent(computation.type), true};
            if (!evaluate(where, lookup).is_true()) continue;
        }
        if (scene.unsure(expression)) return {Value::absent(computation.type), true};
        values.push_back(evaluate(expression, lookup));
    }
    return {aggregated(computation.aggregate, values), false};
}

}  // namespace cifra
