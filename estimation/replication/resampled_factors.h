// Factors of bootstraps that draw units again, stage by stage. Each draws within a group of n units, with mean 1, sum n
// and, for fraction f, variance v = 1 - f at the first stage. F is the product of the fractions of the stages before.
//
//   rao_wu        r = n / (n - 1) times the counts of n - 1 draws with replacement; factor 1 + L1 (r1 - 1) +
//                 L2 sqrt(r1) (r2 - 1) + L3 sqrt(r1 r2) (r3 - 1) ..., L = sqrt(F (1 - f)). Rao, Wu 1988, sec. 2, 5.
//   rwyb          product over stages of 1 + sqrt(v) (r - 1), v = F (1 - f) / (2 - F). Beaumont, Emond 2022. With
//                 probabilities p: 1 + sqrt(1 - p) (r - 1), made to sum to n; under Poisson sampling a gamma number of
//                 mean 1 and variance 1 - p.
//   antal_tille   product of doubled halves, whole numbers: m of the n units are drawn, m at random with mean n v and
//                 never 1; half of them count twice and half not, the others once. An odd m has one more, at random
//                 with chance 1/4 from the doubled and 3/4 from the others. Antal and Tille 2014.
//
// So E[(a1 - 1)^2] = v at the first stage and E[a1^2 ... (a - 1)^2] = F (1 - f) at later ones: the expected spread of a
// total is its variance of Särndal, Swensson and Wretman 1992, section 4.3, exactly.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/random.h"
#include "estimation/design.h"
#include "estimation/replication/replication_plan.h"

namespace cifra {

class ResampledFactors {
public:
    ResampledFactors() = default;
    ResampledFactors(const ReplicationPlan& plan, const SurveyDesign& design);
    void block(std::size_t first, std::size_t size, std::span<double> by_unit) const;

private:
    struct Group {
        std::uint32_t begin = 0, end = 0;  // units of the stage
        double variance = 0;               // v, or F (1 - f) of rao_wu; 0: nothing varies
        std::uint64_t key = 0;
    };
    struct Level {
        std::vector<Group> groups;
        std::vector<std::uint32_t> above;  // of each unit: unit of the stage before
    };
    // One stage in a block of replicates: factors, and of rao_wu the product of r over the stages.
    struct Lanes {
        std::vector<double> factor, drawn;
    };
    void draw(const Draw& draw, const Group& group, std::size_t stage, std::span<double> relative) const;
    void draw_unequal(const Draw& draw, const Group& group, std::span<double> factor) const;
    void add_level(std::size_t stage, std::span<const std::uint64_t> seeds, const Lanes& above,
                   std::span<double> factor, std::span<double> drawn) const;

    ReplicationPlan plan_;
    std::vector<Level> levels_;
    std::vector<double> probability_;  // of PSUs, under `unequal`
    bool poisson_ = false;
};

// n / (n - 1) times the counts of n - 1 draws with replacement from n >= 2 units.
void draw_again(const Draw& draw, std::span<double> relative);

// A doubled half of a random part of the units, as above; 0 <= variance <= 1, at least two units.
void double_half(const Draw& draw, double variance, std::span<double> factor);

}  // namespace cifra
