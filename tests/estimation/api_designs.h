// The eight designs of R survey's api samples, as the ids of the shared oracle name them.
#pragma once

#include <string>

#include "estimation/design.h"

namespace cifra::testing {

struct ApiDesign {
    const char* prefix;  // of the oracle's ids
    const char* file;
    const char* design;     // of the design file
    DesignColumns columns;  // the same for programs
};

inline DesignColumns api_columns(std::string strata, std::vector<std::string> psu, std::vector<std::string> fpc) {
    DesignColumns columns;
    columns.strata = std::move(strata);
    columns.psu = std::move(psu);
    columns.fpc = std::move(fpc);
    return columns;
}

inline const ApiDesign api_designs[] = {
    {"srs_fpc", "apisrs.csv", "{fpc: fpc}", api_columns("", {}, {"fpc"})},
    {"srs_wr", "apisrs.csv", "{}", api_columns("", {}, {})},
    {"strat_fpc", "apistrat.csv", "{strata: stype, fpc: fpc}", api_columns("stype", {}, {"fpc"})},
    {"strat_wr", "apistrat.csv", "{strata: stype}", api_columns("stype", {}, {})},
    {"clus1_fpc", "apiclus1.csv", "{psu: dnum, fpc: fpc}", api_columns("", {"dnum"}, {"fpc"})},
    {"clus1_wr", "apiclus1.csv", "{psu: dnum}", api_columns("", {"dnum"}, {})},
    {"clus2_fpc", "apiclus2.csv", "{psu: [dnum, snum], fpc: [fpc1, fpc2]}",
     api_columns("", {"dnum", "snum"}, {"fpc1", "fpc2"})},
    {"clus2_wr", "apiclus2.csv", "{psu: [dnum, snum]}", api_columns("", {"dnum", "snum"}, {})},
};

// The design file of one of them; its level is called `level`.
inline std::string design_file(const ApiDesign& api, const std::string& level = "schools") {
    return "data: {" + level + ": {file: " + api.file + ", weight: pw}}\ndesign: " + api.design + "\n";
}

}  // namespace cifra::testing
