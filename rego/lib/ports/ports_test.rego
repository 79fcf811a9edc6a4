package lib.ports_test

import data.lib.ports

test_a_port_by_itself if {
	ports.is_listed(443, ["80", "443"])
	not ports.is_listed(44, ["443"])
}

test_both_ends_of_a_range if {
	every port in [4000, 4321, 5000] {
		ports.is_listed(port, ["4000-5000"])
	}
	every port in [3999, 5001] {
		not ports.is_listed(port, ["4000-5000"])
	}
}

test_no_port_is_in_no_list if {
	every port in ["443", null, 443.5] {
		not ports.is_listed(port, ["1-65535"])
	}
}

test_what_is_no_list_holds_nothing if {
	every list in [
		["-1"], ["0"], ["443-"], [443], ["4000 - 5000"], ["0-443"], ["443-0443"], ["1-2-443"], ["443.0"],
		{"a": "443"}, "443", null, [],
	] {
		not ports.is_listed(443, list)
	}
}
