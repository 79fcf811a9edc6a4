//! Objects before both bundles.

use crate::bundle::Bundle;
use crate::check::{self, Options, Uncompiled};
use crate::compare::{Statement, Turned, statements, turned};
use crate::engine::Value;
use crate::manifest::{Location, Manifest, Resource};

/// Two bundles, and what they must know of the objects around.
pub(super) struct Judge<'a> {
    old: Bundle,
    new: Bundle,
    options: &'a Options,
}

impl<'a> Judge<'a> {
    pub(super) fn new(
        mut old: Bundle,
        mut new: Bundle,
        resources: &[Resource],
        options: &'a Options,
    ) -> Judge<'a> {
        for bundle in [&mut old, &mut new] {
            let mut policies = bundle.policies.iter();
            // A policy that looks at other objects is to find them, the others are to be quick.
            let all = policies.any(|policy| policy.template.uses_inventory);
            let around = resources
                .iter()
                .map(|resource| &resource.object)
                .filter(|object| all || object["kind"] == Value::from("Namespace"));
            bundle.surroundings.objects.extend(around.cloned());
        }
        Judge { old, new, options }
    }

    /// The places of those of `objects` on which they disagree.
    pub(super) fn disagreements(
        &self,
        objects: &[serde_json::Value],
    ) -> Result<Vec<usize>, Vec<Uncompiled>> {
        let turned = self.turned(objects)?;
        let places = turned.iter().filter_map(|one| {
            let source = &one.statement()?.source;
            source.parse().ok()
        });
        let mut places: Vec<usize> = places.collect();
        places.sort_unstable();
        places.dedup();
        Ok(places)
    }

    /// What they say of `object`, with nothing else there; `None` where that is the same.
    pub(super) fn alone(
        &self,
        object: &serde_json::Value,
    ) -> Result<Option<Vec<Turned>>, Vec<Uncompiled>> {
        let turned = self.turned(std::slice::from_ref(object))?;
        Ok(Some(turned).filter(|turned| !turned.is_empty()))
    }

    /// What they say otherwise; the source of a statement is the object's place.
    pub(super) fn turned(
        &self,
        objects: &[serde_json::Value],
    ) -> Result<Vec<Turned>, Vec<Uncompiled>> {
        let old = self.statements(&self.old, objects)?;
        let new = self.statements(&self.new, objects)?;
        Ok(turned(&old, &new))
    }

    fn statements(
        &self,
        bundle: &Bundle,
        objects: &[serde_json::Value],
    ) -> Result<Vec<Statement>, Vec<Uncompiled>> {
        let resources = objects.iter().enumerate().map(|(index, object)| Resource {
            object: object.clone().into(),
            location: Location::new(index.to_string(), 1, 1),
            admission: None,
        });
        let manifest = Manifest {
            resources: resources.collect(),
            ..Manifest::default()
        };
        let report = check::check(bundle, vec![manifest], self.options)?;
        Ok(statements(&report))
    }
}
