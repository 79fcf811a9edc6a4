package apparmor_profiles_test

import data.apparmor_profiles

test_missing if {
	some violation in _violations({"containers": [{"name": "app"}]}, {}, {})
	violation.msg == "Container app has no AppArmor profile"
	violation.details == {
		"reason": "missing",
		"container": "app",
		"field": "spec.containers[0].securityContext.appArmorProfile",
		"allowed": ["runtime/default"],
	}
}

test_missing_wherever_it_is_null if {
	spec := {
		"containers": [{"name": "app", "securityContext": {"appArmorProfile": null}}, {"name": "b", "securityContext": null}],
		"securityContext": null,
	}
	annotations := {_key("app"): "", _key("b"): null}
	{violation.details.reason | some violation in _violations(spec, annotations, {})} == {"missing"}
}

test_container_field if {
	count(_violations({"containers": [_with("app", {"type": "RuntimeDefault"})]}, {}, {})) == 0
	some violation in _violations({"containers": [_with("app", {"type": "Unconfined"})]}, {}, {})
	violation.msg == "Container app uses AppArmor profile unconfined, which is not allowed"
	violation.details == {
		"reason": "not_allowed",
		"container": "app",
		"field": "spec.containers[0].securityContext.appArmorProfile",
		"actual": "unconfined",
		"allowed": ["runtime/default"],
	}
}

test_annotation if {
	count(_violations({"containers": [{"name": "app"}]}, {_key("app"): "runtime/default"}, {})) == 0
	some violation in _violations({"containers": [{"name": "app"}]}, {_key("app"): "unconfined"}, {})
	violation.msg == "Container app uses AppArmor profile unconfined, which is not allowed"
	violation.details.field == `metadata.annotations["container.apparmor.security.beta.kubernetes.io/app"]`
}

test_annotation_is_one_containers if {
	found := _violations({"containers": [{"name": "app"}, {"name": "b"}]}, {_key("app"): "runtime/default"}, {})
	{violation.details.container | some violation in found} == {"b"}
}

test_pod_field if {
	pod_field := {"securityContext": {"appArmorProfile": {"type": "RuntimeDefault"}}}
	count(_violations(object.union(pod_field, {"containers": [{"name": "app"}, {}]}), {}, {})) == 0
	some violation in _violations(
		{"containers": [{"name": "app"}], "securityContext": {"appArmorProfile": {"type": "Unconfined"}}},
		{}, {},
	)
	violation.details.field == "spec.securityContext.appArmorProfile"
}

test_container_field_before_annotation if {
	spec := {"containers": [_with("app", {"type": "RuntimeDefault"})]}
	count(_violations(spec, {_key("app"): "unconfined"}, {})) == 0
	count(_violations(spec, {_key("app"): true}, {})) == 0
	worse := {"containers": [_with("app", {"type": "Unconfined"})]}
	count(_violations(worse, {_key("app"): "runtime/default"}, {})) == 1
}

test_annotation_before_pod_field if {
	spec := {"containers": [{"name": "app"}], "securityContext": {"appArmorProfile": {"type": "RuntimeDefault"}}}
	count(_violations(spec, {_key("app"): "unconfined"}, {})) == 1
}

test_localhost if {
	spec := {"containers": [_with("app", {"type": "Localhost", "localhostProfile": "nginx"})]}
	count(_violations(spec, {}, {"allowedProfiles": ["localhost/nginx"]})) == 0
	count(_violations(spec, {}, {"allowedProfiles": ["localhost/*"]})) == 0
	some violation in _violations(spec, {}, {"allowedProfiles": ["localhost/other", "runtime/*", "*"]})
	violation.details.actual == "localhost/nginx"
	count(_violations({"containers": [{"name": "app"}]}, {_key("app"): "localhost/x"}, {"allowedProfiles": ["localhost/*"]})) == 0
}

test_star_is_for_localhost_only if {
	spec := {"containers": [_with("app", {"type": "RuntimeDefault"})]}
	count(_violations(spec, {}, {"allowedProfiles": ["localhost/*", "runtime/*"]})) == 1
}

