//! Kubernetes objects by their shape: what serde shows to have `metadata.name` and `metadata.namespace`, or a `name` and
//! `namespace` of its own, whatever crate and version its type comes from.
//!
//! A serializer looks at the fields of the object and passes over everything else, so a large `spec` costs nothing.

use std::{fmt, ops::Deref};

use serde_core::ser::{self, Serialize, Serializer};
use smallvec::SmallVec;

use super::{
    Failed, Failure, KMetadata, KObject, LogValue, ObjectRef, ObjectRefs, Objects, TOO_DEEP, Value,
    guard, kobj, kobjs,
};

/// Namespace and name that were found in an object; made by [`kobj!`](crate::kobj!).
#[derive(Clone, Debug)]
pub struct ObjectShape {
    /// Namespace, then name: of most objects they fit in here.
    text: SmallVec<[u8; 96]>,
    n_namespace: usize,
    /// The object was an `Option` without one.
    is_none: bool,
    failed: Option<Box<str>>,
}

impl ObjectShape {
    fn of<T: Serialize + ?Sized>(object: &T) -> Self {
        let mut names = Names::default();
        let found = guard::value(|| {
            // A serializer that has seen enough ends with an error.
            let _ = object.serialize(Finder::new(&mut names, At::Object));
            Ok(())
        });
        let NamePair([namespace, name]) =
            if names.has_metadata { names.metadata } else { names.own };
        let n_namespace = namespace.len();
        let mut text = namespace;
        text.extend_from_slice(&name);
        let failed = match found {
            Ok(()) => None,
            Err(Failed::Panic(text) | Failed::Internal(text)) => Some(text.into()),
            Err(Failed::TooDeep) => Some(TOO_DEEP.into()),
        };
        ObjectShape { text, n_namespace, is_none: names.is_none, failed }
    }

    /// The reference that is logged; empty where the object has no name yet.
    ///
    /// ```
    /// #[derive(serde::Serialize)]
    /// struct Node {
    ///     name: &'static str,
    /// }
    ///
    /// let object = klog::kobj!(Node { name: "worker-1" });
    /// assert_eq!(object.reference(), klog::kref("", "worker-1"));
    /// ```
    pub fn reference(&self) -> ObjectRef<'_> {
        let text = |bytes| std::str::from_utf8(bytes).unwrap_or_default();
        let (namespace, name) = self.text.split_at(self.n_namespace);
        ObjectRef { namespace: text(namespace), name: text(name) }
    }
}

impl LogValue for ObjectShape {
    #[inline]
    fn log_value(&self) -> Value<'_> {
        match &self.failed {
            None => Value::Object(self.reference()),
            Some(text) => Value::Failed(Failure::Panic(text)),
        }
    }

    #[inline]
    fn __capture(&self) -> Value<'_> {
        self.log_value()
    }
}

impl fmt::Display for ObjectShape {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reference().fmt(formatter)
    }
}

impl<'a> From<&'a ObjectShape> for ObjectRef<'a> {
    fn from(shape: &'a ObjectShape) -> Self {
        shape.reference()
    }
}

/// Several objects that were found by their shape; made by [`kobjs!`](crate::kobjs!).
#[derive(Clone, Debug)]
pub struct ObjectShapes(Vec<Option<ObjectShape>>);

impl ObjectRefs for ObjectShapes {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn get(&self, index: usize) -> Option<ObjectRef<'_>> {
        self.0[index].as_ref().map(ObjectShape::reference)
    }
}

impl LogValue for ObjectShapes {
    #[inline]
    fn log_value(&self) -> Value<'_> {
        Value::Objects(self)
    }

    #[inline]
    fn __capture(&self) -> Value<'_> {
        Value::Objects(self)
    }
}

/// What `kobj!` is given. The first of the traits below that fits its type is taken.
#[derive(Clone, Copy, Debug)]
pub struct ObjectOf<'r, T: ?Sized>(pub &'r T);

/// What says itself what its name is.
pub trait ViaMetadata<'r, Source> {
    /// The object's reference.
    fn __klog_object(&self) -> ObjectRef<'r>;
}

impl<'r, T: KMetadata<Source> + ?Sized, Source> ViaMetadata<'r, Source> for &&&&ObjectOf<'r, T> {
    #[inline]
    fn __klog_object(&self) -> ObjectRef<'r> {
        kobj(self.0)
    }
}

