// Interviews that an XForms client sends back (ODK Collect, ODK Web Forms, Enketo, KoboCollect): one XML instance each.
//
//   <data id="INSTRUMENT" version="VERSION">
//     <household>…</household> <outcome>1</outcome> <interview_date>…</interview_date> <selected>2</selected>
//     <MODULE> <QUESTION>answer</QUESTION> … </MODULE>                                  of the household or the person
//     <MODULE> <line>1</line> <QUESTION>answer</QUESTION> … </MODULE> …                 one per roster line
//     <MODULE> <crime>…</crime> <ordinal>1</ordinal> <line>2</line> <QUESTION>… </MODULE> …      one per incident
//     <person_interview> <selected_line>2</selected_line> <person_outcome>1</person_outcome>      one per person, where
//         <MODULE>… </MODULE> …                                      all are interviewed: her groups and her incidents
//     </person_interview> …
//     <meta><instanceID>uuid:…</instanceID></meta>
//   </data>
//
// Read by path, not by position; prefixes of names are passed over. An instance comes from outside: no document type
// declaration (hence no entities of its own), at most `most_instance_bytes`, only the levels above are looked at,
// and whatever else it holds is named, never followed.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "questionnaires/returns/submission.h"

namespace cifra {

inline constexpr std::size_t most_instance_bytes = std::size_t{4} << 20;

Submission read_instance(std::string_view xml, const std::string& file, const ReturnShape& shape);
// The file's content; one that cannot be read, or is too large, is a submission with a finding.
Submission read_instance_file(const std::filesystem::path& file, const std::string& name, const ReturnShape& shape);

// The *.xml files below a folder, links not followed, in the order of their paths.
std::vector<std::filesystem::path> instance_files(const std::filesystem::path& folder);

}  // namespace cifra
