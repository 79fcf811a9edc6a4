# METADATA
# title: Containers sharing sensitive host namespaces should be avoided
# description: A Pod is a violation when it shares the host's process IDs or its IPC namespace.
package host_namespaces

import data.lib.containers
import data.lib.pods

violation contains {"msg": msg, "details": details} if {
	pod := input.review.object
	not pods.is_skipped(pod, object.get(input, "parameters", {}), "Declared")
	not containers.none_counts(pod, object.get(input, "parameters", {}))
	some namespace in _namespaces
	actual := pods.field(pod, namespace.field)

	# Anything that is not plainly off counts: the API server refuses other types, nobody relies on them.
	not actual in {false, null}
	msg := sprintf("The Pod shares %s", [namespace.what])
	details := {
		"reason": namespace.reason,
		"field": sprintf("spec.%s", [namespace.field]),
		"actual": actual,
		"allowed": false,
	}
}

_namespaces := [
	{"field": "hostPID", "reason": "host_pid", "what": "the process ID namespace of its host"},
	{"field": "hostIPC", "reason": "host_ipc", "what": "the IPC namespace of its host"},
]
