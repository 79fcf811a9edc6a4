package lib.places_test

import data.lib.places

test_list if {
	places.of([{"a": 1}, {"b": 2}], "spec.x", []) == [
		{"value": {"a": 1}, "path": "spec.x[0]"},
		{"value": {"b": 2}, "path": "spec.x[1]"},
	]
}

test_entry_that_is_no_mapping if {
	places.of(["app", null], "spec.x", []) == [
		{"value": {}, "path": "spec.x[0]"},
		{"value": {}, "path": "spec.x[1]"},
	]
}

test_single_entry_without_a_list if {
	places.of({"port": 80}, "spec.x", []) == [{"value": {"port": 80}, "path": "spec.x"}]
}

test_single_entry_by_its_own_field if {
	value := {"hostPath": {"path": "/"}}
	places.of(value, "spec.x", ["hostPath"]) == [{"value": value, "path": "spec.x"}]
}

test_entries_by_name if {
	places.of({"app": {"image": "a"}}, "spec.x", ["resources"]) == [{
		"value": {"image": "a"},
		"path": "spec.x.app",
	}]
}

test_both_at_once if {
	list := {"image": "a", "resources": {}, "app": {"image": "b"}}
	places.of(list, "spec.x", ["resources"]) == [
		{"value": list, "path": "spec.x"},
		{"value": {"image": "b"}, "path": "spec.x.app"},
	]
}

test_nothing if {
	every odd in [null, "text", 1, true, [], {}] {
		places.of(odd, "spec.x", ["a", 0]) == []
	}
}
