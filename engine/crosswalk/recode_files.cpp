#include "engine/crosswalk/recode_files.h"

#include <fmt/format.h>

#include <set>

#include "engine/microdata/row_lines.h"
#include "engine/parallel.h"

namespace cifra {

namespace {

// Pieces that are in memory together, whatever the number of threads.
constexpr std::size_t batch = 8;

CsvOptions csv_options(const RecordsPlan& plan, const Crosswalk& crosswalk, const Crosswalk* previous) {
    std::set<std::string> names(plan.keep.begin(), plan.keep.end());
    for (const std::string& name : {plan.code, plan.date, plan.institution})
        if (!name.empty()) names.insert(name);
    CsvOptions options;
    for (const std::string& name : names) options.types[name] = ColumnType::text;
    for (const Crosswalk* one : {previous, &crosswalk})
        for (std::size_t k = 0; one && k < one->fields.size(); ++k) {
            names.insert(one->fields[k].variable.name);
            options.types[one->fields[k].variable.name] = one->fields[k].variable.type;
        }
    for (const RecordTag& tag : plan.tags)
        if (!tag.field.empty()) {
            names.insert(tag.field);
            options.types[tag.field] = ColumnType::text;
        }
    options.columns.assign(names.begin(), names.end());
    return options;
}

// The column of a field of numbers is read as numbers.
void check_field(const Crosswalk& crosswalk, const std::string& key, const std::string& column, Diagnostics& faults) {
    for (const RecordField& field : crosswalk.fields)
        if (!column.empty() && field.variable.name == column && field.domain.type != Type::text)
            faults.error(field.variable.where, "field-of-another-type",
                         fmt::format("'{}' is a number here, and '{}' of the records reads it as a text", column, key),
                         fmt::format("name another column as '{}', or declare the field by its codes", key));
}

// A column is read once, for both.
void check_types(const Crosswalk& crosswalk, const Crosswalk& previous, Diagnostics& faults) {
    for (const RecordField& before : previous.fields)
        for (const RecordField& now : crosswalk.fields)
            if (before.variable.name == now.variable.name && before.domain.type != now.domain.type)
                faults.error(now.variable.where, "field-of-another-type",
                             fmt::format("'{}' has codes in one version and a range in the other", now.variable.name),
                             "declare it alike in both, or leave 'previous' out");
}

// bind_record_tags has looked at the crosswalk of now.
void check_tags(const std::vector<RecordTag>& tags, const Crosswalk& previous, Diagnostics& faults) {
    for (const RecordTag& tag : tags)
        for (const RecordField& before : previous.fields)
            if (before.variable.name == tag.field && before.domain.type != Type::text)
                faults.error(
                    before.variable.where, "field-of-another-type",
                    fmt::format("'{}' is a number here, and the tag '{}' reads it as a text", tag.field, tag.tag->name),
                    "give the tag 'conditions', or leave 'previous' out");
}

// Only what makes cells missing: undeclared codes are counted, not warned of block by block.
Codebook missing_codes(const Crosswalk& crosswalk) {
    Codebook codebook;
    for (const RecordField& field : crosswalk.fields) {
        if (field.variable.missing.empty()) continue;
        codebook.variables.push_back(field.variable);
        codebook.variables.back().categories.clear();
    }
    return codebook;
}

// A crosswalk at work on blocks.
struct Side {
    Recoder recoder;
    Codebook missing;
    Side(const Crosswalk& crosswalk, const RecordsPlan& plan)
        : recoder(crosswalk, {plan.code, plan.date}), missing(missing_codes(crosswalk)) {}
    Table declared(const Table& block) const {
        Diagnostics none;
        return apply_codebook(block, missing, none);
    }
};

// The columns that recoding adds, by outcome.
struct AddedColumns {
    Column::Dictionary iccs, status, rows;

