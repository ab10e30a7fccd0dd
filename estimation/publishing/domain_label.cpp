#include "estimation/publishing/domain_label.h"

#include <algorithm>

namespace cifra {

namespace {

std::string category_label(const Variable* variable, const std::string& code, const std::string& language) {
    if (!variable) return code;
    for (const auto& [known, labels] : variable->categories)
        if (known == code) return label_in(labels, language, code);
    return code;
}

void append(std::string& text, const char* separator, const std::string& part) {
    if (!text.empty() && !part.empty()) text += separator;
    text += part;
}

}  // namespace

DomainLabel domain_label(const std::string& domain, const Codebook& codebook, const std::string& language) {
    DomainLabel label;
    for (std::size_t begin = 0; begin < domain.size();) {
        const std::size_t end = std::min(domain.find(';', begin), domain.size());
        const std::string part = domain.substr(begin, end - begin);
        const std::size_t equals = part.find('=');
        if (equals == std::string::npos) {
            append(label.categories, " · ", part);
        } else {
            const std::string name = part.substr(0, equals);
            const Variable* variable = codebook.find(name);
            append(label.variables, " × ", variable ? label_in(variable->label, language, name) : name);
            append(label.categories, " · ", category_label(variable, part.substr(equals + 1), language));
        }
        begin = end + 1;
    }
    return label;
}

}  // namespace cifra
