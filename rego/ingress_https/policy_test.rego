package ingress_https_test

import data.ingress_https

test_no_tls if {
	_violations({"metadata": {"name": "a"}, "spec": {"rules": []}}) == {{
		"msg": "The Ingress has no TLS",
		"details": {"reason": "no_tls", "field": "spec.tls"},
	}}
}

test_odd_is_no_tls if {
	every spec in [
		null,
		{},
		{"tls": null},
		{"tls": []},
		{"tls": [null]},
		{"tls": {"secretName": "a"}},
		{"tls": "a"},
		{"tls": true},
	] {
		some violation in _violations({"metadata": _refusing, "spec": spec})
		violation.details.reason == "no_tls"
	}
}

test_odd_tls_is_shown if {
	some violation in _violations({"metadata": _refusing, "spec": {"tls": "a"}})
	violation.details.actual == "a"
}

test_plain_http if {
	_violations(_with({})) == {{
		"msg": "The Ingress answers plain HTTP beside HTTPS",
		"details": {
			"reason": "plain_http",
			"field": `metadata.annotations["kubernetes.io/ingress.allow-http"]`,
			"allowed": "false",
		},
	}}
}

test_plain_http_allowed if {
	some violation in _violations(_with({"kubernetes.io/ingress.allow-http": "true"}))
	violation.details.actual == "true"
}

test_refused_or_redirected if {
	every annotations in [
		{"kubernetes.io/ingress.allow-http": "false"},
		{"nginx.ingress.kubernetes.io/ssl-redirect": "true"},
		{"nginx.ingress.kubernetes.io/force-ssl-redirect": "true"},
		{"appgw.ingress.kubernetes.io/ssl-redirect": "true"},
	] {
		count(_violations(_with(annotations))) == 0
	}
}

test_tls_without_secret if {
	count(_violations({"metadata": _refusing, "spec": {"tls": [{}]}})) == 0
}

test_odd_is_no_refusal if {
	every annotations in [
		null,
		"kubernetes.io/ingress.allow-http",
		["kubernetes.io/ingress.allow-http"],
		{"kubernetes.io/ingress.allow-http": false},
		{"kubernetes.io/ingress.allow-http": "False"},
		{"nginx.ingress.kubernetes.io/force-ssl-redirect": true},
		{"nginx.ingress.kubernetes.io/force-ssl-redirect": "false"},
	] {
		count(_violations(_with(annotations))) == 1
	}
}

test_without_metadata if count(_violations({"spec": {"tls": [{}]}})) == 1

_refusing := {"annotations": {"kubernetes.io/ingress.allow-http": "false"}}

_with(annotations) := {
	"metadata": {"annotations": annotations},
	"spec": {"tls": [{"secretName": "a"}]},
}

_violations(ingress) := found if {
	found := ingress_https.violation with input as {
		"review": {"object": ingress},
		"parameters": {},
	}
}
