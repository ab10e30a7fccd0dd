// What the files of a study tell about its quality, in words of the page, by concept of SIMS.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "estimation/publishing/quality_report/quality_report.h"

namespace cifra {

using QualityFigures = std::map<std::string, std::vector<std::string>>;  // concept → lines

QualityFigures quality_figures(std::span<const PublishedRow> rows, const Page& page, const QualityTables& tables);

}  // namespace cifra
