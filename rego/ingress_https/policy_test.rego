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
		{"tls": {"a": {"secretName": "a"}}},
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

test_other_controllers_pass if {
	every class in [{}, {"ingressClassName": "traefik"}, {"ingressClassName": ["nginx"]}] {
		_known({}, class) == set()
	}
	_known({"kubernetes.io/ingress.class": "nginx"}, {"ingressClassName": "traefik"}) == set()
	_known({"kubernetes.io/ingress.class": "gce"}, {}) == set()
}

test_nginx_needs_a_certificate_and_a_redirect if {
	_known({}, _nginx) == {"no_certificate", "not_redirected"}
	every class in [{}, {"ingressClassName": null}, {"ingressClassName": false}] {
		_known({"kubernetes.io/ingress.class": "nginx"}, class) == {"no_certificate", "not_redirected"}
	}
	_known({}, object.union(_nginx, _tls)) == {"not_redirected"}
	_known(_forced, _nginx) == {"no_certificate"}
	_known(_forced, object.union(_nginx, _tls)) == set()
}

test_other_certificates_of_nginx if {
	secret := {"nginx.ingress.kubernetes.io/auth-tls-secret": "ns/ca"}
	_known(object.union(_forced, secret), _nginx) == set()
	passthrough := {"nginx.ingress.kubernetes.io/ssl-passthrough": "true"}
	_known(object.union(_forced, passthrough), _nginx) == set()
	off := {"nginx.ingress.kubernetes.io/ssl-passthrough": "false"}
	_known(object.union(_forced, off), _nginx) == {"no_certificate"}
	every odd in [null, false] {
		_known(object.union(_forced, {"nginx.ingress.kubernetes.io/auth-tls-secret": odd}), _nginx) == {"no_certificate"}
	}
}

test_nginx_redirects_where_every_rule_has_a_host if {
	hosts := object.union_n([_nginx, _tls, {"rules": [{"host": "a"}, {"host": "b"}]}])
	_known({}, hosts) == set()
	off := {"nginx.ingress.kubernetes.io/ssl-redirect": "false"}
	_known(off, hosts) == {"not_redirected"}
	every rules in [[{"host": "a"}, {}], ["a"], {"host": "a"}, {"a": {"host": "a"}}] {
		_known({}, object.union_n([_nginx, _tls, {"rules": rules}])) == {"not_redirected"}
	}
}

test_application_gateway if {
	gateway := {"kubernetes.io/ingress.class": "azure/application-gateway"}
	_known(gateway, {}) == {"no_certificate"}
	_known(gateway, {"tls": []}) == {"no_certificate"}
	_known(gateway, {"tls": "text"}) == {"no_certificate"}
	some violation in _judged({"metadata": {"annotations": gateway}, "spec": {"tls": "text"}}, {"onlyKnownControllers": true})
	violation.details.actual == "text"
	_known(gateway, _tls) == set()
	named := object.union(gateway, {"appgw.ingress.kubernetes.io/appgw-ssl-certificate": "shop"})
	_known(named, {}) == set()
}

test_what_is_said_of_known_controllers if {
	violations := _judged({"metadata": {"annotations": {"nginx.ingress.kubernetes.io/force-ssl-redirect": "no"}}, "spec": _nginx}, {"onlyKnownControllers": true})
	{violation.msg | some violation in violations} == {
		"The Ingress has neither TLS nor another certificate for ingress-nginx",
		"The Ingress does not make ingress-nginx send plain HTTP on to HTTPS",
	}
	{violation.details.field | some violation in violations} == {
		"spec.tls",
		`metadata.annotations["nginx.ingress.kubernetes.io/force-ssl-redirect"]`,
	}
	{violation.details.actual | some violation in violations} == {"no"}
}

test_every_ingress_is_judged_unless_plainly_told if {
	every odd in [false, null, "true"] {
		every class in ["traefik", "nginx"] {
			found := _judged({"spec": {"ingressClassName": class}}, {"onlyKnownControllers": odd})
			{violation.details.reason | some violation in found} == {"no_tls"}
		}
	}
}

_with(annotations) := {
	"metadata": {"annotations": annotations},
	"spec": {"tls": [{"secretName": "a"}]},
}

_violations(ingress) := _judged(ingress, {})

_known(annotations, spec) := {violation.details.reason |
	some violation in _judged({"metadata": {"annotations": annotations}, "spec": spec}, {"onlyKnownControllers": true})
}

_tls := {"tls": [{"secretName": "a"}]}

_nginx := {"ingressClassName": "nginx"}

_forced := {"nginx.ingress.kubernetes.io/force-ssl-redirect": "true"}

_judged(ingress, parameters) := found if {
	found := ingress_https.violation with input as {
		"review": {"object": ingress},
		"parameters": parameters,
	}
}
