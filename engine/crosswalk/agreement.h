// How far two codings of the same things agree.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace cifra {

struct CodedPair {
    std::string first, second;
    double weight = 1;
};

// accuracy p_o: the share that agrees. kappa: (p_o − p_e) / (1 − p_e), where p_e is the agreement that the two margins
// give by chance; 1 in full agreement, 0 at chance, nothing where both use one category alone. Its standard error,
// where every weight is 1: sqrt(p_o (1 − p_o) / (n (1 − p_e)²)). Cohen (1960), A coefficient of agreement for nominal
// scales, equations 1 and 7. Complexity: the pairs.
struct Agreement {
    double weight = 0;
    std::optional<double> accuracy, kappa, se;  // nothing without pairs
};
Agreement agreement(const std::vector<CodedPair>& pairs);

// The category of a code of the ICCS at a level: its ancestor there, itself where it lies above; other words stay.
std::string category_at_level(const std::string& code, int level);
Agreement agreement_at_level(std::vector<CodedPair> pairs, int level);

}  // namespace cifra
