#include "estimation/domain_text.h"

#include <algorithm>

namespace cifra {

std::vector<std::string> split_domain(std::string_view domain) {
    std::vector<std::string> parts;
    for (std::size_t begin = 0; begin < domain.size();) {
        const std::size_t end = std::min(domain.find(';', begin), domain.size());
        parts.emplace_back(domain.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

std::vector<std::pair<std::string, std::string>> domain_parts(std::string_view domain) {
    std::vector<std::pair<std::string, std::string>> parts;
    for (const std::string& part : split_domain(domain)) {
        const std::size_t equals = part.find('=');
        if (equals == std::string::npos)
            parts.emplace_back("", part);
        else
            parts.emplace_back(part.substr(0, equals), part.substr(equals + 1));
    }
    return parts;
}

}  // namespace cifra
