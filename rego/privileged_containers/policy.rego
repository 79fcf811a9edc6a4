# METADATA
# title: Privileged containers should be avoided
# description: A container is a violation when its securityContext asks for privileged mode.
package privileged_containers

import data.lib.containers
import data.lib.pods
import data.lib.security_context

violation contains {"msg": msg, "details": details} if {
	pod := input.review.object
	not pods.is_skipped(pod, object.get(input, "parameters", {}), "Declared")
	some container in containers.judged(pod, containers.lists, object.get(input, "parameters", {}))
	actual := security_context.own(container.value, "privileged")

	# Anything that is not plainly off counts: the API server refuses other types, nobody relies on them.
	not actual in {false, null}
	msg := sprintf("Container %s runs privileged", [container.label])
	details := object.union(container.details, {
		"reason": "privileged",
		"field": security_context.own_path(container, "privileged"),
		"actual": actual,
		"allowed": false,
	})
}
