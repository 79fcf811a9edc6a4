//! Texts with a few blows.

/// Numbers that look random and are the same for the same seed (xorshift).
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(super) fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from((self.0 >> 11) % sides.max(1) as u64).unwrap()
    }
}

#[rustfmt::skip]
const PIECES: &[&str] = &[
    ":", ": ", ":\n", "::", ":a", "a:b", "- ", "-", "-a", "-1", "? ", "?a", ",", "[", "]", "{", "}", "{{ x }}", "#",
    " #", "# c\n", "&a ", "*a", "!x ", "<<: ", "|", "|\n", "|-\n", "|2\n", ">\n", ">+\n", "'", "''", "\"", "%", "@",
    "`", "\t", "\n", "\n\n", "\n  ", "\n- ", " ", "  ", "    ", "...\n", "\n...\n", "---\n", "\n---\n", "\\", "\\n",
    "\\\n", "\\x41", "\\u00e9", "\\U0001F600", "\\ud800", "~", "a", "é", "\u{A0}", "\u{1F600}", "\u{2028}",
    "\u{85}", "\u{FEFF}", "\u{FFFF}", "\0", "\r", "\u{7F}", "a: b\n", "- a\n", "[a, b]", "{a: b}", "\"x\": ", "'x'",
];

/// Some lines of `text`, changed here and there.
pub(super) fn mutated(text: &str, dice: &mut Dice) -> String {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    if dice.roll(2) == 0 {
        lines.drain(..dice.roll(lines.len()));
        lines.truncate(1 + dice.roll(12));
    }
    for _ in 0..=dice.roll(4) {
        let (one, other) = (dice.roll(lines.len()), dice.roll(lines.len()));
        if lines.is_empty() {
            lines.push("\n".to_owned());
        }
        match dice.roll(9) {
            0 => lines.swap(one, other),
            1 => lines.insert(other, lines[one].clone()),
            2 => drop(lines.remove(one)),
            3 => lines[one].insert_str(0, ["  ", " ", "    "][dice.roll(3)]),
            4 => lines[one] = lines[one].replacen(["  ", " "][dice.roll(2)], "", 1),
            5 => {
                let at = place(&lines[one], dice);
                lines[one].truncate(at);
            }
            6 => {
                let line = &mut lines[one];
                let (start, end) = (place(line, dice), place(line, dice));
                line.replace_range(start.min(end)..start.max(end), "");
            }
            _ => {
                let at = place(&lines[one], dice);
                lines[one].insert_str(at, PIECES[dice.roll(PIECES.len())]);
            }
        }
    }
    lines.concat()
}

fn place(line: &str, dice: &mut Dice) -> usize {
    let mut at = dice.roll(line.len() + 1);
    while !line.is_char_boundary(at) {
        at -= 1;
    }
    at
}
