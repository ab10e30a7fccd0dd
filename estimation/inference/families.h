// Families and links of generalized linear models (McCullagh and Nelder 1989, chapter 2).
//
//   family             variance V(mu)       links, the first by default
//   gaussian           1                    identity log
//   binomial           mu (1 - mu)          logit probit cloglog log identity
//   poisson            mu                   log identity
//   gamma              mu^2                 log identity
//   negative_binomial  mu + mu^2 / theta    log                            (NB2; Hilbe 2011, section 8.2)
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cifra {

enum class Family { gaussian, binomial, poisson, gamma, negative_binomial };
enum class Link { identity, log, logit, probit, cloglog };

const std::vector<std::string>& family_names();
const std::vector<std::string>& link_names(Family family);
Family family_from_text(std::string_view name);  // a name of the list
Link link_from_text(std::string_view name);
std::string_view to_text(Link link);

struct ModelFamily {
    Family family = Family::gaussian;
    Link link = Link::identity;
    double theta = 1;  // of the negative binomial
};

double link_of(Link link, double mean);
double mean_of(Link link, double eta);     // probabilities stay within 2^-52 of 0 and 1
double mean_slope(Link link, double eta);  // d mean / d eta, positive
double variance_of(const ModelFamily& family, double mean);
double unit_deviance(const ModelFamily& family, double outcome, double mean);
bool outcome_allowed(Family family, double outcome);
bool mean_allowed(Family family, double mean);
std::string_view outcome_rule(Family family);  // "numbers from 0 to 1"

}  // namespace cifra
