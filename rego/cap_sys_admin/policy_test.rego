package cap_sys_admin_test

import data.cap_sys_admin

test_sys_admin if {
	some violation in _violations(["CHOWN", "SYS_ADMIN"], {})
	violation.msg == "Container app adds capability SYS_ADMIN"
	violation.details == {
		"reason": "sys_admin",
		"container": "app",
		"field": "spec.containers[0].securityContext.capabilities.add[1]",
		"actual": "SYS_ADMIN",
	}
}

test_however_written if {
	every written in ["SYS_ADMIN", "sys_admin", "CAP_SYS_ADMIN", "cap_Sys_Admin", " SYS_ADMIN"] {
		count(_violations([written], {})) == 1
	}
}

test_all if {
	some violation in _violations(["ALL"], {})
	violation.msg == "Container app adds all capabilities, SYS_ADMIN among them"
	violation.details.reason == "all"
}

test_others if {
	every value in [["NET_ADMIN", "SYS_PTRACE"], [], null, ["SYS_ADMINISTRATOR"], [7, null]] {
		count(_violations(value, {})) == 0
	}
}

test_odd_types if {
	every odd in ["SYS_ADMIN", {"SYS_ADMIN": true}, [["SYS_ADMIN"]], [{"name": "CAP_SYS_ADMIN"}], "all"] {
		count(_violations(odd, {})) == 1
	}
}

test_dropped if {
	pod := {"spec": {"containers": [{"name": "app", "securityContext": {"capabilities": {"drop": ["ALL"]}}}]}}
	count(_of(pod, {})) == 0
}

test_every_list_and_no_name if {
	context := {"capabilities": {"add": ["SYS_ADMIN"]}}
	pod := {"spec": {
		"containers": [{"securityContext": context}],
		"initContainers": [{"securityContext": context}],
		"ephemeralContainers": [{"securityContext": context}],
	}}
	{violation.msg | some violation in _of(pod, {})} == {
		"Container containers[0] adds capability SYS_ADMIN",
		"Container initContainers[0] adds capability SYS_ADMIN",
		"Container ephemeralContainers[0] adds capability SYS_ADMIN",
	}
}

test_excluded if {
	count(_violations(["SYS_ADMIN"], {"excludedContainers": ["app"]})) == 0
	count(_violations(["SYS_ADMIN"], {"excludedImages": ["reg/app:1"]})) == 0
}

test_without_parameters if {
	found := cap_sys_admin.violation with input as {"review": {"object": _pod(["SYS_ADMIN"])}}
	count(found) == 1
}

test_windows if {
	pod := object.union(_pod(["SYS_ADMIN"]), {"spec": {"nodeSelector": {"kubernetes.io/os": "windows"}}})
	count(_of(pod, {})) == 0
}

test_only_the_exact_name if {
	exact := {"onlyExactName": true}
	count(_violations(["SYS_ADMIN"], exact)) == 1
	count(_violations(["CAP_SYS_ADMIN", "sys_admin", "ALL"], exact)) == 0
	every odd in [false, null, "true"] {
		count(_violations(["CAP_SYS_ADMIN"], {"onlyExactName": odd})) == 1
	}
}

test_windows_can_be_judged if {
	pod := object.union(_pod(["SYS_ADMIN"]), {"spec": {"nodeSelector": {"kubernetes.io/os": "windows"}}})
	count(_of(pod, {"skipWindowsPods": "Never"})) == 1
}

_pod(added) := {"spec": {"containers": [{
	"name": "app",
	"image": "reg/app:1",
	"securityContext": {"capabilities": {"add": added}},
}]}}

_violations(added, parameters) := _of(_pod(added), parameters)

_of(pod, parameters) := found if {
	found := cap_sys_admin.violation with input as {"review": {"object": pod}, "parameters": parameters}
}
