// The observations and their structure as values, before they are written.
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "estimation/publishing/sdmx/sdmx.h"

namespace cifra {

enum class SdmxRole { dimension, time, measure, attribute };

struct SdmxComponent {
    std::string id;
    SdmxRole role = SdmxRole::dimension;
    Labels name;
    bool coded = false;  // else a number where it is a measure, text where it is an attribute
    bool number = false;
    std::vector<std::pair<std::string, Labels>> codes;  // those that occur, in order of appearance
};

struct SdmxTable {
    std::vector<SdmxComponent> components;               // dimensions, time, measures, attributes
    std::vector<std::vector<std::string>> observations;  // one text per component
};

// The components without codes, in order.
std::vector<SdmxComponent> sdmx_components(std::span<const PublishedRow> rows, const SdmxPlan& plan);

// Faults: those of to_sdmx.
SdmxTable sdmx_table(std::span<const PublishedRow> rows, const PageTexts& texts, const SdmxPlan& plan,
                     Diagnostics& faults);

std::string sdmx_csv(const SdmxTable& table, const SdmxPlan& plan);
std::string sdmx_structure(const SdmxTable& table, const PageTexts& texts, const SdmxPlan& plan);

// "sex" as "SEX"; what is no letter or digit as "_".
std::string sdmx_name(const std::string& name);

}  // namespace cifra
