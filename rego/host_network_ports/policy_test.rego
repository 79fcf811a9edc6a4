package host_network_ports_test

import data.host_network_ports

test_nothing_of_the_host if {
	count(_of({"containers": [{"name": "app", "ports": [{"containerPort": 80}]}]}, {})) == 0
	count(_of({"containers": [{"name": "app", "ports": [{"hostPort": 0}, {"hostPort": null}]}], "hostNetwork": false}, {})) == 0
	count(_of({"containers": [{"name": "app", "ports": null}], "hostNetwork": null}, {})) == 0
	count(_of(null, {})) == 0
}

test_host_network if {
	some violation in _of({"hostNetwork": true, "containers": [{"name": "app"}]}, {})
	violation.msg == "The Pod uses the host's network"
	violation.details == {
		"reason": "host_network",
		"field": "spec.hostNetwork",
		"actual": true,
		"allowed": false,
	}
}

test_host_network_without_containers if count(_of({"hostNetwork": true}, {})) == 1

test_text_counts if count(_of({"hostNetwork": "true", "containers": [{"name": "app"}]}, {})) == 1

test_host_network_is_allowed if count(_of({"hostNetwork": true}, {"allowHostNetwork": true})) == 0

test_only_true_allows if {
	every odd in [null, "true", 1] {
		count(_of({"hostNetwork": true}, {"allowHostNetwork": odd})) == 1
	}
}

test_host_port if {
	some violation in _ports([{"containerPort": 80}, {"hostPort": 9001}], {})
	violation.msg == "Container app uses host port 9001, and no host port is allowed"
	violation.details == {
		"reason": "host_port",
		"container": "app",
		"field": "spec.containers[0].ports[1].hostPort",
		"actual": 9001,
		"allowed": [],
	}
}

test_range_includes_both_ends if {
	parameters := {"minPort": 8000, "maxPort": 9000}
	count(_ports([{"hostPort": 8000}, {"hostPort": 8500}, {"hostPort": 9000}], parameters)) == 0
	{violation.msg | some violation in _ports([{"hostPort": 7999}, {"hostPort": 9001}], parameters)} == {
		"Container app uses host port 7999, outside the allowed 8000 to 9000",
		"Container app uses host port 9001, outside the allowed 8000 to 9000",
	}
	some violation in _ports([{"hostPort": 80}], parameters)
	violation.details.reason == "host_port_range"
	violation.details.allowed == "8000-9000"
}

test_a_range_without_a_beginning_begins_with_0 if {
	found := host_network_ports.violation with input as {
		"review": {"object": {"spec": {"containers": [{"name": "app", "ports": [{"hostPort": 80}, {"hostPort": 9001}]}]}}},
		"parameters": {"maxPort": 9000},
	}
	{violation.msg | some violation in found} == {"Container app uses host port 9001, outside the allowed 0 to 9000"}
}

test_port_that_is_no_number if {
	every odd in ["9001", "8500", true, [8500], 8500.5] {
		count(_ports([{"hostPort": odd}], {"minPort": 1, "maxPort": 65535})) == 1
	}
}

test_one_port_where_a_list_belongs if {
	some violation in _ports({"containerPort": 80, "hostPort": 80}, {})
	violation.details.field == "spec.containers[0].ports.hostPort"
}

test_odd_parameters_allow_none if {
	every odd in [{"minPort": "1", "maxPort": 65535}, {"minPort": 1, "maxPort": "65535"}, {"minPort": 1, "maxPort": null}, {"minPort": null, "maxPort": 65535}, {"minPort": 90, "maxPort": 70}] {
		count(_ports([{"hostPort": 80}], odd)) == 1
	}
	found := host_network_ports.violation with input as {"review": {"object": {"spec": {
		"hostNetwork": true,
		"containers": [{"ports": [{"hostPort": 80}]}],
	}}}}
	{violation.details.reason | some violation in found} == {"host_network", "host_port"}
}

test_every_list if {
	ports := [{"hostPort": 80}]
	found := _of(
		{
			"containers": [{"name": "a", "ports": ports}],
			"initContainers": [{"ports": ports}],
			"ephemeralContainers": [{"name": "c", "ports": ports}],
		},
		{},
	)
	{violation.details.field | some violation in found} == {
		"spec.containers[0].ports[0].hostPort",
		"spec.initContainers[0].ports[0].hostPort",
		"spec.ephemeralContainers[0].ports[0].hostPort",
	}
}

test_excluded if {
	spec := {"hostNetwork": true, "containers": [{"name": "app", "image": "reg/app:1", "ports": [{"hostPort": 80}]}]}
	count(_of(spec, {"excludedContainers": ["app"]})) == 0
	count(_of(spec, {"excludedImages": ["reg/*"]})) == 0
}

test_one_judged_container_makes_the_network_count if {
	spec := {"hostNetwork": true, "containers": [{"name": "app"}, {"name": "sidecar"}]}
	count(_of(spec, {"excludedContainers": ["app"]})) == 1
}

test_windows_is_judged if count(_of({"os": {"name": "windows"}, "hostNetwork": true}, {})) == 1

test_listed_ports if {
	listed := {"allowedHostPorts": ["80", "3000-5000"]}
	count(_ports([{"hostPort": 80}, {"hostPort": 3000}, {"hostPort": 5000}], listed)) == 0
	found := _ports([{"hostPort": 81}], listed)
	count(found) == 1
	some violation in found
	violation.msg == "Container app uses host port 81, which is not an allowed one"
	violation.details.reason == "host_port_unlisted"
	violation.details.allowed == ["80", "3000-5000"]
}

test_listed_ports_beside_a_range if {
	both := {"allowedHostPorts": ["80"], "minPort": 8000, "maxPort": 9000}
	count(_ports([{"hostPort": 80}, {"hostPort": 8080}], both)) == 0
	found := _ports([{"hostPort": 81}], both)
	count(found) == 1
	some violation in found
	violation.details.allowed == ["80", "8000-9000"]
}

test_windows_can_be_left_out if {
	spec := {
		"nodeSelector": {"kubernetes.io/os": "windows"},
		"hostNetwork": true,
		"containers": [{"name": "app", "ports": [{"hostPort": 80}]}],
	}
	count(_of(spec, {})) == 2
	count(_of(spec, {"skipWindowsPods": "Selected"})) == 0
}

test_a_pod_without_containers_can_be_left_out if {
	count(_of({"hostNetwork": true}, {"judgePodsWithoutContainers": false})) == 0
}

_ports(ports, parameters) := _of({"containers": [{"name": "app", "ports": ports}]}, parameters)

_of(spec, parameters) := found if {
	found := host_network_ports.violation with input as {
		"review": {"object": {"spec": spec}},
		"parameters": object.union({"allowHostNetwork": false, "minPort": 0, "maxPort": 0}, parameters),
	}
}
