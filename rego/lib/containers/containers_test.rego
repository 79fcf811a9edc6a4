package lib.containers_test

import data.lib.containers

test_every_list_in_order if {
	pod := {"spec": {
		"ephemeralContainers": [{"name": "c"}],
		"initContainers": [{"name": "b"}],
		"containers": [{"name": "a"}],
	}}
	[entry.path | some entry in containers.entries(pod, containers.lists)] == [
		"spec.containers[0]",
		"spec.initContainers[0]",
		"spec.ephemeralContainers[0]",
	]
}

test_entry if {
	containers.entries({"spec": {"containers": [{"name": "app"}]}}, containers.lists) == [{
		"value": {"name": "app"},
		"path": "spec.containers[0]",
		"label": "app",
		"details": {"container": "app"},
	}]
}

test_only_named_lists if {
	pod := {"spec": {"containers": [{"name": "a"}], "initContainers": [{"name": "b"}]}}
	[entry.label | some entry in containers.entries(pod, ["initContainers"])] == ["b"]
}

test_without_a_name if {
	every odd in [{}, {"name": ""}, {"name": null}, {"name": 7}] {
		some entry in containers.entries({"spec": {"containers": [odd]}}, containers.lists)
		entry.label == "containers[0]"
		entry.details == {}
	}
}

test_entry_that_is_no_mapping if {
	[[entry.value, entry.path] |
		some entry in containers.entries({"spec": {"containers": ["app", null]}}, containers.lists)
	] == [[{}, "spec.containers[0]"], [{}, "spec.containers[1]"]]
}

test_one_container_where_a_list_belongs if {
	container := {"name": "app", "securityContext": {"privileged": true}}
	containers.entries({"spec": {"containers": container}}, containers.lists) == [{
		"value": container,
		"path": "spec.containers",
		"label": "app",
		"details": {"container": "app"},
	}]
}

test_containers_by_name_where_a_list_belongs if {
	pod := {"spec": {"containers": {"a": {"image": "one"}, "b.c": {"image": "two"}}}}
	[[entry.label, entry.path] | some entry in containers.entries(pod, containers.lists)] == [
		["containers.a", "spec.containers.a"],
		[`containers["b.c"]`, `spec.containers["b.c"]`],
	]
}

test_no_containers if {
	every pod in [{}, {"spec": null}, {"spec": "text"}, {"spec": {"containers": null}}, {"spec": {"containers": "text"}}] {
		containers.entries(pod, containers.lists) == []
	}
}

test_excluded_by_name if _excluded({"name": "app"}, {"excludedContainers": ["other", "app"]})

test_name_is_exact if not _excluded({"name": "app-1"}, {"excludedContainers": ["app", "app*"]})

test_no_name_is_not_excluded if {
	not _excluded({"name": null}, {"excludedContainers": [null]})
	not _excluded({}, {"excludedContainers": [""]})
}

test_excluded_by_image if _excluded({"image": "reg/app:1"}, {"excludedImages": ["reg/app:1"]})

test_image_is_exact if not _excluded({"image": "reg/app:12"}, {"excludedImages": ["reg/app:1"]})

test_excluded_by_beginning_of_image if {
	_excluded({"image": "reg/app:1"}, {"excludedImages": ["reg/*"]})
	not _excluded({"image": "registry/app:1"}, {"excludedImages": ["reg/*"]})
}

test_only_the_last_star_is_special if {
	_excluded({"image": "reg/*app"}, {"excludedImages": ["reg/**"]})
	not _excluded({"image": "reg/app"}, {"excludedImages": ["reg/**", "*/app"]})
}

test_odd_parameters_exclude_nothing if {
	every odd in [
		{}, null, {"excludedContainers": "app", "excludedImages": "*"}, {"excludedImages": [7, null]},
		{"excludedContainers": {"a": "app"}, "excludedImages": {"a": "reg/app:1"}},
	] {
		not _excluded({"name": "app", "image": "reg/app:1"}, odd)
	}
}

test_odd_image_is_not_excluded if not _excluded({"image": 7}, {"excludedImages": [7, "*"]})

test_judged if {
	pod := {"spec": {"containers": [{"name": "a"}, {"name": "b"}]}}
	parameters := {"excludedContainers": ["a"]}
	[entry.label | some entry in containers.judged(pod, containers.lists, parameters)] == ["b"]
}

test_none_counts if {
	pod := {"spec": {"containers": [{"name": "a"}], "initContainers": [{"name": "b"}]}}
	containers.none_counts(pod, {"excludedContainers": ["a", "b"]})
	not containers.none_counts(pod, {"excludedContainers": ["a"]})
}

test_a_pod_without_containers_can_be_left_out if {
	containers.none_counts({"spec": {}}, {"judgePodsWithoutContainers": false})
	not containers.none_counts({"spec": {}}, {"judgePodsWithoutContainers": true})
	not containers.none_counts({"spec": {"containers": [{}]}}, {"judgePodsWithoutContainers": false})
}

test_none_is_not_all if not containers.none_counts({"spec": {}}, {"excludedContainers": ["a"]})

_excluded(container, parameters) if {
	containers.judged({"spec": {"containers": [container]}}, containers.lists, parameters) == []
}
