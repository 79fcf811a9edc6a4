package lists

import rego.v1

containers contains container if {
	some field in ["containers", "initContainers"]
	some container in input.review.object.spec[field]
}

violation contains {"msg": msg} if {
	some container in containers
	container.securityContext.privileged
	msg := sprintf("%s is privileged", [container.name])
}

violation contains {"msg": msg} if {
	some i
	container := input.review.object.spec.containers[i]
	not has_limit(container)
	msg := sprintf("container %d has no limit", [i])
}

has_limit(container) if container.resources.limits.memory

has_limit(container) if {
	container.resources.limits.cpu
	container.resources.requests
}

unused := 1

_pod := {"review": {"object": {"spec": {
	"containers": [{"name": "a", "securityContext": {"privileged": false}}],
	"initContainers": [{"name": "b", "resources": {"limits": {"memory": "1Gi"}}}],
}}}}

test_limits if {
	violation == {{"msg": "container 0 has no limit"}} with input as _pod
}
