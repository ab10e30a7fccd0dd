#include "estimation/inference/model_matrix.h"

#include <algorithm>
#include <set>

namespace cifra {

namespace {

// One column of a variable: a name ("" for none) and the category it marks.
struct Coding {
    std::string name;
    std::size_t level = 0;
};

std::set<std::size_t> members(const ModelTerm& term) { return {term.variables.begin(), term.variables.end()}; }

// The first factor that stands alone: without an intercept it takes all its categories.
std::size_t first_factor(const ModelTerms& model) {
    for (const ModelTerm& term : model.terms)
        if (term.variables.size() == 1 && model.variables[term.variables[0]].factor) return term.variables[0];
    return intercept_term;
}

// Whether the term without `variable` is in the model.
bool is_marginal(const ModelTerms& model, const ModelTerm& term, std::size_t variable) {
    std::set<std::size_t> rest = members(term);
    rest.erase(variable);
    if (rest.empty()) return model.intercept || first_factor(model) != variable;
    return std::any_of(model.terms.begin(), model.terms.end(), [&](const ModelTerm& t) { return members(t) == rest; });
}

std::vector<Coding> codings(const ModelTerms& model, const ModelTerm& term, std::size_t at) {
    const ModelVariable& variable = model.variables[at];
    if (!variable.factor) return {{variable.name, 0}};
    std::vector<Coding> result;
    for (std::size_t level = 0; level < variable.levels.size(); ++level)
        if (level != variable.reference || !is_marginal(model, term, at))
            result.push_back({variable.name + "=" + variable.levels[level], level});
    return result;
}

class MatrixBuilder {
public:
    MatrixBuilder(const ModelTerms& model, const std::vector<FixedValue>& fixed) : model_(model), fixed_(fixed) {}

    ModelMatrix build() {
        const auto n = static_cast<Eigen::Index>(model_.records);
        if (model_.intercept) add("(intercept)", intercept_term, Eigen::VectorXd::Ones(n));
        for (std::size_t t = 0; t < model_.terms.size(); ++t) add_products(t);
        result_.columns.resize(n, static_cast<Eigen::Index>(columns_.size()));
        for (std::size_t j = 0; j < columns_.size(); ++j)
            result_.columns.col(static_cast<Eigen::Index>(j)) = columns_[j];
        return std::move(result_);
    }

private:
    void add(std::string name, std::size_t term, Eigen::VectorXd column) {
        result_.names.push_back(std::move(name));
        result_.term.push_back(term);
        columns_.push_back(std::move(column));
    }

    double value(std::size_t variable, const Coding& coding, std::size_t record) const {
        const ModelVariable& v = model_.variables[variable];
        for (const auto& [at, given] : fixed_)
            if (at == variable) return v.factor ? (static_cast<double>(coding.level) == given ? 1 : 0) : given;
        return v.factor ? (v.code[record] == coding.level ? 1 : 0) : v.values[record];
    }

    // Every combination of the columns of the term's variables; the first variable runs fastest.
    void add_products(std::size_t t) {
        const ModelTerm& term = model_.terms[t];
        std::vector<std::vector<Coding>> parts;
        std::size_t count = 1;
        for (const std::size_t variable : term.variables) {
            parts.push_back(codings(model_, term, variable));
            count *= parts.back().size();
        }
        for (std::size_t k = 0; k < count; ++k) add_product(t, parts, k);
    }

    void add_product(std::size_t t, const std::vector<std::vector<Coding>>& parts, std::size_t k) {
        std::string name;
        Eigen::VectorXd column = Eigen::VectorXd::Ones(static_cast<Eigen::Index>(model_.records));
        for (std::size_t v = 0; v < parts.size(); k /= parts[v].size(), ++v) {
            const Coding& coding = parts[v][k % parts[v].size()];
            name += (v ? ":" : "") + coding.name;
            for (std::size_t i = 0; i < model_.records; ++i)
                column(static_cast<Eigen::Index>(i)) *= value(model_.terms[t].variables[v], coding, i);
        }
        add(name, t, std::move(column));
    }

    const ModelTerms& model_;
    const std::vector<FixedValue>& fixed_;
    std::vector<Eigen::VectorXd> columns_;
    ModelMatrix result_;
};

}  // namespace

std::string term_name(const ModelTerms& model, const ModelTerm& term) {
    std::string name;
    for (const std::size_t variable : term.variables)
        name += (name.empty() ? "" : ":") + model.variables[variable].name;
    return name;
}

ModelMatrix model_matrix(const ModelTerms& model, const std::vector<FixedValue>& fixed) {
    return MatrixBuilder(model, fixed).build();
}

}  // namespace cifra
