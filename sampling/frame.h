// The sampling frame: PSUs with a measure of size and a stratum, and the list of dwellings of every PSU.
//
//   frame_psu.csv        psu, stratum, dwellings (measure of size), … any other column
//   frame_dwelling.csv   dwelling, psu, … any other column; a stratum column, if there, must agree with the PSU's
//
// A frame is put into one order, strata by id, PSUs by id within their stratum, dwellings by id within their PSU (ids
// compare by bytes), so that the order of rows in the files changes nothing unless the plan asks for `order: file`.
//
// Faults (codes): missing-column, missing-id, duplicate-id, bad-size, unknown-psu, unknown-stratum, stratum-mismatch,
// psu-without-dwellings, empty-frame; warning size-mismatch where the measure of size is not the number of dwellings
// listed (allowed: the weights use both). At most twenty of a kind are listed, then their number.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/table.h"

namespace cifra {

struct FrameColumns {
    std::string stratum = "stratum";
    std::string size = "dwellings";
};

struct FrameStratum {
    std::string id;
    std::size_t first = 0, count = 0;  // its PSUs in Frame::psus
    double size = 0;                   // sum of its PSUs' sizes
};

struct FramePsu {
    std::string id;
    std::size_t stratum = 0;  // in Frame::strata
    double size = 0;
    std::size_t first = 0, count = 0;  // its dwellings in Frame::dwellings
    std::size_t row = 0;               // in Frame::psu_table
};

struct FrameDwelling {
    std::string id;
    std::size_t row = 0;  // in Frame::dwelling_table
};

struct Frame {
    std::vector<FrameStratum> strata;
    std::vector<FramePsu> psus;
    std::vector<FrameDwelling> dwellings;
    Table psu_table, dwelling_table;  // as read
};

// Checks both tables and puts them into order. With errors in `faults` the result is incomplete: throw before use.
Frame make_frame(Table psus, Table dwellings, const FrameColumns& columns, Diagnostics& faults);

Frame read_frame(const std::filesystem::path& psu_file, const std::filesystem::path& dwelling_file,
                 const FrameColumns& columns, Diagnostics& faults);

}  // namespace cifra
