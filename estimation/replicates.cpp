#include "estimation/replicates.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "engine/csv.h"
#include "engine/study.h"
#include "estimation/replication/replicate_factors.h"

namespace cifra {

namespace {

const std::vector<std::string>& method_names() {
    static const std::vector<std::string> names = {"JK1", "JK2", "JKn", "BRR", "Fay", "bootstrap", "SDR", "other"};
    return names;
}

class Reader {
public:
    Reader(const YamlValue& value, const Hierarchy& hierarchy, std::size_t level,
           const std::pair<std::filesystem::path, std::filesystem::path>& folders,
           std::vector<std::filesystem::path>& inputs, Diagnostics& faults)
        : fields_(value, faults, "'replicates'"),
          hierarchy_(hierarchy),
          level_(level),
          folders_(folders),
          inputs_(inputs),
          faults_(faults) {
        const std::string file = fields_.text("file");
        if (!file.empty()) own_file_ = read_file(file, hierarchy[level], fields_.where());
    }

    Replicates read() {
        if (faults_.has_errors()) return {};
        find_columns();
        result_.method = fields_.choice("method", method_names(), "other");
        combined_ = fields_.boolean("combined", true);
        result_.reimpute = fields_.boolean("reimpute", false);
        result_.about_mean = fields_.choice("centre", {"estimate", "mean"}, "estimate") == "mean";
        if (!faults_.has_errors()) read_scales();
        read_df();
        levels_ = fields_.get("levels");
        fields_.finish();
        if (!faults_.has_errors()) read_ratios(level_, own_file_);
        read_levels();
        return std::move(result_);
    }

private:
    const Table& table() const { return own_file_.width() > 0 ? own_file_ : hierarchy_[level_].table; }

    Table read_file(const std::string& name, const Level& level, const Location& where) {
        const std::filesystem::path file = resolve(folders_.first, name, folders_.second);
        inputs_.push_back(file);
        Table table = read_csv(file, {}, faults_);
        if (!faults_.has_errors() && table.rows() != level.rows())
            faults_.error(
                where, "wrong-length",
                fmt::format("{} has {} rows, level '{}' has {}", name, table.rows(), level.name, level.rows()),
                "one row a record, in the same order");
        return table;
    }

    // Levels below that have replicate weights of their own.
    void read_levels() {
        if (!levels_ || faults_.has_errors()) return;
        for (const auto& [name, value] : levels_->entries) {
            const std::size_t level = hierarchy_.find(name);
            if (level == no_level || level == level_ || !hierarchy_.is_above(level_, level)) {
                faults_.error(value.where, "unknown-level",
                              fmt::format("'{}' is no level below '{}'", name, hierarchy_[level_].name),
                              suggestion(name, hierarchy_.names()));
                continue;
            }
            const Table file = read_file(text_of(value, faults_, "a level"), hierarchy_[level], value.where);
            for (const std::string& column : columns_)
                if (!faults_.has_errors() && !file.has(column))
                    faults_.error({file.source, 1, 0}, "missing-column", fmt::format("there is no column '{}'", column),
                                  suggestion(column, file.names()));
            if (!faults_.has_errors()) read_ratios(level, file);
        }
    }

    void find_columns() {
        const YamlValue* value = fields_.require("columns");
        if (!value) return;
        for (const std::string& pattern : texts_of(*value, faults_, "'columns'")) {
            const std::size_t before = columns_.size();
            for (const std::string& name : table().names())
                if (matches_pattern(name, pattern)) columns_.push_back(name);
            if (columns_.size() == before)
                faults_.error(value->where, "missing-column",
                              fmt::format("no column of {} is named '{}'", table().source, pattern),
                              suggestion(pattern, table().names()));
        }
        if (columns_.size() == 1)
            faults_.error(value->where, "too-few-replicates", "one replicate has no spread", "name all the columns");
    }

