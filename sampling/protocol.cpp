#include "sampling/protocol.h"

#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "engine/command.h"
#include "engine/csv.h"
#include "engine/design_columns.h"
#include "engine/microdata/digest.h"
#include "engine/microdata/disk_file.h"

namespace cifra {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* generator =
    "Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011); key: the seed; counter: index, purpose and stage, 64-bit hash of "
    "the unit's id. Selection: purpose 1, random order and reserves: purpose 2, selection number: purpose 3; the unit "
    "is "
    "the stratum at the first stage, the unit above at later ones";

std::string digest_of_text(const std::string& text) {
    Digest digest;
    digest.add(text.data(), text.size());
    return digest.hexadecimal();
}

// Scalars stay text: a reader of the plan decides their type, as in YAML.
Json to_json(const YamlValue& value) {
    if (value.is_scalar()) return value.scalar;
    if (value.is_null()) return nullptr;
    Json json = value.is_list() ? Json::array() : Json::object();
    for (const YamlValue& item : value.items) json.push_back(to_json(item));
    for (const YamlValue::Entry& entry : value.entries) json[entry.first] = to_json(entry.second);
    return json;
}

std::string relative_path(const fs::path& file, const fs::path& folder) {
    const fs::path relative = fs::weakly_canonical(file).lexically_relative(fs::weakly_canonical(folder));
    return (relative.empty() ? file : relative).generic_string();
}

std::vector<ProtocolFile> files_of(const DrawRequest& request, const fs::path& folder) {
    std::vector<ProtocolFile> files;
    Diagnostics faults;
    for (const DrawFile& file : request.files)
        files.push_back({file.role, relative_path(file.path, folder), digest_of(file.path, faults)});
    faults.throw_if_errors();
    return files;
}

Json stages_json(const DrawPlan& plan) {
    Json stages = Json::array();
    for (const StagePlan& stage : plan.stages)
        stages.push_back({{"unit", stage.unit},
                          {"method", std::string(stage.method->name)},
                          {"size", stage.size},
                          {"strata", stage.strata}});
    return stages;
}

Json strata_json(const Table& strata) {
    Json rows = Json::array();
    for (std::size_t row = 0; row < strata.rows(); ++row) {
        Json json;
        for (const char* name : {"stratum", "N_psu", "n_psu", "certainty", "N_dwelling", "dwellings"}) {
            const Column& column = strata.at(name);
            if (column.is_number())
                json[name] = static_cast<std::uint64_t>(column.number(row));
            else
                json[name] = column.text(row);
        }
        rows.push_back(std::move(json));
    }
    return rows;
}

// Limits of strata that the plan cuts, as shortest decimals that read back the same.
Json cut_json(const Table& cut) {
    Json rows = Json::array();
    for (std::size_t row = 0; row < cut.rows(); ++row) {
        Json json;
        for (std::size_t c = 0; c < cut.width(); ++c) {
            const Column& column = cut.column(c);
            json[cut.names()[c]] = !column.present(row) ? Json(nullptr)
                                   : column.is_number() ? Json(column.number(row))
                                                        : Json(column.text(row));
        }
        rows.push_back(std::move(json));
    }
    return rows;
}

std::string cut_text(const Table& cut) {
    std::string text = "\nStrata cut: units, limits\n";
    for (std::size_t row = 0; row < cut.rows(); ++row) {
        text += fmt::format("  {}: {}", cut.at("stratum").text(row), cut.at("units").number(row));
        for (const char* limit : {"from", "below"})
            if (cut.has(limit) && cut.at(limit).present(row))
                text += fmt::format(", {} {}", limit, cut.at(limit).number(row));
        text += "\n";
    }
    return text;
}

std::vector<std::string> certain_units(const Table& sample) {
    std::set<std::string> ids;
    for (std::size_t row = 0; row < sample.rows(); ++row)
        if (sample.at(design_columns::certainty).number(row) == 1) ids.insert(sample.at(design_columns::psu).text(row));
    return {ids.begin(), ids.end()};
}

// The stages as a sentence each.
std::string words_of(const StagePlan& stage, std::size_t number) {
    std::string words = fmt::format("  {}. {} by {}", number, stage.unit, stage.method->name);
    if (!stage.size.empty()) words += fmt::format(", size {}", stage.size);
    if (!stage.strata.empty()) words += fmt::format(", strata {}", fmt::join(stage.strata, " x "));
    if (stage.cut)
        words +=
            fmt::format(", strata cut from {} by {}", fmt::join(stage.cut->columns, ", "), to_text(stage.cut->method));
    return words + "\n";
}

std::string text_at(const YamlValue& value, const char* key, Diagnostics& faults) {
    const YamlValue* found = value.find(key);
    if (found && found->is_scalar()) return found->scalar;
    faults.error(value.where, "bad-protocol", fmt::format("the protocol lacks '{}'", key),
                 "use the file as 'cifra draw' wrote it");
    return {};
}

void read_files(const YamlValue& root, const fs::path& folder, DrawProtocol& protocol, Diagnostics& faults) {
    const YamlValue* files = root.find("files");
    if (!files || !files->is_list())
        faults.error(root.where, "bad-protocol", "the protocol lacks 'files'", "use the file as 'cifra draw' wrote it");
    if (!files) return;
    for (const YamlValue& item : files->items) {
        const ProtocolFile file{text_at(item, "role", faults), text_at(item, "path", faults),
                                text_at(item, "xxh3_128", faults)};
        protocol.files.push_back(file);
        const fs::path path = file.path;
        protocol.request.files.push_back({file.role, (path.is_absolute() ? path : folder / path).lexically_normal()});
    }
}

bool stages_have_files(const DrawRequest& request) {
    if (!request.plan.draw || request.files.size() < request.plan.draw->stages.size()) return false;
    for (std::size_t s = 0; s < request.plan.draw->stages.size(); ++s)
        if (request.files[s].role != request.plan.draw->stages[s].unit) return false;
    return true;
}

void check_files(const DrawProtocol& protocol, Diagnostics& faults) {
    for (std::size_t i = 0; i < protocol.files.size(); ++i) {
        const fs::path& path = protocol.request.files[i].path;
        const std::string digest = digest_of(path, faults);
        if (!digest.empty() && digest != protocol.files[i].xxh3_128)
            faults.error({path.string(), 0, 0}, "frame-changed", "the file is not the one the sample was drawn from",
                         "find the file whose XXH3-128 the protocol names");
    }
}

}  // namespace

