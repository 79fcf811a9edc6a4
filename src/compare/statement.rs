//! What a run says of one resource, without the lines at which things happen to stand.

use std::sync::Arc;

use crate::bundle::Severity;
use crate::language::Text;
use crate::manifest::FieldPath;
use crate::report::{Failure, Finding, Report, ResourceRef};

/// A finding, or that something could not be judged.
#[derive(Clone, Debug)]
pub struct Statement {
    /// The source's name.
    pub source: Arc<str>,
    /// Whose it is: `apps/v1 Deployment default/web`; empty for a document that cannot be read.
    pub resource: String,
    /// The policy's id; for a user's policies the Constraint, `Kind/name`. Empty where no policy in
    /// particular is meant.
    pub policy: String,
    /// The path of the field in the resource as written.
    pub field: Option<String>,
    /// The sentence; the English one alone counts when statements are compared.
    pub message: Text,
    /// How bad it is.
    pub severity: Severity,
    /// `deny`, `warn`, `dryrun`; empty where something could not be judged.
    pub action: String,
}

impl Statement {
    /// Whether it says that something could not be judged.
    pub fn is_unjudged(&self) -> bool {
        self.action.is_empty()
    }

    /// What of two statements must be the same for them to be about the same.
    pub(super) fn key(&self) -> (&str, &str, &str) {
        (&self.source, &self.resource, &self.policy)
    }

    /// The resource's kind; empty where it has none.
    pub fn kind(&self) -> &str {
        self.resource.split(' ').nth(1).unwrap_or_default()
    }

    /// The resource's namespace; empty where it has none.
    pub fn namespace(&self) -> &str {
        let name = self.resource.splitn(3, ' ').nth(2).unwrap_or_default();
        name.split_once('/').map_or("", |(namespace, _)| namespace)
    }

    fn order(&self) -> impl Ord + '_ {
        (
            self.key(),
            self.is_unjudged(),
            self.field
                .as_deref()
                .map(|field| field.parse::<FieldPath>().unwrap_or_default()),
            self.field.as_deref(),
            &*self.message.en,
            self.severity,
            self.action.as_str(),
        )
    }
}

impl PartialEq for Statement {
    fn eq(&self, other: &Statement) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Statement {}

impl PartialOrd for Statement {
    fn partial_cmp(&self, other: &Statement) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Statement {
    fn cmp(&self, other: &Statement) -> std::cmp::Ordering {
        self.order().cmp(&other.order())
    }
}

/// All that `report` says, in order.
pub fn statements(report: &Report) -> Vec<Statement> {
    let findings = report.findings.iter().map(of_finding);
    let failures = report.failures.iter().map(of_failure);
    let faults = report.faults.iter().map(|fault| Statement {
        source: fault.path.clone(),
        resource: String::new(),
        policy: String::new(),
        field: None,
        message: Text::untranslated(&fault.message),
        severity: Severity::Unspecified,
        action: String::new(),
    });
    let mut all: Vec<Statement> = findings.chain(failures).chain(faults).collect();
    all.sort();
    all
}

fn of_finding(finding: &Finding) -> Statement {
    Statement {
        source: finding.subject.location.path.clone(),
        resource: resource(&finding.subject.resource),
        policy: policy(&finding.rule.policy, &finding.rule.constraint),
        field: finding.field.as_deref().map(str::to_owned),
        message: finding.message.clone(),
        severity: finding.rule.severity,
        action: finding.action.to_owned(),
    }
}

fn of_failure(failure: &Failure) -> Statement {
    Statement {
        source: failure.location.path.clone(),
        resource: resource(&failure.resource),
        policy: policy(&failure.policy, &failure.constraint),
        field: None,
        message: Text::untranslated(&failure.message),
        severity: Severity::Unspecified,
        action: String::new(),
    }
}

fn resource(name: &ResourceRef) -> String {
    let ResourceRef {
        api_version,
        kind,
        namespace,
        name,
    } = name;
    let name = if name.is_empty() { "(unnamed)" } else { name };
    match namespace {
        Some(namespace) => format!("{api_version} {kind} {namespace}/{name}"),
        None => format!("{api_version} {kind} {name}"),
    }
}

// A recommendation has one Constraint, a user's template may have many: they are told apart.
fn policy(id: &str, constraint: &str) -> String {
    match constraint.split_once('/') {
        Some((kind, _)) if kind == id => constraint.to_owned(),
        _ => id.to_owned(),
    }
}
