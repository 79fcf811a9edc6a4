# METADATA
# title: Kubernetes clusters should disable automounting API credentials
# description: |-
#   A Pod is a violation unless it, or in its silence its ServiceAccount, says that the token of the
#   ServiceAccount is not to be mounted.
package token_automount

import data.lib.containers
import data.lib.fields
import data.lib.pods

violation contains {"msg": msg, "details": details} if {
	some pod in _judged
	actual := pods.field(pod, _field)
	not actual in {false, null}
	msg := "The Pod mounts the token of its ServiceAccount"
	details := {
		"reason": "mounted",
		"field": _path,
		"actual": actual,
		"allowed": false,
	}
}

violation contains {"msg": msg, "details": details} if {
	some pod in _judged
	_is_mounted_into(pod)
	pods.field(pod, _field) == null
	account := _account(pod)
	not _opts_out(account)
	msg := sprintf("The Pod does not refuse the token of its ServiceAccount %s", [account])
	details := {
		"reason": "not_refused",
		"field": _path,
		"serviceAccount": account,
		"allowed": false,
	}
}

_field := "automountServiceAccountToken"

_path := sprintf("spec.%s", [_field])

# The token goes into containers: a Pod without any is a patch of another one.
_judged := [pod |
	pod := input.review.object
	count(containers.judged(pod, containers.lists, object.get(input, "parameters", {}))) > 0
]

# A token that nobody speaks of goes into containers and init containers, not into ephemeral ones.
_is_mounted_into(pod) if count(containers.entries(pod, ["containers", "initContainers"])) > 0

_is_mounted_into(_) if object.get(input, ["parameters", "ignoreEphemeralContainers"], false) != true

_account(pod) := names[0] if {
	given := [name |
		some field in ["serviceAccountName", "serviceAccount"]
		value := pods.field(pod, field)
		not value in {null, ""}
		name := _text(value)
	]
	names := array.concat(given, ["default"])
}

# A name that is no text is looked for, and shown, as its JSON text.
_text(value) := texts[0] if {
	texts := array.concat([value | is_string(value)], [json.marshal(value)])
}

_opts_out(account) if {
	found := data.inventory.namespace[_namespace].v1.ServiceAccount[account]
	found[_field] == false
}

_namespace := names[0] if {
	given := fields.at(fields.at(input.review.object, "metadata"), "namespace")
	names := array.concat([given | is_string(given); given != ""], ["default"])
}
