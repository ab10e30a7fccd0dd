#include "estimation/weighting/calibration_variance.h"

#include <fmt/format.h>

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <set>

#include "engine/microdata/microdata.h"
#include "engine/study.h"

namespace cifra {

namespace {

std::string column_name(const std::string& variable, const std::string& category) {
    return category.empty() ? variable : variable + "=" + category;
}

class VarianceReader {
public:
    VarianceReader(const std::filesystem::path& directory, const std::filesystem::path& out, Diagnostics& faults)
        : directory_(directory), out_(out), faults_(faults) {}

    ControlsVariance read(const YamlValue& value) {
        result_.where = value.where;
        if (!value.is_map()) {
            faults_.error(value.where, "wrong-type", "'controls_variance' is no map",
                          "write standard errors as 'controls' has totals, or '{file: covariance.csv}'");
        } else if (value.entries.size() == 1 && value.entries[0].first == "file") {
            read_file(text_of(value.entries[0].second, faults_, "'file'"));
        } else {
            for (const auto& [variable, errors] : value.entries) read_errors(variable, errors);
        }
        return std::move(result_);
    }

private:
    void read_errors(const std::string& variable, const YamlValue& errors) {
        if (!errors.is_map()) {
            add_error(variable, "", errors);
            return;
        }
        const bool number = errors.entries.size() == 1 && errors.entries[0].first == "total";
        for (const auto& [category, error] : errors.entries) add_error(variable, number ? "" : category, error);
    }

    void add_error(const std::string& variable, const std::string& category, const YamlValue& value) {
        const double error = number_of(value, faults_, "a standard error");
        if (!(error >= 0) || !std::isfinite(error))
            faults_.error(value.where, "bad-controls-variance",
                          fmt::format("the standard error of '{}' is negative or no number", variable),
                          "write the standard error of the control's total, in its units");
        const std::string name = column_name(variable, category);
        result_.entries.push_back({name, name, error * error, value.where});
    }

    void read_file(const std::string& name) {
        result_.file = resolve(directory_, name, out_);
        CsvOptions options;
        options.columns = {"variable", "category", "other_variable", "other_category", "covariance"};
        for (const std::string& column : options.columns) options.types[column] = ColumnType::text;
        options.types["covariance"] = ColumnType::number;
        const std::size_t before = faults_.error_count();
        const Table table = read_rows({result_.file}, options, faults_);
        if (faults_.error_count() > before) return;
        const auto cell = [&](const char* column, std::size_t row) { return table.at(column).text(row); };
        for (std::size_t row = 0; row < table.rows(); ++row) {
            const Location place{table.source, row < table.lines.size() ? table.lines[row] : 0, 0};
            if (!table.at("covariance").present(row) || cell("variable", row).empty())
                faults_.error(place, "bad-controls-variance", "a line lacks its variable or its covariance",
                              "write variable,category,other_variable,other_category,covariance; both categories are "
                              "empty for totals of numbers, and a variance repeats its control");
            result_.entries.push_back({column_name(cell("variable", row), cell("category", row)),
                                       column_name(cell("other_variable", row), cell("other_category", row)),
                                       table.at("covariance").number(row), place});
        }
    }

    const std::filesystem::path& directory_;
    const std::filesystem::path& out_;
    Diagnostics& faults_;
    ControlsVariance result_;
};

}  // namespace

ControlsVariance read_controls_variance(const YamlValue& value, const std::filesystem::path& directory,
                                        const std::filesystem::path& out, Diagnostics& faults) {
    return VarianceReader(directory, out, faults).read(value);
}

Eigen::MatrixXd covariance_root(const ControlsVariance& variance, const std::vector<std::string>& names,
                                Diagnostics& faults) {
    constexpr double rounding = 1e-10;
    const auto p = static_cast<Eigen::Index>(names.size());
    Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(p, p);
    std::set<std::pair<Eigen::Index, Eigen::Index>> seen;
    const auto place = [&](const std::string& name, const Location& where) {
        const auto found = std::find(names.begin(), names.end(), name);
        if (found == names.end())
            faults.error(where, "unknown-control", fmt::format("there is no control '{}'", name),
                         suggestion(name, names));
        return found - names.begin();
    };
    for (const ControlCovariance& entry : variance.entries) {
        const Eigen::Index i = place(entry.name, entry.where),
                           j = entry.other == entry.name ? i : place(entry.other, entry.where);
        if (i == p || j == p) continue;
        if (!seen.emplace(std::min(i, j), std::max(i, j)).second)
            faults.error(entry.where, "duplicate-control",
                         fmt::format("the covariance of '{}' and '{}' stands twice", entry.name, entry.other),
                         "keep one line for each pair");
        matrix(i, j) = matrix(j, i) = entry.value;
    }
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(matrix);
    const double largest = eigen.eigenvalues().cwiseAbs().maxCoeff();
    if (eigen.eigenvalues()(0) < -rounding * largest)
        faults.error(variance.where, "bad-controls-variance",
                     "the covariances of the controls are no covariance matrix",
                     "some combination of the totals would have a negative variance; see the correlations");
    std::vector<Eigen::Index> positive;
    for (Eigen::Index j = 0; j < p; ++j)
        if (eigen.eigenvalues()(j) > rounding * largest) positive.push_back(j);
    const Eigen::VectorXd roots = eigen.eigenvalues()(positive).cwiseSqrt();
    return eigen.eigenvectors()(Eigen::all, positive) * roots.asDiagonal();
}

}  // namespace cifra
