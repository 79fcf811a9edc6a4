# METADATA
# title: Least privileged Linux capabilities should be enforced for containers
# description: |-
#   A container is a violation for each capability that it adds and that is not allowed, and once when
#   it does not drop what has to be dropped. Capabilities are compared without case and, unless
#   ignoreCapPrefix is off, without `CAP_`.
package linux_capabilities

import data.lib.capabilities
import data.lib.containers
import data.lib.pods

_allowed := object.get(input, ["parameters", "allowedCapabilities"], [])

_required := object.get(input, ["parameters", "requiredDropCapabilities"], [])

violation contains {"msg": msg, "details": details} if {
	some container in _containers
	some added in capabilities.listed(container, "add")
	name := _name(added)
	not _is_allowed(name)
	msg := sprintf("Container %s adds capability %s, which is not allowed", [container.label, name])
	details := object.union(container.details, {
		"reason": "not_allowed",
		"field": added.path,
		"actual": added.value,
		"allowed": _allowed,
	})
}

violation contains {"msg": msg, "details": details} if {
	some container in _containers
	dropped := {_name(entry) | some entry in capabilities.listed(container, "drop")}
	not "ALL" in dropped
	missing := _names(_required) - dropped
	count(missing) > 0
	msg := sprintf("Container %s does not drop %s", [container.label, concat(", ", missing)])
	details := object.union(container.details, {
		"reason": "not_dropped",
		"field": sprintf("%s.securityContext.capabilities.drop", [container.path]),
		"missing": concat(", ", missing),
		"actual": [entry.value | some entry in capabilities.listed(container, "drop")],
		"required": _required,
	})
}

_containers contains container if {
	pod := input.review.object
	not pods.is_skipped(pod, object.get(input, "parameters", {}), "Declared")
	some container in containers.judged(pod, containers.lists, object.get(input, "parameters", {}))
}

_is_allowed(name) if name in _names(_allowed)

_is_allowed(_) if "*" in _names(_allowed)

_name(entry) := entry.name if {
	_prefix_ignored
} else := entry.spelling

_names(parameter) := capabilities.names(parameter) if {
	_prefix_ignored
} else := capabilities.spellings(parameter)

_prefix_ignored if object.get(input, ["parameters", "ignoreCapPrefix"], true) != false