test_unknown if {
	every odd in [
		"runtime/default", {}, {"type": null}, {"type": "runtime/default"}, {"type": "Localhost"},
		{"type": "localhost", "localhostProfile": "x"}, {"type": "Localhost", "localhostProfile": ""}, {"type": "Localhost", "localhostProfile": 7}, ["RuntimeDefault"], true,
	] {
		{violation.details.reason |
			some violation in _violations({"containers": [_with("app", odd)]}, {}, {"allowedProfiles": ["runtime/default", "localhost/*"]})
		} == {"unknown"}
	}
}

test_unknown_annotation if {
	some violation in _violations({"containers": [{"name": "app"}]}, {_key("app"): true}, {})
	violation.msg == "The AppArmor profile of container app is not one that Kubernetes knows: true"
	violation.details == {
		"reason": "unknown",
		"container": "app",
		"field": `metadata.annotations["container.apparmor.security.beta.kubernetes.io/app"]`,
		"actual": true,
		"allowed": ["runtime/default"],
	}
}

test_empty_list_allows_none if {
	spec := {"containers": [_with("app", {"type": "RuntimeDefault"})]}
	local := {"containers": [_with("app", {"type": "Localhost", "localhostProfile": "x"})]}
	every odd in [[], null, "runtime/default", 7, {"a": "runtime/default", "b": "localhost/*"}] {
		count(_violations(spec, {}, {"allowedProfiles": odd})) == 1
		count(_violations(local, {}, {"allowedProfiles": odd})) == 1
	}
}

test_without_parameters if {
	found := apparmor_profiles.violation with input as {"review": {"object": {"spec": {"containers": [_with("app", {"type": "RuntimeDefault"})]}}}}
	count(found) == 1
}

test_every_list if {
	spec := {"containers": [{"name": "a"}], "initContainers": [{"name": "b"}], "ephemeralContainers": [{}]}
	{violation.msg | some violation in _violations(spec, {}, {})} == {
		"Container a has no AppArmor profile",
		"Container b has no AppArmor profile",
		"Container ephemeralContainers[0] has no AppArmor profile",
	}
}

test_excluded if {
	spec := {"containers": [{"name": "app", "image": "reg/app:1"}]}
	count(_violations(spec, {}, {"excludedContainers": ["app"]})) == 0
	count(_violations(spec, {}, {"excludedImages": ["reg/*"]})) == 0
}

test_windows if count(_violations({"os": {"name": "windows"}, "containers": [{"name": "app"}]}, {}, {})) == 0

test_no_pod if {
	found := apparmor_profiles.violation with input as {"review": {"object": {}}, "parameters": {}}
	count(found) == 0
}

test_a_missing_profile_can_count_as_the_runtimes if {
	spec := {"containers": [{"name": "app"}]}
	count(_violations(spec, {}, {"requireProfile": false})) == 0
	some violation in _violations(spec, {}, {"requireProfile": false, "allowedProfiles": ["localhost/own"]})
	violation.msg == "Container app gets AppArmor profile runtime/default, which is not allowed"
	violation.details == {
		"reason": "default_not_allowed",
		"container": "app",
		"field": "spec.containers[0].securityContext.appArmorProfile",
		"allowed": ["localhost/own"],
	}
}

test_one_violation_a_container if {
	silent := {"containers": [{"name": "app"}]}
	{violation.details.reason | some violation in _violations(silent, {}, {"allowedProfiles": []})} == {"missing"}
	unconfined := {"containers": [_with("app", {"type": "Unconfined"})]}
	parameters := {"requireProfile": false, "allowedProfiles": ["localhost/own"]}
	{violation.details.reason | some violation in _violations(unconfined, {}, parameters)} == {"not_allowed"}
}

test_only_a_plain_false_takes_the_requirement_away if {
	every odd in [null, 0, "false"] {
		count(_violations({"containers": [{"name": "app"}]}, {}, {"requireProfile": odd})) == 1
	}
}

test_windows_by_its_node_selector if {
	spec := {"os": {"name": "windows"}, "containers": [{"name": "app"}]}
	count(_violations(spec, {}, {"skipWindowsPods": "Selected"})) == 1
}

_key(name) := sprintf("container.apparmor.security.beta.kubernetes.io/%s", [name])

_with(name, profile) := {"name": name, "securityContext": {"appArmorProfile": profile}}

_violations(spec, annotations, parameters) := found if {
	found := apparmor_profiles.violation with input as {
		"review": {"object": {"metadata": {"annotations": annotations}, "spec": spec}},
		"parameters": object.union({"allowedProfiles": ["runtime/default"]}, parameters),
	}
}
