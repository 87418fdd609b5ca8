//! What is public: a list that a reviewer reads, and documentation that each item has.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use quote::ToTokens as _;
use syn::{Attribute, ImplItem, Item, TraitItem, UseTree, Visibility};

/// A public item, or a method of one.
struct Public {
    /// `klog::sink::Stream::stderr`.
    path: String,
    /// As it is declared, without its body.
    declaration: String,
    docs: String,
    /// Fields and variants are explained, and shown by the example of their type.
    needs_example: bool,
}

/// Every file of `src` by its path, and where an item of a name is.
struct Sources {
    files: BTreeMap<PathBuf, syn::File>,
}

#[test]
fn public_items_are_listed() {
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/public.txt");
    let found: String = public_items()
        .iter()
        .map(|item| format!("{} | {}\n", item.path, item.declaration))
        .collect();
    if std::env::var_os("KLOG_UPDATE").is_some() {
        fs::write(&list, &found).expect("the list can be written");
    }
    let listed = fs::read_to_string(&list).unwrap_or_default();
    let missing = |from: &str, of: &str, sign: char| -> Vec<String> {
        let is_new = |line: &&str| !of.lines().any(|other| other == *line);
        from.lines().filter(is_new).map(|line| format!("{sign} {line}")).collect()
    };
    let changes = [missing(&listed, &found, '-'), missing(&found, &listed, '+')].concat();
    assert!(
        changes.is_empty() && listed == found,
        "the public surface has changed; KLOG_UPDATE=1 writes tests/data/public.txt\n{}",
        changes.join("\n")
    );
}

/// An item has an example of its own, or the one of its type or module has its name, or its first line links to an item that
/// has one, as of a type that a function makes.
#[test]
fn public_items_are_documented_with_an_example() {
    let items = public_items();
    let has_own = |item: &Public| item.docs.contains("```");
    let mut failures = Vec::new();
    for item in &items {
        let Public { path, docs, needs_example, .. } = item;
        let first = docs.trim_start().lines().next().unwrap_or_default();
        // Rustdoc and editors show it without what is before it in the file.
        if first.is_empty() || first.starts_with("The same") || first.starts_with("See ") {
            failures.push(format!("{path}: its first line cannot be read alone: {first:?}"));
        }
        let (parent, name) = path.rsplit_once("::").unwrap_or(("", path));
        // A trait is shown by its method.
        let of_method = format!("{path}::");
        let is_shown = |other: &Public| {
            other.path == parent && is_in_example(name, &other.docs)
                || other.path.starts_with(&of_method) && has_own(other)
        };
        let is_linked = |other: &Public| {
            let name = other.path.rsplit("::").next().unwrap_or_default();
            has_own(other)
                && (first.contains(&format!("{name}`]")) || first.contains(&format!("`{name}")))
        };
        if *needs_example
            && !has_own(item)
            && !items.iter().any(|other| is_shown(other) || is_linked(other))
        {
            failures.push(format!("{path}: no example"));
        }
    }
    assert!(failures.is_empty(), "{}\n{} in all", failures.join("\n"), failures.len());
}

/// Whether the code of a page has the name as a word.
fn is_in_example(name: &str, docs: &str) -> bool {
    docs.split("```").skip(1).step_by(2).any(|code| {
        let mut words = code.split(|c: char| !c.is_alphanumeric() && c != '_');
        words.any(|word| word == name)
    })
}

