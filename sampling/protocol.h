// The draw protocol: all that a third party needs to draw the same sample to the byte, and to be told where it cannot.
//
// draw_protocol.json holds the seed, the version, the statement of the generator, the plan in full, the files of the
// frame with the XXH3-128 of their bytes, the method of every stage, the counts of every stratum, the ids of the units
// taken with certainty, and the XXH3-128 of sample.csv. draw_protocol.txt says the same for readers. Neither holds a
// clock or a host; paths are relative to the protocol. `cifra draw --verify draw_protocol.json` draws again from the
// plan within.
//
// XXH3 tells changes by accident; against forgery sign the protocol.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "sampling/draw_files.h"

namespace cifra {

struct ProtocolFile {
    std::string role, path, xxh3_128;
};

struct DrawProtocol {
    std::string version;
    std::string plan_xxh3_128, sample_xxh3_128;
    std::vector<ProtocolFile> files;
    DrawRequest request;  // files resolved from the protocol's folder
};

// The receipt of a draw: files by their paths from `folder`, where the protocol goes, and the digest of sample.csv.
struct DrawReceipt {
    std::vector<ProtocolFile> files;
    std::string sample_xxh3_128;
};

DrawReceipt draw_receipt(const DrawRequest& request, const std::string& sample_csv,
                         const std::filesystem::path& folder);

std::string protocol_json(const DrawRequest& request, const DrawnSample& drawn, const DrawReceipt& receipt);
std::string protocol_text(const DrawRequest& request, const DrawnSample& drawn, const DrawReceipt& receipt);

// Faults: those of YAML, bad-protocol, plan-changed.
DrawProtocol read_protocol(const std::filesystem::path& file, Diagnostics& faults);

// Draws again. Faults: frame-changed (at each file), sample-differs (the same frame and plan give another sample:
// another version drew it), sample-changed (sample.csv beside the protocol is not the one drawn); warning
// other-version.
void verify_protocol(const DrawProtocol& protocol, const std::filesystem::path& file, Diagnostics& faults);

}  // namespace cifra