DrawReceipt draw_receipt(const DrawRequest& request, const std::string& sample_csv, const fs::path& folder) {
    return {files_of(request, folder), digest_of_text(sample_csv)};
}

std::string protocol_json(const DrawRequest& request, const DrawnSample& drawn, const DrawReceipt& receipt) {
    Json json;
    json["program"] = "cifra";
    json["version"] = std::string(version);
    json["seed"] = std::to_string(request.seed);
    json["generator"] = generator;
    json["plan"] = to_json(request.source);
    json["plan_xxh3_128"] = digest_of_text(json["plan"].dump());
    json["files"] = Json::array();
    for (const ProtocolFile& file : receipt.files)
        json["files"].push_back({{"role", file.role}, {"path", file.path}, {"xxh3_128", file.xxh3_128}});
    json["stages"] = stages_json(*request.plan.draw);
    json["person"] = to_text(request.plan.draw->person.method);
    json["strata"] = strata_json(drawn.strata);
    if (drawn.cut.width() > 0) json["cut"] = cut_json(drawn.cut);
    json["certainty"] = certain_units(drawn.sample);
    json["sample_xxh3_128"] = receipt.sample_xxh3_128;
    return json.dump(1) + "\n";
}

std::string protocol_text(const DrawRequest& request, const DrawnSample& drawn, const DrawReceipt& receipt) {
    std::string text = fmt::format("Draw protocol\n\nDrawn by cifra {} with seed {}.\nGenerator: {}.\n\nStages\n",
                                   version, request.seed, generator);
    const std::vector<StagePlan>& stages = request.plan.draw->stages;
    for (std::size_t s = 0; s < stages.size(); ++s) text += words_of(stages[s], s + 1);
    text += fmt::format("  Person: {}\n\nFiles (XXH3-128)\n", to_text(request.plan.draw->person.method));
    for (const ProtocolFile& file : receipt.files)
        text += fmt::format("  {}  {}: {}\n", file.xxh3_128, file.role, file.path);
    text +=
        fmt::format("  {}  sample.csv\n\nStrata: units drawn of units listed, last units\n", receipt.sample_xxh3_128);
    const Table& strata = drawn.strata;
    for (std::size_t h = 0; h < strata.rows(); ++h)
        text += fmt::format("  {}: {} of {}, {}\n", strata.at("stratum").text(h), strata.at("n_psu").number(h),
                            strata.at("N_psu").number(h), strata.at("dwellings").number(h));
    if (drawn.cut.width() > 0) text += cut_text(drawn.cut);
    const std::vector<std::string> certain = certain_units(drawn.sample);
    text += fmt::format("\nTaken with certainty: {}\n",
                        certain.empty() ? "none" : fmt::format("{}", fmt::join(certain, " ")));
    return text + "\nTo repeat: cifra draw --verify draw_protocol.json, beside the files above.\n";
}

