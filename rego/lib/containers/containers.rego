# METADATA
# title: Containers
# description: |-
#   The containers of a Pod, each with its place. An entry is
#   {"value": the container, "path": where it stands, "label": what to call it in a message,
#   "details": {"container": its name}, or {} where it has none}.
#   Odd input is kept, not dropped: a list written as a mapping, an entry that is no mapping or
#   has no name are entries too, so that nothing a policy looks for can hide in them.
package lib.containers

import data.lib.paths

# METADATA
# description: The lists in which a Pod keeps its containers.
lists := ["containers", "initContainers", "ephemeralContainers"]

# METADATA
# description: The containers of the named lists that the parameters do not exclude.
judged(pod, names, parameters) := [entry |
	some entry in entries(pod, names)
	not excluded(entry, parameters)
]

# METADATA
# description: Every container of the named lists, in their order.
entries(pod, names) := [entry |
	some name in names
	list := object.get(pod, ["spec", name], [])
	some place in _places(list, paths.child("spec", name))
	entry := {
		"value": place.value,
		"path": place.path,
		"label": _label(place),
		"details": _details(place.value),
	}
]

# METADATA
# description: |-
#   Whether excludedContainers names the container exactly, or an entry of excludedImages is its
#   image, or the beginning of its image where the entry ends in `*`.
excluded(entry, parameters) if {
	some name in parameters.excludedContainers
	name == entry.value.name
}

excluded(entry, parameters) if {
	some pattern in parameters.excludedImages
	_image_matches(entry.value.image, pattern)
}

_places(list, base) := [place |
	is_array(list)
	some index, value in list
	place := {"value": value, "path": paths.child(base, index)}
] if {
	not is_object(list)
}

# A mapping where a list belongs is either one container or containers by name.
_places(list, base) := array.concat([{"value": list, "path": base}], [place |
	some key, value in list
	is_object(value)
	place := {"value": value, "path": paths.child(base, key)}
]) if {
	is_object(list)
}

_image_matches(image, pattern) if image == pattern

_image_matches(image, pattern) if {
	endswith(pattern, "*")
	startswith(image, trim_suffix(pattern, "*"))
}

_label(place) := place.value.name if is_string(place.value.name)

_label(place) := substring(place.path, count("spec."), -1) if {
	not _named(place.value)
}

_details(value) := {"container": value.name} if is_string(value.name)

_details(value) := {} if not _named(value)

_named(value) if is_string(value.name)
