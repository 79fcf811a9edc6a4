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
of(list, base, own) := array.concat(
	[{"value": list, "path": base} | _is_single(list, own)],
	[entry |
		some key, value in list
		not _is_field(list, key, value, own)
		entry := {
			"value": object.union_n([mapping | mapping := value; is_object(mapping)]),
			"path": paths.child(base, key),
		}
	],
)

_is_single(list, own) if {
	some key, value in list
	_is_field(list, key, value, own)
}

_is_field(list, _, value, _) if {
	is_object(list)
	not is_object(value)
}

_is_field(list, key, _, own) if {
	is_object(list)
	key in own
}
