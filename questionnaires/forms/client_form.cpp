#include "questionnaires/forms/client_form.h"

#include <fmt/format.h>
#include <algorithm>
#include <functional>

#include "questionnaires/forms/client_computed.h"
#include "questionnaires/forms/client_items.h"
#include "questionnaires/forms/first_form.h"

namespace cifra {
namespace {

std::string value_of(const std::string& name) { return "${" + name + "}"; }

FormItem calculated(const std::string& name, const std::string& calculation) {
    FormItem item;
    item.name = name;
    item.calculation = calculation;
    return item;
}

// Names in a predicate are written ./name: Enketo follows a change to where it finds a slash before the name.
class Builder {
public:
    Builder(const Instrument& instrument, Diagnostics& faults)
        : instrument_(instrument),
          faults_(faults),
          everyone_(instrument.roster && instrument.roster->all),
          names_(instrument, faults),
          texts_(instrument, names_),
          items_(instrument, names_, texts_, faults) {}

    ClientForm build() {
        cover();
        const std::size_t together = everyone_ ? instrument_.roster->module + 1 : instrument_.modules.size();
        for (std::size_t m = 0; m < together; ++m) module(m);
        if (everyone_) each_person(together);
        form_.id = instrument_.name;
        form_.version = instrument_.version;
        form_.languages = texts_.languages();
        form_.title = say(instrument_, instrument_.title, form_.languages.front());
        form_.lists = std::move(items_.lists);
        return std::move(form_);
    }

private:
    void module(std::size_t m) {
        const Unit unit = instrument_.modules[m].unit;
        if (unit == Unit::roster)
            roster(m);
        else if (unit == Unit::incident)
            incidents(m);
        else
            group(m);
    }

    FormItem shown(ItemKind kind, const std::string& name, const Labels& label) const {
        FormItem item;
        item.kind = kind;
        item.name = name;
        item.label = label;
        item.required = kind != ItemKind::group && kind != ItemKind::repeat && kind != ItemKind::note;
        return item;
    }

    FormItem outcome_item(const std::string& name, const Labels& label,
                          const std::vector<std::pair<std::string, std::string>>& codes) {
        FormItem item = shown(ItemKind::select_one, name, label);
        std::vector<Code> list;
        for (const auto& [code, word] : codes) list.push_back({code, texts_.word(word), {}});
        item.list = items_.list_of(name, std::move(list));
        return item;
    }

    void cover() {
        add(shown(ItemKind::text, "household", texts_.word("household")));
        FormItem today;
        today.kind = ItemKind::today;
        today.name = "interview_date";
        add(std::move(today));
        if (instrument_.roster && !everyone_) {
            selection_number_ = names_.fresh("selection_number");
            FormItem number = shown(ItemKind::decimal, selection_number_, texts_.word("selection_number"));
            number.constraint = ". > 0 and . < 1";
            number.message = texts_.word("selection_range");
            add(std::move(number));
        }
        add(outcome_item("outcome", texts_.word("outcome"),
                         {{"1", "complete"}, {"2", "refusal"}, {"3", "no_contact"}, {"4", "ineligible"}}));
    }

    void add(FormItem item) {
        for (FormItem& calculated : texts_.take_calculated(Unit::household))
            form_.items.push_back(std::move(calculated));
        into_->push_back(std::move(item));
    }

    // What the texts of the repeat say, and what is aggregated over it.
    void finish(FormItem& repeat, Unit loop, const std::string& counts) {
        for (FormItem& said : texts_.take_calculated(loop)) repeat.items.push_back(std::move(said));
        for (const Question& question : instrument_.questions)
            if (aggregates_over(question, loop)) repeat.items.push_back(each_item(question, counts, names_));
    }

    std::optional<FormItem> intro(const Module& module, const std::string& relevant) {
        if (module.intro.empty()) return std::nullopt;
        FormItem item =
            shown(ItemKind::note, names_.fresh(module.id + "_intro"), texts_.said(module.intro, module.unit));
        item.relevant = relevant;
        return item;
    }

    std::string interview_goes_on(Unit unit) const {
        return unit == Unit::household ? "${outcome} = '1'" : value_of(person_outcome_) + " = '1'";
    }

    void add_questions(FormItem& into, const Module& module, const std::string& gate) {
        for (std::size_t q = module.begin; q < module.end; ++q)
            for (FormItem& item : items_.question(instrument_.questions[q], gate))
                into.items.push_back(std::move(item));
    }

