# METADATA
# title: Kubernetes clusters should not use the default namespace
# description: |-
#   A Pod, Service, ServiceAccount, ConfigMap or Secret is a violation when it is in the default
#   namespace and is not one of the objects that Kubernetes itself keeps there; judgedKinds can leave
#   some of the kinds out.
package default_namespace

import data.lib.fields

violation contains {"msg": msg, "details": details} if {
	metadata := fields.at(input.review.object, "metadata")
	actual := fields.at(metadata, "namespace")
	not _elsewhere(actual)
	kind := input.review.kind.kind
	_is_judged(kind)
	not _is_patch(kind)
	not _kept_by_kubernetes(kind, metadata)
	msg := sprintf("The %s is in the default namespace", [kind])
	details := object.union(fields.actual(actual), {
		"reason": "in_default",
		"field": "metadata.namespace",
		"kind": kind,
	})
}

# A namespace that is missing, empty or no text is no other namespace.
_elsewhere(namespace) if {
	is_string(namespace)
	not namespace in {"", "default"}
}

# Without a list of kinds all are.
_is_judged(kind) if not _is_left_out(kind)

_is_left_out(kind) if {
	kinds := object.get(input, ["parameters", "judgedKinds"], null)
	is_array(kinds)
	not kind in kinds
}

# A Pod without a spec is no Pod but a part of one, which some tool puts together with the rest.
_is_patch(kind) if {
	kind == "Pod"
	not is_object(fields.at(input.review.object, "spec"))
}

# Every default namespace has these, and nobody can move them.
_kept_by_kubernetes(kind, metadata) if metadata.name == _kept[kind]

# The token of ServiceAccount default, where a cluster still makes Secrets of tokens.
_kept_by_kubernetes(kind, metadata) if {
	kind == "Secret"
	input.review.object.type == "kubernetes.io/service-account-token"
	metadata.annotations["kubernetes.io/service-account.name"] == "default"
}

_kept := {
	"Service": "kubernetes",
	"ServiceAccount": "default",
	"ConfigMap": "kube-root-ca.crt",
}
