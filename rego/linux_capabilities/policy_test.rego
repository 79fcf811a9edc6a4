package linux_capabilities_test

import data.linux_capabilities

test_adds_nothing if {
	every value in [null, {}, {"add": []}, {"add": null}, {"drop": ["ALL"]}] {
		count(_violations(value, {})) == 0
	}
}

test_without_a_security_context if {
	count(_of({"spec": {"containers": [{"name": "app"}, {"name": "b", "securityContext": null}]}}, {})) == 0
}

test_added if {
	some violation in _violations({"add": ["NET_ADMIN"]}, {})
	violation.msg == "Container app adds capability NET_ADMIN, which is not allowed"
	violation.details == {
		"reason": "not_allowed",
		"container": "app",
		"field": "spec.containers[0].securityContext.capabilities.add[0]",
		"actual": "NET_ADMIN",
		"allowed": [],
	}
}

test_each_added_one if {
	found := _violations({"add": ["CHOWN", "KILL", "NET_RAW"]}, {"allowedCapabilities": ["KILL"]})
	{violation.details.actual | some violation in found} == {"CHOWN", "NET_RAW"}
}

test_compared_without_case_and_prefix if {
	every written in ["chown", "CHOWN", "CAP_CHOWN", "cap_chown"] {
		count(_violations({"add": [written]}, {"allowedCapabilities": ["Cap_Chown"]})) == 0
	}
}

test_all_is_a_capability_of_its_own if {
	count(_violations({"add": ["ALL"]}, {"allowedCapabilities": ["CHOWN"]})) == 1
	count(_violations({"add": ["CHOWN"]}, {"allowedCapabilities": ["ALL"]})) == 1
}

test_star_allows_all if count(_violations({"add": ["ALL", "CHOWN"]}, {"allowedCapabilities": ["*"]})) == 0

test_odd_types_are_not_allowed if {
	every odd in ["CHOWN", {"CHOWN": true}, [7], [["CHOWN"]], [null]] {
		count(_violations({"add": odd}, {})) == 1
	}
}

test_odd_parameters_allow_nothing if {
	every odd in [null, 7, {}] {
		count(_violations({"add": ["CHOWN"]}, {"allowedCapabilities": odd})) == 1
	}
	found := linux_capabilities.violation with input as {"review": {"object": _pod({"add": ["CHOWN"]})}}
	count(found) == 1
}

test_required_drop if {
	some violation in _violations({"drop": ["KILL"]}, {"requiredDropCapabilities": ["NET_RAW", "KILL", "CHOWN"]})
	violation.msg == "Container app does not drop CHOWN, NET_RAW"
	violation.details == {
		"reason": "not_dropped",
		"container": "app",
		"field": "spec.containers[0].securityContext.capabilities.drop",
		"missing": "CHOWN, NET_RAW",
		"actual": ["KILL"],
		"required": ["NET_RAW", "KILL", "CHOWN"],
	}
}

test_required_drop_is_done if {
	parameters := {"requiredDropCapabilities": ["NET_RAW", "KILL"]}
	every done in [["NET_RAW", "KILL"], ["cap_net_raw", "kill"], ["all"], "ALL"] {
		count(_violations({"drop": done}, parameters)) == 0
	}
}

test_required_drop_of_all if {
	parameters := {"requiredDropCapabilities": ["ALL"]}
	count(_violations({"drop": ["ALL"]}, parameters)) == 0
	every odd in [{"drop": ["KILL"]}, {"drop": null}, {"drop": 7}, {}, null] {
		count(_violations(odd, parameters)) == 1
	}
}

test_text_requires_its_one_name if count(_violations({}, {"requiredDropCapabilities": "ALL"})) == 1

test_every_list if {
	context := {"capabilities": {"add": ["CHOWN"]}}
	pod := {"spec": {
		"containers": [{"name": "a", "securityContext": context}],
		"initContainers": [{"securityContext": context}],
		"ephemeralContainers": [{"name": "c", "securityContext": context}],
	}}
	{violation.msg | some violation in _of(pod, {})} == {
		"Container a adds capability CHOWN, which is not allowed",
		"Container initContainers[0] adds capability CHOWN, which is not allowed",
		"Container c adds capability CHOWN, which is not allowed",
	}
}

test_excluded if {
	count(_violations({"add": ["CHOWN"]}, {"excludedContainers": ["app"]})) == 0
	count(_violations({"add": ["CHOWN"]}, {"excludedImages": ["reg/*"]})) == 0
}

test_windows if {
	pod := object.union(_pod({"add": ["CHOWN"]}), {"spec": {"os": {"name": "windows"}}})
	count(_of(pod, {"requiredDropCapabilities": ["ALL"]})) == 0
}

test_the_prefix_can_count if {
	strict := {"ignoreCapPrefix": false, "allowedCapabilities": ["chown", "cap_kill"], "requiredDropCapabilities": ["NET_RAW"]}
	count(_violations({"add": ["CHOWN", "CAP_KILL"], "drop": ["net_raw"]}, strict)) == 0
	messages := {violation.msg | some violation in _violations({"add": ["CAP_CHOWN"], "drop": ["CAP_NET_RAW"]}, strict)}
	messages == {
		"Container app adds capability CAP_CHOWN, which is not allowed",
		"Container app does not drop NET_RAW",
	}
	count(_violations({"add": ["CAP_CHOWN"]}, {"ignoreCapPrefix": false, "allowedCapabilities": ["*"]})) == 0
}

test_windows_by_its_node_selector if {
	pod := object.union(_pod({"add": ["CHOWN"]}), {"spec": {"os": {"name": "windows"}}})
	count(_of(pod, {"skipWindowsPods": "Selected"})) == 1
}

_pod(capabilities) := {"spec": {"containers": [{
	"name": "app",
	"image": "reg/app:1",
	"securityContext": {"capabilities": capabilities},
}]}}

_violations(capabilities, parameters) := _of(_pod(capabilities), parameters)

_of(pod, parameters) := found if {
	found := linux_capabilities.violation with input as {"review": {"object": pod}, "parameters": parameters}
}
