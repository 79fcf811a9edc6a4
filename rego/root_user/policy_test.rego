package root_user_test

import data.root_user

test_root if {
	_violations({"name": "app", "securityContext": {"runAsUser": 0}}, {}) == {{
		"msg": "Container app runs as user 0, where one other than root is required",
		"details": {
			"reason": "root",
			"container": "app",
			"field": "spec.containers[0].securityContext.runAsUser",
			"actual": 0,
		},
	}}
}

test_may_be_root if {
	_violations({"name": "app"}, {}) == {{
		"msg": "Container app may run as root",
		"details": {
			"reason": "may_be_root",
			"container": "app",
			"field": "spec.containers[0].securityContext.runAsNonRoot",
			"allowed": true,
		},
	}}
}

test_other_user if count(_violations({"securityContext": {"runAsUser": 1000}}, {})) == 0

test_non_root if count(_violations({"securityContext": {"runAsNonRoot": true}}, {})) == 0

test_root_in_spite_of_non_root if {
	{v.details.reason |
		some v in _violations({"securityContext": {"runAsNonRoot": true, "runAsUser": 0}}, {})
	} == {"root"}
}

test_odd_user_may_be_root if {
	every user in ["1000", -1, 0.5, [], {}, true, false, ""] {
		{v.details.reason | some v in _violations({"securityContext": {"runAsUser": user}}, {})} == {"root"}
	}
}

test_odd_non_root_is_none if {
	every container in [
		{"securityContext": {"runAsNonRoot": "true"}},
		{"securityContext": {"runAsNonRoot": false}},
		{"securityContext": {"runAsNonRoot": null, "runAsUser": null}},
		{"securityContext": null},
		{"securityContext": []},
		"app",
		null,
	] {
		count(_violations(container, {})) == 1
	}
}

test_user_of_pod if {
	some violation in _of({"spec": {
		"securityContext": {"runAsUser": 0},
		"containers": [{"name": "app", "securityContext": {"runAsNonRoot": true}}],
	}}, {})
	violation.details == {
		"reason": "root",
		"container": "app",
		"field": "spec.securityContext.runAsUser",
		"actual": 0,
	}
}

test_non_root_of_pod if {
	pod := {"spec": {"securityContext": {"runAsNonRoot": true}, "containers": [
		{"name": "silent"},
		{"name": "null", "securityContext": {"runAsNonRoot": null}},
		{"name": "against", "securityContext": {"runAsNonRoot": false}},
		{"name": "root", "securityContext": {"runAsUser": 0}},
		{"name": "user", "securityContext": {"runAsNonRoot": false, "runAsUser": 1}},
	]}}
	{v.details.container: v.details.reason | some v in _of(pod, {})} == {
		"against": "may_be_root",
		"root": "root",
	}
}

test_false_of_pod_is_pointed_at if {
	some violation in _of({"spec": {
		"securityContext": {"runAsNonRoot": false},
		"containers": [{"name": "app"}],
	}}, {})
	violation.details.field == "spec.securityContext.runAsNonRoot"
	violation.details.actual == false
}

test_every_container if {
	count(_of({"spec": {
		"containers": [{"name": "app"}],
		"initContainers": [{"name": "init"}],
		"ephemeralContainers": [{"name": "debug"}],
	}}, {})) == 3
}

test_containers_as_mapping if count(_of({"spec": {"containers": {"name": "app"}}}, {})) == 1

test_excluded if {
	parameters := object.union(_groups("MustRunAs"), {"excludedContainers": ["app"]})
	count(_violations({"name": "app"}, parameters)) == 0
	count(_violations({"image": "a/b"}, {"excludedImages": ["a/*"]})) == 0
}

test_windows if {
	count(_of(
		{"spec": {"os": {"name": "windows"}, "containers": [{"name": "app"}]}},
		_groups("MustRunAs"),
	)) == 0
}

test_any_user if {
	count(_violations({"securityContext": {"runAsUser": 0}}, {"runAsUserRule": "RunAsAny"})) == 0
	count(_violations({}, {"runAsUserRule": "RunAsAny"})) == 0
}

test_odd_user_rule_is_non_root if {
	every rule in [null, "runasany", 0, ["RunAsAny"]] {
		count(_violations({}, {"runAsUserRule": rule})) == 1
	}
}

test_user_outside_ranges if {
	_violations({"name": "app", "securityContext": {"runAsUser": 1000}}, _users) == {{
		"msg": "Container app has runAsUser 1000, which is not in the allowed ranges",
		"details": {
			"reason": "container_id_not_allowed",
			"container": "app",
			"setting": "runAsUser",
			"field": "spec.containers[0].securityContext.runAsUser",
			"actual": 1000,
			"allowed": [{"min": 2000, "max": 2999}],
		},
	}}
}

