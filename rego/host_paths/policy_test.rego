package host_paths_test

import data.host_paths

test_other_volumes if {
	every odd in [null, [], {}, "text", ["text"], [{"name": "a", "emptyDir": {}}], [{"name": "a", "hostPath": null}]] {
		count(_of({"volumes": odd}, [])) == 0
	}
	count(_of(null, [])) == 0
}

test_none_allowed if {
	some violation in _path("/tmp", [])
	violation.msg == "Volume data is host path /tmp, and no host path is allowed"
	violation.details == {
		"reason": "none_allowed",
		"field": "spec.volumes[0].hostPath.path",
		"actual": "/tmp",
		"allowed": [],
	}
}

test_allowed if {
	every path in ["/var/log", "/var/log/", "//var//log", "/var/log/pods", "/var/./log", "/var/lib/../log", "/../var/log/a/../../log"] {
		count(_path(path, [{"pathPrefix": "/var/log"}])) == 0
	}
}

test_not_allowed if {
	every path in ["/", "/var", "/var/logs", "/etc/var/log", "/var/log/..", "/var/log/../../etc", "var/log", "/VAR/log", `\var\log`] {
		{violation.details.reason | some violation in _path(path, [{"pathPrefix": "/var/log"}])} == {"not_allowed"}
	}
	some violation in _path("/etc", [{"pathPrefix": "/var/log"}, {"pathPrefix": "/opt", "readOnly": true}])
	violation.msg == "Volume data is host path /etc, which is under no allowed path"
	violation.details.allowed == ["/var/log", "/opt"]
}

test_prefix_is_resolved_too if {
	count(_path("/var/log/pods", [{"pathPrefix": "/var/lib/../log/"}])) == 0
	count(_path("/etc", [{"pathPrefix": "/var/.."}])) == 0
}

test_root_allows_all if count(_path("/etc", [{"pathPrefix": "/"}])) == 0

test_absurdly_deep if {
	deep := concat("", ["/var/log", concat("", ["/a" | some _ in numbers.range(1, 62)])])
	count(_path(deep, [{"pathPrefix": "/var/log"}])) == 0
	count(_path(concat("", [deep, "/a"]), [{"pathPrefix": "/var/log"}])) == 1
}

test_odd_prefixes_allow_nothing if {
	every odd in [{}, {"pathPrefix": ""}, {"pathPrefix": null}, {"pathPrefix": 7}, {"pathPrefix": "tmp"}, "/tmp", null] {
		count(_path("/tmp", [odd])) == 1
	}
}

test_odd_parameters_allow_nothing if {
	every odd in [{}, {"allowedHostPaths": null}, {"allowedHostPaths": ["/tmp"]}, {"allowedHostPaths": {"paths": "/tmp"}}, {"allowedHostPaths": {"paths": {"a": {"pathPrefix": "/tmp"}}}}] {
		found := host_paths.violation with input as {
			"review": {"object": {"spec": {"volumes": [_volume("/tmp")]}}},
			"parameters": odd,
		}
		count(found) == 1
	}
	found := host_paths.violation with input as {"review": {"object": {"spec": {"volumes": [_volume("/tmp")]}}}}
	count(found) == 1
}

test_without_a_path if {
	every odd in [{}, {"path": null}, {"path": ""}, {"path": 7}, {"type": "Directory"}, 7, ""] {
		some violation in _of({"volumes": [{"name": "data", "hostPath": odd}]}, [{"pathPrefix": "/"}])
		violation.msg == "Volume data has a hostPath without a path"
		violation.details.reason == "no_path"
		violation.details.field == "spec.volumes[0].hostPath.path"
		every allowed in [[], [{"pathPrefix": "/"}]] {
			count(_of({"volumes": [{"name": "data", "hostPath": odd}]}, allowed)) == 1
		}
	}
}

test_text_is_a_path if {
	count(_of({"volumes": [{"name": "data", "hostPath": "/etc"}]}, [{"pathPrefix": "/tmp"}])) == 1
	count(_of({"volumes": [{"name": "data", "hostPath": "/tmp"}]}, [{"pathPrefix": "/tmp"}])) == 0
}

