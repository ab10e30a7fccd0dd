// Part of `form_html`: the style sheet of the printed form.
#pragma once

#include <string_view>

namespace cifra {

inline constexpr std::string_view form_style = R"css(
@page { size: A4; margin: 14mm 13mm 16mm;
  @bottom-right { content: counter(page) " / " counter(pages); font: 8pt "Noto Sans", "DejaVu Sans", Arial, sans-serif;
    color: #5b6b78; } }
* { box-sizing: border-box; }
html { background: #e9ecef; }
body { font: 10pt/1.38 "Source Sans 3", "Noto Sans", "DejaVu Sans", Arial, sans-serif; color: #1d2731;
  background: #fff;
  max-width: 194mm; margin: 8mm auto; padding: 12mm; }
h1 { font-size: 21pt; line-height: 1.1; margin: 0 0 1mm; color: #16425b; }
.sub { color: #5b6b78; margin: 0 0 5mm; }
.cover { display: grid; grid-template-columns: 1fr 1fr; gap: 3mm 6mm; border: 0.5pt solid #9fb1bf; border-radius: 2mm;
  padding: 4mm; margin-bottom: 6mm; }
.label { display: block; font-size: 8pt; color: #5b6b78; }
section { margin: 0 0 7mm; }
h2 { font-size: 12.5pt; margin: 0 0 2mm; padding: 1.4mm 3mm; background: #16425b; color: #fff; border-radius: 1mm;
  break-after: avoid; }
h2 .letter { display: inline-block; width: 7mm; color: #9fd3e8; }
.intro { margin: 0 0 2.5mm; padding: 2mm 3mm; background: #eef4f7; border-left: 1mm solid #3a7ca5;
  break-inside: avoid; break-after: avoid; }
.question { display: grid; grid-template-columns: 10mm 1fr 76mm; gap: 0 3mm; padding: 2.2mm 0;
  border-bottom: 0.4pt solid #ccd6dd;
  break-inside: avoid; }
.number { font-weight: 700; color: #16425b; text-align: right; }
.only { display: block; font-size: 8.4pt; color: #8a4b08; margin-bottom: 0.4mm; }
.note { display: block; font-weight: 400; font-size: 8.6pt; font-style: italic; color: #5b6b78; margin-top: 0.6mm; }
.tag { font-size: 7.4pt; color: #8a1c3b; border: 0.4pt solid #d9a7b5; border-radius: 2mm; padding: 0 1.4mm;
  white-space: nowrap; }
ul { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; }
li { display: flex; flex: 1 0 100%; align-items: baseline; gap: 1.8mm; padding: 0.35mm 0; }
li .what { flex: 1; }
li.missing { color: #6c7a86; flex: 1 0 44%; white-space: nowrap; }
li.missing:has(.go) { flex-basis: 100%; }
.check { display: grid; grid-template-columns: 1fr 76mm; gap: 0 3mm; margin: 2mm 0; padding: 2mm 3mm;
  background: #f4f1ea; border-left: 1mm solid #b98b3e; break-inside: avoid; font-size: 9pt; }
.code { min-width: 5mm; text-align: right; font-variant-numeric: tabular-nums; color: #5b6b78; font-size: 8.6pt; }
.box { display: inline-block; width: 3.4mm; height: 3.4mm; border: 0.7pt solid #1d2731; background: #fff;
  align-self: flex-start; margin-top: 0.5mm; }
.box.round { border-radius: 50%; }
.go { color: #3a7ca5; font-weight: 700; font-size: 8.6pt; white-space: nowrap; }
.cells { display: inline-flex; vertical-align: middle; }
.cells .cell { width: 5.2mm; height: 6.2mm; border: 0.7pt solid #1d2731; margin-right: -0.7pt; background: #fff; }
.cells .gap { width: 2mm; text-align: center; }
.unit { font-size: 7.6pt; color: #5b6b78; margin: 0 1.5mm 0 1mm; }
.write { display: block; border-bottom: 0.7pt solid #1d2731; height: 6.5mm; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 0.5pt solid #9fb1bf; padding: 1.4mm 1.6mm; vertical-align: top; text-align: left; }
th { background: #eef4f7; font-weight: 600; font-size: 9pt; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
td.mark, th.mark { text-align: center; vertical-align: middle; width: 13mm; font-size: 8.4pt; }
td.count, th.count { width: 32mm; text-align: center; vertical-align: middle; }
th.count { font-size: 8.4pt; }
td .write { height: 5.5mm; min-width: 26mm; }
.roster { break-inside: avoid; }
.roster td { height: 7.5mm; vertical-align: middle; }
.roster .codes { font-weight: 400; font-size: 7.8pt; color: #5b6b78; display: block; margin-top: 1mm; }
.about { display: grid; grid-template-columns: 1fr 46mm; gap: 4mm; border: 0.5pt solid #9fb1bf; border-radius: 2mm;
  padding: 3mm;
  margin-bottom: 2mm; break-inside: avoid; }
.about ul { display: block; columns: 2; }
.about li { break-inside: avoid; }
.incident { break-before: page; }
.show { font-size: 8.4pt; font-weight: 700; color: #16425b; border: 0.6pt solid #16425b; border-radius: 1mm;
  padding: 0 1.2mm; white-space: nowrap; text-decoration: none; }
.card { break-before: page; break-inside: avoid; }
.card ul { display: block; }
.card li { font-size: 17pt; line-height: 1.25; padding: 2.6mm 0; gap: 5mm; border-bottom: 0.4pt solid #ccd6dd; }
.card li .code { font-size: 17pt; min-width: 12mm; font-weight: 700; color: #16425b; }
@media screen and (max-width: 640px) {
  body { margin: 0; padding: 5mm; }
  .cover, .check, .about { grid-template-columns: 1fr; }
  .question { grid-template-columns: 8mm 1fr; gap: 0 2mm; }
  .question > :last-child { grid-column: 2; margin-top: 1.5mm; }
  .about ul { columns: 1; }
  table { display: block; overflow-x: auto; }
  td.mark, th.mark { width: auto; }
}
@media print { html { background: #fff; } body { margin: 0; padding: 0; max-width: none;
  } h2, .intro, th { print-color-adjust: exact;
  -webkit-print-color-adjust: exact; } }
)css";

}  // namespace cifra
