package default_namespace_test

import data.default_namespace

test_default if {
	_violations("Service", {"metadata": {"name": "shop", "namespace": "default"}}) == {{
		"msg": "The Service is in the default namespace",
		"details": {
			"reason": "in_default",
			"field": "metadata.namespace",
			"kind": "Service",
			"actual": "default",
		},
	}}
}

test_unplaced if {
	_violations("Pod", {"metadata": {"generateName": "shop-"}, "spec": {}}) == {{
		"msg": "The Pod is in the default namespace",
		"details": {"reason": "in_default", "field": "metadata.namespace", "kind": "Pod"},
	}}
}

test_patch if {
	every spec in [null, "", []] {
		count(_violations("Pod", {"metadata": {"namespace": "default"}, "spec": spec})) == 0
	}
	count(_violations("Pod", {"metadata": {"namespace": "default"}})) == 0
}

test_elsewhere if count(_violations("Pod", {"metadata": {"namespace": "shop"}})) == 0

test_odd_is_not_elsewhere if {
	every object in [
		{"metadata": {"namespace": null}},
		{"metadata": {"namespace": ""}},
		{"metadata": {"namespace": 2}},
		{"metadata": {"namespace": ["shop"]}},
		{"metadata": "shop"},
		{"metadata": null},
		{},
	] {
		count(_violations("Secret", object)) == 1
	}
}

test_kept_by_kubernetes if {
	count(_violations("Service", _named("kubernetes"))) == 0
	count(_violations("ServiceAccount", _named("default"))) == 0
	count(_violations("ConfigMap", _named("kube-root-ca.crt"))) == 0
}

test_kept_is_by_kind if {
	count(_violations("Service", _named("default"))) == 1
	count(_violations("Pod", object.union(_named("kubernetes"), {"spec": {}}))) == 1
	count(_violations("Secret", _named("kube-root-ca.crt"))) == 1
}

test_token_of_default if {
	count(_violations("Secret", _token("default", "kubernetes.io/service-account-token"))) == 0
	count(_violations("Secret", _token("cashier", "kubernetes.io/service-account-token"))) == 1
	count(_violations("Secret", _token("default", "Opaque"))) == 1
	count(_violations("ConfigMap", _token("default", "kubernetes.io/service-account-token"))) == 1
}

test_judged_kinds if {
	some_kinds := {"judgedKinds": ["Pod", "Service"]}
	count(_with("Secret", _named("a"), some_kinds)) == 0
	count(_with("Service", _named("a"), some_kinds)) == 1
	count(_with("Service", _named("a"), {"judgedKinds": []})) == 0
}

test_what_is_no_list_of_kinds_leaves_none_out if {
	every odd in [null, "Pod", {}] {
		count(_with("Secret", _named("a"), {"judgedKinds": odd})) == 1
	}
}

_named(name) := {"metadata": {"name": name, "namespace": "default"}}

_token(account, type) := {
	"type": type,
	"metadata": {
		"name": "token",
		"namespace": "default",
		"annotations": {"kubernetes.io/service-account.name": account},
	},
}

_violations(kind, object) := _with(kind, object, {})

_with(kind, object, parameters) := found if {
	found := default_namespace.violation with input as {
		"review": {"kind": {"kind": kind}, "object": object},
		"parameters": parameters,
	}
}
