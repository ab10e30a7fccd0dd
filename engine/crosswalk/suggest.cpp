#include "engine/crosswalk/suggest.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "engine/crosswalk/folded_words.h"
#include "engine/crosswalk/shipped_list.h"
#include "engine/iccs.h"

namespace cifra {

namespace {

// Endings of gender, number and verb differ between titles; the first six letters seldom do.
constexpr std::size_t stem_letters = 6;

const std::set<std::string>& empty_words() {
    static const std::set<std::string> words = {"a",   "al",  "and", "by",  "con", "de",  "del", "e",  "el",  "en",
                                                "for", "in",  "la",  "las", "lo",  "los", "o",   "of", "on",  "or",
                                                "por", "que", "se",  "su",  "sus", "the", "to",  "un", "una", "y"};
    return words;
}

std::map<std::string, double> stems(std::string_view title) {
    std::map<std::string, double> counts;
    for (const std::string& word : folded_words(title))
        if (!empty_words().contains(word)) ++counts[word.substr(0, stem_letters)];
    return counts;
}

void normalize(std::map<std::string, double>& vector) {
    double square = 0;
    for (const auto& [word, weight] : vector) square += weight * weight;
    for (auto& [word, weight] : vector) weight = square > 0 ? weight / std::sqrt(square) : 0;
}

double cosine(const std::map<std::string, double>& a, const std::map<std::string, double>& b) {
    double sum = 0;
    for (const auto& [word, weight] : a)
        if (const auto found = b.find(word); found != b.end()) sum += weight * found->second;
    return sum;
}

}  // namespace

IccsSuggester::IccsSuggester() {
    for (const IccsCode& code : iccs_codes())
        for (const std::string& title : {code.title_en, code.title_es})
            if (!title.empty()) entries_.push_back({code.code, title, {}});
    const Table synonyms = shipped_list("engine/data/iccs_synonyms.csv");
    for (std::size_t row = 0; row < synonyms.rows(); ++row)
        entries_.push_back({synonyms.at("code").text(row), synonyms.at("words").text(row), {}});
    for (const Entry& entry : entries_)
        for (const auto& [word, count] : stems(entry.title)) ++idf_[word];
    for (auto& [word, weight] : idf_) weight = std::log(static_cast<double>(entries_.size()) / weight);
    for (Entry& entry : entries_) entry.words = weighted(entry.title);
}

IccsSuggester::Vector IccsSuggester::weighted(std::string_view title) const {
    Vector vector;
    for (const auto& [word, count] : stems(title))
        if (const auto known = idf_.find(word); known != idf_.end()) vector[word] = count * known->second;
    normalize(vector);
    return vector;
}

std::vector<IccsSuggestion> IccsSuggester::suggest(std::string_view title, std::size_t count) const {
    const Vector words = weighted(title);
    std::map<std::string, IccsSuggestion> best;
    for (const Entry& entry : entries_) {
        const double score = cosine(words, entry.words);
        IccsSuggestion& known = best[entry.iccs];
        if (score > known.score) known = {entry.iccs, score, entry.title};
    }
    std::vector<IccsSuggestion> result;
    for (const auto& [code, suggestion] : best)
        if (suggestion.score > 0) result.push_back(suggestion);
    std::stable_sort(result.begin(), result.end(), [](const auto& a, const auto& b) { return a.score > b.score; });
    if (result.size() > count) result.resize(count);
    return result;
}

}  // namespace cifra
