//! Names and texts of a program in Markdown: data, whatever they hold.

/// A text as code that ends neither its cell nor itself.
pub(crate) fn code(text: &str) -> String {
    let is_command = |c: char| c.is_control() || crate::files::is_bidi(c);
    let text: String = text.chars().map(|c| if is_command(c) { ' ' } else { c }).collect();
    let text = text.replace('|', "\\|");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    match longest {
        0 => format!("`{text}`"),
        n => {
            let fence = "`".repeat(n + 1);
            format!("{fence} {text} {fence}")
        }
    }
}

/// A name as it is, where it holds nothing that Markdown could take for its own.
pub(crate) fn plain_or_code(name: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-./:".contains(c);
    let is_word = |part: &str| !part.starts_with('_') && !part.ends_with('_');
    match name.chars().all(|c| is_plain(c) || c == '_') && is_word(name) {
        true => name.to_owned(),
        false => code(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_data() {
        let check = |name: &str, expected: &str| {
            assert_eq!(plain_or_code(name), expected, "{name:?}");
        };
        check("src/net_tcp/mod.rs:7", "src/net_tcp/mod.rs:7");
        check("src/<img src=x>.rs:1", "`src/<img src=x>.rs:1`");
        check("a|b", "`a\\|b`");
        check("a`b", "`` a`b ``");
        check("a``<b>`c", "``` a``<b>`c ```");
        check("a\nb\u{202e}c\u{2028}d", "`a b c d`");
        check("[a](b)", "`[a](b)`");
        check("*a*", "`*a*`");
        check("_a_", "`_a_`");
    }
}
