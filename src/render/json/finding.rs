//! Findings for programs. What many of them share is written once, and copied where it belongs.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io;
use std::rc::Rc;
use std::sync::Arc;

use serde::ser::{Error, SerializeSeq};
use serde::{Serialize, Serializer};

use crate::engine::Value;
use crate::language::Language;
use crate::render::pretty::{self, Layout, Written};
use crate::report::{Finding, Identity, Related, Rule, Subject};
use crate::workers;

use super::place::{WireCause, WirePlace, WireRelated};
use super::{WireLocation, WireResource};

/// So many findings are worth more than one thread.
const MANY: usize = 2_048;
/// So many are text at once, for each thread.
const PIECE: usize = 64;
/// How deep a finding stands in the document.
const DEPTH: usize = 2;

/// Made one by one as they are written: there may be many.
pub(super) struct WireFindings<'a> {
    findings: &'a [Finding],
    rules: WrittenRules,
    layout: Layout,
    threads: usize,
}

impl<'a> WireFindings<'a> {
    pub(super) fn new(
        findings: &'a [Finding],
        language: Language,
        layout: Layout,
        threads: usize,
    ) -> io::Result<Self> {
        Ok(WireFindings {
            findings,
            rules: WrittenRules::of(findings, language, layout)?,
            layout,
            threads: workers::threads(threads),
        })
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = io::Result<WireFinding<'_>>> {
        self.wired(self.findings)
    }

    fn wired<'w>(
        &'w self,
        findings: &'w [Finding],
    ) -> impl Iterator<Item = io::Result<WireFinding<'w>>> {
        let mut subject = None;
        findings.iter().map(move |finding| {
            let rule = self.rules.get(&finding.rule)?;
            WireFinding::new(finding, rule, &mut subject, self)
        })
    }
}

impl Serialize for WireFindings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.findings.len()))?;
        if self.threads < 2 || self.findings.len() < MANY {
            for finding in self.iter() {
                list.serialize_element(&finding.map_err(S::Error::custom)?)?;
            }
            return list.end();
        }
        let text = |findings: &[Finding]| pretty::elements(self.wired(findings), DEPTH);
        let take = |text: io::Result<_>| list.serialize_element(&text.map_err(S::Error::custom)?);
        workers::pass_on(self.findings, PIECE, self.threads, text, take)?;
        list.end()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireFinding<'a> {
    /// `finding`, where it stands alone.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(rename = "$fields")]
    rule: &'a Written,
    enforcement_action: &'a str,
    message: &'a str,
    container: Option<&'a str>,
    field: Option<&'a str>,
    #[serde(rename = "$fields")]
    subject: Rc<Written>,
    place: WirePlace<'a>,
    cause: Option<WireCause<'a>>,
    remediation: Option<&'a Written>,
    details: &'a Value,
    fingerprint: Identity,
    group: Identity,
}

/// The fields of a finding that tell of its rule.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireRule<'a> {
    id: &'a str,
    name: &'a str,
    severity: &'static str,
    control: Option<&'a str>,
    control_id: Option<&'a str>,
    constraint: &'a str,
}

/// Those that tell of its resource.
#[derive(Serialize)]
struct WireSubject<'a> {
    resource: WireResource<'a>,
    location: WireLocation<'a>,
}

impl<'a> WireRule<'a> {
    fn new(rule: &'a Rule, language: Language) -> Self {
        let control = rule.control.as_ref();
        WireRule {
            id: &rule.policy,
            name: rule.name.get(language),
            severity: rule.severity.name(Language::En),
            control: control.map(|control| control.name.get(language)),
            control_id: control.map(|control| &*control.id),
            constraint: &rule.constraint,
        }
    }
}

impl<'a> WireSubject<'a> {
    fn new(subject: &'a Subject) -> Self {
        WireSubject {
            resource: WireResource::new(&subject.resource),
            location: WireLocation::new(&subject.location),
        }
    }
}

impl<'a> WireFinding<'a> {
    /// A finding, with what was written of its rule; `subject` is that of the one before.
    fn new(
        finding: &'a Finding,
        rule: &'a WrittenRule,
        subject: &mut Option<WrittenSubject<'a>>,
        all: &WireFindings<'_>,
    ) -> io::Result<Self> {
        let known = subject.take();
        let same = known.filter(|known| Arc::ptr_eq(known.subject, &finding.subject));
        let subject = subject.insert(match same {
            Some(known) => known,
            None => WrittenSubject::of(&finding.subject, all.layout)?,
        });
        let place = &finding.place;
        let related = place.related.iter();
        let related = related.map(|related| subject.related(related, all.layout));
        Ok(WireFinding {
            kind: (all.layout == Layout::Line).then_some("finding"),
            rule: &rule.fields,
            enforcement_action: finding.action,
            message: finding.message.get(all.rules.language),
            container: finding.container.as_deref(),
            field: finding.field.as_deref(),
            place: WirePlace::new(place, related.collect::<io::Result<_>>()?),
            subject: subject.fields.clone(),
            cause: finding.cause.as_deref().map(WireCause::new),
            remediation: rule.remediation.as_ref(),
            details: &finding.details,
            fingerprint: finding.fingerprint,
            group: finding.group,
        })
    }
}

/// What findings say of their rules, by where those are in memory.
struct WrittenRules {
    written: HashMap<usize, WrittenRule>,
    language: Language,
}

struct WrittenRule {
    fields: Written,
    remediation: Option<Written>,
}

impl WrittenRules {
    fn of(findings: &[Finding], language: Language, layout: Layout) -> io::Result<Self> {
        let mut written = HashMap::new();
        for finding in findings {
            let rule = &finding.rule;
            if let Entry::Vacant(entry) = written.entry(Arc::as_ptr(rule).addr()) {
                let text = rule.remediation.as_ref().map(|text| text.get(language));
                entry.insert(WrittenRule {
                    fields: pretty::fields(&WireRule::new(rule, language), layout, DEPTH)?,
                    remediation: text
                        .map(|text| pretty::written(text, layout, DEPTH))
                        .transpose()?,
                });
            }
        }
        Ok(WrittenRules { written, language })
    }

    fn get(&self, rule: &Arc<Rule>) -> io::Result<&WrittenRule> {
        let written = self.written.get(&Arc::as_ptr(rule).addr());
        written.ok_or_else(|| io::Error::other("a finding of an unknown rule"))
    }
}

/// What findings say of a resource.
struct WrittenSubject<'a> {
    subject: &'a Arc<Subject>,
    fields: Rc<Written>,
    /// Places that belong to some of them.
    related: Vec<(&'a Arc<Related>, Rc<Written>)>,
}

impl<'a> WrittenSubject<'a> {
    fn of(subject: &'a Arc<Subject>, layout: Layout) -> io::Result<Self> {
        Ok(WrittenSubject {
            subject,
            fields: Rc::new(pretty::fields(&WireSubject::new(subject), layout, DEPTH)?),
            related: Vec::new(),
        })
    }

    fn related(&mut self, related: &'a Arc<Related>, layout: Layout) -> io::Result<Rc<Written>> {
        let mut known = self.related.iter();
        if let Some((_, written)) = known.find(|(known, _)| Arc::ptr_eq(known, related)) {
            return Ok(written.clone());
        }
        // In an array in a place in a finding.
        let written = pretty::written(&WireRelated::new(related), layout, DEPTH + 3)?;
        let written = Rc::new(written);
        self.related.push((related, written.clone()));
        Ok(written)
    }
}