    explicit AddedColumns(const std::vector<RecordOutcome>& outcomes) {
        std::vector<std::string> codes, words, numbers;
        for (const RecordOutcome& outcome : outcomes) {
            codes.push_back(outcome.iccs);
            words.emplace_back(to_text(outcome.status));
            numbers.push_back(outcome.rows.empty() ? "" : std::to_string(outcome.rows.front() + 1));
        }
        iccs = std::make_shared<const std::vector<std::string>>(std::move(codes));
        status = std::make_shared<const std::vector<std::string>>(std::move(words));
        rows = std::make_shared<const std::vector<std::string>>(std::move(numbers));
    }
};

std::string recoded_csv(const Table& block, const std::vector<std::string>& keep,
                        const std::vector<std::uint32_t>& outcomes, const AddedColumns& added, const Table& tags) {
    Table out;
    for (const std::string& name : keep) out.set(name, block.at(name));
    out.set("iccs", Column::of_codes(outcomes, added.iccs));
    out.set("status", Column::of_codes(outcomes, added.status));
    out.set("row", Column::of_codes(outcomes, added.rows));
    for (std::size_t k = 0; k < tags.width(); ++k) out.set(tags.names()[k], tags.column(k));
    return to_csv(out);
}

// Records of a block of which something is worth a word: how many, and the line of the first in its piece.
struct Noticed {
    std::uint64_t records = 0;
    std::uint32_t line = 0;
};

template <class Is>
Noticed notice(std::size_t rows, const std::vector<std::uint32_t>& lines, Is is) {
    Noticed found;
    for (std::size_t row = rows; row-- > 0;) {
        if (!is(row)) continue;
        ++found.records;
        found.line = row < lines.size() ? lines[row] : 0;
    }
    return found;
}

Noticed notice_dates(const Column* dates, const std::vector<std::uint32_t>& lines) {
    if (!dates) return {};
    std::vector<bool> bad;
    for (const std::string& date : dates->dictionary()) bad.push_back(!record_days(date));
    if (std::find(bad.begin(), bad.end(), true) == bad.end()) return {};
    return notice(dates->size(), lines,
                  [&](std::size_t row) { return dates->present(row) && bad[dates->codes()[row]]; });
}

struct Worked {
    RowBlock block;
    BlockCounts counts;
    std::vector<Noticed> undeclared;  // by tag
    Noticed unknown_offences, bad_dates;
    std::string csv;
};

// The tags of a plan at work on blocks.
struct TagSide {
    std::vector<RecordTag> tags;
    std::vector<TagCoder> coders;

    TagSide(std::vector<RecordTag> bound, const Crosswalk& crosswalk) : tags(std::move(bound)) {
        for (const RecordTag& tag : tags) coders.emplace_back(tag, crosswalk);
    }
    std::vector<BlockTag> code(const Table& block, const Table& declared) const {
        std::vector<BlockTag> coded;
        for (const TagCoder& coder : coders) coded.push_back(coder.code(block, declared));
        return coded;
    }
    Table columns(const std::vector<BlockTag>& coded) const {
        Table table;
        for (std::size_t k = 0; k < tags.size(); ++k) table.set(tags[k].tag->name, coders[k].column(coded[k]));
        return table;
    }
};

// The same of all blocks so far.
struct NoticedSum {
    std::uint64_t records = 0;
    Location first;

