# METADATA
# title: Container with privilege escalation should be avoided
# description: |-
#   A container is a violation unless its securityContext refuses privilege escalation. Where
#   forcePrivilegeEscalationToBeFalse is off, silence is a violation only of a container that is
#   given a user other than root.
package privilege_escalation

import data.lib.containers
import data.lib.pods
import data.lib.security_context

violation contains {"msg": msg, "details": details} if {
	some container in _linux_containers
	actual := security_context.own(container.value, "allowPrivilegeEscalation")
	not actual in {false, null}
	msg := sprintf("Container %s allows privilege escalation", [container.label])
	details := object.union(_details(container), {"reason": "allowed", "actual": actual})
}

violation contains {"msg": msg, "details": details} if {
	_refusal_required
	some container in _silent_containers
	msg := sprintf("Container %s does not refuse privilege escalation", [container.label])
	details := object.union(_details(container), {"reason": "not_refused"})
}

violation contains {"msg": msg, "details": details} if {
	not _refusal_required
	some container in _silent_containers
	user := security_context.effective(input.review.object, container, "runAsUser").value
	not user in {0, null}
	msg := sprintf(
		"Container %s runs as user %s and does not refuse privilege escalation",
		[container.label, json.marshal(user)],
	)
	details := object.union(_details(container), {"reason": "not_refused_by_user", "user": user})
}

_linux_containers := [container |
	pod := input.review.object
	not pods.is_skipped(pod, object.get(input, "parameters", {}), "Declared")
	some container in containers.judged(pod, containers.lists, object.get(input, "parameters", {}))
]

_silent_containers := [container |
	some container in _linux_containers
	security_context.own(container.value, "allowPrivilegeEscalation") == null
]

# Only a plain false takes the requirement away.
_refusal_required if {
	object.get(input, ["parameters", "forcePrivilegeEscalationToBeFalse"], true) != false
}

_details(container) := object.union(container.details, {
	"field": security_context.own_path(container, "allowPrivilegeEscalation"),
	"allowed": false,
})
