#include "engine/crosswalk/shipped_list.h"

#include <stdexcept>

#include "engine/csv.h"
#include "engine/embedded.h"

namespace cifra {

Table shipped_list(std::string_view name) {
    for (const EmbeddedFile& file : embedded_engine()) {
        if (file.name != name) continue;
        Diagnostics faults;
        const std::string text(file.content);
        const Table read = parse_csv(text, std::string(name), {}, faults);
        if (faults.has_errors()) throw std::logic_error("a data file has faults: " + std::string(name));
        Table list;
        for (const std::string& column : read.names()) list.set(column, read.at(column).as_text());
        return list;
    }
    throw std::logic_error("a data file is not compiled in: " + std::string(name));
}

}  // namespace cifra
