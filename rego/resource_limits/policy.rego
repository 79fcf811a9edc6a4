# METADATA
# title: Container CPU and memory limits should be enforced
# description: |-
#   A container or init container is a violation, once for CPU and once for memory, when it sets no
#   limit, a limit that is no Kubernetes quantity, or one above the maximum; with onlyPlainQuantities
#   also when the quantity is written with an exponent, a fraction alone, or another unit.
package resource_limits

import data.lib.containers
import data.lib.quantities

# An ephemeral container cannot have limits.
_lists := ["containers", "initContainers"]

_resources := [
	{"key": "cpu", "label": "CPU", "maximum": object.get(input, ["parameters", "cpuLimit"], "")},
	{"key": "memory", "label": "memory", "maximum": object.get(input, ["parameters", "memoryLimit"], "")},
]

violation contains {"msg": msg, "details": details} if {
	some entry in _limits
	not _is_set(entry.limit)
	msg := sprintf("Container %s has no %s limit", [entry.label, entry.resource.label])
	details := object.union(entry.details, {"reason": "missing"})
}

violation contains {"msg": msg, "details": details} if {
	some entry in _limits
	_is_set(entry.limit)
	not quantities.amount(entry.limit)
	msg := sprintf("The %s limit %s of container %s is not a Kubernetes quantity", [
		entry.resource.label,
		json.marshal(entry.limit),
		entry.label,
	])
	details := object.union(entry.details, {"reason": "not_a_quantity", "actual": entry.limit})
}

# Some tools read a part of what Kubernetes does.
violation contains {"msg": msg, "details": details} if {
	object.get(input, ["parameters", "onlyPlainQuantities"], false) == true
	some entry in _limits
	quantities.amount(entry.limit)
	not _is_plain(entry.resource.key, entry.limit)
	msg := sprintf("The %s limit %v of container %s is not a plain quantity", [
		entry.resource.label,
		entry.limit,
		entry.label,
	])
	details := object.union(entry.details, {"reason": "not_plain", "actual": entry.limit})
}

violation contains {"msg": msg, "details": details} if {
	some entry in _limits
	quantities.amount(entry.limit) > quantities.amount(entry.resource.maximum)
	msg := sprintf("The %s limit %v of container %s is above the maximum of %v", [
		entry.resource.label,
		entry.limit,
		entry.label,
		entry.resource.maximum,
	])
	details := object.union(entry.details, {"reason": "above_maximum", "actual": entry.limit})
}

# Without a maximum no limit can be shown to be low enough.
violation contains {"msg": msg, "details": details} if {
	some entry in _limits
	quantities.amount(entry.limit)
	not quantities.amount(entry.resource.maximum)
	msg := sprintf("The %s limit %v of container %s cannot be judged, as the maximum %s is not a Kubernetes quantity", [
		entry.resource.label,
		entry.limit,
		entry.label,
		json.marshal(entry.resource.maximum),
	])
	details := object.union(entry.details, {"reason": "unknown_maximum", "actual": entry.limit})
}

_limits contains entry if {
	some container in containers.judged(input.review.object, _lists, object.get(input, "parameters", {}))
	some resource in _resources
	entry := {
		"label": container.label,
		"limit": object.get(container.value, ["resources", "limits", resource.key], null),
		"resource": resource,
		"details": object.union(container.details, {
			"field": sprintf("%s.resources.limits.%s", [container.path, resource.key]),
			"resource": resource.key,
			"allowed": resource.maximum,
		}),
	}
}

_is_set(limit) if not limit in {null, ""}

_is_plain(_, limit) if is_number(limit)

_is_plain(resource, limit) if regex.match(_plain[resource], limit)

_plain := {
	"cpu": `^[0-9]+(\.[0-9]+)?m?$`,
	"memory": `^[0-9]+(\.[0-9]+)?([EPTGMkm]|[EPTGMK]i)?$`,
}
