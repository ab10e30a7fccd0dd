#include "questionnaires/interview.h"

#include <algorithm>
#include <set>

namespace cifra {
namespace {

const Visit* find_visit(const Walk& walk, const Place& place) {
    const auto found =
        std::find_if(walk.visits.begin(), walk.visits.end(), [&](const Visit& visit) { return visit.place == place; });
    return found == walk.visits.end() || found->relevance != Relevance::on ? nullptr : &*found;
}

std::vector<Place> remove_off_path(Answers& answers, const Walk& walk) {
    std::set<Place> on;
    for (const Visit& visit : walk.visits)
        if (visit.relevance != Relevance::off) on.insert(visit.place);
    std::vector<Place> retracted;
    for (auto it = answers.begin(); it != answers.end();) {
        if (on.contains(it->first)) {
            ++it;
            continue;
        }
        retracted.push_back(it->first);
        it = answers.erase(it);
    }
    return retracted;
}

// Another person was selected: what the first one said is not hers.
std::vector<Place> remove_personal(Answers& answers, const Instrument& instrument) {
    std::vector<Place> retracted;
    for (auto it = answers.begin(); it != answers.end();) {
        const Unit unit = instrument.questions[it->first.question].unit;
        if (unit == Unit::person || unit == Unit::incident) {
            retracted.push_back(it->first);
            it = answers.erase(it);
        } else
            ++it;
    }
    return retracted;
}

}  // namespace

WalkOptions Interview::options() const {
    return {.selection_number = selection_number_, .after_form = {}, .interview_date = date_};
}

Walk Interview::walked(const Answers& answers) const { return walk(*instrument_, answers, options()); }

Board Interview::known_at(const Place& place) const {
    Board known;
    const Answerer answerer = [&](const Place& at, const Question&, const Board& board) -> std::optional<std::string> {
        if (at == place) known = board;
        const auto found = answers_.find(at);
        return found == answers_.end() ? std::nullopt : std::optional(found->second);
    };
    walk(*instrument_, answerer, options());
    return known;
}

std::optional<Place> Interview::next() const {
    for (const Visit& visit : state_.visits)
        if (visit.relevance == Relevance::on && !visit.answered) return visit.place;
    return std::nullopt;
}

std::optional<Place> Interview::back(std::optional<Place> place) const {
    std::optional<Place> before;
    for (const Visit& visit : state_.visits) {
        if (place && visit.place == *place) break;
        if (visit.relevance == Relevance::on && visit.answered) before = visit.place;
    }
    return before;
}

Reply Interview::answer(const Place& place, const std::string& text, bool confirmed) {
    Reply reply;
    if (!find_visit(state_, place)) {
        reply.broken = "off-route";
        return reply;
    }
    Answers tried = answers_;
    tried[place] = text;
    Walk after = walked(tried);
    const Visit& visit = *find_visit(after, place);
    reply.broken = visit.broken;
    const auto& constraints = instrument_->questions[place.question].constraints;
    for (const std::size_t c : visit.broken_constraints)
        (constraints[c].hard     ? reply.refused_by
         : constraints[c].inform ? reply.informs
                                 : reply.doubted_by)
            .push_back(c);
    reply.accepted = reply.broken.empty() && reply.refused_by.empty() && (reply.doubted_by.empty() || confirmed);
    if (!reply.accepted) return reply;
    const bool one = !instrument_->roster || !instrument_->roster->all;
    if (one && after.selected != state_.selected) {
        reply.retracted = remove_personal(tried, *instrument_);
        after = walked(tried);
    }
    const std::vector<Place> off_path = remove_off_path(tried, after);
    reply.retracted.insert(reply.retracted.end(), off_path.begin(), off_path.end());
    answers_ = std::move(tried);
    state_ = std::move(after);
    return reply;
}

}  // namespace cifra
