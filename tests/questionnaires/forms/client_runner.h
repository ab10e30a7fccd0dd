// Interviews played into a form in the engine of ODK Web Forms; workbooks made a form by pyxform.
#pragma once

#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/support/web_programs.h"

namespace cifra {

// Plays `cases` into `form` in the files form.xml, cases.json and out of `folder`, and keeps what the engine submits in
// its folder returns.
inline WebRun run_client(const std::string& form, const nlohmann::json& cases, const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder / "returns");
    std::ofstream(folder / "form.xml") << form;
    std::ofstream(folder / "cases.json") << cases.dump();
    return run_web("run_cases.mjs", "form.xml cases.json returns", folder);
}

// Makes workbook.xlsx of `folder` the form.xml beside it. pyxform unpacks itself there, too.
inline WebRun run_pyxform(const std::string& workbook, const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "workbook.xlsx", std::ios::binary) << workbook;
    return run_web("xls2xform-medic", "--skip_validate workbook.xlsx form.xml", folder, "SHIV_ROOT=shiv python3");
}

}  // namespace cifra
