// Words of a title as they are compared: without case, accents, punctuation.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cifra {

// "Robo con entrada ilícita" → robo, con, entrada, ilicita. Letters of Latin-1 lose their accents; other bytes beyond
// ASCII stand as they are.
std::vector<std::string> folded_words(std::string_view text);

}  // namespace cifra
