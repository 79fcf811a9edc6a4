//! Where findings stand: what has findings is read once more, document by document.

use std::ops::Range;
use std::sync::Arc;

use crate::manifest::{FieldPath, Finder, Found, Location, Positions, Step};
use crate::report::{Excerpt, Finding, Place, Point, Precision, Related, Relation};
use crate::source::Again;
use crate::workers;

mod excerpt;
mod identity;
mod mark;

use excerpt::Page;
pub(super) use identity::{distinguish, fingerprint};

/// A text of so many bytes is work for more than one thread.
const LARGE: usize = 4 << 20;

/// What is sought: the path of a field in the resource as written, and how near that is.
pub(super) fn wanted(location: &Location, field: Option<String>, precision: Precision) -> Place {
    match field {
        None => Place::of_resource(location),
        Some(field) => Place {
            precision,
            field,
            ..Place::of_resource(location)
        },
    }
}

/// Finds the places of all `findings` in the texts that they came from, by the sources' names.
pub(super) fn place(
    findings: &mut [Finding],
    text: &(impl Fn(&str) -> Option<Again> + Sync),
    threads: usize,
) {
    let mut files: Vec<&mut [Finding]> = findings
        .chunk_by_mut(|one, other| Arc::ptr_eq(&one.location.path, &other.location.path))
        .collect();
    let sought: Vec<Vec<Sought>> = files.iter().map(|file| sought(file)).collect();
    let found = workers::map(
        &sought,
        threads,
        || (),
        |(), file| in_file(file, text, threads),
    );
    for (file, places) in files.iter_mut().zip(found) {
        for (finding, place) in file.iter_mut().zip(places) {
            finding.place = place;
        }
    }
}

/// Finds the places of `findings` of the text that `finder` looks through.
pub(super) fn place_in(findings: &mut [Finding], mut finder: Finder<'_>) {
    let sought = sought(findings);
    let places = in_documents(&mut finder, &sought);
    for (finding, place) in findings.iter_mut().zip(places) {
        finding.place = place;
    }
}

/// What is needed of a finding to find its place.
struct Sought {
    location: Location,
    place: Place,
    further: Vec<String>,
}

fn sought(file: &[Finding]) -> Vec<Sought> {
    let sought = file.iter().map(|finding| Sought {
        location: finding.location.clone(),
        place: finding.place.clone(),
        further: finding
            .cause
            .iter()
            .flat_map(|cause| &cause.edits)
            .map(|edit| edit.field.clone())
            .filter(|field| !leads_to(field, &finding.place.field))
            .collect(),
    });
    sought.collect()
}

/// Whether `field` is `other`, or a parent of it: what has to go may be a container of which the
/// message names a field, and then the field is the place.
fn leads_to(field: &str, other: &str) -> bool {
    match (field.parse::<FieldPath>(), other.parse::<FieldPath>()) {
        (Ok(field), Ok(other)) => other.0.starts_with(&field.0),
        _ => field == other,
    }
}

fn in_file(
    file: &[Sought],
    text: &(impl Fn(&str) -> Option<Again> + Sync),
    threads: usize,
) -> Vec<Place> {
    let Some(first) = file.first() else {
        return Vec::new();
    };
    let again = text(&first.location.path);
    let Some(source) = again.as_ref().and_then(Again::read) else {
        // The place of the resource is known; of its fields nothing can be said that would hold.
        return file.iter().map(|sought| unread(&sought.location)).collect();
    };
    let text = source.text().text;
    let finder = || Finder::new(&text);
    if text.len() < LARGE {
        let mut finder = finder();
        return in_documents(&mut finder, file);
    }
    let documents: Vec<&[Sought]> = file
        .chunk_by(|one, other| one.location.document == other.location.document)
        .collect();
    let places = workers::map(&documents, threads, finder, |finder, document| {
        in_documents(finder, document)
    });
    places.into_iter().flatten().collect()
}

fn in_documents(finder: &mut Finder<'_>, findings: &[Sought]) -> Vec<Place> {
    let mut places = Vec::new();
    for resource in findings.chunk_by(|one, other| one.location == other.location) {
        let Some(first) = resource.first() else {
            continue;
        };
        let positions = finder.positions(&first.location);
        let mut resolver = Resolver {
            page: Page::new(positions.text()),
            positions: &positions,
        };
        places.extend(resource.iter().map(|sought| resolver.place(sought)));
    }
    places
}

fn unread(location: &Location) -> Place {
    Place::of_resource(location)
}

struct Resolver<'p> {
    positions: &'p Positions<'p>,
    page: Page<'p>,
}

