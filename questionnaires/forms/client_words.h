// Part of `client_form`: the words that the form itself says, in each language of the instrument.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/yaml.h"

namespace cifra {

// English where a language is not known (en, es, fr and pt are). `values` replace the {} of the text in their order.
Labels client_words(std::string_view key, const std::vector<std::string>& languages,
                    const std::vector<std::string>& values = {});

}  // namespace cifra
