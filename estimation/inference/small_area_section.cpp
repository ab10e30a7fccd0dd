#include "estimation/inference/small_area_section.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "engine/csv.h"
#include "estimation/inference/result_rows.h"

namespace cifra {

namespace {

template <class Choice>
Choice chosen(Fields& fields, const char* key, const std::vector<std::string>& names) {
    const std::string name = fields.choice(key, names, names[0]);
    return static_cast<Choice>(std::find(names.begin(), names.end(), name) - names.begin());
}

std::filesystem::path beside(const YamlValue& value, const std::string& name) {
    const std::filesystem::path file = name;
    if (name.empty() || file.is_absolute()) return file;
    return std::filesystem::path(value.where.file).parent_path() / file;
}

// A list of maps as a table: columns of the first map; a cell is a number where every cell of its column is one.
Table inline_areas(const YamlValue& list, Diagnostics& faults) {
    std::map<std::string, std::vector<std::string>> cells;
    for (const YamlValue& item : list.items) {
        if (!item.is_map() || item.entries.size() != list.items[0].entries.size()) {
            faults.error(item.where, "inline-area", "an area must have the same columns as the first", "");
            return {};
        }
        for (const auto& [name, value] : item.entries) cells[name].push_back(value.scalar);
    }
    Table table;
    for (const auto& [name, texts] : cells) {
        if (texts.size() != list.items.size()) {
            faults.error(list.where, "inline-area", fmt::format("not every area has the column '{}'", name), "");
            continue;
        }
        std::vector<double> numbers;
        for (const std::string& text : texts)
            if (const auto number = parse_number(text); number || text.empty())
                numbers.push_back(number.value_or(std::nan("")));
        table.set(name, numbers.size() == texts.size() ? Column::of_numbers(numbers) : Column::of_texts(texts));
    }
    return table;
}

std::optional<Benchmark> read_benchmark(const YamlValue* value, std::string& weight, Diagnostics& faults) {
    if (!value) return std::nullopt;
    Fields fields(*value, faults, "a benchmark");
    Benchmark benchmark;
    fields.require("to");
    benchmark.target = fields.number("to", 0);
    weight = fields.text("weight");
    benchmark.mean = fields.choice("of", {"mean", "total"}, "mean") == "mean";
    benchmark.method = chosen<BenchmarkMethod>(fields, "method", {"ratio", "difference"});
    fields.finish();
    return benchmark;
}

void read_model(Fields& fields, SmallAreaRequest& request, Diagnostics& faults) {
    request.options.method = chosen<SmallAreaMethod>(fields, "method", small_area_method_names());
    request.options.transformation = chosen<AreaTransformation>(fields, "transformation", area_transformation_names());
    request.options.zero_variance = chosen<ZeroVariance>(fields, "zero_variance", zero_variance_names());
    request.options.smooth_all = fields.choice("smooth", {"zeros", "all"}, "zeros") == "all";
    request.options.benchmark = read_benchmark(fields.get("benchmark"), request.weight, faults);
}

SmallAreaRequest read_request(const YamlValue& value, Diagnostics& faults) {
    Fields fields(value, faults, "a small-area model");
    SmallAreaRequest request;
    request.where = value.where;
    request.id = fields.required_text("id");
    request.area = fields.required_text("area");
    request.estimates = beside(value, fields.text("estimates"));
    request.auxiliary = beside(value, fields.text("auxiliary"));
    if (const YamlValue* areas = fields.get("areas")) request.areas = inline_areas(*areas, faults);
    request.tables = fields.texts("tables");
    request.indicators = fields.texts("indicators");
    request.direct = fields.text("direct", "estimate");
    request.variance = fields.text("variance");
    request.se = fields.text("se", "se");
    request.effective_n = fields.text("effective_n");
    request.n = fields.text("n");
    request.x = fields.texts("x");
    request.intercept = fields.boolean("intercept", true);
    read_model(fields, request, faults);
    fields.finish();
    if (!request.estimates.empty() && request.areas.rows() > 0)
        faults.error(value.where, "wrong-key", "a small-area model takes 'estimates' or 'areas', not both",
                     "leave one out; without either the estimates of the same run are taken");
    if (request.options.zero_variance == ZeroVariance::smooth && request.n.empty())
        faults.error(value.where, "missing-key", "zero_variance: smooth needs the key 'n'",
                     "the column with the sample size of the area");
    if (request.x.empty() && !request.intercept)
        faults.error(value.where, "missing-key", "a model without intercept needs the key 'x'", "x: [column, ...]");
    return request;
}

// Joins the direct estimates with the auxiliary file, area by area.
class Joined {
public:
    Joined(const SmallAreaRequest& request, const Table* estimates, Diagnostics& faults)
        : request_(request), estimates_(estimates), faults_(faults) {}