    void group(std::size_t m) {
        const Module& module = instrument_.modules[m];
        FormItem group = shown(ItemKind::group, names_.fresh(module.id), texts_.said(module.title, module.unit));
        group.module = m;
        group.relevant = xpath_all({interview_goes_on(module.unit), names_.when_true(module.ask_if, module.unit)});
        if (auto words = intro(module, "")) group.items.push_back(std::move(*words));
        add_questions(group, module, "true()");
        add(std::move(group));
    }

    std::string start(const Module& module, std::string_view word, const std::vector<std::string>& values,
                      const std::string& relevant) {
        if (auto words = intro(module, relevant)) add(std::move(*words));
        return start(module.id + "_start", word, values, relevant);
    }

    // The acknowledgement after which the number of instances no longer changes.
    std::string start(const std::string& name, std::string_view word, const std::vector<std::string>& values,
                      const std::string& relevant) {
        FormItem item = shown(ItemKind::acknowledge, names_.fresh(name), texts_.word(word, values));
        item.relevant = relevant;
        add(item);
        return value_of(item.name) + " = 'OK'";
    }

    void roster(std::size_t m) {
        const Module& module = instrument_.modules[m];
        const Roster& roster = *instrument_.roster;
        const XPathName size = names_.seen_from(Unit::household)(roster.count);
        std::vector<std::string> counted = {size.path + " > 0"};
        for (const std::string& code : {size.dont_know, size.refused})
            if (!code.empty()) counted.push_back(fmt::format("{} != '{}'", size.path, code));
        const std::string started = start(module, "roster_start", {size.path}, xpath_all(counted));
        const std::string count = names_.fresh(module.id + "_count");
        add(calculated(count, fmt::format("if({}, once(if({} > {}, {}, {})), '')", started, size.path,
                                          roster.max.value_or(100), roster.max.value_or(100), size.path)));
        FormItem repeat = shown(ItemKind::repeat, names_.repeat(module.unit), texts_.said(module.title, module.unit));
        repeat.count = count;
        repeat.items.push_back(calculated("line", "position(..)"));
        add_questions(repeat, module, names_.when_true(module.ask_if, Unit::roster));
        const std::string eligible = names_.fresh("is_eligible");
        repeat.items.push_back(
            calculated(eligible, fmt::format("if({}, 1, 0)", names_.when_true(roster.eligible, Unit::roster))));
        finish(repeat, Unit::roster, "true()");
        const std::string chosen = fmt::format("{}[./{} = 1]", value_of(repeat.name), eligible);
        add(std::move(repeat));
        add(calculated("persons", fmt::format("if({0} = '', 0, {0})", value_of(count))));
        add(calculated("eligible", fmt::format("count({})", chosen)));
        eligible_lines_ = names_.fresh("eligible_lines");
        add(calculated(eligible_lines_, fmt::format("join(' ', {}/line)", chosen)));
        selected_line_ = names_.fresh("selected_line");
        if (!everyone_) select(module);
    }

    void select(const Module& module) {
        add(calculated(selected_line_, fmt::format("if(${{eligible}} > 0, selected-at({}, int({} * ${{eligible}})), 0)",
                                                   value_of(eligible_lines_), value_of(selection_number_))));
        selected_answers(module, [&](const std::string& name) {
            return fmt::format("{}[./line = {}]/{}", value_of(names_.repeat(module.unit)), value_of(selected_line_),
                               name);
        });
        ask_person_outcome("person_outcome", value_of(selected_line_) + " > 0");
    }

    // What the roster says of the person interviewed; `from_line`: of a question, read at her line.
    void selected_answers(const Module& module, const std::function<std::string(const std::string&)>& from_line) {
        for (std::size_t q = module.begin; q < module.end; ++q) {
            const std::string& name = instrument_.questions[q].name;
            add(calculated(names_.selected(name), from_line(name)));
        }
    }

    void ask_person_outcome(std::string_view word, const std::string& relevant) {
        person_outcome_ = names_.fresh("person_outcome");
        FormItem outcome = outcome_item(person_outcome_, texts_.word(word, {value_of(selected_line_)}),
                                        {{"1", "answers"}, {"2", "refusal"}, {"3", "no_contact"}});
        outcome.relevant = relevant;
        add(std::move(outcome));
    }

