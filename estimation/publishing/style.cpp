#include "estimation/publishing/style.h"

namespace cifra {

namespace {

constexpr std::string_view before_charts = R"css(
:root{--ink:#17232f;--soft:#566472;--rule:#cfd7de;--hair:#e6ebef;--accent:#12466b;--wash:#f3f6f8;
--caution:#fff1b3;--caution-ink:#7a5b00;--poor:#ffcf9e;--poor-ink:#8f3e00}
*{box-sizing:border-box}
html{scroll-behavior:smooth;-webkit-text-size-adjust:100%}
body{margin:0;color:var(--ink);background:#fff;font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",
Arial,"Noto Sans","Liberation Sans",sans-serif}
.page{max-width:1120px;margin:0 auto;padding:0 28px 56px}
header.top{border-top:6px solid var(--accent);padding:34px 0 22px}
h1,h2{font-family:Georgia,"Iowan Old Style","Times New Roman","Liberation Serif",serif;font-weight:600;
letter-spacing:-.01em;line-height:1.2;text-wrap:balance}
h1{font-size:2.2rem;margin:0 0 8px}
.lead{font-size:1.1rem;color:var(--soft);margin:0;max-width:68ch}
a{color:var(--accent);text-underline-offset:2px;text-decoration-thickness:1px}
a:focus-visible{outline:3px solid #f0b429;outline-offset:2px}
.front{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1.15fr);gap:34px;border-top:1px solid var(--rule);
border-bottom:1px solid var(--rule);padding:22px 0;margin-bottom:12px}
.front h2{font:600 .8rem/1.3 system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif;text-transform:uppercase;
letter-spacing:.07em;color:var(--soft);margin:0 0 10px}
.front ol{list-style:none;margin:0;padding:0}
.front li{padding:4px 0 4px 2.6em;text-indent:-2.6em}
.front li span{display:inline-block;width:2.6em;text-indent:0;color:var(--soft);font-variant-numeric:tabular-nums}
.front p{margin:0;font-size:.94rem;color:#33414e}
section.table{padding-top:34px}
.kicker{font-size:.82rem;font-weight:600;color:var(--accent);letter-spacing:.04em;margin:0 0 2px}
section.table h2{font-size:1.5rem;margin:0}
.sub{margin:4px 0 0;color:var(--soft);font-size:.95rem}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(190px,1fr));gap:0;margin:18px 0 6px;
border-top:1px solid var(--hair)}
.card{padding:12px 18px 12px 0}
.card b{display:block;font-size:.86rem;font-weight:500;color:var(--soft);line-height:1.3}
.card strong{font:600 2rem/1.2 Georgia,"Liberation Serif",serif;font-variant-numeric:lining-nums}
.card small{display:block;color:var(--soft);font-size:.84rem;font-variant-numeric:tabular-nums}
.scroll{overflow-x:auto;margin:16px 0 0}
table{border-collapse:collapse;width:100%;font-size:.93rem;font-variant-numeric:tabular-nums lining-nums}
caption.only{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
caption{text-align:left;color:var(--soft);font-size:.86rem;padding:0 0 6px}
thead th{font-weight:600;vertical-align:bottom;padding:6px 10px;line-height:1.25}
thead tr:first-child th{border-top:2px solid var(--ink)}
thead tr:last-child th,thead th[rowspan]{border-bottom:1px solid var(--ink)}
thead th.g{text-align:left;border-bottom:1px solid var(--rule);padding-left:20px}
thead th.g i{display:block;font-style:normal;font-weight:400;color:var(--soft);font-size:.84rem}
thead th.s{font-weight:500;font-size:.82rem;color:var(--soft)}
th.r,td{text-align:right}
tbody th{text-align:left;font-weight:400;padding:5px 10px 5px 0;min-width:9.5em}
tbody th i{font-style:normal;color:var(--soft);font-size:.84rem;display:block;line-height:1.2}
tbody td{padding:5px 10px;white-space:nowrap}
tbody tr{border-bottom:1px solid var(--hair)}
tbody tr.all{background:var(--wash)}
tbody tr.all th,tbody tr.all td.e{font-weight:650}
tbody tr.all th{padding-left:8px}
tbody tr.h th{font-weight:600;padding-top:15px;color:var(--accent)}
tbody tr.d th{padding-left:14px}
tbody:last-child tr:last-child{border-bottom:2px solid var(--ink)}
td.e{font-weight:550;padding-left:20px}
td.i{color:var(--soft);font-size:.87rem}
td.c sup,.key sup{font-weight:700;margin-left:2px;line-height:0}
td.c .q{display:inline-block;padding:0 7px;border-radius:3px;min-width:4.4em}
.caution .q,.key .caution{background:var(--caution);color:var(--caution-ink)}
.poor .q,.key .poor{background:var(--poor);color:var(--poor-ink)}
.unknown .q,.key .unknown{background:#e9ecef;color:#444}
td sup{line-height:0}td sup a{text-decoration:none;font-size:.72rem}
.charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,460px),1fr));gap:14px 36px;margin:26px 0 0}
figure{margin:0}
figcaption{font-size:.9rem;font-weight:600;line-height:1.3;margin-bottom:4px}
figcaption i{font-style:normal;font-weight:400;color:var(--soft)}
.wide{grid-column:1/-1;max-width:660px}
)css";