    void add(const Noticed& block, const std::string& file, std::uint32_t first_line) {
        if (records == 0 && block.records > 0) first = {file, first_line + block.line, 0};
        records += block.records;
    }
    void tell(const char* code, const std::string& what, const char* hint, Diagnostics& faults) const {
        if (records > 0) faults.warning(first, code, fmt::format("{}: {} in all, the first here", what, records), hint);
    }
};

void tell_undeclared(const NoticedSum& sum, const RecordTag& tag, Diagnostics& faults) {
    const std::string what =
        tag.field.empty() ? fmt::format("records of which no condition of the tag '{}' holds", tag.tag->name)
                          : fmt::format("values of '{}' that the tag '{}' does not name", tag.field, tag.tag->name);
    sum.tell("undeclared-tag-value", what,
             tag.field.empty() ? "add a condition for them, or 'else'" : "add them to 'values', or to 'missing'",
             faults);
}

class Pass {
public:
    Pass(const RecordsPlan& plan, std::vector<RecordTag> tags, const Crosswalk& crosswalk, const Crosswalk* previous,
         const RecodeOptions& options)
        : plan_(plan),
          crosswalk_(crosswalk),
          options_(options),
          now_(crosswalk, plan),
          tags_(std::move(tags), crosswalk),
          undeclared_(tags_.tags.size()),
          added_(now_.recoder.outcomes()) {
        if (previous) before_.emplace(*previous, plan);
        for (const std::filesystem::path& file : plan.files) names_.push_back(file.string());
        if (plan.table) names_.push_back(to_text(plan.table->address));
    }

    void run(RowSource& source, Diagnostics& faults) {
        bool first = true;
        for (std::vector<std::unique_ptr<RowPiece>> pieces = take(source, faults); !pieces.empty();
             pieces = take(source, faults)) {
            const auto worked = map_shards<Worked>(pieces.size(), options_.threads,
                                                   [&](std::size_t k) { return work(source, *pieces[k]); });
            for (std::size_t k = 0; k < worked.size(); ++k) {
                keep(worked[k], *pieces[k], faults);
                write(worked[k].csv, first);
                first = false;
            }
            options_.progress(source.share());
            if (faults.has_errors()) return;
        }
        if (first) write(recoded_header(), true);
        tell(faults);
    }

    RecodedFiles result() const {
        return {now_.recoder.outcomes(),
                before_ ? before_->recoder.outcomes() : std::vector<RecordOutcome>(),
                tags_.tags,
                counter_.counts(),
                {}};
    }

private:
    static std::vector<std::unique_ptr<RowPiece>> take(RowSource& source, Diagnostics& faults) {
        std::vector<std::unique_ptr<RowPiece>> pieces;
        while (pieces.size() < batch) {
            auto piece = source.next(faults);
            if (!piece) break;
            pieces.push_back(std::move(piece));
        }
        return pieces;
    }

    Worked work(const RowSource& source, const RowPiece& piece) const {
        Worked worked;
        worked.block = source.read(piece);
        const Table declared = now_.declared(worked.block.table);
        const std::vector<std::uint32_t> outcomes = now_.recoder.recode(declared);
        notice_records(outcomes, worked);
        std::vector<std::uint32_t> before;
        if (before_) before = before_->recoder.recode(before_->declared(worked.block.table));
        const std::vector<BlockTag> tags = tags_.code(worked.block.table, declared);
        for (std::size_t k = 0; k < tags.size(); ++k) {
            const std::uint16_t undeclared = states_of(tags_.tags[k]).undeclared();
            worked.undeclared.push_back(notice(outcomes.size(), worked.block.table.lines,
                                               [&](std::size_t row) { return tags[k].states[row] == undeclared; }));
        }
        worked.counts = count_block({declared, outcomes, before_ ? &before : nullptr, tags}, crosswalk_,
                                    plan_.institution, plan_.date, now_.recoder.outcomes().size());
        if (options_.recoded)
            worked.csv = recoded_csv(worked.block.table, plan_.keep, outcomes, added_, tags_.columns(tags));
        worked.block.table = Table();
        return worked;
    }

    void notice_records(const std::vector<std::uint32_t>& outcomes, Worked& worked) const {
        const auto unknown = [&](std::size_t row) {
            return now_.recoder.outcomes()[outcomes[row]].status == RecordStatus::unknown_offence;
        };
        const Table& table = worked.block.table;
        worked.unknown_offences = notice(outcomes.size(), table.lines, unknown);
        worked.bad_dates = notice_dates(table.find(plan_.date), table.lines);
    }

