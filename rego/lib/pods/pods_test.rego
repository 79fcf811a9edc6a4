package lib.pods_test

import data.lib.pods

test_windows_by_os if pods.is_windows({"spec": {"os": {"name": "windows"}}})

test_windows_by_node_selector if {
	pods.is_windows({"spec": {"nodeSelector": {"kubernetes.io/os": "windows"}}})
}

test_linux if not pods.is_windows({"spec": {"os": {"name": "linux"}}})

test_silent if not pods.is_windows({"spec": {}})

test_field if pods.field({"spec": {"hostPID": true}}, "hostPID") == true

test_field_absent if pods.field({}, "hostPID") == null

test_field_of_odd_spec if pods.field({"spec": [{"hostPID": true}]}, "hostPID") == null

test_skipped_as_declared if {
	every pod in [_by_os, _by_selector] {
		pods.is_skipped(pod, {"skipWindowsPods": "Declared"}, "Never")
		pods.is_skipped(pod, {}, "Declared")
	}
	not pods.is_skipped({"spec": {}}, {}, "Declared")
}

test_skipped_as_selected if {
	pods.is_skipped(_by_selector, {"skipWindowsPods": "Selected"}, "Never")
	not pods.is_skipped(_by_os, {"skipWindowsPods": "Selected"}, "Declared")
}

test_never_skipped if {
	every word in ["Never", "declared", null] {
		not pods.is_skipped(_by_selector, {"skipWindowsPods": word}, "Declared")
	}
	not pods.is_skipped(_by_selector, {}, "Never")
}

_by_os := {"spec": {"os": {"name": "windows"}}}

_by_selector := {"spec": {"nodeSelector": {"kubernetes.io/os": "windows"}}}
