# METADATA
# title: Services should listen on allowed ports only
# description: |-
#   A Service is a violation for each port that the list does not hold, by itself or in a range.
#   The API server's own Service, kubernetes in the namespace default, is exempt.
package service_ports

import data.lib.places
import data.lib.ports

# The default of Azure's initiative: no port has this number.
_unconfigured := ["-1"]

_allowed := object.get(input, ["parameters", "allowedServicePortsList"], [])

violation contains {"msg": msg, "details": details} if {
	some entry in _ports
	not is_number(entry.port)
	msg := "The Service has a port that is not a number"
	details := object.union(entry.details, {"reason": "not_a_number", "actual": entry.port})
}

violation contains {"msg": msg, "details": details} if {
	some entry in _ports
	is_number(entry.port)
	_allowed == _unconfigured
	msg := sprintf("Port %v is not allowed, as none is until allowedServicePortsList is configured", [entry.port])
	details := object.union(entry.details, {"reason": "unconfigured", "actual": entry.port})
}

violation contains {"msg": msg, "details": details} if {
	some entry in _ports
	is_number(entry.port)
	_allowed != _unconfigured
	not ports.is_listed(entry.port, _allowed)
	msg := sprintf("Port %v is not an allowed port of a Service", [entry.port])
	details := object.union(entry.details, {"reason": "not_allowed", "actual": entry.port})
}

_ports contains entry if {
	service := input.review.object
	not _is_exempt(service)
	list := object.get(service, ["spec", "ports"], [])
	some place in places.of(list, "spec.ports", [])
	entry := {
		"port": object.get(place.value, "port", null),
		"details": {"field": sprintf("%s.port", [place.path]), "allowed": _allowed},
	}
}

_is_exempt(service) if {
	service.metadata.name == "kubernetes"
	service.metadata.namespace == "default"
}
