# METADATA
# title: Quantities
# description: |-
#   Kubernetes' resource quantities, `500m`, `1.5Gi`, `2e3`, as k8s.io/apimachinery's
#   resource.Quantity reads them.
package lib.quantities

# METADATA
# description: |-
#   What `value`, a text or a number, amounts to: [units, billionths], to be compared with < and >.
#   Exact: digits are moved as text and multiplied as integers. As in Kubernetes, what is finer than
#   a billionth (here: of a binary suffix' own unit) is rounded up, and more than 2^63-1 is that.
#   Undefined for what Kubernetes does not read as a quantity, for what has a minus sign, and for an
#   exponent of more than three digits.
amount(value) := amounts if {
	some parts in regex.find_all_string_submatch_n(_pattern, _text(value), 1)
	digits := concat("", [parts[1], parts[2]])
	digits != ""
	"" in [parts[3], parts[4]]
	scale := _suffixes[parts[3]]
	point := (count(parts[1]) + scale.tens) + _exponent(parts[4])
	plain := _split(digits, point)

	# In two steps of at most 1024^3, so that a product of billionths stays below 2^63.
	first := min([scale.kibis, 3])
	amounts := min([_times(_times(plain, first), scale.kibis - first), [_most, 0]])
}

_pattern := concat("", [
	`^\+?([0-9]*)\.?([0-9]*)`,
	`((?:[numkMGTPE]|[KMGTPE]i)?)`,
	`((?:[eE][+-]?0*[0-9]{1,3})?)$`,
])

# Powers of ten and of 1024 by suffix.
_suffixes := {
	"n": {"tens": -9, "kibis": 0},
	"u": {"tens": -6, "kibis": 0},
	"m": {"tens": -3, "kibis": 0},
	"": {"tens": 0, "kibis": 0},
	"k": {"tens": 3, "kibis": 0},
	"M": {"tens": 6, "kibis": 0},
	"G": {"tens": 9, "kibis": 0},
	"T": {"tens": 12, "kibis": 0},
	"P": {"tens": 15, "kibis": 0},
	"E": {"tens": 18, "kibis": 0},
	"Ki": {"tens": 0, "kibis": 1},
	"Mi": {"tens": 0, "kibis": 2},
	"Gi": {"tens": 0, "kibis": 3},
	"Ti": {"tens": 0, "kibis": 4},
	"Pi": {"tens": 0, "kibis": 5},
	"Ei": {"tens": 0, "kibis": 6},
}

_most := 9223372036854775807

_billion := 1000000000

_zeros := "000000000000000000000000000000"

_text(value) := concat("", {value | is_string(value)} | {json.marshal(value) | is_number(value)})

# The digits as [units, billionths], the decimal point standing after `point` of them. Beyond twenty
# digits of units, or nine zeros after the point, more of them change nothing.
_split(digits, point) := [_integer(substring(padded, 0, whole)), billionths] if {
	significant := trim_left(digits, "0")
	place := max([min([point - (count(digits) - count(significant)), 20]), -9])
	whole := max([place, 0])
	padded := concat("", [substring(_zeros, 0, whole - place), significant, _zeros])
	finer := trim(substring(padded, whole + 9, -1), "0")
	billionths := _integer(substring(padded, whole, 9)) + count({finer | finer != ""})
}

_times(amounts, kibis) := [(amounts[0] * factor) + carry, rest] if {
	factor := [1, 1024, 1048576, 1073741824][kibis]
	product := amounts[1] * factor
	rest := product % _billion
	carry := (product - rest) / _billion
}

_exponent(text) := _integer(trim_left(text, "eE+-")) * (1 - (2 * count({text | contains(text, "-")})))

_integer(text) := array.concat([to_number(number) | number := trim_left(text, "0"); number != ""], [0])[0]
