//! Where findings stand, document by document.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use crate::manifest::{
    FieldPath, Finder, Location, Passed, Positions, Reached, Step, Steps, steps,
};
use crate::report::{Finding, Identity, Place, Point, Precision, Related, Relation};
use crate::source::Again;
use crate::workers;

mod excerpt;
mod identity;
mod mark;

use super::Options;
use excerpt::Page;
pub(super) use identity::{Begun, Seen, fingerprint};

/// A text of so many bytes is work for more than one thread.
const LARGE: usize = 4 << 20;

/// A finding's place, and its group as far as that depends on the place.
type Placed = (Place, Option<Identity>);

/// What is sought: the path of a field in the resource as written, and how near that is.
pub(super) fn wanted(location: &Location, field: Option<Arc<str>>, precision: Precision) -> Place {
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
    options: &Options,
) {
    let threads = options.threads;
    let files: Vec<&[Finding]> = findings
        .chunk_by(|one, other| {
            Arc::ptr_eq(&one.subject.location.path, &other.subject.location.path)
        })
        .collect();
    let places = workers::map(
        &files,
        threads,
        || (),
        |(), file| in_file(file, text, options),
    );
    put(findings, places.into_iter().flatten());
}

/// Finds the places of `findings` of the text that `finder` looks through, with the `lines` around them.
pub(super) fn place_in(findings: &mut [Finding], mut finder: Finder<'_>, lines: bool) {
    let places = in_documents(&mut finder, findings, lines);
    put(findings, places);
}

fn put(findings: &mut [Finding], places: impl IntoIterator<Item = Placed>) {
    for (finding, (place, group)) in findings.iter_mut().zip(places) {
        finding.place = place;
        finding.group = group.unwrap_or(finding.fingerprint);
    }
}

fn in_file(
    file: &[Finding],
    text: &(impl Fn(&str) -> Option<Again> + Sync),
    options: &Options,
) -> Vec<Placed> {
    let &Options { threads, lines, .. } = options;
    let Some(first) = file.first() else {
        return Vec::new();
    };
    let again = text(&first.subject.location.path);
    let Some(source) = again.as_ref().and_then(Again::read) else {
        // The place of the resource is known; of its fields nothing can be said that would hold.
        let unread = |finding: &Finding| (Place::of_resource(&finding.subject.location), None);
        return file.iter().map(unread).collect();
    };
    let text = source.text().text;
    let finder = || Finder::new(&text);
    if text.len() < LARGE {
        let mut finder = finder();
        return in_documents(&mut finder, file, lines);
    }
    let documents: Vec<&[Finding]> = file
        .chunk_by(|one, other| one.subject.location.document == other.subject.location.document)
        .collect();
    let places = workers::map(&documents, threads, finder, |finder, document| {
        in_documents(finder, document, lines)
    });
    places.into_iter().flatten().collect()
}

/// Findings of one source.
fn in_documents(finder: &mut Finder<'_>, findings: &[Finding], lines: bool) -> Vec<Placed> {
    let mut places = Vec::with_capacity(findings.len());
    let name = findings
        .first()
        .map_or("", |first| &first.subject.location.path);
    let source = Begun::with(&[name]);
    for resource in findings.chunk_by(|one, other| Arc::ptr_eq(&one.subject, &other.subject)) {
        let Some(first) = resource.first() else {
            continue;
        };
        let positions = finder.positions(&first.subject.location);
        let mut resolver = Resolver {
            page: Page::new(positions.text(), lines),
            positions: &positions,
            named: Vec::new(),
        };
        places.extend(resource.iter().map(|finding| {
            let place = resolver.place(finding);
            let group = identity::group(&source, &place, finding.cause.as_deref());
            (place, group)
        }));
    }
    places
}

/// The fields that have to change together with `main`, by the finding's cause. What has to go may
/// be a container of which the message names a field, and then the field is the place.
fn further<'f>(finding: &'f Finding, main: &Steps<'f>) -> Vec<Steps<'f>> {
    let edits = finding.cause.iter().flat_map(|cause| &cause.edits);
    edits
        .filter_map(|edit| steps(&edit.field).ok())
        .filter(|field| !main.starts_with(field))
        .collect()
}

