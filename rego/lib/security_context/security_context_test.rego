package lib.security_context_test

import data.lib.security_context

test_own if security_context.own({"securityContext": {"privileged": true}}, "privileged") == true

test_own_absent if security_context.own({"securityContext": null}, "privileged") == null

test_shared if security_context.shared({"spec": {"securityContext": {"fsGroup": 1}}}, "fsGroup") == 1

test_shared_absent if security_context.shared({}, "fsGroup") == null

test_container_over_pod if {
	_effective({"securityContext": {"runAsUser": 0}}, {"runAsUser": 1000}) == {
		"value": 0,
		"path": "spec.containers[0].securityContext.runAsUser",
	}
}

test_pod_for_silent_container if {
	_effective({}, {"runAsUser": 1000}) == {
		"value": 1000,
		"path": "spec.securityContext.runAsUser",
	}
}

test_null_is_silence if {
	_effective({"securityContext": {"runAsUser": null}}, {"runAsUser": 1000}).value == 1000
}

test_nobody_says if {
	_effective({}, {}) == {
		"value": null,
		"path": "spec.containers[0].securityContext.runAsUser",
	}
}

_effective(container, context) := security_context.effective(
	{"spec": {"securityContext": context}},
	{"value": container, "path": "spec.containers[0]"},
	"runAsUser",
)
