# METADATA
# title: Containers
# description: |-
#   The containers of a Pod, each with its place. An entry is
#   {"value": the container, "path": where it stands, "label": what to call it in a message,
#   "details": {"container": its name}, or {} where it has none}.
#   Odd input is kept, not dropped: a list written as a mapping, an entry that is no mapping or
#   has no name are entries too, so that nothing a policy looks for can hide in them. An entry's
#   value is always a mapping.
package lib.containers

import data.lib.paths
import data.lib.places

# METADATA
# description: The lists in which a Pod keeps its containers.
lists := ["containers", "initContainers", "ephemeralContainers"]

# METADATA
# description: The containers of the named lists that the parameters do not exclude.
judged(pod, names, parameters) := _kept(
	pod,
	names,
	object.get({"in": parameters}, ["in", "excludedContainers"], []),
	object.get({"in": parameters}, ["in", "excludedImages"], []),
)

# Most policies exclude the same ones of a Pod, however much else they are told.
_kept(pod, names, excluded_names, excluded_images) := [entry |
	some entry in entries(pod, names)
	not _is_excluded(entry.value, excluded_names, excluded_images)
]

# METADATA
# description: Every container of the named lists, in their order.
entries(pod, names) := [entry |
	some name in names
	list := object.get(pod, ["spec", name], [])
	some place in places.of(list, paths.child("spec", name), _fields)
	own_name := {place.value.name | _is_named(place.value)}
	entry := {
		"value": place.value,
		"path": place.path,
		"label": concat("", own_name | {trim_prefix(place.path, "spec.") | count(own_name) == 0}),
		"details": {"container": text | some text in own_name},
	}
]

# METADATA
# description: |-
#   Whether no container of the Pod counts, so that what it asks for as a whole is nobody's: the
#   parameters exclude every one, or there is none and judgePodsWithoutContainers is off.
none_counts(pod, parameters) if {
	count(entries(pod, lists)) > 0
	count(judged(pod, lists, parameters)) == 0
}

none_counts(pod, parameters) if {
	parameters.judgePodsWithoutContainers == false
	count(entries(pod, lists)) == 0
}

# Whether excludedContainers names the container exactly, or an entry of excludedImages is its image,
# or the beginning of its image where the entry ends in `*`.
_is_excluded(container, names, _) if {
	is_array(names)
	_is_named(container)
	container.name in names
}

_is_excluded(container, _, patterns) if {
	is_array(patterns)
	is_string(container.image)
	some pattern in patterns
	_image_matches(container.image, pattern)
}

# The fields of a container that hold mappings, or lists of which one entry is a mapping; see places.of.
_fields := [
	"env",
	"envFrom",
	"lifecycle",
	"livenessProbe",
	"ports",
	"readinessProbe",
	"resources",
	"securityContext",
	"startupProbe",
	"volumeDevices",
	"volumeMounts",
]

_is_named(value) if {
	is_string(value.name)
	value.name != ""
}

_image_matches(image, pattern) if image == pattern

_image_matches(image, pattern) if {
	is_string(pattern)
	endswith(pattern, "*")
	startswith(image, trim_suffix(pattern, "*"))
}