    std::vector<Area> areas() {
        if (request_.areas.rows() > 0)
            direct_ = request_.areas;
        else if (!request_.estimates.empty())
            direct_ = read(request_.estimates);
        else if (estimates_)
            direct_ = *estimates_;
        else
            faults_.error(request_.where, "missing-key", "a small-area model needs 'estimates' or 'areas'",
                          "estimates: a CSV file, or areas: a list");
        if (!request_.auxiliary.empty()) auxiliary_ = read(request_.auxiliary);
        if (faults_.has_errors() || !has_columns()) return {};
        place(direct_, direct_rows_, true);
        place(auxiliary_, auxiliary_rows_, false);
        if (direct_rows_.empty())
            faults_.error(request_.where, "no-estimates", "no estimate was found for any area",
                          "see the keys 'area', 'tables' and 'indicators'");
        std::vector<Area> result;
        for (const std::string& name : order_) result.push_back(area(name));
        return result;
    }

private:
    Table read(const std::filesystem::path& file) {
        CsvOptions options;
        std::vector<std::string> numbers = request_.x;
        for (const std::string& name :
             {request_.direct, request_.se, request_.variance, request_.effective_n, request_.n, request_.weight})
            if (!name.empty()) numbers.push_back(name);
        for (const std::string& name : numbers) options.types[name] = ColumnType::number;
        options.types[request_.area] = ColumnType::text;
        return read_csv(file, options, faults_);
    }

    bool found(const std::string& name) {
        if (name.empty() || direct_.has(name) || auxiliary_.has(name)) return true;
        faults_.error(request_.where, "missing-column", fmt::format("no file has the column '{}'", name),
                      suggestion(name, auxiliary_.names().empty() ? direct_.names() : auxiliary_.names()));
        return false;
    }

    bool has_columns() {
        bool all = direct_.has(request_.area) || direct_.has("domain") || found(request_.area);
        for (const std::string& name : {request_.direct, request_.variance.empty() ? request_.se : request_.variance,
                                        request_.effective_n, request_.n, request_.weight})
            all = found(name) && all;
        for (const std::string& name : request_.x) all = found(name) && all;
        return all;
    }

    // The code of an area: its column, or "AREA=code" in the column `domain`.
    std::string name_of(const Table& table, std::size_t row) const {
        if (const Column* column = table.find(request_.area)) return column->cell(row);
        const std::string domain = table.at("domain").cell(row), head = request_.area + "=";
        return domain.starts_with(head) && domain.find(';') == std::string::npos ? domain.substr(head.size()) : "";
    }

    bool wanted(const Table& table, std::size_t row) const {
        const auto among = [&](const char* column, const std::vector<std::string>& allowed) {
            return allowed.empty() || !table.has(column) ||
                   std::find(allowed.begin(), allowed.end(), table.at(column).cell(row)) != allowed.end();
        };
        return among("table", request_.tables) && among("indicator", request_.indicators);
    }

    void place(const Table& table, std::map<std::string, std::size_t>& rows, bool estimates) {
        for (std::size_t row = 0; row < table.rows(); ++row) {
            if (estimates && !wanted(table, row)) continue;
            const std::string name = name_of(table, row);
            if (name.empty()) continue;
            if (!direct_rows_.contains(name) && !auxiliary_rows_.contains(name)) order_.push_back(name);
            if (!rows.emplace(name, row).second)
                faults_.error(request_.where, "duplicate-area", fmt::format("area '{}' stands twice", name),
                              "choose one by 'tables' and 'indicators'");
        }
    }

    double value(const std::string& column, const std::string& name) const {
        if (column.empty()) return std::nan("");
        for (const auto& [table, rows] : {std::pair{&direct_, &direct_rows_}, {&auxiliary_, &auxiliary_rows_}})
            if (const Column* found = table->find(column))
                if (const auto row = rows->find(name); row != rows->end())
                    if (const double number = number_or_nan(*found, row->second); std::isfinite(number)) return number;
        return std::nan("");
    }

    Area area(const std::string& name) const {
        Area result;
        result.name = name;
        result.direct = value(request_.direct, name);
        const double se = value(request_.se, name);
        result.variance = request_.variance.empty() ? se * se : value(request_.variance, name);
        if (request_.intercept) result.x.push_back(1);
        for (const std::string& column : request_.x) result.x.push_back(value(column, name));
        result.n = value(request_.n, name);
        result.effective_n = value(request_.effective_n, name);
        if (!request_.weight.empty()) result.weight = value(request_.weight, name);
        return result;
    }

