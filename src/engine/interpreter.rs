//! regorus' interpreter: any program.

use std::collections::BTreeSet;
use std::num::{NonZeroU32, NonZeroUsize};

use regorus::utils::limits::ExecutionTimerConfig;
use regorus::{Engine, PolicyLengthConfig, Value};

use super::catalogue;
use super::check::Named;
use super::conform::{Style, Written};
use super::fault::{EvalError, EvalErrorKind, Fault, FaultKind};
use super::options::{Limits, Options, Probes};
use super::probe::{self, Sites};
use super::program::write;
use super::syntax::tree::{Kind, Place};

/// Begins the message of a built-in error, so that it is known again in what regorus makes of it.
pub(super) const BUILTIN_ERROR: &str = "sekisho-builtin: ";

/// A prepared engine, cloned for each machine.
pub(super) struct Interpreter {
    pub(super) engine: Engine,
    pub(super) written: Vec<Written>,
    /// Where the evaluation is recorded.
    pub(super) sites: Sites,
}

impl Interpreter {
    pub(super) fn new(
        trees: &[Named],
        entry: &str,
        options: &Options,
    ) -> Result<Interpreter, Vec<Fault>> {
        let (probed, sites) = match options.probes {
            Probes::None => (None, Sites::default()),
            probes => {
                let (probed, sites) = probe::insert(trees, probes == Probes::Values);
                (Some(probed), sites)
            }
        };
        let trees = probed.as_deref().unwrap_or(trees);
        let written = write(trees, Style::Interpreter, options.prints)?;
        let mut engine = engine(&written, options)
            .map_err(|(module, error)| vec![refused(&written, module, &error)])?;
        add_functions(&mut engine, trees, options);
        engine.set_gather_prints(options.prints);
        engine.set_input(Value::new_object());
        // Prepares the engine, so that every machine's copy is.
        let first = trees
            .iter()
            .flat_map(|named| named.tree.rules.iter().map(move |rule| (named, rule)))
            .next();
        let rule = match (entry.is_empty(), first) {
            (false, _) => entry.to_owned(),
            (true, Some((named, rule))) => {
                format!("data.{}.{}", named.tree.package.join("."), rule.name.text)
            }
            (true, None) => {
                return Ok(Interpreter {
                    engine,
                    written,
                    sites,
                });
            }
        };
        if let Err(error) = engine.compile_with_entrypoint(&rule.into()) {
            let text = error.to_string();
            if !text.contains("not a valid rule path") {
                return Err(vec![refused(&written, 0, &text)]);
            }
        }
        Ok(Interpreter {
            engine,
            written,
            sites,
        })
    }
}

/// An engine with the modules in it; on failure the module's number and regorus' words.
pub(super) fn engine(written: &[Written], options: &Options) -> Result<Engine, (usize, String)> {
    let mut engine = Engine::new();
    engine.set_rego_v0(false);
    // A built-in error never reaches regorus as one unless it is to end the evaluation; what else
    // is an error, a conflict say, must not be passed over.
    engine.set_strict_builtin_errors(true);
    engine.set_policy_length_config(PolicyLengthConfig {
        max_col: NonZeroU32::MAX,
        max_file_bytes: NonZeroUsize::MAX,
        max_lines: NonZeroUsize::MAX,
    });
    engine.set_execution_timer_config(timer(&options.limits));
    for (at, module) in written.iter().enumerate() {
        engine
            .add_policy(format!("m{at}"), module.text.clone())
            .map_err(|error| (at, error.to_string()))?;
    }
    Ok(engine)
}

pub(super) fn timer(limits: &Limits) -> ExecutionTimerConfig {
    ExecutionTimerConfig {
        limit: limits.time,
        check_interval: NonZeroU32::new(64).unwrap_or(NonZeroU32::MIN),
    }
}

/// Gives the engine the built-ins that the modules call.
fn add_functions(engine: &mut Engine, trees: &[Named], options: &Options) {
    if options.probes != Probes::None {
        let probes = options.probes;
        for name in [probe::REACHED, probe::HELD] {
            let extension = move |arguments: Vec<Value>| {
                match probes {
                    Probes::Times => probe::record_time(&arguments),
                    _ => probe::record(&arguments, probes == Probes::Values),
                }
                Ok(Value::from(true))
            };
            // Fails only for a name that is there already.
            let _ = engine.add_extension(name.join("."), 2, Box::new(extension));
        }
    }
    for name in called(trees) {
        let strict = options.strict_builtins;
        if let Some(function) = options
            .functions
            .iter()
            .find(|function| function.name == name)
        {
            let call = function.call.clone();
            let extension = move |arguments: Vec<Value>| judged(call(&arguments), strict);
            // Fails only for a name that is there already.
            let _ = engine.add_extension(name, function.arity, Box::new(extension));
        } else if let Some(number) = catalogue::number(&name) {
            let extension =
                move |arguments: Vec<Value>| judged(catalogue::call(number, &arguments), strict);
            let _ = engine.add_extension(name, catalogue::arity(number), Box::new(extension));
        }
    }
}

