//! A constraint is about the objects that Gatekeeper's webhook would ask it about.

use sekisho::engine::Value;
use sekisho::gatekeeper::{
    Clause, Match, Matcher, Namespaces, Origin, Review, ReviewOptions, Scopes,
};

use crate::gatekeeper_tables::{entries, list, table, text, words};

fn reviewed(object: &Value, namespaces: &Namespaces, origin: Origin) -> Review {
    let scopes = Scopes::default();
    let options = ReviewOptions {
        fallback_namespace: "default",
        scopes: &scopes,
        namespaces,
        origin,
    };
    Review::of_object(object, &options).unwrap()
}

#[test]
fn each_clause_picks_what_the_webhook_picks() {
    let table = table(include_str!("gatekeeper/matching.yaml"));
    let objects = entries(&table["objects"]);
    let mut namespaces = Namespaces::default();
    objects
        .iter()
        .for_each(|(_, object)| namespaces.add(object));
    namespaces.assume("default");
    let cases = list(&table["cases"]);
    assert!(cases.len() > 40);
    for case in cases {
        let matcher = Matcher::compile(&case["match"]).unwrap();
        let (mut picks, mut rejects) = (Vec::new(), Vec::new());
        for (name, object) in &objects {
            match reviewed(object, &namespaces, Origin::Original).matches(&matcher, &namespaces) {
                Ok(Match::Yes) => picks.push(name.clone()),
                Ok(Match::No(_)) => {}
                Err(_) => rejects.push(name.clone()),
            }
        }
        let sorted = |key: &str| {
            let mut words = words(&case[key]);
            words.sort();
            words
        };
        let why = text(&case["why"]);
        assert_eq!(picks, sorted("picks"), "picks: {why}");
        assert_eq!(rejects, sorted("rejects"), "rejects: {why}");
    }
}

#[test]
fn the_clause_that_refused_is_named() {
    let object = table("{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: shop}}");
    let cases = [
        ("{kinds: [{kinds: [Job]}]}", Clause::Kinds),
        ("{scope: Cluster}", Clause::Scope),
        ("{namespaces: [x]}", Clause::Namespaces),
        ("{excludedNamespaces: [shop]}", Clause::ExcludedNamespaces),
        (
            "{labelSelector: {matchLabels: {a: b}}}",
            Clause::LabelSelector,
        ),
        (
            "{namespaceSelector: {matchLabels: {a: b}}}",
            Clause::NamespaceSelector,
        ),
        ("{name: q}", Clause::Name),
        ("{source: Generated}", Clause::Source),
        // The first in Gatekeeper's order, not in the text's.
        ("{name: q, kinds: [{kinds: [Job]}]}", Clause::Kinds),
    ];
    let mut namespaces = Namespaces::default();
    namespaces.assume("shop");
    for (clauses, expected) in cases {
        let matcher = Matcher::compile(&table(clauses)).unwrap();
        let answer =
            reviewed(&object, &namespaces, Origin::Original).matches(&matcher, &namespaces);
        assert_eq!(answer, Ok(Match::No(expected)), "{clauses}");
    }
}

#[test]
fn generated_objects_are_told_from_given_ones() {
    let object = table("{apiVersion: v1, kind: Pod, metadata: {name: p}}");
    let namespaces = Namespaces::default();
    for (source, origin, expected) in [
        ("Generated", Origin::Generated, true),
        ("Original", Origin::Generated, false),
        ("All", Origin::Generated, true),
    ] {
        let matcher = Matcher::compile(&table(&format!("{{source: {source}}}"))).unwrap();
        let answer = reviewed(&object, &namespaces, origin)
            .matches(&matcher, &namespaces)
            .unwrap();
        assert_eq!(answer == Match::Yes, expected, "{source}");
    }
}

#[test]
fn an_undecided_match_says_what_gatekeeper_says() {
    let object = table("{apiVersion: v1, kind: Pod, metadata: {name: dep, namespace: nowhere}}");
    let matcher = Matcher::compile(&table("{namespaceSelector: {matchLabels: {a: b}}}")).unwrap();
    let namespaces = Namespaces::default();
    let review = reviewed(&object, &namespaces, Origin::Original);
    let autoreject = review.matches(&matcher, &namespaces).unwrap_err();
    assert_eq!(&*autoreject.namespace, "nowhere");
    assert_eq!(
        autoreject.to_string(),
        "unable to match constraints: error matching the requested object: dep :failed to run Match \
         criteria: namespace selector for namespace-scoped object but missing Namespace"
    );
}

#[test]
fn an_update_matches_by_the_old_object_as_well() {
    let request = |labels: &str, old: &str| {
        table(&format!(
            "{{apiVersion: admission.k8s.io/v1, kind: AdmissionReview, request: {{operation: UPDATE, object: \
             {{apiVersion: v1, kind: Pod, metadata: {{name: p, labels: {labels}}}}}, oldObject: {{apiVersion: v1, \
             kind: Pod, metadata: {{name: p, labels: {old}}}}}}}}}"
        ))
    };
    let matcher = Matcher::compile(&table("{labelSelector: {matchLabels: {a: b}}}")).unwrap();
    let (scopes, namespaces) = (Scopes::default(), Namespaces::default());
    let origin = Origin::Original;
    let options = ReviewOptions {
        fallback_namespace: "",
        scopes: &scopes,
        namespaces: &namespaces,
        origin,
    };
    for (new, old, expected) in [
        ("{a: b}", "{}", true),
        ("{}", "{a: b}", true),
        ("{a: c}", "{a: d}", false),
    ] {
        let review = Review::of_request(&request(new, old), &options).unwrap();
        let answer = review.matches(&matcher, &namespaces).unwrap();
        assert_eq!(answer == Match::Yes, expected, "{new} {old}");
    }
}

#[test]
fn a_namespace_is_in_no_namespace() {
    let (scopes, namespaces) = (Scopes::default(), Namespaces::default());
    let origin = Origin::Original;
    let options = ReviewOptions {
        fallback_namespace: "",
        scopes: &scopes,
        namespaces: &namespaces,
        origin,
    };
    let namespace = "{apiVersion: v1, kind: Namespace, metadata: {name: shop, namespace: odd}}";
    let request = table(&format!(
        "{{apiVersion: admission.k8s.io/v1, kind: AdmissionReview, request: {{namespace: shop, object: \
         {namespace}}}}}"
    ));
    let review = Review::of_request(&request, &options).unwrap();
    assert_eq!(review.value()["namespace"], Value::Undefined);
    for review in [
        review,
        Review::of_object(&table(namespace), &options).unwrap(),
    ] {
        for (clauses, expected) in [
            ("{scope: Cluster}", true),
            ("{scope: Namespaced}", false),
            ("{namespaces: [shop]}", true),
            ("{namespaces: [odd]}", false),
            ("{excludedNamespaces: [shop]}", false),
            ("{namespaceSelector: {matchLabels: {a: b}}}", false),
        ] {
            let matcher = Matcher::compile(&table(clauses)).unwrap();
            let answer = review.matches(&matcher, &namespaces).unwrap();
            assert_eq!(answer == Match::Yes, expected, "{clauses}");
        }
    }
}