    const SmallAreaRequest& request_;
    const Table* estimates_;
    Diagnostics& faults_;
    Table direct_, auxiliary_;
    std::map<std::string, std::size_t> direct_rows_, auxiliary_rows_;
    std::vector<std::string> order_;
};

void write_model(ResultRows& rows, const SmallAreaRequest& request, const SmallAreaFit& fit) {
    const auto begin = [&](const char* part, const std::string& name, double estimate, double error) {
        rows.begin_row();
        rows.set("id", request.id);
        rows.set("part", std::string(part));
        rows.set("name", name);
        rows.set("estimate", estimate);
        rows.set("se", error);
    };
    begin("model", "A", fit.model_variance, fit.model_variance_error);
    rows.set("notices", joined(fit.notices));
    for (std::size_t j = 0; j < fit.coefficients.size(); ++j) {
        const std::size_t column = j - (request.intercept ? 1 : 0);
        begin("coefficient", request.intercept && j == 0 ? "intercept" : request.x[column], fit.coefficients[j],
              fit.errors[j]);
    }
}

void write_areas(ResultRows& rows, const SmallAreaRequest& request, const std::vector<Area>& areas,
                 const SmallAreaFit& fit) {
    for (std::size_t i = 0; i < areas.size(); ++i) {
        const AreaEstimate& made = fit.areas[i];
        rows.begin_row();
        rows.set("id", request.id);
        rows.set("part", std::string("area"));
        rows.set("name", areas[i].name);
        rows.set("direct", areas[i].direct);
        rows.set("se_direct", std::sqrt(areas[i].variance));
        rows.set("estimate", made.estimate);
        rows.set("se", std::sqrt(made.mse));
        rows.set("cv", std::sqrt(made.mse) / std::abs(made.estimate));
        rows.set("benchmarked", made.benchmarked);
        rows.set("shrinkage", made.shrinkage);
        rows.set("synthetic", made.synthetic);
        rows.set("residual", made.residual);
        rows.set("notices", joined(made.notices));
    }
}

SectionPlan read_small_area_section(const YamlValue& value, const SurveyData&, const SectionOptions&,
                                    Diagnostics& faults) {
    std::vector<SmallAreaRequest> requests = read_small_area_requests(value, faults);
    std::vector<std::filesystem::path> inputs;
    for (const SmallAreaRequest& request : requests)
        for (const std::filesystem::path& file : {request.estimates, request.auxiliary})
            if (!file.empty()) inputs.push_back(file);
    return {[requests = std::move(requests)](const Table& estimates, Diagnostics& later) {
                return small_area_table(requests, &estimates, later);
            },
            std::move(inputs)};
}

}  // namespace

std::vector<SmallAreaRequest> read_small_area_requests(const YamlValue& value, Diagnostics& faults) {
    if (!value.is_list())
        faults.error(value.where, "wrong-type", "'small_areas' must be a list", "small_areas: [{id: ..., ...}]");
    std::vector<SmallAreaRequest> requests;
    for (const YamlValue& item : value.items) requests.push_back(read_request(item, faults));
    return requests;
}

std::vector<Area> areas_of(const SmallAreaRequest& request, const Table* estimates, Diagnostics& faults) {
    return Joined(request, estimates, faults).areas();
}

Table small_area_table(const std::vector<SmallAreaRequest>& requests, const Table* estimates, Diagnostics& faults) {
    ResultRows rows({"id", "part", "name", "direct", "se_direct", "estimate", "se", "cv", "benchmarked", "shrinkage",
                     "synthetic", "residual", "notices"},
                    {"id", "part", "name", "notices"});
    for (const SmallAreaRequest& request : requests) {
        Diagnostics own;
        const std::vector<Area> areas = areas_of(request, estimates, own);
        faults.append(own);
        if (own.has_errors()) continue;
        try {
            const SmallAreaFit fit = fit_small_areas(areas, request.options);
            write_model(rows, request, fit);
            write_areas(rows, request, areas, fit);
        } catch (const Refusal& refusal) {
            faults.error(request.where, "small-area-model", refusal.what(),
                         fmt::format("see the model '{}' and its files", request.id));
        }
    }
    return rows.finish();
}

TableSection small_area_section() { return {"small_areas", "small_areas.csv", read_small_area_section}; }

}  // namespace cifra
