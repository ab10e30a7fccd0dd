#include "estimation/inference/gvf_section.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/csv.h"
#include "estimation/inference/result_rows.h"

namespace cifra {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

std::filesystem::path beside(const YamlValue& value, const std::string& name) {
    const std::filesystem::path file = name;
    return file.is_absolute() ? file : std::filesystem::path(value.where.file).parent_path() / file;
}

GvfModel read_model(const std::string& group, const YamlValue& value, GvfForm form, Diagnostics& faults) {
    Fields fields(value, faults, fmt::format("parameters of '{}'", group));
    GvfModel model;
    model.group = group;
    model.form = form;
    for (const char* name : {"a", "b", "c"}) {
        if (model.coefficients.size() == gvf_parameters(form)) break;
        fields.require(name);
        model.coefficients.push_back(fields.number(name, 0));
    }
    model.smallest = fields.number("smallest", 0);
    model.largest = fields.number("largest", model.largest);
    fields.finish();
    return model;
}

GvfRequest read_request(const YamlValue& value, Diagnostics& faults) {
    Fields fields(value, faults, "a variance function");
    GvfRequest request;
    request.where = value.where;
    request.id = fields.required_text("id");
    if (fields.has("from")) request.from = beside(value, fields.text("from"));
    request.tables = fields.texts("tables");
    request.indicators = fields.texts("indicators");
    request.group_by = fields.text("group_by");
    request.statistic = static_cast<GvfStatistic>([&] {
        const std::vector<std::string> kinds = {"total", "proportion", "rate"};
        return std::find(kinds.begin(), kinds.end(), fields.choice("statistic", kinds, "total")) - kinds.begin();
    }());
    if (const YamlValue* base = fields.get("base"); base && base->is_scalar()) {
        request.base = parse_number(base->scalar);
        if (!request.base) request.base_column = base->scalar;
    }
    request.per = fields.number("per", 1000);
    if (const YamlValue* parameters = fields.get("parameters")) {
        if (parameters->is_scalar()) request.parameters = beside(value, parameters->scalar);
        request.published =
            read_gvf_models(parameters->is_scalar() ? read_yaml(request.parameters, faults) : *parameters, faults);
    } else
        request.form = gvf_form_from_text(fields.choice("form", gvf_form_names(), "inverse"));
    fields.finish();
    const bool share = request.statistic != GvfStatistic::total;
    if (share && request.published.empty())
        faults.error(value.where, "gvf-statistic", "a variance function is fitted to totals only",
                     "leave out 'statistic', or give 'parameters'");
    if (share && !request.base && request.base_column.empty())
        faults.error(value.where, "missing-key", "proportions and rates need the key 'base'",
                     "a number or a column with the estimated denominator");
    if (!(request.per > 0)) faults.error(value.where, "out-of-range", "'per' must be positive", "for example 1000");
    return request;
}

// The estimates one request is about, and how they are found in its file.
class Job {
public:
    Job(const GvfRequest& request, const Table& estimates, Diagnostics& faults)
        : request_(request), estimates_(estimates), faults_(faults) {}

    void run(ResultRows& rows) {
        if (!has_columns()) return;
        for (std::size_t row = 0; row < estimates_.rows(); ++row)
            if (wanted("table", row, request_.tables) && wanted("indicator", row, request_.indicators)) {
                rows_.push_back(row);
                const double se = number_or_nan(estimates_.at("se"), row);
                points_.push_back({number_or_nan(estimates_.at("estimate"), row), se * se, group(row)});
            }
        if (rows_.empty())
            faults_.error(request_.where, "no-estimates", "no estimate has these tables and indicators",
                          "see the columns 'table' and 'indicator' of the file");
        fit();
        for (std::size_t i = 0; i < rows_.size(); ++i) write(rows, i);
    }

private:
    bool has_columns() {
        std::vector<std::string> needed = {"estimate", "se"};
        for (const std::string& name : {request_.group_by, request_.base_column})
            if (!name.empty()) needed.push_back(name);
        if (!request_.tables.empty()) needed.push_back("table");
        if (!request_.indicators.empty()) needed.push_back("indicator");
        bool all = true;
        for (const std::string& name : needed)
            if (!estimates_.has(name)) {
                faults_.error(request_.where, "missing-column", fmt::format("the estimates have no column '{}'", name),
                              suggestion(name, estimates_.names()));
                all = false;
            }
        return all;
    }

    bool wanted(const char* column, std::size_t row, const std::vector<std::string>& allowed) const {
        return allowed.empty() ||
               std::find(allowed.begin(), allowed.end(), estimates_.at(column).cell(row)) != allowed.end();
    }

    std::string group(std::size_t row) const {
        return request_.group_by.empty() ? "" : estimates_.at(request_.group_by).cell(row);
    }

    void fit() {
        if (!request_.published.empty()) {
            fit_.models = request_.published;
            fit_.residuals.resize(points_.size());
            return;
        }
        fit_ = fit_gvf(points_, request_.form);
    }

    const GvfModel* model_of(std::size_t i) const {
        for (const GvfModel& model : fit_.models)
            if (model.group == points_[i].group) return &model;
        return nullptr;
    }

