#include "estimation/imputation_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "estimation/imputation_rows.h"

namespace cifra {

namespace {

constexpr std::size_t default_draws = 20;

class ItemReader {
public:
    ItemReader(const Hierarchy& hierarchy, std::size_t level, const std::string& name, const YamlValue& value,
               Diagnostics& faults)
        : fields_(value, faults, fmt::format("imputation of '{}'", name)), hierarchy_(hierarchy), faults_(faults) {
        item_.level = level;
        item_.variable = name;
        item_.defined = value.where;
    }

    ImputationItem read(const std::vector<std::string>& id) {
        item_.id = id;
        const Column* column = hierarchy_[item_.level].table.find(item_.variable);
        if (!column)
            faults_.error(
                item_.defined, "wrong-item",
                fmt::format("level '{}' has no column '{}' of its own", hierarchy_[item_.level].name, item_.variable),
                suggestion(item_.variable, hierarchy_[item_.level].table.names()));
        read_method(column);
        read_donors();
        if (const YamlValue* where = fields_.get("where"))
            item_.where = parse_expression(text_of(*where, faults_, "'where'"), where->where,
                                           hierarchy_.schema(item_.level), faults_, Type::truth);
        item_.missing_codes = fields_.texts("missing_codes");
        item_.together = names("together");
        for (const std::string& name : item_.together)
            if (hierarchy_.knows(item_.level, name) && !hierarchy_[item_.level].table.has(name))
                faults_.error(item_.defined, "wrong-item",
                              fmt::format("'{}' under 'together' stands at a level above", name),
                              "impute it there, as an item of its own");
        item_.proper = fields_.boolean("proper", true);
        draws_ = count("draws", static_cast<std::int64_t>(default_draws), 1, 1000);
        fields_.finish();
        return std::move(item_);
    }

    std::size_t draws() const { return draws_; }

private:
    std::size_t count(std::string_view key, std::int64_t fallback, std::int64_t least, std::int64_t most) {
        return count(fields_, key, fallback, least, most);
    }
    std::size_t count(Fields& fields, std::string_view key, std::int64_t fallback, std::int64_t least,
                      std::int64_t most) {
        const std::int64_t number = fields.integer(key, fallback);
        if (number >= least && number <= most) return static_cast<std::size_t>(number);
        const YamlValue* given = fields.get(key);
        faults_.error(given ? given->where : fields.where(), "out-of-range",
                      fmt::format("'{}' must lie from {} to {}", key, least, most),
                      fmt::format("for example {}: {}", key, std::max(least, fallback)));
        return static_cast<std::size_t>(std::max(least, fallback));
    }

    std::vector<std::string> names(std::string_view key) { return names(fields_, key); }
    std::vector<std::string> names(Fields& fields, std::string_view key) {
        std::vector<std::string> found = fields.texts(key);
        for (const std::string& name : found)
            if (!hierarchy_.knows(item_.level, name))
                faults_.error(
                    fields.get(key)->where, "unknown-name",
                    fmt::format("'{}' is not a variable of level '{}' or above", name, hierarchy_[item_.level].name),
                    suggestion(name, hierarchy_.schema(item_.level).names()));
        return found;
    }

    void read_method(const Column* column) {
        const YamlValue* model = fields_.get("predictive_mean");
        const std::string method =
            fields_.choice("method", {"hot_deck", "predictive_mean"}, model ? "predictive_mean" : "hot_deck");
        item_.classes = names("classes");
        read_collapse();
        if (method == "hot_deck") {
            if (model) misplaced("predictive_mean", "hot_deck");
            return;
        }
        item_.method = ImputationMethod::predictive_mean;
        if (!item_.classes.empty()) misplaced("classes", "predictive_mean");
        if (column && !column->is_number())
            faults_.error(item_.defined, "wrong-method",
                          fmt::format("'{}' is text: there is no mean to predict", item_.variable),
                          "use 'method: hot_deck'");
        if (!model) {
            faults_.error(item_.defined, "missing-key", "predictive mean matching needs its predictors",
                          "add 'predictive_mean: {predictors: [...], neighbours: 5}'");
            return;
        }
        Fields parts(*model, faults_, "'predictive_mean'");
        item_.predictors = names(parts, "predictors");
        if (item_.predictors.empty())
            faults_.error(model->where, "missing-key", "'predictive_mean' needs 'predictors'",
                          "name at least one variable");
        item_.neighbours = count(parts, "neighbours", 5, 1, 1000);
        parts.finish();
    }

    void misplaced(std::string_view key, std::string_view method) {
        faults_.error(item_.defined, "wrong-method", fmt::format("'{}' does not go with 'method: {}'", key, method),
                      "choose one method for the item");
    }

    // The last class variable goes first, unless said otherwise; `none` keeps the classes as they are.
    void read_collapse() {
        item_.collapse.assign(item_.classes.rbegin(), item_.classes.rend());
        const YamlValue* given = fields_.get("collapse");
        if (!given) return;
        item_.collapse = texts_of(*given, faults_, "'collapse'");
        if (item_.collapse == std::vector<std::string>{"none"}) item_.collapse.clear();
        for (const std::string& name : item_.collapse)
            if (std::find(item_.classes.begin(), item_.classes.end(), name) == item_.classes.end())
                faults_.error(given->where, "unknown-collapse", fmt::format("'{}' is not among the classes", name),
                              suggestion(name, item_.classes));
    }

