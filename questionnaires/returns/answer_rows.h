// Interviews that came back as rows of the answer files that `code` reads (questionnaires/README.md), and of a table of
// the screener.
#pragma once

#include <string>
#include <vector>

#include "engine/command.h"
#include "questionnaires/coded_files.h"
#include "questionnaires/returns/submission.h"

namespace cifra {

// A table of texts that grows by rows and is put out in blocks.
class RowWriter {
public:
    explicit RowWriter(std::vector<std::string> columns);
    void add(const std::vector<std::string>& cells);  // one per column; "" is an empty cell
    void write(Outputs& files, const std::string& name);
    std::size_t rows() const { return text_.rows() + rows_; }

private:
    void flush();
    std::vector<std::string> columns_;
    std::vector<TextColumnBuilder> builders_;
    std::size_t rows_ = 0;
    BlockwiseCsv text_;
};

// screener.csv: one row for each crime that the household or the person was screened for, with the keys of the
// incidents that follow from it:
//   household, line, crime, victim_unit, happened, times (the answers), incidents (forms that came back)
class AnswerRows {
public:
    explicit AnswerRows(const ReturnShape& shape);
    void add(const Submission& submission);
    // The names of the files written.
    std::vector<std::string> write(Outputs& files);
    std::size_t interviews() const { return writers_.front().rows(); }

private:
    void add_screener(const ReturnedRecord& record, const Submission& submission);
    const ReturnShape& shape_;
    std::vector<RowWriter> writers_;  // by unit
    RowWriter screener_;
};

}  // namespace cifra
