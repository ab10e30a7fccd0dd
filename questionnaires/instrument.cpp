#include "questionnaires/instrument.h"

#include <fmt/format.h>
#include <array>

#include "engine/embedded.h"
#include "engine/study.h"
#include "questionnaires/check.h"
#include "questionnaires/manifest.h"

namespace cifra {
namespace {

constexpr std::array<std::string_view, 4> unit_words = {"household", "roster", "person", "incident"};
constexpr std::array<std::string_view, 7> type_words = {"single", "multiple", "integer", "money",
                                                        "date",   "month",    "text"};

using Months = std::array<std::string_view, 12>;
const std::map<std::string, Months>& month_words() {
    static const std::map<std::string, Months> words = {
        {"en",
         {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December"}},
        {"es",
         {"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
          "noviembre", "diciembre"}},
        {"fr",
         {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
          "décembre"}},
        {"pt",
         {"janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro",
          "novembro", "dezembro"}}};
    return words;
}

std::string language_root(const std::string& tag) { return tag.substr(0, tag.find('-')); }

std::string month_and_year(YearMonth when, const std::string& language) {
    const std::string root = language_root(language);
    const std::string_view of = root == "es" || root == "pt" ? " de " : " ";
    return fmt::format("{}{}{}", month_name(when.month, language), of, when.year);
}

constexpr std::string_view library_prefix = "library:";
constexpr std::string_view library_folder = "questionnaires/library/";

}  // namespace

std::string_view to_text(Unit unit) { return unit_words[static_cast<std::size_t>(unit)]; }
std::string_view to_text(QuestionType type) { return type_words[static_cast<std::size_t>(type)]; }

Type value_type(QuestionType type) {
    const bool number = type == QuestionType::integer || type == QuestionType::money || type == QuestionType::month;
    return number ? Type::number : Type::text;
}

YearMonth first_month(const Period& period) {
    const int last = period.year * 12 + period.month - 1;
    const int first = last - period.months + 1;
    return {first / 12, first % 12 + 1};
}

bool in_period(const Period& period, int month) {
    const int back = (period.month - month + 12) % 12;
    return month >= 1 && month <= 12 && back < period.months;
}

std::string month_name(int month, const std::string& language) {
    const auto words = month_words().find(language_root(language));
    if (words == month_words().end()) return fmt::format("{:02}", month);
    return std::string(words->second[static_cast<std::size_t>(month - 1)]);
}

std::string period_text(const Period& period, const std::string& language) {
    static const std::map<std::string, std::string_view> to = {
        {"en", " to "}, {"es", " a "}, {"fr", " à "}, {"pt", " a "}};
    const YearMonth first = first_month(period), last{period.year, period.month};
    if (period.months == 1) return month_and_year(last, language);
    const auto word = to.find(language_root(language));
    const std::string start =
        first.year == last.year ? month_name(first.month, language) : month_and_year(first, language);
    return fmt::format("{}{}{}", start, word == to.end() ? "–" : word->second, month_and_year(last, language));
}

const Question* Instrument::find(std::string_view question) const {
    const auto found = name_index.find(question);
    if (found == name_index.end()) return nullptr;
    const Name& entry = names[found->second];
    return entry.question && entry.code.empty() ? &questions[*entry.question] : nullptr;
}

std::optional<std::size_t> Instrument::crime_index(std::string_view id) const {
    for (std::size_t c = 0; c < crimes.size(); ++c)
        if (crimes[c].id == id) return c;
    return std::nullopt;
}

std::optional<std::size_t> Instrument::screener(std::size_t crime, ScreenerPart part) const {
    for (std::size_t q = 0; q < questions.size(); ++q)
        if (questions[q].part == part && questions[q].crime == crime) return q;
    return std::nullopt;
}

std::string say(const Instrument& instrument, const Labels& labels, const std::string& language) {
    std::string text = label_in(labels, language, "");
    constexpr std::string_view fill = "{period}";
    for (std::size_t at = text.find(fill); at != std::string::npos; at = text.find(fill, at))
        text.replace(at, fill.size(), period_text(instrument.period, language));
    return text;
}

std::vector<std::string> library_instruments() {
    std::vector<std::string> names;
    for (const EmbeddedFile& file : embedded_questionnaires()) {
        std::string_view name = file.name;
        if (!name.starts_with(library_folder) || !name.ends_with(".yaml")) continue;
        name.remove_prefix(library_folder.size());
        name.remove_suffix(5);
        if (name.find('/') != std::string_view::npos) continue;
        names.push_back(std::string(library_prefix) + std::string(name));
    }
    return names;
}

Instrument load_instrument(const std::string& name, const std::filesystem::path& directory, Diagnostics& faults) {
    Diagnostics own;
    const bool library = name.starts_with(library_prefix);
    YamlValue document = read_instrument_file(name, directory, own);
    if (!own.has_errors())
        document =
            resolve_manifest(std::move(document), library ? directory : resolve(directory, name).parent_path(), own);
    Instrument instrument;
    if (!own.has_errors()) {
        instrument = read_instrument(document, own);
        instrument.source = name;
        check_instrument(instrument, own);
    }
    faults.append(own);
    return instrument;
}

}  // namespace cifra