    void tell(Diagnostics& faults) const {
        unknown_offences_.tell("records-of-unknown-offence",
                               fmt::format("records whose '{}' is no code of the crosswalk", plan_.code),
                               "add it to 'offences', or correct the records: blanks and capitals count", faults);
        bad_dates_.tell("records-without-day", fmt::format("records whose '{}' is no date", plan_.date),
                        "write 2021-12-31, 2021-12 or 2021; in the reports they belong to no year", faults);
        for (std::size_t k = 0; k < undeclared_.size(); ++k) tell_undeclared(undeclared_[k], tags_.tags[k], faults);
    }

    // Of files without a record.
    std::string recoded_header() const {
        Table kept, tags;
        for (const std::string& name : plan_.keep) kept.set(name, Column::of_texts({}));
        for (const RecordTag& tag : tags_.tags) tags.set(tag.tag->name, Column::of_texts({}));
        return recoded_csv(kept, plan_.keep, {}, added_, tags);
    }

    void keep(const Worked& worked, const RowPiece& piece, Diagnostics& faults) {
        Diagnostics own = worked.block.faults;
        const std::uint32_t first_line = lines_.first_line(piece, worked.block);
        move_lines(own, names_[piece.file], first_line);
        faults.append(own);
        unknown_offences_.add(worked.unknown_offences, names_[piece.file], first_line);
        bad_dates_.add(worked.bad_dates, names_[piece.file], first_line);
        for (std::size_t k = 0; k < undeclared_.size(); ++k)
            undeclared_[k].add(worked.undeclared[k], names_[piece.file], first_line);
        counter_.add(worked.counts);
    }

    // Every block brings its header; the first stays.
    void write(const std::string& csv, bool first) const {
        if (options_.recoded) *options_.recoded << std::string_view(csv).substr(first ? 0 : csv.find('\n') + 1);
    }

    const RecordsPlan& plan_;
    const Crosswalk& crosswalk_;
    const RecodeOptions& options_;
    Side now_;
    std::optional<Side> before_;
    TagSide tags_;
    std::vector<NoticedSum> undeclared_;
    NoticedSum unknown_offences_, bad_dates_;
    AddedColumns added_;
    RecordCounter counter_;
    LineCounter lines_;
    std::vector<std::string> names_;  // of the files, or of the table
};

}  // namespace

void check_record_columns(const RecordsPlan& plan, const Crosswalk& crosswalk, Diagnostics& faults) {
    check_field(crosswalk, "code", plan.code, faults);
    check_field(crosswalk, "date", plan.date, faults);
    check_field(crosswalk, "institution", plan.institution, faults);
}

RecodedFiles recode_files(const RecordsPlan& plan, const Crosswalk& crosswalk, const Crosswalk* previous,
                          const RecodeOptions& options, Diagnostics& faults) {
    for (const Crosswalk* one : {previous, &crosswalk})
        if (one) check_record_columns(plan, *one, faults);
    if (previous) check_types(crosswalk, *previous, faults);
    if (previous) check_tags(plan.tags, *previous, faults);
    std::vector<RecordTag> tags = bind_record_tags(plan.tags, crosswalk, faults);
    if (faults.has_errors()) return {};
    const CsvOptions columns = csv_options(plan, crosswalk, previous);
    const auto source =
        plan.table ? open_warehouse_rows(*plan.table, columns, faults) : open_rows(plan.files, columns, faults);
    if (!source || faults.has_errors()) return {};
    Pass pass(plan, std::move(tags), crosswalk, previous, options);
    pass.run(*source, faults);
    RecodedFiles result = pass.result();
    const std::vector<std::string> digests = source->digests();
    for (std::size_t k = 0; k < digests.size() && k < plan.files.size(); ++k)
        if (!digests[k].empty()) result.digests[plan.files[k]] = digests[k];
    return result;
}

}  // namespace cifra
