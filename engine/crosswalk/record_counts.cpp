#include "engine/crosswalk/record_counts.h"

#include <tuple>

namespace cifra {

namespace {

// Institution, year and outcome in one number.
constexpr std::uint64_t outcome_bits = 24, year_bits = 14;

std::uint64_t packed(std::uint64_t institution, int year, std::uint32_t outcome) {
    return (institution << (outcome_bits + year_bits)) | (static_cast<std::uint64_t>(year) << outcome_bits) | outcome;
}

std::uint64_t institution_of(std::uint64_t key) { return key >> (outcome_bits + year_bits); }

int year_of(const std::string& date) {
    const auto days = record_days(date);
    return days ? civil(days->start).year : 0;
}

enum class TagState : std::uint8_t { known, missing, undeclared };

void add_tag(TagCount& count, TagState state) {
    if (state == TagState::known) ++count.known;
    if (state == TagState::missing) ++count.missing;
    if (state == TagState::undeclared) ++count.undeclared;
}

std::vector<TagState> states_of_words(const RecordField& field, const Column& column) {
    std::vector<TagState> states;
    for (const std::string& word : column.dictionary()) {
        const auto& texts = field.domain.texts;
        const bool known = std::find(texts.begin(), texts.end(), word) != texts.end();
        states.push_back(known ? TagState::known : TagState::undeclared);
    }
    return states;
}

std::vector<TagCount> count_tags(const RecordField& field, const Column& column,
                                 const std::vector<std::uint32_t>& outcomes, std::size_t kinds) {
    std::vector<TagCount> counts(kinds);
    const std::vector<TagState> words = column.is_number() ? std::vector<TagState>() : states_of_words(field, column);
    for (std::size_t row = 0; row < outcomes.size(); ++row) {
        TagState state = TagState::missing;
        if (column.present(row) && !column.is_number()) state = words[column.codes()[row]];
        if (column.present(row) && column.is_number()) {
            const double value = column.number(row);
            const bool known = value >= field.domain.low.value_or(value) && value <= field.domain.high.value_or(value);
            state = known ? TagState::known : TagState::undeclared;
        }
        add_tag(counts[outcomes[row]], state);
    }
    return counts;
}

void count_keys(const BlockOutcomes& outcomes, const Column* institutions, const Column* dates, BlockCounts& counts) {
    // Institution 0 is the missing one.
    counts.institutions = {""};
    if (institutions)
        counts.institutions.insert(counts.institutions.end(), institutions->dictionary().begin(),
                                   institutions->dictionary().end());
    std::vector<int> years;
    if (dates)
        for (const std::string& date : dates->dictionary()) years.push_back(year_of(date));
    for (std::size_t row = 0; row < outcomes.now.size(); ++row) {
        const std::uint32_t institution =
            institutions && institutions->present(row) ? institutions->codes()[row] + 1U : 0U;
        const int year = dates && dates->present(row) ? years[dates->codes()[row]] : 0;
        counts.keys.push_back(packed(institution, year, outcomes.now[row]));
    }
}

}  // namespace

BlockCounts count_block(const BlockOutcomes& outcomes, const Crosswalk& crosswalk, const std::string& institution,
                        const std::string& date, std::size_t kinds) {
    BlockCounts counts;
    count_keys(outcomes, outcomes.block.find(institution), outcomes.block.find(date), counts);
    for (const RecordField& field : crosswalk.fields)
        counts.tags.push_back(count_tags(field, outcomes.block.at(field.variable.name), outcomes.now, kinds));
    for (std::size_t row = 0; outcomes.before && row < outcomes.now.size(); ++row)
        counts.moves.push_back(packed((*outcomes.before)[row], 0, outcomes.now[row]));
    return counts;
}

void RecordCounter::add(const BlockCounts& block) {
    std::vector<std::uint64_t> place;
    for (const std::string& name : block.institutions) {
        const auto [known, is_new] = known_.emplace(name, institutions_.size());
        if (is_new) institutions_.push_back(name);
        place.push_back(known->second);
    }
    constexpr std::uint64_t rest = (std::uint64_t{1} << (outcome_bits + year_bits)) - 1;
    for (const std::uint64_t key : block.keys)
        ++counts_[(place[institution_of(key)] << (outcome_bits + year_bits)) | (key & rest)];
    for (const std::uint64_t key : block.moves) ++moves_[key];
    if (tags_.empty()) tags_ = std::vector<std::vector<TagCount>>(block.tags.size());
    for (std::size_t field = 0; field < block.tags.size(); ++field) {
        tags_[field].resize(block.tags[field].size());
        for (std::size_t k = 0; k < block.tags[field].size(); ++k) {
            tags_[field][k].known += block.tags[field][k].known;
            tags_[field][k].missing += block.tags[field][k].missing;
            tags_[field][k].undeclared += block.tags[field][k].undeclared;
        }
    }
    records_ += block.keys.size();
}

RecordCounts RecordCounter::counts() const {
    RecordCounts result;
    result.records = records_;
    result.tags = tags_;
    constexpr std::uint64_t outcomes = (std::uint64_t{1} << outcome_bits) - 1,
                            years = (std::uint64_t{1} << year_bits) - 1;
    for (const auto& [key, records] : counts_)
        result.counts.push_back({institutions_[institution_of(key)], static_cast<int>((key >> outcome_bits) & years),
                                 static_cast<std::uint32_t>(key & outcomes), records});
    std::sort(result.counts.begin(), result.counts.end(), [](const auto& a, const auto& b) {
        return std::tie(a.institution, a.year, a.outcome) < std::tie(b.institution, b.year, b.outcome);
    });
    for (const auto& [key, records] : moves_)
        result.moves.push_back(
            {static_cast<std::uint32_t>(institution_of(key)), static_cast<std::uint32_t>(key & outcomes), records});
    std::sort(result.moves.begin(), result.moves.end(),
              [](const auto& a, const auto& b) { return std::tie(a.before, a.now) < std::tie(b.before, b.now); });
    return result;
}

}  // namespace cifra
