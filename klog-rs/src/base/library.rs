//! Which crate a line comes from, where it is not the program's own.

/// The crate of a dependency, known by where its source is: cargo's registry and git checkouts have absolute paths, and
/// sources that `cargo vendor` wrote are in a directory of that name. The files of a workspace have relative paths.
///
/// The name is that of the module path's first segment; a name that could be taken for something else in a header, as a
/// bridge may bring it, is none.
pub(crate) fn library<'a>(file: Option<&str>, module: Option<&'a str>) -> Option<&'a str> {
    // Bytes, since a search for a text costs more than the rest of a short line.
    let (file, module) = (file?.as_bytes(), module?);
    let is_absolute = matches!(file, [b'/' | b'\\', ..] | [_, b':', ..]);
    if !is_absolute && !is_in_foreign_folder(file) {
        return None;
    }
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let end = module.bytes().position(|byte| !is_part(byte)).unwrap_or(module.len());
    let (name, rest) = module.split_at_checked(end)?;
    (!name.is_empty() && (rest.is_empty() || rest.starts_with("::"))).then_some(name)
}

/// Whether a relative path leads through a folder of vendored sources or of an unpacked package.
fn is_in_foreign_folder(file: &[u8]) -> bool {
    // Most paths have neither the hyphen of a version nor the `v` of `vendor`.
    (file.contains(&b'-') || file.contains(&b'v'))
        && file
            .split(|byte| matches!(byte, b'/' | b'\\'))
            .any(|folder| folder == b"vendor" || is_versioned(folder))
}

/// Whether a folder is named as cargo unpacks a package: `hyper-1.7.0`.
fn is_versioned(folder: &[u8]) -> bool {
    // The numbers hold no hyphen, and most names of folders end in none.
    let Some(at) = folder.iter().rposition(|byte| *byte == b'-') else { return false };
    let mut numbers = folder[at + 1..].split(|byte| *byte == b'.');
    let is_number = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    at > 0 && (0..3).all(|_| numbers.next().is_some_and(is_number))
}

#[cfg(test)]
mod tests {
    use super::library;

    #[test]
    fn a_dependency_is_known_by_its_path() {
        let check = |file: &str, module: &str, expected: Option<&str>| {
            assert_eq!(library(Some(file), Some(module)), expected, "{file}");
        };
        let registry =
            "/home/a/.cargo/registry/src/index-1/kube-runtime-5.0.0/src/controller/mod.rs";
        check(registry, "kube_runtime::controller", Some("kube_runtime"));
        check("/home/a/.cargo/git/checkouts/h2-3/1f/src/lib.rs", "h2", Some("h2"));
        check("C:\\Users\\a\\hyper-1.7.0\\src\\lib.rs", "hyper::client", Some("hyper"));
        check("vendor/hyper/src/lib.rs", "hyper", Some("hyper"));
        check("hyper-1.7.0/src/lib.rs", "hyper", Some("hyper"));
        check("src/main.rs", "controller", None);
        check("crates/api-2/src/lib.rs", "api", None);
        check("src/vendored.rs", "api", None);
        check("/x/y.rs", "", None);
        check("/x/y.rs", "a b]", None);
        assert_eq!(library(None, Some("hyper")), None);
        assert_eq!(library(Some("/x/y.rs"), None), None);
    }
}
