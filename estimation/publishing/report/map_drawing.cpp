#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "engine/markup.h"
#include "estimation/domain_text.h"
#include "estimation/publishing/report/map.h"
#include "estimation/publishing/section_charts.h"
#include "estimation/publishing/words.h"

namespace cifra {

namespace {

constexpr double width = 560, tallest = 640, margin = 6, least_step = 0.4;
constexpr std::size_t most_classes = 7;
// Single-hue steps of even lightness, dark enough at the end for white lines between areas.
constexpr std::array<std::string_view, most_classes> shades = {"#e1edf6", "#c0d8ea", "#99c0dc", "#6ea4ca",
                                                               "#4586b3", "#256795", "#12466b"};

// From degrees to the picture.
class Frame {
public:
    explicit Frame(const AreaMap& map) {
        double west = std::numeric_limits<double>::infinity(), east = -west, south = west, north = -west;
        for (const MapArea& area : map.areas)
            for (const auto& ring : area.rings)
                for (const MapPoint& point : ring) {
                    west = std::min(west, point.x);
                    east = std::max(east, point.x);
                    south = std::min(south, point.y);
                    north = std::max(north, point.y);
                }
        shrink_ = std::cos((south + north) / 2 * std::numbers::pi / 180);
        const double wide = std::max((east - west) * shrink_, 1e-9), tall = std::max(north - south, 1e-9);
        scale_ = std::min((width - 2 * margin) / wide, (tallest - 2 * margin) / tall);
        left_ = (width - wide * scale_) / 2 - west * shrink_ * scale_;
        top_ = margin + north * scale_;
        height_ = tall * scale_ + 2 * margin;
    }
    MapPoint place(const MapPoint& point) const {
        return {left_ + point.x * shrink_ * scale_, top_ - point.y * scale_};
    }
    double height() const { return height_; }

private:
    double shrink_ = 1, scale_ = 1, left_ = 0, top_ = 0, height_ = 0;
};

// Points nearer to the one before than can be seen are left out.
std::string path_of(const MapArea& area, const Frame& frame) {
    std::string path;
    for (const auto& ring : area.rings) {
        MapPoint last = frame.place(ring.front());
        path += fmt::format("M{:.1f} {:.1f}", last.x, last.y);
        for (const MapPoint& point : ring) {
            const MapPoint next = frame.place(point);
            if (std::hypot(next.x - last.x, next.y - last.y) < least_step) continue;
            path += fmt::format("L{:.1f} {:.1f}", next.x, next.y);
            last = next;
        }
        path += 'Z';
    }
    return path;
}

class MapDrawing {
public:
    MapDrawing(const AreaMap& map, const PageSection& section, std::size_t column, const std::string& language)
        : map_(map),
          section_(section),
          i_(column),
          id_(fmt::format("{}-m{}", section.anchor, column + 1)),
          language_(language),
          words_(words_in(language)),
          style_(number_style(language)),
          frame_(map) {
        std::vector<ChartPoint> points;
        for (const PageRow& row : section.rows)
            if (const PageCell* cell = figure_of(row); cell && is_area(row))
                points.push_back({"", cell->estimate, cell->estimate, cell->estimate, cell->level, false, false, {}});
        count_ = points.size();
        axis_ = axis_for(points);
    }

    std::string draw() const {
        if (count_ == 0) return "";
        const PageColumn& column = section_.columns[i_];
        const std::string unit =
            column.unit.empty() ? "" : ", <i>" + escape_markup(unit_in_words(column.unit, language_)) + "</i>";
        std::string html = fmt::format(
            "<figure class=\"map\"><figcaption>{5}: {0}{1}</figcaption>\n<svg viewBox=\"0 0 {2} {3:.0f}\" role=\"img\" "
            "aria-labelledby=\"{4}-t {4}-d\"><title id=\"{4}-t\">{5}: {0}</title><desc id=\"{4}-d\">{6}</desc>\n{7}",
            escape_markup(column.label), unit, width, frame_.height(), id_, words_.map, escape_markup(description()),
            patterns());
        for (const MapArea& area : map_.areas) html += draw_area(area);
        return html + "</svg>\n" + legend() + "</figure>\n";
    }

private:
    bool is_area(const PageRow& row) const {
        const auto parts = domain_parts(row.domain);
        return parts.size() == 1 && parts.front().first == map_.variable;
    }
    const PageCell* figure_of(const PageRow& row) const {
        const PageCell& cell = row.cells[i_];
        return cell.present && !cell.hidden && !std::isnan(cell.estimate) ? &cell : nullptr;
    }
    bool occurs(QualityLevel level) const {
        return std::any_of(section_.rows.begin(), section_.rows.end(), [&](const PageRow& row) {
            const PageCell* cell = figure_of(row);
            return is_area(row) && cell && cell->level == level;
        });
    }
    std::string number(double value) const { return format_number(value, section_.columns[i_].decimals, style_); }
    std::size_t classes() const {
        return std::clamp<std::size_t>(static_cast<std::size_t>(std::lround((axis_.high - axis_.low) / axis_.step)), 1,
                                       most_classes);
    }
    // Few classes use shades from all over the scale.
    std::string_view shade(std::size_t k) const {
        return classes() == 1 ? shades[3] : shades[k * (most_classes - 1) / (classes() - 1)];
    }
    std::size_t class_of(double estimate) const {
        const double place = std::floor((estimate - axis_.low) / axis_.step);
        return static_cast<std::size_t>(std::clamp(place, 0.0, static_cast<double>(classes() - 1)));
    }

