# METADATA
# title: Kubernetes clusters should be accessible only over HTTPS
# description: |-
#   An Ingress is a violation when it has no TLS, or when it has TLS and answers plain HTTP beside it.
package ingress_https

import data.lib.fields
import data.lib.paths

violation contains {"msg": msg, "details": details} if {
	not _has_tls
	msg := "The Ingress has no TLS"
	details := object.union(
		fields.actual(fields.at(fields.at(input.review.object, "spec"), "tls")),
		{"reason": "no_tls", "field": "spec.tls"},
	)
}

violation contains {"msg": msg, "details": details} if {
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
