//! Compiling modules.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use super::check::{self, Allowances, Named};
use super::compiled::Compiled;
use super::conform::{self, Style};
use super::fault::{Fault, FaultKind};
use super::gate;
use super::interpreter::Interpreter;
use super::machine::Machine;
use super::options::{EngineChoice, EngineKind, Module, Options, Probes};
use super::reads::{LazyReads, Reads};
use super::syntax;
use super::syntax::tree::Place;

/// Compiled modules: immutable, shared between threads, cheap to clone.
#[derive(Clone)]
pub struct Program {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) entry: String,
    /// The compiled form, or why there is none.
    pub(super) compiled: Result<Compiled, String>,
    pub(super) kind: EngineKind,
    pub(super) options: Options,
    pub(super) reads: LazyReads,
    pub(super) modules: Vec<Module>,
    /// What the compiled form does without, made when it is first asked for.
    pub(super) checked: OnceLock<Result<Checked, Vec<Fault>>>,
    pub(super) interpreter: OnceLock<Result<Interpreter, Vec<Fault>>>,
}

/// Modules that a compiler of OPA's would take.
pub(super) struct Checked {
    pub(super) trees: Vec<Named>,
    pub(super) rules: BTreeSet<String>,
}

impl Inner {
    pub(super) fn checked(&self) -> Result<&Checked, &[Fault]> {
        let load =
            || load(&self.modules, &self.options).map(|(trees, index)| Checked::new(trees, &index));
        let checked = self.checked.get_or_init(load);
        checked.as_ref().map_err(Vec::as_slice)
    }

    pub(super) fn trees(&self) -> &[Named] {
        self.checked().map_or(&[], |checked| &checked.trees)
    }

    pub(super) fn interpreter(&self) -> Result<&Interpreter, &[Fault]> {
        let make = || {
            let checked = self.checked().map_err(<[Fault]>::to_vec)?;
            Interpreter::new(&checked.trees, &self.entry, &self.options)
        };
        self.interpreter
            .get_or_init(make)
            .as_ref()
            .map_err(Vec::as_slice)
    }

    /// The source that was given to the compiled form.
    pub(super) fn written_for_compiled(&self) -> &[conform::Written] {
        match &self.compiled {
            Ok(compiled) => compiled.written(self.trees()),
            Err(_) => &[],
        }
    }
}

impl Checked {
    fn new(trees: Vec<Named>, index: &check::index::Index) -> Checked {
        let rules = index.rules.iter().map(|path| path.join(".")).collect();
        Checked { trees, rules }
    }
}

impl Program {
    /// Compiles `modules` to answer the rule `entry` (`data.PACKAGE.violation`).
    ///
    /// All modules are read before anything is refused; the faults come in the order of modules'
    /// names and lines. Compiling recurses as deep as terms stand in each other (100 levels): the
    /// stack of any ordinary thread suffices.
    pub fn compile(
        modules: &[Module],
        entry: &str,
        options: &Options,
    ) -> Result<Program, Vec<Fault>> {
        let (trees, index) = load(modules, options)?;
        let checked = Checked::new(trees, &index);
        let Checked { trees, rules } = &checked;
        if !entry.is_empty() && !rules.contains(entry) {
            let name = trees.first().map_or("", |tree| tree.name.as_str());
            let fault = Fault::new(
                FaultKind::Entry,
                Place { line: 1, column: 1 },
                format!("expected a rule `{entry}`"),
            );
            return Err(vec![fault.within(name)]);
        }
        let admitted = if entry.is_empty() {
            Err("there is no one rule to answer".to_owned())
        } else if options.probes != Probes::None {
            Err("the evaluation is recorded".to_owned())
        } else if options.engine == EngineChoice::Interpreter {
            Err("the interpreter was asked for".to_owned())
        } else {
            gate::admit(trees, &index, entry, options)
        };
        let compiled = admitted.and_then(|()| Compiled::new(trees, entry, options));
        let kind = match (options.engine, &compiled) {
            (EngineChoice::Compiled, Err(reason)) => {
                let name = trees.first().map_or("", |tree| tree.name.as_str());
                let message = format!("the compiled form cannot run this program: {reason}");
                return Err(vec![
                    Fault::new(FaultKind::Limit, Place { line: 1, column: 1 }, message)
                        .within(name),
                ]);
            }
            (EngineChoice::Auto | EngineChoice::Compiled, Ok(_)) => EngineKind::Compiled,
            (EngineChoice::Both, Ok(_)) => EngineKind::Both,
            _ => EngineKind::Interpreter,
        };
        let inner = Inner {
            entry: entry.to_owned(),
            reads: LazyReads::of(trees),
            compiled,
            kind,
            options: options.clone(),
            modules: modules.to_vec(),
            checked: OnceLock::from(Ok(checked)),
            interpreter: OnceLock::new(),
        };
        if kind != EngineKind::Compiled {
            inner.interpreter().map_err(<[Fault]>::to_vec)?;
        }
        Ok(Program {
            inner: Arc::new(inner),
        })
    }

