//! What a module does, as far as its text says it: what it reads of `input`, what it calls, what its
//! heads need. For those who judge the module itself.

mod heads;
mod inputs;

use std::collections::BTreeSet;

use super::syntax;
use super::syntax::tree::{self, Kind, Place, Term};
use super::syntax::visit::every_term;
use super::{Fault, Module};

pub use heads::{Head, Loose};
pub use inputs::InputRead;

/// What a module does.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    /// Everything that it reads of `input`, in the order of the text.
    pub inputs: Vec<InputRead>,
    /// The functions and built-ins that it calls, by name, with line and column.
    pub calls: Vec<(String, u32, u32)>,
    /// Every text in it: strings, and the parts of references.
    pub words: BTreeSet<String>,
    /// The names that it uses: variables, rules, what it imports.
    pub names: BTreeSet<String>,
    /// Its rules' names with line and column, a definition each.
    pub rules: Vec<(String, u32, u32)>,
    /// Imports: the name that it goes by, what it is, line and column.
    pub imports: Vec<(String, Vec<String>, u32, u32)>,
    /// The heads of the definitions of `violation`.
    pub heads: Vec<Head>,
}

/// Surveys `module`; a [`Fault`] where it does not parse.
pub fn survey(module: &Module) -> Result<Survey, Fault> {
    let tree =
        syntax::parse(&module.text, module.version).map_err(|fault| fault.within(&module.name))?;
    let mut survey = Survey {
        inputs: inputs::of(&tree),
        heads: heads::of(&tree),
        ..Survey::default()
    };
    for import in &tree.imports {
        let Place { line, column } = import.place;
        let found = (import.name().to_owned(), import.path.clone(), line, column);
        survey.imports.push(found);
    }
    for rule in &tree.rules {
        let Place { line, column } = rule.name.place;
        survey.rules.push((rule.name.text.clone(), line, column));
        rule.every_term(&mut |term| survey.see(term));
        rule.every_statement(&mut |statement| survey.see_with(statement));
    }
    Ok(survey)
}

impl Survey {
    fn see(&mut self, term: &Term) {
        match &term.kind {
            Kind::String(text) => {
                self.words.insert(text.clone());
            }
            Kind::Var(name) => {
                self.names.insert(name.clone());
            }
            Kind::Call(function, _) => {
                let names = function.names().unwrap_or_default();
                self.names.extend(names.first().cloned());
                let Place { line, column } = term.place;
                self.calls.push((names.join("."), line, column));
            }
            _ => {}
        }
    }

    fn see_with(&mut self, statement: &tree::Statement) {
        for with in &statement.with {
            every_term(&with.target, &mut |term| self.see(term));
        }
    }
}
