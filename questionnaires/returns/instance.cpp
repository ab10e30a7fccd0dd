#include "questionnaires/returns/instance.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <pugixml.hpp>
#include <set>

#include "engine/csv_scanner.h"

namespace cifra {
namespace {

std::string_view local_name(const pugi::xml_node& node) {
    const std::string_view name = node.name();
    return name.substr(name.find(':') + 1);
}

bool holds_elements(const pugi::xml_node& node) {
    return std::any_of(node.begin(), node.end(), [](const auto& part) { return part.type() == pugi::node_element; });
}

bool is_sound_text(std::string_view text, const std::string& file) {
    Diagnostics faults;
    CsvFaults report(text, file, faults);
    check_csv_bytes(text, report);
    return !faults.has_errors();
}

// A number reference to the character 0 would cut a text short.
bool refers_to_nul(std::string_view text) {
    for (std::size_t at = text.find("&#"); at != std::string_view::npos; at = text.find("&#", at + 2)) {
        const std::size_t begin =
            at + 2 < text.size() && (text[at + 2] == 'x' || text[at + 2] == 'X') ? at + 3 : at + 2;
        const std::size_t end = text.find_first_not_of('0', begin);
        if (end != std::string_view::npos && end > begin && text[end] == ';') return true;
    }
    return false;
}

class InstanceReading {
public:
    InstanceReading(Submission& submission, const ReturnShape& shape) : submission_(submission), shape_(shape) {}

    void run(const pugi::xml_node& root) {
        submission_.about.form = root.attribute("id").value();
        submission_.about.version = root.attribute("version").value();
        for (const pugi::xml_node& meta : root.children())
            if (local_name(meta) == "meta") this->meta(meta);
        start(Unit::household);
        if (!shape_.everyone()) start(Unit::person);
        for (const pugi::xml_node& node : root.children())
            if (node.type() == pugi::node_element) top(node);
    }

private:
    void start(Unit unit) {
        if (shape_.questions(unit).empty() && unit != Unit::household) return;
        single_[unit] = submission_.records.size();
        submission_.records.push_back(empty(unit));
    }

    ReturnedRecord empty(Unit unit) const {
        ReturnedRecord record;
        record.unit = unit;
        record.cells.resize(shape_.questions(unit).size());
        return record;
    }

    void meta(const pugi::xml_node& node) {
        for (const pugi::xml_node& child : node.children()) {
            if (local_name(child) == "instanceID") submission_.key = child.child_value();
            set_about(submission_.about, local_name(child), child.child_value());
        }
    }

    // An answer's text, whatever comments or sections it is cut into.
    std::optional<std::string> text(const pugi::xml_node& node) {
        std::string all;
        for (const pugi::xml_node& part : node.children()) {
            if (part.type() == pugi::node_pcdata || part.type() == pugi::node_cdata) all += part.value();
            if (part.type() == pugi::node_element) {
                add_finding(submission_, std::string(local_name(node)), "not-a-text", "an answer holds elements");
                return std::nullopt;
            }
        }
        return all;
    }

    void top(const pugi::xml_node& node) {
        const std::string_view name = local_name(node);
        if (const auto module = shape_.module(name)) return group(node, *module);
        if (!holds_elements(node)) return about(node);
        if (is_client_name(name)) return;
        if (shape_.everyone() && has(node, "selected_line")) return person(node);
        for (const pugi::xml_node& child : node.children())
            if (child.type() == pugi::node_element) about(child);
    }

    static bool has(const pugi::xml_node& node, std::string_view name) {
        return std::any_of(node.begin(), node.end(), [&](const auto& child) { return local_name(child) == name; });
    }

    // One of several persons: the groups of her modules and her incidents.
    void person(const pugi::xml_node& node) {
        const std::uint32_t nth = ++repeats_[Unit::person];
        if (nth > shape_.most_lines() + 1) return;
        ReturnedRecord record = empty(Unit::person);
        RecordKeys keys(Unit::person);
        std::set<std::size_t> own;
        for (const pugi::xml_node& child : node.children()) {
            if (child.type() != pugi::node_element) continue;
            const auto module = shape_.module(local_name(child));
            if (!module) {
                if (!keys.take(local_name(child), child.child_value())) about(child);
            } else if (shape_.instrument().modules[*module].unit != Unit::person) {
                group(child, *module);
            } else if (once(child, *module, own)) {
                fill(child, *module, record, nullptr);
            }
        }
        if (keys.place(record, nth, shape_, submission_)) submission_.records.push_back(std::move(record));
    }

