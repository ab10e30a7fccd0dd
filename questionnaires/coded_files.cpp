#include "questionnaires/coded_files.h"

#include "engine/csv.h"
#include "questionnaires/response_records.h"

namespace cifra {
namespace {

constexpr std::array<Unit, 4> units = {Unit::household, Unit::roster, Unit::person, Unit::incident};
constexpr std::size_t most_shown = 10;

std::string_view without_header(std::string_view csv) { return csv.substr(csv.find('\n') + 1); }

}  // namespace

void BlockwiseCsv::add(const Table& block) {
    const std::string csv = to_csv(block);
    text_.add(started_ ? without_header(csv) : std::string_view(csv));
    started_ = true;
    rows_ += block.rows();
}

void BlockwiseCsv::write(Outputs& files, const std::string& name) {
    files.write(name, [&](std::ostream& stream) { text_.copy_to(stream); });
}

void CodedFiles::add(const Responses& block) {
    household_.add(block.household);
    roster_.add(block.roster);
    person_.add(block.person);
    incident_.add(block.incident);
    for (std::size_t u = 0; u < units.size(); ++u) {
        std::vector<Violation> own;
        for (const Violation& violation : block.violations)
            if (violation.file == file_name(units[u])) own.push_back(violation);
        if (!own.empty()) violations_[u].add(without_header(to_csv(violations_table(own))));
    }
    for (const Violation& violation : block.violations) {
        ++(violation.hard ? hard_ : warnings_);
        if (violation.hard && first_hard_.size() < most_shown) first_hard_.push_back(violation);
    }
}

std::vector<std::string> CodedFiles::write_tables(Outputs& files, const Codebook& codebook) {
    household_.write(files, "household.csv");
    roster_.write(files, "roster.csv");
    person_.write(files, "person.csv");
    incident_.write(files, "incident.csv");
    files.write("codebook.yaml", to_yaml(codebook));
    return {"household.csv", "roster.csv", "person.csv", "incident.csv", "codebook.yaml"};
}

void CodedFiles::write_violations(Outputs& files) {
    files.write("violations.csv", [&](std::ostream& stream) {
        stream << to_csv(violations_table({}));
        for (Spool& violations : violations_) violations.copy_to(stream);
    });
}

}  // namespace cifra
