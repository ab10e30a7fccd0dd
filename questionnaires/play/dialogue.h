// An interview in a terminal: shows the questions on the path one by one, takes the answers of the keyboard, says which
// checks they break, and goes back, changes, and leaves when told to.
//
// What is typed is an answer unless it begins with a colon: :back, :change PLACE, :language CODE, :save, :quit, :help.
// The end of the input does as :save. :quit leaves at once and says nothing more; where something sensitive is
// on the screen, or was, the screen is cleared.
#pragma once

#include <functional>
#include <iosfwd>
#include <string>

#include "questionnaires/interview.h"
#include "questionnaires/play/interview_file.h"

namespace cifra {

struct DialogueOptions {
    std::string language;
    bool terminal = false;  // false: no escape sequences, as in a pipe
    std::string file;       // named to the user when the interview is left
};

enum class DialogueEnd : std::uint8_t { finished, saved, quit };

// Goes on with `interview` until it is finished or left; `keep` receives each accepted answer before the next question
// is shown.
DialogueEnd hold_dialogue(const Instrument& instrument, Interview& interview, const DialogueOptions& options,
                          std::istream& in, std::ostream& out, const std::function<void(const GivenAnswer&)>& keep);

}  // namespace cifra
