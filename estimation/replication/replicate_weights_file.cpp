#include "estimation/replication/replicate_weights_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "engine/csv.h"

namespace cifra {

namespace {

using Method = ReplicationMethod;

Table block_of(const WeightedRows& rows, const ReplicateFactors& factors, std::size_t begin, std::size_t end) {
    std::vector<std::size_t> numbers(end - begin);
    std::iota(numbers.begin(), numbers.end(), begin);
    Table block = rows.ids.pick(numbers);
    const auto weight = rows.weight.subspan(begin, end - begin);
    block.set(rows.weight_name, Column::of_numbers({weight.begin(), weight.end()}));
    std::vector<double> by_unit(factors.units()), column(weight.size());
    for (std::size_t r = 0; r < factors.count(); ++r) {
        factors.of(r, by_unit);
        for (std::size_t i = 0; i < column.size(); ++i) column[i] = weight[i] * by_unit[rows.unit_of_row[begin + i]];
        block.set(fmt::format("rw_{}", r + 1), Column::of_numbers(column));
    }
    return block;
}

bool all_equal(std::span<const double> values) {
    return std::adjacent_find(values.begin(), values.end(), std::not_equal_to<>()) == values.end();
}

// "0.5 0.5 0.75": each coefficient, 17 digits.
std::string listed(std::span<const double> values) {
    std::string text;
    for (const double value : values) text += fmt::format("{}{}", text.empty() ? "" : " ", shortest(value));
    return text;
}

// c(0.5, 0.75)[rep(1:2, c(3, 4))]: runs of equal coefficients.
std::string r_vector(std::span<const double> values) {
    std::string numbers, times;
    for (std::size_t i = 0; i < values.size();) {
        std::size_t end = i;
        while (end < values.size() && values[end] == values[i]) ++end;
        numbers += fmt::format("{}{}", numbers.empty() ? "" : ", ", shortest(values[i]));
        times += fmt::format("{}{}", times.empty() ? "" : ", ", end - i);
        i = end;
    }
    return fmt::format("rep(c({}), c({}))", numbers, times);
}

std::string r_type(const ReplicateDescription& replicates) {
    switch (replicates.method) {
        case Method::jk1:
            return "type = \"JK1\"";
        case Method::jkn:
            return "type = \"JKn\"";
        case Method::jk2:
            return "type = \"JK2\"";
        case Method::brr:
            return "type = \"BRR\"";
        case Method::fay:
            return fmt::format("type = \"Fay\", rho = {}", shortest(replicates.fay));
        case Method::sdr:
            return "type = \"successive-difference\"";
        case Method::generalized:
            return "type = \"other\"";
        default:
            return "type = \"bootstrap\"";
    }
}

// R takes these from the type alone and warns when they are given.
bool r_knows_scale(Method method) {
    return method == Method::brr || method == Method::fay || method == Method::jk2 || method == Method::sdr;
}

std::string stata_weights(const ReplicateDescription& replicates, const std::string& names) {
    const Method method = replicates.method;
    if (method == Method::brr) return fmt::format("brrweight({}) vce(brr)", names);
    if (method == Method::fay) return fmt::format("brrweight({}) fay({}) vce(brr)", names, shortest(replicates.fay));
    if (method == Method::sdr) return fmt::format("sdrweight({}) vce(sdr)", names);
    if (is_bootstrap(method) && method != Method::generalized)
        return fmt::format("bsrweight({}) vce(bootstrap)", names);
    const auto& c = replicates.coefficients;
    return fmt::format("jkrweight({}, multiplier({})) vce(jackknife)", names,
                       all_equal(c) ? shortest(c[0]) : listed(c));
}

std::string sudaan_weights(const ReplicateDescription& replicates, const std::string& names) {
    const auto& c = replicates.coefficients;
    if (!is_jackknife(replicates.method))
        return fmt::format("DESIGN=BRR; REPWGT {} / ADJFAY={};", names,
                           shortest(c[0] * static_cast<double>(replicates.coefficients.size())));
    if (all_equal(c)) return fmt::format("DESIGN=JACKKNIFE; JACKWGTS {} / ADJJACK={};", names, shortest(c[0]));
    return fmt::format("DESIGN=JACKKNIFE; JACKWGTS {}; JACKMULT {};", names, listed(c));
}

std::string sas_method(const ReplicateDescription& replicates) {
    if (replicates.method == Method::brr) return "BRR";
    if (replicates.method == Method::fay) return fmt::format("BRR(FAY={})", shortest(replicates.fay));
    return "JACKKNIFE";
}

std::string sas_weights(const ReplicateDescription& replicates, const std::string& names) {
    const auto& c = replicates.coefficients;
    const std::string coefficients =
        sas_method(replicates) == "JACKKNIFE"
            ? fmt::format(" JKCOEFS={}", all_equal(c) ? shortest(c[0]) : "(" + listed(c) + ")")
            : "";
    return fmt::format("REPWEIGHTS {} / DF={}{};", names, shortest(replicates.df), coefficients);
}

}  // namespace

void write_replicate_weights(const WeightedRows& rows, const ReplicateFactors& factors, std::ostream& csv) {
    const std::size_t at_once =
        std::max<std::size_t>(1, (std::size_t{1} << 22) / std::max<std::size_t>(1, factors.count()));
    for (std::size_t begin = 0; begin < rows.weight.size(); begin += at_once) {
        const std::string text = to_csv(block_of(rows, factors, begin, std::min(rows.weight.size(), begin + at_once)));
        csv << (begin == 0 ? text : text.substr(text.find('\n') + 1));
    }
}

ReplicateDescription describe(const ReplicateFactors& factors) {
    const auto c = factors.coefficients();
    return {factors.plan().method, factors.plan().fay, {c.begin(), c.end()}, factors.degrees_of_freedom()};
}

std::string replicate_code_r(const ReplicateDescription& replicates, const std::string& file,
                             const std::string& weight_name) {
    const auto& c = replicates.coefficients;
    const Method method = replicates.method;
    std::string scale;
    if (method == Method::jk1 || (is_bootstrap(method) && all_equal(c)))
        scale = fmt::format(", scale = {}, rscales = rep(1, {})", shortest(c[0]), c.size());
    else if (!r_knows_scale(method))
        scale = fmt::format(", scale = 1, rscales = {}", r_vector(c));
    return fmt::format(
        "svrepdesign(data = read.csv(\"{}\", check.names = FALSE), weights = ~`{}`, repweights = \"^rw_[0-9]+$\", "
        "{}{}, combined.weights = TRUE, mse = TRUE, degf = {})",
        file, weight_name, r_type(replicates), scale, shortest(replicates.df));
}

std::string replicate_code(const ReplicateDescription& replicates, const std::string& file,
                           const std::string& weight_name) {
    const std::string dash = fmt::format("rw_1-rw_{}", replicates.coefficients.size());
    return fmt::format(
        "R survey\n    design <- {}\n\n"
        "Stata\n    svyset [pweight={}], {} mse dof({})\n\n"
        "SUDAAN\n    {} WEIGHT {};\n\n"
        "SAS\n    PROC SURVEYMEANS VARMETHOD={}; WEIGHT {}; {}\n",
        replicate_code_r(replicates, file, weight_name), weight_name, stata_weights(replicates, dash),
        shortest(replicates.df), sudaan_weights(replicates, dash), weight_name, sas_method(replicates), weight_name,
        sas_weights(replicates, dash));
}

}  // namespace cifra
