package lib.capabilities_test

import data.lib.capabilities

test_listed if {
	capabilities.listed(_container({"add": ["net_admin", "CAP_CHOWN"]}), "add") == [
		{
			"name": "NET_ADMIN",
			"spelling": "NET_ADMIN",
			"value": "net_admin",
			"path": "spec.containers[0].securityContext.capabilities.add[0]",
		},
		{
			"name": "CHOWN",
			"spelling": "CAP_CHOWN",
			"value": "CAP_CHOWN",
			"path": "spec.containers[0].securityContext.capabilities.add[1]",
		},
	]
}

test_the_other_verb if capabilities.listed(_container({"drop": ["ALL"]}), "add") == []

test_text_where_a_list_belongs if {
	capabilities.listed(_container({"add": "SYS_ADMIN"}), "add") == [{
		"name": "SYS_ADMIN",
		"spelling": "SYS_ADMIN",
		"value": "SYS_ADMIN",
		"path": "spec.containers[0].securityContext.capabilities.add",
	}]
}

test_mapping_where_a_list_belongs if {
	capabilities.listed(_container({"add": {"SYS_ADMIN": true}}), "add") == [{
		"name": "SYS_ADMIN",
		"spelling": "SYS_ADMIN",
		"value": "SYS_ADMIN",
		"path": "spec.containers[0].securityContext.capabilities.add.SYS_ADMIN",
	}]
}

test_what_is_no_text_is_kept if {
	found := capabilities.listed(_container({"add": [["sys_admin"], 7, null]}), "add")
	[entry.name | some entry in found] == [`["SYS_ADMIN"]`, "7", "NULL"]
}

test_nothing_listed if {
	every odd in [null, "text", [], {}, {"add": null}, {"add": 7}] {
		capabilities.listed(_container(odd), "add") == []
	}
	capabilities.listed({"value": {"securityContext": null}, "path": "spec.containers[0]"}, "add") == []
}

test_canonical if {
	every written in ["SYS_ADMIN", "sys_admin", "CAP_SYS_ADMIN", "Cap_Sys_Admin", " SYS_ADMIN "] {
		capabilities.canonical(written) == "SYS_ADMIN"
	}
}

test_spellings_keep_the_prefix if {
	capabilities.spellings(["cap_chown", " KILL"]) == {"CAP_CHOWN", "KILL"}
	[entry] := capabilities.listed(_container({"add": ["cap_chown"]}), "add")
	entry.spelling == "CAP_CHOWN"
	entry.name == "CHOWN"
}

test_names if {
	capabilities.names(["cap_chown", "KILL"]) == {"CHOWN", "KILL"}
	capabilities.names("all") == {"ALL"}
	capabilities.names(null) == set()
}

_container(value) := {
	"value": {"securityContext": {"capabilities": value}},
	"path": "spec.containers[0]",
}
