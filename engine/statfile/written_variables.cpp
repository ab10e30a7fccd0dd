#include "engine/statfile/written_variables.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <set>

#include "engine/statfile/stat_dictionary.h"

namespace cifra {

namespace {

struct KindCode {
    Missing kind;
    char letter;
    double number;
};
constexpr std::array<KindCode, 4> kind_codes = {{{Missing::not_asked, 'n', -96},
                                                 {Missing::not_reached, 'u', -97},
                                                 {Missing::refused, 'r', -98},
                                                 {Missing::dont_know, 'd', -99}}};

// The first `characters` of a text in UTF-8.
std::string first_characters(const std::string& text, std::size_t characters) {
    std::size_t at = 0;
    for (std::size_t count = 0; at < text.size(); ++at) {
        if ((static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) continue;
        if (count++ == characters) break;
    }
    return text.substr(0, at);
}

std::string as_small_tag(std::string code) {
    if (code[1] >= 'A' && code[1] <= 'Z') code[1] = static_cast<char>(code[1] - 'A' + 'a');
    return code;
}

std::string as_large_tag(std::string code) {
    if (code[1] >= 'a' && code[1] <= 'z') code[1] = static_cast<char>(code[1] - 'a' + 'A');
    return code;
}

bool is_letter_tag(const std::string& code) {
    const std::string small = code.size() == 2 ? as_small_tag(code) : code;
    return small.size() == 2 && small[0] == '.' && small[1] >= 'a' && small[1] <= 'z';
}

// A whole number of at most nine digits, written in the one way that reads back equal.
bool is_whole(const std::string& text) {
    const auto number = parse_number(text);
    return number && std::abs(*number) < 1e9 && *number == std::floor(*number) && shortest(*number) == text;
}

// Makes one column ready.
class Writing {
public:
    Writing(const WriteRequest& request, const WriteTarget& target, const Variable* variable, WrittenVariable& made,
            Diagnostics& faults)
        : request_(request), target_(target), variable_(variable), made_(made), faults_(faults) {}

    void make() {
        made_.type = made_.column->type();
        if (target_.whole_texts_as_numbers && holds_whole_codes()) made_.type = ColumnType::number;
        check_name();
        check_cells();
        make_codes();
        if (!variable_) return;
        made_.label = cut(label_in(variable_->label, request_.language, ""), target_.longest_label, "its label");
        make_labels();
        const auto merged = std::count_if(variable_->missing.begin(), variable_->missing.end(),
                                          [](const auto& code) { return code.second == Missing::system; });
        if (merged > 0 && made_.column->any_missing())
            warn("codes-merged", fmt::format("{} missing codes without a kind are written as blank", merged),
                 "declare their kinds (refused, dont_know, not_asked, not_reached) in a codebook");
    }

private:
    void warn(const char* code, const std::string& message, const char* hint) {
        faults_.warning({request_.file, 0, 0}, code, fmt::format("column '{}': {}", made_.name, message), hint);
    }
    void fail(const char* code, const std::string& message, const char* hint) {
        faults_.error({request_.file, 0, 0}, code, fmt::format("column '{}': {}", made_.name, message), hint);
    }

    bool holds_whole_codes() const {
        if (made_.column->is_number() || !variable_ || variable_->categories.empty()) return false;
        const auto& words = made_.column->dictionary();
        return std::all_of(words.begin(), words.end(), is_whole) &&
               std::all_of(variable_->categories.begin(), variable_->categories.end(),
                           [](const auto& category) { return is_whole(category.first); });
    }

    void check_name() {
        if (first_characters(made_.name, target_.longest_name).size() < made_.name.size())
            fail("name-not-allowed", fmt::format("{} holds names of {} characters", target_.name, target_.longest_name),
                 "rename the column");
    }

    void check_cells() {
        const Column& column = *made_.column;
        bool too_long = false, out_of_range = false;
        if (!column.is_number())
            for (const std::string& word : column.dictionary()) too_long |= word.size() > target_.longest_text;
        for (const double number : column.numbers()) {
            const double size = std::abs(number);
            out_of_range |= size > target_.largest_number || (size > 0 && size < target_.smallest_number);
        }
        if (too_long)
            fail("text-too-long", fmt::format("{} holds texts of at most {} bytes", target_.name, target_.longest_text),
                 "leave the column out, or write CSV");
        if (out_of_range)
            fail("number-out-of-range", fmt::format("{} cannot hold one of its numbers", target_.name),
                 "write another kind of file");
    }

    std::set<Missing> kinds() const {
        std::set<Missing> found;
        for (std::size_t row = 0; made_.column->any_missing() && row < made_.column->size(); ++row)
            found.insert(made_.column->missing(row));
        return found;
    }

    void make_codes() {
        const std::set<Missing> found = kinds();
        for (const KindCode& kind : kind_codes) {
            if (!found.contains(kind.kind)) continue;
            if (const std::string code = declared_code(kind.kind); !code.empty())
                made_.codes[kind.kind] = code;
            else if (made_.type == ColumnType::text)
                warn("kind-left-out",
                     fmt::format("cells that are '{}' have no code and are written as blank", to_text(kind.kind)),
                     "declare a code for it under 'missing' in a codebook");
            else
                made_.codes[kind.kind] =
                    target_.codes == WriteTarget::Codes::numbers ? new_number(kind) : new_tag(kind);
        }
    }

    // The code as the target writes it; "" where it cannot.
    std::string in_target(const std::string& code) const {
        if (made_.type == ColumnType::text) return code.size() <= target_.longest_text ? code : "";
        if (target_.codes == WriteTarget::Codes::numbers) return parse_number(code) ? code : "";
        if (!is_letter_tag(code)) return "";
        return target_.codes == WriteTarget::Codes::small_tags ? as_small_tag(code) : as_large_tag(code);
    }

    std::string declared_code(Missing kind) const {
        if (!variable_) return "";
        for (const auto& [code, declared] : variable_->missing)
            if (const std::string own = in_target(code); declared == kind && !own.empty()) return own;
        return "";
    }

    bool is_taken(const std::string& code) const {
        const auto declared = [&](const auto& other) { return in_target(other.first) == code; };
        const auto given = [&](const auto& other) { return other.second == code; };
        return std::any_of(made_.codes.begin(), made_.codes.end(), given) ||
               (variable_ && std::any_of(variable_->missing.begin(), variable_->missing.end(), declared));
    }

    std::string new_tag(const KindCode& kind) const {
        const std::string own = in_target({'.', kind.letter});
        if (!is_taken(own)) return own;
        for (char letter = 'a'; letter <= 'z'; ++letter)
            if (const std::string code = in_target({'.', letter}); !is_taken(code)) return code;
        return "";
    }

    std::string new_number(const KindCode& kind) {
        const auto numbers = made_.column->numbers();
        double less = 0;
        const auto between = [&](double number) { return -99 - less <= number && number <= -96 - less; };
        while (std::any_of(numbers.begin(), numbers.end(), between) || is_taken(shortest(kind.number - less)))
            less += 100;
        const double number = kind.number - less;
        warn("missing-code-added",
             fmt::format("cells that are '{}' are written as {}", to_text(kind.kind), shortest(number)),
             "declare a code of your own for it under 'missing' in a codebook");
        return shortest(number);
    }

    std::string cut(const std::string& text, std::size_t longest, const std::string& what) {
        std::string kept = first_characters(text, longest);
        if (kept.size() < text.size())
            warn("label-cut", fmt::format("{} is cut to the {} characters that {} bears", what, longest, target_.name),
                 "shorten it in a codebook");
        return kept;
    }

    // A tag that came from elsewhere is relabelled as the code its kind has now.
    void make_labels() {
        std::map<std::string, std::string> of_codes;
        for (const auto& [kind, code] : made_.codes) of_codes[code] = label_of_kind(kind);
        std::size_t left_out = 0;
        for (const auto& [code, labels] : variable_->categories) {
            const auto missing = variable_->missing.find(code);
            const auto now =
                missing == variable_->missing.end() ? made_.codes.end() : made_.codes.find(missing->second);
            const std::string label = label_in(labels, request_.language, "");
            if (now != made_.codes.end())
                of_codes[now->second] = label;
            else if (missing != variable_->missing.end())
                continue;
            else if (bears(code))
                made_.labels.emplace_back(code, label);
            else
                ++left_out;
        }
        if (target_.longest_value_label == 0) of_codes.clear();
        for (const auto& [code, label] : of_codes)
            if (bears(code)) made_.labels.emplace_back(code, label);
        for (auto& [code, label] : made_.labels) label = cut(label, target_.longest_value_label, "a label of a value");
        if (left_out > 0)
            warn("labels-left-out", fmt::format("{} cannot hold {} labels of its values", target_.name, left_out),
                 "keep them in a codebook: --write-codebook FILE");
    }

    bool bears(const std::string& code) const {
        if (target_.longest_value_label == 0) return false;
        if (made_.type == ColumnType::text) return code.size() <= target_.longest_text_code;
        const auto number = parse_number(code);
        if (target_.codes == WriteTarget::Codes::numbers) return number.has_value();
        return is_letter_tag(code) || (number && is_whole(shortest(*number)));
    }

    const WriteRequest& request_;
    const WriteTarget& target_;
    const Variable* variable_;
    WrittenVariable& made_;
    Diagnostics& faults_;
};

void refuse_names_twice(const WriteRequest& request, const WriteTarget& target, Diagnostics& faults) {
    std::set<std::string> names;
    for (std::string name : request.table.names()) {
        const std::string own = name;
        for (char& c : name)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        if (!names.insert(name).second && !target.capitals_count)
            faults.error({request.file, 0, 0}, "duplicate-column",
                         fmt::format("{} does not tell '{}' from a column of other capitals", target.name, own),
                         "rename one of them");
    }
}

Column coded_column(const WrittenVariable& variable) {
    const Column& column = *variable.column;
    const auto code = [&](std::size_t row) -> const std::string* {
        const auto found = variable.codes.find(column.missing(row));
        return found == variable.codes.end() ? nullptr : &found->second;
    };
    if (!column.is_number()) {
        TextColumnBuilder texts;
        for (std::size_t row = 0; row < column.size(); ++row)
            if (const std::string* own = code(row))
                texts.add(*own);
            else if (column.present(row))
                texts.add(column.text(row));
            else
                texts.add_missing(Missing::system);
        return texts.finish();
    }
    std::vector<double> numbers(column.numbers().begin(), column.numbers().end());
    std::vector<Missing> missing(numbers.size(), Missing::none);
    for (std::size_t row = 0; row < numbers.size(); ++row)
        if (const std::string* own = code(row))
            numbers[row] = parse_number(*own).value_or(0);
        else
            missing[row] = column.present(row) ? Missing::none : Missing::system;
    return Column::of_numbers(std::move(numbers), std::move(missing));
}

}  // namespace

std::vector<WrittenVariable> written_variables(const WriteRequest& request, const WriteTarget& target,
                                               Diagnostics& faults) {
    refuse_names_twice(request, target, faults);
    std::vector<WrittenVariable> variables(request.table.width());
    for (std::size_t i = 0; i < variables.size(); ++i) {
        variables[i].name = request.table.names()[i];
        variables[i].column = &request.table.column(i);
        Writing(request, target, request.codebook.find(variables[i].name), variables[i], faults).make();
    }
    return variables;
}

Table coded_table(const std::vector<WrittenVariable>& variables) {
    Table table;
    for (const WrittenVariable& variable : variables) table.set(variable.name, coded_column(variable));
    return table;
}

Codebook coded_codebook(const std::vector<WrittenVariable>& variables, const Codebook& codebook) {
    Codebook coded;
    for (const WrittenVariable& written : variables) {
        Variable variable;
        if (const Variable* known = codebook.find(written.name)) variable = *known;
        for (const auto& [code, kind] : variable.missing)
            std::erase_if(variable.categories, [&](const auto& category) { return category.first == code; });
        variable.name = written.name;
        variable.type = written.type;
        variable.missing.clear();
        variable.blank = Missing::system;
        for (const auto& [kind, code] : written.codes) {
            variable.missing[code] = kind;
            for (const auto& [labelled, label] : written.labels)
                if (labelled == code) variable.categories.push_back({code, {{"", label}}});
        }
        coded.variables.push_back(std::move(variable));
    }
    return coded;
}

}  // namespace cifra