    const PageRow* row_of(const MapArea& area) const {
        for (const PageRow& row : section_.rows)
            if (is_area(row) && domain_parts(row.domain).front().second == area.code) return &row;
        return nullptr;
    }

    std::string told(const PageRow& row) const {
        const PageCell* cell = figure_of(row);
        if (!cell) return fmt::format("{}: {}", row.label, row.cells[i_].hidden ? words_.hidden : words_.no_value);
        const std::string limits = std::isnan(cell->lower) && std::isnan(cell->upper)
                                       ? ""
                                       : fmt::format(" ({}–{})", number(cell->lower), number(cell->upper));
        return fmt::format("{}: {}{}{}{}", row.label, number(cell->estimate), limits,
                           cell->quality_text.empty() ? "" : ", ", cell->quality_text);
    }

    std::string draw_area(const MapArea& area) const {
        const PageRow* row = row_of(area);
        const PageCell* cell = row ? figure_of(*row) : nullptr;
        const std::string path = path_of(area, frame_);
        const std::string title = escape_markup(row ? told(*row) : fmt::format("{}: {}", area.code, words_.no_value));
        if (!cell) return fmt::format("<path class=\"ar none\" d=\"{}\"><title>{}</title></path>\n", path, title);
        const std::string code = escape_markup(row->domain);
        if (cell->level == QualityLevel::poor)
            return fmt::format(
                "<path class=\"ar\" data-domain=\"{}\" fill=\"url(#{}-p)\" d=\"{}\"><title>{}</title></path>\n", code,
                id_, path, title);
        std::string svg =
            fmt::format("<path class=\"ar\" data-domain=\"{}\" fill=\"{}\" d=\"{}\"><title>{}</title></path>\n", code,
                        shade(class_of(cell->estimate)), path, title);
        if (cell->level == QualityLevel::caution)
            svg += fmt::format("<path class=\"hatch\" fill=\"url(#{}-c)\" d=\"{}\"/>\n", id_, path);
        return svg;
    }

    std::string patterns() const {
        return fmt::format(
            "<defs><pattern id=\"{0}-c\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" "
            "patternTransform=\"rotate(45)\"><path d=\"M0 0V7\" stroke=\"#a67c00\" stroke-width=\"2.4\"/></pattern>"
            "<pattern id=\"{0}-p\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\"><path d=\"M0 0H6V6H0Z\" "
            "fill=\"#fff\"/><path d=\"M0 0L6 6M6 0L0 6\" stroke=\"#b64f00\" stroke-width=\"1.2\"/></pattern></defs>\n",
            id_);
    }

    std::string description() const {
        double low = std::numeric_limits<double>::infinity(), high = -low;
        for (const PageRow& row : section_.rows)
            if (const PageCell* cell = figure_of(row); cell && is_area(row)) {
                low = std::min(low, cell->estimate);
                high = std::max(high, cell->estimate);
            }
        return fmt::format(fmt::runtime(words_.map_description), count_, number(low), number(high));
    }

    static std::string key(const std::string& swatch, std::string_view text) {
        return fmt::format("<span><i {}></i>{}</span> ", swatch, escape_markup(text));
    }

    std::string legend() const {
        const int decimals = std::max(0, -static_cast<int>(std::floor(std::log10(axis_.step) + 1e-9)));
        std::string html = "<p class=\"mapkey\">";
        for (std::size_t k = 0; k < classes(); ++k) {
            const double low = axis_.low + static_cast<double>(k) * axis_.step;
            html += key(fmt::format("style=\"background:{}\"", shade(k)),
                        format_number(low, decimals, style_) + "–" + format_number(low + axis_.step, decimals, style_));
        }
        if (occurs(QualityLevel::caution)) html += key("class=\"caution\"", words_.map_caution);
        if (occurs(QualityLevel::poor)) html += key("class=\"poor\"", words_.map_poor);
        if (count_ < map_.areas.size()) html += key("", words_.map_none);
        return html + "</p>\n";
    }

    const AreaMap& map_;
    const PageSection& section_;
    std::size_t i_;
    std::string id_;
    const std::string& language_;
    const Words& words_;
    NumberStyle style_;
    Frame frame_;
    Axis axis_;
    std::size_t count_ = 0;
};

}  // namespace

std::string section_maps(const AreaMap& map, const PageSection& section, const std::string& language) {
    std::string html;
    for (std::size_t i = 0; i < section.columns.size(); ++i) html += MapDrawing(map, section, i, language).draw();
    return html.empty() ? html : "<div class=\"charts maps\">\n" + html + "</div>\n";
}

}  // namespace cifra