/// What serde can show.
pub trait ViaShape {
    /// The object's name and namespace.
    fn __klog_object(&self) -> ObjectShape;
}

impl<T: Serialize + ?Sized> ViaShape for &&&ObjectOf<'_, T> {
    fn __klog_object(&self) -> ObjectShape {
        ObjectShape::of(self.0)
    }
}

/// A pointer to what serde can show, as `Arc` without serde's feature `rc`.
pub trait ViaPointer {
    /// The object's name and namespace.
    fn __klog_object(&self) -> ObjectShape;
}

impl<T: Deref<Target: Serialize> + ?Sized> ViaPointer for &&ObjectOf<'_, T> {
    fn __klog_object(&self) -> ObjectShape {
        ObjectShape::of(&**self.0)
    }
}

/// A reference to such a pointer.
pub trait ViaPointers {
    /// The object's name and namespace.
    fn __klog_object(&self) -> ObjectShape;
}

impl<T: Deref<Target: Deref<Target: Serialize>> + ?Sized> ViaPointers for &ObjectOf<'_, T> {
    fn __klog_object(&self) -> ObjectShape {
        ObjectShape::of(&***self.0)
    }
}

/// None of them: the compiler says what an object is.
pub trait ViaNoObject<T: ?Sized> {
    /// Cannot be called.
    fn __klog_object(&self) -> ObjectShape
    where
        T: KubernetesObject;
}

impl<T: ?Sized> ViaNoObject<T> for ObjectOf<'_, T> {
    fn __klog_object(&self) -> ObjectShape
    where
        T: KubernetesObject,
    {
        match *self.0.none() {}
    }
}

/// What has metadata; implemented by no type.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a Kubernetes object",
    label = "not a Kubernetes object",
    note = "`kobj!` takes what implements `klog::value::KMetadata`, and what serde shows with `metadata.name` or `name`",
    note = "write `klog::kref(namespace, name)` to refer to an object by its names"
)]
pub trait KubernetesObject {
    /// Cannot be called.
    fn none(&self) -> &std::convert::Infallible;
}

/// What `kobjs!` is given.
#[derive(Clone, Copy, Debug)]
pub struct ObjectsOf<'r, T>(pub &'r [T]);

/// Objects that say themselves what their names are.
pub trait AllViaMetadata<'r, T, Source> {
    /// The references of all objects.
    fn __klog_objects(&self) -> Objects<'r, T, Source>;
}

impl<'r, T: KObject<Source>, Source> AllViaMetadata<'r, T, Source> for &&ObjectsOf<'r, T> {
    #[inline]
    fn __klog_objects(&self) -> Objects<'r, T, Source> {
        kobjs(self.0)
    }
}

/// Objects that serde can show.
pub trait AllViaShape {
    /// Names and namespaces of all objects.
    fn __klog_objects(&self) -> ObjectShapes;
}

impl<T: Serialize> AllViaShape for &ObjectsOf<'_, T> {
    fn __klog_objects(&self) -> ObjectShapes {
        ObjectShapes(self.0.iter().map(found).collect())
    }
}

/// Pointers to objects that serde can show.
pub trait AllViaPointer {
    /// Names and namespaces of all objects.
    fn __klog_objects(&self) -> ObjectShapes;
}

impl<T: Deref<Target: Serialize>> AllViaPointer for ObjectsOf<'_, T> {
    fn __klog_objects(&self) -> ObjectShapes {
        ObjectShapes(self.0.iter().map(|object| found(&**object)).collect())
    }
}

/// The object, or `None` for what serde shows as none.
fn found<T: Serialize + ?Sized>(object: &T) -> Option<ObjectShape> {
    Some(ObjectShape::of(object)).filter(|shape| !shape.is_none)
}

/// What was found so far. Names in `metadata` count before those beside it.
#[derive(Default)]
struct Names {
    own: NamePair,
    metadata: NamePair,
    has_metadata: bool,
    is_none: bool,
}

/// Namespace and name.
#[derive(Default)]
struct NamePair([SmallVec<[u8; 96]>; 2]);

