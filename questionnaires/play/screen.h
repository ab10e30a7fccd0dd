// A question as the terminal shows it: title and introduction of its module, whom or what it is about, text with the
// place's name (place_names.h), note, codes. The kinds of missing stand among the codes only where the question offers
// them.
#pragma once

#include <string>

#include "questionnaires/route.h"

namespace cifra {

// Escape sequences around titles and texts; empty where they would be noise, as in a pipe.
struct ScreenStyle {
    std::string title, text, note, end;
};
ScreenStyle terminal_style();

// The title and introduction of the place's module. `known` is what the fills of texts read.
std::string module_screen(const Instrument& instrument, const Place& place, const Board& known,
                          const std::string& language, const ScreenStyle& style);

// The question itself. `walk` tells how many forms a crime has.
std::string question_screen(const Instrument& instrument, const Place& place, const Walk& walk, const Board& known,
                            const std::string& language, const ScreenStyle& style);

}  // namespace cifra
