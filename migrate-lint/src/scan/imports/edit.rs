//! Takes names out of `use` and `extern crate` items, in the layout that rustfmt gives what is left.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use syn::visit::Visit;
use syn::{Item, ItemExternCrate, ItemUse, Meta, UseTree};

use super::MacroUse;
use crate::call::Span;
use crate::finding::Edit;
use crate::scan::spans::Places;
use crate::syntax::parse;
use crate::tokens::line_start;
use crate::work;

/// Path and local name of what leaves a `use`.
pub(super) type Leaves<'a> = HashSet<(&'a str, &'a str)>;

/// Takes names out of the `use` and `extern crate` items of a text: none where it does not parse.
///
/// `leaves` are by the first byte of the `use`.
pub(super) fn without(
    text: &str,
    leaves: &BTreeMap<u32, Leaves<'_>>,
    macro_uses: &[MacroUse<'_>],
    max_width: usize,
) -> Vec<Edit> {
    if leaves.is_empty() && macro_uses.is_empty() {
        return Vec::new();
    }
    let Some(file) = parse::file(text) else { return Vec::new() };
    let places = Places::new(&file, text);
    let items = Items::of(&file);
    let starts_at = |span: proc_macro2::Span| places.token(span).start as u32;
    let macro_uses: HashMap<usize, &MacroUse<'_>> =
        macro_uses.iter().map(|one| (one.start, one)).collect();
    let mut edits = Vec::new();
    for item in items.uses {
        if let Some(leaves) = leaves.get(&starts_at(item.use_token.span)) {
            edits.extend(without_leaves(text, &places, item, leaves, max_width));
        }
    }
    for item in items.externs {
        let start = starts_at(item.extern_token.span) as usize;
        if let Some(one) = macro_uses.get(&start) {
            edits.extend(without_macro_use(text, &places, item, one));
        }
    }
    edits
}

/// Takes leaves out of a `use`; nothing where a comment would be lost.
fn without_leaves(
    text: &str,
    places: &Places<'_>,
    item: &ItemUse,
    leaves: &Leaves<'_>,
    max_width: usize,
) -> Option<Edit> {
    let start = places.token(item.use_token.span).start;
    let span = places.of(item);
    let tree = places.of(&item.tree);
    let written = text.get(tree.clone())?;
    if written.contains("//") || written.contains("/*") {
        return None;
    }
    let prefix = if item.leading_colon.is_some() { "::" } else { "" };
    let Some(left) = left_of(&item.tree, prefix, leaves) else { return Some(whole(text, span)) };
    let line = line_start(text, start);
    let indent = text[line..].len() - text[line..].trim_start_matches([' ', '\t']).len();
    let before = text.get(line..tree.start)?.chars().count();
    Some(Edit { span: tree, text: print(&left, before, indent, max_width) })
}

/// Takes `#[macro_use]`, or names of its list, from an `extern crate`; the whole item where nothing needs it.
fn without_macro_use(
    text: &str,
    places: &Places<'_>,
    item: &ItemExternCrate,
    MacroUse { names, keeps_crate, .. }: &MacroUse<'_>,
) -> Option<Edit> {
    let span = places.of(item);
    let attribute = item.attrs.iter().find(|attribute| attribute.path().is_ident("macro_use"));
    if !keeps_crate && item.attrs.len() == 1 && attribute.is_some() {
        return Some(whole(text, span));
    }
    let attribute = attribute?;
    let place = places.of(attribute);
    match &attribute.meta {
        Meta::List(list) if !names.is_empty() => {
            let listed = list.tokens.to_string();
            let left: Vec<&str> =
                listed.split(',').map(str::trim).filter(|name| !names.contains(name)).collect();
            Some(Edit { span: place, text: format!("#[macro_use({})]", left.join(", ")) })
        }
        _ => {
            let end = text.len() - text[place.end..].trim_start().len();
            Some(Edit { span: place.start..end, text: String::new() })
        }
    }
}

/// Takes out an item with its lines, and one of two blank lines that would meet.
fn whole(text: &str, span: Span) -> Edit {
    let start = text[..span.start].trim_end_matches([' ', '\t']).len();
    let rest = &text[span.end..];
    let n_spaces = rest.len() - rest.trim_start_matches([' ', '\t', '\r']).len();
    let ends_line = rest[n_spaces..].starts_with('\n');
    let before = text[..start].strip_prefix('\u{feff}').unwrap_or(&text[..start]);
    let begins_line = before.is_empty() || before.ends_with('\n');
    if !ends_line || !begins_line {
        return Edit { span, text: String::new() };
    }
    let mut end = span.end + n_spaces + 1;
    let is_blank_before = before.trim_end_matches([' ', '\t']).ends_with("\n\n")
        || before.ends_with("\r\n\r\n")
        || before.trim_end().is_empty()
        || before.trim_end().ends_with('{');
    if is_blank_before {
        let after = &text[end..];
        let line = after.find('\n').map_or(after.len(), |end| end + 1);
        if after[..line].trim().is_empty() {
            end += line;
        }
    }
    Edit { span: start..end, text: String::new() }
}

/// What is left of a tree.
enum Left {
    Plain(String),
    Path(String, Box<Left>),
    Group(Vec<Left>),
}

fn left_of(tree: &UseTree, path: &str, leaves: &Leaves<'_>) -> Option<Left> {
    let joined = |word: &str| match path {
        "" | "::" => format!("{path}{word}"),
        _ => format!("{path}::{word}"),
    };
    let is_kept = |path: &str, name: &str| {
        work::count(1);
        let path = match path.contains("r#") {
            true => Cow::Owned(path.replace("r#", "")),
            false => Cow::Borrowed(path),
        };
        !leaves.contains(&(&*path, name))
    };
    match tree {
        UseTree::Path(inner) => {
            let word = inner.ident.to_string();
            let left = left_of(&inner.tree, &joined(&word), leaves)?;
            Some(Left::Path(word, Box::new(left)))
        }
        UseTree::Name(name) => {
            let word = name.ident.to_string();
            let is_self = word == "self" && !path.is_empty();
            let last = path.rsplit("::").next().unwrap_or_default();
            let (full, local) =
                if is_self { (path.to_owned(), last) } else { (joined(&word), &*word) };
            is_kept(&full, local.trim_start_matches("r#")).then_some(Left::Plain(word))
        }
        UseTree::Rename(name) => {
            let word = name.ident.to_string();
            let full =
                if word == "self" && !path.is_empty() { path.to_owned() } else { joined(&word) };
            let alias = name.rename.to_string();
            is_kept(&full, &alias).then(|| Left::Plain(format!("{word} as {alias}")))
        }
        UseTree::Glob(_) => is_kept(path, "*").then(|| Left::Plain("*".to_owned())),
        UseTree::Group(group) => {
            let n_before = group.items.len();
            let mut left: Vec<Left> =
                group.items.iter().filter_map(|item| left_of(item, path, leaves)).collect();
            let is_single = left.len() == 1 && n_before > 1;
            match left.pop()? {
                // `{self}` means the module, `self` alone does not.
                last if is_single
                    && !matches!(&last, Left::Plain(word) if word.starts_with("self")) =>
                {
                    Some(last)
                }
                last => {
                    left.push(last);
                    Some(Left::Group(left))
                }
            }
        }
    }
}

/// As rustfmt writes it: on one line where it fits and holds no list of lists, else one entry a line, or filled lines.
fn print(left: &Left, before: usize, indent: usize, max_width: usize) -> String {
    let line = on_line(left);
    if !has_nested_list(left) && before + line.chars().count() < max_width {
        return line;
    }
    match left {
        Left::Plain(word) => word.clone(),
        Left::Path(word, rest) => {
            format!("{word}::{}", print(rest, before + word.chars().count() + 2, indent, max_width))
        }
        Left::Group(items) => {
            let inner = " ".repeat(indent + 4);
            let mut text = String::from("{");
            let is_vertical = items.iter().any(is_list);
            let mut width = max_width;
            for item in items {
                let printed = print(item, indent + 4, indent + 4, max_width);
                let n_chars = printed.chars().count() + 1;
                if is_vertical || width + 1 + n_chars > max_width {
                    text.push('\n');
                    text.push_str(&inner);
                    width = indent + 4;
                } else {
                    text.push(' ');
                    width += 1;
                }
                text.push_str(&printed);
                text.push(',');
                width += n_chars;
            }
            text.push('\n');
            text.push_str(&" ".repeat(indent));
            text.push('}');
            text
        }
    }
}

fn on_line(left: &Left) -> String {
    match left {
        Left::Plain(word) => word.clone(),
        Left::Path(word, rest) => format!("{word}::{}", on_line(rest)),
        Left::Group(items) => {
            format!("{{{}}}", items.iter().map(on_line).collect::<Vec<_>>().join(", "))
        }
    }
}

fn is_list(left: &Left) -> bool {
    match left {
        Left::Plain(_) => false,
        Left::Path(_, rest) => is_list(rest),
        Left::Group(_) => true,
    }
}

fn has_nested_list(left: &Left) -> bool {
    match left {
        Left::Plain(_) => false,
        Left::Path(_, rest) => has_nested_list(rest),
        Left::Group(items) => items.iter().any(is_list),
    }
}

/// The items of a file that import, wherever they are.
#[derive(Default)]
struct Items<'a> {
    uses: Vec<&'a ItemUse>,
    externs: Vec<&'a ItemExternCrate>,
}

impl<'a> Items<'a> {
    fn of(file: &'a syn::File) -> Self {
        let mut items = Self::default();
        items.visit_file(file);
        items
    }
}

impl<'a> Visit<'a> for Items<'a> {
    fn visit_item(&mut self, item: &'a Item) {
        match item {
            Item::Use(item) => self.uses.push(item),
            Item::ExternCrate(item) => self.externs.push(item),
            _ => syn::visit::visit_item(self, item),
        }
    }
}
