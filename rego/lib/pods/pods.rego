# METADATA
# title: Pods
# description: What a Pod says of itself as a whole.
package lib.pods

# METADATA
# description: |-
#   Whether the Pod says that it runs on Windows, where the API server refuses what only Linux has:
#   most fields of a security context, the host's process ID and IPC namespaces.
is_windows(pod) if is_skipped(pod, {}, "Declared")

# METADATA
# description: |-
#   Whether the parameter skipWindowsPods leaves the Pod out: `Declared` does where spec.os or the
#   nodeSelector says Windows, `Selected` where the nodeSelector does; any other word leaves nothing
#   out. `usual` is the word where the parameter is not given.
is_skipped(pod, parameters, usual) if {
	pod.spec.os.name == "windows"
	object.get(parameters, "skipWindowsPods", usual) == "Declared"
}

is_skipped(pod, parameters, usual) if {
	pod.spec.nodeSelector["kubernetes.io/os"] == "windows"
	object.get(parameters, "skipWindowsPods", usual) in {"Declared", "Selected"}
}

# METADATA
# description: The field `name` of the Pod's spec, null where it is absent or the spec is no mapping.
field(pod, name) := object.get(pod, ["spec", name], null)