/// Where a serializer is.
#[derive(Clone, Copy)]
enum At {
    Object,
    Metadata,
    /// The text of a name: of the metadata or beside it, namespace or name.
    Name {
        in_metadata: bool,
        index: usize,
    },
}

/// Looks for the names of an object and passes over what holds none.
struct Finder<'a> {
    names: &'a mut Names,
    at: At,
    /// The last key of a map.
    key: SmallVec<[u8; 96]>,
}

impl<'a> Finder<'a> {
    fn new(names: &'a mut Names, at: At) -> Self {
        Finder { names, at, key: SmallVec::new() }
    }

    /// Looks into the field of this name, if names may be in there.
    fn field<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> fmt::Result {
        let at = match (self.at, name) {
            (At::Object, "metadata") => {
                self.names.has_metadata = true;
                At::Metadata
            }
            (At::Object | At::Metadata, "name" | "namespace") => At::Name {
                in_metadata: matches!(self.at, At::Metadata),
                index: usize::from(name == "name"),
            },
            _ => return Ok(()),
        };
        value.serialize(Finder::new(self.names, at))
    }
}

macro_rules! pass_over {
    ($($method:ident: $type:ty,)*) => {$(
        fn $method(self, _: $type) -> fmt::Result {
            Ok(())
        }
    )*};
}

type Nothing = ser::Impossible<(), fmt::Error>;

impl Serializer for Finder<'_> {
    type Ok = ();
    type Error = fmt::Error;
    type SerializeSeq = Nothing;
    type SerializeTuple = Nothing;
    type SerializeTupleStruct = Nothing;
    type SerializeTupleVariant = Nothing;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Nothing;

    pass_over! {
        serialize_bool: bool,
        serialize_i8: i8,
        serialize_i16: i16,
        serialize_i32: i32,
        serialize_i64: i64,
        serialize_i128: i128,
        serialize_u8: u8,
        serialize_u16: u16,
        serialize_u32: u32,
        serialize_u64: u64,
        serialize_u128: u128,
        serialize_f32: f32,
        serialize_f64: f64,
        serialize_char: char,
        serialize_bytes: &[u8],
        serialize_unit_struct: &'static str,
    }

    fn serialize_str(self, text: &str) -> fmt::Result {
        if let At::Name { in_metadata, index } = self.at {
            let pair = if in_metadata { &mut self.names.metadata } else { &mut self.names.own };
            pair.0[index] = SmallVec::from_slice(text.as_bytes());
        }
        Ok(())
    }

    fn serialize_none(self) -> fmt::Result {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> fmt::Result {
        value.serialize(self)
    }

    fn serialize_unit(self) -> fmt::Result {
        self.names.is_none |= matches!(self.at, At::Object);
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> fmt::Result {
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> fmt::Result {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> fmt::Result {
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Nothing, fmt::Error> {
        Err(fmt::Error)
    }

    fn serialize_tuple(self, _: usize) -> Result<Nothing, fmt::Error> {
        Err(fmt::Error)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Nothing, fmt::Error> {
        Err(fmt::Error)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Nothing, fmt::Error> {
        Err(fmt::Error)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, fmt::Error> {
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, fmt::Error> {
        Ok(self)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Nothing, fmt::Error> {
        Err(fmt::Error)
    }

    fn collect_str<T: fmt::Display + ?Sized>(self, text: &T) -> fmt::Result {
        match self.at {
            At::Name { .. } => self.serialize_str(&text.to_string()),
            At::Object | At::Metadata => Ok(()),
        }
    }
}

impl ser::SerializeStruct for Finder<'_> {
    type Ok = ();
    type Error = fmt::Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> fmt::Result {
        self.field(name, value)
    }

    fn end(self) -> fmt::Result {
        Ok(())
    }
}

impl ser::SerializeMap for Finder<'_> {
    type Ok = ();
    type Error = fmt::Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> fmt::Result {
        let mut names = Names::default();
        let at = At::Name { in_metadata: false, index: 0 };
        key.serialize(Finder::new(&mut names, at))?;
        self.key = std::mem::take(&mut names.own.0[0]);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> fmt::Result {
        let key = std::mem::take(&mut self.key);
        self.field(std::str::from_utf8(&key).unwrap_or_default(), value)
    }

    fn end(self) -> fmt::Result {
        Ok(())
    }
}
