//! `sekisho eval`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};

use crate::bundle::{Bundle, Policy};
use crate::check::{self, Evaluated, Evaluator, Options, Question};
use crate::engine::{self, Query, Value};
use crate::language::Language;
use crate::manifest::{self, Manifest, Resource};
use crate::render::inspect::{self, Answer};
use crate::source::{self, Source};
use crate::suggest;

use super::Status;
use super::shared::{self, Selection};

/// Ask a policy about an object, or put a query, and look inside: values, what is printed, a trace
#[derive(Args)]
pub(super) struct Eval {
    /// A policy (its id, or a file or folder with it), or a query: `data.NAME.violation`,
    /// `input.review.object.spec`, any expression
    #[arg(value_name = "POLICY|QUERY")]
    what: String,
    /// Files with objects; `-` is stdin
    #[arg(value_name = "OBJECT")]
    objects: Vec<PathBuf>,
    /// A file with objects, or with the whole `input` of a query; repeatable
    #[arg(short, long, value_name = "FILE")]
    input: Vec<PathBuf>,
    /// Show how far each body of the Rego came, and with which values
    #[arg(long)]
    trace: bool,
    /// Form of the answers on stdout
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: Output,
    /// Namespace of resources that name none
    #[arg(
        long = "default-namespace",
        value_name = "NAME",
        default_value = "default"
    )]
    fallback_namespace: String,
    #[command(flatten)]
    selection: Selection,
}

#[derive(Clone, Copy, ValueEnum)]
enum Output {
    /// For people
    Text,
    /// For programs
    Json,
}

/// What was read.
struct Objects {
    resources: Vec<Resource>,
    sources: BTreeMap<Arc<str>, Source>,
    /// A document that is no object: the whole `input`.
    whole: Option<Value>,
}

impl Eval {
    pub(super) fn run(&mut self, language: Language) -> Result<Status> {
        if Path::new(&self.what).exists() {
            self.selection.only_from(PathBuf::from(&self.what));
        }
        let bundle = self.selection.bundle()?;
        let query = self.query(&bundle)?;
        let objects = self.objects(query.is_some())?;
        let mut answers = Vec::new();
        match &query {
            Some(query) => self.put(query, &bundle, &objects, &mut answers)?,
            None => self.ask(&bundle, &objects, None, &mut answers)?,
        }
        if answers.is_empty() {
            bail!("there is nothing to ask about: name a file with an object");
        }
        let text = match self.output {
            Output::Text => inspect::text(&answers, language, &shared::canvas()),
            Output::Json => inspect::json(&answers),
        };
        shared::write(&text)?;
        if answers
            .iter()
            .any(|answer| answer.evaluated.answer.is_err())
        {
            shared::complain(&anyhow::anyhow!("not everything could be evaluated"));
            return Ok(Status::Failed);
        }
        Ok(Status::Clean)
    }

    /// `None`: a policy is asked, not a query put.
    fn query(&self, bundle: &Bundle) -> Result<Option<Query>> {
        let what = self.what.as_str();
        if Path::new(what).exists() || bundle.get(what).is_some() {
            return Ok(None);
        }
        let is_word = what
            .chars()
            .all(|c| c.is_alphanumeric() || c == '_' || c == '-');
        if is_word && !["input", "data", "true", "false", "null"].contains(&what) {
            bail!("no policy `{what}`{}", suggest::among(what, bundle.ids()));
        }
        match engine::query(what) {
            Ok(query) => Ok(Some(query)),
            Err(fault) => bail!(
                "the query does not parse: {} (line {}, column {})",
                fault.message,
                fault.line,
                fault.column
            ),
        }
    }

    fn objects(&self, takes_whole: bool) -> Result<Objects> {
        let paths: Vec<PathBuf> = self.objects.iter().chain(&self.input).cloned().collect();
        let mut objects = Objects {
            resources: Vec::new(),
            sources: BTreeMap::new(),
            whole: None,
        };
        if paths.is_empty() {
            return Ok(objects);
        }
        let found = source::discover(&paths, 0);
        if let Some(fault) = found.faults.first() {
            bail!("{}", fault.message);
        }
        for path in &found.sources {
            let source = Source::read(path)?;
            let read: Manifest = manifest::read(&source);
            if !read.faults.is_empty() {
                return Err(shared::said(read.faults));
            }
            if read.resources.is_empty() && takes_whole {
                objects.whole =
                    Some(manifest::value(&source).map_err(|it| shared::said(vec![it]))?);
            }
            objects.resources.extend(read.resources);
            objects.sources.insert(source.name.clone(), source);
        }
        if objects.resources.is_empty() && objects.whole.is_none() {
            bail!("there is no Kubernetes object in what was named");
        }
        Ok(objects)
    }

