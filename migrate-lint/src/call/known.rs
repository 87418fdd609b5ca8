//! What the text shows of the types of values: of variables, of fields, and of what methods of the workspace's types return.

mod gather;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use crate::work;

/// Types that every dialect logs as what they are.
const PRIMITIVES: [&str; 14] = [
    "bool", "f32", "f64", "i16", "i32", "i64", "i8", "isize", "u16", "u32", "u64", "u8", "usize",
    "i128",
];

/// Methods without arguments whose results are numbers or booleans, but for types of the workspace that say otherwise.
const METHODS: [&str; 15] = [
    "as_secs",
    "as_secs_f32",
    "as_secs_f64",
    "capacity",
    "count",
    "is_empty",
    "is_err",
    "is_none",
    "is_ok",
    "is_some",
    "len",
    "port",
    "subsec_micros",
    "subsec_millis",
    "subsec_nanos",
];

/// Whether a type is a number or a boolean.
pub(crate) fn is_primitive(name: &str) -> bool {
    PRIMITIVES.contains(&name)
}

/// Whether a method of the standard library gives a number or a boolean.
pub(crate) fn gives_primitive(method: &str) -> bool {
    METHODS.contains(&method)
}

/// What is known around the calls of a file.
#[derive(Debug, Default)]
pub struct Known {
    methods: Arc<Methods>,
    types: OnceLock<Types>,
}

/// What the types of the workspace say of [`METHODS`].
#[derive(Debug, Default)]
pub(crate) struct Methods {
    /// Names of the types and traits that the workspace declares.
    types: BTreeSet<Box<str>>,
    /// Those of a type or trait that give a number or a boolean.
    plain: HashSet<(Box<str>, Box<str>)>,
    /// Those that give something else for some type.
    other: HashSet<Box<str>>,
}

/// A method of a type of the workspace whose name is one of [`METHODS`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OwnMethod {
    /// The type or trait.
    pub(crate) of: Box<str>,
    /// Its name.
    pub(crate) name: Box<str>,
    /// It gives a number or a boolean.
    pub(crate) is_plain: bool,
}

/// The type of a variable or field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    /// A number or a boolean.
    Plain,
    /// By its name, without references and what it is in.
    Named(Box<str>),
    /// What a method gives: the receiver as it is written, and the method.
    Of(Box<str>, Box<str>),
    /// Something else, or nothing that the text shows.
    Other,
}

/// Types of a file's variables and fields.
#[derive(Debug, Default)]
struct Types {
    /// By name: each place that binds it, in order.
    variables: HashMap<Box<str>, Vec<(usize, Type)>>,
    /// By the name of the struct and of the field.
    fields: HashMap<Box<str>, HashMap<Box<str>, Type>>,
}

impl Methods {
    pub(crate) fn of<'a>(
        types: impl Iterator<Item = &'a Box<str>>,
        methods: impl Iterator<Item = &'a OwnMethod>,
    ) -> Self {
        let mut all = Self { types: types.cloned().collect(), ..Self::default() };
        work::count(all.types.len());
        for OwnMethod { of, name, is_plain } in methods {
            work::count(1);
            match is_plain {
                true => {
                    all.plain.insert((of.clone(), name.clone()));
                }
                false => {
                    all.other.insert(name.clone());
                }
            }
        }
        all
    }
}

impl Known {
    pub(crate) fn new(methods: Arc<Methods>) -> Self {
        Self { methods, types: OnceLock::new() }
    }

    fn types(&self, text: &str) -> &Types {
        self.types.get_or_init(|| gather::types(text))
    }

    /// The last place that binds a name in a part of the text, and what it says of the type.
    pub(crate) fn variable(
        &self,
        text: &str,
        name: &str,
        from: usize,
        to: usize,
    ) -> Option<(usize, &Type)> {
        let places = self.types(text).variables.get(name)?;
        let last = places.partition_point(|(at, _)| *at < to).checked_sub(1)?;
        let (at, of) = &places[last];
        (*at >= from).then_some((*at, of))
    }

    /// The type of a field of a struct of the file.
    pub(crate) fn field(&self, text: &str, of: &str, name: &str) -> Option<&Type> {
        self.types(text).fields.get(of)?.get(name)
    }

    /// Whether one of [`METHODS`] gives a number or a boolean on a receiver of a type, where that is known.
    pub(crate) fn is_plain_method(&self, of: Option<&str>, method: &str) -> bool {
        match of {
            Some(of) if self.methods.types.contains(of) => {
                self.methods.plain.contains(&(of.into(), method.into()))
            }
            Some(_) => true,
            None => !self.methods.other.contains(method),
        }
    }
}
