# METADATA
# title: Immutable (read-only) root filesystem should be enforced for containers
# description: |-
#   A container is a violation unless its securityContext says that its root filesystem is read-only.
package root_filesystem

import data.lib.containers
import data.lib.fields
import data.lib.pods
import data.lib.security_context

violation contains {"msg": msg, "details": details} if {
	pod := input.review.object
	not pods.is_skipped(pod, object.get(input, "parameters", {}), "Declared")
	some container in containers.judged(pod, containers.lists, object.get(input, "parameters", {}))
	actual := security_context.own(container.value, "readOnlyRootFilesystem")
	actual != true
	msg := sprintf("Container %s can write to its root filesystem", [container.label])
	details := object.union(
		object.union(container.details, fields.actual(actual)),
		{
			"reason": "writable",
			"field": security_context.own_path(container, "readOnlyRootFilesystem"),
			"allowed": true,
		},
	)
}
