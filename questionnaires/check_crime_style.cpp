#include <fmt/format.h>

#include <map>

#include "questionnaires/check_style.h"

namespace cifra {
namespace {

constexpr std::size_t section_digits = 2;  // of an ICCS code

std::string section_of(const std::string& iccs) { return iccs.substr(0, section_digits); }

struct Classified {
    const std::string& offence;
    const std::string& iccs;
    const Location& where;
};

std::vector<Classified> classified(const Instrument& instrument) {
    std::vector<Classified> list;
    for (const Crime& crime : instrument.crimes) list.push_back({crime.offence, crime.iccs, crime.iccs_where});
    for (const CodingRule& rule : instrument.coding.rules) list.push_back({rule.offence, rule.iccs, rule.iccs_where});
    return list;
}

// A code of the wrong line still exists; that its offence has another section elsewhere gives it away.
void check_sections(const Instrument& instrument, Diagnostics& faults) {
    std::map<std::string, const Classified*> seen;
    const std::vector<Classified> list = classified(instrument);
    for (const Classified& each : list) {
        if (each.iccs.size() == section_digits)
            faults.warning(each.where, "iccs-too-broad",
                           fmt::format("'{}' is a whole section of the ICCS, with offences of many kinds", each.iccs),
                           "write the code of the offence itself, with four to six digits");
        if (each.offence.empty() || each.iccs.empty()) continue;
        const auto [first, fresh] = seen.emplace(each.offence, &each);
        if (!fresh && section_of(first->second->iccs) != section_of(each.iccs))
            faults.warning(
                each.where, "offence-of-two-sections",
                fmt::format("'{}' is of section {} here, and of section {} at line {}", each.offence,
                            section_of(each.iccs), section_of(first->second->iccs), first->second->where.line),
                "correct one of the codes, or give the two different offences");
    }
}

void check_sexual(const Instrument& instrument, Diagnostics& faults) {
    static const std::string sexual_acts = "03";
    for (const Crime& crime : instrument.crimes)
        if (section_of(crime.iccs) == sexual_acts && !crime.sensitive)
            faults.warning(crime.where, "sexual-crime-not-sensitive",
                           fmt::format("'{}' is a sexual crime, but not marked as sensitive", crime.id),
                           "add 'sensitive: true': it is then asked in private only, and may be refused");
}

}  // namespace

void check_crime_style(const Instrument& instrument, Diagnostics& faults) {
    check_sections(instrument, faults);
    check_sexual(instrument, faults);
}

}  // namespace cifra
