// Any bytes as an interview that came back: no crash, what is set aside says why, and no record is outside the form.
#include "questionnaires/returns/instance.h"

#include "tests/fuzz/fuzz.h"

namespace {

const cifra::Instrument& core() {
    static const cifra::Instrument instrument = [] {
        cifra::Diagnostics faults;
        return cifra::load_instrument("library:victimization_core", {}, faults);
    }();
    return instrument;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using cifra::fuzz::require;
    static const cifra::ReturnShape shape(core());
    const cifra::Submission submission = cifra::read_instance(cifra::fuzz::text_of(data, size), "fuzz.xml", shape);
    require(submission.readable || !submission.findings.empty(), "set aside without a reason");
    require(!submission.readable || (!submission.key.empty() && !submission.about.household.empty()), "without a key");
    require(submission.records.size() <= shape.most_lines() + shape.most_incidents() + 4, "more records than bounds");
    for (const cifra::SubmissionFinding& finding : submission.findings)
        require(!finding.rule.empty() && !finding.message.empty(), "a finding without rule or message");
    for (const cifra::ReturnedRecord& record : submission.records) {
        require(record.cells.size() == shape.questions(record.unit).size(), "cells of another unit");
        require(record.crime < core().crimes.size(), "an incident of no crime");
    }
    return 0;
}
