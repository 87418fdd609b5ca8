//! Which crate a line comes from, where it is not the program's own.

/// The crate of a dependency, known by where its source is: cargo's registry and git checkouts have absolute paths, and
/// sources that `cargo vendor` wrote are in a directory of that name. The files of a workspace have relative paths.
///
/// The name is that of the module path's first segment; a name that could be taken for something else in a header, as a
/// bridge may bring it, is none.
pub(crate) fn library<'a>(file: Option<&str>, module: Option<&'a str>) -> Option<&'a str> {
    let file = file?;
    let is_absolute = file.starts_with(['/', '\\']) || file.get(1..2) == Some(":");
    let mut folders = file.split(['/', '\\']);
    let is_foreign =
        is_absolute || folders.any(|folder| folder == "vendor" || is_versioned(folder));
    let name = module?.split("::").next()?;
    let is_name =
        !name.is_empty() && name.chars().all(|char| char.is_ascii_alphanumeric() || char == '_');
    (is_foreign && is_name).then_some(name)
}

/// Whether a folder is named as cargo unpacks a package: `hyper-1.7.0`.
fn is_versioned(folder: &str) -> bool {
    folder.rsplit_once('-').is_some_and(|(name, version)| {
        let mut numbers = version.split('.');
        let is_number =
            |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        !name.is_empty() && (0..3).all(|_| numbers.next().is_some_and(is_number))
    })
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
