# METADATA
# title: Security contexts
# description: |-
#   What a securityContext says. A field of a container is the container's own word; some fields
#   are a word of the Pod too, which holds for every container that is silent.
package lib.security_context

import data.lib.fields

# METADATA
# description: The field `name` of the container's own securityContext, null where it is absent.
own(container, name) := fields.at(fields.at(container, "securityContext"), name)

# METADATA
# description: The field `name` of the Pod's securityContext, null where it is absent.
shared(pod, name) := fields.at(fields.at(fields.at(pod, "spec"), "securityContext"), name)

# METADATA
# description: The path of the field `name` in the container's securityContext.
own_path(container, name) := sprintf("%s.securityContext.%s", [container.path, name])

# METADATA
# description: The path of the field `name` in the Pod's securityContext.
shared_path(name) := sprintf("spec.securityContext.%s", [name])

# METADATA
# description: |-
#   What holds for a container (an entry of lib.containers): {"value": the container's own word,
#   else the Pod's, else null, "path": where that is said, or where the container would say it}.
effective(pod, container, name) := {"value": value, "path": own_path(container, name)} if {
	value := own(container.value, name)
	value != null
} else := {"value": value, "path": shared_path(name)} if {
	value := shared(pod, name)
	value != null
} else := {"value": null, "path": own_path(container, name)}