fn judged(result: Result<Value, String>, strict: bool) -> anyhow::Result<Value> {
    match result {
        Ok(value) => Ok(value),
        Err(_) if !strict => Ok(Value::Undefined),
        Err(message) => Err(anyhow::anyhow!("{BUILTIN_ERROR}{message}")),
    }
}

/// The names of all built-ins and functions that are called, operators included.
pub(super) fn called(trees: &[Named]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let operators: Vec<&str> = ["plus", "minus", "mul", "div", "rem", "and", "or"].to_vec();
    for tree in trees {
        for rule in &tree.tree.rules {
            let mut see = |kind: &Kind| match kind {
                Kind::Call(function, _) => {
                    names.extend(function.names().map(|path| path.join(".")));
                }
                Kind::Binary(op, ..) if operators.contains(&op.name()) => {
                    names.insert(format!("sekisho.{}", op.name()));
                }
                _ => {}
            };
            rule.every_term(&mut |term| see(&term.kind));
            rule.every_statement(&mut |statement| {
                // A built-in that `with` puts in another's place.
                for with in &statement.with {
                    names.extend(with.value.names().map(|path| path.join(".")));
                }
            });
        }
    }
    names.retain(|name| !name.starts_with("data."));
    names
}

/// A module that regorus does not take although it is sound: said as a fault, never passed over.
fn refused(written: &[Written], module: usize, text: &str) -> Fault {
    let (at, line, column) = position(text).unwrap_or((module, 0, 0));
    let place = written
        .get(at)
        .map_or(Place::default(), |written| written.place(line, column));
    let name = written.get(at).map_or("", |written| written.name.as_str());
    Fault::new(
        FaultKind::Limit,
        place,
        format!("cannot be evaluated here: {}", message(text)),
    )
    .within(name)
}

/// The first `--> m0:3:7` in what regorus says.
fn position(text: &str) -> Option<(usize, u32, u32)> {
    let (_, rest) = text.split_once("--> m")?;
    let mut parts = rest.lines().next()?.split(':');
    let module = parts.next()?.trim().parse().ok()?;
    let line = parts.next()?.trim().parse().ok()?;
    let column = parts.next()?.trim().parse().ok()?;
    Some((module, line, column))
}

/// The message in what regorus says: after the last `error: `.
fn message(text: &str) -> String {
    let message = text
        .rsplit_once("error: ")
        .map_or(text, |(_, message)| message);
    message
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or("")
        .trim()
        .to_owned()
}

/// What regorus says of a failed evaluation, in OPA's words and at the author's place.
pub(super) fn eval_error(written: &[Written], limits: &Limits, error: &anyhow::Error) -> EvalError {
    let text = error.to_string();
    let own = message(&text);
    let (kind, message) = if let Some((_, builtin)) = text.split_once(BUILTIN_ERROR) {
        (
            EvalErrorKind::Builtin,
            builtin.lines().next().unwrap_or("").trim().to_owned(),
        )
    } else if error.downcast_ref::<regorus::LimitError>().is_some() || own.contains("time limit") {
        (
            EvalErrorKind::Timeout,
            format!("the evaluation takes longer than {:?}", limits.time),
        )
    } else if own.contains("unction") && own.contains("multiple outputs") {
        (
            EvalErrorKind::Conflict,
            "functions must not produce multiple outputs for same inputs".to_owned(),
        )
    } else if own.contains("value for key") && own.contains("generated multiple times")
        || own.contains("multiple values for key")
    {
        (
            EvalErrorKind::Conflict,
            "object keys must be unique".to_owned(),
        )
    } else if own.contains("multiple outputs") || own.contains("conflicts with rule") {
        (
            EvalErrorKind::Conflict,
            "complete rules must not produce multiple outputs".to_owned(),
        )
    } else {
        (EvalErrorKind::Other, own)
    };
    let mut result = EvalError::new(kind, message);
    if let Some((at, line, column)) = position(&text)
        && let Some(module) = written.get(at)
    {
        let place = module.place(line, column);
        result.module.clone_from(&module.name);
        result.line = place.line;
        result.column = place.column;
    }
    result
}
