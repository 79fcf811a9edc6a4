# METADATA
# title: Pods
# description: What a Pod says of itself as a whole.
package lib.pods

# METADATA
# description: |-
#   Whether the Pod says that it runs on Windows, where the API server refuses the Linux fields of
#   a security context.
is_windows(pod) if pod.spec.os.name == "windows"

is_windows(pod) if pod.spec.nodeSelector["kubernetes.io/os"] == "windows"
