#include "questionnaires/verbs.h"

namespace cifra {

bool has_instrument(const Study& study) {
    const YamlValue* value = study.root.find("instrument");
    return value && !value->is_null();
}

std::vector<Verb> questionnaires_verbs() {
    return {check_verb(), form_verb(), interview_verb(), burden_verb(),
            load_verb(),  code_verb(), codebook_verb(),  schema_verb()};
}

}  // namespace cifra
