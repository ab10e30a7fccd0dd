#include "questionnaires/respondent.h"

#include <fmt/format.h>
#include <algorithm>
#include <cmath>

#include "engine/random.h"

namespace cifra {
namespace {

constexpr int most_tries = 1000;

std::string random_date(Stream& stream, const Period& period) {
    const YearMonth first = first_month(period);
    const int at =
        first.year * 12 + first.month - 1 + static_cast<int>(stream.below(static_cast<std::uint64_t>(period.months)));
    const int year = at / 12, month = at % 12 + 1;
    const auto day = 1 + stream.below(static_cast<std::uint64_t>(days_in_month(year, month)));
    return fmt::format("{:04}-{:02}-{:02}", year, month, day);
}

std::string random_codes(Stream& stream, const Question& question) {
    std::string text;
    for (const Code& code : question.codes) {
        const bool alone =
            std::find(question.exclusive.begin(), question.exclusive.end(), code.code) != question.exclusive.end();
        if (alone || !stream.bernoulli(0.3)) continue;
        text += (text.empty() ? "" : " ") + code.code;
    }
    return text.empty() ? question.codes[stream.below(question.codes.size())].code : text;
}

std::string random_whole(Stream& stream, const Question& question) {
    const double low = std::ceil(question.low.value_or(0)), high = std::floor(question.high.value_or(100));
    if (question.type == QuestionType::integer && question.part == ScreenerPart::none)
        return fmt::format("{:.0f}",
                           low + static_cast<double>(stream.below(static_cast<std::uint64_t>(high - low) + 1)));
    // Counts of crimes and sums of money are mostly small.
    const double scale = question.type == QuestionType::money ? 2000 : 1.5;
    return fmt::format("{:.0f}", std::min(high, low + std::floor(stream.exponential() * scale)));
}

std::string random_month(Stream& stream, const Period& period) {
    const int at =
        first_month(period).month - 1 + static_cast<int>(stream.below(static_cast<std::uint64_t>(period.months)));
    return fmt::format("{}", at % 12 + 1);
}

std::string random_text(Stream& stream, const Question& question) {
    std::string text(1 + stream.below(std::min<std::size_t>(question.max_length, 8)), 'a');
    for (char& letter : text) letter = static_cast<char>('a' + stream.below(26));
    return text;
}

std::string random_answer(Stream& stream, const Question& question, const Period& period, double missing_share) {
    const double u = stream.uniform();
    if (!question.dont_know.empty() && u < missing_share) return question.dont_know;
    if (!question.refused.empty() && u > 1 - missing_share) return question.refused;
    switch (question.type) {
        case QuestionType::single:
            return question.codes[stream.below(question.codes.size())].code;
        case QuestionType::multiple:
            return random_codes(stream, question);
        case QuestionType::integer:
        case QuestionType::money:
            return random_whole(stream, question);
        case QuestionType::month:
            return random_month(stream, period);
        case QuestionType::date:
            return random_date(stream, period);
        case QuestionType::text:
            return random_text(stream, question);
        case QuestionType::computed:
            break;
    }
    return {};
}

class Answering {
public:
    Answering(const Instrument& instrument, const RespondentOptions& options, const Facts& facts)
        : instrument_(instrument),
          period_(dated(instrument.period, options.interview_date)),
          options_(options),
          facts_(facts) {}

    std::string operator()(const Place& place, const Question& question, const Board& board) {
        if (facts_) {
            const Value line = board.lookup("line");
            const auto selected = static_cast<std::uint32_t>(line.present() ? line.number : 0);
            const auto fact = facts_(place, question, selected);
            if (fact && valid(question, *fact, board, true)) return *fact;
            if (fact) rejected.push_back(place);
        }
        return random_valid(place, question, board);
    }

    std::vector<Place> rejected;

private:
    bool valid(const Question& question, const std::string& text, const Board& board, bool allow_doubt) const {
        const ParsedAnswer parsed = parse_answer(question, text, period_);
        if (!parsed.broken.empty()) return false;
        for (const std::size_t c : board.broken_constraints(question, parsed.value))
            if (question.constraints[c].hard || (!question.constraints[c].inform && !allow_doubt)) return false;
        return true;
    }

    std::string random_valid(const Place& place, const Question& question, const Board& board) const {
        const std::string key =
            fmt::format("{}/{}/{}/{}/{}", options_.household, question.name, place.line,
                        question.unit == Unit::incident ? instrument_.crimes[place.crime].id : "", place.ordinal);
        Stream stream({options_.seed, Purpose::interview, 0, stable_hash(key)});
        for (int t = 0; t < most_tries; ++t) {
            std::string text = random_answer(stream, question, period_, options_.missing_share);
            if (valid(question, text, board, false)) return text;
        }
        throw Refusal(fmt::format("'{}' has no valid answer that keeps its constraints in {} random tries",
                                  question.name, most_tries));
    }

    const Instrument& instrument_;
    const Period period_;
    const RespondentOptions& options_;
    const Facts& facts_;
};

}  // namespace

Respondent respond(const Instrument& instrument, const RespondentOptions& options, const Facts& facts) {
    Respondent respondent;
    Answering answering(instrument, options, facts);
    const Answerer answerer = [&](const Place& place, const Question& question, const Board& board) {
        std::string text = answering(place, question, board);
        respondent.answers[place] = text;
        return std::optional(std::move(text));
    };
    respondent.walk = walk(instrument, answerer,
                           {.selection_number = options.selection_number,
                            .person_responds = options.person_responds,
                            .silent = options.silent,
                            .after_form = {},
                            .interview_date = options.interview_date});
    respondent.rejected = std::move(answering.rejected);
    return respondent;
}

}  // namespace cifra
