package service_ports_test

import data.service_ports

test_allowed if count(_violations([{"port": 80}, {"port": 443}], ["443", "80"])) == 0

test_not_allowed if {
	some violation in _violations([{"port": 80}, {"port": 6001, "targetPort": 80}], ["80"])
	violation.msg == "Port 6001 is not an allowed port of a Service"
	violation.details == {
		"reason": "not_allowed",
		"field": "spec.ports[1].port",
		"actual": 6001,
		"allowed": ["80"],
	}
}

test_ranges_include_both_ends if {
	count(_violations([{"port": 4000}, {"port": 4500}, {"port": 5000}], ["4000-5000"])) == 0
	count(_violations([{"port": 3999}, {"port": 5001}], ["4000-5000"])) == 2
}

test_compared_as_numbers if count(_violations([{"port": 8}, {"port": 800}], ["80", "70-90"])) == 2

test_unconfigured if {
	some violation in _violations([{"port": 80}], ["-1"])
	violation.msg == "Port 80 is not allowed, as none is until allowedServicePortsList is configured"
	violation.details.reason == "unconfigured"
}

test_one_violation_a_port if {
	{violation.details.reason | some violation in _violations([{"port": 80}], ["-1"])} == {"unconfigured"}
	{violation.details.reason | some violation in _violations([{"port": "80"}], ["-1"])} == {"not_a_number"}
}

test_empty_list_allows_none if {
	some violation in _violations([{"port": 80}], [])
	violation.details.reason == "not_allowed"
}

test_odd_parameters_allow_none if {
	every odd in [null, "80", 80, [80], [""], ["-"], ["80-"], ["-80"], ["*"], ["http"], ["090"], ["90-70"], ["1-2-3"], [" 80"], ["-1", "-1"]] {
		count(_violations([{"port": 80}], odd)) == 1
	}
	found := service_ports.violation with input as {"review": {"object": {"spec": {"ports": [{"port": 80}]}}}}
	count(found) == 1
}

test_port_that_is_no_number if {
	every odd in [{"port": "80"}, {"port": null}, {"port": true}, {"port": "${PORT:-9002}"}, {"targetPort": 80}, 80, "80"] {
		found := _violations([odd], ["80"])
		count(found) == 1
		some violation in found
		violation.msg == "The Service has a port that is not a number"
		violation.details.reason == "not_a_number"
		violation.details.field == "spec.ports[0].port"
	}
}

test_odd_numbers_are_not_allowed if count(_violations([{"port": 80.5}, {"port": -1}, {"port": 0}], ["80-81", "-1"])) == 3

test_one_port_where_a_list_belongs if {
	some violation in _violations({"port": 6001}, ["80"])
	violation.details.field == "spec.ports.port"
}

test_without_ports if {
	every odd in [null, [], {}, "80"] {
		count(_violations(odd, ["-1"])) == 0
	}
	count(_of({"spec": {"type": "ExternalName"}}, ["-1"])) == 0
	count(_of({"spec": null}, ["-1"])) == 0
}

test_the_api_servers_own_service if {
	spec := {"ports": [{"port": 443}]}
	count(_of({"metadata": {"name": "kubernetes", "namespace": "default"}, "spec": spec}, [])) == 0
	count(_of({"metadata": {"name": "kubernetes", "namespace": "shop"}, "spec": spec}, [])) == 1
	count(_of({"metadata": {"name": "web", "namespace": "default"}, "spec": spec}, [])) == 1
	count(_of({"metadata": null, "spec": spec}, [])) == 1
}

_violations(ports, allowed) := _of({"spec": {"ports": ports}}, allowed)

_of(service, allowed) := found if {
	found := service_ports.violation with input as {
		"review": {"object": service},
		"parameters": {"allowedServicePortsList": allowed},
	}
}
