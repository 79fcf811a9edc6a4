package lib.fields_test

import data.lib.fields

test_present if fields.at({"a": false}, "a") == false

test_absent if fields.at({"a": 1}, "b") == null

test_null if fields.at(null, "a") == null

test_unreadable if {
	fields.at("a: 1", "a") == ["a: 1"]
	fields.at(true, "a") == [true]
	fields.at([{"a": 1}], "a") == [[{"a": 1}]]
}

test_actual if fields.actual(false) == {"actual": false}

test_no_actual if fields.actual(null) == {}