test_one_volume_where_a_list_belongs if {
	some violation in _of({"volumes": {"hostPath": {"path": "/etc"}}}, [])
	violation.msg == "Volume volumes is host path /etc, and no host path is allowed"
	violation.details.field == "spec.volumes.hostPath.path"
}

test_volumes_by_name_where_a_list_belongs if {
	some violation in _of({"volumes": {"data": {"hostPath": {"path": "/etc"}}}}, [])
	violation.details.field == "spec.volumes.data.hostPath.path"
}

test_writable_mount if {
	some violation in _mounted("app", {"name": "data", "mountPath": "/x"}, {})
	violation.msg == "Container app can write to host path /var/log, which is allowed read-only"
	violation.details == {
		"reason": "writable",
		"container": "app",
		"field": "spec.containers[0].volumeMounts[0].readOnly",
		"actual": false,
		"allowed": true,
		"path": "/var/log",
	}
}

test_read_only_mount if {
	count(_mounted("app", {"name": "data", "readOnly": true}, {})) == 0
	count(_mounted("app", {"name": "other"}, {})) == 0
	every odd in [false, null, "true", 1] {
		count(_mounted("app", {"name": "data", "readOnly": odd}, {})) == 1
	}
}

test_one_entry_that_allows_writing_is_enough if {
	allowed := [{"pathPrefix": "/var/log", "readOnly": true}, {"pathPrefix": "/var"}]
	spec := {"volumes": [_volume("/var/log")], "containers": [{"name": "app", "volumeMounts": [{"name": "data"}]}]}
	count(_of(spec, allowed)) == 0
}

test_odd_read_only_is_read_only if {
	spec := {"volumes": [_volume("/var/log")], "containers": [{"name": "app", "volumeMounts": [{"name": "data"}]}]}
	count(_of(spec, [{"pathPrefix": "/var/log", "readOnly": "false"}])) == 1
	every off in [false, null] {
		count(_of(spec, [{"pathPrefix": "/var/log", "readOnly": off}])) == 0
	}
}

test_every_list_mounts if {
	mounts := [{"name": "data"}]
	spec := {
		"volumes": [_volume("/var/log")],
		"containers": [{"name": "a", "volumeMounts": mounts}],
		"initContainers": [{"volumeMounts": mounts}],
		"ephemeralContainers": [{"name": "c", "volumeMounts": {"name": "data"}}],
	}
	{violation.details.field | some violation in _of(spec, [{"pathPrefix": "/var/log", "readOnly": true}])} == {
		"spec.containers[0].volumeMounts[0].readOnly",
		"spec.initContainers[0].volumeMounts[0].readOnly",
		"spec.ephemeralContainers[0].volumeMounts.readOnly",
	}
}

test_names_that_are_missing_meet if {
	spec := {"volumes": [{"hostPath": {"path": "/var/log"}}], "containers": [{"name": "app", "volumeMounts": [{"mountPath": "/x"}]}]}
	count(_of(spec, [{"pathPrefix": "/var/log", "readOnly": true}])) == 1
}

test_excluded_mount if {
	count(_mounted("app", {"name": "data"}, {"excludedContainers": ["app"]})) == 0
	count(_mounted("app", {"name": "data"}, {"excludedImages": ["reg/*"]})) == 0
}

test_volume_that_only_excluded_containers_mount if {
	parameters := {"allowedHostPaths": {"paths": []}, "excludedContainers": ["agent"]}
	agent := {"name": "agent", "volumeMounts": [{"name": "data"}]}
	app := {"name": "app", "volumeMounts": [{"name": "data"}]}
	count(_with({"volumes": [_volume("/etc")], "containers": [agent]}, parameters)) == 0
	count(_with({"volumes": [_volume("/etc")], "containers": [agent, app]}, parameters)) == 1
	count(_with({"volumes": [_volume("/etc")], "containers": [{"name": "agent"}]}, parameters)) == 1
}

