package lib.quantities_test

import data.lib.quantities

test_units if {
	every written in ["32", 32, "+32", "0032", "32.", "32.0", "32000m", "3.2e1", "320E-1", "0.032k"] {
		quantities.amount(written) == [32, 0]
	}
}

test_zero if {
	every written in ["0", 0, "0.000", ".0", "0Gi", "0e999", "000000000000000000000000000000000000"] {
		quantities.amount(written) == [0, 0]
	}
}

test_billionths if {
	quantities.amount("100m") == [0, 100000000]
	quantities.amount(".5") == [0, 500000000]
	quantities.amount(0.5) == [0, 500000000]
	quantities.amount("100u") == [0, 100000]
	quantities.amount("1n") == [0, 1]
	quantities.amount("2.3") == quantities.amount("2300m")
	quantities.amount("1234567890n") == [1, 234567890]
}

test_powers_of_ten if {
	quantities.amount("1k") == [1000, 0]
	quantities.amount("1M") == [1000000, 0]
	quantities.amount("1.5G") == [1500000000, 0]
	quantities.amount("1T") == [1000000000000, 0]
	quantities.amount("1P") == [1000000000000000, 0]
	quantities.amount("1E") == [1000000000000000000, 0]
	quantities.amount("1E3") == [1000, 0]
	quantities.amount("1e03") == [1000, 0]
	quantities.amount("1e+3") == [1000, 0]
}

test_powers_of_1024 if {
	quantities.amount("1Ki") == [1024, 0]
	quantities.amount("250Mi") == [262144000, 0]
	quantities.amount("1.5Gi") == [1610612736, 0]
	quantities.amount("0.1Gi") == quantities.amount("107374182.4")
	quantities.amount("1Ti") == quantities.amount("1024Gi")
	quantities.amount("1Pi") == quantities.amount("1024Ti")
	quantities.amount("7.999999999Ei") == [9223372035701854303, 393153024]
}

test_what_is_finer_is_rounded_up if {
	every written in ["0.1n", "0.5n", "9e-10", "1e-10", "1e-999", "0.00000000000000000000000000000000000001"] {
		quantities.amount(written) == [0, 1]
	}
	quantities.amount("1.0000000001") == [1, 1]
	quantities.amount("0.9999999999") == [1, 0]
}

test_what_is_more_is_the_most if {
	every written in ["8Ei", "9223372036854775807", "9223372036854775807.5", "1e19", "1e999", "99999999999999999999999", "1000Ei"] {
		quantities.amount(written) == [9223372036854775807, 0]
	}
	quantities.amount("9223372036854775806") == [9223372036854775806, 0]
}

test_order if {
	quantities.amount("32001m") > quantities.amount("32")
	quantities.amount("31999m") < quantities.amount("32")
	quantities.amount("64Gi") > quantities.amount("64G")
	quantities.amount("65Gi") > quantities.amount("64Gi")
	quantities.amount("64Gi") == quantities.amount("65536Mi")
}

test_no_quantity if {
	not_quantities := [
		"", ".", "m", "+", "-1", -1, "1 Gi", " 1", "1\n", "1gi", "1K", "1mi", "1GB", "1e", "1e1.5", "1e+-3",
		"1Gie3", "0x10", "1,5", "1.2.3", "１", "all", "1e1000", true, null, [], {}, ["1"],
	]
	every written in not_quantities {
		not quantities.amount(written)
	}
}
