#include "questionnaires/play/dialogue.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <istream>
#include <ostream>

#include "questionnaires/fills.h"
#include "questionnaires/play/place_names.h"
#include "questionnaires/play/screen.h"
#include "questionnaires/play/words.h"

namespace cifra {
namespace {

constexpr const char* clear_screen = "\x1b[2J\x1b[3J\x1b[H";

std::string trimmed(const std::string& text) {
    const std::size_t first = text.find_first_not_of(" \t\r"), last = text.find_last_not_of(" \t\r");
    return first == std::string::npos ? "" : text.substr(first, last - first + 1);
}

class Dialogue {
public:
    Dialogue(const Instrument& instrument, Interview& interview, const DialogueOptions& options, std::istream& in,
             std::ostream& out, const std::function<void(const GivenAnswer&)>& keep)
        : instrument_(instrument),
          interview_(interview),
          options_(options),
          in_(in),
          out_(out),
          keep_(keep),
          language_(options.language),
          style_(options.terminal ? terminal_style() : ScreenStyle{}) {}

    DialogueEnd run() {
        out_ << label_in(instrument_.title, language_, instrument_.name) << "\n";
        at_ = interview_.next();
        while (!end_ && at_) {
            show();
            listen();
        }
        if (!end_) out_ << "\n" << word("all-asked") << "\n";
        return end_.value_or(DialogueEnd::finished);
    }

private:
    std::string word(const std::string& key) const { return play_word(key, language_); }
    template <class... Values>
    std::string word(const std::string& key, const Values&... values) const {
        return fmt::format(fmt::runtime(word(key)), values...);
    }
    const Question& question() const { return instrument_.questions[at_->question]; }

    void show() {
        const Module& module = instrument_.modules[question().module];
        sensitive_ |= question().sensitive || module.sensitive;
        const Board known = interview_.known_at(*at_);
        if (shown_module_ != question().module) out_ << module_screen(instrument_, *at_, known, language_, style_);
        shown_module_ = question().module;
        out_ << question_screen(instrument_, *at_, interview_.state(), known, language_, style_);
        if (const auto given = interview_.answers().find(*at_); given != interview_.answers().end())
            out_ << "  " << word("now", given->second) << "\n";
    }

    // The next line of the input, or the end of the dialogue.
    std::optional<std::string> line(const std::string& prompt) {
        out_ << prompt << std::flush;
        std::string text;
        if (std::getline(in_, text)) return trimmed(text);
        leave(DialogueEnd::saved);
        return std::nullopt;
    }

    void listen() {
        const Place asked = *at_;
        while (!end_ && at_ == asked) {
            const auto text = line("> ");
            if (!text) return;
            if (text->starts_with(':') ? command(*text) : answer(*text)) return;
        }
    }

    // True when the question is to be shown, another or again.
    bool answer(const std::string& text) {
        const bool again = interview_.answers().contains(*at_);
        if (text.empty() && again) return go_on();
        if (text.empty()) return complain(rule_words("empty", language_));
        Reply reply = interview_.answer(*at_, text);
        bool confirmed = false;
        if (!reply.accepted && reply.broken.empty() && reply.refused_by.empty()) {
            if (!confirm(reply)) return false;
            confirmed = true;
            reply = interview_.answer(*at_, text, true);
        }
        if (!reply.accepted) return refuse(reply);
        keep_({place_name(instrument_, *at_), text, confirmed, 0});
        for (const std::size_t c : reply.informs) out_ << "  i " << said_by(c) << "\n";
        if (!reply.retracted.empty()) out_ << "  " << word("retracted", reply.retracted.size()) << "\n";
        return go_on();
    }

    bool go_on() {
        at_ = interview_.next();
        return true;
    }

    bool complain(const std::string& words) {
        out_ << "  ! " << words << "\n";
        return false;
    }

    std::string said_by(std::size_t constraint) const {
        const Board known = interview_.known_at(*at_);
        const std::string said = say(instrument_, question().constraints[constraint].say, language_,
                                     [&](std::string_view name) { return known.lookup(name); });
        return said.empty() ? fmt::format("{}: {}", word("check"), question().constraints[constraint].that.text) : said;
    }

    bool refuse(const Reply& reply) {
        if (!reply.broken.empty()) return complain(rule_words(reply.broken, language_));
        for (const std::size_t c : reply.refused_by) complain(said_by(c));
        return false;
    }

    bool confirm(const Reply& reply) {
        for (const std::size_t c : reply.doubted_by) out_ << "  ? " << said_by(c) << "\n";
        static constexpr std::array yes = {"y", "yes", "s", "si", "sí", "sim", "o", "oui", "Y", "S", "O"};
        const auto text = line("  " + word("confirm") + " ");
        return text && std::find(yes.begin(), yes.end(), *text) != yes.end();
    }

    bool command(const std::string& text) {
        const std::size_t blank = text.find(' ');
        const std::string name = text.substr(1, blank == std::string::npos ? blank : blank - 1);
        const std::string rest = blank == std::string::npos ? "" : trimmed(text.substr(blank));
        if (name == "back") return back();
        if (name == "change") return change(rest);
        if (name == "language") return change_language(rest);
        if (name == "save") return leave(DialogueEnd::saved);
        if (name == "quit") return leave(DialogueEnd::quit);
        if (name != "help") return complain(word("unknown-command"));
        out_ << word("help") << "\n";
        return false;
    }

    bool back() {
        const auto before = interview_.back(at_);
        if (!before) return complain(word("first"));
        at_ = before;
        return true;
    }

    bool change(const std::string& name) {
        const auto place = find_place(instrument_, name);
        if (!place || !interview_.answers().contains(*place)) return complain(word("not-answered"));
        at_ = place;
        return true;
    }

    bool change_language(const std::string& language) {
        const auto& known = instrument_.languages;
        if (std::find(known.begin(), known.end(), language) == known.end())
            return complain(word("unknown-language", fmt::format("{}", fmt::join(known, ", "))));
        language_ = language;
        shown_module_.reset();
        return true;
    }

    bool leave(DialogueEnd end) {
        end_ = end;
        if (options_.terminal && sensitive_) out_ << clear_screen;
        if (end == DialogueEnd::saved) out_ << "\n" << word("saved", options_.file) << "\n";
        out_ << std::flush;
        return true;
    }

    const Instrument& instrument_;
    Interview& interview_;
    const DialogueOptions& options_;
    std::istream& in_;
    std::ostream& out_;
    const std::function<void(const GivenAnswer&)>& keep_;
    std::string language_;
    ScreenStyle style_;
    std::optional<Place> at_;
    std::optional<std::size_t> shown_module_;
    std::optional<DialogueEnd> end_;
    bool sensitive_ = false;  // something sensitive has been on the screen
};

}  // namespace

DialogueEnd hold_dialogue(const Instrument& instrument, Interview& interview, const DialogueOptions& options,
                          std::istream& in, std::ostream& out, const std::function<void(const GivenAnswer&)>& keep) {
    return Dialogue(instrument, interview, options, in, out, keep).run();
}

}  // namespace cifra
