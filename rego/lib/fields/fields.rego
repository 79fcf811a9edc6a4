# METADATA
# title: Fields
# description: Reading the fields of objects that may have any shape.
package lib.fields

# METADATA
# description: |-
#   The field `key` of `value`, null where it is absent. Of a value that is no mapping, a list that
#   holds the value: what cannot be read is neither an absent field nor a good one, whichever field
#   was looked for.
at(value, key) := object.get(value, key, null) if {
	is_object(value)
} else := null if {
	is_null(value)
} else := [value]

# METADATA
# description: The part of `details` that says what a field holds; {} where it holds nothing.
actual(value) := {"actual": value | value != null}
