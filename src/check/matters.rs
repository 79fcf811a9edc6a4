//! What is judged of one resource: itself, and the objects that it would lead to.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use crate::bundle::Policy;
use crate::engine::Value;
use crate::gatekeeper::{Expanded, Expander, Review, as_gatekeeper_numbers};

/// One object to be judged.
pub(super) struct Matter {
    pub(super) review: Review,
    /// How it came about, where it was not written.
    pub(super) generated: Option<Generated>,
    letter: OnceCell<Value>,
}

/// How an object came about.
pub(super) struct Generated {
    pub(super) expanded: Expanded,
    /// By a user's ExpansionTemplates alone: a cluster with these would see it as well.
    pub(super) by_user: bool,
}

impl Matter {
    pub(super) fn written(review: Review) -> Matter {
        Matter {
            review,
            generated: None,
            letter: OnceCell::new(),
        }
    }

    pub(super) fn generated(review: Review, generated: Generated) -> Matter {
        Matter {
            generated: Some(generated),
            ..Matter::written(review)
        }
    }

    /// `input.review`, as `policy` is to see it.
    pub(super) fn shown_to(&self, policy: &Policy) -> &Value {
        if policy.of_user {
            self.letter
                .get_or_init(|| as_gatekeeper_numbers(self.review.value()))
        } else {
            self.review.value()
        }
    }

    /// Whether `policy` is to judge it; with `workloads` every policy looks at the Pods of workloads.
    pub(super) fn is_for(&self, policy: &Policy, workloads: bool) -> bool {
        let Some(generated) = &self.generated else {
            return true;
        };
        generated.by_user || workloads || policy.judges_workloads()
    }

    /// Gatekeeper's words before a violation of what an ExpansionTemplate generated. A policy that
    /// looks at Pods however they come about speaks of the resource itself.
    pub(super) fn prefix(&self, policy: &Policy) -> String {
        match &self.generated {
            Some(generated) if generated.by_user && !policy.judges_workloads() => {
                format!("[Implied by {}] ", generated.expanded.template)
            }
            _ => String::new(),
        }
    }
}

/// How objects lead to others.
pub(super) struct Expansion {
    user: Expander,
    /// The user's, and Kubernetes' own workloads.
    all: Expander,
}

impl Expansion {
    pub(super) fn new(user: &Expander) -> Expansion {
        Expansion {
            all: Expander::workloads().and(user),
            user: user.clone(),
        }
    }

    /// What `object` leads to, each once; and what stood in the way of a user's templates.
    ///
    /// A workload without a Pod template makes no Pod: there is nothing to judge in it, and the API
    /// server would say so.
    pub(super) fn of(&self, object: &Value) -> (Vec<Generated>, Vec<String>) {
        let mut generated = Vec::new();
        let mut seen = BTreeSet::new();
        let mut problems = Vec::new();
        if !self.user.is_empty() {
            let (made, wrong) = self.user.expand(object);
            problems.extend(wrong.iter().map(ToString::to_string));
            for expanded in made {
                seen.insert(identity(&expanded));
                generated.push(Generated {
                    expanded,
                    by_user: true,
                });
            }
        }
        for expanded in self.all.expand(object).0 {
            if seen.insert(identity(&expanded)) {
                generated.push(Generated {
                    expanded,
                    by_user: false,
                });
            }
        }
        (generated, problems)
    }
}

// Two roads to one Pod template make one Pod.
fn identity(expanded: &Expanded) -> (String, Value, Value) {
    let object = &expanded.object;
    (
        expanded.field_in_parent("spec"),
        object["apiVersion"].clone(),
        object["kind"].clone(),
    )
}
