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
