package host_namespaces_test

import data.host_namespaces

test_pid if {
	_violations({"hostPID": true}, {}) == {{
		"msg": "The Pod shares the process ID namespace of its host",
		"details": {
			"reason": "host_pid",
			"field": "spec.hostPID",
			"actual": true,
			"allowed": false,
		},
	}}
}

test_ipc if {
	_violations({"hostIPC": true}, {}) == {{
		"msg": "The Pod shares the IPC namespace of its host",
		"details": {
			"reason": "host_ipc",
			"field": "spec.hostIPC",
			"actual": true,
			"allowed": false,
		},
	}}
}

test_both if count(_violations({"hostPID": true, "hostIPC": true}, {})) == 2

test_good if {
	every spec in [
		{},
		{"hostPID": false, "hostIPC": null},
		{"hostNetwork": true, "shareProcessNamespace": true},
		null,
	] {
		count(_violations(spec, {})) == 0
	}
}

test_odd_counts if {
	every value in ["true", "false", 1, {}] {
		count(_violations({"hostPID": value}, {})) == 1
	}
}

test_excluded if {
	spec := {"hostPID": true, "containers": [{"image": "a"}, {"image": "b"}]}
	count(_violations(spec, {"excludedImages": ["a"]})) == 1
	count(_violations(spec, {"excludedImages": ["a", "b"]})) == 0
}

test_windows if count(_violations({"hostPID": true, "os": {"name": "windows"}}, {})) == 0

test_a_pod_without_containers_can_be_left_out if {
	count(_violations({"hostPID": true}, {"judgePodsWithoutContainers": true})) == 1
	count(_violations({"hostPID": true}, {"judgePodsWithoutContainers": false})) == 0
	count(_violations({"hostPID": true, "containers": [{"name": "a"}]}, {"judgePodsWithoutContainers": false})) == 1
}

test_windows_by_its_node_selector if {
	count(_violations({"hostPID": true, "os": {"name": "windows"}}, {"skipWindowsPods": "Selected"})) == 1
}

_violations(spec, parameters) := found if {
	found := host_namespaces.violation with input as {
		"review": {"object": {"spec": spec}},
		"parameters": parameters,
	}
}
