# METADATA
# title: Containers should only use allowed AppArmor profiles
# description: |-
#   A container is a violation when its AppArmor profile is not in the list, or when it has none, which
#   requireProfile can take for runtime/default. The container's own field counts, then the annotation
#   that names it, then the Pod's field.
package apparmor_profiles

import data.lib.containers
import data.lib.paths
import data.lib.pods

_allowed := object.get(input, ["parameters", "allowedProfiles"], [])

violation contains {"msg": msg, "details": details} if {
	_profile_required
	some container in _silent
	msg := sprintf("Container %s has no AppArmor profile", [container.label])
	details := object.union(container.details, {
		"reason": "missing",
		"field": sprintf("%s.securityContext.appArmorProfile", [container.path]),
		"allowed": _allowed,
	})
}

# A silent container gets the profile that its runtime has for all.
violation contains {"msg": msg, "details": details} if {
	not _profile_required
	not _is_allowed("runtime/default")
	some container in _silent
	msg := sprintf("Container %s gets AppArmor profile runtime/default, which is not allowed", [container.label])
	details := object.union(container.details, {
		"reason": "default_not_allowed",
		"field": sprintf("%s.securityContext.appArmorProfile", [container.path]),
		"allowed": _allowed,
	})
}

violation contains {"msg": msg, "details": details} if {
	some {"container": container, "setting": setting} in _set
	not _is_known(setting)
	msg := sprintf("The AppArmor profile of container %s is not one that Kubernetes knows: %s", [
		container.label,
		json.marshal(setting.value),
	])
	details := object.union(container.details, {
		"reason": "unknown",
		"field": setting.path,
		"actual": setting.value,
		"allowed": _allowed,
	})
}

violation contains {"msg": msg, "details": details} if {
	some {"container": container, "setting": setting} in _set
	some profile in setting.profiles
	not _is_allowed(profile)
	msg := sprintf("Container %s uses AppArmor profile %s, which is not allowed", [container.label, profile])
	details := object.union(container.details, {
		"reason": "not_allowed",
		"field": setting.path,
		"actual": profile,
		"allowed": _allowed,
	})
}

# Only a plain false takes the requirement away.
_profile_required if object.get(input, ["parameters", "requireProfile"], true) != false

_containers contains container if {
	pod := input.review.object
	not pods.is_skipped(pod, object.get(input, "parameters", {}), "Declared")
	some container in containers.judged(pod, containers.lists, object.get(input, "parameters", {}))
}

# The containers of which no profile is set.
_silent := [judged.container | some judged in _judged; count(judged.settings) == 0]

# The others, each with the place that counts.
_set := [{"container": judged.container, "setting": judged.settings[0]} | some judged in _judged]

_judged := [{"container": container, "settings": _settings(container)} | some container in _containers]

# Where a container's profile is set, the place that counts first.
_settings(container) := array.concat(
	array.concat(
		_field(container.value, container.path),
		_annotation(container),
	),
	_field(object.get(input.review.object, "spec", {}), "spec"),
)

_field(holder, path) := [setting |
	value := object.get({"holder": holder}, ["holder", "securityContext", "appArmorProfile"], null)
	value != null
	setting := {
		"value": value,
		"path": sprintf("%s.securityContext.appArmorProfile", [path]),
		"profiles": _profiles(value),
	}
]

_annotation(container) := [setting |
	name := container.details.container
	key := sprintf("container.apparmor.security.beta.kubernetes.io/%s", [name])
	value := object.get(input.review.object, ["metadata", "annotations", key], null)

	# An empty one is none to the kubelet.
	not value in {null, ""}
	setting := {
		"value": value,
		"path": paths.child("metadata.annotations", key),
		"profiles": {value | is_string(value)},
	}
]

# The field's profile as annotations write it; none where Kubernetes does not know it.
_profiles(value) := union({
	{"runtime/default" | value.type == "RuntimeDefault"},
	{"unconfined" | value.type == "Unconfined"},
	{sprintf("localhost/%s", [value.localhostProfile]) | _is_local(value)},
})

_is_local(value) if {
	value.type == "Localhost"
	is_string(value.localhostProfile)
	value.localhostProfile != ""
}

_is_known(setting) if count(setting.profiles) > 0

_is_allowed(profile) if {
	is_array(_allowed)
	profile in _allowed
}

_is_allowed(profile) if {
	is_array(_allowed)
	"localhost/*" in _allowed
	startswith(profile, "localhost/")
}
