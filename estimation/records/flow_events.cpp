#include "estimation/records/flow_events.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "engine/iccs.h"
#include "engine/microdata/microdata.h"
#include "engine/microdata/row_lines.h"
#include "estimation/records/flow_counts.h"

namespace cifra {

namespace {

constexpr std::size_t most_faults = 20;  // of one file
constexpr int ended = static_cast<int>(flow_stage_count), unknown = -1;

int stage_number(const std::string& name) {
    if (name == "ended") return ended;
    const auto stage = flow_stage_from_text(name);
    return stage ? static_cast<int>(*stage) : unknown;
}

// The day of a cell that may also hold a time.
std::optional<Date> day_of(std::string_view cell) {
    constexpr std::size_t day = 10;
    if (cell.size() > day && (cell[day] == 'T' || cell[day] == ' ')) cell = cell.substr(0, day);
    return parse_date(cell);
}

class EventReader {
public:
    explicit EventReader(Diagnostics& faults) : faults_(faults) {}

    void add(const EventFile& file) {
        file_ = &file;
        found_ = without_date_ = 0;
        CsvOptions options;
        for (const std::string& name : {file.event, file.date, file.iccs, file.stage_column})
            if (!name.empty()) {
                options.columns.push_back(name);
                options.types[name] = ColumnType::text;
            }
        tell_stages();
        const auto source = open_rows({file.file}, options, faults_);
        if (!source) return;
        LineCounter lines;
        while (const auto piece = source->next(faults_)) {
            const RowBlock block = source->read(*piece);
            first_line_ = lines.first_line(*piece, block);
            Diagnostics own = block.faults;
            move_lines(own, file.file.string(), first_line_);
            faults_.append(own);
            add_block(block.table);
            if (faults_.has_errors() && found_ >= most_faults) break;
        }
        if (const auto digests = source->digests(); !digests.empty() && !digests.front().empty())
            events_.digests[file.file] = digests.front();
        if (without_date_ > 0)
            faults_.warning({file.file.string(), 0, 0}, "events-without-date",
                            fmt::format("{} records have no date and are left out", without_date_),
                            "a record counts from its date on");
    }

    FlowEvents take() { return std::move(events_); }

private:
    struct Columns {
        const Column *event, *date, *iccs, *stage;
        std::vector<int> stages;                            // of the dictionary of `stage`
        std::vector<std::optional<std::uint32_t>> iccs_of;  // offence by the dictionary of `iccs`
    };

    void tell_stages() {
        const auto tell = [&](const std::string& name) {
            const int number = stage_number(name);
            if (number != unknown && number != ended) events_.told[static_cast<std::size_t>(number)] = true;
        };
        tell(file_->stage);
        for (const auto& [code, stage] : file_->codes) tell(stage);
    }

    std::string meaning(const std::string& code) const {
        const auto known = file_->codes.find(code);
        return known != file_->codes.end() ? known->second : file_->codes.empty() ? code : "";
    }

    std::optional<std::uint32_t> offence(const std::string& code) {
        if (!code.empty() && !find_iccs(code)) return std::nullopt;
        const auto known = std::find(events_.offences.begin(), events_.offences.end(), code);
        const auto number = static_cast<std::uint32_t>(known - events_.offences.begin());
        if (known == events_.offences.end()) events_.offences.push_back(code);
        return number;
    }

    Columns columns_of(const Table& table) {
        const auto column = [&](const std::string& name) { return name.empty() ? nullptr : &table.at(name); };
        Columns columns{
            column(file_->event), column(file_->date), column(file_->iccs), column(file_->stage_column), {}, {}};
        if (columns.stage)
            for (const std::string& code : columns.stage->dictionary())
                columns.stages.push_back(stage_number(meaning(code)));
        if (columns.iccs)
            for (const std::string& code : columns.iccs->dictionary()) columns.iccs_of.push_back(offence(code));
        return columns;
    }

    void add_block(const Table& table) {
        if (table.rows() == 0) return;
        const Columns columns = columns_of(table);
        for (std::size_t row = 0; row < table.rows(); ++row) {
            ++events_.records;
            add_row(columns, row, first_line_ + table.lines[row]);
        }
    }

    void fault(std::size_t line, const char* code, const std::string& message, const std::string& hint) {
        if (found_++ < most_faults) faults_.error({file_->file.string(), line, 0}, code, message, hint);
    }

    int stage_of(const Columns& columns, std::size_t row, std::size_t line) {
        if (!columns.stage) return stage_number(file_->stage);
        const int stage = columns.stage->present(row) ? columns.stages[columns.stage->codes()[row]] : unknown;
        if (stage == unknown)
            fault(line, "unknown-stage", fmt::format("the column '{}' holds no stage", file_->stage_column),
                  "'codes' of the file says which stage, or 'ended', each of its codes is");
        else if (stage != ended)
            events_.told[static_cast<std::size_t>(stage)] = true;
        return stage;
    }

    void add_row(const Columns& columns, std::size_t row, std::size_t line) {
        if (!columns.event->present(row))
            return fault(line, "event-without-id", fmt::format("the column '{}' is empty", file_->event),
                         "a record without the id of its event cannot be followed");
        if (!columns.date->present(row)) {
            ++without_date_;
            return;
        }
        const auto date = day_of(columns.date->text(row));
        if (!date)
            return fault(line, "bad-date", fmt::format("the column '{}' holds no date", file_->date),
                         "write days as 2021-12-31, with or without a time");
        const int stage = stage_of(columns, row, line);
        if (stage == unknown) return;
        FlowEvent& event = event_of(columns.event->text(row));
        if (stage == ended)
            event.ended = event.ended == never_reached ? date->days : std::max(event.ended, date->days);
        else
            event.reached[static_cast<std::size_t>(stage)] =
                std::min(event.reached[static_cast<std::size_t>(stage)], date->days);
        if (columns.iccs && columns.iccs->present(row))
            classify(event, columns.iccs_of[columns.iccs->codes()[row]], line);
    }

    void classify(FlowEvent& event, const std::optional<std::uint32_t>& offence, std::size_t line) {
        if (!offence)
            return fault(line, "unknown-iccs", fmt::format("the column '{}' holds no code of the ICCS", file_->iccs),
                         "recode the records first: the section 'records' of the study");
        if (event.offence == 0) event.offence = *offence;
    }

    FlowEvent& event_of(const std::string& id) {
        const auto [place, added] = index_.try_emplace(id, events_.events.size());
        if (added) events_.events.emplace_back();
        return events_.events[place->second];
    }

    Diagnostics& faults_;
    FlowEvents events_;
    std::unordered_map<std::string, std::size_t> index_;
    const EventFile* file_ = nullptr;
    std::uint32_t first_line_ = 0;
    std::size_t found_ = 0, without_date_ = 0;
};

}  // namespace

std::int32_t FlowEvent::reached_from(FlowStage stage) const {
    return *std::min_element(reached.begin() + static_cast<std::ptrdiff_t>(stage), reached.end());
}

std::vector<bool> offences_within(const FlowEvents& events, const std::vector<std::string>& codes) {
    std::vector<bool> within;
    for (const std::string& offence : events.offences) within.push_back(within_any(offence, codes));
    return within;
}

FlowEvents read_events(const EventsPlan& plan, Diagnostics& faults) {
    EventReader reader(faults);
    for (const EventFile& file : plan.files) reader.add(file);
    return reader.take();
}

}  // namespace cifra
