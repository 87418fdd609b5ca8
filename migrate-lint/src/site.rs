//! The pages of all rules as a static site: a list that can be searched, and a page for each name.
//!
//! It needs no network and no server. Without its script everything can be read, and only the search is missing.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use pulldown_cmark::{Event, Options, Parser, Tag, html};

use crate::files;
use crate::finding::RuleText;

/// A name and what is said of it: some rules look at calls and at emitted lines, and have a page for each.
type Pages<'a> = BTreeMap<&'static str, Vec<&'a RuleText>>;

/// Writes the site into a directory, and gives the number of its pages. `others` are pages of what is no rule, by name.
///
/// # Errors
///
/// A file that cannot be written.
pub(crate) fn write(
    rules: &[RuleText],
    others: &[(&str, String)],
    directory: &Path,
) -> Result<usize> {
    std::fs::create_dir_all(directory)
        .with_context(|| format!("cannot make {}", directory.display()))?;
    let mut pages = Pages::new();
    for rule in rules {
        pages.entry(rule.name).or_default().push(rule);
    }
    let file = |name: &str, text: &str| files::write_named(&directory.join(name), text.as_bytes());
    file("style.css", include_str!("site/style.css"))?;
    file("search.js", include_str!("site/search.js"))?;
    file("index.html", &index(rules, others))?;
    for (name, texts) in &pages {
        file(&format!("{name}.html"), &page(name, texts))?;
    }
    for (name, text) in others {
        let mut body = String::new();
        markdown(text, &mut body);
        file(&format!("{name}.html"), &document(name, TO_INDEX, &body))?;
    }
    Ok(pages.len() + others.len() + 1)
}

/// All rules by their groups, in the order that reports have.
fn index(rules: &[RuleText], others: &[(&str, String)]) -> String {
    let mut body = String::from(
        "<h1>Rules of cargo klog</h1>\n\
         <p class=\"search\"><label for=\"search\">Search</label>\n\
         <input id=\"search\" type=\"search\" placeholder=\"a name, or words of a page\" autocomplete=\"off\">\n\
         <output id=\"found\" for=\"search\" aria-live=\"polite\"></output></p>\n",
    );
    let mut group = "";
    for rule in rules {
        if rule.group != group {
            if !group.is_empty() {
                body += "</ul>\n</section>\n";
            }
            group = rule.group;
            let _ = write!(body, "<section>\n<h2>{}</h2>\n<ul class=\"rules\">\n", escape(group));
        }
        let (name, level) = (escape(rule.name), rule.level.name());
        let words = escape(&words(&rule.page));
        let _ = writeln!(
            body,
            "<li data-words=\"{words}\"><a href=\"{name}.html\">{name}</a> \
             <span class=\"level {level}\">{level}</span> <span>{}</span></li>",
            inline(rule.summary)
        );
    }
    body += "</ul>\n</section>\n<section>\n<h2>dialects and fixes</h2>\n<ul class=\"rules\">\n";
    for (name, text) in others {
        let words = escape(&words(text));
        let _ =
            writeln!(body, "<li data-words=\"{words}\"><a href=\"{name}.html\">{name}</a></li>");
    }
    body += "</ul>\n</section>\n<script src=\"search.js\"></script>\n";
    document("Rules of cargo klog", "", &body)
}

fn page(name: &str, texts: &[&RuleText]) -> String {
    let mut body = String::new();
    for text in texts {
        let _ = writeln!(
            body,
            "<p class=\"about\"><span class=\"level {0}\">{0}</span> {1}</p>",
            text.level.name(),
            escape(text.group)
        );
        markdown(&text.page, &mut body);
    }
    let name = escape(name);
    document(&name, TO_INDEX, &body)
}

const TO_INDEX: &str = "<nav><a href=\"index.html\">All rules</a></nav>\n";

/// What the search looks through.
fn words(page: &str) -> String {
    page.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn markdown(text: &str, body: &mut String) {
    html::push_html(body, Parser::new_ext(text, Options::ENABLE_TABLES).map(to_site));
}

/// Pages link to each other by the names of their files.
fn to_site(event: Event<'_>) -> Event<'_> {
    match event {
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            let dest_url = match dest_url.strip_suffix(".md") {
                Some(name) if !name.contains('/') => format!("{name}.html").into(),
                _ => dest_url,
            };
            Event::Start(Tag::Link { link_type, dest_url, title, id })
        }
        event => event,
    }
}

fn document(title: &str, header: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<link rel=\"stylesheet\" href=\"style.css\">\n</head>\n\
         <body>\n{header}<main>\n{body}</main>\n</body>\n</html>\n"
    )
}

/// One line of Markdown without a paragraph around it.
fn inline(text: &str) -> String {
    let mut out = String::new();
    html::push_html(&mut out, Parser::new(text));
    out.trim().trim_start_matches("<p>").trim_end_matches("</p>").to_owned()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
