#include "questionnaires/returns/receipt.h"

#include <fmt/format.h>
#include <algorithm>

#include "questionnaires/returns/interview_time.h"

namespace cifra {
namespace {

double median(std::vector<double> values) {
    const std::size_t half = values.size() / 2;
    std::sort(values.begin(), values.end());
    return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

std::string rounded(double value) { return fmt::format("{:.2f}", value); }
std::string share(double part, double whole) { return whole > 0 ? fmt::format("{:.4f}", part / whole) : ""; }
std::string number(double value) { return fmt::format("{:.0f}", value); }

}  // namespace

Receipt::Receipt(const ReturnShape& shape)
    : shape_(shape),
      submissions_({"file", "line", "record", "household", "status", "version", "start", "end", "minutes",
                    "active_minutes", "device", "interviewer", "answers", "dont_know", "refused", "blank"}),
      findings_({"file", "line", "record", "column", "rule", "severity", "message"}) {}

std::string Receipt::status(const Submission& submission) {
    if (!submission.key.empty() && !keys_.insert(submission.key).second) return "same-instance";
    if (!submission.readable) return "unusable";
    return households_.insert(submission.about.household).second ? "accepted" : "same-household";
}

Receipt::Tally Receipt::count(const Submission& submission) const {
    Tally tally;
    tally.interviews = 1;
    for (const ReturnedRecord& record : submission.records)
        for (std::size_t c = 0; c < record.cells.size(); ++c) {
            if (!record.cells[c]) continue;
            const std::string& text = *record.cells[c];
            const Question& question = shape_.instrument().questions[shape_.questions(record.unit)[c]];
            ++tally.asked;
            tally.blank += text.empty();
            tally.dont_know += !text.empty() && text == question.dont_know;
            tally.refused += !text.empty() && text == question.refused;
        }
    return tally;
}

bool Receipt::take(const Submission& submission, std::optional<double> active_minutes) {
    const AboutInterview& about = submission.about;
    const std::string status = this->status(submission);
    const Tally own = count(submission);
    const auto minutes = minutes_between(about.start, about.end);
    submissions_.add({submission.file, submission.line > 0 ? fmt::format("{}", submission.line) : "", submission.key,
                      about.household, status, about.version, about.start, about.end, minutes ? rounded(*minutes) : "",
                      active_minutes ? rounded(*active_minutes) : "", about.device, about.interviewer,
                      number(own.asked - own.blank), number(own.dont_know), number(own.refused), number(own.blank)});
    for (const SubmissionFinding& finding : submission.findings) add(finding);
    if (status == "same-instance" || status == "same-household")
        add({submission.file, submission.line, submission.key, "", status, "error",
             status == "same-instance" ? "an interview with this instance id came before"
                                       : "another interview of this household came before"});
    if (status != "accepted") return false;
    ++accepted_;
    Tally& all = tallies_[about.interviewer];
    all.interviews += 1;
    all.asked += own.asked;
    all.dont_know += own.dont_know;
    all.refused += own.refused;
    all.blank += own.blank;
    if (minutes && about.outcome == "1") all.minutes.push_back(*minutes);
    return true;
}

void Receipt::add(const SubmissionFinding& finding) {
    if (finding.rule == "unknown-name" && !unknown_.insert(finding.question).second) return;
    errors_ += finding.severity == "error";
    findings_.add({finding.file, finding.line > 0 ? fmt::format("{}", finding.line) : "", finding.record,
                   finding.question, finding.rule, finding.severity, finding.message});
}

RowWriter Receipt::interviewers() const {
    RowWriter table({"interviewer", "interviews", "median_minutes", "short", "dont_know", "refused", "blank"});
    std::vector<double> all;
    for (const auto& [name, tally] : tallies_) all.insert(all.end(), tally.minutes.begin(), tally.minutes.end());
    const double least = all.empty() ? 0 : median(all) / 2;
    for (const auto& [name, tally] : tallies_) {
        const auto brief =
            std::count_if(tally.minutes.begin(), tally.minutes.end(), [&](double minutes) { return minutes < least; });
        table.add({name, fmt::format("{}", tally.interviews),
                   tally.minutes.empty() ? "" : rounded(median(tally.minutes)), fmt::format("{}", brief),
                   share(tally.dont_know, tally.asked), share(tally.refused, tally.asked),
                   share(tally.blank, tally.asked)});
    }
    return table;
}

std::vector<std::string> Receipt::write(Outputs& files) {
    submissions_.write(files, "submissions.csv");
    findings_.write(files, "findings.csv");
    interviewers().write(files, "interviewers.csv");
    return {"submissions.csv", "findings.csv", "interviewers.csv"};
}

}  // namespace cifra
