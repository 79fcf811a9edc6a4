# METADATA
# title: Paths
# description: Field paths as people write them, `spec.containers[0].image`.
package lib.paths

# METADATA
# description: |-
#   The path of `key` below `base`: `[0]` for a position, `.name` for a plain key,
#   `["a.b/c"]` for a key that would not read as one segment.
child(base, key) := path if {
	names := {trim_prefix(sprintf("%s.%s", [base, key]), ".") | _plain(key)}
	quoted := {sprintf("%s[%s]", [base, json.marshal(key)]) | not _plain(key)}
	some path in names | quoted
}

_plain(key) if {
	is_string(key)
	regex.match(`^[A-Za-z0-9_-]+$`, key)
}
