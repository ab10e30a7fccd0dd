// Sums of doubles that do not depend on the order of their terms nor on how these are cut into parts, but for the
// chance told below; with what is left of them after rounding.
//
// Each addition is turned into a rounded sum and its error, exactly (TwoSum: Knuth, The Art of Computer Programming 2,
// section 4.2.2, theorem B; Dekker 1971, Numerische Mathematik 18: 224-242, for products), and the errors are added up
// beside the sum (Neumaier 1974, ZAMM 54: 39-51; Ogita, Rump and Oishi 2005, SIAM Journal on Scientific Computing 26:
// 1955-1988, algorithm Sum2). Needs -ffp-contract=off and no -ffast-math.
//
// value() is one rounding of a number that differs from the exact sum of n terms by at most about n² eps² Σ|x|, eps =
// 2^-53, and by some n eps² Σ|x| where roundings go either way. Two orders, or two cuts into parts merged in any order,
// give another double only where the middle between two doubles lies within that distance of the exact sum: of a
// million terms of one sign, once in 10^9 sums. Where the errors themselves add up exactly, as they do of terms of few
// digits, never. Terms that cancel have Σ|x| for the measure of that distance: a chance larger by Σ|x| / |Σx|.
#pragma once

#include <cmath>

namespace cifra {

// The step of all sums here, for those that are kept in two columns.
inline void add_compensated(double x, double& sum, double& error) {
    const double total = sum + x, added = total - sum;
    error += (sum - (total - added)) + (x - added);
    sum = total;
}
// x y, of which no digit is lost.
inline void add_product_compensated(double x, double y, double& sum, double& error) {
    const double product = x * y;
    add_compensated(product, sum, error);
    error += std::fma(x, y, -product);
}

class CompensatedSum {
public:
    CompensatedSum() = default;
    explicit CompensatedSum(double sum, double error = 0) : sum_(sum), error_(error) {}

    void add(double x) { add_compensated(x, sum_, error_); }
    void add_product(double x, double y) { add_product_compensated(x, y, sum_, error_); }
    void merge(const CompensatedSum& other) {
        add(other.sum_);
        error_ += other.error_;
    }
    double value() const { return sum_ + error_; }
    // What value() lacks, to about eps² of it.
    double remainder() const {
        CompensatedSum rest(-value());
        rest.merge(*this);
        return rest.value();
    }

private:
    double sum_ = 0, error_ = 0;
};

}  // namespace cifra
