//! LCOV's tracefile: `SF`, `DA`, `LF`, `LH`. Whether a line was reached is known, not how often.

use std::fmt::Write;

use crate::suite::CoverageReport;

/// The report as an LCOV tracefile.
pub fn lcov(report: &CoverageReport) -> String {
    let mut out = String::new();
    for file in &report.files {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "TN:\nSF:{}", file.path);
        for (line, reached) in &file.lines {
            let _ = writeln!(out, "DA:{line},{}", u8::from(*reached));
        }
        let _ = writeln!(out, "LF:{}\nLH:{}", file.lines.len(), file.reached());
        out.push_str("end_of_record\n");
    }
    out
}