constexpr std::string_view chart_rules =
    R"css(svg.chart{display:block;width:100%;height:auto;font:12.5px system-ui,-apple-system,"Segoe UI",Roboto,Arial,
"Liberation Sans",sans-serif;font-variant-numeric:tabular-nums}
svg .lb{text-anchor:end;fill:var(--ink)}svg .vl{text-anchor:end;fill:var(--ink);font-weight:500}
svg .tt{font-weight:700}svg .ax{text-anchor:middle;fill:var(--soft);font-size:11.5px}
svg .gr{stroke:#dfe5ea;stroke-width:1}svg .rf{stroke:#5d6b77;stroke-width:1.2;stroke-dasharray:3 3}
svg .iv{stroke:#7fa3bf;stroke-width:3.2;stroke-linecap:round}
svg .iv.caution{stroke:#d9b13b}svg .iv.poor{stroke:#e08a4a;stroke-dasharray:5 5}svg .iv.unknown{stroke:#aab4bc}
svg .pt{fill:var(--accent);stroke:var(--accent);stroke-width:2}
svg .pt.caution{fill:#fff;stroke:#a67c00}svg .pt.poor{fill:#fff;stroke:#b64f00}svg .pt.unknown{fill:#fff;stroke:#66727c}
)css";

constexpr std::string_view after_charts = R"css(.notes{margin:16px 0 0;font-size:.85rem;color:#3f4d59;max-width:96ch}
.notes p{margin:3px 0}
.notes dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 14px;margin:0}
.notes dt{color:var(--soft)}.notes dd{margin:0}
.key span{white-space:nowrap;padding:1px 7px;border-radius:3px;margin-right:8px}
.notes ol{margin:8px 0 0;padding-left:1.6em}
.back{font-size:.84rem;margin:10px 0 0}
footer{border-top:1px solid var(--rule);margin-top:44px;padding-top:14px;color:var(--soft);font-size:.88rem}
footer p{margin:2px 0}
@media (max-width:720px){.page{padding:0 16px 40px}.front{grid-template-columns:1fr;gap:20px}h1{font-size:1.7rem}
tbody th:first-child,thead tr:first-child th:first-child{position:sticky;left:0;background:#fff;z-index:1}
tbody tr.all th:first-child{background:var(--wash)}.notes dl{grid-template-columns:1fr}.notes dt{margin-top:4px}}
@page{margin:16mm 14mm}
@media print{body{font-size:10pt}.page{max-width:none;padding:0}.back,.lang{display:none}.scroll{overflow:visible}
header.top{padding-top:10px}section.table{break-before:page;padding-top:0}thead{display:table-header-group}
tr,figure,.notes{break-inside:avoid}a{color:inherit;text-decoration:none}table{font-size:8.6pt}
.charts{grid-template-columns:1fr 1fr}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
)css";

}  // namespace

std::string page_style() { return std::string(before_charts).append(chart_rules).append(after_charts); }

std::string_view chart_style() { return chart_rules; }

}  // namespace cifra
