//! One policy asked one thing at a time, with all that can be seen of it: the value, what was
//! printed, how far each body came. Everything at its place in its author's files.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::bundle::{Policy, take_unanswered};
use crate::engine::{BodyKind, Machine, Module, Print, Probes, Query, Seen, Value, statements};
use crate::manifest::Fault;

use super::answer::{Unanswered, Violation};

/// A policy that is looked into.
pub struct Evaluator<'a> {
    policy: &'a Policy,
    machine: Machine,
    rule: String,
    texts: BTreeMap<(String, u32, u32), String>,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Evaluated {
    /// The value, `None` where it is undefined; or why there is none, in one line.
    pub answer: Result<Option<Value>, String>,
    /// What was printed.
    pub prints: Vec<Print>,
    /// The bodies that were entered, in that order; empty where no trace was asked for.
    pub trace: Vec<Traced>,
    /// There was more to trace than is kept.
    pub truncated: bool,
}

/// One body.
#[derive(Clone, Debug)]
pub struct Traced {
    /// The file.
    pub path: Arc<str>,
    /// Its line there.
    pub line: u32,
    /// Column in characters.
    pub column: u32,
    /// The rule that it is, or is in.
    pub rule: String,
    /// What it is.
    pub kind: BodyKind,
    /// How often it was begun.
    pub entered: usize,
    /// How often all of it held.
    pub held: usize,
    /// With which values.
    pub holds: Vec<Seen>,
    /// Its statements.
    pub steps: Vec<TracedLine>,
}

/// One statement.
#[derive(Clone, Debug)]
pub struct TracedLine {
    /// Its line in the file.
    pub line: u32,
    /// Column in characters.
    pub column: u32,
    /// Its text, on one line.
    pub text: String,
    /// How often it was reached.
    pub reached: usize,
    /// How often the evaluation went no further.
    pub stopped: usize,
    /// With which values.
    pub stops: Vec<Seen>,
}

impl<'a> Evaluator<'a> {
    /// For the rule of `policy`, or for `query` about it; `traced`: with how far each body comes.
    pub fn new(
        policy: &'a Policy,
        query: Option<&Query>,
        traced: bool,
    ) -> Result<Evaluator<'a>, Vec<Fault>> {
        let more: Vec<Module> = query.iter().map(|query| query.module.clone()).collect();
        let program = policy
            .program_with(&more, |options| {
                options.prints = true;
                options.probes = if traced { Probes::Values } else { Probes::None };
            })
            .map_err(|faults| {
                let place = |fault: crate::engine::Fault| match query {
                    Some(query) => policy.place(&query.place(fault)),
                    None => policy.place(&fault),
                };
                faults.into_iter().map(place).collect::<Vec<_>>()
            })?;
        let mut texts = BTreeMap::new();
        for module in policy.modules().filter(|_| traced) {
            for ((line, column), text) in statements(module) {
                texts.insert((module.name.clone(), line, column), text);
            }
        }
        let rule = query.map_or(&policy.template.entry, |query| &query.rule);
        Ok(Evaluator {
            policy,
            machine: program.machine(),
            rule: rule.clone(),
            texts,
        })
    }

    /// Asks about `input`, with `data`.
    pub fn ask(&mut self, input: Value, data: Value) -> Evaluated {
        let prepared = self.machine.set_data(data);
        take_unanswered();
        let answer = prepared.and_then(|()| self.machine.eval(&self.rule, input));
        let answer = match (take_unanswered(), answer) {
            (Some(message), _) => Err(message),
            (None, Ok(value)) => Ok(value),
            (None, Err(error)) if error.module.is_empty() => Err(error.message),
            (None, Err(error)) => {
                let (module, message) = (error.module, error.message);
                let place = self
                    .policy
                    .place_at(&module, error.line, error.column, message);
                Err(place.to_string())
            }
        };
        let prints = self.machine.take_prints().into_iter().map(|print| {
            let place = self
                .policy
                .place_at(&print.module, print.line, 1, String::new());
            Print {
                module: place.path.to_string(),
                line: place.line,
                ..print
            }
        });
        let prints = prints.collect();
        let trace = self.machine.take_trace();
        // The query itself is nobody's file.
        let own = |body: &&crate::engine::TracedBody| {
            self.policy
                .modules()
                .any(|module| module.name == body.module)
        };
        let traced = trace.bodies.iter().filter(own);
        Evaluated {
            answer,
            prints,
            trace: traced.map(|body| self.traced(body)).collect(),
            truncated: trace.truncated,
        }
    }

    fn traced(&self, body: &crate::engine::TracedBody) -> Traced {
        let at = |line, column| {
            let none = String::new();
            self.policy.place_at(&body.module, line, column, none)
        };
        let place = at(body.line, body.column);
        let steps = body.steps.iter().map(|step| {
            let place = at(step.line, step.column);
            let key = (body.module.clone(), step.line, step.column);
            TracedLine {
                line: place.line,
                column: place.column,
                text: self.texts.get(&key).cloned().unwrap_or_default(),
                reached: step.reached,
                stopped: step.stopped,
                stops: step.stops.clone(),
            }
        });
        Traced {
            path: place.path.clone(),
            line: place.line,
            column: place.column,
            rule: body.rule.clone(),
            kind: body.kind,
            entered: body.entered,
            held: body.held,
            holds: body.holds.clone(),
            steps: steps.collect(),
        }
    }
}

/// One violation that a policy answers with.
#[derive(Clone, Debug)]
pub struct Said {
    /// Its message.
    pub message: String,
    /// Its details.
    pub details: Value,
    /// The field that it is about.
    pub field: Option<String>,
    /// Where that stands in the object's file: line and column.
    pub place: Option<(u32, u32)>,
}

impl Evaluated {
    /// The violations in the answer of a policy; an error where they are no violations.
    pub fn violations(&self) -> Result<Vec<Said>, String> {
        let answer = self.answer.clone()?;
        let found = Violation::all(answer).map_err(|unanswered| match unanswered {
            Unanswered::Conflict(message) | Unanswered::Failed(message) => message,
        })?;
        let said = |violation: Violation| Said {
            field: violation.field().map(ToString::to_string),
            message: violation.message.to_string(),
            details: violation.details,
            place: None,
        };
        Ok(found.into_iter().map(said).collect())
    }
}
