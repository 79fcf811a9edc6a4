package lib.paths_test

import data.lib.paths

test_position if paths.child("spec.containers", 0) == "spec.containers[0]"

test_plain_key if paths.child("spec", "hostPID") == "spec.hostPID"

test_first_segment if paths.child("", "spec") == "spec"

test_key_with_dots if {
	paths.child("metadata.annotations", "a.b/c") == `metadata.annotations["a.b/c"]`
}
