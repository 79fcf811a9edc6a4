package every_one

import rego.v1

all_small(numbers) if {
	every number in numbers {
		number > 0
		number < 10
	}
}

names := {name |
	some pod in input.pods
	name := pod.metadata.name
	not startswith(name, "kube-")
}

by_name := {name: labels |
	some pod in input.pods
	name := pod.metadata.name
	labels := object.get(pod.metadata, "labels", {})
	count(labels) > 1
}

first := input.pods[0].metadata.name

second := input.pods[1].metadata.name

test_small if {
	all_small([1, 2])
	not all_small([-1, 2])
}

test_names if {
	names == {"a"} with input as {"pods": [{"metadata": {"name": "a"}}, {"metadata": {"name": "kube-b"}}]}
}

test_second if {
	not second with input as {"pods": [{"metadata": {"name": "a"}}]}
}
