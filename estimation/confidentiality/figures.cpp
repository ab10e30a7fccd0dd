#include "estimation/confidentiality/figures.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "estimation/estimates_columns.h"

namespace cifra {

namespace {

using Name = std::tuple<std::string, std::string, std::string, std::string>;  // indicator, period, table, domain

Name family_of(const Figure& figure) { return {figure.indicator, figure.period, figure.table, ""}; }

// What the relations of one indicator hold between.
std::vector<double> values_of(const std::vector<Figure>& figures, const std::vector<std::size_t>& family, bool sums) {
    const auto all = [&](double Figure::*part) {
        return std::all_of(family.begin(), family.end(), [&](std::size_t i) { return !std::isnan(figures[i].*part); });
    };
    double Figure::*part = sums ? &Figure::estimate : all(&Figure::cases) ? &Figure::cases : &Figure::n;
    std::vector<double> values;
    for (const std::size_t i : family) values.push_back(std::isnan(figures[i].*part) ? 0 : figures[i].*part);
    return values;
}

void add_family(const std::vector<Figure>& figures, const std::vector<std::size_t>& family, bool additive,
                FigureTable& made) {
    const bool sums =
        additive && std::none_of(family.begin(), family.end(), [&](std::size_t i) { return figures[i].estimate < 0; });
    const std::vector<double> values = values_of(figures, family, sums);
    const double largest = std::max(*std::max_element(values.begin(), values.end()), 1e-300);
    std::vector<std::string> domains;
    for (std::size_t k = 0; k < family.size(); ++k) {
        domains.push_back(figures[family[k]].domain);
        made.table.values[family[k]] = values[k];
        made.cost[family[k]] = values[k] / largest;
        made.of_sums[family[k]] = sums;
    }
    for (Relation relation : domain_relations(domains, values, {"counting"})) {
        relation.total = family[relation.total];
        for (std::size_t& part : relation.parts) part = family[part];
        made.table.relations.push_back(std::move(relation));
    }
}

using Places = std::map<Name, std::size_t>;

void add_sums(const std::vector<Figure>& figures, const ConfidentialityPlan& plan, const Places& place,
              FigureTable& made) {
    for (std::size_t i = 0; i < figures.size(); ++i) {
        const auto sum = plan.sums.find(figures[i].indicator);
        if (sum == plan.sums.end() || !made.of_sums[i]) continue;
        Relation relation{i, {}, made.table.values[i]};
        for (const std::string& part : sum->second) {
            const auto found = place.find({part, figures[i].period, figures[i].table, figures[i].domain});
            if (found == place.end() || !made.of_sums[found->second]) continue;
            relation.parts.push_back(found->second);
            relation.rest -= made.table.values[found->second];
        }
        const double noise = 1e-9 * made.table.values[i];
        if (relation.parts.size() != sum->second.size() || relation.rest < -noise) continue;
        if (relation.rest < noise) relation.rest = 0;
        std::sort(relation.parts.begin(), relation.parts.end());
        made.table.relations.push_back(std::move(relation));
    }
}

// The whole of a partition is a cell of its own, which the intruder knows: 100 per cent, or all cases.
void add_partition(const std::vector<Figure>& figures, const std::vector<std::string>& indicators, const Places& place,
                   FigureTable& made) {
    for (std::size_t i = 0; i < figures.size(); ++i) {
        if (figures[i].indicator != indicators.front()) continue;
        Relation relation{made.table.values.size(), {}, 0};
        double whole = 0;
        for (const std::string& part : indicators) {
            const auto found = place.find({part, figures[i].period, figures[i].table, figures[i].domain});
            if (found == place.end() || made.of_sums[found->second] != made.of_sums[i]) continue;
            relation.parts.push_back(found->second);
            whole += made.table.values[found->second];
        }
        if (relation.parts.size() != indicators.size()) continue;
        std::sort(relation.parts.begin(), relation.parts.end());
        made.table.values.push_back(whole);
        made.cost.push_back(0);
        made.of_sums.push_back(made.of_sums[i]);
        made.table.relations.push_back(std::move(relation));
    }
}

}  // namespace

std::vector<Figure> figures_of(const Table& estimates) {
    const EstimatesColumns columns(estimates);
    std::vector<Figure> figures;
    std::map<Name, std::size_t> known;
    for (std::size_t row = 0; row < estimates.rows(); ++row) {
        Figure figure{columns.text("indicator", row),
                      columns.text("period", row),
                      domain_of_parts(parts_of_domain(columns.text("domain", row))),
                      "",
                      {row},
                      columns.number("estimate", row),
                      columns.number("n", row),
                      columns.number("n_cases", row),
                      columns.number("df", row)};
        auto [place, fresh] = known.emplace(Name{figure.indicator, figure.period, "", figure.domain}, figures.size());
        if (!fresh && columns.text("estimate", row) != columns.text("estimate", figures[place->second].rows.front())) {
            figure.table = columns.text("table", row);
            std::tie(place, fresh) =
                known.emplace(Name{figure.indicator, figure.period, figure.table, figure.domain}, figures.size());
        }
        if (fresh)
            figures.push_back(std::move(figure));
        else
            figures[place->second].rows.push_back(row);
    }
    return figures;
}

FigureTable figure_table(const std::vector<Figure>& figures, const ConfidentialityPlan& plan) {
    FigureTable made;
    made.table.values.resize(figures.size());
    made.cost.resize(figures.size());
    made.of_sums.resize(figures.size());
    std::map<Name, std::vector<std::size_t>> families;
    for (std::size_t i = 0; i < figures.size(); ++i) families[family_of(figures[i])].push_back(i);
    for (const auto& [name, family] : families)
        add_family(figures, family, plan.additive.contains(std::get<0>(name)), made);
    Places place;
    for (std::size_t i = 0; i < figures.size(); ++i)
        place.emplace(Name{figures[i].indicator, figures[i].period, figures[i].table, figures[i].domain}, i);
    add_sums(figures, plan, place, made);
    for (const std::vector<std::string>& indicators : plan.partitions)
        if (!indicators.empty()) add_partition(figures, indicators, place, made);
    return made;
}

}  // namespace cifra