fn public_items() -> Vec<Public> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = Sources { files: BTreeMap::new() };
    sources.read(&src);
    let mut found = Vec::new();
    sources.module(&src.join("lib.rs"), "klog", &mut found);
    for item in sources.files.values().flat_map(|file| &file.items) {
        if let Item::Macro(item) = item
            && item.attrs.iter().any(|attribute| attribute.path().is_ident("macro_export"))
            && !is_hidden(&item.attrs)
        {
            let name = item.ident.as_ref().map(ToString::to_string).unwrap_or_default();
            found.push(public(&format!("klog::{name}!"), "macro", &item.attrs, true));
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(found.len() > 100, "{} items", found.len());
    found
}

impl Sources {
    fn read(&mut self, directory: &Path) {
        for entry in fs::read_dir(directory).expect("a directory can be read") {
            let path = entry.expect("a directory can be read").path();
            if path.is_dir() {
                self.read(&path);
            } else {
                let text = fs::read_to_string(&path).expect("a file can be read");
                let mut file = syn::parse_file(&text).expect("it compiles");
                // What `pin_project!` is given are items as well.
                let in_macros: Vec<Item> =
                    file.items.iter().filter_map(in_macro).flatten().collect();
                file.items.extend(in_macros);
                self.files.insert(path, file);
            }
        }
    }

    /// The public items of a module's file.
    fn module(&self, file: &Path, path: &str, found: &mut Vec<Public>) {
        for item in &self.files[file].items {
            match item {
                Item::Use(import) if is_public(&import.vis) && !is_hidden(&import.attrs) => {
                    self.exports(&import.tree, file, &mut Vec::new(), path, found);
                }
                Item::Mod(module) if is_public(&module.vis) && !is_hidden(&module.attrs) => {
                    let name = module.ident.to_string();
                    let inner = self
                        .file_of(file, std::slice::from_ref(&name))
                        .expect("a module has a file");
                    self.child(&inner, &format!("{path}::{name}"), found);
                }
                item if name_of(item).is_some_and(|(_, vis)| is_public(vis)) => {
                    self.item(item, path, found);
                }
                _ => {}
            }
        }
    }

    fn child(&self, file: &Path, path: &str, found: &mut Vec<Public>) {
        found.push(public(path, "mod", &self.files[file].attrs, false));
        self.module(file, path, found);
    }

    /// What an import makes public.
    fn exports(
        &self,
        tree: &UseTree,
        file: &Path,
        segments: &mut Vec<String>,
        path: &str,
        found: &mut Vec<Public>,
    ) {
        match tree {
            UseTree::Path(segment) => {
                segments.push(segment.ident.to_string());
                self.exports(&segment.tree, file, segments, path, found);
                segments.pop();
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.exports(tree, file, segments, path, found);
                }
            }
            UseTree::Name(name) if name.ident == "self" => {
                let module = self.file_of(file, segments).expect("a module has a file");
                let name = segments.last().expect("a module has a name");
                self.child(&module, &format!("{path}::{name}"), found);
            }
            UseTree::Name(name) => {
                let name = name.ident.to_string();
                if segments.first().is_some_and(|first| first == "klog_macros") {
                    return;
                }
                segments.push(name.clone());
                // A private module may have the name of its function.
                if !self.named(&name, path, found) {
                    let module = self.file_of(file, segments);
                    let module = module.unwrap_or_else(|| panic!("{path}::{name} is not found"));
                    self.child(&module, &format!("{path}::{name}"), found);
                }
                segments.pop();
            }
            UseTree::Rename(_) | UseTree::Glob(_) => panic!("public items are exported by name"),
        }
    }

    /// The file of a module that is imported in `file`.
    fn file_of(&self, file: &Path, segments: &[String]) -> Option<PathBuf> {
        let directory = file.parent()?;
        let mut directory = match file.file_name()?.to_str()? {
            "mod.rs" | "lib.rs" => directory.to_owned(),
            _ => file.with_extension(""),
        };
        for segment in segments {
            match segment.as_str() {
                "self" => {}
                "super" => directory = directory.parent()?.to_owned(),
                "crate" => directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
                name => directory.push(name),
            }
        }
        [directory.with_extension("rs"), directory.join("mod.rs")]
            .into_iter()
            .find(|file| self.files.contains_key(file))
    }

    /// Items of this name, wherever they are; false if there is none.
    fn named(&self, name: &str, path: &str, found: &mut Vec<Public>) -> bool {
        let mut is_there = false;
        for item in self.files.values().flat_map(|file| &file.items) {
            if name_of(item).is_some_and(|(other, vis)| other == name && is_public(vis)) {
                is_there = true;
                self.item(item, path, found);
            }
        }
        is_there
    }

    fn item(&self, item: &Item, path: &str, found: &mut Vec<Public>) {
        let Some((name, _)) = name_of(item) else { return };
        let path = format!("{path}::{name}");
        let (attributes, declaration) = match item {
            Item::Fn(item) => (&item.attrs, item.sig.to_token_stream()),
            Item::Const(item) => (&item.attrs, item.ty.to_token_stream()),
            Item::Type(item) => (&item.attrs, item.ty.to_token_stream()),
            Item::Struct(item) => (&item.attrs, item.generics.to_token_stream()),
            Item::Enum(item) => (&item.attrs, item.generics.to_token_stream()),
            Item::Trait(item) => (&item.attrs, item.supertraits.to_token_stream()),
            _ => return,
        };
        if is_hidden(attributes) {
            return;
        }
        let kind = match item {
            Item::Struct(_) => "struct ",
            Item::Enum(_) => "enum ",
            Item::Trait(_) => "trait ",
            Item::Const(_) => "const ",
            Item::Type(_) => "type ",
            _ => "",
        };
        found.push(public(&path, &format!("{kind}{declaration}"), attributes, true));
        match item {
            Item::Struct(item) => {
                for field in item.fields.iter().filter(|field| is_public(&field.vis)) {
                    let name = field.ident.as_ref().map_or("0".into(), ToString::to_string);
                    let declaration = field.ty.to_token_stream().to_string();
                    if !is_hidden(&field.attrs) && field.ident.is_some() {
                        let path = format!("{path}::{name}");
                        found.push(public(&path, &declaration, &field.attrs, false));
                    }
                }
            }
            Item::Enum(item) => {
                for variant in item.variants.iter().filter(|variant| !is_hidden(&variant.attrs)) {
                    let path = format!("{path}::{}", variant.ident);
                    let declaration = variant.fields.to_token_stream().to_string();
                    found.push(public(&path, &declaration, &variant.attrs, false));
                }
            }
            Item::Trait(item) => {
                for method in &item.items {
                    if let TraitItem::Fn(method) = method
                        && !is_hidden(&method.attrs)
                    {
                        let path = format!("{path}::{}", method.sig.ident);
                        let declaration = method.sig.to_token_stream().to_string();
                        found.push(public(&path, &declaration, &method.attrs, false));
                    }
                }
            }
            _ => {}
        }
        self.methods(&name, &path, found);
    }

    /// The methods of a type, wherever they are.
    fn methods(&self, name: &str, path: &str, found: &mut Vec<Public>) {
        for item in self.files.values().flat_map(|file| &file.items) {
            let Item::Impl(block) = item else { continue };
            let is_of_type = match &*block.self_ty {
                syn::Type::Path(of) => {
                    of.path.segments.last().is_some_and(|last| last.ident == name)
                }
                _ => false,
            };
            if !is_of_type || block.trait_.is_some() {
                continue;
            }
            for member in &block.items {
                let (attributes, vis, name, declaration) = match member {
                    ImplItem::Fn(method) => (
                        &method.attrs,
                        &method.vis,
                        &method.sig.ident,
                        method.sig.to_token_stream(),
                    ),
                    ImplItem::Const(constant) => (
                        &constant.attrs,
                        &constant.vis,
                        &constant.ident,
                        constant.ty.to_token_stream(),
                    ),
                    _ => continue,
                };
                if is_public(vis) && !is_hidden(attributes) {
                    let path = format!("{path}::{name}");
                    found.push(public(&path, &declaration.to_string(), attributes, true));
                }
            }
        }
    }
}

