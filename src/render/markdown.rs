//! Markdown (GitHub's), for the summary of a job or a comment.

use crate::language::Language;
use crate::report::{Assessment, Finding, Report};

use super::shared::{self, one_line};
use super::words::{Words, outcome, words};

// A job's summary may hold 1 MiB: more places than that are counted, and stand in the other forms.
const ROWS: usize = 50;

/// The report as Markdown: counts, what could not be judged, the policies, and the findings of each.
/// Of a policy's findings the first 50 are listed, the rest is counted.
pub fn markdown(report: &Report, language: Language) -> String {
    let words = words(language);
    let mut out = format!("## sekisho\n\n**{}**\n", shared::closing(report, language));
    let troubles: Vec<String> = shared::troubles(report)
        .map(|trouble| {
            let (place, sentence) = (code(&trouble.place()), escaped(&trouble.sentence(language)));
            format!("- {place}: {sentence}\n")
        })
        .collect();
    if !troubles.is_empty() {
        out.push_str(&format!("\n### {}\n\n", words.not_all_judged));
        out.push_str(&troubles.iter().take(ROWS).cloned().collect::<String>());
        if let Some(more) = troubles.len().checked_sub(ROWS).filter(|more| *more > 0) {
            out.push_str(&format!("- {}\n", (words.more)(more)));
        }
    }
    out.push('\n');
    out.push_str(&row([
        words.policy,
        words.severity,
        words.healthy,
        words.unhealthy,
        words.assessment,
    ]));
    out.push_str("|---|---|--:|--:|---|\n");
    for assessment in &report.assessments {
        out.push_str(&row([
            &title(assessment),
            assessment.severity.name(language),
            &assessment.healthy.to_string(),
            &assessment.unhealthy.to_string(),
            outcome(assessment.outcome(), language),
        ]));
    }
    for assessment in &report.assessments {
        let findings: Vec<&Finding> = report
            .findings
            .iter()
            .filter(|finding| finding.rule.policy == assessment.policy)
            .collect();
        if !findings.is_empty() {
            out.push_str(&section(assessment, &findings, words, language));
        }
    }
    out
}

fn section(
    assessment: &Assessment,
    findings: &[&Finding],
    words: &Words,
    language: Language,
) -> String {
    let mut out = format!(
        "\n<details><summary><b>{}</b> ({}): {}</summary>\n\n{}\n\n",
        html(&assessment.policy),
        assessment.severity.name(language),
        (words.findings)(findings.len()),
        escaped(assessment.name.get(language)),
    );
    if let Some(remediation) = &assessment.remediation {
        let text = escaped(remediation.get(language));
        out.push_str(&format!("**{}**: {text}\n\n", words.fix));
    }
    out.push_str(&row([words.at, words.resource, words.message]));
    out.push_str("|---|---|---|\n");
    for finding in findings.iter().take(ROWS) {
        out.push_str(&row([
            &code(&shared::place_of(finding)),
            &escaped(&shared::subject(finding, language)),
            &escaped(&shared::message(finding, language)),
        ]));
    }
    if let Some(more) = findings.len().checked_sub(ROWS).filter(|more| *more > 0) {
        out.push_str(&format!("\n{}\n", (words.more)(more)));
    }
    out.push_str("\n</details>\n");
    out
}

fn title(assessment: &Assessment) -> String {
    let id = code(&assessment.policy);
    match &assessment.link {
        Some(link) => format!("[{id}]({link})"),
        None => id,
    }
}

fn row<const N: usize>(cells: [&str; N]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

/// Text as text: what stands between backticks stays code, nothing else is markup.
fn escaped(text: &str) -> String {
    let text = one_line(text);
    let parts: Vec<&str> = text.split('`').collect();
    // A backtick without its other half is one to be seen.
    if parts.len().is_multiple_of(2) {
        return plain(&text);
    }
    let parts = parts.iter().enumerate().map(|(index, part)| {
        if index % 2 == 0 {
            plain(part)
        } else {
            code(part)
        }
    });
    parts.collect()
}

fn plain(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '#' | '!' | '|' | '~'
            | '@' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

/// Text as code, in a table too.
fn code(text: &str) -> String {
    let text = one_line(text);
    if text.is_empty() {
        return text;
    }
    let longest = text.split(|c| c != '`').map(str::len).max();
    let fence = "`".repeat(longest.unwrap_or_default() + 1);
    let space = if text.starts_with('`') || text.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{fence}{space}{}{space}{fence}", text.replace('|', "\\|"))
}

fn html(text: &str) -> String {
    one_line(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
