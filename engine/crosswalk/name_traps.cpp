#include "engine/crosswalk/name_traps.h"

#include <algorithm>

#include "engine/crosswalk/folded_words.h"
#include "engine/crosswalk/shipped_list.h"
#include "engine/iccs.h"

namespace cifra {

const std::vector<NameTrap>& name_traps() {
    static const std::vector<NameTrap> traps = [] {
        std::vector<NameTrap> read;
        const Table list = shipped_list("engine/data/iccs_name_traps.csv");
        for (std::size_t row = 0; row < list.rows(); ++row)
            read.push_back({folded_words(list.at("words").text(row)), folded_words(list.at("branches").text(row)),
                            list.at("reason").text(row)});
        return read;
    }();
    return traps;
}

const NameTrap* name_trap(std::string_view title, std::string_view iccs) {
    const std::vector<std::string> words = folded_words(title);
    const auto holds = [&](const std::string& word) {
        return std::find(words.begin(), words.end(), word) != words.end();
    };
    const NameTrap* decides = nullptr;
    for (const NameTrap& trap : name_traps())
        if (std::all_of(trap.words.begin(), trap.words.end(), holds) &&
            (!decides || trap.words.size() > decides->words.size()))
            decides = &trap;
    if (!decides) return nullptr;
    const bool fits = std::any_of(decides->branches.begin(), decides->branches.end(),
                                  [&](const std::string& branch) { return iccs_within(iccs, branch); });
    return fits ? nullptr : decides;
}

}  // namespace cifra
