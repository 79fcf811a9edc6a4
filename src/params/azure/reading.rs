//! From a file of Azure's to values of ours.

mod effects;

use crate::engine::Value;
use crate::manifest::{self, Fault, FieldPath, Step};
use crate::source::Source;
use crate::suggest;

use super::form::{self, Part};
use super::{Collected, Definition, Imported, Initiative, Parameter, Vocabulary};
use super::{entry, text, values};
use crate::params::ParameterSet;

const EFFECT: &str = "effect";
const SOURCE: &str = "source";

/// Whose parameters a part holds.
#[derive(Clone, Copy)]
enum Target<'a> {
    Initiative(&'a Initiative),
    Definition(&'a str, &'a Definition),
}

pub(super) fn read(
    vocabulary: &Vocabulary,
    source: &Source,
    value: &Value,
    definition: Option<&str>,
) -> Result<Imported, Vec<Fault>> {
    let mut reading = Reading {
        vocabulary,
        source,
        collected: Collected::default(),
        titles: Vec::new(),
        preset: None,
        notes: Vec::new(),
        faults: Vec::new(),
    };
    let parts = form::parts(value);
    let (mut taken, mut strange) = (0, Vec::new());
    for part in &parts {
        match reading.target(part, definition) {
            Ok(target) => {
                taken += 1;
                reading.part(part, target);
            }
            Err(fault) => strange.push(fault),
        }
    }
    // A list of assignments has others in it, too.
    if taken == 0 {
        reading.faults.extend(strange);
    } else {
        let left = strange
            .iter()
            .map(|fault| format!("{fault}; not for the policies here"));
        reading.notes.extend(left);
    }
    if !reading.faults.is_empty() {
        reading
            .faults
            .sort_by_key(|fault| (fault.line, fault.column));
        return Err(reading.faults);
    }
    let Collected { policies, places } = reading.collected;
    Ok(Imported {
        set: ParameterSet {
            source: source.clone(),
            policies,
            flat: false,
            places,
            preset: None,
        },
        title: reading.titles.join("; "),
        preset: reading.preset,
        notes: reading.notes,
    })
}

struct Reading<'a> {
    vocabulary: &'a Vocabulary,
    source: &'a Source,
    collected: Collected,
    titles: Vec<String>,
    preset: Option<String>,
    notes: Vec<String>,
    faults: Vec<Fault>,
}

impl<'a> Reading<'a> {
    fn target(&self, part: &Part<'_>, definition: Option<&str>) -> Result<Target<'a>, Fault> {
        if let Some(named) = definition {
            return self.named(named).ok_or_else(|| {
                let message = format!("unknown definition `{named}`{}", self.known());
                self.fault(&[], message)
            });
        }
        let assigned = entry(part.holder, "policyDefinitionId");
        let own = (part.wrapper == "defaultValue")
            .then(|| entry(part.outer, "id").or_else(|| entry(part.outer, "name")))
            .flatten();
        let Some((key, id)) = assigned.or(own) else {
            return self.unnamed(part);
        };
        let path = below(&part.path, &key);
        let Some(id) = text(id) else {
            let message = format!("`{key}` is `{id}`; expected the id of a definition");
            return Err(self.fault(&path, message));
        };
        self.named(id).ok_or_else(|| {
            let message = format!("unknown definition `{id}`{}", self.known());
            self.fault(&path, message)
        })
    }

    /// A GUID, the id of a resource that ends in one, or the id of a policy.
    fn named(&self, named: &str) -> Option<Target<'a>> {
        let last = named.trim_end_matches('/').rsplit('/').next()?;
        let same = |id: &str| id.eq_ignore_ascii_case(last);
        let initiative = self.vocabulary.initiative.as_ref();
        if let Some(initiative) = initiative.filter(|initiative| same(&initiative.id)) {
            return Some(Target::Initiative(initiative));
        }
        self.vocabulary
            .definitions
            .iter()
            .find(|(id, definition)| same(&definition.definition_id) || *id == named)
            .map(|(id, definition)| Target::Definition(id, definition))
    }

