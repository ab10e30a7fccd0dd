#include "engine/crosswalk/record_counts.h"

#include <bit>
#include <tuple>

namespace cifra {

namespace {

// Institution, year and outcome in one number.
constexpr std::uint64_t outcome_bits = 24, year_bits = 14;

std::uint64_t packed(std::uint64_t institution, int year, std::uint32_t outcome) {
    return (institution << (outcome_bits + year_bits)) | (static_cast<std::uint64_t>(year) << outcome_bits) | outcome;
}

constexpr std::uint64_t all_but_institution = (std::uint64_t{1} << (outcome_bits + year_bits)) - 1;
int year_of_key(std::uint64_t key) { return static_cast<int>((key & all_but_institution) >> outcome_bits); }
std::uint32_t outcome_of_key(std::uint64_t key) {
    return static_cast<std::uint32_t>(key & ((std::uint64_t{1} << outcome_bits) - 1));
}
std::uint64_t institution_of(std::uint64_t key) { return key >> (outcome_bits + year_bits); }

int year_of(const std::string& date) {
    const auto days = record_days(date);
    return days ? civil(days->start).year : 0;
}

enum class FieldState : std::uint8_t { known, missing, undeclared };

void add_field(FieldCount& count, FieldState state) {
    if (state == FieldState::known) ++count.known;
    if (state == FieldState::missing) ++count.missing;
    if (state == FieldState::undeclared) ++count.undeclared;
}

std::vector<FieldState> states_of_words(const RecordField& field, const Column& column) {
    std::vector<FieldState> states;
    for (const std::string& word : column.dictionary()) {
        const auto& texts = field.domain.texts;
        const bool known = std::find(texts.begin(), texts.end(), word) != texts.end();
        states.push_back(known ? FieldState::known : FieldState::undeclared);
    }
    return states;
}

std::vector<FieldCount> count_field(const RecordField& field, const Column& column,
                                    const std::vector<std::uint32_t>& outcomes, std::size_t kinds) {
    std::vector<FieldCount> counts(kinds);
    const std::vector<FieldState> words =
        column.is_number() ? std::vector<FieldState>() : states_of_words(field, column);
    for (std::size_t row = 0; row < outcomes.size(); ++row) {
        FieldState state = FieldState::missing;
        if (column.present(row) && !column.is_number()) state = words[column.codes()[row]];
        if (column.present(row) && column.is_number()) {
            const double value = column.number(row);
            const bool known = value >= field.domain.low.value_or(value) && value <= field.domain.high.value_or(value);
            state = known ? FieldState::known : FieldState::undeclared;
        }
        add_field(counts[outcomes[row]], state);
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

// Numbers the few keys of a block as they appear.
class DistinctKeys {
public:
    explicit DistinctKeys(std::size_t most) : slots_(std::bit_ceil(2 * most + 2), 0) {}

    std::uint32_t place(std::uint64_t key) {
        const std::size_t mask = slots_.size() - 1;
        std::size_t slot = (key * 0x9E3779B97F4A7C15ULL >> 32U) & mask;
        while (slots_[slot] != 0 && keys_[slots_[slot] - 1] != key) slot = (slot + 1) & mask;
        if (slots_[slot] == 0) {
            keys_.push_back(key);
            slots_[slot] = static_cast<std::uint32_t>(keys_.size());
        }
        return slots_[slot] - 1;
    }
    std::vector<std::uint64_t> take() { return std::move(keys_); }

private:
    std::vector<std::uint32_t> slots_;  // 1 + place; 0: free
    std::vector<std::uint64_t> keys_;
};

// By year and outcome, whatever the institution: many rows share a key.
void count_tags(const std::vector<BlockTag>& tags, BlockCounts& counts) {
    DistinctKeys keys(counts.keys.size());
    std::vector<std::uint32_t> places;
    places.reserve(counts.keys.size());
    for (const std::uint64_t key : counts.keys) places.push_back(keys.place(key & all_but_institution));
    counts.tag_keys = keys.take();
    for (const BlockTag& tag : tags) {
        std::vector<std::uint64_t> sums(counts.tag_keys.size() * tag.kinds);
        for (std::size_t row = 0; row < places.size(); ++row) ++sums[places[row] * tag.kinds + tag.states[row]];
        counts.tags.push_back(std::move(sums));
    }
}

void add_states(std::unordered_map<std::uint64_t, std::vector<std::uint64_t>>& sums,
                const std::vector<std::uint64_t>& keys, const std::vector<std::uint64_t>& records) {
    for (std::size_t k = 0; k < keys.size(); ++k) {
        const std::size_t kinds = records.size() / keys.size();
        std::vector<std::uint64_t>& of_key = sums[keys[k]];
        of_key.resize(kinds);
        for (std::size_t state = 0; state < kinds; ++state) of_key[state] += records[k * kinds + state];
    }
}

}  // namespace

BlockCounts count_block(const BlockOutcomes& outcomes, const Crosswalk& crosswalk, const std::string& institution,
                        const std::string& date, std::size_t kinds) {
    BlockCounts counts;
    count_keys(outcomes, outcomes.block.find(institution), outcomes.block.find(date), counts);
    for (const RecordField& field : crosswalk.fields)
        counts.fields.push_back(count_field(field, outcomes.block.at(field.variable.name), outcomes.now, kinds));
    if (!outcomes.tags.empty()) count_tags(outcomes.tags, counts);
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
    for (const std::uint64_t key : block.keys)
        ++counts_[(place[institution_of(key)] << (outcome_bits + year_bits)) | (key & all_but_institution)];
    for (const std::uint64_t key : block.moves) ++moves_[key];
    fields_.resize(block.fields.size());
    for (std::size_t field = 0; field < block.fields.size(); ++field) {
        fields_[field].resize(block.fields[field].size());
        for (std::size_t k = 0; k < block.fields[field].size(); ++k) {
            fields_[field][k].known += block.fields[field][k].known;
            fields_[field][k].missing += block.fields[field][k].missing;
            fields_[field][k].undeclared += block.fields[field][k].undeclared;
        }
    }
    tags_.resize(block.tags.size());
    for (std::size_t tag = 0; tag < block.tags.size(); ++tag) add_states(tags_[tag], block.tag_keys, block.tags[tag]);
    records_ += block.keys.size();
}

RecordCounts RecordCounter::counts() const {
    RecordCounts result;
    result.records = records_;
    result.fields = fields_;
    for (const auto& sums : tags_) {
        result.tags.emplace_back();
        for (const auto& [key, records] : sums)
            result.tags.back().emplace(std::pair(year_of_key(key), outcome_of_key(key)), records);
    }
    for (const auto& [key, records] : counts_)
        result.counts.push_back({institutions_[institution_of(key)], year_of_key(key), outcome_of_key(key), records});
    std::sort(result.counts.begin(), result.counts.end(), [](const auto& a, const auto& b) {
        return std::tie(a.institution, a.year, a.outcome) < std::tie(b.institution, b.year, b.outcome);
    });
    for (const auto& [key, records] : moves_)
        result.moves.push_back({static_cast<std::uint32_t>(institution_of(key)), outcome_of_key(key), records});
    std::sort(result.moves.begin(), result.moves.end(),
              [](const auto& a, const auto& b) { return std::tie(a.before, a.now) < std::tie(b.before, b.now); });
    return result;
}

}  // namespace cifra
