# METADATA
# title: Paths
# description: Field paths as people write them, `spec.containers[0].image`.
package lib.paths

# METADATA
# description: |-
#   The path of `key` below `base`: `[0]` for a position, `.name` for a plain key,
#   `["a.b/c"]` for a key that would not read as one segment.
child(base, key) := trim_prefix(concat("", [base, segments[is_plain]]), ".") if {
	quoted := json.marshal(key)
	is_plain := regex.match(`^"[A-Za-z0-9_-]+"$`, quoted)
	segments := {true: sprintf(".%s", [key]), false: sprintf("[%s]", [quoted])}
}
