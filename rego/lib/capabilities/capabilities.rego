# METADATA
# title: Capabilities
# description: Linux capabilities as a container's securityContext adds and drops them.
package lib.capabilities

import data.lib.paths

# METADATA
# description: |-
#   What a container lists under `verb` ("add" or "drop"), each as {"name": its canonical name,
#   "spelling": the name with its prefix, "value": as written, "path": where it stands}. A text or a
#   mapping where the list belongs is read as its text or its keys.
listed(container, verb) := [entry |
	list := object.get(container.value, ["securityContext", "capabilities", verb], [])
	base := sprintf("%s.securityContext.capabilities.%s", [container.path, verb])
	some place in _places(list, base)
	entry := {
		"name": canonical(place.value),
		"spelling": spelling(place.value),
		"value": place.value,
		"path": place.path,
	}
]

# METADATA
# description: |-
#   The names in a parameter, canonical; a text where a list belongs is its one name.
names(parameter) := {canonical(name) | some name in spellings(parameter)}

# METADATA
# description: As `names`, with their prefixes.
spellings(parameter) := {spelling(place.value) | some place in _places(parameter, "")}

# METADATA
# description: |-
#   One spelling for a capability: upper case, without `CAP_`. What is no text becomes its JSON.
canonical(value) := trim_prefix(spelling(value), "CAP_")

# METADATA
# description: A capability in upper case, `CAP_` kept. What is no text becomes its JSON.
spelling(value) := concat("", texts | others) if {
	texts := {upper(trim_space(value)) | is_string(value)}
	others := {upper(json.marshal(value)) | not is_string(value)}
}

_places(value, base) := array.concat(
	[{"value": value, "path": base} | is_string(value)],
	[{"value": item, "path": paths.child(base, key)} |
		some key, element in value
		some item in ({element | is_array(value)} | {key | is_object(value)})
	],
)
