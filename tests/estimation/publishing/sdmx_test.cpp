// SDMX: a reader of its own walks the structure message and holds every observation against it.
#include "estimation/publishing/sdmx/sdmx.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <pugixml.hpp>
#include <set>

#include "engine/csv.h"
#include "tests/estimation/publishing/made_up_publication.h"

namespace cifra {
namespace {

const std::string own = "prepared: 2026-03-31\n";
const std::string sdg =
    "structure: sdg\nversion: '1.20'\nprepared: 2026-03-31\nfixed: {REF_AREA: '484', AGE: Y_GE18}\ntables: [by_sex]\n"
    "indicators: {prev: VC_VOV_PHYL, total: VC_VOV_ROBB}\nunits: {prev: PT, total: NUMBER}\n"
    "variables: {sex: {dimension: SEX, codes: {'1': M, '2': F}}}\n";

SdmxMessages messages(const std::string& yaml, Diagnostics& faults, const RowChoice& choice = {},
                      const std::string& estimates = made_up_estimates()) {
    const MadeUpPublication publication(choice, estimates);
    const SdmxPlan plan = read_sdmx_plan(parse_yaml(yaml, "study.yaml", faults), faults);
    return to_sdmx(publication.rows, publication.texts, plan, faults);
}

SdmxMessages sound(const std::string& yaml, const RowChoice& choice = {}) {
    Diagnostics faults;
    const SdmxMessages made = messages(yaml, faults, choice);
    faults.throw_if_errors();
    return made;
}

// What a reader of the structure message learns.
struct Structure {
    std::vector<std::string> dimensions, measures, attributes;
    std::set<std::string> mandatory, numbers;
    std::map<std::string, std::set<std::string>> codes;  // component → codes
    std::string dataflow;                                // "AGENCY:ID(VERSION)"
};

std::string behind(const std::string& urn, const char* sign) { return urn.substr(urn.find(sign) + 1); }

Structure read_structure(const std::string& xml) {
    pugi::xml_document document;
    EXPECT_TRUE(document.load_string(xml.c_str()));
    const pugi::xml_node structures = document.child("mes:Structure").child("mes:Structures");
    std::map<std::string, std::set<std::string>> lists;
    for (const pugi::xml_node list : structures.child("str:Codelists"))
        for (const pugi::xml_node code : list.children("str:Code")) {
            const std::string name = std::string(list.attribute("agencyID").value()) + ":" +
                                     list.attribute("id").value() + "(" + list.attribute("version").value() + ")";
            EXPECT_TRUE(lists[name].insert(code.attribute("id").value()).second);
            EXPECT_FALSE(std::string(code.child("com:Name").text().get()).empty());
        }
    std::set<std::string> concepts;
    for (const pugi::xml_node item : structures.child("str:ConceptSchemes").first_child().children("str:Concept"))
        concepts.insert(item.attribute("id").value());
    Structure read;
    const pugi::xml_node flow = structures.child("str:Dataflows").child("str:Dataflow");
    read.dataflow = std::string(flow.attribute("agencyID").value()) + ":" + flow.attribute("id").value() + "(" +
                    flow.attribute("version").value() + ")";
    const pugi::xml_node parts =
        structures.child("str:DataStructures").child("str:DataStructure").child("str:DataStructureComponents");
    for (const pugi::xml_node list : parts)
        for (const pugi::xml_node component : list) {
            const std::string id = component.attribute("id").value(), kind = list.name();
            (kind == "str:DimensionList" ? read.dimensions
             : kind == "str:MeasureList" ? read.measures
                                         : read.attributes)
                .push_back(id);
            EXPECT_TRUE(concepts.contains(id)) << id;
            EXPECT_TRUE(behind(component.child("str:ConceptIdentity").text().get(), ")").ends_with("." + id));
            if (component.attribute("usage").value() == std::string("mandatory")) read.mandatory.insert(id);
            const pugi::xml_node representation = component.child("str:LocalRepresentation");
            if (const pugi::xml_node enumeration = representation.child("str:Enumeration")) {
                const std::string list_name = behind(enumeration.text().get(), "=");
                EXPECT_TRUE(lists.contains(list_name)) << list_name;
                read.codes[id] = lists[list_name];
            } else if (representation.child("str:TextFormat").attribute("textType").value() == std::string("Double")) {
                read.numbers.insert(id);
            }
        }
    return read;
}

Table read_data(const std::string& csv) {
    Diagnostics faults;
    CsvOptions options;
    const std::vector<std::string> names = parse_csv(csv, "sdmx.csv", {}, faults).names();
    for (const std::string& name : names) options.types[name] = ColumnType::text;
    Table table = parse_csv(csv, "sdmx.csv", options, faults);
    faults.throw_if_errors();
    return table;
}

void expect_cell(const Structure& structure, const std::string& component, const std::string& text) {
    const bool empty_allowed =
        !structure.mandatory.contains(component) &&
        std::find(structure.dimensions.begin(), structure.dimensions.end(), component) == structure.dimensions.end();
    if (text.empty()) {
        EXPECT_TRUE(empty_allowed) << component;
        return;
    }
    const auto codes = structure.codes.find(component);
    EXPECT_TRUE(codes == structure.codes.end() || codes->second.contains(text)) << component << " " << text;
    EXPECT_TRUE(!structure.numbers.contains(component) || parse_number(text)) << component << " " << text;
}

// Every column is a component, every component a column, every cell of its code list, every key once.
void validate(const SdmxMessages& made) {
    const Structure structure = read_structure(made.structure);
    const Table data = read_data(made.data);
    std::vector<std::string> expected = {"STRUCTURE", "STRUCTURE_ID", "ACTION"};
    for (const auto* list : {&structure.dimensions, &structure.measures, &structure.attributes})
        expected.insert(expected.end(), list->begin(), list->end());
    EXPECT_EQ(data.names(), expected);
    std::set<std::string> keys;
    for (std::size_t i = 0; i < data.rows(); ++i) {
        EXPECT_EQ(data.at("STRUCTURE").text(i), "dataflow");
        EXPECT_EQ(data.at("STRUCTURE_ID").text(i), structure.dataflow);
        EXPECT_EQ(data.at("ACTION").text(i), "I");
        std::string key;
        for (const std::string& dimension : structure.dimensions) key += data.at(dimension).text(i) + ".";
        EXPECT_TRUE(keys.insert(key).second) << key;
        for (std::size_t k = 3; k < expected.size(); ++k) expect_cell(structure, expected[k], data.column(k).text(i));
    }
    EXPECT_GT(data.rows(), 0u);
}

std::map<std::string, std::string> observation(const std::string& csv, std::size_t i) {
    const Table data = read_data(csv);
    std::map<std::string, std::string> cells;
    for (std::size_t k = 0; k < data.width(); ++k) cells[data.names()[k]] = data.column(k).text(i);
    return cells;
}

TEST(Sdmx, ObservationsFollowTheirStructure) {
    validate(sound(own));
    validate(sound(own, {{}, {"low"}}));
    validate(sound(sdg));
}

TEST(Sdmx, SdgDimensionsStandInTheirOrder) {
    const Structure structure = read_structure(sound(sdg).structure);
    const std::vector<std::string> order = {"FREQ",
                                            "REPORTING_TYPE",
                                            "SERIES",
                                            "REF_AREA",
                                            "SEX",
                                            "AGE",
                                            "URBANISATION",
                                            "INCOME_WEALTH_QUANTILE",
                                            "EDUCATION_LEV",
                                            "OCCUPATION",
                                            "CUST_BREAKDOWN",
                                            "COMPOSITE_BREAKDOWN",
                                            "DISABILITY_STATUS",
                                            "ACTIVITY",
                                            "PRODUCT",
                                            "TIME_PERIOD"};
    EXPECT_EQ(structure.dimensions, order);
    EXPECT_EQ(structure.dataflow, "IAEG-SDGs:DF_SDG_GLH(1.20)");
}

TEST(Sdmx, ValuesStandInTheirUnitWithTheirStatus) {
    auto cells = observation(sound(sdg).data, 2);  // women: a share of 0.125, low precision
    EXPECT_EQ(cells["SERIES"], "VC_VOV_PHYL");
    EXPECT_EQ(cells["SEX"], "F");
    EXPECT_EQ(cells["AGE"], "Y_GE18");
    EXPECT_EQ(cells["URBANISATION"], "_T");
    EXPECT_EQ(cells["OBS_VALUE"], "12.5");
    EXPECT_EQ(cells["UPPER_BOUND"], "20");
    EXPECT_EQ(cells["OBS_STATUS"], "U");
    EXPECT_EQ(observation(sound(sdg).data, 3)["OBS_VALUE"], "12345.5");
    cells = observation(sound(own).data, 1);
    EXPECT_EQ(cells["OBS_VALUE"], "0.25");
    EXPECT_EQ(cells["UNIT_MEASURE"], "NUMBER");
    EXPECT_EQ(cells["STD_ERROR"], "0.05");
    cells = observation(sound(own, {{}, {"low"}}).data, 2);
    EXPECT_EQ(cells["OBS_STATUS"], "Q");
    for (const char* figure : {"OBS_VALUE", "STD_ERROR", "CV", "LOWER_BOUND", "UPPER_BOUND"})
        EXPECT_EQ(cells[figure], "") << figure;
    EXPECT_EQ(observation(sound(own).data, 9)["OBS_STATUS"], "O");
}

std::size_t told(const Diagnostics& faults, const std::string& code) {
    return static_cast<std::size_t>(std::count_if(faults.items().begin(), faults.items().end(),
                                                  [&](const Diagnostic& fault) { return fault.code == code; }));
}

TEST(Sdmx, WhatIsNotMappedIsAFaultToldOnce) {
    const auto faults_of = [](const std::string& yaml, const std::string& estimates = made_up_estimates()) {
        Diagnostics faults;
        messages(yaml, faults, {}, estimates);
        return faults;
    };
    const Diagnostics bare = faults_of("structure: sdg\nprepared: 2026-03-31\ntables: [by_sex]\n");
    EXPECT_EQ(told(bare, "unmapped-code"), 6u);  // two indicators, their units, sex, the country
    std::string odd = made_up_estimates();
    odd.replace(odd.find("sex=1"), 5, "sex=60+");
    EXPECT_EQ(told(faults_of(own, odd), "unmapped-code"), 1u);
    EXPECT_EQ(told(faults_of(own + "variables: {sex: {codes: {60+: Y_GE60}}}\n", odd), "unmapped-code"), 0u);
    std::string late = made_up_estimates();
    late.replace(late.find(",2025,"), 6, ",2024 to 2025,");
    EXPECT_EQ(told(faults_of(own, late), "bad-period"), 1u);
    EXPECT_TRUE(faults_of("prepared: today\n").contains("bad-date"));
    EXPECT_TRUE(faults_of("prepared: 2026-03-31\nagency: 'A B'\n").contains("bad-identifier"));
}

TEST(Sdmx, OneKeyHasOneFigure) {
    Diagnostics faults;
    std::string estimates = made_up_estimates();
    estimates.replace(estimates.find("by_region,prev,,2025,0.2,"), 25, "by_region,prev,,2025,0.3,");
    std::string yaml = sdg;
    yaml.replace(yaml.find("[by_sex]"), 8, "[by_sex, by_region]");
    yaml.replace(yaml.find("variables: {"), 12,
                 "variables: {region: {dimension: CUST_BREAKDOWN, codes: {R1: C01, R2: C02, R3: C03, R4: C04}}, ");
    messages(yaml, faults, {}, estimates);
    EXPECT_EQ(told(faults, "double-observation"), 1u);
    validate(sound(yaml));  // the same figure twice is one observation
}

}  // namespace
}  // namespace cifra
