//! `kobj!` and `kobjs!` take objects by their shape, whatever crate their types are from.

use std::{collections::BTreeMap, rc::Rc, sync::Arc};

use crate::support::Memory;
use klog::{Format, Output, kobj, kobjs, value::KMetadata};
use serde::Serialize;

macro_rules! check {
    ($object:expr, $text:expr, $json:expr) => {
        for (format, expected) in [(Format::Text, $text), (Format::Json, $json)] {
            let lines = Memory::default();
            let output = Output::new(format, lines.clone());
            klog::info!(logger: output.logger(), "m", x = $object);
            let line = lines.take();
            assert!(line.trim_end().ends_with(expected), "{}: {line} {expected}", stringify!($object));
        }
    };
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Meta {
    labels: BTreeMap<String, String>,
    name: Option<String>,
    namespace: Option<String>,
    owner_references: Vec<Meta>,
}

/// As k8s-openapi and kube's derive write objects.
#[derive(Default, Serialize)]
struct Object {
    #[serde(rename = "apiVersion")]
    api_version: &'static str,
    metadata: Meta,
    spec: Option<Explodes>,
    name: &'static str,
}

/// As kube's `DynamicObject`.
#[derive(Serialize)]
struct Dynamic {
    #[serde(flatten)]
    types: Option<BTreeMap<String, String>>,
    metadata: Meta,
    #[serde(flatten)]
    data: BTreeMap<String, BTreeMap<String, String>>,
}

/// What is not needed is not asked for.
struct Explodes;

impl Serialize for Explodes {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        panic!("the spec is looked at")
    }
}

fn meta() -> Meta {
    Meta {
        name: Some("web-0".into()),
        namespace: Some("default".into()),
        owner_references: vec![Meta { name: Some("web".into()), ..Meta::default() }],
        ..Meta::default()
    }
}

fn object() -> Object {
    Object { metadata: meta(), spec: Some(Explodes), name: "not this", ..Object::default() }
}

const TEXT: &str = r#" x="default/web-0""#;
const JSON: &str = r#","x":{"name":"web-0","namespace":"default"}}"#;

#[test]
fn an_object_is_known_by_its_shape() {
    check!(kobj!(object()), TEXT, JSON);
    check!(kobj!(&object()), TEXT, JSON);
    check!(kobj!(Arc::new(object())), TEXT, JSON);
    check!(kobj!(&Rc::new(object())), TEXT, JSON);
    check!(kobj!(Box::new(object())), TEXT, JSON);
    check!(kobj!(Some(object())), TEXT, JSON);
    check!(kobj!(Some(&object())), TEXT, JSON);
    check!(kobj!(meta()), TEXT, JSON);
    check!(kobj!(serde_json::to_value(meta()).expect("it is JSON")), TEXT, JSON);
    check!(
        kobj!(Dynamic {
            types: Some(BTreeMap::from([("kind".into(), "Pod".into())])),
            metadata: meta(),
            data: BTreeMap::from([("spec".into(), BTreeMap::from([("name".into(), "no".into())]))]),
        }),
        TEXT,
        JSON
    );
    check!(kobj!(None::<Object>), r#" x="""#, r#","x":{"name":""}}"#);
    check!(kobj!(Object::default()), r#" x="""#, r#","x":{"name":""}}"#);
    check!(
        kobj!(Meta { name: Some("n\"1".into()), ..Meta::default() }),
        r#" x="n\"1""#,
        r#","x":{"name":"n\"1"}}"#
    );
    let long =
        Meta { name: Some("n".repeat(200)), namespace: Some("s".repeat(200)), ..Meta::default() };
    assert_eq!(kobj!(long).to_string(), format!("{}/{}", "s".repeat(200), "n".repeat(200)));
}

#[test]
fn objects_are_a_list() {
    let objects = [object(), object()];
    check!(
        kobjs!(objects),
        r#" x=["default/web-0","default/web-0"]"#,
        r#"{"name":"web-0","namespace":"default"}]}"#
    );
    check!(kobjs!(&[Some(meta()), None]), r#" x=["default/web-0",null]"#, r#",null]}"#);
    check!(kobjs!(vec![Arc::new(object())]), r#" x=["default/web-0"]"#, r#"}]}"#);
    check!(kobjs!(Vec::<Object>::new()), " x=[]", r#","x":[]}"#);
}

#[test]
fn a_type_that_says_its_name_itself_is_believed() {
    #[derive(Serialize)]
    struct Node {
        name: String,
    }

    impl KMetadata for Node {
        fn name(&self) -> &str {
            "worker-1"
        }

        fn namespace(&self) -> &str {
            ""
        }
    }

    let node = Node { name: "other".into() };
    check!(kobj!(node), r#" x="worker-1""#, r#","x":{"name":"worker-1"}}"#);
    check!(
        kobj!(Arc::new(Node { name: String::new() })),
        r#" x="worker-1""#,
        r#","x":{"name":"worker-1"}}"#
    );
}

#[test]
fn a_panic_while_an_object_is_read_costs_its_value_only() {
    #[derive(Serialize)]
    struct Broken {
        metadata: Explodes,
    }
    let broken = Broken { metadata: Explodes };
    check!(
        kobj!(broken),
        r#" x="<panic: the spec is looked at>""#,
        r#","xError":"PANIC=the spec is looked at"}"#
    );
}
