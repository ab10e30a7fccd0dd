#include "estimation/records/system_page.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/markup.h"
#include "estimation/publishing/words.h"
#include "estimation/records/records_markup.h"
#include "estimation/records/system_words.h"

namespace cifra {

namespace {

template <class Item>
std::string name_of(const std::vector<Item>& items, const std::string& id, const std::string& language) {
    for (const Item& item : items)
        if (item.id == id) return label_in(item.name, language, id);
    return id;
}

class SystemWriter {
public:
    SystemWriter(const SystemMap& map, const std::string& language)
        : map_(map), language_(language), words_(system_words(language)) {}

    std::vector<MarkupSection> sections() const {
        return {{"stages", words_.stages, words_.stages_lead, stages()},
                {"records", words_.records, words_.records_lead, registers()},
                {"variables", words_.variables, words_.variables_lead, variables()},
                {"exchanges", words_.exchanges, words_.exchanges_lead, exchanges() + code_lists()},
                {"checklist", words_.checklist, words_.checklist_lead, checklist()},
                {"glossary", words_.glossary, "", glossary()}};
    }

private:
    std::string text(const Labels& labels, const std::string& fallback = "") const {
        return label_in(labels, language_, fallback);
    }

    std::string stages() const {
        MarkupTable table{words_.stages, {words_.stage}, {}, map_.institutions.size() + 1, true};
        for (const SystemInstitution& one : map_.institutions) table.head.push_back(text(one.name, one.id));
        for (std::size_t k = 0; k < flow_stage_count; ++k) {
            const auto stage = static_cast<FlowStage>(k);
            std::vector<std::string> row = {flow_stage_title(stage, language_)};
            for (const SystemInstitution& one : map_.institutions) row.push_back(records_of(one.id, stage));
            table.rows.push_back(row);
        }
        return table_markup(table);
    }

    std::string records_of(const std::string& institution, FlowStage stage) const {
        std::string names;
        for (const SystemRecords& one : map_.records)
            if (one.institution == institution &&
                std::find(one.stages.begin(), one.stages.end(), stage) != one.stages.end())
                names += (names.empty() ? "" : "; ") + text(one.name, one.id);
        return names;
    }

    std::string share(const std::optional<double>& value) const {
        return value ? per_cent_text(*value, language_) : "";
    }

    std::string joined(const std::vector<std::string>& ids) const {
        std::string names;
        for (const std::string& id : ids)
            names += (names.empty() ? "" : ", ") + name_of(map_.identifiers, id, language_);
        return names;
    }

    std::string registers() const {
        MarkupTable table{words_.records,
                          {words_.record, words_.institution, words_.identifiers, words_.published, words_.lag,
                           words_.mapped_codes, words_.mapped_records},
                          {},
                          4,
                          true};
        for (const SystemRecords& one : map_.records)
            table.rows.push_back({text(one.name, one.id), name_of(map_.institutions, one.institution, language_),
                                  joined(one.identifiers), frequency(one.frequency),
                                  one.lag ? count_text(*one.lag, language_) : "", share(one.mapped_codes),
                                  share(one.mapped_records)});
        return table_markup(table);
    }

    std::string frequency(const std::string& id) const { return frequency_word(id, language_); }

    // A row per variable, a column per file of records; the cell tells the code list.
    std::string variables() const {
        std::vector<std::string> names;
        MarkupTable table{words_.variables, {words_.variable}, {}, map_.records.size() + 1, true};
        for (const SystemRecords& one : map_.records) {
            table.head.push_back(text(one.name, one.id));
            for (const SystemVariable& variable : one.variables)
                if (std::find(names.begin(), names.end(), variable.name) == names.end()) names.push_back(variable.name);
        }
        for (const std::string& name : names) {
            std::vector<std::string> row = {name};
            for (const SystemRecords& one : map_.records) row.push_back(kept_as(one, name));
            table.rows.push_back(row);
        }
        return table.rows.empty() ? "" : table_markup(table);
    }

    std::string kept_as(const SystemRecords& records, const std::string& name) const {
        for (const SystemVariable& variable : records.variables)
            if (variable.name == name)
                return variable.code_list.empty() ? words_.kept
                                                  : name_of(map_.code_lists, variable.code_list, language_);
        return "";
    }

