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
        if (model_.intercept) add({}, intercept_term);
        for (std::size_t t = 0; t < model_.terms.size(); ++t) add_products(t);
        const auto p = static_cast<Eigen::Index>(columns_.size());
        result_.columns = Eigen::MatrixXd::Ones(static_cast<Eigen::Index>(model_.records), p);
        for (Eigen::Index j = 0; j < p; ++j)
            for (const auto& [variable, level] : columns_[static_cast<std::size_t>(j)])
                multiply(result_.columns.col(j), variable, level);
        return std::move(result_);
    }

private:
    // A column is the product of its variables, each at the category it marks.
    using Product = std::vector<std::pair<std::size_t, std::size_t>>;

    void add(const Product& product, std::size_t term, const std::string& name = "(intercept)") {
        result_.names.push_back(name);
        result_.term.push_back(term);
        columns_.push_back(product);
    }

    void multiply(Eigen::Ref<Eigen::VectorXd> column, std::size_t variable, std::size_t level) const {
        const ModelVariable& v = model_.variables[variable];
        const auto fixed =
            std::find_if(fixed_.begin(), fixed_.end(), [&](const FixedValue& f) { return f.first == variable; });
        if (fixed != fixed_.end()) {
            column *= v.factor ? static_cast<double>(static_cast<double>(level) == fixed->second) : fixed->second;
        } else if (v.factor) {
            for (Eigen::Index i = 0; i < column.size(); ++i)
                column(i) *= v.code[static_cast<std::size_t>(i)] == level ? 1 : 0;
        } else {
            column.array() *= Eigen::Map<const Eigen::ArrayXd>(v.values.data(), column.size());
        }
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
        for (std::size_t k = 0; k < count; ++k) {
            Product product;
            std::string name;
            for (std::size_t v = 0, rest = k; v < parts.size(); rest /= parts[v].size(), ++v) {
                const Coding& coding = parts[v][rest % parts[v].size()];
                name += (v ? ":" : "") + coding.name;
                product.emplace_back(term.variables[v], coding.level);
            }
            add(product, t, name);
        }
    }

    const ModelTerms& model_;
    const std::vector<FixedValue>& fixed_;
    std::vector<Product> columns_;
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
