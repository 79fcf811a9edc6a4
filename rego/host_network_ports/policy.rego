# METADATA
# title: Usage of host networking and ports should be restricted
# description: |-
#   A Pod is a violation when it asks for the node's network and may not, and for each host port
#   outside the range from minPort to maxPort, both ends included, that allowedHostPorts does not list.
package host_network_ports

import data.lib.containers
import data.lib.places
import data.lib.pods
import data.lib.ports

_parameters := object.get(input, "parameters", {})

_minimum := object.get(input, ["parameters", "minPort"], 0)

_maximum := object.get(input, ["parameters", "maxPort"], 0)

_listed := object.get(input, ["parameters", "allowedHostPorts"], [])

violation contains {"msg": msg, "details": details} if {
	pod := input.review.object
	not pods.is_skipped(pod, _parameters, "Never")
	not containers.none_counts(pod, _parameters)
	actual := object.get(pod, ["spec", "hostNetwork"], false)

	# Anything that is not plainly off counts: the API server refuses other types.
	not actual in {false, null}
	allowed := object.get(input, ["parameters", "allowHostNetwork"], false)
	allowed != true
	msg := "The Pod uses the host's network"
	details := {
		"reason": "host_network",
		"field": "spec.hostNetwork",
		"actual": actual,
		"allowed": false,
	}
}

violation contains {"msg": msg, "details": details} if {
	some entry in _host_ports
	_maximum == 0
	count(_listed) == 0
	msg := sprintf("Container %s uses host port %s, and no host port is allowed", [
		entry.label,
		json.marshal(entry.port),
	])
	details := object.union(entry.details, {"reason": "host_port", "allowed": []})
}

violation contains {"msg": msg, "details": details} if {
	some entry in _host_ports
	_maximum != 0
	count(_listed) == 0
	msg := sprintf("Container %s uses host port %s, outside the allowed %s to %s", [
		entry.label,
		json.marshal(entry.port),
		json.marshal(_minimum),
		json.marshal(_maximum),
	])
	details := object.union(entry.details, {
		"reason": "host_port_range",
		"allowed": sprintf("%s-%s", [json.marshal(_minimum), json.marshal(_maximum)]),
	})
}

violation contains {"msg": msg, "details": details} if {
	some entry in _host_ports
	count(_listed) > 0
	msg := sprintf("Container %s uses host port %s, which is not an allowed one", [
		entry.label,
		json.marshal(entry.port),
	])
	range := [sprintf("%s-%s", [json.marshal(_minimum), json.marshal(_maximum)]) | _maximum != 0]
	details := object.union(entry.details, {"reason": "host_port_unlisted", "allowed": array.concat(_listed, range)})
}

# The host ports that are not allowed.
_host_ports contains entry if {
	not pods.is_skipped(input.review.object, _parameters, "Never")
	some container in containers.judged(input.review.object, containers.lists, _parameters)
	list := object.get(container.value, "ports", [])
	some place in places.of(list, sprintf("%s.ports", [container.path]), [])
	port := object.get(place.value, "hostPort", 0)
	not port in {0, null}
	not _is_allowed(port)
	entry := {
		"label": container.label,
		"port": port,
		"details": object.union(container.details, {
			"field": sprintf("%s.hostPort", [place.path]),
			"actual": port,
		}),
	}
}

_is_allowed(port) if {
	is_number(port)
	is_number(_minimum)
	is_number(_maximum)
	port == floor(port)
	port >= _minimum
	port <= _maximum
}

_is_allowed(port) if ports.is_listed(port, _listed)
