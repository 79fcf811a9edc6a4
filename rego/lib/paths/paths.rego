# METADATA
# title: Paths
# description: Field paths as people write them, `spec.containers[0].image`.
package lib.paths

# METADATA
# description: |-
#   The path of `key` below `base`: `[0]` for a position, `.name` for a plain key,
#   `["a.b/c"]` for a key that would not read as one segment.
child(base, key) := sprintf("%s[%d]", [base, key]) if is_number(key)

child(base, key) := key if {
	is_string(key)
	base == ""
	_plain(key)
}

child(base, key) := sprintf("%s.%s", [base, key]) if {
	is_string(key)
	base != ""
	_plain(key)
}

child(base, key) := sprintf("%s[%s]", [base, json.marshal(key)]) if {
	is_string(key)
	not _plain(key)
}

_plain(key) if regex.match(`^[A-Za-z0-9_-]+$`, key)