    /// Puts a query to the policy that it speaks of.
    fn put(
        &self,
        query: &Query,
        bundle: &Bundle,
        objects: &Objects,
        answers: &mut Vec<Answer>,
    ) -> Result<()> {
        if !objects.resources.is_empty() {
            return self.ask(bundle, objects, Some(query), answers);
        }
        let Some((_, policy)) = spoken_of(query, bundle)? else {
            bail!("there is no policy to put the query to");
        };
        let mut evaluator =
            Evaluator::new(policy, Some(query), self.trace).map_err(shared::said)?;
        let input = objects.whole.clone().unwrap_or(Value::Undefined);
        let evaluated = evaluator.ask(input, Value::new_object());
        answers.push(Answer {
            policy: policy.id.clone(),
            question: None,
            location: None,
            evaluated: each(query, evaluated),
            violations: None,
        });
        Ok(())
    }

    /// Asks about every object.
    fn ask(
        &self,
        bundle: &Bundle,
        objects: &Objects,
        query: Option<&Query>,
        answers: &mut Vec<Answer>,
    ) -> Result<()> {
        let options = Options {
            fallback_namespace: self.fallback_namespace.clone(),
            ..Options::default()
        };
        let (questions, wrong) = check::questions(bundle, &objects.resources, &options, true);
        if let Some((at, message)) = wrong.first() {
            let place = objects.resources.get(*at).map(|it| it.location.to_string());
            bail!("{}: {message}", place.unwrap_or_default());
        }
        let chosen = match query {
            Some(query) => spoken_of(query, bundle)?.map(|(index, _)| index),
            None => bundle.policies.iter().position(|it| *it.id == *self.what),
        };
        let mut evaluators: BTreeMap<usize, Evaluator<'_>> = BTreeMap::new();
        for question in questions {
            if chosen.is_some_and(|chosen| chosen != question.policy) {
                continue;
            }
            let Some(policy) = bundle.policies.get(question.policy) else {
                continue;
            };
            let evaluator = match evaluators.entry(question.policy) {
                std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
                std::collections::btree_map::Entry::Vacant(free) => {
                    free.insert(Evaluator::new(policy, query, self.trace).map_err(shared::said)?)
                }
            };
            let evaluated = evaluator.ask(question.input.clone(), question.data.clone());
            answers.push(answer(objects, policy, question, query, evaluated));
        }
        Ok(())
    }
}

fn answer(
    objects: &Objects,
    policy: &Policy,
    question: Question,
    query: Option<&Query>,
    mut evaluated: Evaluated,
) -> Answer {
    let resource = objects.resources.get(question.resource);
    let (evaluated, violations) = match query {
        Some(query) => (each(query, evaluated), None),
        None => {
            let violations = match evaluated.violations() {
                Ok(violations) => violations,
                Err(message) => {
                    evaluated.answer = Err(message);
                    Vec::new()
                }
            };
            let placed = violations.into_iter().map(|mut violation| {
                let field = violation.field.as_deref().map(|it| question.as_written(it));
                if let (Some(field), Some(resource)) = (&field, resource)
                    && let Some(source) = objects.sources.get(&resource.location.path)
                {
                    let path: manifest::FieldPath = field.parse().unwrap_or_default();
                    let found = manifest::positions(source, &resource.location).find(&path.0);
                    violation.place = Some((found.place.line, found.place.column));
                }
                violation.field = field;
                violation
            });
            let placed = placed.collect();
            (evaluated, Some(placed))
        }
    };
    Answer {
        policy: policy.id.clone(),
        location: resource.map(|resource| resource.location.clone()),
        question: Some(question),
        evaluated,
        violations,
    }
}

/// The answers to a query: one of them, or a list.
fn each(query: &Query, evaluated: Evaluated) -> Evaluated {
    let answer = evaluated.answer.map(|value| match value {
        Some(Value::Array(items)) => match items.len() {
            0 if query.binds => Some(Value::Array(items)),
            0 => None,
            1 => items.first().cloned(),
            _ => Some(Value::Array(items)),
        },
        other => other,
    });
    Evaluated {
        answer,
        ..evaluated
    }
}

/// The policy whose Rego a query speaks of; the first where it speaks of none.
fn spoken_of<'a>(query: &Query, bundle: &'a Bundle) -> Result<Option<(usize, &'a Policy)>> {
    let outline = engine::outline(&query.module)
        .map_err(|fault| anyhow::anyhow!("the query does not parse: {}", fault.message))?;
    let named: Vec<&[String]> = outline
        .data
        .iter()
        .filter_map(|reference| reference.path.get(1..))
        .filter(|path| path.first().is_some_and(|first| first != "inventory"))
        .collect();
    let has = |policy: &Policy, path: &[String]| {
        policy.modules().any(|module| {
            engine::outline(module).is_ok_and(|outline| {
                let package = &outline.package.path;
                path.starts_with(package) || package.starts_with(path)
            })
        })
    };
    let mut policies = bundle.policies.iter().enumerate();
    if named.is_empty() {
        return Ok(policies.next());
    }
    let found = policies.find(|(_, policy)| named.iter().all(|path| has(policy, path)));
    if found.is_none() {
        let path: Vec<String> = named.first().map(|path| path.to_vec()).unwrap_or_default();
        bail!("no policy defines `data.{}`", path.join("."));
    }
    Ok(found)
}
