# METADATA
# title: Running containers as root user should be avoided
# description: |-
#   A container is a violation when it runs, or may run, as a user that runAsUserRule does not
#   allow. What a container says goes before what its Pod says. Groups are judged as far as their
#   own rules ask for it.
package root_user

import data.lib.containers
import data.lib.fields
import data.lib.ids
import data.lib.paths
import data.lib.pods
import data.lib.security_context

# A user is given, and it is root, or nothing that is known to be another.
violation contains {"msg": msg, "details": details} if {
	_must_not_be_root
	some container in _judged
	user := _effective(container, "runAsUser")
	user.value != null
	not _is_other_than_root(user.value)
	msg := sprintf(
		"Container %s runs as user %s, where one other than root is required",
		[container.label, json.marshal(user.value)],
	)
	details := object.union(container.details, {
		"reason": "root",
		"field": user.path,
		"actual": user.value,
	})
}

# No user is given, nor a word that it is not root.
violation contains {"msg": msg, "details": details} if {
	_must_not_be_root
	some container in _judged
	_effective(container, "runAsUser").value == null
	non_root := _effective(container, "runAsNonRoot")
	non_root.value != true
	msg := sprintf("Container %s may run as root", [container.label])
	details := object.union(
		object.union(container.details, fields.actual(non_root.value)),
		{"reason": "may_be_root", "field": non_root.path, "allowed": true},
	)
}

# An ID is given that is in none of the ranges.
violation contains {"msg": msg, "details": details} if {
	some claim in _claims
	claim.given
	not ids.allowed(claim.value, claim.demand.ranges)
	msg := sprintf(
		"%s has %s %s, which is not in the allowed ranges",
		[claim.subject, claim.demand.setting, json.marshal(claim.value)],
	)
	details := object.union(claim.details, {
		"reason": sprintf("%s_id_not_allowed", [claim.of]),
		"setting": claim.demand.setting,
		"field": claim.path,
		"actual": claim.value,
		"allowed": claim.demand.ranges,
	})
}

# An ID is not given, and has to be.
violation contains {"msg": msg, "details": details} if {
	some claim in _claims
	not claim.given
	claim.demand.required
	msg := sprintf("%s does not set %s", [claim.subject, claim.demand.setting])
	details := object.union(claim.details, {
		"reason": sprintf("%s_id_missing", [claim.of]),
		"setting": claim.demand.setting,
		"field": claim.path,
		"allowed": claim.demand.ranges,
	})
}

_judged := [container |
	pod := input.review.object
	not pods.is_skipped(pod, object.get(input, "parameters", {}), "Declared")
	some container in containers.judged(pod, containers.lists, object.get(input, "parameters", {}))
]

_effective(container, name) := security_context.effective(input.review.object, container, name)

_is_other_than_root(user) if {
	is_number(user)
	user >= 1
}

# MustRunAsNonRoot, and whatever rule is none of the known ones.
_must_not_be_root if not _user_rule in {"MustRunAs", "RunAsAny"}

# What is said where a rule asks for an ID.
_claims := array.concat(_container_claims, _pod_claims)

_container_claims := [claim |
	some demand in _demands
	demand.setting in {"runAsUser", "runAsGroup"}
	some container in _judged
	id := _effective(container, demand.setting)
	claim := {
		"of": "container",
		"subject": sprintf("Container %s", [container.label]),
		"details": container.details,
		"demand": demand,
		"given": id.value != null,
		"value": id.value,
		"path": id.path,
	}
]

# Only the Pod says these, for all of its containers.
_pod_claims := [claim |
	count(_judged) > 0
	some demand in _demands
	demand.setting in {"fsGroup", "supplementalGroups"}
	some id in _each(
		demand.setting,
		security_context.shared(input.review.object, demand.setting),
		security_context.shared_path(demand.setting),
	)
	claim := {
		"of": "pod",
		"subject": "The Pod",
		"details": {},
		"demand": demand,
		"given": id.given,
		"value": id.value,
		"path": id.path,
	}
]

# The supplementalGroups one by one, any other ID as it is; an empty list says nothing.
_each(setting, said, path) := array.concat(groups, array.concat(none, single)) if {
	groups := [{"given": true, "value": value, "path": paths.child(path, index)} |
		_is_list(setting, said)
		some index, value in said
	]
	none := [{"given": false, "value": said, "path": path} |
		_is_list(setting, said)
		count(said) == 0
	]
	single := [{"given": said != null, "value": said, "path": path} | not _is_list(setting, said)]
}

_is_list(setting, said) if {
	setting == "supplementalGroups"
	is_array(said)
}

# What the rules ask of IDs: to be in the ranges, and whether there has to be one.
_demands := [demand |
	some asked in [
		{
			"setting": "runAsUser",
			"rule": _user_rule,
			"ranges": object.get(input, ["parameters", "runAsUserRanges", "ranges"], []),
		},
		{
			"setting": "runAsGroup",
			"rule": object.get(input, ["parameters", "runAsGroupRule"], "RunAsAny"),
			"ranges": object.get(input, ["parameters", "runAsGroupRanges", "ranges"], []),
		},
		{
			"setting": "supplementalGroups",
			"rule": object.get(input, ["parameters", "supplementalGroupsRule"], "RunAsAny"),
			"ranges": object.get(input, ["parameters", "supplementalGroupsRanges", "ranges"], []),
		},
		{
			"setting": "fsGroup",
			"rule": object.get(input, ["parameters", "fsGroupRule"], "RunAsAny"),
			"ranges": object.get(input, ["parameters", "fsGroupRanges", "ranges"], []),
		},
	]
	_asks_for_id(asked)
	demand := object.union(asked, {"required": asked.rule != "MayRunAs"})
]

_user_rule := object.get(input, ["parameters", "runAsUserRule"], "MustRunAsNonRoot")

_asks_for_id(asked) if {
	asked.setting == "runAsUser"
	asked.rule == "MustRunAs"
}

# A rule for groups that is none of the known ones asks for everything.
_asks_for_id(asked) if {
	asked.setting != "runAsUser"
	asked.rule != "RunAsAny"
}
