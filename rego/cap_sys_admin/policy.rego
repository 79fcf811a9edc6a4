# METADATA
# title: Kubernetes clusters should not grant CAPSYSADMIN security capabilities
# description: |-
#   A container is a violation when it adds SYS_ADMIN, with or without `CAP_` and in any case, or ALL;
#   with onlyExactName, when it adds just that name.
package cap_sys_admin

import data.lib.capabilities
import data.lib.containers
import data.lib.pods

violation contains {"msg": msg, "details": details} if {
	pod := input.review.object
	not pods.is_skipped(pod, object.get(input, "parameters", {}), "Declared")
	some container in containers.judged(pod, containers.lists, object.get(input, "parameters", {}))
	some added in capabilities.listed(container, "add")
	some reason in _reasons(added)
	msg := sprintf(_sentences[reason], [container.label])
	details := object.union(container.details, {
		"reason": reason,
		"field": added.path,
		"actual": added.value,
	})
}

_sentences := {
	"sys_admin": "Container %s adds capability SYS_ADMIN",
	"all": "Container %s adds all capabilities, SYS_ADMIN among them",
}

_reasons(added) := {"sys_admin" | _names_it(added)} | {"all" | _is_all(added)}

_names_it(added) if added.value == "SYS_ADMIN"

_names_it(added) if {
	not _only_exact
	added.name == "SYS_ADMIN"
}

# In a list within the list, or another type that the API server refuses.
_names_it(added) if {
	not is_string(added.value)
	contains(added.name, "SYS_ADMIN")
}

_is_all(added) if {
	not _only_exact
	added.name == "ALL"
}

_only_exact if object.get(input, ["parameters", "onlyExactName"], false) == true