test_a_range_may_hold_root if {
	count(_violations({"securityContext": {"runAsUser": 0}}, {
		"runAsUserRule": "MustRunAs",
		"runAsUserRanges": {"ranges": [{"min": 0, "max": 0}]},
	})) == 0
}

test_user_in_ranges if count(_violations({"securityContext": {"runAsUser": 2000}}, _users)) == 0

test_user_missing if {
	_violations({"name": "app", "securityContext": {"runAsNonRoot": true}}, _users) == {{
		"msg": "Container app does not set runAsUser",
		"details": {
			"reason": "container_id_missing",
			"container": "app",
			"setting": "runAsUser",
			"field": "spec.containers[0].securityContext.runAsUser",
			"allowed": [{"min": 2000, "max": 2999}],
		},
	}}
}

test_odd_ranges_allow_nothing if {
	every ranges in [null, [], "1-2", {"ranges": null}, {"ranges": {"min": 1, "max": -1}}] {
		count(_violations(
			{"securityContext": {"runAsUser": 2000}},
			{"runAsUserRule": "MustRunAs", "runAsUserRanges": ranges},
		)) == 1
	}
}

test_groups_may_be_missing if count(_groups_of({}, "MayRunAs")) == 0

test_groups_must_be_there if {
	found := _groups_of({}, "MustRunAs")
	{v.details.field: v.details.reason | some v in found} == {
		"spec.containers[0].securityContext.runAsGroup": "container_id_missing",
		"spec.securityContext.fsGroup": "pod_id_missing",
		"spec.securityContext.supplementalGroups": "pod_id_missing",
	}
	{v.msg | some v in found} == {
		"Container app does not set runAsGroup",
		"The Pod does not set fsGroup",
		"The Pod does not set supplementalGroups",
	}
}

test_groups_outside_ranges if {
	every rule in ["MayRunAs", "MustRunAs", "mustrunas"] {
		found := _groups_of({"runAsGroup": 0, "fsGroup": 0, "supplementalGroups": [5, 0]}, rule)
		{v.details.field: v.details.reason | some v in found} == {
			"spec.securityContext.runAsGroup": "container_id_not_allowed",
			"spec.securityContext.fsGroup": "pod_id_not_allowed",
			"spec.securityContext.supplementalGroups[1]": "pod_id_not_allowed",
		}
	}
}

test_groups_in_ranges if {
	every rule in ["MayRunAs", "MustRunAs"] {
		count(_groups_of({"runAsGroup": 1, "fsGroup": 2, "supplementalGroups": [3, 4]}, rule)) == 0
	}
}

test_empty_list_is_missing if {
	context := {"runAsGroup": 1, "fsGroup": 2, "supplementalGroups": []}
	count(_groups_of(context, "MayRunAs")) == 0
	count(_groups_of(context, "MustRunAs")) == 1
}

test_odd_groups if {
	context := {"runAsGroup": "1", "fsGroup": [2], "supplementalGroups": {"a": 3}}
	count(_groups_of(context, "MayRunAs")) == 3
	count(_groups_of({"fsGroup": []}, "MayRunAs")) == 1
	{violation.details.field | some violation in _groups_of(object.union(context, {"fsGroup": [0]}), "MustRunAs")} == {
		"spec.securityContext.runAsGroup",
		"spec.securityContext.fsGroup",
		"spec.securityContext.supplementalGroups",
	}
	{violation.details.reason | some violation in _groups_of({"runAsGroup": 1, "fsGroup": [], "supplementalGroups": {}}, "MustRunAs")} == {"pod_id_not_allowed"}
	count(_groups_of({"supplementalGroups": [null, "3"]}, "MayRunAs")) == 2
}

test_any_group if {
	count(_groups_of({"runAsGroup": 0, "fsGroup": 0, "supplementalGroups": [0]}, "RunAsAny")) == 0
}

_users := {"runAsUserRule": "MustRunAs", "runAsUserRanges": {"ranges": [{"min": 2000, "max": 2999}]}}

test_windows_by_its_node_selector if {
	pod := {"spec": {"os": {"name": "windows"}, "containers": [{"name": "app"}]}}
	count(_of(pod, {"skipWindowsPods": "Selected"})) == 1
}

_groups(rule) := {
	"runAsUserRule": "RunAsAny",
	"runAsGroupRule": rule,
	"runAsGroupRanges": _above_root,
	"supplementalGroupsRule": rule,
	"supplementalGroupsRanges": _above_root,
	"fsGroupRule": rule,
	"fsGroupRanges": _above_root,
}

_above_root := {"ranges": [{"min": 1, "max": -1}]}

_groups_of(context, rule) := _of(
	{"spec": {"securityContext": context, "containers": [{"name": "app"}]}},
	_groups(rule),
)

_violations(container, parameters) := _of({"spec": {"containers": [container]}}, parameters)

_of(pod, parameters) := found if {
	found := root_user.violation with input as {
		"review": {"object": pod},
		"parameters": parameters,
	}
}