test_windows_has_its_own_list if {
	spec := {"os": {"name": "windows"}, "volumes": [_volume(`C:\Data\logs`)]}
	lists := {"allowedHostPaths": {"paths": [{"pathPrefix": "/"}]}, "windowsAllowedHostPaths": {"paths": [{"pathPrefix": `c:\data`}]}}
	count(_with(spec, lists)) == 0
	count(_with(object.union(spec, {"volumes": [_volume(`C:\Database`)]}), lists)) == 1
	count(_with(object.union(spec, {"volumes": [_volume(`C:/data/../x`)]}), lists)) == 1
	count(_with({"volumes": [_volume("/etc")]}, {"windowsAllowedHostPaths": {"paths": [{"pathPrefix": "/"}]}})) == 1
	count(_with(spec, {"windowsAllowedHostPaths": {"paths": {"a": {"pathPrefix": `c:\data`}}}})) == 1
	count(_with(object.union(spec, {"os": {"name": "linux"}}), {"windowsAllowedHostPaths": lists.windowsAllowedHostPaths})) == 1
}

test_only_mounted_volumes if {
	only := {"onlyMountedVolumes": true}
	count(_with({"volumes": [_volume("/etc")]}, {})) == 1
	count(_with({"volumes": [_volume("/etc")]}, only)) == 0
	mounted := {"name": "a", "volumeMounts": [{"name": "data"}]}
	count(_with({"volumes": [_volume("/etc")], "containers": [mounted]}, only)) == 1
	count(_with({"volumes": [_volume("/etc")], "initContainers": [mounted]}, only)) == 1
	count(_with({"volumes": [_volume("/etc")], "ephemeralContainers": [mounted]}, only)) == 0
	count(_with({"volumes": [_volume("/etc")], "containers": [mounted]}, object.union(only, {"excludedContainers": ["a"]}))) == 0
}

test_paths_as_they_are_written if {
	written := {"allowedHostPaths": {"paths": [{"pathPrefix": "/var/log"}]}, "resolveParentSegments": false}
	every path in ["/var/log/../../etc", "/var/log/", "//var/log", "/var/log/app"] {
		count(_with({"volumes": [_volume(path)]}, written)) == 0
	}
	count(_with({"volumes": [_volume("/var/../var/log")]}, written)) == 1
	everything := {"allowedHostPaths": {"paths": [{"pathPrefix": "/"}]}, "resolveParentSegments": false}
	count(_with({"volumes": [_volume("/etc")]}, everything)) == 0
}

test_read_only_wins if {
	lists := {"allowedHostPaths": {"paths": [
		{"pathPrefix": "/var/log", "readOnly": true},
		{"pathPrefix": "/var"},
	]}}
	count(_mounted("app", {"name": "data"}, lists)) == 0
	some violation in _mounted("app", {"name": "data"}, object.union(lists, {"readOnlyWins": true}))
	violation.details.reason == "writable"
	count(_mounted("app", {"name": "data", "readOnly": true}, object.union(lists, {"readOnlyWins": true}))) == 0
	all_writable := {"allowedHostPaths": {"paths": [{"pathPrefix": "/var"}]}, "readOnlyWins": true}
	count(_mounted("app", {"name": "data"}, all_writable)) == 0
}

_volume(path) := {"name": "data", "hostPath": {"path": path}}

_path(path, allowed) := _of({"volumes": [_volume(path)]}, allowed)

_mounted(name, mount, parameters) := _with(
	{
		"volumes": [_volume("/var/log")],
		"containers": [{"name": name, "image": "reg/app:1", "volumeMounts": [mount]}],
	},
	object.union({"allowedHostPaths": {"paths": [{"pathPrefix": "/var/log", "readOnly": true}]}}, parameters),
)

_of(spec, allowed) := _with(spec, {"allowedHostPaths": {"paths": allowed}})

_with(spec, parameters) := found if {
	found := host_paths.violation with input as {
		"review": {"object": {"spec": spec}},
		"parameters": parameters,
	}
}
