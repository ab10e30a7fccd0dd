#include "estimation/verbs.h"

namespace cifra {

std::vector<Verb> estimation_verbs() {
    return {weight_verb(), estimate_verb(), publish_verb(), rehearse_verb(), translate_verb(), records_verb()};
}

}  // namespace cifra
