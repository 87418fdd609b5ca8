//! Kubernetes objects as values: `KObj`, `KRef` and `KObjSlice` of klog's `k8s_references.go`.

use std::{fmt, marker::PhantomData, rc::Rc, sync::Arc};

use super::{LogValue, Value};

/// Something with a Kubernetes name and namespace.
///
/// Implemented for every `kube::Resource` with the feature `kube`, for the objects of k8s-openapi with the feature
/// `k8s-openapi`, and for the `ObjectRef` of kube's runtime with the feature `kube-runtime`; implement it for your own
/// types.
///
/// ```
/// struct Pod { namespace: String, name: String }
///
/// impl klog::value::KMetadata for Pod {
///     fn name(&self) -> &str { &self.name }
///     fn namespace(&self) -> &str { &self.namespace }
/// }
///
/// let pod = Pod { namespace: "kube-system".into(), name: "kubedns".into() };
/// assert_eq!(klog::kobj(&pod).to_string(), "kube-system/kubedns");
/// ```
pub trait KMetadata<Source = Own> {
    /// Name of the object; empty when it has none yet.
    fn name(&self) -> &str;

    /// Namespace of the object; empty for objects of the cluster.
    fn namespace(&self) -> &str;
}

/// Says that a type implements [`KMetadata`] itself.
///
/// The parameter lets `kube::Resource`, smart pointers and your own types have it side by side; it is always inferred.
#[derive(Debug)]
pub enum Own {}

/// Says that a pointer's target implements [`KMetadata`].
#[derive(Debug)]
pub struct Through<Source>(PhantomData<Source>);

macro_rules! through {
    ($($pointer:ty,)*) => {$(
        impl<T: KMetadata<Source>, Source> KMetadata<Through<Source>> for $pointer {
            fn name(&self) -> &str {
                (**self).name()
            }

            fn namespace(&self) -> &str {
                (**self).namespace()
            }
        }
    )*};
}

through! { &T, Box<T>, Rc<T>, Arc<T>, }

/// Says that a type is a `kube::Resource`, for [`kobj`].
#[cfg(feature = "kube")]
#[derive(Debug)]
pub enum KubeResource {}

#[cfg(feature = "kube")]
impl<T: kube_core::Resource> KMetadata<KubeResource> for T {
    fn name(&self) -> &str {
        self.meta().name.as_deref().unwrap_or_default()
    }

    fn namespace(&self) -> &str {
        self.meta().namespace.as_deref().unwrap_or_default()
    }
}

/// Says that a type is an object of k8s-openapi, for [`kobj`].
///
/// Those are `kube::Resource` as well: with the feature `kube` they are known by that, and this type is not there.
#[cfg(all(feature = "k8s-openapi", not(feature = "kube")))]
#[derive(Debug)]
pub enum OpenapiObject {}

#[cfg(all(feature = "k8s-openapi", not(feature = "kube")))]
impl<T> KMetadata<OpenapiObject> for T
where
    T: k8s_openapi::Metadata<Ty = k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta>,
{
    fn name(&self) -> &str {
        self.metadata().name.as_deref().unwrap_or_default()
    }

    fn namespace(&self) -> &str {
        self.metadata().namespace.as_deref().unwrap_or_default()
    }
}

/// Says that a type is a reference of kube's runtime, for [`kobj`].
#[cfg(feature = "kube-runtime")]
#[derive(Debug)]
pub enum RuntimeRef {}

#[cfg(feature = "kube-runtime")]
impl<K: kube_runtime::reflector::Lookup> KMetadata<RuntimeRef>
    for kube_runtime::reflector::ObjectRef<K>
{
    fn name(&self) -> &str {
        &self.name
    }

    fn namespace(&self) -> &str {
        self.namespace.as_deref().unwrap_or_default()
    }
}

/// A reference to a Kubernetes object by namespace and name.
///
/// It is logged as `"namespace/name"` in text and `{"name":"name","namespace":"namespace"}` in JSON.
/// Without a namespace it is `"name"` and `{"name":"name"}`.
///
/// ```
/// let pod = klog::value::ObjectRef { namespace: "kube-system", name: "kubedns" };
/// assert_eq!(pod, klog::kref("kube-system", "kubedns"));
/// klog::info!("Pod updated", pod); // pod="kube-system/kubedns"
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ObjectRef<'a> {
    /// Namespace; empty for objects of the cluster.
    pub namespace: &'a str,
    /// Name.
    pub name: &'a str,
}

