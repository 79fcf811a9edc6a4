//! The cluster that a case makes up.

use std::collections::BTreeMap;

use crate::engine::Value;
use crate::gatekeeper::{Inventory, Namespaces, Scopes, as_gatekeeper_numbers};
use crate::manifest::Resource;

/// What a case's cluster knows besides the object.
pub(super) struct Cluster {
    pub(super) scopes: Scopes,
    pub(super) namespaces: Namespaces,
    /// `data` with the inventory.
    pub(super) data: Value,
}

impl Cluster {
    pub(super) fn new(known: &[Resource]) -> Cluster {
        let mut scopes = Scopes::default();
        let mut namespaces = Namespaces::default();
        let mut inventory = Inventory::default();
        for resource in known {
            let object = as_gatekeeper_numbers(&resource.object);
            scopes.learn(&object);
            namespaces.add(&object);
            inventory.add(&object);
        }
        let data = BTreeMap::from([(Value::from("inventory"), inventory.value())]);
        Cluster {
            scopes,
            namespaces,
            data: Value::from(data),
        }
    }
}
