// A dot-and-interval chart as inline SVG: one line per estimate on a common scale (Cleveland 1985, The Elements of
// Graphing Data). The precision class is told by shape as well as colour: filled dot, open dot, open diamond with a
// dashed interval.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "engine/numbers.h"
#include "estimation/quality.h"

namespace cifra {

struct ChartPoint {
    std::string label;
    double estimate = 0, lower = 0, upper = 0;  // NaN bounds: no interval is drawn
    QualityLevel level = QualityLevel::good;
    bool total = false;
    bool gap_before = false;  // a new group of domains begins
    std::string domain{};     // codes, "region=R1"; "" for the whole or where points are indicators
    bool operator==(const ChartPoint&) const = default;
};

struct Chart {
    std::string id;                  // of the svg, unique on the page
    std::string title, description;  // read by screen readers
    std::string unit;
    std::vector<ChartPoint> points;
    double reference = std::numeric_limits<double>::quiet_NaN();  // dashed vertical line
    int decimals = 0;
    NumberStyle style;
    bool wide = false;  // alone in its section
};

struct Axis {
    double low = 0, high = 1, step = 1;
};
// From 0 where the least bound lies below half of the largest and nothing is negative; steps of 1, 2 or 5 times a power
// of ten, four to seven of them.
Axis axis_for(const std::vector<ChartPoint>& points);

// "" when no point has a finite estimate.
std::string interval_chart(const Chart& chart);

// The same as a file of its own: with its title, its unit and its style.
std::string interval_chart_file(const Chart& chart);

}  // namespace cifra
