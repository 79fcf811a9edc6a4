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
	claim.value != null
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
	claim.value == null
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
	not pods.is_windows(pod)
	some container in containers.judged(pod, containers.lists, input.parameters)
]

_effective(container, name) := security_context.effective(input.review.object, container, name)

_is_other_than_root(user) if {
	is_number(user)
	user > 0
}

# MustRunAsNonRoot, and whatever rule is none of the known ones.
_must_not_be_root if not _rule("runAsUser") in {"MustRunAs", "RunAsAny"}

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
		"value": id.value,
		"path": id.path,
	}
]

# Only the Pod says these, for all of its containers.
_pod_claims := [claim |
	count(_judged) > 0
	some demand in _demands
	demand.setting in {"fsGroup", "supplementalGroups"}
	said := security_context.shared(input.review.object, demand.setting)
	some id in _each(said, security_context.shared_path(demand.setting))
	claim := {
		"of": "pod",
		"subject": "The Pod",
		"details": {},
		"demand": demand,
		"value": id.value,
		"path": id.path,
	}
]

# The IDs of a list, or the one that is said; an empty list says nothing.
_each(said, path) := places if {
	listed := [{"value": value, "path": paths.child(path, index)} |
		is_array(said)
		some index, value in said
	]
	single := [{"value": said, "path": path} | not is_array(said)]
	empty := [{"value": null, "path": path} | said == []]
	places := array.concat(listed, array.concat(single, empty))
}

# What the rules ask of IDs: to be in the ranges, and whether there has to be one.
_demands := [demand |
	some setting in ["runAsUser", "runAsGroup", "supplementalGroups", "fsGroup"]
	rule := _rule(setting)
	_asks_for_id(setting, rule)
	given := fields.at(fields.at(input.parameters, sprintf("%sRanges", [setting])), "ranges")
	demand := {
		"setting": setting,
		"ranges": [range | is_array(given); some range in given],
		"required": rule != "MayRunAs",
	}
]

_asks_for_id(setting, rule) if {
	setting == "runAsUser"
	rule == "MustRunAs"
}

# A rule for groups that is none of the known ones asks for everything.
_asks_for_id(setting, rule) if {
	setting != "runAsUser"
	not rule in {"RunAsAny", null}
}

_rule(setting) := fields.at(input.parameters, sprintf("%sRule", [setting]))
