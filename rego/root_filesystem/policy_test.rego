package root_filesystem_test

import data.root_filesystem

test_writable if {
	_violations({"name": "app", "securityContext": {"readOnlyRootFilesystem": false}}, {}) == {{
		"msg": "Container app can write to its root filesystem",
		"details": {
			"reason": "writable",
			"container": "app",
			"field": "spec.containers[0].securityContext.readOnlyRootFilesystem",
			"actual": false,
			"allowed": true,
		},
	}}
}

test_silent if {
	_violations({"name": "app"}, {}) == {{
		"msg": "Container app can write to its root filesystem",
		"details": {
			"reason": "writable",
			"container": "app",
			"field": "spec.containers[0].securityContext.readOnlyRootFilesystem",
			"allowed": true,
		},
	}}
}

test_every_container if {
	count(_of({"spec": {
		"containers": [{"name": "app"}],
		"initContainers": [{"name": "init"}],
		"ephemeralContainers": [{"name": "debug"}],
	}}, {})) == 3
}

test_read_only if {
	container := {"name": "app", "securityContext": {"readOnlyRootFilesystem": true}}
	count(_violations(container, {})) == 0
}

test_odd_is_not_read_only if {
	every container in [
		{"name": "app", "securityContext": {"readOnlyRootFilesystem": "true"}},
		{"name": "app", "securityContext": {"readOnlyRootFilesystem": null}},
		{"name": "app", "securityContext": null},
		{"name": "app", "securityContext": true},
		{"securityContext": {}},
		"app",
		null,
	] {
		count(_violations(container, {})) == 1
	}
}

test_containers_as_mapping if count(_of({"spec": {"containers": {"name": "app"}}}, {})) == 1

test_pod_cannot_say_it if {
	count(_of({"spec": {
		"securityContext": {"readOnlyRootFilesystem": true},
		"containers": [{"name": "app"}],
	}}, {})) == 1
}

test_excluded if {
	count(_violations({"name": "app"}, {"excludedContainers": ["app"]})) == 0
	count(_violations({"name": "app", "image": "a/b"}, {"excludedImages": ["a/b"]})) == 0
}

test_windows if {
	count(_of({"spec": {
		"nodeSelector": {"kubernetes.io/os": "windows"},
		"containers": [{"name": "app"}],
	}}, {})) == 0
}

test_windows_by_its_node_selector if {
	pod := {"spec": {"os": {"name": "windows"}, "containers": [{"name": "app"}]}}
	count(_of(pod, {"skipWindowsPods": "Selected"})) == 1
}

_violations(container, parameters) := _of({"spec": {"containers": [container]}}, parameters)

_of(pod, parameters) := found if {
	found := root_filesystem.violation with input as {
		"review": {"object": pod},
		"parameters": parameters,
	}
}
