//! Test Anything Protocol 14 (testanything.org): a line each, a YAML block below those that failed.

/// Test points, as they are counted and written.
#[derive(Default)]
pub(super) struct Points {
    count: usize,
    text: String,
}

impl Points {
    /// One that is as it should be.
    pub(super) fn ok(&mut self, name: &str) {
        self.point("ok", name, "");
    }

    /// One that was left out, and why, if that is known.
    pub(super) fn skip(&mut self, name: &str, why: &str) {
        let why = if why.is_empty() {
            String::new()
        } else {
            format!(" {}", escaped(why))
        };
        self.point("ok", name, &format!(" # SKIP{why}"));
    }

    /// One that is not, with what there is to say of it: keys and their texts.
    pub(super) fn not_ok(&mut self, name: &str, diagnostics: Vec<(&str, Vec<String>)>) {
        self.point("not ok", name, "");
        self.text.push_str("  ---\n");
        for (key, texts) in diagnostics {
            for text in texts {
                let line = format!("  - {key}: {}\n", quoted(&text));
                self.text.push_str(&line);
            }
        }
        self.text.push_str("  ...\n");
    }

    /// The whole stream.
    pub(super) fn stream(self) -> String {
        format!("TAP version 14\n1..{}\n{}", self.count, self.text)
    }

    fn point(&mut self, word: &str, name: &str, directive: &str) {
        self.count += 1;
        let name = escaped(name);
        let line = format!("{word} {} - {name}{directive}\n", self.count);
        self.text.push_str(&line);
    }
}

/// JSON's strings are YAML's.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// `#` would begin a directive, and a description is one line.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('#', "\\#")
        .replace(char::is_control, " ")
}
