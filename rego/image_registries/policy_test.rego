package image_registries_test

import data.image_registries

test_allowed if count(_violations({"name": "app", "image": "reg.example.com/app:1"}, {})) == 0

test_not_allowed if {
	some violation in _violations({"name": "app", "image": "redis:latest"}, {})
	violation.msg == "Image redis:latest of container app is not from an allowed registry"
	violation.details == {
		"reason": "not_allowed",
		"container": "app",
		"field": "spec.containers[0].image",
		"actual": "redis:latest",
		"allowed": `^reg\.example\.com/.+$`,
	}
}

test_matches_anywhere if {
	count(_violations({"name": "app", "image": "evil.example.com/reg/app"}, {"allowedContainerImagesRegex": "reg/"})) == 0
}

test_compared_as_written if {
	count(_violations({"name": "app", "image": "redis"}, {"allowedContainerImagesRegex": "^docker.io/library/"})) == 1
	count(_violations({"name": "app", "image": "Reg.example.com/app:1"}, {})) == 1
}

test_unconfigured if {
	some violation in _violations({"name": "app", "image": "redis"}, {"allowedContainerImagesRegex": "^(.+){0}$"})
	violation.msg == "Image redis of container app is not allowed, as none is until allowedContainerImagesRegex is configured"
	violation.details.reason == "unconfigured"
}

test_empty_text if {
	some violation in _violations({"name": "app", "image": ""}, {})
	violation.msg == `Image "" of container app is not from an allowed registry`
	count(_violations({"name": "app", "image": ""}, {"allowedContainerImagesRegex": "^(.+){0}$"})) == 0
}

test_without_an_image if {
	count(_violations({"name": "app"}, {})) == 0
	count(_violations({"name": "app", "image": null}, {})) == 0
	count(_violations("app", {})) == 0
}

test_image_that_is_no_text if {
	every odd in [7, true, ["redis"], {"repository": "redis"}] {
		{violation.details.reason | some violation in _violations({"name": "app", "image": odd}, {})} == {"not_allowed"}
		{violation.details.reason |
			some violation in _violations({"name": "app", "image": odd}, {"allowedContainerImagesRegex": "^(.+){0}$"})
		} == {"unconfigured"}
	}
}

test_without_a_regular_expression if {
	every odd in ["", "(", null, 7, ["reg"]] {
		some violation in _violations({"name": "app", "image": "redis"}, {"allowedContainerImagesRegex": odd})
		violation.details.reason == "unknown_pattern"
	}
	found := image_registries.violation with input as {"review": {"object": {"spec": {"containers": [{"image": "redis"}]}}}}
	{violation.msg | some violation in found} == {"Image redis of container containers[0] cannot be judged, as allowedContainerImagesRegex is not a regular expression"}
}

test_every_list if {
	pod := {"spec": {
		"containers": [{"name": "a", "image": "redis"}],
		"initContainers": [{"name": "b", "image": "redis"}],
		"ephemeralContainers": [{"name": "c", "image": "redis"}],
	}}
	{violation.details.container | some violation in _of(pod, {})} == {"a", "b", "c"}
}

test_excluded_by_name_only if {
	container := {"name": "app", "image": "redis"}
	count(_violations(container, {"excludedContainers": ["app"]})) == 0
	count(_violations(container, {"excludedImages": ["*"]})) == 1
}

test_windows_is_judged if {
	count(_of({"spec": {"os": {"name": "windows"}, "containers": [{"name": "app", "image": "redis"}]}}, {})) == 1
}

_violations(container, parameters) := _of({"spec": {"containers": [container]}}, parameters)

_of(pod, parameters) := found if {
	found := image_registries.violation with input as {
		"review": {"object": pod},
		"parameters": object.union({"allowedContainerImagesRegex": `^reg\.example\.com/.+$`}, parameters),
	}
}
