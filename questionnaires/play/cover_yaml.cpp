#include <fmt/format.h>

#include "questionnaires/play/cover.h"
#include "questionnaires/play/place_names.h"

namespace cifra {
namespace {

// A scalar in double quotes, which every text can stand in.
std::string quoted(const std::string& text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') result += '\\';
        if (c == '\t')
            result += "\\t";
        else
            result += c;
    }
    return result + '"';
}

constexpr std::size_t widest = 110;

// "[a, b, ...]" over as many lines as it takes.
std::string flow(const std::vector<std::string>& items, char open, char close, std::size_t indent) {
    std::string text(1, open), line;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const std::string item = items[i] + (i + 1 < items.size() ? "," : "");
        if (indent + line.size() + item.size() > widest) {
            text += line + "\n" + std::string(indent, ' ');
            line.clear();
        }
        line += (line.empty() ? "" : " ") + item;
    }
    return text + line + close;
}

std::string case_yaml(const Instrument& instrument, const CoverCase& made, std::size_t number) {
    std::vector<std::string> given, asked, not_asked;
    for (const Visit& visit : made.walk.visits) {
        const std::string place = quoted(place_name(instrument, visit.place));
        (visit.relevance == Relevance::on ? asked : not_asked).push_back(place);
        if (visit.answered) given.push_back(fmt::format("{}: {}", place, quoted(made.answers.at(visit.place))));
    }
    std::string text = fmt::format("  - name: cover {}\n    given: {}\n    expect:\n      asked: {}\n", number,
                                   flow(given, '{', '}', 8), flow(asked, '[', ']', 8));
    if (!not_asked.empty()) text += fmt::format("      not_asked: {}\n", flow(not_asked, '[', ']', 8));
    return text;
}

}  // namespace

std::string cover_yaml(const Instrument& instrument, const Cover& cover) {
    std::string text = fmt::format(
        "# Cases that take the {} turns found of the route of {}: three questions asked one\n"
        "# after another. Paste them below the instrument's own key `tests`, or include the file.\ntests:\n",
        cover.taken.size(), instrument.name);
    for (std::size_t c = 0; c < cover.cases.size(); ++c) text += case_yaml(instrument, cover.cases[c], c + 1);
    if (!cover.not_taken.empty())
        text += fmt::format("# Not taken, perhaps not feasible ({}):\n", cover.not_taken.size());
    for (const Turn& turn : cover.not_taken) text += fmt::format("#   {}\n", turn_name(instrument, turn));
    return text;
}

}  // namespace cifra