    double base_of(std::size_t row) const {
        if (request_.base) return *request_.base;
        return request_.base_column.empty() ? nan : number_or_nan(estimates_.at(request_.base_column), row);
    }

    GvfPrediction predicted(const GvfModel& model, std::size_t i) const {
        const double value = points_[i].estimate;
        if (request_.statistic == GvfStatistic::proportion) return predict_proportion(model, value, base_of(rows_[i]));
        if (request_.statistic == GvfStatistic::rate)
            return predict_rate(model, value, base_of(rows_[i]), request_.per);
        return predict_total(model, value);
    }

    void write(ResultRows& rows, std::size_t i) const {
        rows.begin_row();
        rows.set("id", request_.id);
        rows.set("group", points_[i].group);
        for (const char* name : {"table", "indicator", "domain"})
            if (estimates_.has(name)) rows.set(name, estimates_.at(name).cell(rows_[i]));
        rows.set("estimate", points_[i].estimate);
        const double se = std::sqrt(points_[i].variance);
        rows.set("se", se);
        const GvfModel* model = model_of(i);
        if (!model) return rows.set("notices", std::string("no parameters for this group"));
        const GvfPrediction prediction = predicted(*model, i);
        rows.set("form", std::string(to_text(model->form)));
        rows.set("se_gvf", prediction.se);
        rows.set("ratio", se > 0 ? prediction.se / se : nan);
        rows.set("standardized", fit_.residuals[i].standardized);
        rows.set("leverage", fit_.residuals[i].leverage);
        write_model(rows, *model);
        std::vector<std::string> notices = model->notices;
        notices.insert(notices.end(), prediction.notices.begin(), prediction.notices.end());
        rows.set("notices", joined(notices));
    }

    static void write_model(ResultRows& rows, const GvfModel& model) {
        const char* names[] = {"a", "b", "c"};
        for (std::size_t j = 0; j < model.coefficients.size(); ++j) rows.set(names[j], model.coefficients[j]);
        rows.set("r_squared", model.r_squared);
        rows.set("sigma", model.sigma);
        rows.set("smallest", model.smallest);
        rows.set("largest", model.largest);
        if (model.points > 0) rows.set("points", static_cast<double>(model.points));
    }

    const GvfRequest& request_;
    const Table& estimates_;
    Diagnostics& faults_;
    std::vector<std::size_t> rows_;
    std::vector<GvfPoint> points_;
    GvfFit fit_;
};

SectionPlan read_gvf_section(const YamlValue& value, const SurveyData&, const SectionOptions&, Diagnostics& faults) {
    std::vector<GvfRequest> requests = read_gvf_requests(value, faults);
    std::vector<std::filesystem::path> inputs;
    for (const GvfRequest& request : requests)
        for (const std::filesystem::path& file : {request.from, request.parameters})
            if (!file.empty()) inputs.push_back(file);
    return {[requests = std::move(requests)](const Table& estimates, Diagnostics& later) {
                return gvf_table(requests, &estimates, later);
            },
            std::move(inputs)};
}

}  // namespace

std::vector<GvfModel> read_gvf_models(const YamlValue& value, Diagnostics& faults) {
    Fields fields(value, faults, "parameters of variance functions");
    fields.labels("source");
    const GvfForm form = gvf_form_from_text(fields.choice("form", gvf_form_names(), "inverse"));
    std::vector<GvfModel> models;
    if (const YamlValue* groups = fields.require("groups"); groups && groups->is_map())
        for (const auto& [group, parameters] : groups->entries)
            models.push_back(read_model(group, parameters, form, faults));
    fields.finish();
    if (models.empty())
        faults.error(value.where, "missing-key", "there are no groups with parameters",
                     "groups: {violent: {a: ..., b: ..., c: ...}}");
    return models;
}

std::vector<GvfRequest> read_gvf_requests(const YamlValue& value, Diagnostics& faults) {
    if (!value.is_list()) faults.error(value.where, "wrong-type", "'gvf' must be a list", "gvf: [{id: ..., ...}]");
    std::vector<GvfRequest> requests;
    for (const YamlValue& item : value.items) requests.push_back(read_request(item, faults));
    return requests;
}

Table gvf_table(const std::vector<GvfRequest>& requests, const Table* estimates, Diagnostics& faults) {
    ResultRows rows({"id", "group",     "form",  "table",        "indicator", "domain",  "estimate",
                     "se", "se_gvf",    "ratio", "standardized", "leverage",  "a",       "b",
                     "c",  "r_squared", "sigma", "points",       "smallest",  "largest", "notices"},
                    {"id", "group", "form", "table", "indicator", "domain", "notices"});
    for (const GvfRequest& request : requests) {
        CsvOptions options;
        options.types = {{"estimate", ColumnType::number}, {"se", ColumnType::number}};
        if (!request.from.empty())
            Job(request, read_csv(request.from, options, faults), faults).run(rows);
        else if (estimates)
            Job(request, *estimates, faults).run(rows);
        else
            faults.error(request.where, "missing-key", "a variance function needs the key 'from'",
                         "the CSV file that holds its estimates");
    }
    return rows.finish();
}

TableSection gvf_section() { return {"gvf", "gvf.csv", read_gvf_section}; }

}  // namespace cifra
