// Part of `code`: the coded tables and the violations, gathered block by block and written as files.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "engine/command.h"
#include "questionnaires/responses.h"
#include "questionnaires/spool.h"

namespace cifra {

// The CSV text of a table that comes in blocks.
class BlockwiseCsv {
public:
    void add(const Table& block);
    void write(Outputs& files, const std::string& name);
    std::size_t rows() const { return rows_; }

private:
    Spool text_;
    std::size_t rows_ = 0;
    bool started_ = false;
};

class CodedFiles {
public:
    void add(const Responses& block);
    // Their names, in the order of writing.
    std::vector<std::string> write_tables(Outputs& files, const Codebook& codebook);
    void write_violations(Outputs& files);

    std::size_t hard_violations() const { return hard_; }
    std::size_t warnings() const { return warnings_; }
    const std::vector<Violation>& first_hard() const { return first_hard_; }  // at most ten
    std::size_t households() const { return household_.rows(); }
    std::size_t persons() const { return person_.rows(); }
    std::size_t incidents() const { return incident_.rows(); }

private:
    BlockwiseCsv household_, roster_, person_, incident_;
    std::array<Spool, 4> violations_;  // of the four files
    std::size_t hard_ = 0, warnings_ = 0;
    std::vector<Violation> first_hard_;
};

}  // namespace cifra