impl Resolver<'_> {
    fn place(&mut self, sought: &Sought) -> Place {
        let Sought {
            location, place, ..
        } = sought;
        let Some(path) = self.first(sought) else {
            let whole = FieldPath::default();
            return self.place_of(location, &whole, Precision::Resource, sought);
        };
        self.place_of(location, &path, place.precision, sought)
    }

    /// Of fields that have to change together the one that comes first in the text.
    fn first(&self, sought: &Sought) -> Option<FieldPath> {
        let main: FieldPath = sought.place.field.parse().ok()?;
        if sought.further.is_empty() || sought.place.precision != Precision::Field {
            return Some(main);
        }
        let further = sought.further.iter().filter_map(|field| field.parse().ok());
        std::iter::once(main)
            .chain(further)
            .min_by_key(|path: &FieldPath| self.positions.find(&path.0).place)
    }

    fn place_of(
        &mut self,
        location: &Location,
        path: &FieldPath,
        precision: Precision,
        sought: &Sought,
    ) -> Place {
        let found = self.positions.find(&path.0);
        let there = path.0.len() - found.missing.len().min(path.0.len());
        let (there, missing) = path.0.split_at(there);
        let precision = match precision {
            Precision::Field if !missing.is_empty() => Precision::Parent,
            precision => precision,
        };
        let bytes = if found.value.is_empty() && found.key.is_none() {
            None
        } else {
            Some(self.mark(&found))
        };
        let (start, end) = match &bytes {
            Some(bytes) => self.points(bytes),
            None => {
                let place = Place::of_resource(location);
                (place.start, place.end)
            }
        };
        let excerpt = bytes
            .map(|bytes| self.page.around(&bytes, start, end))
            .unwrap_or_default();
        let mut related = Vec::new();
        if let Some(alias) = &found.alias {
            let key = alias
                .key
                .as_ref()
                .map_or(alias.value.start, |key| key.start);
            let way = there.get(..alias.taken).unwrap_or_default();
            related.extend(self.related(Relation::Alias, key..alias.value.end, way));
        }
        let all = sought.further.iter().chain([&sought.place.field]);
        for field in all.filter(|_| !sought.further.is_empty()) {
            if let Ok(other) = field.parse::<FieldPath>()
                && other != *path
            {
                related.extend(self.at(Relation::Cause, &other.0));
            }
        }
        if let Some(container) = container(there) {
            related.extend(self.named(Relation::Container, container, "name"));
        }
        let name = [Step::Key("metadata".to_owned())];
        related.extend(self.named(Relation::Resource, &name, "name"));
        related.retain(|further| further.start != start);
        related.shrink_to_fit();
        Place {
            precision,
            start,
            end,
            field: FieldPath(there.to_vec()).to_string(),
            missing: (!missing.is_empty()).then(|| FieldPath(missing.to_vec()).to_string()),
            excerpt,
            related,
        }
    }

    /// The field `name` of what is at `path`, else that itself.
    fn named(&mut self, relation: Relation, path: &[Step], name: &str) -> Option<Related> {
        let mut whole = path.to_vec();
        whole.push(Step::Key(name.to_owned()));
        let found = self.positions.find(&whole);
        let path = if found.missing.is_empty() {
            &whole
        } else {
            path
        };
        self.at(relation, path)
    }

    fn at(&mut self, relation: Relation, path: &[Step]) -> Option<Related> {
        let found = self.positions.find(path);
        let there = path.len() - found.missing.len().min(path.len());
        let bytes = self.mark(&found);
        self.related(relation, bytes, path.get(..there).unwrap_or_default())
    }

    fn related(
        &mut self,
        relation: Relation,
        bytes: Range<usize>,
        path: &[Step],
    ) -> Option<Related> {
        if bytes.is_empty() {
            return None;
        }
        let (start, end) = self.points(&bytes);
        let line: Excerpt = self.page.line(&bytes, start);
        Some(Related {
            relation,
            start,
            end,
            field: FieldPath(path.to_vec()).to_string(),
            excerpt: line,
        })
    }

    fn mark(&self, found: &Found) -> Range<usize> {
        let whole = found.missing.is_empty();
        mark::of(
            self.positions.text(),
            found.key.as_ref(),
            &found.value,
            whole,
        )
    }

    fn points(&self, bytes: &Range<usize>) -> (Point, Point) {
        let point = |byte: usize| {
            let place = self.positions.place(byte);
            Point {
                line: place.line,
                column: place.column,
            }
        };
        (point(bytes.start), point(bytes.end))
    }
}

/// The part of a path that leads to a container of a Pod.
pub(super) fn container(path: &[Step]) -> Option<&[Step]> {
    const LISTS: [&str; 3] = ["containers", "initContainers", "ephemeralContainers"];
    let at = path.windows(2).position(|pair| match pair {
        [Step::Key(key), Step::Index(_)] => LISTS.contains(&key.as_str()),
        _ => false,
    })?;
    path.get(..at + 2)
}
