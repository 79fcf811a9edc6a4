# METADATA
# title: Usage of pod HostPath volume mounts should be restricted to a known list
# description: |-
#   A hostPath volume is a violation when its path, compared by segments after `..` is resolved (unless
#   resolveParentSegments is off), is under no allowed prefix; where only read-only use is allowed, so
#   is each writable mount of it. A volume that only excluded containers mount is none; with
#   onlyMountedVolumes neither is one that no container or init container mounts.
package host_paths

import data.lib.containers
import data.lib.places
import data.lib.pods

_parameters := object.get(input, "parameters", {})

# Azure keeps a second list, for Pods that say Windows.
_allowed := array.concat(
	[entry |
		not _windows
		list := object.get(input, ["parameters", "allowedHostPaths", "paths"], [])
		is_array(list)
		some entry in list
	],
	[entry |
		_windows
		list := object.get(input, ["parameters", "windowsAllowedHostPaths", "paths"], [])
		is_array(list)
		some entry in list
	],
)

violation contains {"msg": msg, "details": details} if {
	some volume in _volumes
	not _is_path(volume.path)
	msg := sprintf("Volume %s has a hostPath without a path", [volume.label])
	details := object.union(volume.details, {"reason": "no_path"})
}

violation contains {"msg": msg, "details": details} if {
	some volume in _volumes
	_is_path(volume.path)
	count(_allowed) == 0
	msg := sprintf("Volume %s is host path %s, and no host path is allowed", [volume.label, volume.path])
	details := object.union(volume.details, {"reason": "none_allowed"})
}

violation contains {"msg": msg, "details": details} if {
	some volume in _volumes
	_is_path(volume.path)
	count(_allowed) > 0
	count(_covering(volume.path)) == 0
	msg := sprintf("Volume %s is host path %s, which is under no allowed path", [volume.label, volume.path])
	details := object.union(volume.details, {"reason": "not_allowed"})
}

violation contains {"msg": msg, "details": details} if {
	some volume in _volumes
	covering := _covering(volume.path)
	count(covering) > 0
	_read_only_required(covering)
	some mount in _mounts(containers.judged(input.review.object, containers.lists, _parameters))
	mount.volume == volume.name
	mount.read_only != true
	msg := sprintf("Container %s can write to host path %s, which is allowed read-only", [mount.label, volume.path])
	details := object.union(mount.details, {
		"reason": "writable",
		"actual": mount.read_only,
		"allowed": true,
		"path": volume.path,
	})
}

_volumes contains volume if {
	list := object.get(input.review.object, ["spec", "volumes"], [])
	some place in places.of(list, "spec.volumes", ["hostPath"])
	host_path := object.get(place.value, "hostPath", null)
	host_path != null
	name := object.get(place.value, "name", null)
	not _is_exempt(name)
	path := _path(host_path)
	volume := {
		"name": name,
		"path": path,
		"label": concat("", {name | is_string(name)} | {trim_prefix(place.path, "spec.") | not is_string(name)}),
		"details": {
			"field": sprintf("%s.hostPath.path", [place.path]),
			"actual": path,
			"allowed": [entry.pathPrefix | some entry in _allowed],
		},
	}
}

# A text where the mapping belongs is taken for its path.
_path(host_path) := array.concat(
	[object.get(host_path, "path", null) | is_object(host_path)],
	[host_path],
)[0]

_is_path(path) if {
	is_string(path)
	path != ""
}

# Whether containers mount the volume, and the parameters exclude all that do.
_is_exempt(name) if {
	pod := input.review.object
	name in {mount.volume | some mount in _mounts(containers.entries(pod, containers.lists))}
	not name in {mount.volume | some mount in _mounts(containers.judged(pod, containers.lists, _parameters))}
}

_is_exempt(name) if {
	object.get(_parameters, "onlyMountedVolumes", false) == true
	judged := containers.judged(input.review.object, ["containers", "initContainers"], _parameters)
	not name in {mount.volume | some mount in _mounts(judged)}
}

_mounts(entries) := [mount |
	some container in entries
	list := object.get(container.value, "volumeMounts", [])
	some place in places.of(list, sprintf("%s.volumeMounts", [container.path]), [])
	mount := {
		"volume": object.get(place.value, "name", null),
		"read_only": object.get(place.value, "readOnly", false),
		"label": container.label,
		"details": object.union(
			container.details,
			{"field": sprintf("%s.readOnly", [place.path])},
		),
	}
]

_covering(path) := [entry |
	segments := _segments(path)
	some entry in _allowed
	prefix := _segments(entry.pathPrefix)
	array.slice(segments, 0, count(prefix)) == prefix
]

_read_only_required(covering) if not _is_writable(covering)

_read_only_required(covering) if {
	object.get(_parameters, "readOnlyWins", false) == true
	some entry in covering
	not _is_writable([entry])
}

_is_writable(covering) if {
	some entry in covering
	object.get(entry, "readOnly", false) in {false, null}
}

# As they are written.
_segments(path) := [part | some part in split(_uniform(path), "/"); part != ""] if not _resolved

# The segments of an absolute path, `.` and `..` resolved: a segment goes where later on there are more
# steps up than down. Undefined, so under no prefix, for other paths and for absurdly deep ones.
_segments(path) := segments if {
	_resolved
	uniform := _uniform(path)
	startswith(uniform, "/")
	parts := [part | some part in split(uniform, "/"); not part in {"", "."}]
	count(parts) <= 64
	depths := [depth |
		some index, _ in parts
		before := array.slice(parts, 0, index + 1)
		depth := count([1 | some part in before; part != ".."]) - count([1 | some part in before; part == ".."])
	]
	segments := [part |
		some index, part in parts
		part != ".."
		every depth in array.slice(depths, index, count(depths)) {
			depth >= depths[index]
		}
	]
}

# Windows writes `C:\data`, with either slash and in any case.
_uniform(path) := concat("", unix | windows) if {
	unix := {path | is_string(path); not _windows}
	windows := {sprintf("/%s", [replace(lower(path), `\`, "/")]) | _windows}
}

_resolved if object.get(_parameters, "resolveParentSegments", true) != false

_windows if pods.is_windows(input.review.object)
