#include "engine/crosswalk/iccs_tags.h"

#include "engine/crosswalk/shipped_list.h"

namespace cifra {

namespace {

constexpr std::array<std::string_view, 3> answer_words = {"category", "not_applicable", "not_known"};

Labels titles_at(const Table& list, std::size_t row) {
    Labels titles;
    for (const char* language : {"en", "es", "fr", "pt"})
        if (list.at(language).present(row)) titles[language] = list.at(language).text(row);
    return titles;
}

std::vector<IccsTag> read_tags() {
    std::vector<IccsTag> tags;
    const Table list = shipped_list("engine/data/iccs_tags.csv");
    for (std::size_t row = 0; row < list.rows(); ++row) {
        if (!list.at("code").present(row)) {
            tags.push_back({list.at("tag").text(row), list.at("of").text(row), titles_at(list, row), {}});
            continue;
        }
        const auto answer = std::find(answer_words.begin(), answer_words.end(), list.at("kind").text(row));
        tags.back().categories.push_back(
            {list.at("code").text(row), static_cast<TagAnswer>(answer - answer_words.begin()), titles_at(list, row)});
    }
    return tags;
}

}  // namespace

std::string_view to_text(TagAnswer answer) { return answer_words[static_cast<std::size_t>(answer)]; }

const std::vector<IccsTag>& iccs_tags() {
    static const std::vector<IccsTag> tags = read_tags();
    return tags;
}

const IccsTag* find_iccs_tag(std::string_view name) {
    const auto found =
        std::find_if(iccs_tags().begin(), iccs_tags().end(), [&](const IccsTag& tag) { return tag.name == name; });
    return found == iccs_tags().end() ? nullptr : &*found;
}

}  // namespace cifra
