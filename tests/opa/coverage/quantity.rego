package quantity

import rego.v1

default size := 0

size := n if {
	n := to_number(input.size)
	n >= 0
}

unit(text) := 1024 if {
	endswith(text, "Ki")
} else := 1000 if {
	endswith(text, "k")
} else := 1

total := sum([part |
	some entry in input.entries
	part := entry.amount * unit(entry.text)
	part > 0
])

never if {
	total > 1000000
	size > 0
}

test_total if {
	total == 3048 with input as {"entries": [{"amount": 1, "text": "2Ki"}, {"amount": 2, "text": "1k"}, {"amount": 24, "text": "x"}]}
}

test_default if {
	size == 0 with input as {"size": -1}
}