    double default_scale() {
        const auto r = static_cast<double>(columns_.size());
        const double rho = fields_.number("fay", 0);
        if (result_.method != "Fay" && fields_.has("fay"))
            faults_.error(fields_.get("fay")->where, "wrong-key", "'fay' belongs to method Fay", "leave it out");
        if (!(rho >= 0 && rho < 1))
            faults_.error(fields_.get("fay")->where, "out-of-range", "'fay' lies between 0 and 1",
                          "for example fay: 0.5");
        if (result_.method == "JK1") return (r - 1) / r;
        if (result_.method == "JK2" || result_.method == "JKn") return 1;
        if (result_.method == "BRR" || result_.method == "bootstrap") return 1 / r;
        if (result_.method == "Fay") return 1 / (r * (1 - rho) * (1 - rho));
        if (result_.method == "SDR") return 4 / r;
        if (!fields_.has("scale"))
            faults_.error(fields_.where(), "missing-key", "replicates of no named method need their 'scale'",
                          "add 'scale: ...' and, if the producer gives them, 'rscales: [...]'");
        return 1;
    }

    void read_scales() {
        const double scale = fields_.number("scale").value_or(default_scale());
        result_.coefficients.assign(columns_.size(), scale);
        const YamlValue* value = fields_.get("rscales");
        if (!value) {
            if (result_.method == "JKn")
                faults_.error(fields_.where(), "missing-key", "JKn replicates need 'rscales', one a replicate",
                              "(n_h - 1) / n_h of the stratum each replicate leaves a PSU out of");
            return;
        }
        const std::vector<std::string> texts = texts_of(*value, faults_, "'rscales'");
        if (texts.size() != columns_.size() && texts.size() != 1)
            faults_.error(value->where, "wrong-length",
                          fmt::format("{} rscales for {} replicates", texts.size(), columns_.size()),
                          "one a replicate, in the order of the columns");
        for (std::size_t r = 0; r < columns_.size() && !texts.empty(); ++r) {
            const auto number = parse_number(texts[std::min(r, texts.size() - 1)]);
            if (!number || *number < 0)
                faults_.error(value->where, "wrong-type", "'rscales' are numbers from 0",
                              "for example [0.9, 0.9, 0.8]");
            result_.coefficients[r] *= number.value_or(0);
        }
    }

    void read_df() {
        const auto df = fields_.number("df");
        result_.df_stated = df.has_value();
        result_.df = df.value_or(static_cast<double>(columns_.size()) - 1);
        if (result_.df_stated && !(result_.df > 0))
            faults_.error(fields_.get("df")->where, "out-of-range", "'df' is positive", "for example df: 14");
    }

    void read_ratios(std::size_t at, const Table& file) {
        const Level& level = hierarchy_[at];
        const Table& table = file.width() > 0 ? file : level.table;
        const std::size_t rows = level.rows(), count = columns_.size();
        std::vector<double> ratios(rows * count, 0.0);
        std::size_t bad = 0, lost = 0;
        for (std::size_t r = 0; r < count; ++r) {
            const Column& column = table.at(columns_[r]);
            for (std::size_t row = 0; row < rows; ++row) {
                if (!column.is_number() || !column.present(row) || !std::isfinite(column.number(row))) {
                    ++bad;
                    continue;
                }
                const double weight = level.weight[row], value = column.number(row);
                if (combined_ && weight == 0 && value != 0) ++lost;
                ratios[row * count + r] = !combined_ ? value : (weight == 0 ? 0 : value / weight);
            }
        }
        result_.published.push_back({at, std::make_shared<const std::vector<double>>(std::move(ratios))});
        if (bad > 0)
            faults_.error({table.source, 0, 0}, "bad-replicate",
                          fmt::format("{} cells of the replicate weights are missing or no number", bad),
                          "every record has a number in every replicate");
        if (lost > 0)
            faults_.error({table.source, 0, 0}, "weightless-replicate",
                          fmt::format("{} replicate weights are not 0 although the full weight is", lost),
                          "check that the weight and its replicates belong together, or set combined: false");
    }

