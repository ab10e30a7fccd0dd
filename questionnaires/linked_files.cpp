#include "questionnaires/linked_files.h"

#include <functional>
#include <limits>
#include <unordered_map>

#include "engine/microdata/csv_rows.h"
#include "engine/microdata/row_lines.h"

namespace cifra {
namespace {

constexpr std::size_t nowhere = std::numeric_limits<std::size_t>::max();

using Rows = std::unordered_map<std::string, std::size_t>;

std::size_t found_in(const Rows& rows, const std::string& key) {
    const auto found = rows.find(key);
    return found == rows.end() ? nowhere : found->second;
}

std::size_t place_of(const std::string& name, const std::vector<RowColumn>& columns) {
    std::size_t place = 0;
    while (place < columns.size() && columns[place].name != name) ++place;
    return place;
}

CsvOptions as_text(const LinkedFile& file, Diagnostics& faults) {
    CsvOptions options = file.options;
    for (const std::string& name : csv_header(file.file, options, faults)) options.types[name] = ColumnType::text;
    return options;
}

// The rows of one file, one after another, as cells of pieces.
class Cursor {
public:
    Cursor(const LinkedFile& file, const CsvOptions& options, Diagnostics& faults)
        : rows_(open_csv_rows({file.file}, options, faults)), source_(file.file.string()) {}

    bool open() const { return rows_ != nullptr; }
    double share() const { return rows_->share(); }
    const std::vector<RowColumn>& columns() const { return rows_->columns(); }

    // True when there is a row to look at.
    bool ready(Diagnostics& faults) {
        while (at_ >= block_.table.lines.size()) {
            const auto piece = rows_->next(faults);
            if (!piece) return false;
            block_ = rows_->read(*piece);
            first_line_ = lines_.first_line(*piece, block_);
            move_lines(block_.faults, source_, first_line_);
            faults.append(block_.faults);
            at_ = 0;
        }
        return true;
    }
    const std::string& text(std::size_t column) const {
        static const std::string empty;
        const Column& cells = block_.table.column(column);
        return cells.present(at_) ? cells.text(at_) : empty;
    }
    std::uint32_t line() const { return first_line_ + block_.table.lines[at_]; }
    void move() { ++at_; }

private:
    std::unique_ptr<RowSource> rows_;
    std::string source_;
    RowBlock block_;
    LineCounter lines_;
    std::uint32_t first_line_ = 1;
    std::size_t at_ = 0;
};

// Rows gathered into a table of texts.
class Gathered {
public:
    Gathered(const Cursor& cursor, std::string source) : builders_(cursor.columns().size()) {
        for (const RowColumn& column : cursor.columns()) names_.push_back(column.name);
        table_.source = std::move(source);
    }

    void add(const Cursor& cursor) {
        for (std::size_t c = 0; c < builders_.size(); ++c) {
            const std::string& text = cursor.text(c);
            if (text.empty())
                builders_[c].add_missing(Missing::system);
            else
                builders_[c].add(text);
        }
        table_.lines.push_back(cursor.line());
    }

    std::size_t rows() const { return table_.lines.size(); }

    Table finish() {
        for (std::size_t c = 0; c < builders_.size(); ++c) table_.set(names_[c], builders_[c].finish());
        return std::move(table_);
    }

private:
    std::vector<std::string> names_;
    std::vector<TextColumnBuilder> builders_;
    Table table_;
};

}  // namespace

std::string interview_of(const LinkedFile& file, const std::string& key) {
    return file.nested ? key.substr(0, key.find('/')) : key;
}

struct LinkedFiles::Parts {
    struct File {
        LinkedFile linked;
        CsvOptions options;
        std::size_t key = 0;  // column with the key
        std::unique_ptr<Cursor> cursor;
        Rows row_of_id;  // of each record that others name: the row of its interview
    };

