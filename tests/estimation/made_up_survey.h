// A small made-up survey in a temporary folder: households in PSUs, persons, incidents, with nonrespondents of weight
// 0.
#pragma once

#include <filesystem>
#include <string>

namespace cifra::testing {

class MadeUpSurvey {
public:
    // `shuffled`: the same records in another order of rows.
    explicit MadeUpSurvey(bool shuffled = false);
    ~MadeUpSurvey();
    const std::filesystem::path& folder() const { return folder_; }
    void replace(const std::string& file, const std::string& from, const std::string& to) const;  // once; must be there
    void append(const std::string& file, const std::string& line) const;
    static const std::string design, tables;

private:
    std::filesystem::path folder_;
};

}  // namespace cifra::testing
