package lib.ids_test

import data.lib.ids

test_ends_are_inside if {
	ids.allowed(1, [{"min": 1, "max": 3}])
	ids.allowed(3, [{"min": 1, "max": 3}])
}

test_outside if {
	not ids.allowed(0, [{"min": 1, "max": 3}])
	not ids.allowed(4, [{"min": 1, "max": 3}])
}

test_second_range if ids.allowed(9, [{"min": 1, "max": 3}, {"min": 9, "max": 9}])

test_open_end if ids.allowed(4000000000, [{"min": 1, "max": -1}])

test_open_end_has_a_beginning if not ids.allowed(0, [{"min": 1, "max": -1}])

test_no_ranges if not ids.allowed(1, [])

test_odd_id if {
	every id in ["2", null, [2]] {
		not ids.allowed(id, [{"min": 1, "max": 3}, {"min": 1, "max": -1}])
	}
}

test_odd_range if not ids.allowed(2, [{"min": "1", "max": 3}, {"min": 1}, {"max": 3}, {"min": 1, "max": "3"}, {"min": null, "max": 3}, 2])

test_odd_ranges if {
	every odd in [{"min": 1, "max": 3}, {"a": {"min": 1, "max": 3}}, "1-3", null] {
		not ids.allowed(2, odd)
	}
}
