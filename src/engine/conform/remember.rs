//! *Answers remembered* (compiled form only): what a dear function answers depends on its arguments
//! alone, and policies ask the same of one object after the other, and one policy what another asked
//! before. So such a function looks first whether its answer is known:
//!
//! ```text
//! f(x) := y if { … }     f(_ska1) := _skv if {
//!                          _skv := sekisho.recall("id", [_ska1])
//!                        } else := _skv if {
//!                          _skw := data.lib.a._skf_f(_ska1);
//!                          _skv := sekisho.keep("id", [_ska1], _skw)
//!                        }
//! ```
//!
//! A rule that depends on nothing but `input.parameters` is remembered by them in the same way: they
//! are the same for every object that a Constraint is about.
//!
//! The id is made of all that the answer can depend on, so that two programs with the same library
//! share what they know.

mod cost;

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};

use sha2::{Digest, Sha256};

use crate::engine::check::Named;
use crate::engine::check::index::{RuleKind, package_path};
use crate::engine::check::names::OWN;
use crate::engine::syntax::tree::{
    Body, Else, Head, Kind, Module, Place, Rule, Statement, StatementKind, Term,
};
use cost::Known;

/// Functions and rules, by full path, with the id of what they answer.
pub(crate) type Dear = BTreeMap<Vec<String>, String>;

type Rules<'a> = BTreeMap<Vec<String>, Vec<&'a Rule>>;

/// The functions of libraries, and the rules, that are worth remembering.
pub(crate) fn dear(trees: &[Named]) -> Dear {
    let mut rules = Rules::new();
    for named in trees {
        for rule in &named.tree.rules {
            let mut path = package_path(&named.tree.package);
            path.extend(rule.fixed_path());
            rules.entry(path).or_default().push(rule);
        }
    }
    let mut known = Known::new(&rules);
    let mut dear = Dear::new();
    for path in rules.keys() {
        let mut needed = BTreeSet::new();
        if known.is_dear(path) && known.collect(path, &mut needed) {
            dear.insert(path.clone(), identity(&rules, path, &needed));
        }
    }
    dear
}

/// Two functions of one id are one and the same.
fn identity(rules: &Rules<'_>, path: &[String], needed: &BTreeSet<Vec<String>>) -> String {
    struct Bytes(Sha256);
    impl Hasher for Bytes {
        fn write(&mut self, bytes: &[u8]) {
            self.0.update(bytes);
        }
        fn finish(&self) -> u64 {
            0
        }
    }
    let mut bytes = Bytes(Sha256::new());
    path.hash(&mut bytes);
    for path in needed {
        path.hash(&mut bytes);
        rules.get(path).hash(&mut bytes);
    }
    data_encoding::HEXLOWER.encode(bytes.0.finalize().get(..16).unwrap_or_default())
}

/// The name of the function that does the work.
fn plain(name: &str) -> String {
    format!("{OWN}f_{name}")
}

/// The functions that [`remember`] adds.
pub(crate) fn added(dear: &Dear) -> impl Iterator<Item = Vec<String>> {
    dear.keys().filter_map(|path| {
        let (name, package) = path.split_last()?;
        Some([package, &[plain(name)]].concat())
    })
}

/// Puts a memory before the dear functions and rules of a module.
pub(super) fn remember(module: &mut Module, dear: &Dear) {
    let package = package_path(&module.package);
    let mut before: BTreeMap<String, Rule> = BTreeMap::new();
    for rule in &mut module.rules {
        let path = [package.as_slice(), std::slice::from_ref(&rule.name.text)].concat();
        let Some(id) = dear.get(&path) else {
            continue;
        };
        let arity = match RuleKind::of(rule) {
            RuleKind::Function(arity) => Some(arity),
            RuleKind::Complete => None,
            _ => continue,
        };
        let name = plain(&rule.name.text);
        let path = [package.as_slice(), std::slice::from_ref(&name)].concat();
        let make = || memory(rule, arity, id, &path);
        before.entry(rule.name.text.clone()).or_insert_with(make);
        rule.name.text = name;
    }
    module.rules.extend(before.into_values());
}

/// What looks for the answer of a function, or of a rule, which has no arity.
fn memory(rule: &Rule, arity: Option<usize>, id: &str, path: &[String]) -> Rule {
    let place = rule.place;
    let own = |letter: &str| Term::var(place, format!("{OWN}{letter}"));
    let term = |kind| Term::new(place, kind);
    let call = |path: &[String], arguments: Vec<Term>| {
        term(Kind::Call(Box::new(Term::path(place, path)), arguments))
    };
    let named = |names: [&str; 2]| names.map(str::to_owned);
    let args: Option<Vec<Term>> =
        arity.map(|arity| (1..=arity).map(|at| own(&format!("a{at}"))).collect());
    let (asked, work) = match &args {
        Some(args) => (args.clone(), call(path, args.clone())),
        None => {
            let parameters = Term::string(place, "parameters");
            let none = term(Kind::Object(Vec::new()));
            let input = Term::var(place, "input");
            let of = call(&named(["object", "get"]), vec![input, parameters, none]);
            (vec![of], Term::path(place, path))
        }
    };
    let (answer, value) = (own("w"), own("v"));
    let memory = |name: &str, rest: &[Term]| {
        let first = [Term::string(place, id), term(Kind::Array(asked.clone()))];
        call(&named(["sekisho", name]), [&first, rest].concat())
    };
    let assign = |to: &Term, from| statement(place, StatementKind::Assign(to.clone(), from));
    let known: Body = vec![assign(&value, memory("recall", &[]))];
    let found: Body = vec![
        assign(&answer, work),
        assign(&value, memory("keep", std::slice::from_ref(&answer))),
    ];
    Rule {
        head: Head::Value {
            args,
            value: Some(value.clone()),
        },
        body: Some(known),
        otherwise: vec![Else {
            place,
            value: Some(value),
            body: Some(found),
        }],
        is_default: false,
        ..rule.clone()
    }
}

fn statement(place: Place, kind: StatementKind) -> Statement {
    Statement {
        place,
        negated: false,
        kind,
        with: Vec::new(),
    }
}