/// Refers to an object that has metadata (klog's `KObj`).
///
/// ```
/// # struct Pod;
/// # impl klog::value::KMetadata for Pod {
/// #     fn name(&self) -> &str { "kubedns" }
/// #     fn namespace(&self) -> &str { "kube-system" }
/// # }
/// # let pod = Pod;
/// klog::info!("Pod status updated", pod = klog::kobj(&pod));
/// // I1025 00:15:15.525108       1 main.rs:7] "Pod status updated" pod="kube-system/kubedns"
/// ```
#[inline]
pub fn kobj<T: KMetadata<Source> + ?Sized, Source>(object: &T) -> ObjectRef<'_> {
    ObjectRef { namespace: object.namespace(), name: object.name() }
}

/// Refers to an object by namespace and name (klog's `KRef`); the namespace may be empty.
///
/// ```
/// klog::info!("Node drained", node = klog::kref("", "worker-1"));
/// // I1025 00:15:15.525108       1 main.rs:7] "Node drained" node="worker-1"
/// assert_eq!(klog::kref("kube-system", "kubedns").to_string(), "kube-system/kubedns");
/// ```
#[inline]
pub fn kref<'a>(namespace: &'a str, name: &'a str) -> ObjectRef<'a> {
    ObjectRef { namespace, name }
}

/// Refers to several objects (klog's `KObjSlice`); an `Option` that is `None` is `null`.
///
/// ```
/// # struct Pod(&'static str);
/// # impl klog::value::KMetadata for Pod {
/// #     fn name(&self) -> &str { self.0 }
/// #     fn namespace(&self) -> &str { "default" }
/// # }
/// let pods = [Pod("web-0"), Pod("web-1")];
/// klog::info!("Pods evicted", pods = klog::kobjs(&pods));
/// // I1025 00:15:15.525108       1 main.rs:8] "Pods evicted" pods=["default/web-0","default/web-1"]
/// ```
#[inline]
pub fn kobjs<T: KObject<Source>, Source>(objects: &[T]) -> Objects<'_, T, Source> {
    Objects(objects, PhantomData)
}

/// A list of objects as a value, made by [`kobjs`].
#[derive(Debug)]
pub struct Objects<'a, T, Source>(&'a [T], PhantomData<fn() -> Source>);

/// An element of [`kobjs`]: something with metadata, or an `Option` of it.
pub trait KObject<Source> {
    /// The object, or `None` for `null`.
    fn object(&self) -> Option<ObjectRef<'_>>;
}

impl<T: KMetadata<Source>, Source> KObject<Source> for T {
    fn object(&self) -> Option<ObjectRef<'_>> {
        Some(kobj(self))
    }
}

impl<T: KMetadata<Source>, Source> KObject<Option<Source>> for Option<T> {
    fn object(&self) -> Option<ObjectRef<'_>> {
        self.as_ref().map(kobj)
    }
}

/// A list of objects as encoders see it.
///
/// ```
/// use klog::{Value, value::{ObjectRef, ObjectRefs}};
///
/// /// Nodes by their names.
/// struct Nodes(Vec<String>);
///
/// impl ObjectRefs for Nodes {
///     fn len(&self) -> usize {
///         self.0.len()
///     }
///
///     fn get(&self, index: usize) -> Option<ObjectRef<'_>> {
///         Some(klog::kref("", &self.0[index]))
///     }
/// }
///
/// assert_eq!(Value::Objects(&Nodes(vec!["n1".into()])).to_string(), r#"["n1"]"#);
/// ```
pub trait ObjectRefs {
    /// Number of objects.
    fn len(&self) -> usize;

    /// Whether there is none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The object at `index`, which is below [`ObjectRefs::len`]; `None` is `null`.
    fn get(&self, index: usize) -> Option<ObjectRef<'_>>;
}

impl<T: KObject<Source>, Source> ObjectRefs for Objects<'_, T, Source> {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn get(&self, index: usize) -> Option<ObjectRef<'_>> {
        self.0[index].object()
    }
}

impl<T: KObject<Source>, Source> LogValue for Objects<'_, T, Source> {
    #[inline]
    fn log_value(&self) -> Value<'_> {
        Value::Objects(self)
    }

    #[inline]
    fn __capture(&self) -> Value<'_> {
        Value::Objects(self)
    }
}

impl KMetadata for ObjectRef<'_> {
    fn name(&self) -> &str {
        self.name
    }

    fn namespace(&self) -> &str {
        self.namespace
    }
}

impl LogValue for ObjectRef<'_> {
    #[inline]
    fn log_value(&self) -> Value<'_> {
        Value::Object(*self)
    }

    #[inline]
    fn __capture(&self) -> Value<'_> {
        Value::Object(*self)
    }
}

impl fmt::Display for ObjectRef<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.namespace.is_empty() {
            formatter.write_str(self.name)
        } else {
            // Without a template to read, since it is part of many lines.
            [self.namespace, "/", self.name].iter().try_for_each(|part| formatter.write_str(part))
        }
    }
}
