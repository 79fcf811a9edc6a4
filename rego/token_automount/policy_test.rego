package token_automount_test

import data.token_automount

test_mounted if {
	_violations({"automountServiceAccountToken": true}, {}, {}) == {{
		"msg": "The Pod mounts the token of its ServiceAccount",
		"details": {
			"reason": "mounted",
			"field": "spec.automountServiceAccountToken",
			"actual": true,
			"allowed": false,
		},
	}}
}

test_not_refused if {
	_violations({}, {}, {}) == {{
		"msg": "The Pod does not refuse the token of its ServiceAccount default",
		"details": {
			"reason": "not_refused",
			"field": "spec.automountServiceAccountToken",
			"serviceAccount": "default",
			"allowed": false,
		},
	}}
}

test_refused if count(_violations({"automountServiceAccountToken": false}, {}, {})) == 0

test_account_refuses if {
	accounts := {"cashier": {"automountServiceAccountToken": false}}
	count(_violations({"serviceAccountName": "cashier"}, accounts, {})) == 0
	count(_violations({"serviceAccount": "cashier"}, accounts, {})) == 0
	count(_violations({"serviceAccountName": "", "serviceAccount": "cashier"}, accounts, {})) == 0
	count(_violations({"serviceAccountName": "other", "serviceAccount": "cashier"}, accounts, {})) == 1
	count(_violations({}, accounts, {})) == 1
}

test_default_account_refuses if {
	count(_violations({}, {"default": {"automountServiceAccountToken": false}}, {})) == 0
}

test_account_of_other_namespace if {
	accounts := {"cashier": {"automountServiceAccountToken": false}}
	every metadata in [{"namespace": "other"}, {"namespace": ""}, {"namespace": 1}, {}, null] {
		pod := {"metadata": metadata, "spec": {
			"serviceAccountName": "cashier",
			"containers": [{"name": "app"}],
		}}
		count(_of(pod, accounts, {})) == 1
	}
}

test_without_namespace_it_is_default if {
	every metadata in [{}, null, {"namespace": ""}, {"namespace": 1}] {
		pod := {"metadata": metadata, "spec": {"containers": [{"name": "app"}]}}
		found := token_automount.violation with input as {"review": {"object": pod}, "parameters": {}}
			with data.inventory as _inventory("default", {"default": {"automountServiceAccountToken": false}})
		count(found) == 0
	}
}

test_pod_over_account if {
	accounts := {"default": {"automountServiceAccountToken": false}}
	{v.details.reason | some v in _violations({"automountServiceAccountToken": true}, accounts, {})} == {"mounted"}
}

test_odd_account_does_not_refuse if {
	every account in [
		null,
		"automountServiceAccountToken: false",
		{"automountServiceAccountToken": "false"},
		{"automountServiceAccountToken": null},
		{"automountServiceAccountToken": true},
		{},
	] {
		count(_violations({}, {"default": account}, {})) == 1
	}
}

test_odd_name_is_not_default if {
	every name in [5, ["default"], {}, true] {
		accounts := {"default": {"automountServiceAccountToken": false}}
		count(_violations({"serviceAccountName": name}, accounts, {})) == 1
	}
	some violation in _violations({"serviceAccountName": 5}, {}, {})
	violation.details.serviceAccount == "5"
	violation.msg == "The Pod does not refuse the token of its ServiceAccount 5"
}

test_odd_counts if {
	every value in ["false", 0, []] {
		{v.details.reason |
			some v in _violations({"automountServiceAccountToken": value}, {}, {})
		} == {"mounted"}
	}
}

test_without_containers if count(_of({"metadata": {}, "spec": {}}, {}, {})) == 0

test_ephemeral_containers_alone if {
	pod := {"metadata": {"namespace": "shop"}, "spec": {"ephemeralContainers": [{"name": "debug"}]}}
	count(_of(pod, {}, {})) == 1
	count(_of(pod, {}, {"ignoreEphemeralContainers": false})) == 1
	count(_of(pod, {}, {"ignoreEphemeralContainers": true})) == 0
	asking := object.union(pod, {"spec": {"automountServiceAccountToken": true}})
	count(_of(asking, {}, {"ignoreEphemeralContainers": true})) == 1
}

test_others_are_not_ephemeral if {
	every list in ["containers", "initContainers"] {
		pod := {"metadata": {"namespace": "shop"}, "spec": {list: [{"name": "app"}]}}
		count(_of(pod, {}, {"ignoreEphemeralContainers": true})) == 1
	}
}

test_excluded if {
	spec := {"containers": [{"image": "a"}], "initContainers": [{"image": "b"}]}
	count(_violations(spec, {}, {"excludedImages": ["a"]})) == 1
	count(_violations(spec, {}, {"excludedImages": ["a", "b"]})) == 0
}

test_without_inventory if {
	found := token_automount.violation with input as {
		"review": {"object": {"spec": {"containers": [{"name": "app"}]}}},
		"parameters": {},
	}
	count(found) == 1
}

_violations(spec, accounts, parameters) := _of(
	{
		"metadata": {"namespace": "shop"},
		"spec": object.union({"containers": [{"name": "app"}]}, spec),
	},
	accounts,
	parameters,
)

_of(pod, accounts, parameters) := found if {
	found := token_automount.violation with input as {
		"review": {"object": pod},
		"parameters": parameters,
	}
		with data.inventory as _inventory("shop", accounts)
}

_inventory(namespace, accounts) := {"namespace": {namespace: {"v1": {"ServiceAccount": accounts}}}}
