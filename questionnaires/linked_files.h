// Files of one hierarchy, read together in blocks: interviews in the first file, in each of the others the records that
// belong to them.
//
// A record names its interview in a key column. Where every file holds the interviews in the order of the first, as
// whoever writes them by interview does, a block is at most `most_rows` interviews with all their records, and memory
// is that of a few blocks and of the keys. Where one file has another order there is a single block: the whole. What a
// block holds depends on the files alone. A record whose interview is not in the first file comes with the block that
// is being read when its turn comes.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/csv.h"
#include "engine/table.h"

namespace cifra {

struct LinkedFile {
    std::filesystem::path file;
    std::string key;      // column with the id of the interview
    CsvOptions options;   // every column of theirs is read as text
    bool nested = false;  // the key names a record below the interview, KEY/record: what stands before / is the id
    // Records of records, such as the incidents of a person: the key names a row of the file at this place in the list,
    // an earlier one, by that file's column `id`. Without it the key is that of the interview.
    std::optional<std::size_t> below = {};
    std::string id = {};
};

// The interview that the key of a record names.
std::string interview_of(const LinkedFile& file, const std::string& key);

class LinkedFiles {
public:
    // Two readings: one of the keys, now, and one block by block. Faults: those of open_csv_rows
    // (microdata/csv_rows.h); then there is no block.
    LinkedFiles(std::vector<LinkedFile> files, std::size_t most_rows, Diagnostics& faults);
    ~LinkedFiles();
    LinkedFiles(LinkedFiles&&) noexcept;
    LinkedFiles& operator=(LinkedFiles&&) noexcept;

    // The tables of the next block in the order of the files, with the lines of their rows; nothing at the end.
    std::optional<std::vector<Table>> next(Diagnostics& faults);

    // Whether an interview with this key stands in an earlier row of the first file than its row `row` (from 0).
    bool seen_before(const std::string& key, std::size_t row) const;
    bool in_order() const;  // false: a file has another order, and one block holds all
    double share() const;   // of the first file read so far

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace cifra
