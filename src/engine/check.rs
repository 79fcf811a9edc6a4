//! What OPA refuses when it compiles is refused here, with line and column, as much as possible at once.
//!
//! The checks run on the author's tree, in OPA's order: names, rules, calls, safety, recursion, types.

pub(crate) mod calls;
pub(crate) mod index;
pub(crate) mod inference;
pub(crate) mod names;
pub(crate) mod patterns;
mod recursion;
mod rules;
pub(crate) mod safety;
pub(crate) mod signatures;
mod types;

use super::fault::Fault;
use super::syntax::tree::Module;
use index::Index;
use inference::Inferred;

/// A module with the name by which errors call it.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) tree: Module,
}

/// What is allowed beyond Rego.
pub(crate) struct Allowances<'a> {
    /// Functions of the caller with their numbers of arguments.
    pub(crate) functions: &'a [(String, u8)],
    /// Whether built-ins that reach outside may be called.
    pub(crate) outside: bool,
}

/// Resolves names, orders bodies, refuses what OPA refuses. The trees come back with every name
/// resolved and every body in an order in which it can be evaluated.
pub(crate) fn check(modules: &mut [Named], allowed: &Allowances<'_>) -> Result<Index, Vec<Fault>> {
    let mut faults = Vec::new();
    let index = Index::of(modules);
    for module in modules.iter_mut() {
        let found = names::resolve(&mut module.tree, &index);
        faults.extend(found.into_iter().map(|fault| fault.within(&module.name)));
    }
    faults.extend(rules::check(modules));
    if !faults.is_empty() {
        return Err(sorted(faults));
    }
    let index = Index::of(modules);
    for module in modules.iter_mut() {
        let mut found = calls::check(&mut module.tree, &index, allowed);
        patterns::open(&mut module.tree);
        found.extend(safety::check(&mut module.tree));
        faults.extend(found.into_iter().map(|fault| fault.within(&module.name)));
    }
    let inferred = Inferred::of(modules);
    for module in modules.iter() {
        let found = types::check(&module.tree, &inferred);
        faults.extend(found.into_iter().map(|fault| fault.within(&module.name)));
    }
    faults.extend(recursion::check(modules));
    if faults.is_empty() {
        Ok(index)
    } else {
        Err(sorted(faults))
    }
}

fn sorted(mut faults: Vec<Fault>) -> Vec<Fault> {
    faults.sort_by(|a, b| {
        (&a.module, a.line, a.column, a.kind, &a.message)
            .cmp(&(&b.module, b.line, b.column, b.kind, &b.message))
    });
    faults.dedup();
    faults
}
