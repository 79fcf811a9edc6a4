//! Which policies of two bundles differ at all: the others answer the same, whatever the object.

use std::collections::BTreeMap;

use crate::bundle::{Bundle, Policy};

/// Leaves in both bundles only what differs; the ids, in order.
pub(super) fn narrow(old: &mut Bundle, new: &mut Bundle) -> Vec<String> {
    let said = |bundle: &Bundle| -> BTreeMap<String, String> {
        let policies = bundle.policies.iter();
        policies
            .map(|policy| (policy.id.to_string(), wording(policy)))
            .collect()
    };
    // What is around the policies can change any answer.
    let around = |bundle: &Bundle| format!("{:?}", bundle.surroundings);
    let everything = around(old) != around(new);
    let (before, after) = (said(old), said(new));
    let mut differing: Vec<String> = before
        .keys()
        .chain(after.keys())
        .filter(|id| everything || before.get(*id) != after.get(*id))
        .cloned()
        .collect();
    differing.sort();
    differing.dedup();
    for bundle in [old, new] {
        bundle
            .policies
            .retain(|policy| differing.iter().any(|id| **id == *policy.id));
    }
    differing
}

/// All of a policy on which its answer can depend, and how it is told.
fn wording(policy: &Policy) -> String {
    let mut text = format!("{}\n{}\n", policy.of_user, policy.template.entry);
    for module in policy.modules() {
        text.push_str(&format!("{:?}\n{}\n", module.version, module.text));
    }
    for constraint in &policy.constraints {
        text.push_str(&format!("{}\n", constraint.raw));
    }
    text
}
