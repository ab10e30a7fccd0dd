#include "engine/program/binding/frames.h"

namespace cifra::binding {

namespace {

YamlValue value_of(YamlValue::Kind kind, std::string_view what) {
    YamlValue value;
    value.kind = kind;
    value.where.file = what;
    return value;
}

}  // namespace

Column code_column(std::span<const std::int64_t> codes, std::vector<std::string> words) {
    std::vector<std::uint32_t> cells(codes.size(), 0);
    std::vector<Missing> missing(codes.size(), Missing::none);
    for (std::size_t row = 0; row < codes.size(); ++row) {
        const auto word = static_cast<std::size_t>(codes[row]);
        if (codes[row] < 0 || (word < words.size() && words[word].empty()))
            missing[row] = Missing::system;
        else
            cells[row] = static_cast<std::uint32_t>(codes[row]);
    }
    return Column::of_codes(std::move(cells), std::move(words), std::move(missing));
}

YamlValue scalar_value(std::string text, std::string_view what) {
    YamlValue value = value_of(YamlValue::Kind::scalar, what);
    value.scalar = std::move(text);
    return value;
}

YamlValue list_value(std::vector<YamlValue> items, std::string_view what) {
    YamlValue value = value_of(YamlValue::Kind::list, what);
    value.items = std::move(items);
    return value;
}

YamlValue map_value(std::vector<std::pair<std::string, YamlValue>> entries, std::string_view what) {
    YamlValue value = value_of(YamlValue::Kind::map, what);
    value.key_places.assign(entries.size(), value.where);
    for (auto& [key, entry] : entries) value.entries.push_back({std::move(key), std::move(entry)});
    return value;
}

}  // namespace cifra::binding
