# METADATA
# title: IDs
# description: User and group IDs against ranges of {"min": …, "max": …}, both ends inclusive.
package lib.ids

# METADATA
# description: |-
#   Whether an ID is in one of the ranges; a max of -1 is no end. An ID that is no number is in
#   none, and a range without numbers holds nothing.
allowed(id, ranges) if {
	is_number(id)
	is_array(ranges)
	some range in ranges
	is_number(range.min)
	id >= range.min
	_below(id, range.max)
}

_below(id, max) if {
	is_number(max)
	id <= max
}

_below(_, max) if max == -1
