// Show cards: the answers of a question on a page that the respondent holds while the interviewer asks.
//
// A question with a list of codes has a card where it says `card: true`, or where it says nothing, an interviewer asks
// it and its list has at least as many codes as the instrument's `cards: {from: ...}`. Questions with the same codes
// and labels share a card. Don't know and refused stand on no card: they are not offered.
#pragma once

#include <string>
#include <vector>

#include "questionnaires/instrument.h"

namespace cifra {

struct ShowCards {
    std::vector<std::size_t> of_question;  // the card's number, from 1 in the order of the interview; 0: none
    std::vector<std::size_t> questions;    // by card, from 0: the first question that shows it
};

// Complexity: questions times cards.
ShowCards show_cards(const Instrument& instrument);

}  // namespace cifra
