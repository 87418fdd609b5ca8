//! A query a line.

use super::super::logql;
use super::{Ask, File, Query};

pub(super) fn read(text: &str, file: &mut File) {
    let mut start = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let content = line.trim_start_matches('\u{feff}').trim();
        if !content.is_empty() && !content.starts_with('#') {
            let at = start + (content.as_ptr() as usize - line.as_ptr() as usize);
            let query = logql::parse(content, true);
            file.queries.push(Query {
                name: format!("line {}", index + 1),
                span: at..at + content.len(),
                ask: Ask::LogQl(query),
                offsets: Vec::new(),
            });
        }
        start += line.len();
    }
}