/// Finds the places of one resource's findings.
struct Resolver<'p, 'f> {
    positions: &'p Positions<'p>,
    page: Page<'p>,
    /// The resource and its containers, by their paths: findings share them.
    named: Vec<(Steps<'f>, Option<Arc<Related>>)>,
}

impl<'f> Resolver<'_, 'f> {
    fn place(&mut self, finding: &'f Finding) -> Place {
        let sought = &finding.place;
        let (main, precision) = match steps(&sought.field) {
            Ok(main) => (main, sought.precision),
            Err(_) => (Steps::new(), Precision::Resource),
        };
        let further = further(finding, &main);
        // Of fields that have to change together the one that comes first in the text is marked.
        let first = match precision {
            Precision::Field if !further.is_empty() => std::iter::once(&main)
                .chain(&further)
                .min_by_key(|path| self.start(path)),
            _ => None,
        };
        let path = first.unwrap_or(&main);
        let others = further.iter().chain([&main]).filter(|other| *other != path);
        self.place_of(finding, path, precision, others)
    }

    fn start(&self, path: &Steps<'f>) -> usize {
        let Reached { key, value, .. } = self.positions.reach(path);
        key.map_or(value.start, |key| key.start)
    }

    fn place_of<'o>(
        &mut self,
        finding: &Finding,
        path: &Steps<'f>,
        precision: Precision,
        others: impl Iterator<Item = &'o Steps<'f>>,
    ) -> Place
    where
        'f: 'o,
    {
        let found = self.positions.reach(path);
        let (there, missing) = path.split_at(found.taken.min(path.len()));
        let precision = match precision {
            Precision::Field if !missing.is_empty() => Precision::Parent,
            precision => precision,
        };
        let resource = Place::of_resource(&finding.subject.location);
        let (start, end, excerpt) = if found.value.is_empty() && found.key.is_none() {
            (resource.start, resource.end, resource.excerpt)
        } else {
            let bytes = self.mark(&found, missing.is_empty());
            let (start, end) = self.points(&bytes);
            (start, end, self.page.around(&bytes, start, end))
        };
        let mut related = Vec::with_capacity(2);
        if let Some(Passed { key, value, taken }) = found.alias {
            let first = key.map_or(value.start, |key| key.start);
            let way = there.get(..taken).unwrap_or_default();
            let alias = self.related(Relation::Alias, first..value.end, way);
            related.extend(alias.map(Arc::new));
        }
        for other in others {
            related.extend(self.at(Relation::Cause, other).map(Arc::new));
        }
        if let Some(container) = container(there) {
            related.extend(self.named(Relation::Container, container));
        }
        let metadata = [Step::Key("metadata".into())];
        related.extend(self.named(Relation::Resource, &metadata));
        related.retain(|further| further.start != start);
        related.shrink_to_fit();
        Place {
            precision,
            start,
            end,
            field: FieldPath::text(there).into(),
            missing: (!missing.is_empty()).then(|| FieldPath::text(missing)),
            excerpt,
            related,
        }
    }

    /// The field `name` of what is at `path`, else that itself.
    fn named(&mut self, relation: Relation, path: &[Step<Cow<'f, str>>]) -> Option<Arc<Related>> {
        if let Some((_, known)) = self.named.iter().find(|(known, _)| known == path) {
            return known.clone();
        }
        let mut whole = path.to_vec();
        whole.push(Step::Key("name".into()));
        let is_there = self.positions.reach(&whole).taken == whole.len();
        let named = self.at(relation, if is_there { &whole } else { path });
        let named = named.map(Arc::new);
        self.named.push((path.to_vec(), named.clone()));
        named
    }

    fn at(&mut self, relation: Relation, path: &[Step<Cow<'f, str>>]) -> Option<Related> {
        let found = self.positions.reach(path);
        let bytes = self.mark(&found, found.taken == path.len());
        let there = path.get(..found.taken).unwrap_or_default();
        self.related(relation, bytes, there)
    }

    fn related(
        &mut self,
        relation: Relation,
        bytes: Range<usize>,
        path: &[Step<Cow<'f, str>>],
    ) -> Option<Related> {
        if bytes.is_empty() {
            return None;
        }
        let (start, end) = self.points(&bytes);
        Some(Related {
            relation,
            start,
            end,
            field: FieldPath::text(path),
            excerpt: self.page.line(&bytes, start),
        })
    }

    fn mark(&self, found: &Reached, whole: bool) -> Range<usize> {
        let text = self.positions.text();
        mark::of(text, found.key.as_ref(), &found.value, whole)
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
pub(super) fn container<Key: AsRef<str>>(path: &[Step<Key>]) -> Option<&[Step<Key>]> {
    const LISTS: [&str; 3] = ["containers", "initContainers", "ephemeralContainers"];
    let at = path.windows(2).position(|pair| match pair {
        [Step::Key(key), Step::Index(_)] => LISTS.contains(&key.as_ref()),
        _ => false,
    })?;
    path.get(..at + 2)
}
