//! Layers of values over each other: what is in force, and who gave it.

use std::fmt;

use crate::manifest::Fault;

use super::{ParameterSet, Parameters};

/// Who gave a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Giver {
    /// The policy's folder.
    Default,
    /// A preset.
    Preset(String),
    /// A user's file, and the line in it.
    File(String, u32),
}

impl fmt::Display for Giver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Giver::Default => f.write_str("default"),
            Giver::Preset(name) => write!(f, "preset {name}"),
            Giver::File(path, line) => write!(f, "{path}:{line}"),
        }
    }
}

/// The values in force for one policy, and who gave each.
#[derive(Clone, Debug)]
pub struct Effective<'a> {
    id: &'a str,
    layers: Vec<&'a ParameterSet>,
    /// The values.
    pub values: Parameters,
}

impl<'a> Effective<'a> {
    /// Puts `layers` over each other, the last on top.
    pub fn new(id: &'a str, layers: impl Iterator<Item = &'a ParameterSet>) -> Effective<'a> {
        let layers: Vec<_> = layers.collect();
        let mut values = Parameters::new();
        for parameters in layers.iter().filter_map(|layer| layer.get(id)) {
            values.extend(parameters.clone());
        }
        Effective { id, layers, values }
    }

    /// Who gave the value of `parameter`.
    pub fn giver(&self, parameter: &str) -> Giver {
        let Some(layer) = self.layer(parameter) else {
            return Giver::Default;
        };
        match &layer.preset {
            Some(name) => Giver::Preset(name.clone()),
            None if layer.flat => Giver::Default,
            None => {
                let place = layer.fault(self.id, Some(parameter), String::new());
                Giver::File(place.path.to_string(), place.line)
            }
        }
    }

    fn layer(&self, parameter: &str) -> Option<&'a ParameterSet> {
        let gave = |layer: &&&ParameterSet| {
            layer
                .get(self.id)
                .is_some_and(|given| given.contains_key(parameter))
        };
        self.layers.iter().rev().find(gave).copied()
    }

    /// An error about `parameter`, at its place in the layer that gave it.
    pub fn fault(&self, parameter: &str, message: String) -> Fault {
        match self.layer(parameter).or(self.layers.last().copied()) {
            Some(layer) => layer.fault(self.id, Some(parameter), message),
            None => Fault {
                path: self.id.into(),
                line: 1,
                column: 1,
                message,
            },
        }
    }
}
