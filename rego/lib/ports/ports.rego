# METADATA
# title: Ports
# description: Port numbers against lists of texts, a port `"443"` or a range `"4000-5000"`.
package lib.ports

# METADATA
# description: |-
#   Whether a port is in the list, by itself or in a range, both ends inclusive. What is no whole
#   number is in none, and what is no port or range holds nothing.
is_listed(port, list) if {
	is_number(port)
	port == floor(port)
	some range in _ranges(list)
	port >= range.first
	port <= range.last
}

_ranges(list) := [range |
	is_array(list)
	some text in list
	is_string(text)
	regex.match(`^[1-9][0-9]{0,4}(-[1-9][0-9]{0,4})?$`, text)
	ends := split(text, "-")
	range := {"first": to_number(ends[0]), "last": to_number(ends[count(ends) - 1])}
]
