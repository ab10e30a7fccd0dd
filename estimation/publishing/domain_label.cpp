#include "estimation/publishing/domain_label.h"

#include "estimation/domain_text.h"

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
    for (const auto& [name, code] : domain_parts(domain)) {
        if (name.empty()) {
            append(label.categories, " · ", code);
            continue;
        }
        const Variable* variable = codebook.find(name);
        append(label.variables, " × ", variable ? label_in(variable->label, language, name) : name);
        append(label.categories, " · ", category_label(variable, code, language));
    }
    return label;
}

}  // namespace cifra
