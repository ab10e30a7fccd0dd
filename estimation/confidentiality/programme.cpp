#include "estimation/confidentiality/programme.h"

#include <glpk.h>

#include <cmath>

namespace cifra {

struct Programme::Parts {
    glp_prob* problem = glp_create_prob();
    Parts() = default;
    Parts(const Parts&) = delete;
    Parts& operator=(const Parts&) = delete;
    ~Parts() { glp_delete_prob(problem); }
};

namespace {

// GLPK counts from 1.
int number(std::size_t i) { return static_cast<int>(i) + 1; }

int kind_of(double low, double high) {
    if (std::isinf(low) && std::isinf(high)) return GLP_FR;
    if (std::isinf(low)) return GLP_UP;
    if (std::isinf(high)) return GLP_LO;
    return low == high ? GLP_FX : GLP_DB;
}

void stop_at(glp_tree* tree, void* nodes) {
    int total = 0;
    glp_ios_tree_size(tree, nullptr, nullptr, &total);
    if (total > *static_cast<int*>(nodes)) glp_ios_terminate(tree);
}

}  // namespace

Programme::Programme() : parts_(std::make_unique<Parts>()) {
    glp_term_out(GLP_OFF);
    glp_set_obj_dir(parts_->problem, GLP_MIN);
}
Programme::~Programme() = default;
Programme::Programme(Programme&&) noexcept = default;
Programme& Programme::operator=(Programme&&) noexcept = default;

std::size_t Programme::add_variable(double low, double high, double cost) {
    const auto variable = static_cast<std::size_t>(glp_add_cols(parts_->problem, 1)) - 1;
    set_bounds(variable, low, high);
    set_cost(variable, cost);
    return variable;
}

std::size_t Programme::add_whole_variable(double low, double high, double cost) {
    const std::size_t variable = add_variable(low, high, cost);
    glp_set_col_kind(parts_->problem, number(variable), GLP_IV);
    return variable;
}

void Programme::set_bounds(std::size_t variable, double low, double high) {
    glp_set_col_bnds(parts_->problem, number(variable), kind_of(low, high), low, high);
}

void Programme::set_cost(std::size_t variable, double cost) {
    glp_set_obj_coef(parts_->problem, number(variable), cost);
}

void Programme::add_row(std::span<const std::pair<std::size_t, double>> terms, double low, double high) {
    std::vector<int> columns = {0};
    std::vector<double> factors = {0};
    for (const auto& [variable, factor] : terms) {
        columns.push_back(number(variable));
        factors.push_back(factor);
    }
    const int row = glp_add_rows(parts_->problem, 1);
    glp_set_row_bnds(parts_->problem, row, kind_of(low, high), low, high);
    glp_set_mat_row(parts_->problem, row, static_cast<int>(terms.size()), columns.data(), factors.data());
}

Programme::Outcome Programme::solve() {
    glp_smcp settings;
    glp_init_smcp(&settings);
    settings.msg_lev = GLP_MSG_OFF;
    glp_std_basis(parts_->problem);
    glp_simplex(parts_->problem, &settings);
    const int status = glp_get_status(parts_->problem);
    if (status == GLP_OPT) return Outcome::optimal;
    return status == GLP_UNBND ? Outcome::unbounded : Outcome::infeasible;
}

double Programme::value(std::size_t variable) const { return glp_get_col_prim(parts_->problem, number(variable)); }
double Programme::objective() const { return glp_get_obj_val(parts_->problem); }
double Programme::reduced_cost(std::size_t variable) const {
    return glp_get_col_dual(parts_->problem, number(variable));
}

Programme::Whole Programme::solve_whole(int nodes) {
    glp_iocp settings;
    glp_init_iocp(&settings);
    settings.msg_lev = GLP_MSG_OFF;
    settings.presolve = GLP_ON;
    settings.cb_func = stop_at;
    settings.cb_info = &nodes;
    glp_intopt(parts_->problem, &settings);
    const int status = glp_mip_status(parts_->problem);
    Whole result;
    if (status != GLP_OPT && status != GLP_FEAS) return result;
    result.proven = status == GLP_OPT;
    result.objective = glp_mip_obj_val(parts_->problem);
    for (int column = 1; column <= glp_get_num_cols(parts_->problem); ++column)
        result.values.push_back(glp_mip_col_val(parts_->problem, column));
    return result;
}

}  // namespace cifra
