// The listing as a workbook (.xlsx) for print: a sheet of contents with a link to each assignment, and a sheet for
// each.
//
// Sheets are landscape, one page wide, their heads frozen and repeated on every page; dwellings have a border to write
// in. The bytes are a function of the listing alone: the file's dates are fixed.
#pragma once

#include <string>

#include "sampling/field/listing.h"

namespace cifra {

// Throws std::runtime_error where the workbook cannot be made.
std::string workbook_bytes(const Listing& listing);

}  // namespace cifra
