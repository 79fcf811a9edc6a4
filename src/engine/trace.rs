//! How far each body of a program came in one evaluation, and with which values.

use std::collections::BTreeMap;

use regorus::Value;

use super::probe::{BodySite, Sites};

/// Where a body stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BodyKind {
    /// A definition of a rule.
    Rule,
    /// What follows `else`.
    Else,
    /// Inside of `[… | …]`, `{… | …}` or `{…: … | …}`.
    Comprehension,
    /// Inside of `every`.
    Every,
}

/// The bodies that one evaluation entered, in the order in which it entered them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    /// The bodies.
    pub bodies: Vec<TracedBody>,
    /// The evaluation went on for so long that not all of it was noted.
    pub truncated: bool,
}

/// One body.
#[derive(Clone, Debug, PartialEq)]
pub struct TracedBody {
    /// The module's name.
    pub module: String,
    /// The name of the rule that it is, or is in.
    pub rule: String,
    /// What it is.
    pub kind: BodyKind,
    /// Line in the module's text.
    pub line: u32,
    /// Column in characters.
    pub column: u32,
    /// How often it was begun.
    pub entered: usize,
    /// How often all of it held.
    pub held: usize,
    /// The values with which it held, each once, the first few.
    pub holds: Vec<Seen>,
    /// Its statements in the order in which they are evaluated.
    pub steps: Vec<TracedStep>,
}

/// One statement of a body.
#[derive(Clone, Debug, PartialEq)]
pub struct TracedStep {
    /// Line in the module's text.
    pub line: u32,
    /// Column in characters.
    pub column: u32,
    /// Whether it is a `not`.
    pub negated: bool,
    /// How often it was reached.
    pub reached: usize,
    /// How often the evaluation went no further.
    pub stopped: usize,
    /// What it looked at when it went no further, each once, the first few.
    pub stops: Vec<Seen>,
}

/// What a statement looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// As written in the text, and its values: none where it is undefined, several where it iterates.
    pub values: Vec<(String, Vec<Value>)>,
}

/// So many different sets of values are kept of a statement.
const KEPT: usize = 8;

impl Trace {
    pub(super) fn of(sites: &Sites, events: &[(usize, Value)], truncated: bool) -> Trace {
        let mut order: Vec<usize> = Vec::new();
        let mut walks: BTreeMap<usize, Walk> = BTreeMap::new();
        for (call, shown) in events {
            let Some((body, step)) = sites.calls.get(*call) else {
                continue;
            };
            let Some(site) = sites.bodies.get(*body) else {
                continue;
            };
            let walk = walks.entry(*body).or_insert_with(|| {
                order.push(*body);
                Walk::new(site)
            });
            walk.step(site, *step, shown);
        }
        let bodies = order.iter().filter_map(|body| {
            let mut walk = walks.remove(body)?;
            walk.stop();
            Some(walk.body)
        });
        Trace {
            bodies: bodies.collect(),
            truncated,
        }
    }

    /// The body that came furthest of those that define `rule`: where one has to look first for the
    /// reason why the rule has no value.
    pub fn furthest(&self, rule: &str) -> Option<&TracedBody> {
        let of_rule = |body: &&TracedBody| {
            body.rule == rule && matches!(body.kind, BodyKind::Rule | BodyKind::Else)
        };
        let far = |body: &&TracedBody| body.last().map_or(0, |(at, _)| at + 1);
        let mut best: Option<&TracedBody> = None;
        for body in self.bodies.iter().filter(of_rule) {
            if best.is_none_or(|known| far(&body) > far(&known)) {
                best = Some(body);
            }
        }
        best
    }
}

impl TracedBody {
    /// The last statement at which the evaluation went no further, and its position.
    pub fn last(&self) -> Option<(usize, &TracedStep)> {
        let stopped = self.steps.iter().enumerate();
        stopped.rev().find(|(_, step)| step.stopped > 0)
    }
}

/// The events of one body, read in their order: a statement that is reached again, or one before
/// it, says that the way which was being followed ended where it was.
struct Walk {
    body: TracedBody,
    /// The statement that was reached last, with its values; `None` where the body held.
    at: Option<(usize, Seen)>,
}

impl Walk {
    fn new(site: &BodySite) -> Walk {
        let steps = site.steps.iter().map(|step| TracedStep {
            line: step.place.line,
            column: step.place.column,
            negated: step.negated,
            reached: 0,
            stopped: 0,
            stops: Vec::new(),
        });
        Walk {
            body: TracedBody {
                module: site.module.clone(),
                rule: site.rule.clone(),
                kind: site.kind,
                line: site.place.line,
                column: site.place.column,
                entered: 0,
                held: 0,
                holds: Vec::new(),
                steps: steps.collect(),
            },
            at: None,
        }
    }

    fn step(&mut self, site: &BodySite, step: usize, shown: &Value) {
        let went_on = self.at.as_ref().is_some_and(|(before, _)| *before < step);
        if !went_on {
            self.stop();
        }
        if step == 0 {
            self.body.entered += 1;
        }
        match self.body.steps.get_mut(step) {
            Some(reached) => {
                reached.reached += 1;
                let labels = site.steps.get(step).map(|step| step.labels.as_slice());
                self.at = Some((step, seen(labels.unwrap_or_default(), shown)));
            }
            None => {
                self.at = None;
                self.body.held += 1;
                keep(&mut self.body.holds, seen(&site.labels, shown));
            }
        }
    }

    fn stop(&mut self) {
        if let Some((step, seen)) = self.at.take()
            && let Some(step) = self.body.steps.get_mut(step)
        {
            step.stopped += 1;
            keep(&mut step.stops, seen);
        }
    }
}

fn keep(kept: &mut Vec<Seen>, seen: Seen) {
    if kept.len() < KEPT && !kept.contains(&seen) {
        kept.push(seen);
    }
}

fn seen(labels: &[String], shown: &Value) -> Seen {
    let items = |value: &Value| match value {
        Value::Array(items) => items.to_vec(),
        _ => Vec::new(),
    };
    let lists = items(shown);
    let values = labels
        .iter()
        .zip(&lists)
        .map(|(label, list)| (label.clone(), items(list)));
    Seen {
        values: values.collect(),
    }
}