    void read_donors() {
        const YamlValue* donors = fields_.get("donors");
        if (!donors) return;
        Fields parts(*donors, faults_, "'donors'");
        item_.limit = count(parts, "limit", 0, 0, 1'000'000);
        item_.minimum = count(parts, "minimum", 1, 1, 1'000'000);
        item_.weighted = parts.boolean("weighted", false);
        parts.finish();
    }

    Fields fields_;
    const Hierarchy& hierarchy_;
    Diagnostics& faults_;
    ImputationItem item_;
    std::size_t draws_ = default_draws;
};

class PlanReader {
public:
    PlanReader(const Hierarchy& hierarchy, Diagnostics& faults) : hierarchy_(hierarchy), faults_(faults) {}

    ImputationPlan read(const YamlValue& value) {
        if (!value.is_map())
            faults_.error(value.where, "wrong-type", "'impute' must map each level to its items",
                          "for example {crimes: {loss: {method: hot_deck, classes: [type]}}}");
        for (std::size_t i = 0; i < value.entries.size(); ++i) {
            const auto& [name, items] = value.entries[i];
            const std::size_t level = hierarchy_.find(name);
            if (level == no_level)
                faults_.error(value.key_places[i], "unknown-level",
                              fmt::format("there is no level '{}' under data:", name),
                              suggestion(name, hierarchy_.names()));
            else
                read_level(level, items);
        }
        return std::move(plan_);
    }

private:
    void read_level(std::size_t level, const YamlValue& items) {
        if (!items.is_map()) {
            faults_.error(items.where, "wrong-type", "a level must map each variable to its imputation",
                          "for example loss: {method: hot_deck, classes: [type]}");
            return;
        }
        const YamlValue* id_at = items.find("id");
        std::vector<std::string> id;
        if (id_at) id = texts_of(*id_at, faults_, "'id'");
        if (id_at) check_id(level, id, *id_at);
        for (const auto& [name, value] : items.entries)
            if (name != "id") read_item(level, name, value, id);
        if (!id_at && !items.entries.empty())
            faults_.note(items.where, "no-record-id",
                         fmt::format("records of '{}' are told apart by their content", hierarchy_[level].name),
                         "name the columns that identify a record, 'id: [...]', and the draws will not depend on which "
                         "other columns are read");
    }

    void check_id(std::size_t level, const std::vector<std::string>& id, const YamlValue& at) {
        const std::size_t errors = faults_.error_count();
        for (const std::string& name : id)
            if (!hierarchy_.knows(level, name))
                faults_.error(at.where, "unknown-name", fmt::format("'id' names no column '{}'", name),
                              suggestion(name, hierarchy_.schema(level).names()));
        if (faults_.error_count() > errors) return;
        const std::vector<std::string> names = record_names(hierarchy_, level, id);
        const std::set<std::string_view> distinct(names.begin(), names.end());
        if (distinct.size() < names.size())
            faults_.error(at.where, "id-not-unique",
                          fmt::format("{} records of '{}' repeat the identity of another",
                                      names.size() - distinct.size(), hierarchy_[level].name),
                          "name the columns that identify a record, those of the levels above included");
    }

    void read_item(std::size_t level, const std::string& name, const YamlValue& value,
                   const std::vector<std::string>& id) {
        const std::size_t errors = faults_.error_count();
        ItemReader reader(hierarchy_, level, name, value, faults_);
        ImputationItem item = reader.read(id);
        if (plan_.items.empty())
            plan_.draws = reader.draws();
        else if (reader.draws() != plan_.draws)
            faults_.error(value.where, "draws-differ",
                          fmt::format("'{}' has {} draws and an item before it {}", name, reader.draws(), plan_.draws),
                          "give every item the same 'draws'");
        if (faults_.error_count() == errors) check_rows(item);
        completed_.insert({level, name});
        for (const std::string& other : item.together) completed_.insert({level, other});
        plan_.items.push_back(std::move(item));
    }

    void check_rows(const ImputationItem& item) {
        const ImputationRows rows = imputation_rows(hierarchy_, item);
        if (rows.missing_count > 0 && rows.missing_count == rows.universe_count)
            faults_.error(item.defined, "no-donors",
                          fmt::format("all {} records that take part miss '{}'", rows.universe_count, item.variable),
                          "check 'where' and the missing codes");
        for (const std::string& name : item.predictors) {
            const Column& column = hierarchy_.column(item.level, name);
            std::size_t missing = 0;
            for (std::size_t row = 0; row < column.size(); ++row) missing += rows.universe[row] && !column.present(row);
            if (missing > 0 && column.is_number() && !completed_.contains({item.level, name}))
                faults_.error(item.defined, "missing-predictor",
                              fmt::format("the predictor '{}' is missing in {} records that take part", name, missing),
                              "impute it before, leave the records out with 'where', or take another");
        }
    }

    const Hierarchy& hierarchy_;
    Diagnostics& faults_;
    ImputationPlan plan_;
    std::set<std::pair<std::size_t, std::string>> completed_;
};

}  // namespace

ImputationPlan read_imputation_plan(const YamlValue& value, const Hierarchy& hierarchy, Diagnostics& faults) {
    return PlanReader(hierarchy, faults).read(value);
}

}  // namespace cifra