fn public(path: &str, declaration: &str, attributes: &[Attribute], needs_example: bool) -> Public {
    let docs = attributes.iter().filter_map(|attribute| match &attribute.meta {
        syn::Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
            // `include_str!` of a page.
            _ => Some("a page\n```".into()),
        },
        _ => None,
    });
    let docs = docs.map(|line| line.trim_start().to_owned() + "\n").collect();
    Public { path: path.to_owned(), declaration: tidy(declaration), docs, needs_example }
}

/// Tokens with fewer spaces.
fn tidy(tokens: &str) -> String {
    let words = tokens.split_whitespace().collect::<Vec<_>>().join(" ");
    [
        (" :: ", "::"),
        (" (", "("),
        ("( ", "("),
        (" )", ")"),
        (" <", "<"),
        ("< ", "<"),
        (" >", ">"),
        ("& ", "&"),
        (" ,", ","),
        (" :", ":"),
        ("' ", "'"),
    ]
    .into_iter()
    .fold(words, |text, (from, to)| text.replace(from, to))
    .trim()
    .to_owned()
}

fn in_macro(item: &Item) -> Option<Vec<Item>> {
    let Item::Macro(item) = item else { return None };
    syn::parse2::<syn::File>(item.mac.tokens.clone()).ok().map(|file| file.items)
}

fn is_public(vis: &Visibility) -> bool {
    matches!(vis, Visibility::Public(_))
}

fn is_hidden(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("doc")
            && attribute.to_token_stream().to_string().replace(' ', "") == "#[doc(hidden)]"
    })
}

fn name_of(item: &Item) -> Option<(String, &Visibility)> {
    let (name, vis) = match item {
        Item::Fn(item) => (&item.sig.ident, &item.vis),
        Item::Struct(item) => (&item.ident, &item.vis),
        Item::Enum(item) => (&item.ident, &item.vis),
        Item::Trait(item) => (&item.ident, &item.vis),
        Item::Type(item) => (&item.ident, &item.vis),
        Item::Const(item) => (&item.ident, &item.vis),
        _ => return None,
    };
    Some((name.to_string(), vis))
}
