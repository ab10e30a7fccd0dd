#include "questionnaires/instrument.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>

#include "engine/embedded.h"
#include "engine/study.h"
#include "questionnaires/check.h"
#include "questionnaires/instrument_reading.h"
#include "questionnaires/lints.h"
#include "questionnaires/manifest.h"

namespace cifra {
namespace {

constexpr std::array<std::string_view, 4> unit_words = {"household", "roster", "person", "incident"};
constexpr std::array<std::string_view, 8> type_words = {"single", "multiple", "integer", "money",
                                                        "date",   "month",    "text",    "computed"};
constexpr std::array<std::string_view, 3> mode_words = {"interviewer", "self", "paper"};

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

std::string waiting_period_text(int months, const std::string& root) {
    if (root == "es") return fmt::format("los últimos {} meses completos", months);
    if (root == "fr") return fmt::format("les {} derniers mois entiers", months);
    if (root == "pt") return fmt::format("os últimos {} meses completos", months);
    return fmt::format("the last {} full months", months);
}

// A name that is dropped although parts go on reading it: the fault lies where it is dropped.
void tell_dropped(const std::vector<Reference>& dropped, Diagnostics& faults) {
    const std::vector<Diagnostic> found = faults.items();
    for (const auto& [id, where] : dropped) {
        const auto reads = [&](const Diagnostic& fault) {
            return fault.code == "undefined-reference" && fault.message.find("'" + id + "'") != std::string::npos;
        };
        const auto first = std::find_if(found.begin(), found.end(), reads);
        if (first == found.end()) continue;
        faults.error(
            where, "dropped-but-read",
            fmt::format("'{}' is dropped, but {} conditions or texts read it, the first at {}:{}", id,
                        std::count_if(found.begin(), found.end(), reads), first->where.file, first->where.line),
            "keep it, or drop or change what reads it");
    }
}

constexpr std::string_view library_prefix = "library:";
constexpr std::string_view library_folder = "questionnaires/library/";

}  // namespace

std::string_view to_text(Unit unit) { return unit_words[static_cast<std::size_t>(unit)]; }
std::string_view to_text(QuestionType type) { return type_words[static_cast<std::size_t>(type)]; }

std::string_view to_text(Mode mode) { return mode_words[static_cast<std::size_t>(mode)]; }

Type value_type(const Question& question) {
    if (question.computed) return question.computed->type;
    const QuestionType type = question.type;
    const bool number = type == QuestionType::integer || type == QuestionType::money || type == QuestionType::month;
    return number ? Type::number : Type::text;
}

Wording wording(const Question& question, Mode mode) {
    const Wording own = mode == Mode::self ? question.self : mode == Mode::paper ? question.paper : Wording{};
    return {own.text.empty() ? question.text : own.text, own.note.empty() ? question.note : own.note};
}

YearMonth first_month(const Period& period) {
    const int last = period.year * 12 + period.month - 1;
    const int first = last - period.months + 1;
    return {first / 12, first % 12 + 1};
}

Period dated(Period period, const std::string& date) {
    if (!period.to_interview || date.empty()) return period;
    const int last = std::stoi(date.substr(0, 4)) * 12 + std::stoi(date.substr(5, 2)) - 2;
    period.year = last / 12;
    period.month = last % 12 + 1;
    period.to_interview = false;
    return period;
}

Period long_period(const Period& period) {
    Period wide = period;
    wide.months = period.long_months;
    return wide;
}

bool in_period(const Period& period, int month) {
    if (period.to_interview) return month >= 1 && month <= 12;
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
    if (period.to_interview) return waiting_period_text(period.months, language_root(language));
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
    Diagnostics told_by_the_manifest;
    const YamlValue* drop = document.find("drop");
    const std::vector<Reference> dropped =
        drop ? read_names(*drop, told_by_the_manifest, "'drop'") : std::vector<Reference>{};
    if (!own.has_errors())
        document =
            resolve_manifest(std::move(document), library ? directory : resolve(directory, name).parent_path(), own);
    Instrument instrument;
    if (!own.has_errors()) {
        instrument = read_instrument(document, own);
        instrument.source = name;
        check_instrument(instrument, own);
        tell_dropped(dropped, own);
        own = settled(instrument, own, is_check_id);
    }
    faults.append(own);
    return instrument;
}

}  // namespace cifra
