# METADATA
# title: Privileged containers should be avoided
# description: A container is a violation when its securityContext asks for privileged mode.
package privileged_containers

import data.lib.containers
import data.lib.pods

violation contains {"msg": msg, "details": details} if {
	pod := input.review.object
	not pods.is_windows(pod)
	some container in containers.judged(pod, containers.lists, input.parameters)
	actual := object.get(container.value, ["securityContext", "privileged"], false)
	_privileged(actual)
	msg := sprintf("Container %s runs privileged", [container.label])
	details := object.union(container.details, {
		"reason": "privileged",
		"field": sprintf("%s.securityContext.privileged", [container.path]),
		"actual": actual,
		"allowed": false,
	})
}

# Anything that is not plainly off counts: the API server refuses other types, nobody relies on them.
_privileged(actual) if not actual in {false, null}
