//! Policies are shown of an object what admission would show them.

use sekisho::engine::Value;
use sekisho::gatekeeper::{
    Inventory, Namespaces, Origin, Review, ReviewOptions, Scopes, is_admission_review,
};

use crate::gatekeeper_tables::{merged, table, words};

struct World {
    scopes: Scopes,
    namespaces: Namespaces,
}

impl World {
    fn of(objects: &str) -> World {
        let mut world = World {
            scopes: Scopes::default(),
            namespaces: Namespaces::default(),
        };
        for object in table(objects).as_array().unwrap().iter() {
            world.scopes.learn(object);
            world.namespaces.add(object);
        }
        world
    }

    fn options<'a>(&'a self, fallback_namespace: &'a str) -> ReviewOptions<'a> {
        let World { scopes, namespaces } = self;
        ReviewOptions {
            fallback_namespace,
            scopes,
            namespaces,
            origin: Origin::Original,
        }
    }

    fn review(&self, object: &str) -> Value {
        Review::of_object(&table(object), &self.options("shop"))
            .unwrap()
            .value()
            .clone()
    }
}

#[test]
fn a_manifest_is_seen_as_a_request_without_a_user() {
    let world = World::of("[]");
    let pod = "{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: team-a}, spec: {}}";
    let expected = table(
        r#"
kind: {group: "", version: v1, kind: Pod}
name: p
namespace: team-a
namespaceObject: {}
object: {apiVersion: v1, kind: Pod, metadata: {name: p, namespace: team-a}, spec: {}}
oldObject: null
operation: ""
options: null
resource: {group: "", resource: "", version: ""}
uid: ""
userInfo: {}
"#,
    );
    assert_eq!(world.review(pod), expected);
    let role =
        world.review("{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {}}");
    assert_eq!(
        role["kind"]["group"],
        Value::from("rbac.authorization.k8s.io")
    );
    assert_eq!(
        (&role["name"], &role["namespace"]),
        (&Value::Undefined, &Value::Undefined)
    );
}

#[test]
fn objects_without_a_namespace_are_in_the_default_one() {
    let world = World::of(
        "[{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, spec: {group: example.com, \
         scope: Cluster, names: {kind: Site}}}]",
    );
    // What it is, and the namespace that it is seen in.
    let cases = [
        (
            "{apiVersion: v1, kind: Pod, metadata: {name: a}}",
            Some("shop"),
        ),
        ("{apiVersion: v1, kind: Pod}", Some("shop")),
        (
            "{apiVersion: v1, kind: Pod, metadata: {namespace: ''}}",
            Some("shop"),
        ),
        (
            "{apiVersion: v1, kind: Pod, metadata: {namespace: null}}",
            Some("shop"),
        ),
        (
            "{apiVersion: v1, kind: Pod, metadata: {namespace: other}}",
            Some("other"),
        ),
        (
            "{apiVersion: v1, kind: Namespace, metadata: {name: a}}",
            None,
        ),
        (
            "{apiVersion: v1, kind: Node, metadata: {name: a, namespace: other}}",
            None,
        ),
        (
            "{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: a}}",
            Some("shop"),
        ),
        (
            "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: a}}",
            None,
        ),
        (
            "{apiVersion: example.com/v1, kind: Site, metadata: {name: a}}",
            None,
        ),
        (
            "{apiVersion: example.com/v1, kind: Page, metadata: {name: a}}",
            Some("shop"),
        ),
        (
            "{apiVersion: example.org/v1, kind: Namespace, metadata: {name: a}}",
            Some("shop"),
        ),
        (
            "{apiVersion: constraints.gatekeeper.sh/v1beta1, kind: Any, metadata: {name: a}}",
            None,
        ),
    ];
    for (object, namespace) in cases {
        let expected = namespace.map_or(Value::Undefined, Value::from);
        let review = world.review(object);
        assert_eq!(review["namespace"], expected, "{object}");
        assert_eq!(
            review["object"]["metadata"]["namespace"], expected,
            "{object}"
        );
    }
    // Without a default nothing is filled in.
    let pod = table("{apiVersion: v1, kind: Pod, metadata: {name: a}}");
    let review = Review::of_object(&pod, &world.options("")).unwrap();
    assert_eq!(review.value()["object"], pod);
}

#[test]
fn the_namespace_is_shown_where_it_is_known() {
    let world = World::of(
        "[{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {tier: gold}}}, \
         {apiVersion: example.com/v1, kind: Namespace, metadata: {name: other}}]",
    );
    let labels =
        |object: &str| world.review(object)["namespaceObject"]["metadata"]["labels"].clone();
    assert_eq!(
        labels("{apiVersion: v1, kind: Pod, metadata: {name: a}}"),
        table("{tier: gold, kubernetes.io/metadata.name: shop}")
    );
    for unknown in [
        "{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: other}}",
        "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}",
    ] {
        assert_eq!(
            world.review(unknown)["namespaceObject"],
            Value::new_object(),
            "{unknown}"
        );
    }
}

