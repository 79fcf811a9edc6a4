//! Which kinds live in namespaces, and what the API server fills in for that reason before
//! admission.

use std::collections::BTreeSet;

use super::fields::{field, group_version, set, set_metadata, string, string_at};
use crate::engine::Value;

/// Kubernetes' own kinds outside namespaces, and Gatekeeper's; `*` is all of a group. Source: the
/// `namespaced` column of `kubectl api-resources`, and the API references of older releases.
const CLUSTER_SCOPED: &[(&str, &[&str])] = &[
    (
        "",
        &["ComponentStatus", "Namespace", "Node", "PersistentVolume"],
    ),
    (
        "admissionregistration.k8s.io",
        &[
            "MutatingAdmissionPolicy",
            "MutatingAdmissionPolicyBinding",
            "MutatingWebhookConfiguration",
            "ValidatingAdmissionPolicy",
            "ValidatingAdmissionPolicyBinding",
            "ValidatingWebhookConfiguration",
        ],
    ),
    ("apiextensions.k8s.io", &["CustomResourceDefinition"]),
    ("apiregistration.k8s.io", &["APIService"]),
    (
        "authentication.k8s.io",
        &["SelfSubjectReview", "TokenReview"],
    ),
    (
        "authorization.k8s.io",
        &[
            "SelfSubjectAccessReview",
            "SelfSubjectRulesReview",
            "SubjectAccessReview",
        ],
    ),
    (
        "certificates.k8s.io",
        &["CertificateSigningRequest", "ClusterTrustBundle"],
    ),
    ("extensions", &["PodSecurityPolicy"]),
    (
        "flowcontrol.apiserver.k8s.io",
        &["FlowSchema", "PriorityLevelConfiguration"],
    ),
    ("internal.apiserver.k8s.io", &["StorageVersion"]),
    (
        "networking.k8s.io",
        &["ClusterCIDR", "IPAddress", "IngressClass", "ServiceCIDR"],
    ),
    ("node.k8s.io", &["RuntimeClass"]),
    ("policy", &["PodSecurityPolicy"]),
    (
        "rbac.authorization.k8s.io",
        &["ClusterRole", "ClusterRoleBinding"],
    ),
    (
        "resource.k8s.io",
        &[
            "DeviceClass",
            "DeviceTaintRule",
            "ResourceClass",
            "ResourceSlice",
        ],
    ),
    ("scheduling.k8s.io", &["PriorityClass"]),
    (
        "storage.k8s.io",
        &[
            "CSIDriver",
            "CSINode",
            "StorageClass",
            "VolumeAttachment",
            "VolumeAttributesClass",
        ],
    ),
    ("storagemigration.k8s.io", &["StorageVersionMigration"]),
    ("constraints.gatekeeper.sh", &["*"]),
    ("expansion.gatekeeper.sh", &["*"]),
    ("externaldata.gatekeeper.sh", &["*"]),
    ("mutations.gatekeeper.sh", &["*"]),
    ("syncset.gatekeeper.sh", &["*"]),
    ("templates.gatekeeper.sh", &["*"]),
];

/// Which kinds are cluster-scoped: Kubernetes' own, and those of CustomResourceDefinitions that it
/// was shown. All others count as namespaced.
#[derive(Clone, Debug, Default)]
pub struct Scopes {
    cluster: BTreeSet<(String, String)>,
    namespaced: BTreeSet<(String, String)>,
}

impl Scopes {
    /// Takes note of `object` if it is a CustomResourceDefinition.
    pub fn learn(&mut self, object: &Value) {
        let (group, _) = group_version(object);
        if group != "apiextensions.k8s.io"
            || string_at(object, &["kind"]) != Some("CustomResourceDefinition")
        {
            return;
        }
        let at = |path: &[&str]| string_at(object, path).map(str::to_owned);
        let (Some(group), Some(kind)) = (at(&["spec", "group"]), at(&["spec", "names", "kind"]))
        else {
            return;
        };
        let kinds = match string_at(object, &["spec", "scope"]) {
            Some("Cluster") => &mut self.cluster,
            Some("Namespaced") => &mut self.namespaced,
            _ => return,
        };
        kinds.insert((group, kind));
    }

    /// Whether objects of this kind live outside namespaces.
    pub fn is_cluster_scoped(&self, group: &str, kind: &str) -> bool {
        let own = CLUSTER_SCOPED.iter().any(|(known, kinds)| {
            *known == group && kinds.iter().any(|known| *known == kind || *known == "*")
        });
        if own || (self.cluster.is_empty() && self.namespaced.is_empty()) {
            return own;
        }
        let key = (group.to_owned(), kind.to_owned());
        self.cluster.contains(&key) && !self.namespaced.contains(&key)
    }

    /// `object` as admission would see it: a namespaced object that names no namespace is in
    /// `fallback_namespace`, a cluster-scoped one is in none. With an empty `fallback_namespace` the
    /// object stays as it is. An object that needs no change is shared, not copied.
    pub fn complete(&self, object: &Value, fallback_namespace: &str) -> Value {
        if fallback_namespace.is_empty() || !matches!(object, Value::Object(_)) {
            return object.clone();
        }
        let (group, _) = group_version(object);
        let kind = string_at(object, &["kind"]).unwrap_or_default();
        let metadata = field(object, "metadata");
        let given = metadata.and_then(|metadata| field(metadata, "namespace"));
        if self.is_cluster_scoped(group, kind) {
            let (Some(metadata), Some(_)) = (metadata, given) else {
                return object.clone();
            };
            let mut metadata = metadata.clone();
            if let Ok(metadata) = metadata.as_object_mut() {
                metadata.remove(&Value::from("namespace"));
            }
            let mut object = object.clone();
            set(&mut object, "metadata", metadata);
            return object;
        }
        // A namespace of another type stays for policies to see: it is refused anyway.
        if given.is_some_and(|given| string(given) != Some("")) {
            return object.clone();
        }
        let mut object = object.clone();
        set_metadata(&mut object, "namespace", Value::from(fallback_namespace));
        object
    }
}
