package hosts

import rego.v1

violation contains {"msg": msg, "details": {
	"host": host,
	"allowed": allowed,
}} if {
	some rule in input.review.object.spec.rules
	host := rule.host
	not is_allowed(host)
	msg := sprintf(
		"host %s is not allowed",
		[host],
	)
}

violation contains {"msg": "no host", "details": {}} if {
	some rule in input.review.object.spec.rules
	not rule.host
	count(allowed) > 0
}

allowed := object.get(input, ["parameters", "hosts"], [])

is_allowed(host) if {
	some pattern in allowed
	endswith(host, pattern)
}

is_allowed(host) if {
	startswith(host, "localhost")
	count(host) > 9
}

test_refused if {
	count(violation) == 1 with input as {
		"parameters": {"hosts": [".example.com"]},
		"review": {"object": {"spec": {"rules": [{"host": "a.b.c"}, {"host": "a.example.com"}]}}},
	}
}
