//! One page: the files with their shares, then every file's text with what is reached and what is not.
//! It needs nothing but itself.

use std::fmt::Write;

use quick_xml::escape::escape;

use crate::language::Language;
use crate::suite::{CoverageReport, CoveredFile, percent};

const STYLE: &str = "\
:root{color-scheme:light dark;--no:#ffe0e0;--yes:#e2f5e2;--line:#8884}\
@media(prefers-color-scheme:dark){:root{--no:#5a1f1f;--yes:#1d3f22}}\
body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem}\
table{border-collapse:collapse;width:100%}td,th{padding:.2rem .6rem;text-align:left;border-bottom:1px solid var(--line)}\
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}\
pre{font:13px/1.45 ui-monospace,monospace;overflow-x:auto;border:1px solid var(--line);padding:.5rem 0}\
pre span{display:block;padding:0 .6rem;min-height:1.45em}pre b{display:inline-block;width:4ch;margin-right:1.5ch;text-align:right;font-weight:400;opacity:.6}\
.no{background:var(--no);box-shadow:inset 4px 0 #d33}.yes{background:var(--yes)}";

/// The report as an HTML page in `language`.
pub fn html(report: &CoverageReport, language: Language) -> String {
    let (lang, title, words) = match language {
        Language::En => ("en", "Coverage", ["file", "lines", "reached", "total"]),
        Language::Ja => ("ja", "カバレッジ", ["ファイル", "行", "到達", "合計"]),
    };
    let [file_word, lines_word, reached_word, total_word] = words;
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n<table>\n\
         <tr><th>{file_word}</th><th class=\"n\">{lines_word}</th><th class=\"n\">{reached_word}</th>\
         <th class=\"n\">%</th></tr>\n"
    );
    for (at, file) in report.files.iter().enumerate() {
        let name = format!("<a href=\"#f{at}\">{}</a>", escape(&*file.path));
        row(&mut out, &name, (file.reached(), file.lines.len()));
    }
    row(&mut out, &format!("<b>{total_word}</b>"), report.lines());
    out.push_str("</table>\n");
    for (at, file) in report.files.iter().enumerate() {
        page(&mut out, at, file);
    }
    out.push_str("</body>\n</html>\n");
    out
}

fn row(out: &mut String, name: &str, (reached, lines): (usize, usize)) {
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        "<tr><td>{name}</td><td class=\"n\">{lines}</td><td class=\"n\">{reached}</td>\
         <td class=\"n\">{:.1}</td></tr>",
        percent((reached, lines))
    );
}

fn page(out: &mut String, at: usize, file: &CoveredFile) {
    let _ = writeln!(out, "<h2 id=\"f{at}\">{}</h2>\n<pre>", escape(&*file.path));
    for (number, line) in (1..).zip(file.text.lines()) {
        let class = match file.lines.get(&number) {
            Some(true) => " class=\"yes\"",
            Some(false) => " class=\"no\"",
            None => "",
        };
        let _ = write!(out, "<span{class}><b>{number}</b>{}</span>", escape(line));
    }
    out.push_str("</pre>\n");
}
