#include <fmt/format.h>

#include <algorithm>

#include "questionnaires/play/behaviour.h"

namespace cifra {
namespace {

class BehaviourReader {
public:
    BehaviourReader(const Instrument& instrument, Diagnostics& faults) : instrument_(instrument), faults_(faults) {}

    Behaviour read(const YamlValue& map) {
        Fields fields(map, faults_, "'behaviour'");
        if (const YamlValue* value = fields.get("households")) read_sizes(*value);
        if (const YamlValue* value = fields.get("prevalence"))
            read_crimes(*value, 0, 1, result_.prevalence_otherwise, result_.prevalence);
        if (const YamlValue* value = fields.get("counts"))
            read_crimes(*value, 1, 1000, result_.count_otherwise, result_.counts);
        if (const YamlValue* value = fields.get("missing")) read_missing(*value);
        if (const YamlValue* value = fields.get("answers")) read_shares(*value);
        if (const YamlValue* value = fields.get("breakoff")) result_.breakoff = within(*value, 0, 0.999);
        fields.finish();
        return std::move(result_);
    }

private:
    double within(const YamlValue& value, double low, double high) {
        const double number = number_of(value, faults_, "a share or mean");
        if (number >= low && number <= high) return number;
        faults_.error(value.where, "out-of-range", "the number is out of range",
                      fmt::format("write a number from {} to {}", low, high));
        return low;
    }

    template <class Use>
    void each(const YamlValue& map, const Use& use) {
        if (!map.is_map()) faults_.error(map.where, "wrong-type", "expected a map", "write {name: number, ...}");
        for (std::size_t i = 0; i < map.entries.size(); ++i)
            use(map.entries[i].first, map.entries[i].second, map.key_places[i]);
    }

    void read_sizes(const YamlValue& map) {
        result_.sizes.clear();
        each(map, [&](const std::string& key, const YamlValue& value, const Location& where) {
            const auto size = parse_number(key);
            if (!size || *size < 1 || *size > 1000 || *size != static_cast<std::uint32_t>(*size))
                faults_.error(where, "out-of-range", "a household's size is a whole number from 1", "correct the key");
            else
                result_.sizes[static_cast<std::uint32_t>(*size)] = within(value, 0, 1e9);
        });
        require_positive(result_.sizes, map.where);
    }

    template <class Key>
    void require_positive(const std::map<Key, double>& shares, const Location& where) {
        const bool some = std::any_of(shares.begin(), shares.end(), [](const auto& entry) { return entry.second > 0; });
        if (!some) faults_.error(where, "out-of-range", "no share is above 0", "give at least one a share");
    }

    void read_crimes(const YamlValue& map, double low, double high, double& otherwise,
                     std::map<std::string, double>& target) {
        each(map, [&](const std::string& key, const YamlValue& value, const Location& where) {
            if (key == "otherwise")
                otherwise = within(value, low, high);
            else if (instrument_.crime_index(key))
                target[key] = within(value, low, high);
            else
                unknown(key, where, "crime", crimes());
        });
    }

    MissingShares missing_shares(const YamlValue& map) {
        Fields fields(map, faults_, "shares of missing answers");
        MissingShares shares;
        if (const YamlValue* value = fields.get("dk")) shares.dont_know = within(*value, 0, 1);
        if (const YamlValue* value = fields.get("refused")) shares.refused = within(*value, 0, 1 - shares.dont_know);
        fields.finish();
        return shares;
    }

    void read_missing(const YamlValue& map) {
        each(map, [&](const std::string& key, const YamlValue& value, const Location& where) {
            if (key == "otherwise")
                result_.missing = missing_shares(value);
            else if (instrument_.find(key))
                result_.missing_of[key] = missing_shares(value);
            else
                unknown(key, where, "question", questions());
        });
    }

    void read_shares(const YamlValue& map) {
        each(map, [&](const std::string& key, const YamlValue& shares, const Location& where) {
            const Question* question = instrument_.find(key);
            if (!question) return unknown(key, where, "question", questions());
            each(shares, [&](const std::string& text, const YamlValue& share, const Location& place) {
                if (parse_answer(*question, text, instrument_.period).broken.empty())
                    result_.shares[key][text] = within(share, 0, 1e9);
                else
                    faults_.error(place, "unknown-code", fmt::format("this is no answer of '{}'", key),
                                  "write one of its codes, or a number of its range");
            });
            require_positive(result_.shares[key], where);
        });
    }

    void unknown(const std::string& key, const Location& where, const char* what,
                 const std::vector<std::string>& known) {
        faults_.error(where, "undefined-reference", fmt::format("no {} is named '{}'", what, key),
                      suggestion(key, known));
    }

    std::vector<std::string> crimes() const {
        std::vector<std::string> names;
        for (const Crime& crime : instrument_.crimes) names.push_back(crime.id);
        return names;
    }
    std::vector<std::string> questions() const {
        std::vector<std::string> names;
        for (const Question& question : instrument_.questions) names.push_back(question.name);
        return names;
    }

    const Instrument& instrument_;
    Diagnostics& faults_;
    Behaviour result_;
};

}  // namespace

Behaviour read_behaviour(const YamlValue& map, const Instrument& instrument, Diagnostics& faults) {
    return BehaviourReader(instrument, faults).read(map);
}

}  // namespace cifra
