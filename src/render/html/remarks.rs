//! What the page says of the run itself: what could not be judged, and what was read how.

use std::fmt::Write;

use crate::manifest::{SkipReason, Skipped};
use crate::report::Report;

use super::bilingual::Bilingual;

/// Something that could not be read or judged.
pub(super) struct Trouble {
    pub(super) place: String,
    /// Which resource, and by which policy.
    pub(super) subject: Option<String>,
    pub(super) message: String,
}

/// Remarks of one sort.
pub(super) struct Aside<'a> {
    pub(super) title: Bilingual<'static>,
    pub(super) lines: Vec<Remark<'a>>,
}

/// A remark about a place.
pub(super) struct Remark<'a> {
    pub(super) place: String,
    pub(super) message: Option<Bilingual<'a>>,
}

/// What could not be read or judged.
pub(super) fn troubles(report: &Report) -> Vec<Trouble> {
    let faults = report.faults.iter().map(|fault| Trouble {
        place: at(&fault.path, fault.line),
        subject: None,
        message: fault.message.clone(),
    });
    let failures = report.failures.iter().map(|failure| Trouble {
        place: at(&failure.location.path, failure.location.line),
        subject: Some(match &*failure.policy {
            "" => failure.resource.to_string(),
            policy => format!("{}, {policy}", failure.resource),
        }),
        message: failure.message.clone(),
    });
    faults.chain(failures).collect()
}

/// What was read otherwise than it may seem, and what was not judged for a reason.
pub(super) fn asides(report: &Report) -> Vec<Aside<'_>> {
    let notes = report.notes.iter().map(|note| Remark {
        place: at(&note.path, note.line),
        message: Some(Bilingual::new(&note.message, &note.message)),
    });
    let unmatched = report.unmatched.iter().map(|constraint| Remark {
        place: constraint.clone(),
        message: None,
    });
    let aside = |en, ja, lines| Aside {
        title: Bilingual::new(en, ja),
        lines,
    };
    let mut asides = vec![
        aside(
            "Read otherwise than it may seem",
            "解釈に注意が必要な記述",
            notes.collect(),
        ),
        aside(
            "Constraints that match nothing here",
            "対象のない Constraint",
            unmatched.collect(),
        ),
        aside(
            "Skipped: no Kubernetes resources",
            "スキップ: Kubernetes リソースではないドキュメント",
            report.skipped.iter().map(skipped).collect(),
        ),
    ];
    asides.retain(|aside| !aside.lines.is_empty());
    asides
}

fn skipped(skipped: &Skipped) -> Remark<'static> {
    let (en, ja) = match skipped.reason {
        SkipReason::NotKubernetes => ("of another kind", "別の種類"),
        SkipReason::HelmTemplate => ("to be rendered first", "未展開のテンプレート"),
        SkipReason::Kustomization => ("to be built by kustomize", "kustomization"),
        SkipReason::ToolConfiguration => ("for tools", "ツールの構成"),
    };
    Remark {
        place: at(&skipped.location.path, skipped.location.line),
        message: Some(Bilingual::new(en, ja)),
    }
}

fn at(path: &str, line: u32) -> String {
    match line {
        0 => path.to_owned(),
        line => format!("{path}:{line}"),
    }
}

/// `page` with characters made visible that a browser would drop or that would turn the order of
/// others around.
pub(super) fn visible(page: String) -> String {
    let hides = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t' | '\r'))
            || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !page.contains(hides) {
        return page;
    }
    let mut out = String::with_capacity(page.len());
    for character in page.chars() {
        if hides(character) {
            // Into a string, this does not fail.
            let _ = write!(out, "\\u{{{:x}}}", u32::from(character));
        } else {
            out.push(character);
        }
    }
    out
}
