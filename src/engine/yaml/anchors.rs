//! Anchors, and how often they may be used.

use crate::engine::Value;

/// What an anchor stands for.
#[derive(Debug)]
pub(crate) enum Anchored {
    /// A collection that is not at its end yet.
    Open,
    /// A value, which holds so many values, itself included and aliases resolved.
    Value { value: Value, values: u64 },
}

/// Counts the values of a document as if every alias were written out, and refuses what go-yaml
/// refuses: a small text that stands for very many values (the "billion laughs"). Values are shared
/// here, so that such a document costs nothing to read, but everything after would walk it.
#[derive(Debug, Default)]
pub(crate) struct Budget {
    values: u64,
    through_aliases: u64,
}

/// Below so many values nearly all of them may come through aliases.
const LOW: f64 = 400_000.0;
/// From so many on, only a tenth.
const HIGH: f64 = 4_000_000.0;

impl Budget {
    /// So many values so far.
    pub(crate) fn values(&self) -> u64 {
        self.values
    }

    /// One more value.
    pub(crate) fn value(&mut self) -> Result<(), String> {
        self.values += 1;
        self.check()
    }

    /// So many more through an alias.
    pub(crate) fn alias(&mut self, values: u64) -> Result<(), String> {
        self.values = self.values.saturating_add(values);
        self.through_aliases = self.through_aliases.saturating_add(values);
        self.check()
    }

    #[expect(clippy::cast_precision_loss, reason = "a ratio")]
    fn check(&self) -> Result<(), String> {
        if self.through_aliases <= 100 || self.values <= 1000 {
            return Ok(());
        }
        let (values, through_aliases) = (self.values as f64, self.through_aliases as f64);
        let share = ((values - LOW) / (HIGH - LOW)).clamp(0.0, 1.0);
        if through_aliases / values > 0.99 - 0.89 * share {
            return Err("too many values through aliases".to_owned());
        }
        Ok(())
    }
}
