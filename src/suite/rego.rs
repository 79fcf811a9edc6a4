//! Rego's own unit tests: rules `test_…` without arguments, run as `opa test` runs them.

mod modules;

use std::sync::{Arc, OnceLock};

use crate::bundle::take_unanswered;
use crate::engine::{self, EvalError, Module, Program, Value};
use crate::manifest::Fault;
use crate::source::Place;

use super::cover::Covered;
use super::filter::Filter;
use super::outcome::{Check, Failure, FileKind, Outcome, TestedFile, TestedTest};
use super::template::in_files;

pub(super) use modules::Modules;
use modules::Read;

/// A file with tests, and the modules that it needs.
pub(super) struct TestFile {
    path: Arc<str>,
    package: String,
    rules: Vec<(String, Place)>,
    program: Arc<Shared>,
}

/// Test files that need the same modules share a program.
struct Shared {
    modules: Vec<Module>,
    program: OnceLock<Result<Program, Vec<Fault>>>,
}

impl Shared {
    fn get(&self, options: &engine::Options) -> Result<&Program, Vec<Fault>> {
        let compile =
            || Program::library(&self.modules, options).map_err(|faults| in_files(&faults));
        self.program
            .get_or_init(compile)
            .as_ref()
            .map_err(Clone::clone)
    }
}

/// The files of `modules` that hold tests.
pub(super) fn test_files(modules: &mut Modules) -> Vec<TestFile> {
    let mut files = Vec::new();
    let mut programs: Vec<(Vec<usize>, Arc<Shared>)> = Vec::new();
    for index in modules.given() {
        let Some(read) = modules.get(index) else {
            continue;
        };
        let rules = tests(read);
        if rules.is_empty() {
            continue;
        }
        let path = read.module.name.as_str().into();
        let package = read.outline.package.path.join(".");
        let needed = modules.needed_by(index);
        let known = programs.iter().find(|(modules, _)| *modules == needed);
        let program = match known {
            Some((_, program)) => program.clone(),
            None => {
                let program = Arc::new(Shared {
                    modules: needed
                        .iter()
                        .filter_map(|index| modules.get(*index))
                        .map(|read| read.module.clone())
                        .collect(),
                    program: OnceLock::new(),
                });
                programs.push((needed, program.clone()));
                program
            }
        };
        files.push(TestFile {
            path,
            package,
            rules,
            program,
        });
    }
    files
}

/// The tests of a module. A rule that is defined several times is as many tests, as for OPA, though
/// each of them asks for the whole rule.
fn tests(read: &Read) -> Vec<(String, Place)> {
    let mut found: Vec<(String, Place)> = Vec::new();
    for name in &read.outline.rules {
        let is_test = name.starts_with("test_") || name.starts_with("todo_test_");
        if is_test && !found.iter().any(|(known, _)| known == name) {
            let heads = heads(&read.module.text, name);
            found.extend(heads.into_iter().map(|place| (name.clone(), place)));
        }
    }
    found.sort_by_key(|(_, place)| *place);
    found
}

/// Where the definitions of the rule `name` begin; none where it is a function, a test's tool.
fn heads(text: &str, name: &str) -> Vec<Place> {
    let mut heads = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let code = line.trim_start();
        let Some(after) = code.strip_prefix(name) else {
            continue;
        };
        if after.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        if after.trim_start().starts_with('(') {
            return Vec::new();
        }
        let indent = line.chars().count() - code.chars().count();
        heads.push(Place {
            line: number(index),
            column: number(indent),
        });
    }
    if heads.is_empty() {
        // It shares its line with something else.
        heads.push(Place { line: 1, column: 1 });
    }
    heads
}

fn number(index: usize) -> u32 {
    u32::try_from(index.saturating_add(1)).unwrap_or(u32::MAX)
}

/// Runs the tests of `file` that `filter` wants; `None` where it wants none of them. The second
/// value is how many were left out.
pub(super) fn run(
    file: &TestFile,
    filter: &Filter,
    options: &engine::Options,
    covered: Option<&Covered>,
) -> (Option<TestedFile>, usize) {
    let wanted: Vec<&(String, Place)> = file
        .rules
        .iter()
        .filter(|(name, _)| filter.wants(&file.package, name))
        .collect();
    let left_out = file.rules.len() - wanted.len();
    if wanted.is_empty() {
        return (None, left_out);
    }
    let mut tested = TestedFile {
        path: file.path.clone(),
        kind: FileKind::Rego,
        name: file.package.clone(),
        tests: Vec::new(),
        faults: Vec::new(),
    };
    match file.program.get(options) {
        Err(faults) => tested.faults = faults,
        Ok(program) => {
            let mut machine = program.machine();
            let check = |(name, place): &&(String, Place)| {
                let outcome = if name.starts_with("todo_") {
                    Outcome::Skipped
                } else {
                    // No `input`: a test brings its own.
                    let rule = format!("data.{}.{name}", file.package);
                    let answer = machine.eval(&rule, Value::Undefined);
                    match take_unanswered() {
                        Some(message) => Outcome::Broken(vec![file.fault(*place, message)]),
                        None => answered(file, *place, answer),
                    }
                };
                Check {
                    case: Some(name.clone()),
                    place: *place,
                    outcome,
                    prints: machine.take_prints(),
                }
            };
            tested.tests = vec![TestedTest {
                name: file.package.clone(),
                checks: wanted.iter().map(check).collect(),
            }];
            if let Some(covered) = covered {
                covered.add(&machine.coverage());
            }
        }
    }
    (Some(tested), left_out)
}

fn answered(file: &TestFile, place: Place, answer: Result<Option<Value>, EvalError>) -> Outcome {
    match answer {
        Ok(Some(Value::Bool(true))) => Outcome::Passed,
        Ok(value) => Outcome::Failed(vec![Failure::Untrue { place, value }]),
        Err(error) if error.line > 0 && !error.module.is_empty() => Outcome::Broken(vec![Fault {
            path: error.module.as_str().into(),
            line: error.line,
            column: error.column,
            message: error.message,
        }]),
        Err(error) => Outcome::Broken(vec![file.fault(place, error.message)]),
    }
}

impl TestFile {
    /// Its name.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// All modules that it needs, itself included.
    pub(super) fn modules(&self) -> &[Module] {
        &self.program.modules
    }

    /// The same tests, to be compiled anew.
    pub(super) fn afresh(&self) -> TestFile {
        TestFile {
            path: self.path.clone(),
            package: self.package.clone(),
            rules: self.rules.clone(),
            program: Arc::new(Shared {
                modules: self.program.modules.clone(),
                program: OnceLock::new(),
            }),
        }
    }

    fn fault(&self, place: Place, message: String) -> Fault {
        Fault {
            path: self.path.clone(),
            line: place.line,
            column: place.column,
            message,
        }
    }
}
