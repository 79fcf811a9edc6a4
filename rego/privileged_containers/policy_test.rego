package privileged_containers_test

import data.privileged_containers

test_privileged if {
	_violations({"name": "app", "securityContext": {"privileged": true}}, {}) == {{
		"msg": "Container app runs privileged",
		"details": {
			"reason": "privileged",
			"container": "app",
			"field": "spec.containers[0].securityContext.privileged",
			"actual": true,
			"allowed": false,
		},
	}}
}

test_init_and_ephemeral if {
	count(_of({"spec": {
		"initContainers": [{"name": "init", "securityContext": {"privileged": true}}],
		"ephemeralContainers": [{"name": "debug", "securityContext": {"privileged": true}}],
	}}, {})) == 2
}

test_good if {
	every container in [
		{"name": "app", "securityContext": {"privileged": false}},
		{"name": "app", "securityContext": {"privileged": null}},
		{"name": "app", "securityContext": {}},
		{"name": "app", "securityContext": null},
		{"name": "app"},
		null,
	] {
		count(_violations(container, {})) == 0
	}
}

test_odd_counts if {
	every container in [
		{"name": "app", "securityContext": {"privileged": "true"}},
		{"name": "app", "securityContext": {"privileged": 1}},
		{"name": "app", "securityContext": "privileged: true"},
		{"name": "app", "securityContext": [{"privileged": true}]},
	] {
		count(_violations(container, {})) == 1
	}
}

test_without_name if {
	some violation in _violations({"securityContext": {"privileged": true}}, {})
	violation.msg == "Container containers[0] runs privileged"
	not "container" in object.keys(violation.details)
}

test_containers_as_mapping if {
	some violation in _of({"spec": {"containers": {"securityContext": {"privileged": true}}}}, {})
	violation.details.field == "spec.containers.securityContext.privileged"
}

test_excluded if {
	container := {"name": "app", "image": "a/b:1", "securityContext": {"privileged": true}}
	count(_violations(container, {"excludedContainers": ["app"]})) == 0
	count(_violations(container, {"excludedImages": ["a/*"]})) == 0
	count(_violations(container, {"excludedContainers": ["ap"], "excludedImages": ["a/b"]})) == 1
}

test_odd_parameters if {
	container := {"name": "app", "securityContext": {"privileged": true}}
	every parameters in [null, {}, {"excludedContainers": [1, null], "excludedImages": [1, null]}] {
		count(_violations(container, parameters)) == 1
	}
}

test_windows if {
	count(_of({"spec": {
		"os": {"name": "windows"},
		"containers": [{"name": "app", "securityContext": {"privileged": true}}],
	}}, {})) == 0
}

test_windows_by_its_node_selector if {
	pod := {"spec": {"os": {"name": "windows"}, "containers": [{"name": "app", "securityContext": {"privileged": true}}]}}
	count(_of(pod, {"skipWindowsPods": "Selected"})) == 1
}

_violations(container, parameters) := _of({"spec": {"containers": [container]}}, parameters)

_of(pod, parameters) := found if {
	found := privileged_containers.violation with input as {
		"review": {"object": pod},
		"parameters": parameters,
	}
}