    // Where all are interviewed, the modules from `begin` on. The household's are asked once: those between the
    // modules of the persons, before them.
    void each_person(std::size_t begin) {
        const auto of_household = [&](std::size_t m) { return instrument_.modules[m].unit == Unit::household; };
        std::size_t end = instrument_.modules.size();
        while (end > begin && of_household(end - 1)) --end;
        bool moved = false;
        for (std::size_t m = begin; m < end; ++m) {
            if (!of_household(m)) {
                moved = true;
                continue;
            }
            if (moved)
                faults_.note(instrument_.modules[m].where, "export-limit",
                             fmt::format("the form asks module '{}', of the household, before the persons' interviews",
                                         instrument_.modules[m].id));
            module(m);
        }
        if (end > begin) interviews(begin, end);
        for (std::size_t m = end; m < instrument_.modules.size(); ++m) module(m);
    }

    // A repeat in which each of the eligible is interviewed. Who they are is frozen when it begins.
    void interviews(std::size_t begin, std::size_t end) {
        const std::string started = start("persons_start", "persons_start", {}, "${eligible} > 0");
        const std::string lines = names_.fresh("interviewed_lines"), count = names_.fresh("interviewed_count");
        add(calculated(lines, fmt::format("if({}, once({}), '')", started, value_of(eligible_lines_))));
        add(calculated(count, fmt::format("if({}, once(${{eligible}}), '')", started)));
        FormItem repeat = shown(ItemKind::repeat, names_.fresh(std::string(persons_repeat)), texts_.word("persons"));
        repeat.count = count;
        into_ = &repeat.items;
        person_number_ = names_.fresh("person_number");
        add(calculated(person_number_, "position(..)"));
        add(calculated(selected_line_, fmt::format("selected-at({}, position(..) - 1)", value_of(lines))));
        selected_answers(instrument_.modules[instrument_.roster->module], [&](const std::string& name) {
            return fmt::format("indexed-repeat({}, {}, {})", value_of(name), value_of(names_.repeat(Unit::roster)),
                               value_of(selected_line_));
        });
        ask_person_outcome("person_in_turn", "");
        for (std::size_t m = begin; m < end; ++m)
            if (instrument_.modules[m].unit != Unit::household) module(m);
        finish(repeat, Unit::person, "true()");
        into_ = &form_.items;
        add(std::move(repeat));
    }

    // The crimes that a screener asks, with the conditions of the count. Those of the household have their forms with
    // the first person.
    struct Screened {
        const Crime* crime;
        XPathName count;
        std::string happened, end;
    };

    std::vector<Screened> screened() {
        std::vector<Screened> list;
        const XPathNames names = names_.seen_from(Unit::incident);
        for (std::size_t c = 0; c < instrument_.crimes.size(); ++c) {
            const auto asked = instrument_.screener(c, ScreenerPart::happened);
            if (!asked) continue;
            const Question& question = instrument_.questions[*asked];
            const bool first_only = everyone_ && instrument_.crimes[c].unit == Unit::household;
            list.push_back({&instrument_.crimes[c],
                            names(question.name + "_count"),
                            xpath_all({first_only ? value_of(person_number_) + " = 1" : "true()",
                                       fmt::format("{} = '{}'", value_of(question.name), question.codes.front().code)}),
                            {}});
        }
        return list;
    }

    static std::string counted(const XPathName& count) {
        std::vector<std::string> tests = {count.path + " != ''"};
        for (const std::string& code : {count.dont_know, count.refused})
            if (!code.empty()) tests.push_back(fmt::format("{} != '{}'", count.path, code));
        return xpath_all(tests);
    }

    void incidents(std::size_t m) {
        if (!instrument_.roster) return;
        const Module& module = instrument_.modules[m];
        std::vector<Screened> crimes = screened();
        std::vector<std::string> any;
        for (const Screened& crime : crimes) any.push_back(crime.happened);
        const std::string started =
            start(module, "incident_start", {}, xpath_all({value_of(selected_line_) + " > 0", xpath_any(any)}));
        count_forms(crimes, started);
        FormItem repeat = shown(ItemKind::repeat, names_.repeat(module.unit), texts_.said(module.title, module.unit));
        repeat.count = crimes.back().end;
        if (everyone_) keep_one(repeat, module);
        about(repeat, crimes);
        questions_of_incident(repeat, module);
        add(std::move(repeat));
    }

    // Enketo counts wrongly in a repeat beside one of another person that has no instance: one stays, and is not asked.
    void keep_one(FormItem& repeat, const Module& module) {
        repeat.relevant = value_of(repeat.count) + " > 0";
        const std::string kept = names_.fresh(module.id + "_kept");
        add(calculated(kept, fmt::format("if({0} > 0, {0}, 1)", value_of(repeat.count))));
        repeat.count = kept;
    }