    bool open(std::vector<LinkedFile> files, Diagnostics& faults) {
        for (LinkedFile& linked : files) {
            File file{std::move(linked), {}, 0, nullptr, {}};
            file.options = as_text(file.linked, faults);
            if (faults.has_errors()) return false;
            file.cursor = std::make_unique<Cursor>(file.linked, file.options, faults);
            if (!file.cursor->open()) return false;
            file.key = place_of(file.linked.key, file.cursor->columns());
            this->files.push_back(std::move(file));
        }
        return true;
    }

    // The key of each row, and what files below call the row ("" where none does).
    using Take = std::function<void(const std::string& key, const std::string& id)>;
    void each_key(const File& file, const Take& take) const {
        Diagnostics ignored;
        CsvOptions options = file.options;
        options.columns = {file.linked.key};
        if (!file.linked.id.empty()) options.columns.push_back(file.linked.id);
        Cursor keys(file.linked, options, ignored);
        if (!keys.open()) return;
        const std::size_t key = place_of(file.linked.key, keys.columns());
        const std::size_t id = place_of(file.linked.id, keys.columns());
        for (; keys.ready(ignored); keys.move())
            take(keys.text(key), id < keys.columns().size() ? keys.text(id) : std::string());
    }

    void index_keys() {
        std::size_t row = 0;
        each_key(files.front(), [&](const std::string& key, const std::string&) { row_of.emplace(key, row++); });
        for (std::size_t f = 1; f < files.size(); ++f) {
            std::size_t last = 0;
            each_key(files[f], [&](const std::string& key, const std::string& id) {
                const std::size_t owner = owner_row(files[f].linked, key);
                if (owner == nowhere) return;
                if (!id.empty()) files[f].row_of_id.emplace(id, owner);
                ordered &= owner >= last;
                last = owner;
            });
        }
    }

    // The row of the interview that a record belongs to.
    std::size_t owner_row(const LinkedFile& file, const std::string& key) const {
        return file.below ? found_in(files[*file.below].row_of_id, key) : interview_row(interview_of(file, key));
    }
    // A row of the first file that repeats a key belongs to its own place.
    std::size_t interview_row(const std::string& key) const { return found_in(row_of, key); }

    std::vector<File> files;
    Rows row_of;                         // first row of each key
    std::size_t most_rows = 0, end = 0;  // rows of the first file taken so far
    bool ordered = true, finished = false;
};

LinkedFiles::LinkedFiles(std::vector<LinkedFile> files, std::size_t most_rows, Diagnostics& faults)
    : parts_(std::make_unique<Parts>()) {
    parts_->finished = !parts_->open(std::move(files), faults);
    if (parts_->finished) return;
    parts_->index_keys();
    parts_->most_rows = parts_->ordered ? most_rows : nowhere;
}

LinkedFiles::~LinkedFiles() = default;
LinkedFiles::LinkedFiles(LinkedFiles&&) noexcept = default;
LinkedFiles& LinkedFiles::operator=(LinkedFiles&&) noexcept = default;

std::optional<std::vector<Table>> LinkedFiles::next(Diagnostics& faults) {
    if (parts_->finished) return std::nullopt;
    std::vector<Table> block;
    for (std::size_t f = 0; f < parts_->files.size(); ++f) {
        Parts::File& file = parts_->files[f];
        Cursor& cursor = *file.cursor;
        Gathered rows(cursor, file.linked.file.string());
        const auto belongs = [&] {
            if (f == 0) return rows.rows() < parts_->most_rows;
            const std::size_t owner = parts_->owner_row(file.linked, cursor.text(file.key));
            return owner < parts_->end || owner == nowhere || parts_->finished;
        };
        for (; cursor.ready(faults) && belongs(); cursor.move()) rows.add(cursor);
        if (f == 0) {
            parts_->end += rows.rows();
            parts_->finished = !cursor.ready(faults);
        }
        block.push_back(rows.finish());
    }
    return block;
}

bool LinkedFiles::seen_before(const std::string& key, std::size_t row) const {
    return parts_->interview_row(key) < row;
}
bool LinkedFiles::in_order() const { return parts_->ordered; }
double LinkedFiles::share() const { return parts_->files.empty() ? 1 : parts_->files.front().cursor->share(); }

}  // namespace cifra
