// The page's style sheet and script. Whoever changes one changes its hash: the test "the page allows the style and the
// script that are in it" prints what it should be.
#include "report/format/html_parts.hpp"

namespace smtptls::report {

const std::string_view html_style_hash = "sha256-nEP8lW4wnhRhwQ9S+2hc/Bms+qXA5AAe9yiPYQdKJnA=";
const std::string_view html_script_hash = "sha256-OnPxBfpOgZGfw+fpM7/IypPVBlw5UoPDOtxwW2AO5hI=";

// clang-format off
const std::string_view html_style = R"css(
:root{--bg:#fff;--fg:#1b1f24;--dim:#57606a;--line:#d0d7de;--soft:#f6f8fa;--link:#0550ae;
--yes-bg:#d7e9ff;--yes:#0a3069;--bad-bg:#b3261e;--bad:#fff;--no:#57606a;--open-bg:#fff3c4;--open:#5c4300;
--pass-bg:#dafbe1;--pass:#0f5323;--warn-bg:#ffe2c2;--warn:#6b3100;--waived-bg:#ece5fb;--waived:#43227a}
@media (prefers-color-scheme:dark){:root{--bg:#0d1117;--fg:#e6edf3;--dim:#9da7b1;--line:#3d444d;--soft:#161b22;--link:#79b8ff;
--yes-bg:#173a66;--yes:#cfe4ff;--bad-bg:#e5534b;--bad:#160404;--no:#9da7b1;--open-bg:#4d3f0a;--open:#ffe9a8;
--pass-bg:#12391f;--pass:#a6f0b8;--warn-bg:#5a2e08;--warn:#ffd7ad;--waived-bg:#33244f;--waived:#e0d0ff}}
*{box-sizing:border-box}
html{color-scheme:light dark;scroll-padding-top:5rem}
body{margin:0;overflow-wrap:break-word;background:var(--bg);color:var(--fg);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
header,main,footer{max-width:72rem;margin:0 auto;padding:0 1rem}
header{padding-top:1.5rem}
h1{font-size:1.7rem;line-height:1.2;margin:0}
h2{font-size:1.3rem;margin:2.2rem 0 .7rem}
h3{font-size:1.05rem;display:inline;margin:0 .4rem 0 0}
h4{font-size:1rem;margin:1.2rem 0 .5rem}
p{margin:.3rem 0}
a{color:var(--link)}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-99rem;background:var(--bg);padding:.5rem 1rem;z-index:1}
.skip:focus{left:0}
.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.who,.role,.status,.source,.mode,.grade,.back,footer{color:var(--dim);font-size:.875rem}
.role{display:block;font-weight:400}
h4 .role{display:inline}
.mode{font-weight:400}
cite{font-style:normal;white-space:normal}
cite::before{content:"("}cite::after{content:")"}
.bigs{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.8rem}
.big{border:1px solid var(--line);border-radius:.6rem;padding:.6rem 1rem;display:flex;align-items:center;gap:.7rem}
.big .chip{font-size:1.25rem}
.chip{display:inline-block;border-radius:1rem;padding:.05rem .6rem;font-size:.85rem;font-weight:600;background:var(--soft);color:var(--fg);border:1px solid var(--line);overflow-wrap:break-word;max-width:100%}
td .chip,th .chip,.day{white-space:nowrap}
.chip.fail{background:var(--bad-bg);color:var(--bad);border-color:var(--bad-bg)}
.chip.open{background:var(--open-bg);color:var(--open);border-color:var(--open)}
.chip.warn{background:var(--warn-bg);color:var(--warn);border-color:var(--warn)}
.chip.pass{background:var(--pass-bg);color:var(--pass);border-color:var(--pass)}
.chip.waived{background:var(--waived-bg);color:var(--waived);border-color:var(--waived)}
.change{border:1px dashed currentColor;border-radius:.3rem;padding:0 .3rem;font-size:.8rem}
.scroll{overflow-x:auto;position:relative}
table{border-collapse:collapse}
caption{text-align:left;color:var(--dim);font-size:.875rem;padding:.2rem 0}
th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}
thead th{font-size:.85rem;white-space:nowrap}
.policies td,.policies thead th:nth-child(n+2){text-align:center}.policies tbody th{min-width:9rem}.policies td{font-variant-numeric:tabular-nums}
.zero{color:var(--dim)}
.matrix{border-collapse:separate;border-spacing:3px}
.matrix th,.matrix td{border:0}
.matrix tbody th{font-weight:500;overflow-wrap:anywhere;min-width:8rem}
.matrix thead th:nth-child(n+2){text-align:center}#all th:nth-child(2),#all td:nth-child(2){text-align:left}
.matrix .t{min-width:4.2rem}
.t{text-align:center;border-radius:.35rem;font-weight:600;font-variant-numeric:tabular-nums;white-space:nowrap;vertical-align:middle}
.t.yes{background:var(--yes-bg);color:var(--yes)}
.t.bad{background:var(--bad-bg);color:var(--bad)}
.t.some,.t.look{background:var(--warn-bg);color:var(--warn)}
.t.waived{background:var(--waived-bg);color:var(--waived)}
.t.no{color:var(--no);background:var(--soft)}
.t.open{background:var(--open-bg);color:var(--open)}
.all th,.all td{font-weight:700}
.legend{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.4rem 1.2rem;font-size:.875rem}
.legend .t{display:inline-block;min-width:2.6rem;padding:0 .4rem}
#filter:not([hidden]){display:flex;flex-wrap:wrap;align-items:center;gap:.5rem 1rem;position:sticky;top:0;background:var(--bg);padding:.6rem 0;z-index:1;border-bottom:1px solid var(--line)}
#filter input[type=search]{font:inherit;padding:.3rem .6rem;border:1px solid var(--dim);border-radius:.4rem;background:var(--bg);color:var(--fg);min-width:14rem}
output{color:var(--dim);font-size:.875rem}
.endpoint{border:1px solid var(--line);border-radius:.6rem;margin:.6rem 0}
.endpoint>summary{padding:.6rem 1rem;cursor:pointer;overflow-wrap:anywhere}
.endpoint[open]>summary{border-bottom:1px solid var(--line);background:var(--soft);border-radius:.6rem .6rem 0 0}
.body{padding:.4rem 1rem 1rem}
.findings{list-style:none;padding:0;margin:.4rem 0}
.finding{border-left:.35rem solid var(--line);background:var(--soft);border-radius:.35rem;padding:.5rem .9rem;margin:.5rem 0;overflow-wrap:anywhere}
.finding.fail{border-color:var(--bad-bg)}
.finding.open{border-color:var(--open)}
.finding.warn{border-color:var(--warn)}
.subjects{columns:22rem;margin:.3rem 0;font-size:.9rem}
.subjects li,.suites li{break-inside:avoid}
.waiver{font-style:italic}
.more{margin:.4rem 0}
.more>summary{cursor:pointer;color:var(--link);font-size:.9rem}
.evidence,.suites,.notes{font-size:.875rem;overflow-wrap:anywhere}
.suites{columns:24rem}
.rules{font-size:.875rem}
.paper{display:none}
.remedy{background:var(--soft);border:1px solid var(--line);border-radius:.4rem;padding:.6rem;white-space:pre-wrap;overflow-wrap:anywhere;font:.9rem/1.5 ui-monospace,"DejaVu Sans Mono",monospace}
.facts{display:grid;grid-template-columns:minmax(7rem,11rem) 1fr;gap:.2rem 1rem;font-size:.9rem}
.facts dt{color:var(--dim)}
.facts dd{margin:0;overflow-wrap:anywhere;min-width:0}
@media (max-width:40rem){.facts{grid-template-columns:1fr}.facts dd{margin-bottom:.5rem}.rules thead{display:none}.rules tr,.rules th,.rules td{display:block;border:0;padding:.1rem 0}.rules tr{border-bottom:1px solid var(--line)}.matrix .t{min-width:2.6rem}.matrix tbody th{min-width:9.5rem}.matrix thead th{white-space:normal}.matrix th,.matrix td{padding:.25rem}#filter:not([hidden]){position:static}}
@media print{:root{--bg:#fff;--fg:#000;--dim:#444;--line:#999;--soft:#f4f4f4;--link:#000;--yes-bg:#d7e9ff;--yes:#0a3069;--bad-bg:#b3261e;--bad:#fff;--no:#444;--open-bg:#fff3c4;--open:#5c4300;--pass-bg:#dafbe1;--pass:#0f5323;--warn-bg:#ffe2c2;--warn:#6b3100;--waived-bg:#ece5fb;--waived:#43227a}
body{font-size:10pt;-webkit-print-color-adjust:exact;print-color-adjust:exact}
#filter:not([hidden]),.skip,.back{display:none}
.scroll{overflow:visible}.matrix .t{min-width:2.4rem}.matrix tbody th{min-width:11rem}.matrix thead th{white-space:normal}
details::details-content{content-visibility:visible;block-size:auto}
.endpoint,.finding,tr{break-inside:avoid}.endpoint{break-inside:auto}
h2,h3,h4,summary{break-after:avoid}
.policies{display:none}.big{padding:.2rem .6rem}.big .chip{font-size:1rem}
.paper{display:block}.paper h2{margin:1rem 0 .4rem}.paper .facts{grid-template-columns:7rem 1fr}.paper .rules td,.paper .rules th{padding:.12rem .5rem}.paper .rules{font-size:8.5pt;width:100%}
.paper .rules td:last-child{min-width:5.5rem}
section[aria-labelledby=overview]{break-before:page}
@page{margin:15mm 14mm 18mm;@bottom-left{content:"smtptls-scan: TLS of mail servers";font:8pt sans-serif;color:#444}@bottom-right{content:counter(page) " of " counter(pages);font:8pt sans-serif;color:#444}}
a{text-decoration:none}}
)css";

const std::string_view html_script = R"js(
"use strict";
const form = document.getElementById("filter"), words = document.getElementById("words");
const look = document.getElementById("look"), count = document.getElementById("count");
const rows = Array.from(document.querySelectorAll("#all tbody tr"));
const sections = Array.from(document.querySelectorAll("details.endpoint"));
const texts = rows.map(row => row.textContent.toLowerCase());
function filter() {
  const wanted = words.value.toLowerCase().split(" ").filter(Boolean);
  let seen = 0;
  rows.forEach((row, i) => {
    const hide = (look.checked && row.className !== "look") || !wanted.every(word => texts[i].includes(word));
    row.hidden = hide;
    sections[i].hidden = hide;
    seen += hide ? 0 : 1;
  });
  count.textContent = seen + " of " + rows.length;
}
form.addEventListener("input", filter);
form.addEventListener("submit", event => event.preventDefault());
if (rows.length > 3) { form.hidden = false; filter(); }
)js";
// clang-format on

}  // namespace smtptls::report
