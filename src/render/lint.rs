//! What is wrong with policies, for people.

use anstyle::{AnsiColor, Style};

use super::layout::Canvas;
use crate::language::Language;
use crate::lint::{Lint, LintReport};
use crate::manifest::Fault;

/// The words of one language.
struct Words {
    fixed: &'static str,
    help: &'static str,
    /// Findings, templates, how many were put right, how many can be.
    summary: fn([usize; 4]) -> String,
}

static EN: Words = Words {
    fixed: "fixed",
    help: "help",
    summary: |[findings, templates, fixed, fixable]| {
        let count = |count: usize, one: &str| match count {
            1 => format!("1 {one}"),
            count => format!("{count} {one}s"),
        };
        let mut said = format!(
            "{} in {}",
            count(findings, "finding"),
            count(templates, "template")
        );
        if fixed > 0 {
            said.push_str(&format!(", {fixed} fixed"));
        } else if fixable > 0 {
            said.push_str(&format!("; --fix puts {fixable} right"));
        }
        said
    },
};

static JA: Words = Words {
    fixed: "修正済み",
    help: "対処",
    summary: |[findings, templates, fixed, fixable]| {
        let mut said = format!("テンプレート {templates} 件中、指摘 {findings} 件");
        if fixed > 0 {
            said.push_str(&format!("、修正 {fixed} 件"));
        } else if fixable > 0 {
            said.push_str(&format!("。うち {fixable} 件は --fix で修正できます"));
        }
        said
    },
};

/// The findings, what was put right before them; `frame` draws the lines of a file around a place.
pub fn lint(
    report: &LintReport,
    fixed: &[Lint],
    language: Language,
    canvas: &Canvas,
    frame: impl Fn(&Fault, Option<usize>) -> Option<String>,
) -> String {
    let words = match language {
        Language::En => &EN,
        Language::Ja => &JA,
    };
    let bold = |color: AnsiColor| Style::new().bold().fg_color(Some(color.into()));
    let arrow = canvas.paint(bold(AnsiColor::Cyan), "-->");
    let mut out = String::new();
    for found in fixed {
        let lead = format!("{} ", canvas.paint(bold(AnsiColor::Green), words.fixed));
        let shown = format!("{} ", words.fixed);
        let Lint {
            path,
            line,
            rule,
            message,
            ..
        } = found;
        let said = format!("{rule}: {path}:{line}: {}", message.get(language));
        out.push_str(&canvas.flow(&lead, &shown, 2, &said));
    }
    for found in &report.lints {
        let lead = format!("{}: ", canvas.paint(bold(AnsiColor::Yellow), found.rule));
        let shown = format!("{}: ", found.rule);
        out.push_str(&canvas.flow(&lead, &shown, 2, found.message.get(language)));
        let (path, line, column) = (&found.path, found.line, found.column);
        out.push_str(&format!(" {arrow} {path}:{line}:{column}\n"));
        let fault = Fault {
            path: path.clone(),
            line,
            column,
            message: found.message.en.to_string(),
        };
        if let Some(frame) = frame(&fault, canvas.width) {
            out.push_str(&frame);
            out.push('\n');
        }
        if let Some(help) = &found.help {
            let lead = format!(" {}: ", canvas.paint(bold(AnsiColor::Cyan), words.help));
            let shown = format!(" {}: ", words.help);
            out.push_str(&canvas.flow(&lead, &shown, 2, help.get(language)));
        }
        out.push('\n');
    }
    let fixable = report.lints.iter().filter(|found| found.fix.is_some());
    let counts = [
        report.lints.len(),
        report.templates,
        fixed.len(),
        fixable.count(),
    ];
    out.push_str(&canvas.hang("", 0, &(words.summary)(counts)));
    out
}