    bool once(const pugi::xml_node& node, std::size_t module, std::set<std::size_t>& groups) {
        const bool is_new = groups.insert(module).second;
        if (!is_new) add_finding(submission_, std::string(local_name(node)), "duplicate-key", "the group stands twice");
        return is_new;
    }

    // What says something of the interview itself; a name that is none of these matters only with a text.
    void about(const pugi::xml_node& node) {
        const std::string value = text(node).value_or("");
        if (set_about(submission_.about, local_name(node), value) || is_client_name(local_name(node)) ||
            shape_.is_of_form(local_name(node)))
            return;
        if (!value.empty()) unknown(local_name(node));
    }

    void group(const pugi::xml_node& node, std::size_t module) {
        const Unit unit = shape_.instrument().modules[module].unit;
        if (unit == Unit::roster || unit == Unit::incident) return repeat(node, module, unit);
        if (unit == Unit::person && shape_.everyone())
            return add_finding(submission_, std::string(local_name(node)), "missing-key",
                               "the group is of one of several persons and says not of which");
        if (once(node, module, groups_)) fill(node, module, submission_.records[single_.at(unit)], nullptr);
    }

    void repeat(const pugi::xml_node& node, std::size_t module, Unit unit) {
        const std::size_t most = unit == Unit::roster ? shape_.most_lines() : shape_.most_incidents();
        const std::uint32_t nth = ++repeats_[unit];
        if (nth > most + 1) return;  // one too many is enough to set the interview aside
        ReturnedRecord record = empty(unit);
        RecordKeys keys(unit);
        fill(node, module, record, &keys);
        if (keys.place(record, nth, shape_, submission_)) submission_.records.push_back(std::move(record));
    }

    void fill(const pugi::xml_node& node, std::size_t module, ReturnedRecord& record, RecordKeys* keys) {
        for (const pugi::xml_node& child : node.children()) {
            if (child.type() != pugi::node_element) continue;
            const std::string_view name = local_name(child);
            const auto cell = shape_.cell_in_module(module, name);
            if (!cell) {
                if (!(keys && keys->take(name, child.child_value()))) about(child);
            } else if (record.cells[*cell]) {
                add_finding(submission_, std::string(name), "duplicate-key", "the answer stands twice");
            } else {
                record.cells[*cell] = text(child);
            }
        }
    }

    void unknown(std::string_view name) {
        if (!shape_.instrument().name_index.contains(name) && unknown_.emplace(name).second)
            add_finding(submission_, std::string(name), "unknown-name", "this is no question of the form", "warning");
    }

    Submission& submission_;
    const ReturnShape& shape_;
    std::map<Unit, std::size_t> single_;
    std::map<Unit, std::uint32_t> repeats_;
    std::set<std::size_t> groups_;
    std::set<std::string, std::less<>> unknown_;
};

Submission unreadable(const std::string& file, const std::string& message) {
    Submission submission;
    submission.file = file;
    submission.readable = false;
    add_finding(submission, "", "unreadable", message);
    return submission;
}

}  // namespace

Submission read_instance(std::string_view xml, const std::string& file, const ReturnShape& shape) {
    if (xml.size() > most_instance_bytes) return unreadable(file, "the file is too large for an interview");
    if (!is_sound_text(xml, file) || refers_to_nul(xml)) return unreadable(file, "the file is not text in UTF-8");
    pugi::xml_document document;
    const auto parsed =
        document.load_buffer(xml.data(), xml.size(), pugi::parse_default | pugi::parse_doctype, pugi::encoding_utf8);
    if (!parsed) return unreadable(file, "the file is not well-formed XML");
    for (const pugi::xml_node& node : document.children())
        if (node.type() == pugi::node_doctype) return unreadable(file, "a document type declaration is not read");
    if (document.document_element().next_sibling()) return unreadable(file, "the file holds more than one document");
    Submission submission;
    submission.file = file;
    InstanceReading(submission, shape).run(document.document_element());
    finish_submission(submission, shape);
    return submission;
}

Submission read_instance_file(const std::filesystem::path& file, const std::string& name, const ReturnShape& shape) {
    std::error_code error;
    const auto size = std::filesystem::file_size(file, error);
    if (!error && size > most_instance_bytes) return unreadable(name, "the file is too large for an interview");
    std::ifstream stream(file, std::ios::binary);
    std::string xml(error ? 0 : size, '\0');
    if (error || !stream.read(xml.data(), static_cast<std::streamsize>(size)))
        return unreadable(name, "the file cannot be read");
    return read_instance(xml, name, shape);
}

std::vector<std::filesystem::path> instance_files(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.is_regular_file() && !entry.is_symlink() && entry.path().extension() == ".xml")
            files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace cifra
