// What was received: which interviews are taken and which are set aside, and what the devices say of how they went.
//
// submissions.csv, one row for everything that came back:
//   file, line, record, household, status, version, start, end, minutes, active_minutes, device, interviewer,
//   answers, dont_know, refused, blank
// `status` is accepted, or why it is set aside (its answers are in no answer file, and nothing is thrown away):
//   same-instance     an interview with this instance id came before
//   same-household    the household was accepted before, under another instance id
//   unusable          it cannot be read or placed; findings.csv says why
// `minutes` is end − start by the device's clock; `active_minutes` the time that an audit log gives to questions.
//
// interviewers.csv, one row for each interviewer of accepted interviews:
//   interviewer, interviews, median_minutes, short, dont_know, refused, blank (shares of the questions asked)
// An interview is *short* when it took less than half of the median of all accepted and complete ones.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "questionnaires/returns/answer_rows.h"

namespace cifra {

class Receipt {
public:
    explicit Receipt(const ReturnShape& shape);
    // Notes the submission and its findings; true when it is accepted. The first of several is taken.
    bool take(const Submission& submission, std::optional<double> active_minutes = std::nullopt);
    void add(const SubmissionFinding& finding);  // of no submission, such as a record without an interview
    std::vector<std::string> write(Outputs& files);

    std::size_t accepted() const { return accepted_; }
    std::size_t set_aside() const { return submissions_.rows() - accepted_; }
    std::size_t errors() const { return errors_; }

private:
    struct Tally {
        std::vector<double> minutes;  // of the complete ones
        std::size_t interviews = 0;
        double asked = 0, dont_know = 0, refused = 0, blank = 0;
    };
    std::string status(const Submission& submission);
    Tally count(const Submission& submission) const;
    RowWriter interviewers() const;

    const ReturnShape& shape_;
    std::set<std::string> keys_, households_, unknown_;
    std::map<std::string, Tally> tallies_;  // by interviewer
    std::size_t accepted_ = 0, errors_ = 0;
    RowWriter submissions_, findings_;
};

}  // namespace cifra
