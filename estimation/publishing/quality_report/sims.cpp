#include "estimation/publishing/quality_report/sims.h"

#include <algorithm>

#include "engine/csv.h"
#include "engine/embedded.h"

namespace cifra {

namespace {

std::vector<SimsConcept> read_concepts() {
    constexpr std::string_view name = "estimation/publishing/quality_report/sims.csv";
    std::vector<SimsConcept> concepts;
    for (const EmbeddedFile& file : embedded_estimation()) {
        if (file.name != name) continue;
        Diagnostics faults;
        const Table table = parse_csv(std::string(file.content), std::string(name), {}, faults);
        faults.throw_if_errors();
        for (std::size_t i = 0; i < table.rows(); ++i)
            concepts.push_back(
                {table.at("id").text(i), {{"en", table.at("en").text(i)}, {"es", table.at("es").text(i)}}});
    }
    return concepts;
}

}  // namespace

std::size_t SimsConcept::depth() const { return static_cast<std::size_t>(std::count(id.begin(), id.end(), '.')); }

const std::vector<SimsConcept>& sims_concepts() {
    static const std::vector<SimsConcept> concepts = read_concepts();
    return concepts;
}

}  // namespace cifra