DrawProtocol read_protocol(const fs::path& file, Diagnostics& faults) {
    DrawProtocol protocol;
    const YamlValue root = read_yaml(file, faults);
    if (faults.has_errors()) return protocol;
    protocol.version = text_at(root, "version", faults);
    protocol.plan_xxh3_128 = text_at(root, "plan_xxh3_128", faults);
    protocol.sample_xxh3_128 = text_at(root, "sample_xxh3_128", faults);
    const std::string seed = text_at(root, "seed", faults);
    const auto [end, error] = std::from_chars(seed.data(), seed.data() + seed.size(), protocol.request.seed);
    if (error != std::errc() || end != seed.data() + seed.size())
        faults.error(root.where, "bad-protocol", "the protocol's seed is not a whole number",
                     "use the file as 'cifra draw' wrote it");
    read_files(root, file.parent_path(), protocol, faults);
    const YamlValue* plan = root.find("plan");
    if (faults.has_errors() || !plan) return protocol;
    protocol.request.source = *plan;
    if (digest_of_text(to_json(*plan).dump()) != protocol.plan_xxh3_128)
        faults.error(plan->where, "plan-changed", "the plan is not the one the sample was drawn by",
                     "use the file as 'cifra draw' wrote it");
    protocol.request.plan = read_plan(*plan, faults);
    if (!faults.has_errors() && !stages_have_files(protocol.request))
        faults.error(root.where, "bad-protocol", "the protocol's files are not those of its stages",
                     "use the file as 'cifra draw' wrote it");
    return protocol;
}

void verify_protocol(const DrawProtocol& protocol, const fs::path& file, Diagnostics& faults) {
    if (protocol.version != version)
        faults.warning({file.string(), 0, 0}, "other-version",
                       fmt::format("the sample was drawn by version {}, this is {}", protocol.version, version),
                       "where samples differ, use the same version");
    check_files(protocol, faults);
    if (faults.has_errors()) return;
    const DrawResult result = carry_out(protocol.request);
    if (digest_of_text(sample_bytes(result.drawn.sample)) != protocol.sample_xxh3_128)
        faults.error({file.string(), 0, 0}, "sample-differs", "the plan and the frame give another sample",
                     "use the version of cifra that the protocol names");
    const fs::path sample = file.parent_path() / "sample.csv";
    if (fs::exists(sample) && digest_of(sample, faults) != protocol.sample_xxh3_128)
        faults.error({sample.string(), 0, 0}, "sample-changed", "the file is not the sample that was drawn",
                     "draw it again from the protocol's plan");
}

}  // namespace cifra