    /// Compiles `modules` without a rule to answer, to run their tests or to ask rules by name. Always
    /// the interpreter's.
    pub fn library(modules: &[Module], options: &Options) -> Result<Program, Vec<Fault>> {
        let options = Options {
            engine: EngineChoice::Interpreter,
            ..options.clone()
        };
        Program::compile(modules, "", &options)
    }

    /// Which engine answers [`Machine::eval`] for the rule that the program was compiled for.
    pub fn engine(&self) -> EngineKind {
        self.inner.kind
    }

    /// Why the compiled form does not run this program; `None` where it does.
    pub fn not_compiled_because(&self) -> Option<&str> {
        self.inner.compiled.as_ref().err().map(String::as_str)
    }

    /// What of `input` and `data` the program can read.
    pub fn reads(&self) -> &Reads {
        self.inner.reads.get()
    }

    /// Whether the program reads `data.inventory`.
    pub fn reads_inventory(&self) -> bool {
        self.reads().inventory()
    }

    /// A machine that runs this program on one thread. The thread needs a stack of
    /// [`STACK_SIZE`](super::STACK_SIZE).
    pub fn machine(&self) -> Machine {
        Machine::new(self.inner.clone())
    }

    /// The source that is given to the interpreter, by module: for those who ask why.
    pub fn conforming_source(&self) -> Vec<(String, String)> {
        let interpreter = self.inner.interpreter();
        let written = interpreter.into_iter().flat_map(|made| &made.written);
        written
            .map(|written| (written.name.clone(), written.text.clone()))
            .collect()
    }

    /// The source that is given to the compiled form, by module; nothing where it does not run this
    /// program.
    pub fn compiled_source(&self) -> Vec<(String, String)> {
        let written = self.inner.written_for_compiled().iter();
        written
            .map(|written| (written.name.clone(), written.text.clone()))
            .collect()
    }
}

fn load(
    modules: &[Module],
    options: &Options,
) -> Result<(Vec<Named>, check::index::Index), Vec<Fault>> {
    let mut trees = Vec::new();
    let mut faults = Vec::new();
    for module in modules {
        match syntax::parse(&module.text, module.version) {
            Ok(mut tree) => {
                if let Some(mutation) = &options.mutation {
                    mutation.apply(module, &mut tree);
                }
                trees.push(Named {
                    name: module.name.clone(),
                    tree,
                });
            }
            Err(fault) => faults.push(fault.within(&module.name)),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let functions: Vec<(String, u8)> = options
        .functions
        .iter()
        .map(|function| (function.name.clone(), function.arity))
        .collect();
    let allowed = Allowances {
        functions: &functions,
        outside: options.allow_outside,
    };
    let index = check::check(&mut trees, &allowed)?;
    Ok((trees, index))
}

/// Writes all modules for an engine.
pub(super) fn write(
    trees: &[Named],
    style: Style,
    prints: bool,
) -> Result<Vec<conform::Written>, Vec<Fault>> {
    let mut written = Vec::new();
    let mut faults = Vec::new();
    let replaced = check::inference::replaced(trees);
    let dear = match style {
        // What is replaced for a while answers otherwise for that while.
        Style::Compiled if replaced.is_empty() => conform::dear(trees),
        _ => conform::Dear::new(),
    };
    let mut functions = functions(trees);
    functions.extend(conform::added(&dear));
    let around = conform::Around {
        functions,
        names: check::index::Index::of(trees),
        replaced,
        dear,
    };
    for tree in trees {
        match conform::write(tree, &around, style, prints) {
            Ok(module) => written.push(module),
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() {
        Ok(written)
    } else {
        Err(faults)
    }
}

/// The full paths of all functions that the modules define.
fn functions(trees: &[Named]) -> std::collections::BTreeSet<Vec<String>> {
    let mut paths = std::collections::BTreeSet::new();
    for tree in trees {
        for rule in tree.tree.rules.iter().filter(|rule| rule.args().is_some()) {
            let mut path = check::index::package_path(&tree.tree.package);
            path.extend(rule.fixed_path());
            paths.insert(path);
        }
    }
    paths
}