    /// Parameters of which nothing says whose they are: the initiative's, unless their names say
    /// otherwise.
    fn unnamed(&self, part: &Part<'_>) -> Result<Target<'a>, Fault> {
        let Some(initiative) = &self.vocabulary.initiative else {
            let message = format!("nothing says whose parameters these are{}", self.known());
            return Err(self.fault(&part.path, message));
        };
        let (names, path) = match &part.parameters {
            Some((Value::Object(entries), path)) => {
                let names = entries.iter().filter_map(|(key, _)| text(key));
                (names.collect::<Vec<_>>(), path.as_slice())
            }
            _ => (Vec::new(), part.path.as_slice()),
        };
        let of_initiative =
            |name: &&str| self.is_other(initiative, name) || self.has_initiative_name(name);
        if names.is_empty() || names.iter().any(of_initiative) {
            return Ok(Target::Initiative(initiative));
        }
        let of_definition = |name: &&str| {
            let mut definitions = self.vocabulary.definitions.values();
            definitions.any(|known| parameter(known, name).is_some())
        };
        match names.iter().copied().find(of_definition) {
            Some(name) => {
                let message = format!(
                    "`{name}` is a parameter of single definitions, and nothing says of which; \
                     --azure-definition does"
                );
                Err(self.fault(&below(path, name), message))
            }
            None => Ok(Target::Initiative(initiative)),
        }
    }

    fn is_other(&self, initiative: &Initiative, name: &str) -> bool {
        let same = |other: &String| other.eq_ignore_ascii_case(name);
        initiative.others.iter().any(same)
    }

    fn has_initiative_name(&self, name: &str) -> bool {
        self.of_initiative(name).next().is_some()
    }

    /// Everything that the initiative's parameter `name` gives a value to.
    fn of_initiative(&self, name: &str) -> impl Iterator<Item = (&'a str, &'a str, &'a Parameter)> {
        let definitions = self.vocabulary.definitions.iter();
        let all = definitions.flat_map(|(id, known)| {
            let parameters = known.parameters.iter();
            parameters.map(move |(own, known)| (id.as_str(), own.as_str(), known))
        });
        let name = name.to_owned();
        all.filter(move |(_, _, known)| {
            let passed = known.initiative.as_deref();
            passed.is_some_and(|passed| passed.eq_ignore_ascii_case(&name))
        })
    }

    fn known(&self) -> String {
        let initiative = self.vocabulary.initiative.iter();
        let initiative = initiative.map(|known| format!("`{}` ({})", known.id, known.name));
        let definitions = self.vocabulary.definitions.iter();
        let definitions =
            definitions.map(|(id, known)| format!("`{}` ({id})", known.definition_id));
        let all: Vec<String> = initiative.chain(definitions).collect();
        format!("; expected one of {}", all.join(", "))
    }

    fn part(&mut self, part: &Part<'_>, target: Target<'a>) {
        if let Target::Initiative(initiative) = target {
            self.preset = Some(initiative.preset.clone());
        }
        self.titles.push(match target {
            Target::Initiative(known) => {
                format!("{}, parameters of version {}", known.name, known.version)
            }
            Target::Definition(_, known) => known.definition_name.clone(),
        });
        let mut others = 0;
        match &part.parameters {
            None => {}
            Some((Value::Object(entries), path)) => {
                let mut entries: Vec<_> = entries.iter().collect();
                entries.sort();
                for (key, given) in entries {
                    let name = text(key).map_or_else(|| key.to_string(), str::to_owned);
                    others += usize::from(!self.parameter(part, target, &name, given, path));
                }
            }
            Some((other, path)) => {
                let message = format!("the parameters are `{other}`; expected a mapping");
                self.faults.push(self.fault(path, message));
            }
        }
        if others > 0 {
            let are = if others == 1 { "is" } else { "are" };
            self.note(format!(
                "{others} of its parameters {are} about other resources"
            ));
        }
        self.overrides(part, target);
        self.unenforced(part, target);
        for (key, what) in [
            ("notScopes", "scopes that are left out"),
            ("exemptions", "exemptions"),
            ("resourceSelectors", "a selection of resources"),
        ] {
            let said = entry(part.holder, key).map(|(_, value)| value);
            let empty = match said {
                None | Some(Value::Null) => true,
                Some(Value::Array(items)) => items.is_empty(),
                Some(_) => false,
            };
            if !empty {
                self.note(format!(
                    "`{key}`: {what} cannot be told from files; everything is judged"
                ));
            }
        }
    }

    /// Answers whether the parameter is about a policy here.
    fn parameter(
        &mut self,
        part: &Part<'_>,
        target: Target<'a>,
        name: &str,
        given: &Value,
        path: &[Step],
    ) -> bool {
        let path = below(path, name);
        let meant: Vec<(&str, &str, &Parameter)> = match target {
            Target::Initiative(_) => self.of_initiative(name).collect(),
            Target::Definition(id, known) => parameter(known, name)
                .map(|(own, known)| (id, own, known))
                .into_iter()
                .collect(),
        };
        let Some((_, _, first)) = meant.first() else {
            if let Target::Initiative(initiative) = target
                && self.is_other(initiative, name)
            {
                return false;
            }
            let message = self.unknown(target, name);
            self.faults.push(self.fault(&path, message));
            return true;
        };
        let value = values::unwrapped(name, given, part.wrapper).and_then(|value| {
            value
                .map(|value| values::converted(name, value, first))
                .transpose()
        });
        match value {
            Ok(None) => {}
            Ok(Some(value)) => {
                let path = FieldPath(below(&path, part.wrapper));
                for (id, own, _) in meant {
                    let value = self.ours(own, value.clone());
                    self.collected.set(id, own, value, path.clone());
                }
            }
            Err(message) => self.faults.push(self.fault(&path, message)),
        }
        true
    }

    fn unknown(&self, target: Target<'a>, name: &str) -> String {
        match target {
            Target::Definition(id, known) => {
                let names = known.parameters.keys().map(String::as_str);
                let help = suggest::among(name, names);
                format!("the definition of `{id}` has no parameter `{name}`{help}")
            }
            Target::Initiative(initiative) => {
                let parameters = self.vocabulary.definitions.values();
                let parameters = parameters.flat_map(|known| known.parameters.values());
                let mut names: Vec<&str> = parameters
                    .filter_map(|known| known.initiative.as_deref())
                    .collect();
                names.sort_unstable();
                names.dedup();
                let help = suggest::among(name, names.into_iter());
                format!("`{}` has no parameter `{name}`{help}", initiative.name)
            }
        }
    }

    /// A value in our words.
    fn ours(&mut self, own: &str, value: Value) -> Value {
        match (own, text(&value)) {
            (EFFECT, Some(effect)) => effect.to_ascii_lowercase().into(),
            // A cluster sees the Pods that workloads have made; files have the workloads alone.
            (SOURCE, Some("Original")) => {
                self.note(
                    "`source: Original` becomes `All`: the Pods that a cluster would see as they \
                     are stand in files as workloads"
                        .to_owned(),
                );
                "All".into()
            }
            _ => value,
        }
    }

    fn note(&mut self, message: String) {
        let note = format!("{}: {message}", self.source.name);
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    fn fault(&self, path: &[Step], message: String) -> Fault {
        manifest::fault_at(self.source, &FieldPath(path.to_vec()), message)
    }
}

/// The parameter of a definition that is called `name`, in any case of letters.
fn parameter<'d>(known: &'d Definition, name: &str) -> Option<(&'d str, &'d Parameter)> {
    let mut parameters = known.parameters.iter();
    parameters
        .find(|(own, _)| own.eq_ignore_ascii_case(name))
        .map(|(own, known)| (own.as_str(), known))
}

fn below(path: &[Step], key: &str) -> Vec<Step> {
    let key = Step::Key(key.to_owned());
    path.iter().cloned().chain([key]).collect()
}
