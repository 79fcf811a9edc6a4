//! PolicyReports of the Kubernetes policy working group (wgpolicyk8s.io/v1alpha2): one for each
//! namespace, and a ClusterPolicyReport for all that is in none.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::bundle::Severity;
use crate::gatekeeper::EnforcementAction;
use crate::language::Language;
use crate::report::{Finding, Outcome, Report, ResourceRef};

use super::shared::{self, Trouble};

/// The report as YAML documents, as `kubectl apply` takes them.
pub fn policyreport(report: &Report, language: Language) -> String {
    let mut spaces: BTreeMap<Option<&str>, Vec<Entry<'_>>> = BTreeMap::new();
    // There is always one for the cluster: it says which policies everything keeps.
    spaces.insert(None, Vec::new());
    for finding in &report.findings {
        let namespace = finding.subject.resource.namespace.as_deref();
        let entries = spaces.entry(namespace).or_default();
        entries.push(Entry::of_finding(finding, language));
    }
    for trouble in shared::troubles(report) {
        let namespace = trouble.resource.and_then(|it| it.namespace.as_deref());
        let entries = spaces.entry(namespace).or_default();
        entries.push(Entry::of_trouble(&trouble, language));
    }
    let cluster = spaces.entry(None).or_default();
    for assessment in &report.assessments {
        let result = match assessment.outcome() {
            Outcome::Healthy => "pass",
            Outcome::NotApplicable | Outcome::Disabled => "skip",
            // Their results are the findings and troubles above.
            Outcome::Unhealthy | Outcome::Unknown => continue,
        };
        cluster.push(Entry {
            source: env!("CARGO_PKG_NAME"),
            policy: &assessment.policy,
            rule: "",
            category: assessment.control.as_ref().map(|it| it.name.get(language)),
            severity: severity(assessment.severity),
            result,
            scored: true,
            message: assessment.name.get(language).to_owned(),
            resources: Vec::new(),
            properties: BTreeMap::from([("healthy", assessment.healthy.to_string())]),
        });
    }
    let mut out = String::new();
    for (namespace, results) in spaces {
        let document = Document::new(namespace, results);
        out.push_str("---\n");
        // Texts, numbers and maps with text keys: there is nothing that could fail.
        out.push_str(&serde_yaml::to_string(&document).unwrap_or_default());
    }
    out
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    api_version: &'static str,
    kind: &'static str,
    metadata: Metadata<'a>,
    summary: Summary,
    results: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Metadata<'a> {
    name: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<&'a str>,
    labels: BTreeMap<&'static str, &'static str>,
}

#[derive(Default, Serialize)]
struct Summary {
    pass: usize,
    fail: usize,
    warn: usize,
    error: usize,
    skip: usize,
}

#[derive(Serialize)]
struct Entry<'a> {
    source: &'static str,
    policy: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    rule: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    severity: Option<&'static str>,
    result: &'static str,
    scored: bool,
    message: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    resources: Vec<Reference<'a>>,
    properties: BTreeMap<&'static str, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Reference<'a> {
    api_version: &'a str,
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<&'a str>,
    name: &'a str,
}

impl<'a> Document<'a> {
    fn new(namespace: Option<&'a str>, results: Vec<Entry<'a>>) -> Self {
        let mut summary = Summary::default();
        for entry in &results {
            match entry.result {
                "pass" => summary.pass += 1,
                "fail" => summary.fail += 1,
                "warn" => summary.warn += 1,
                "skip" => summary.skip += 1,
                _ => summary.error += 1,
            }
        }
        let name = env!("CARGO_PKG_NAME");
        Document {
            api_version: "wgpolicyk8s.io/v1alpha2",
            kind: match namespace {
                Some(_) => "PolicyReport",
                None => "ClusterPolicyReport",
            },
            metadata: Metadata {
                name,
                namespace,
                labels: BTreeMap::from([("app.kubernetes.io/managed-by", name)]),
            },
            summary,
            results,
        }
    }
}

impl<'a> Entry<'a> {
    fn of_finding(finding: &'a Finding, language: Language) -> Self {
        // A policy that nobody rated refuses, or it does not count.
        let refuses = finding.action == EnforcementAction::Deny.name();
        let fails = finding.rule.severity != Severity::Unspecified || refuses;
        let mut properties = place(
            &finding.subject.location.path,
            (finding.place.start.line, finding.place.start.column),
        );
        properties.insert("precision", finding.place.precision.name().to_owned());
        properties.insert("enforcementAction", finding.action.to_owned());
        properties.insert("fingerprint", finding.fingerprint.to_string());
        let field = shared::field_of(finding);
        if !field.is_empty() {
            properties.insert("field", field);
        }
        if let Some(container) = &finding.container {
            properties.insert("container", container.to_string());
        }
        Entry {
            source: env!("CARGO_PKG_NAME"),
            policy: &finding.rule.policy,
            rule: &finding.rule.constraint,
            category: finding
                .rule
                .control
                .as_ref()
                .map(|it| it.name.get(language)),
            severity: severity(finding.rule.severity),
            result: if fails { "fail" } else { "warn" },
            scored: fails,
            message: finding.message.get(language).to_owned(),
            resources: vec![Reference::new(&finding.subject.resource)],
            properties,
        }
    }

    fn of_trouble(trouble: &Trouble<'a>, language: Language) -> Self {
        // Every result has to name a policy.
        let policy = match trouble.policy {
            "" => trouble.kind,
            policy => policy,
        };
        Entry {
            source: env!("CARGO_PKG_NAME"),
            policy,
            rule: trouble.constraint,
            category: None,
            severity: None,
            result: "error",
            scored: true,
            message: trouble.sentence(language),
            resources: trouble.resource.map(Reference::new).into_iter().collect(),
            properties: place(trouble.path, (trouble.line, trouble.column)),
        }
    }
}

impl<'a> Reference<'a> {
    fn new(resource: &'a ResourceRef) -> Self {
        Reference {
            api_version: &resource.api_version,
            kind: &resource.kind,
            namespace: resource.namespace.as_deref(),
            name: &resource.name,
        }
    }
}

fn severity(severity: Severity) -> Option<&'static str> {
    match severity {
        Severity::High => Some("high"),
        Severity::Medium => Some("medium"),
        Severity::Low => Some("low"),
        Severity::Unspecified => None,
    }
}

fn place(path: &str, (line, column): (u32, u32)) -> BTreeMap<&'static str, String> {
    let mut properties = BTreeMap::from([("path", path.to_owned())]);
    for (key, number) in [("line", line), ("column", column)] {
        if number > 0 {
            properties.insert(key, number.to_string());
        }
    }
    properties
}