    void count_forms(std::vector<Screened>& crimes, const std::string& started) {
        const std::int64_t max = instrument_.incidents->max.value_or(1);
        std::string before;
        for (Screened& crime : crimes) {
            const std::string forms = names_.fresh(crime.crime->id + "_forms");
            add(calculated(forms, fmt::format("if({0}, once(if({1}, if({2}, if({3} > {4}, {4}, {3}), 1), 0)), '')",
                                              started, crime.happened, counted(crime.count), crime.count.path, max)));
            crime.end = names_.fresh(crime.crime->id + "_end");
            add(calculated(crime.end, fmt::format("if({}, {}{}, 0)", started, before, value_of(forms))));
            before = value_of(crime.end) + " + ";
        }
    }

    void about(FormItem& repeat, const std::vector<Screened>& crimes) {
        std::vector<Code> list;
        std::string which = "''", first = "0", times = "''", before = "0";
        for (const Screened& crime : crimes) list.push_back({crime.crime->id, crime.crime->label, {}});
        for (std::size_t k = crimes.size(); k-- > 0;) {
            const Screened& crime = crimes[k];
            before = k == 0 ? "0" : value_of(crimes[k - 1].end);
            which = fmt::format("if(position(..) <= {}, '{}', {})", value_of(crime.end), crime.crime->id, which);
            first = fmt::format("if(position(..) <= {}, {}, {})", value_of(crime.end), before, first);
            times = fmt::format("if(${{crime}} = '{}', if({}, {}, ''), {})", crime.crime->id, counted(crime.count),
                                crime.count.path, times);
        }
        FormItem crime = shown(ItemKind::select_one, "crime", texts_.word("form_about", {"${ordinal}"}));
        crime.list = items_.list_of("crimes", std::move(list));
        crime.calculation = which;
        crime.appearance = "minimal";
        crime.read_only = true;
        crime.required = false;
        repeat.items.push_back(std::move(crime));
        repeat.items.push_back(calculated("ordinal", fmt::format("position(..) - {}", first)));
        repeat.items.push_back(calculated("times", times));
        if (!everyone_) return;
        const std::string line = names_.fresh("person_line");
        repeat.items.push_back(calculated(line, value_of(selected_line_)));
        crime_of_ = names_.fresh("person_crime");
        repeat.items.push_back(calculated(crime_of_, fmt::format("concat({}, '_', ${{crime}})", value_of(line))));
    }

    void questions_of_incident(FormItem& repeat, const Module& module) {
        const Condition& series = instrument_.incidents->series;
        const std::string gate = names_.when_true(module.ask_if, Unit::incident);
        if (!series.given()) {
            add_questions(repeat, module, gate);
            return finish(repeat, Unit::incident, "true()");
        }
        const std::set<std::string> ungated = first_form_questions(instrument_, faults_);
        const std::string crimes = names_.fresh("series_crimes"), described = names_.fresh("described");
        repeat.items.push_back(calculated(described, fmt::format("if(${{ordinal}} > 1 and selected({}, {}), 2, 1)",
                                                                 value_of(crimes), value_of(crime_of_))));
        for (std::size_t q = module.begin; q < module.end; ++q) {
            const Question& question = instrument_.questions[q];
            const std::string own =
                ungated.contains(question.name) ? gate : xpath_all({value_of(described) + " = 1", gate});
            for (FormItem& item : items_.question(question, own)) repeat.items.push_back(std::move(item));
        }
        repeat.items.push_back(calculated(
            "series", fmt::format("if(${{ordinal}} = 1 and {}, 1, 2)", names_.when_true(series, Unit::incident))));
        finish(repeat, Unit::incident, value_of(described) + " = 1");
        // Outside all repeats: Enketo does not see in an inner repeat what changes in the outer one.
        form_.items.push_back(
            calculated(crimes, fmt::format("join(' ', {}[./series = 1]/{})", value_of(repeat.name), crime_of_)));
    }

    const Instrument& instrument_;
    Diagnostics& faults_;
    const bool everyone_;  // of the roster is interviewed
    FormNames names_;
    FormTexts texts_;
    FormItems items_;
    ClientForm form_;
    std::vector<FormItem>* into_ = &form_.items;
    std::string selection_number_, eligible_lines_, selected_line_, person_number_, person_outcome_;
    std::string crime_of_ = "crime";  // what tells the crimes of all incident forms apart
};

}  // namespace

ClientForm client_form(const Instrument& instrument, Diagnostics& faults) {
    return Builder(instrument, faults).build();
}

}  // namespace cifra
