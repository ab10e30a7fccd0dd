// Sums of doubles in a fixed order with a compensation term (Neumaier 1974, ZAMM 54: 39-51, algorithm KBN).
#pragma once

namespace cifra {

// Error of the sum about one rounding of the result plus n * eps^2 * sum|x|, whatever the order of magnitude of terms.
class CompensatedSum {
public:
    void add(double x) {
        const double t = sum_ + x;
        const bool larger = (sum_ < 0 ? -sum_ : sum_) >= (x < 0 ? -x : x);
        compensation_ += larger ? (sum_ - t) + x : (x - t) + sum_;
        sum_ = t;
    }
    void merge(const CompensatedSum& other) {
        add(other.sum_);
        compensation_ += other.compensation_;
    }
    double value() const { return sum_ + compensation_; }

private:
    double sum_ = 0, compensation_ = 0;
};

}  // namespace cifra
