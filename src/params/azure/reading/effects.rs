//! What an assignment says beside its parameters about effects.

use crate::engine::Value;
use crate::manifest::{FieldPath, Step};

use super::super::form::Part;
use super::super::{entry, text};
use super::{EFFECT, Reading, Target, below};

impl<'a> Reading<'a> {
    /// `overrides` change effects of some of the initiative's definitions.
    pub(super) fn overrides(&mut self, part: &Part<'_>, target: Target<'a>) {
        let Some((key, Value::Array(items))) = entry(part.holder, "overrides") else {
            return;
        };
        for (index, item) in items.iter().enumerate() {
            let path = [Step::Key(key.clone()), Step::Index(index)];
            let path: Vec<Step> = part.path.iter().cloned().chain(path).collect();
            let kind = entry(item, "kind").and_then(|(_, kind)| text(kind));
            let effect = entry(item, "value").and_then(|(_, value)| text(value));
            let (Some("policyEffect"), Some(effect)) = (kind, effect) else {
                self.note("an entry of `overrides` is no effect and is not followed".to_owned());
                continue;
            };
            let selected = |id: &str, reference: &str| {
                let Some((_, Value::Array(selectors))) = entry(item, "selectors") else {
                    return true;
                };
                selectors.iter().all(|selector| {
                    let lists = |key: &str| match entry(selector, key) {
                        Some((_, Value::Array(names))) => Some(
                            names
                                .iter()
                                .filter_map(text)
                                .any(|name| name.eq_ignore_ascii_case(reference) || name == id),
                        ),
                        _ => None,
                    };
                    lists("in").unwrap_or(true) && !lists("notIn").unwrap_or(false)
                })
            };
            let definitions = self.vocabulary.definitions.iter();
            let chosen: Vec<&str> = definitions
                .filter(|(id, known)| match target {
                    Target::Initiative(_) => selected(id, &known.initiative_reference_id),
                    Target::Definition(only, _) => only == id.as_str(),
                })
                .map(|(id, _)| id.as_str())
                .collect();
            let place = FieldPath(below(&path, "value"));
            for id in chosen {
                let effect = effect.to_ascii_lowercase().into();
                self.collected.set(id, EFFECT, effect, place.clone());
            }
        }
    }

    /// An assignment that is not enforced reports what it would have denied.
    pub(super) fn unenforced(&mut self, part: &Part<'_>, target: Target<'a>) {
        let mode = entry(part.holder, "enforcementMode").and_then(|(_, mode)| text(mode));
        if !mode.is_some_and(|mode| mode.eq_ignore_ascii_case("DoNotEnforce")) {
            return;
        }
        let mut changed = 0;
        for (id, values) in &mut self.collected.policies {
            let meant = match target {
                Target::Initiative(_) => true,
                Target::Definition(only, _) => only == id,
            };
            let deny = Value::from("deny");
            if let Some(effect) = values
                .get_mut(EFFECT)
                .filter(|effect| meant && **effect == deny)
            {
                *effect = "audit".into();
                changed += 1;
            }
        }
        if changed > 0 {
            self.note(
                "`enforcementMode: DoNotEnforce`: what it would deny is reported only".to_owned(),
            );
        }
    }
}
