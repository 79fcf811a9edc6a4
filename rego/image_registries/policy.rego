# METADATA
# title: Container images should be deployed from trusted registries only
# description: |-
#   A container is a violation when its image, exactly as written, is not matched by the regular
#   expression. A container without an image, as a patch has it, is none.
package image_registries

import data.lib.containers

# The default of Azure's initiative: it matches nothing but the empty text.
_unconfigured := "^(.+){0}$"

_pattern := object.get(input, ["parameters", "allowedContainerImagesRegex"], "")

violation contains {"msg": msg, "details": details} if {
	some entry in _images
	_pattern == _unconfigured
	not _is_allowed(entry.image)
	msg := sprintf("Image %s of container %s is not allowed, as none is until allowedContainerImagesRegex is configured", [
		entry.text,
		entry.label,
	])
	details := object.union(entry.details, {"reason": "unconfigured"})
}

violation contains {"msg": msg, "details": details} if {
	some entry in _images
	_is_pattern
	_pattern != _unconfigured
	not _is_allowed(entry.image)
	msg := sprintf("Image %s of container %s is not from an allowed registry", [entry.text, entry.label])
	details := object.union(entry.details, {"reason": "not_allowed"})
}

# Without a regular expression no image can be shown to be allowed.
violation contains {"msg": msg, "details": details} if {
	some entry in _images
	not _is_pattern
	msg := sprintf("Image %s of container %s cannot be judged, as allowedContainerImagesRegex is not a regular expression", [
		entry.text,
		entry.label,
	])
	details := object.union(entry.details, {"reason": "unknown_pattern"})
}

_images contains entry if {
	# What else the parameters hold is not this recommendation's: it knows no excludedImages.
	parameters := {"excludedContainers": object.get(input, ["parameters", "excludedContainers"], [])}
	some container in containers.judged(input.review.object, containers.lists, parameters)
	image := object.get(container.value, "image", null)
	image != null
	entry := {
		"label": container.label,
		"image": image,
		"text": concat("", {image | _is_plain(image)} | {json.marshal(image) | not _is_plain(image)}),
		"details": object.union(container.details, {
			"field": sprintf("%s.image", [container.path]),
			"actual": image,
			"allowed": _pattern,
		}),
	}
}

_is_pattern if {
	is_string(_pattern)
	_pattern != ""
	regex.is_valid(_pattern)
}

_is_allowed(image) if {
	is_string(image)
	_is_pattern
	regex.match(_pattern, image)
}

_is_plain(image) if {
	is_string(image)
	image != ""
}