#[test]
fn what_is_no_object_is_an_error() {
    let world = World::of("[]");
    for object in [
        "null",
        "5",
        "[]",
        "{kind: Pod}",
        "{apiVersion: v1}",
        "{apiVersion: 1, kind: [a]}",
        "{apiVersion: v1, kind: ''}",
    ] {
        assert!(
            Review::of_object(&table(object), &world.options("a")).is_err(),
            "{object}"
        );
    }
    for object in [
        "{apiVersion: v1, kind: Pod, metadata: 5}",
        "{apiVersion: v1, kind: Pod, metadata: {name: 5, namespace: [1], labels: [x]}}",
    ] {
        assert!(
            Review::of_object(&table(object), &world.options("a")).is_ok(),
            "{object}"
        );
    }
}

const REQUEST: &str = r#"
apiVersion: admission.k8s.io/v1
kind: AdmissionReview
request:
  uid: u1
  operation: UPDATE
  kind: {group: "", version: v1, kind: Pod}
  name: p
  namespace: team-a
  userInfo: {username: ann, groups: [a]}
  object: {apiVersion: v1, kind: Pod, metadata: {name: p}}
  oldObject: {apiVersion: v1, kind: Pod, metadata: {name: p, labels: {x: y}}}
  dryRun: true
"#;

#[test]
fn a_request_is_passed_through() {
    let world = World::of("[]");
    let request = table(REQUEST);
    assert!(is_admission_review(&request));
    assert!(!is_admission_review(&table(
        "{apiVersion: v1, kind: AdmissionReview}"
    )));
    let review = Review::of_request(&request, &world.options("shop")).unwrap();
    for key in [
        "uid",
        "operation",
        "kind",
        "name",
        "namespace",
        "userInfo",
        "object",
        "oldObject",
        "dryRun",
    ] {
        assert_eq!(review.value()[key], request["request"][key], "{key}");
    }
    assert_eq!(review.value()["options"], Value::Null);
    assert_eq!(review.value()["namespaceObject"], Value::new_object());
}

#[test]
fn a_delete_is_about_the_old_object() {
    let world = World::of("[]");
    let change = "{request: {operation: DELETE, object: null}}";
    let request = merged(&table(REQUEST), &table(change));
    let review = Review::of_request(&request, &world.options("shop")).unwrap();
    assert_eq!(review.value()["object"], request["request"]["oldObject"]);
    assert_eq!(review.object(), &request["request"]["oldObject"]);
}

#[test]
fn a_broken_request_is_an_error_that_names_the_field() {
    let world = World::of("[]");
    for (change, path) in [
        ("{request: null}", "request"),
        (
            "{request: {object: null, oldObject: null}}",
            "request.object",
        ),
        (
            "{request: {operation: DELETE, oldObject: null}}",
            "request.oldObject",
        ),
        ("{request: {objct: {}}}", "request.objct"),
        ("{request: {object: {kind: null}}}", "request.object.kind"),
        ("{request: {dryRun: yes please}}", "request.dryRun"),
        ("{request: {name: 5}}", "request.name"),
    ] {
        let request = merged(&table(REQUEST), &table(change));
        let problems = Review::of_request(&request, &world.options("shop")).unwrap_err();
        assert_eq!(problems[0].path, path, "{change}: {problems:?}");
    }
}

#[test]
fn the_inventory_holds_every_object_in_its_place() {
    let mut inventory = Inventory::default();
    for object in table(
        "[{apiVersion: apps/v1, kind: Deployment, metadata: {name: a, namespace: shop}}, {apiVersion: v1, kind: \
         Node, metadata: {name: n}}, {apiVersion: v1, kind: Node, metadata: {name: n, labels: {second: 'yes'}}}, \
         {apiVersion: v1, kind: Pod, metadata: {generateName: g-, namespace: shop}}, {kind: Pod}, 5]",
    )
    .as_array()
    .unwrap()
    .iter()
    {
        inventory.add(object);
    }
    let value = inventory.value();
    let namespaced = &value["namespace"]["shop"];
    assert_eq!(
        namespaced["apps/v1"]["Deployment"]["a"]["kind"],
        Value::from("Deployment")
    );
    assert_eq!(namespaced["v1"]["Pod"]["g-"]["kind"], Value::from("Pod"));
    let node = &value["cluster"]["v1"]["Node"]["n"];
    assert_eq!(
        node["metadata"]["labels"]["second"],
        Value::from("yes"),
        "the last one stays"
    );
    let empty = Inventory::default().value();
    assert_eq!(empty, table("{cluster: {}, namespace: {}}"));
    assert!(words(&empty).is_empty());
}