    std::string exchanges() const {
        MarkupTable table{words_.exchanges,
                          {words_.record, words_.from, words_.to, words_.means, words_.how_often, words_.identifiers},
                          {},
                          6};
        for (const SystemRecords& one : map_.records)
            for (const SystemExchange& exchange : one.exchanges)
                table.rows.push_back({text(one.name, one.id), name_of(map_.institutions, one.institution, language_),
                                      name_of(map_.institutions, exchange.to, language_), text(exchange.means),
                                      frequency(exchange.frequency), joined(exchange.identifiers)});
        return table.rows.empty() ? "" : table_markup(table);
    }

    std::string code_lists() const {
        MarkupTable table{words_.code_lists, {words_.code_list, words_.version, words_.keeper}, {}, 3};
        for (const SystemCodeList& one : map_.code_lists)
            table.rows.push_back({text(one.name, one.id), one.version, text(one.keeper)});
        return table.rows.empty() ? "" : table_markup(table);
    }

    const MaturityAnswer* answer(const std::string& item) const {
        for (const MaturityAnswer& one : map_.answers)
            if (one.item == item) return &one;
        return nullptr;
    }

    // Level as squares and as a word: neither colour nor shape alone tells it.
    std::string level(const MaturityAnswer* one) const {
        if (!one) return words_.not_judged;
        std::string squares;
        for (int k = 1; k <= highest_maturity; ++k) squares += k <= one->level ? "■" : "□";
        return squares + " " + words_.levels[static_cast<std::size_t>(one->level)];
    }

    std::string checklist() const {
        std::string html, chapter;
        MarkupTable table;
        const auto close = [&] {
            if (!table.rows.empty()) html += table_markup(table);
        };
        for (const ChecklistItem& item : system_checklist()) {
            if (item.chapter != chapter) {
                close();
                chapter = item.chapter;
                table = {fmt::format("{}. {}", item.chapter, text(item.chapter_title)),
                         {words_.item, words_.level, words_.evidence},
                         {},
                         3};
            }
            const MaturityAnswer* one = answer(item.id);
            table.rows.push_back({text(item.text), level(one), one ? text(one->evidence) : ""});
        }
        close();
        return html;
    }

    std::string glossary() const {
        std::vector<std::vector<std::string>> rows;
        for (const GlossaryTerm& one : system_glossary()) {
            const std::string other = words_in(language_).language == "en" ? "es" : "en";
            rows.push_back({text(one.term), label_in(one.term, other, ""), text(one.meaning)});
        }
        std::sort(rows.begin(), rows.end());
        return table_markup({words_.glossary, {words_.term, words_.other_language, words_.meaning}, rows, 3, true});
    }

    const SystemMap& map_;
    const std::string& language_;
    const SystemWords& words_;
};

}  // namespace

std::string system_title(const SystemMap& map, const std::string& language) {
    return label_in(map.title, language, system_words(language).title);
}

std::string system_page(const SystemMap& map, const std::vector<std::string>& languages, std::size_t language) {
    const std::string& name = languages[language];
    const SystemWords& words = system_words(name);
    MarkupPage page{name,
                    system_title(map, name),
                    words.lead,
                    label_in(map.note, name, ""),
                    words.about_title,
                    words.about,
                    SystemWriter(map, name).sections(),
                    {}};
    for (std::size_t k = 0; k < languages.size(); ++k)
        if (k != language) page.siblings.emplace_back(languages[k], page_file("system", languages, k));
    return page_markup(page);
}

std::string system_chapter(const SystemMap& map, const std::string& language, const std::string& anchor,
                           const std::string& contents) {
    std::string content;
    for (const MarkupSection& section : SystemWriter(map, language).sections())
        content += "<h3>" + escape_markup(section.title) + "</h3>\n" +
                   (section.lead.empty() ? "" : "<p class=\"sub\">" + escape_markup(section.lead) + "</p>\n") +
                   section.content;
    return section_markup({anchor, system_title(map, language), system_words(language).lead, content}, language,
                          contents);
}

}  // namespace cifra
