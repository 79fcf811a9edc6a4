# METADATA
# title: Kubernetes clusters should be accessible only over HTTPS
# description: |-
#   An Ingress is a violation when it has no TLS, or when it has TLS and answers plain HTTP beside it.
#   With onlyKnownControllers just those of ingress-nginx and Application Gateway are judged, each by
#   what makes that controller serve HTTPS alone.
package ingress_https

import data.lib.fields
import data.lib.paths

violation contains {"msg": msg, "details": details} if {
	not _only_known
	not _has_tls
	msg := "The Ingress has no TLS"
	details := object.union(
		fields.actual(fields.at(_spec, "tls")),
		{"reason": "no_tls", "field": "spec.tls"},
	)
}

violation contains {"msg": msg, "details": details} if {
	not _only_known
	_has_tls
	not _refuses_http
	msg := "The Ingress answers plain HTTP beside HTTPS"
	details := object.union(
		fields.actual(fields.at(_annotations, _allow_http)),
		{
			"reason": "plain_http",
			"field": paths.child("metadata.annotations", _allow_http),
			"allowed": "false",
		},
	)
}

violation contains {"msg": msg, "details": details} if {
	_only_known
	some controller in _controllers
	not _is_certified(controller)
	msg := sprintf("The Ingress has neither TLS nor another certificate for %s", [controller])
	details := object.union(
		fields.actual(fields.at(_spec, "tls")),
		{"reason": "no_certificate", "controller": controller, "field": "spec.tls"},
	)
}

violation contains {"msg": msg, "details": details} if {
	_only_known
	some "ingress-nginx" in _controllers
	not _forces_https
	msg := "The Ingress does not make ingress-nginx send plain HTTP on to HTTPS"
	details := object.union(
		fields.actual(fields.at(_annotations, _nginx("force-ssl-redirect"))),
		{
			"reason": "not_redirected",
			"field": paths.child("metadata.annotations", _nginx("force-ssl-redirect")),
			"allowed": "true",
		},
	)
}

# An entry without a Secret still counts: the controller has a certificate of its own then.
_has_tls if {
	tls := input.review.object.spec.tls
	is_array(tls)
	some entry in tls
	is_object(entry)
}

_refuses_http if {
	some annotation, value in _refusals
	_annotations[annotation] == value
}

# What refuses plain HTTP, or sends it on to HTTPS: for every controller, ingress-nginx, and
# Application Gateway.
_refusals := {
	_allow_http: "false",
	"nginx.ingress.kubernetes.io/ssl-redirect": "true",
	"nginx.ingress.kubernetes.io/force-ssl-redirect": "true",
	"appgw.ingress.kubernetes.io/ssl-redirect": "true",
}

_allow_http := "kubernetes.io/ingress.allow-http"

_annotations := fields.at(fields.at(input.review.object, "metadata"), "annotations")

_spec := fields.at(input.review.object, "spec")

_only_known if object.get(input, ["parameters", "onlyKnownControllers"], false) == true

# The controllers, of those that are known, that serve the Ingress. The class goes before the
# annotation of old for ingress-nginx; Application Gateway is known by the annotation alone.
_controllers contains "ingress-nginx" if _class == "nginx"

_controllers contains "ingress-nginx" if {
	_class in {null, false}
	_annotation_class == "nginx"
}

_controllers contains "Application Gateway" if _annotation_class == "azure/application-gateway"

_class := fields.at(_spec, "ingressClassName")

_annotation_class := fields.at(_annotations, "kubernetes.io/ingress.class")

_is_certified(_) if {
	tls := fields.at(_spec, "tls")
	is_array(tls)
	count(tls) > 0
}

_is_certified("Application Gateway") if _is_said("appgw.ingress.kubernetes.io/appgw-ssl-certificate")

_is_certified("ingress-nginx") if _is_said(_nginx("auth-tls-secret"))

_is_certified("ingress-nginx") if _annotations[_nginx("ssl-passthrough")] == "true"

_is_said(annotation) if not fields.at(_annotations, annotation) in {null, false}

_forces_https if _annotations[_nginx("force-ssl-redirect")] == "true"

# What it does by itself where every rule names its host.
_forces_https if {
	fields.at(_annotations, _nginx("ssl-redirect")) != "false"
	rules := fields.at(_spec, "rules")
	is_array(rules)
	every rule in rules {
		is_object(rule)
		"host" in object.keys(rule)
	}
}

_nginx(name) := sprintf("nginx.ingress.kubernetes.io/%s", [name])
