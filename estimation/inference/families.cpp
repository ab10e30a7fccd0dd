#include "estimation/inference/families.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <limits>

namespace cifra {

namespace {

constexpr double tiny = std::numeric_limits<double>::epsilon();

double inside(double probability) { return std::clamp(probability, tiny, 1 - tiny); }

double normal_density(double x) { return std::exp(-x * x / 2) * 0.39894228040143267794; }

double normal_share(double x) { return std::erfc(-x * 0.70710678118654752440) / 2; }

// y log(y / mu), 0 at y = 0
double y_log(double y, double mean) { return y == 0 ? 0 : y * std::log(y / mean); }

template <class Names>
std::size_t position(const Names& names, std::string_view name) {
    return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
}

const std::vector<std::string>& all_links() {
    static const std::vector<std::string> names = {"identity", "log", "logit", "probit", "cloglog"};
    return names;
}

}  // namespace

const std::vector<std::string>& family_names() {
    static const std::vector<std::string> names = {"gaussian", "binomial", "poisson", "gamma", "negative_binomial"};
    return names;
}

const std::vector<std::string>& link_names(Family family) {
    static const std::vector<std::string> of_family[] = {{"identity", "log"},
                                                         {"logit", "probit", "cloglog", "log", "identity"},
                                                         {"log", "identity"},
                                                         {"log", "identity"},
                                                         {"log"}};
    return of_family[static_cast<std::size_t>(family)];
}

Family family_from_text(std::string_view name) { return static_cast<Family>(position(family_names(), name)); }
Link link_from_text(std::string_view name) { return static_cast<Link>(position(all_links(), name)); }
std::string_view to_text(Link link) { return all_links()[static_cast<std::size_t>(link)]; }

double link_of(Link link, double mean) {
    switch (link) {
        case Link::log:
            return std::log(mean);
        case Link::logit:
            return std::log(mean / (1 - mean));
        case Link::probit:
            return boost::math::quantile(boost::math::normal(), inside(mean));
        case Link::cloglog:
            return std::log(-std::log1p(-mean));
        default:
            return mean;
    }
}

double mean_of(Link link, double eta) {
    switch (link) {
        case Link::log:
            return std::exp(eta);
        case Link::logit:
            return inside(eta < 0 ? std::exp(eta) / (1 + std::exp(eta)) : 1 / (1 + std::exp(-eta)));
        case Link::probit:
            return inside(normal_share(eta));
        case Link::cloglog:
            return inside(-std::expm1(-std::exp(eta)));
        default:
            return eta;
    }
}

double mean_slope(Link link, double eta) {
    switch (link) {
        case Link::log:
            return std::exp(eta);
        case Link::logit: {
            const double e = std::exp(-std::abs(eta));
            return std::max(e / ((1 + e) * (1 + e)), tiny);
        }
        case Link::probit:
            return std::max(normal_density(eta), tiny);
        case Link::cloglog:
            return std::max(std::exp(std::min(eta, 700.0) - std::exp(std::min(eta, 700.0))), tiny);
        default:
            return 1;
    }
}

double variance_of(const ModelFamily& family, double mean) {
    switch (family.family) {
        case Family::binomial:
            return mean * (1 - mean);
        case Family::poisson:
            return mean;
        case Family::gamma:
            return mean * mean;
        case Family::negative_binomial:
            return mean + mean * mean / family.theta;
        default:
            return 1;
    }
}

double unit_deviance(const ModelFamily& family, double y, double mean) {
    switch (family.family) {
        case Family::binomial:
            return 2 * (y_log(y, mean) + y_log(1 - y, 1 - mean));
        case Family::poisson:
            return 2 * (y_log(y, mean) - (y - mean));
        case Family::gamma:
            return 2 * ((y - mean) / mean - std::log(y / mean));
        case Family::negative_binomial:
            return 2 * (y_log(y, mean) - (y + family.theta) * std::log1p((y - mean) / (mean + family.theta)));
        default:
            return (y - mean) * (y - mean);
    }
}

bool outcome_allowed(Family family, double y) {
    if (!std::isfinite(y)) return false;
    if (family == Family::binomial) return y >= 0 && y <= 1;
    if (family == Family::gamma) return y > 0;
    return family == Family::gaussian || y >= 0;
}

bool mean_allowed(Family family, double mean) {
    if (!std::isfinite(mean)) return false;
    if (family == Family::binomial) return mean > 0 && mean < 1;
    return family == Family::gaussian || mean > 0;
}

std::string_view outcome_rule(Family family) {
    if (family == Family::binomial) return "truths, or numbers from 0 to 1";
    if (family == Family::gamma) return "positive numbers";
    return family == Family::gaussian ? "finite numbers" : "numbers that are not negative";
}

}  // namespace cifra
