#include "questionnaires/lints.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace cifra {
namespace {

bool covers(const Allowance& allowance, const Location& where) {
    if (allowance.last_line == 0) return true;
    return where.file == allowance.file && where.line >= allowance.first_line && where.line <= allowance.last_line;
}

const std::set<std::string_view> check_ids = {"unused-code-list",
                                              "unbound-indicator",
                                              "stale-translation",
                                              "name-elsewhere-reserved",
                                              "name-case-clash",
                                              "generated-name-too-long",
                                              "codes-gap",
                                              "label-is-other-number",
                                              "width-over-stata",
                                              "no-variable-label",
                                              "untranslated-copy",
                                              "fill-not-translated",
                                              "multiple-compared",
                                              "same-label",
                                              "same-cue",
                                              "exit-before-sensitive",
                                              "consent-without-effect",
                                              "constant-value",
                                              "range-holds-not-reached",
                                              "same-text",
                                              "same-title",
                                              "short-text",
                                              "long-text",
                                              "double-barrelled",
                                              "period-phrase-mismatch",
                                              "repeated-condition",
                                              "long-condition",
                                              "no-series-rule",
                                              "no-duplicate-check",
                                              "incident-without-date",
                                              "half-unchecked",
                                              "perception-after-victimization",
                                              "sensitive-on-proxy",
                                              "no-referral-after-sensitive",
                                              "question-before-consent",
                                              "sensitive-of-several",
                                              "below-min-age",
                                              "pii-unmarked",
                                              "sexual-crime-not-sensitive",
                                              "iccs-too-broad",
                                              "offence-of-two-sections",
                                              "range-of-one",
                                              "text-compared"};

}  // namespace

bool is_check_id(std::string_view id) { return check_ids.contains(id); }

Diagnostics settled(const Instrument& instrument, const Diagnostics& findings,
                    const std::function<bool(std::string_view)>& own) {
    std::set<std::pair<std::size_t, std::string>> used;  // allowance, id
    Diagnostics result;
    for (const Diagnostic& finding : findings.items()) {
        bool allowed = false;
        for (std::size_t a = 0; a < instrument.allowances.size(); ++a) {
            const Allowance& allowance = instrument.allowances[a];
            const auto names = [&](const Reference& id) { return id.id == finding.code; };
            if (finding.severity == Severity::error || !own(finding.code) || !covers(allowance, finding.where) ||
                std::none_of(allowance.ids.begin(), allowance.ids.end(), names))
                continue;
            allowed = true;
            used.emplace(a, finding.code);
        }
        if (!allowed) result.add(finding);
    }
    for (std::size_t a = 0; a < instrument.allowances.size(); ++a)
        for (const Reference& id : instrument.allowances[a].ids)
            if (own(id.id) && !used.contains({a, id.id}))
                result.warning(id.where, "unused-allow", fmt::format("'{}' is allowed, but nothing is found", id.id),
                               "leave it out of 'allow'");
    return result;
}

}  // namespace cifra
