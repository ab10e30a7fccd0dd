#include "engine/iccs.h"

#include <algorithm>
#include <array>
#include <limits>
#include <stdexcept>

// The reader forgets to include <limits>, and needs no thread for a text in memory.
#define CSV_IO_NO_THREAD
#include <libfccp/csv.h>

#include "engine/embedded.h"

namespace cifra {

namespace {

constexpr std::array<std::size_t, 4> code_lengths = {2, 4, 5, 6};  // by level

std::string_view embedded_text(std::string_view name) {
    for (const EmbeddedFile& file : embedded_engine())
        if (file.name == name) return file.content;
    throw std::logic_error("a data file is not compiled in: " + std::string(name));
}

template <unsigned columns>
using CodeList = io::CSVReader<columns, io::trim_chars<>, io::double_quote_escape<',', '"'>>;

std::vector<IccsCode> read_codes() {
    const std::string_view text = embedded_text("engine/data/iccs.csv");
    CodeList<10> list("iccs.csv", text.data(), text.data() + text.size());
    list.read_header(io::ignore_extra_column, "code", "level", "parent", "name_en", "name_es", "name_fr",
                     "name_fr_working_unofficial", "residual", "vs_crime_key", "vs_victim_unit");
    std::vector<IccsCode> codes;
    IccsCode entry;
    std::string working_french, residual;
    while (list.read_row(entry.code, entry.level, entry.parent, entry.title_en, entry.title_es, entry.title_fr,
                         working_french, residual, entry.survey_crime, entry.victim_unit)) {
        if (entry.title_fr.empty()) entry.title_fr = working_french;
        entry.residual = residual == "1";
        codes.push_back(entry);
    }
    return codes;
}

// Spreadsheets take codes for numbers: 0401 becomes 401. No code without its zero is the code of something else.
std::vector<IccsAlias> lost_zeros() {
    std::vector<IccsAlias> aliases;
    for (const IccsCode& code : iccs_codes())
        if (code.code.starts_with('0'))
            aliases.push_back({code.code.substr(1), code.code, "the leading zero was lost: codes are text"});
    return aliases;
}

std::vector<IccsAlias> read_aliases() {
    const std::string_view text = embedded_text("engine/data/iccs_aliases.csv");
    CodeList<3> list("iccs_aliases.csv", text.data(), text.data() + text.size());
    list.read_header(io::ignore_no_column, "wrong", "right", "reason");
    std::vector<IccsAlias> aliases = lost_zeros();
    IccsAlias alias;
    while (list.read_row(alias.wrong, alias.right, alias.reason)) aliases.push_back(alias);
    std::sort(aliases.begin(), aliases.end(), [](const auto& a, const auto& b) { return a.wrong < b.wrong; });
    return aliases;
}

}  // namespace

const std::vector<IccsCode>& iccs_codes() {
    static const std::vector<IccsCode> codes = read_codes();
    return codes;
}

// Classification order is the order of the strings, since a child's code begins with its parent's.
const IccsCode* find_iccs(std::string_view code) {
    const std::vector<IccsCode>& codes = iccs_codes();
    const auto before = [](const IccsCode& entry, std::string_view wanted) { return entry.code < wanted; };
    const auto found = std::lower_bound(codes.begin(), codes.end(), code, before);
    return found != codes.end() && found->code == code ? &*found : nullptr;
}

bool iccs_within(std::string_view code, std::string_view ancestor) {
    return code.starts_with(ancestor) && find_iccs(code) && find_iccs(ancestor);
}

std::optional<std::string> iccs_at_level(std::string_view code, int level) {
    const IccsCode* found = find_iccs(code);
    if (!found || level < 1 || level > found->level) return std::nullopt;
    return found->code.substr(0, code_lengths[static_cast<std::size_t>(level - 1)]);
}

std::string iccs_title(const IccsCode& code, std::string_view language) {
    const std::string_view primary = language.substr(0, language.find_first_of("-_"));
    const std::string& title = primary == "es" ? code.title_es : primary == "fr" ? code.title_fr : code.title_en;
    return title.empty() ? code.title_en : title;
}

const std::vector<IccsAlias>& iccs_aliases() {
    static const std::vector<IccsAlias> aliases = read_aliases();
    return aliases;
}

const IccsAlias* find_iccs_alias(std::string_view wrong) {
    for (const IccsAlias& alias : iccs_aliases())
        if (alias.wrong == wrong) return &alias;
    return nullptr;
}

}  // namespace cifra
