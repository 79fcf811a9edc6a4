# METADATA
# title: Pods
# description: What a Pod says of itself as a whole.
package lib.pods

# METADATA
# description: |-
#   Whether the Pod says that it runs on Windows, where the API server refuses what only Linux has:
#   most fields of a security context, the host's process ID and IPC namespaces.
is_windows(pod) if pod.spec.os.name == "windows"

is_windows(pod) if pod.spec.nodeSelector["kubernetes.io/os"] == "windows"

# METADATA
# description: The field `name` of the Pod's spec, null where it is absent or the spec is no mapping.
field(pod, name) := object.get(pod, ["spec", name], null)
