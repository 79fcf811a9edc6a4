package resource_limits_test

import data.resource_limits

test_within_the_maximum if {
	count(_violations({"name": "app", "resources": {"limits": {"cpu": "32", "memory": "64Gi"}}}, {})) == 0
}

test_number if count(_violations({"name": "app", "resources": {"limits": {"cpu": 0.5, "memory": 1024}}}, {})) == 0

test_zero_counts_as_set if {
	count(_violations({"name": "app", "resources": {"limits": {"cpu": 0, "memory": "0"}}}, {})) == 0
}

test_missing if {
	every container in [
		{"name": "app"},
		{"name": "app", "resources": null},
		{"name": "app", "resources": "text"},
		{"name": "app", "resources": {"requests": {"cpu": "1", "memory": "1Gi"}}},
		{"name": "app", "resources": {"limits": null}},
		{"name": "app", "resources": {"limits": ["cpu"]}},
		{"name": "app", "resources": {"limits": {"cpu": null, "memory": ""}}},
	] {
		{violation.msg | some violation in _violations(container, {})} == {
			"Container app has no CPU limit",
			"Container app has no memory limit",
		}
	}
}

test_missing_details if {
	{violation.details | some violation in _violations({"name": "app"}, {})} == {
		{
			"reason": "missing",
			"container": "app",
			"field": "spec.containers[0].resources.limits.cpu",
			"resource": "cpu",
			"allowed": "32",
		},
		{
			"reason": "missing",
			"container": "app",
			"field": "spec.containers[0].resources.limits.memory",
			"resource": "memory",
			"allowed": "64Gi",
		},
	}
}

test_above_the_maximum if {
	some violation in _violations({"name": "app", "resources": {"limits": {"cpu": "32001m", "memory": "1Gi"}}}, {})
	violation.msg == "The CPU limit 32001m of container app is above the maximum of 32"
	violation.details == {
		"reason": "above_maximum",
		"container": "app",
		"field": "spec.containers[0].resources.limits.cpu",
		"resource": "cpu",
		"actual": "32001m",
		"allowed": "32",
	}
}

test_memory_above_the_maximum if {
	container := {"name": "app", "resources": {"limits": {"cpu": 1, "memory": "513Mi"}}}
	{violation.msg | some violation in _violations(container, {"memoryLimit": "512Mi"})} == {"The memory limit 513Mi of container app is above the maximum of 512Mi"}
}

test_not_a_quantity if {
	every odd in ["all", "1K", "-1", "$(LIMIT)", true, ["1"], {"value": 1}] {
		container := {"name": "app", "resources": {"limits": {"cpu": odd, "memory": "1Gi"}}}
		every plain in [false, true] {
			found := _violations(container, {"onlyPlainQuantities": plain})
			{violation.details.reason | some violation in found} == {"not_a_quantity"}
		}
	}
}

test_not_a_quantity_message if {
	container := {"name": "app", "resources": {"limits": {"cpu": "1", "memory": "1GB"}}}
	{violation.msg | some violation in _violations(container, {})} == {`The memory limit "1GB" of container app is not a Kubernetes quantity`}
}

test_without_a_maximum if {
	container := {"name": "app", "resources": {"limits": {"cpu": "1", "memory": "1Gi"}}}
	every odd in ["", "lots", null, true] {
		{violation.details.reason | some violation in _violations(container, {"cpuLimit": odd})} == {"unknown_maximum"}
	}
	found := resource_limits.violation with input as {"review": {"object": {"spec": {"containers": [container]}}}}
	{violation.details.reason | some violation in found} == {"unknown_maximum"}
	count(found) == 2
}

test_one_violation_a_limit if {
	container := {"name": "app", "resources": {"limits": {"cpu": "all"}}}
	found := _violations(container, {"cpuLimit": "lots", "memoryLimit": "lots"})
	{violation.details.reason | some violation in found} == {"not_a_quantity", "missing"}
	count(found) == 2
}

test_without_a_name if {
	"Container containers[0] has no CPU limit" in {violation.msg | some violation in _violations({}, {})}
}

test_init_containers_but_not_ephemeral_ones if {
	found := _of({"spec": {"initContainers": [{"name": "init"}], "ephemeralContainers": [{"name": "debug"}]}}, {})
	{violation.details.container | some violation in found} == {"init"}
}

test_excluded if {
	count(_violations({"name": "app", "image": "reg/app:1"}, {"excludedContainers": ["app"]})) == 0
	count(_violations({"name": "app", "image": "reg/app:1"}, {"excludedImages": ["reg/*"]})) == 0
}

test_windows_is_judged if {
	count(_of({"spec": {"os": {"name": "windows"}, "containers": [{"name": "app"}]}}, {})) == 2
}

test_no_pod if count(_of({}, {})) == 0

test_only_plain_quantities if {
	plain := {"onlyPlainQuantities": true}
	every limits in [
		{"cpu": "500m", "memory": "64Mi"},
		{"cpu": "1.5", "memory": "1.5Gi"},
		{"cpu": 2, "memory": 1000000},
		{"cpu": "1", "memory": "1000m"},
		{"cpu": "1", "memory": "1k"},
	] {
		count(_violations({"name": "app", "resources": {"limits": limits}}, plain)) == 0
	}
	every cpu in ["1e-3", ".5", "1.", "100u", "1k", "1Ki", "+1"] {
		found := _violations({"name": "app", "resources": {"limits": {"cpu": cpu, "memory": "1Gi"}}}, plain)
		{violation.details.reason | some violation in found} - {"above_maximum"} == {"not_plain"}
		count(_violations({"name": "app", "resources": {"limits": {"cpu": cpu, "memory": "1Gi"}}}, {})) < count(found)
	}
	every memory in ["1e3", ".5Gi", "100u", "1n", "+1Gi"] {
		found := _violations({"name": "app", "resources": {"limits": {"cpu": "1", "memory": memory}}}, plain)
		{violation.details.reason | some violation in found} == {"not_plain"}
	}
	some violation in _violations({"name": "app", "resources": {"limits": {"cpu": ".5", "memory": "1Gi"}}}, plain)
	violation.msg == "The CPU limit .5 of container app is not a plain quantity"
	violation.details.actual == ".5"
}

_violations(container, parameters) := _of({"spec": {"containers": [container]}}, parameters)

_of(pod, parameters) := found if {
	found := resource_limits.violation with input as {
		"review": {"object": pod},
		"parameters": object.union({"cpuLimit": "32", "memoryLimit": "64Gi"}, parameters),
	}
}
