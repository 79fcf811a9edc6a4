package privileged_containers_test

import data.privileged_containers

test_privileged if {
	some violation in _violations({"name": "app", "securityContext": {"privileged": true}}, {})
	violation.msg == "Container app runs privileged"
	violation.details == {
		"reason": "privileged",
		"container": "app",
		"field": "spec.containers[0].securityContext.privileged",
		"actual": true,
		"allowed": false,
	}
}

test_not_privileged if {
	count(_violations({"name": "app", "securityContext": {"privileged": false}}, {})) == 0
}

test_absent if count(_violations({"name": "app"}, {})) == 0

test_null_security_context if count(_violations({"name": "app", "securityContext": null}, {})) == 0

test_text_counts if {
	count(_violations({"name": "app", "securityContext": {"privileged": "true"}}, {})) == 1
}

test_without_name if {
	some violation in _violations({"securityContext": {"privileged": true}}, {})
	violation.msg == "Container containers[0] runs privileged"
	not "container" in object.keys(violation.details)
}

test_excluded if {
	count(_violations(
		{"name": "app", "securityContext": {"privileged": true}},
		{"excludedContainers": ["app"]},
	)) == 0
}

test_windows if {
	pod := {"spec": {
		"os": {"name": "windows"},
		"containers": [{"name": "app", "securityContext": {"privileged": true}}],
	}}
	count(_of(pod, {})) == 0
}

_violations(container, parameters) := _of({"spec": {"containers": [container]}}, parameters)

_of(pod, parameters) := found if {
	found := privileged_containers.violation with input as {
		"review": {"object": pod},
		"parameters": parameters,
	}
}
