# METADATA
# title: Fields
# description: Reading the fields of objects that may have any shape.
package lib.fields

# METADATA
# description: |-
#   The field `key` of `value`, null where it is absent. A value that is no mapping is answered
#   itself: what cannot be read stands for every field looked for in it, so that no policy takes
#   it for an absent one or for a good one.
at(value, key) := candidates[0] if {
	candidates := array.concat(
		[object.get(value, key, null) | is_object(value)],
		[value | not is_object(value)],
	)
}

# METADATA
# description: The part of `details` that says what a field holds; {} where it holds nothing.
actual(value) := {"actual": value | value != null}
