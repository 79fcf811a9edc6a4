package words

import rego.v1

default allow := false

allow if {
	is_word(input.word)
	not is_reserved(input.word)
}

is_word(word) if {
	count(word) == 0
	startswith(word, "x")
}

is_word(word) if regex.match(`^[a-z]+$`, word)

is_reserved(word) if word in reserved

reserved := {
	"if",
	"in",
}

longest := max([count(word) | some word in reserved])

spelled[word] := letters if {
	some word in reserved
	letters := split(word, "")
}

shouted[upper(word)] := word if some word in reserved

test_allow if {
	allow with input as {"word": "abc"}
	not allow with input as {"word": "if"}
}

test_spelled if {
	spelled["if"] == ["i", "f"]
}
