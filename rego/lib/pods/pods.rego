# METADATA
# title: Pods
# description: What a Pod says of itself as a whole.
package lib.pods

import data.lib.containers

# METADATA
# description: |-
#   Whether the Pod says that it runs on Windows, where the API server refuses what only Linux has:
#   most fields of a security context, the host's process ID and IPC namespaces.
is_windows(pod) if pod.spec.os.name == "windows"

is_windows(pod) if pod.spec.nodeSelector["kubernetes.io/os"] == "windows"

# METADATA
# description: The field `name` of the Pod's spec, null where it is absent or the spec is no mapping.
field(pod, name) := object.get(pod, ["spec", name], null)

# METADATA
# description: |-
#   Whether the parameters exclude every container of the Pod, and with them what they share. A
#   Pod without containers is not excluded.
excluded(pod, parameters) if {
	count(containers.entries(pod, containers.lists)) > 0
	count(containers.judged(pod, containers.lists, parameters)) == 0
}