    Fields fields_;
    const Hierarchy& hierarchy_;
    std::size_t level_;
    const std::pair<std::filesystem::path, std::filesystem::path>& folders_;
    std::vector<std::filesystem::path>& inputs_;
    Diagnostics& faults_;
    const YamlValue* levels_ = nullptr;
    Table own_file_;
    std::vector<std::string> columns_;
    bool combined_ = true;
    Replicates result_;
};

}  // namespace

Replicates read_replicates(const YamlValue& value, const Hierarchy& hierarchy, std::size_t level,
                           const std::pair<std::filesystem::path, std::filesystem::path>& folders,
                           std::vector<std::filesystem::path>& inputs, Diagnostics& faults) {
    return Reader(value, hierarchy, level, folders, inputs, faults).read();
}

bool matches_pattern(const std::string& name, const std::string& pattern) {
    const std::size_t star = pattern.find('*');
    if (star == std::string::npos) return name == pattern;
    const std::string head = pattern.substr(0, star), tail = pattern.substr(star + 1);
    return name.size() >= head.size() + tail.size() && name.starts_with(head) && name.ends_with(tail);
}

SparseColumn replicate_deviations(const Replicates& replicates, double full, const std::vector<double>& values) {
    const auto count = static_cast<double>(replicates.count());
    const double centre = replicates.about_mean ? std::accumulate(values.begin(), values.end(), 0.0) / count : full;
    SparseColumn column;
    for (std::uint32_t r = 0; r < replicates.count(); ++r) {
        column.unit.push_back(r);
        column.total.push_back(std::sqrt(replicates.coefficients[r]) * (values[r] - centre));
    }
    return column;
}

bool makes_replicates(const YamlValue& value) { return !value.find("columns") && !value.find("file"); }

Replicates make_replicates(const YamlValue& value, const SurveyDesign& design, std::uint64_t seed,
                           std::vector<std::string>& notices, Diagnostics& faults) {
    Fields fields(value, faults, "'replicates'");
    Replicates result;
    if (fields.require("method")) result.method = fields.choice("method", replication_names(), "rao_wu");
    ReplicationPlan plan;
    plan.method = replication_from_text(result.method.empty() ? "rao_wu" : result.method);
    const std::int64_t count = fields.integer("count", is_bootstrap(plan.method) ? 500 : 0);
    plan.count = static_cast<std::size_t>(std::clamp<std::int64_t>(count, 0, 100000));
    plan.seed = static_cast<std::uint64_t>(fields.integer("seed", static_cast<std::int64_t>(seed)));
    if (plan.method == ReplicationMethod::fay) plan.fay = fields.number("fay", plan.fay);
    result.reimpute = fields.boolean("reimpute", false);
    fields.finish();
    if (faults.has_errors()) return {};
    auto made = std::make_shared<const ReplicateFactors>(ReplicateFactors::make(plan, design, fields.where(), faults));
    result.coefficients.assign(made->coefficients().begin(), made->coefficients().end());
    result.df = made->degrees_of_freedom();
    result.df_stated = true;
    notices.insert(notices.end(), made->notices().begin(), made->notices().end());
    result.made = std::move(made);
    return result;
}

namespace {

std::shared_ptr<const std::vector<double>> ratios_of_units(const ReplicateFactors& factors) {
    std::vector<double> ratios(factors.units() * factors.count());
    factors.block(0, factors.count(), ratios);
    return std::make_shared<const std::vector<double>>(std::move(ratios));
}

}  // namespace

ReplicateRatios row_ratios(const Replicates& replicates, const Hierarchy& hierarchy, std::size_t level) {
    if (!replicates.made) {
        auto nearest = replicates.published.rbegin();
        while (!hierarchy.is_above(nearest->level, level)) ++nearest;
        return {replicates.count(), nearest->ratios, hierarchy.ancestor_rows(level, nearest->level)};
    }
    const auto& unit = hierarchy[level].unit_of_row;
    return {replicates.count(), ratios_of_units(*replicates.made), {unit.begin(), unit.end()}};
}

}  // namespace cifra
