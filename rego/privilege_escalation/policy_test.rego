package privilege_escalation_test

import data.privilege_escalation

test_allowed if {
	_violations({"name": "app", "securityContext": {"allowPrivilegeEscalation": true}}, {}) == {{
		"msg": "Container app allows privilege escalation",
		"details": {
			"reason": "allowed",
			"container": "app",
			"field": "spec.containers[0].securityContext.allowPrivilegeEscalation",
			"actual": true,
			"allowed": false,
		},
	}}
}

test_not_refused if {
	_violations({"name": "app"}, {}) == {{
		"msg": "Container app does not refuse privilege escalation",
		"details": {
			"reason": "not_refused",
			"container": "app",
			"field": "spec.containers[0].securityContext.allowPrivilegeEscalation",
			"allowed": false,
		},
	}}
}

test_one_violation_a_container if {
	{violation.details.reason | some violation in _violations({"name": "app", "securityContext": {"runAsUser": 1000}}, {})} == {"not_refused"}
}

test_refused if {
	container := {"name": "app", "securityContext": {"allowPrivilegeEscalation": false}}
	count(_violations(container, {})) == 0
	count(_violations(container, _unforced)) == 0
}

test_every_container if {
	count(_of({"spec": {
		"containers": [{"name": "app"}],
		"initContainers": [{"name": "init"}],
		"ephemeralContainers": [{"name": "debug"}],
	}}, {})) == 3
}

test_odd_is_no_refusal if {
	every container in [
		{"name": "app", "securityContext": {"allowPrivilegeEscalation": "false"}},
		{"name": "app", "securityContext": {"allowPrivilegeEscalation": null}},
		{"name": "app", "securityContext": null},
		{"name": "app", "securityContext": "allowPrivilegeEscalation: false"},
		{"securityContext": {}},
		"app",
		null,
	] {
		count(_violations(container, {})) == 1
	}
}

test_containers_as_mapping if count(_of({"spec": {"containers": {"name": "app"}}}, {})) == 1

test_unforced_allows_silence if {
	count(_violations({"name": "app"}, _unforced)) == 0
	count(_violations({"name": "app", "securityContext": {"runAsUser": 0}}, _unforced)) == 0
}

test_unforced_and_allowed if {
	container := {"name": "app", "securityContext": {"allowPrivilegeEscalation": true}}
	{v.details.reason | some v in _violations(container, _unforced)} == {"allowed"}
}

test_unforced_with_user if {
	_violations({"name": "app", "securityContext": {"runAsUser": 1000}}, _unforced) == {{
		"msg": "Container app runs as user 1000 and does not refuse privilege escalation",
		"details": {
			"reason": "not_refused_by_user",
			"container": "app",
			"field": "spec.containers[0].securityContext.allowPrivilegeEscalation",
			"user": 1000,
			"allowed": false,
		},
	}}
}

test_unforced_with_user_of_pod if {
	pod := {"spec": {
		"securityContext": {"runAsUser": 1000},
		"containers": [
			{"name": "app"},
			{"name": "root", "securityContext": {"runAsUser": 0}},
		],
	}}
	{v.details.container | some v in _of(pod, _unforced)} == {"app"}
}

test_only_a_plain_false_unforces if {
	every value in [true, null, "false", 0] {
		count(_violations({"name": "app"}, {"forcePrivilegeEscalationToBeFalse": value})) == 1
	}
}

test_excluded if {
	count(_violations({"name": "app"}, {"excludedContainers": ["app"]})) == 0
	count(_violations({"name": "app", "image": "a/b"}, {"excludedImages": ["a/*"]})) == 0
}

test_windows if {
	count(_of({"spec": {"os": {"name": "windows"}, "containers": [{"name": "app"}]}}, {})) == 0
}

_unforced := {"forcePrivilegeEscalationToBeFalse": false}

test_windows_by_its_node_selector if {
	pod := {"spec": {"os": {"name": "windows"}, "containers": [{"name": "app"}]}}
	count(_of(pod, {"skipWindowsPods": "Selected"})) == 1
}

_violations(container, parameters) := _of({"spec": {"containers": [container]}}, parameters)

_of(pod, parameters) := found if {
	found := privilege_escalation.violation with input as {
		"review": {"object": pod},
		"parameters": parameters,
	}
}
