//! Keys of pairs, and those that the JSON format itself uses.

/// The key of a pair.
///
/// ```
/// fn is_label(key: klog::encode::Key<'_>) -> bool {
///     key.name.starts_with("label.")
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Key<'a> {
    /// The key itself.
    pub name: &'a str,
    /// It was checked when it was compiled: no format has to quote anything in it.
    pub(crate) is_plain: bool,
}

impl<'a> Key<'a> {
    /// A key that a macro has accepted.
    pub(crate) const fn checked(name: &'a str) -> Self {
        Key { name, is_plain: true }
    }

    /// Any other key.
    pub(crate) const fn unchecked(name: &'a str) -> Self {
        Key { name, is_plain: false }
    }

    /// A set with this key alone, for a quick look whether two sets of keys may share one.
    pub(crate) const fn bit(name: &str) -> u64 {
        1 << (Key::hash(name) >> 26)
    }

    /// A number for the key, of which two keys may have the same.
    pub(crate) const fn hash(name: &str) -> u32 {
        let bytes = name.as_bytes();
        let (mut hash, mut index) = (bytes.len() as u32, 0);
        while index < bytes.len() {
            hash = (hash ^ bytes[index] as u32).wrapping_mul(0x0100_0193);
            index += 1;
        }
        hash
    }
}

/// Keys that JSON reserves; `severity` is one of them for warnings only, which is known late.
pub(crate) fn is_reserved(key: &str) -> bool {
    matches!(key, "ts" | "caller" | "msg" | "v" | "err" | "logger" | "severity")
}
