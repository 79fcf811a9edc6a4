# METADATA
# title: Places
# description: The entries of a list in a manifest, each with the path at which it stands.
package lib.places

import data.lib.paths

# METADATA
# description: |-
#   The entries of `list`, which stands at the path `base`, as {"value": a mapping, "path": its path}.
#   Odd input is kept, not dropped, so that nothing a policy looks for can hide in it: an entry that
#   is no mapping counts as an empty one, and a mapping where the list belongs is read as it may be
#   meant. There a key with a mapping is an entry by name; the other keys, and those in `own`, are
#   the fields of a single entry. Text and numbers have no entries.
of(list, base, own) := array.concat(single, entries) if {
	is_object(list)
	fields := {key | some key, value in list; _is_field(key, value, own)}
	single := [{"value": list, "path": base} | count(fields) > 0]
	entries := [entry |
		some key, value in list
		not key in fields
		entry := {"value": value, "path": paths.child(base, key)}
	]
} else := [entry |
	some index, value in list
	entry := {
		"value": object.get({"object": value}, type_name(value), {}),
		"path": sprintf("%s[%d]", [base, index]),
	}
]

_is_field(_, value, _) if not is_object(value)

_is_field(key, _, own) if key in own
