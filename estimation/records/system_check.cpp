#include "estimation/records/system_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

namespace cifra {

namespace {

template <class Item>
std::vector<std::string> ids_of(const std::vector<Item>& items) {
    std::vector<std::string> ids;
    for (const Item& item : items) ids.push_back(item.id);
    return ids;
}

bool holds(const std::vector<std::string>& list, const std::string& one) {
    return std::find(list.begin(), list.end(), one) != list.end();
}

class SystemCheck {
public:
    SystemCheck(const SystemMap& map, Diagnostics& faults)
        : map_(map),
          faults_(faults),
          institutions_(ids_of(map.institutions)),
          identifiers_(ids_of(map.identifiers)),
          items_(ids_of(system_checklist())) {}

    void run() {
        for (const SystemRecords& one : map_.records) records(one);
        answers();
        gaps();
    }

private:
    void known(const std::vector<std::string>& list, const std::string& name, const Location& where, const char* code,
               const char* what) {
        if (!name.empty() && !holds(list, name))
            faults_.error(where, code, fmt::format("there is no {} '{}'", what, name), suggestion(name, list));
    }

    void records(const SystemRecords& one) {
        known(institutions_, one.institution, one.where, "unknown-institution", "institution");
        for (const std::string& name : one.identifiers)
            known(identifiers_, name, one.where, "unknown-identifier", "identifier");
        for (const SystemExchange& exchange : one.exchanges) this->exchange(one, exchange);
    }

    bool held_at(const std::string& institution, const std::string& identifier) const {
        return std::any_of(map_.records.begin(), map_.records.end(), [&](const SystemRecords& one) {
            return one.institution == institution && holds(one.identifiers, identifier);
        });
    }

    void exchange(const SystemRecords& from, const SystemExchange& one) {
        known(institutions_, one.to, one.where, "unknown-institution", "institution");
        if (one.to == from.institution)
            faults_.error(one.where, "exchange-with-itself", fmt::format("'{}' sends records to itself", one.to),
                          "name the institution that receives them");
        else if (holds(institutions_, one.to))
            for (const std::string& identifier : one.identifiers) linked(from, one, identifier);
    }

    void linked(const SystemRecords& from, const SystemExchange& one, const std::string& identifier) {
        const bool sent = holds(from.identifiers, identifier);
        if (sent && held_at(one.to, identifier)) return;
        faults_.error(one.where, "identifier-not-held",
                      sent ? fmt::format("no records of '{}' hold the identifier '{}'", one.to, identifier)
                           : fmt::format("the records '{}' do not hold the identifier '{}'", from.id, identifier),
                      "records are linked by an identifier that both sides keep");
    }

    void answers() {
        std::set<std::string> seen;
        for (const MaturityAnswer& one : map_.answers) {
            known(items_, one.item, one.where, "unknown-item", "item of the checklist");
            if (!seen.insert(one.item).second)
                faults_.error(one.where, "duplicate-answer", fmt::format("'{}' is judged twice", one.item),
                              "keep one of the two");
            if (one.level > 0 && one.evidence.empty())
                faults_.error(one.where, "level-without-evidence",
                              fmt::format("'{}' is at level {} without evidence", one.item, one.level),
                              "'evidence' names what shows it: a rule, a publication, an audit");
        }
    }

    void gaps() {
        std::vector<std::string> untold;
        for (std::size_t k = 0; k < flow_stage_count; ++k) {
            const auto stage = static_cast<FlowStage>(k);
            const bool told = std::any_of(map_.records.begin(), map_.records.end(), [&](const SystemRecords& one) {
                return std::find(one.stages.begin(), one.stages.end(), stage) != one.stages.end();
            });
            if (!told) untold.emplace_back(to_text(stage));
        }
        if (!untold.empty() && !map_.institutions.empty())
            faults_.warning({map_.institutions.front().where.file, 0, 0}, "stages-not-told",
                            fmt::format("no records tell the stages {}", fmt::join(untold, ", ")),
                            "name the records that do, or leave the gap to be seen on the page");
        for (const SystemInstitution& one : map_.institutions)
            if (std::none_of(map_.records.begin(), map_.records.end(),
                             [&](const SystemRecords& records) { return records.institution == one.id; }))
                faults_.warning(one.where, "institution-without-records",
                                fmt::format("no records are those of '{}'", one.id), "add them under 'records'");
    }

    const SystemMap& map_;
    Diagnostics& faults_;
    std::vector<std::string> institutions_, identifiers_, items_;
};

}  // namespace

void check_system_map(const SystemMap& map, Diagnostics& faults) { SystemCheck(map, faults).run(); }

}  // namespace cifra
