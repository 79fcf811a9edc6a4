//! The report as one page for a browser: complete in itself, readable without scripts, in both
//! languages. Nothing of a manifest can become markup: the template engine escapes it, and the
//! page's own policy allows no script and no style but those written here.

mod bilingual;
mod groups;
mod listing;
mod remarks;

use askama::Template;
use data_encoding::BASE64;
use sha2::{Digest, Sha256};

use crate::language::Language;
use crate::report::{Assessment, ControlScore, Finding, Outcome, Points, Report};

use super::score::number;
use super::words::outcome;

use bilingual::{Bilingual, WithCode};
use groups::{Count, Grade, Namespace};
use remarks::{Aside, Trouble};

const STYLE: &str = include_str!("html/style.css");
const SCRIPT: &str = include_str!("html/script.js");

/// So many findings are shown at once; of more, each resource is opened by the reader.
const OPEN: usize = 100;

/// The report as an HTML page that begins in `language`.
pub fn html(report: &Report, language: Language) -> String {
    let namespaces = groups::namespaces(&report.findings);
    let page = Page {
        language: match language {
            Language::En => "en",
            Language::Ja => "ja",
        },
        current: language,
        version: env!("CARGO_PKG_VERSION"),
        title: Bilingual::new("sekisho security report", "sekisho セキュリティ レポート"),
        all: Bilingual::new("all", "すべて"),
        style: STYLE,
        style_hash: hash(STYLE),
        script: SCRIPT,
        script_hash: hash(SCRIPT),
        total: report.score.total().map(Total::new),
        configured: report.score.configured().map(Total::new),
        unconfigured: report.score.unconfigured.iter().map(|id| &**id).collect(),
        severities: Count::all(&report.by_severity()),
        findings: report.findings.len(),
        resources: report.resources,
        judged: report.judged,
        affected: namespaces.iter().map(|it| it.workloads.len()).sum(),
        complete: report.is_complete(),
        troubles: remarks::troubles(report),
        asides: remarks::asides(report),
        unjudged: report.score.controls.iter().any(|it| it.all.unjudged > 0),
        controls: report.score.controls.iter().map(Control::new).collect(),
        recommendations: recommendations(report),
        open: report.findings.len() <= OPEN,
        namespaces,
    };
    // Writing to a string does not fail, and the templates themselves raise nothing.
    remarks::visible(page.render().unwrap_or_default())
}

#[derive(Template)]
#[template(path = "page.html", config = "src/render/html/askama.toml")]
struct Page<'a> {
    language: &'static str,
    current: Language,
    version: &'static str,
    title: Bilingual<'static>,
    all: Bilingual<'static>,
    style: &'static str,
    style_hash: String,
    script: &'static str,
    script_hash: String,
    total: Option<Total>,
    configured: Option<Total>,
    unconfigured: Vec<&'a str>,
    severities: Vec<Count>,
    findings: usize,
    resources: usize,
    judged: usize,
    affected: usize,
    complete: bool,
    troubles: Vec<Trouble>,
    asides: Vec<Aside<'a>>,
    unjudged: bool,
    controls: Vec<Control<'a>>,
    recommendations: Vec<Recommendation<'a>>,
    open: bool,
    namespaces: Vec<Namespace<'a>>,
}

impl Page<'_> {
    fn t<'t>(&self, en: &'t str, ja: &'t str) -> Bilingual<'t> {
        Bilingual::new(en, ja)
    }

    fn code<'t>(&self, en: &'t str, ja: &'t str) -> WithCode<'t> {
        WithCode(Bilingual::new(en, ja))
    }
}

/// The secure score in words.
struct Total {
    percent: String,
    points_en: String,
    points_ja: String,
}

impl Total {
    fn new(points: Points) -> Total {
        let (current, max) = (number(points.rounded()), points.max);
        Total {
            percent: number(points.percent()),
            points_en: format!("{current} of {max} points"),
            points_ja: format!("{max} 点中 {current} 点"),
        }
    }
}

/// A row of the table of controls.
struct Control<'a> {
    name: Bilingual<'a>,
    current: String,
    max: u32,
    healthy: usize,
    unhealthy: usize,
    unjudged: usize,
}

impl<'a> Control<'a> {
    fn new(score: &'a ControlScore) -> Control<'a> {
        Control {
            name: (&score.control.name).into(),
            current: number(score.points().map_or(0.0, |points| points.rounded())),
            max: score.control.max_score,
            healthy: score.all.healthy,
            unhealthy: score.all.unhealthy,
            unjudged: score.all.unjudged,
        }
    }
}

/// A row of the table of recommendations.
struct Recommendation<'a> {
    id: &'a str,
    name: Bilingual<'a>,
    severity: Grade,
    control: Option<Bilingual<'a>>,
    healthy: usize,
    unhealthy: usize,
    outcome: Bilingual<'static>,
    class: &'static str,
    unconfigured: bool,
    findings: usize,
    about: Vec<WithCode<'a>>,
    link: Option<&'a str>,
}

// The worst severity first; in each, what is violated before what is not.
fn recommendations(report: &Report) -> Vec<Recommendation<'_>> {
    let mut assessments: Vec<&Assessment> = report.assessments.iter().collect();
    assessments.sort_by_key(|one| {
        let rank = match one.outcome() {
            Outcome::Unhealthy => 0,
            Outcome::Unknown => 1,
            Outcome::Healthy => 2,
            Outcome::NotApplicable => 3,
            Outcome::Disabled => 4,
        };
        (std::cmp::Reverse(one.severity), rank)
    });
    assessments
        .into_iter()
        .map(|one| recommendation(one, &report.findings))
        .collect()
}

fn recommendation<'a>(one: &'a Assessment, findings: &'a [Finding]) -> Recommendation<'a> {
    let own = || {
        findings
            .iter()
            .filter(|finding| finding.rule.policy == one.policy)
    };
    let result = one.outcome();
    Recommendation {
        id: &one.policy,
        name: (&one.name).into(),
        severity: Grade::of(one.severity),
        control: one.control.as_ref().map(|control| (&control.name).into()),
        healthy: one.healthy,
        unhealthy: one.unhealthy,
        outcome: Bilingual::new(outcome(result, Language::En), outcome(result, Language::Ja)),
        class: match result {
            Outcome::NotApplicable | Outcome::Disabled => "idle",
            _ => "",
        },
        unconfigured: one.unconfigured && !one.disabled,
        findings: own().count(),
        about: [&one.description, &one.remediation]
            .into_iter()
            .flatten()
            .map(|text| WithCode(text.into()))
            .collect(),
        // A policy may say anything; only an address of the web is followed.
        link: one
            .link
            .as_deref()
            .filter(|link| link.starts_with("https://") || link.starts_with("http://")),
    }
}

/// As a content security policy names a script or style.
fn hash(text: &str) -> String {
    format!("sha256-{}", BASE64.encode(&Sha256::digest(text.as_bytes())))
}
