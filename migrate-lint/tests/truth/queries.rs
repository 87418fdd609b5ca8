//! Queries about statements that are there, and about some that are not.

use migrate_lint::internal::catalog::Catalog;

use super::lines::Random;

pub(crate) fn all(catalog: &Catalog, random: &mut Random) -> Vec<String> {
    let mut all = Vec::new();
    for index in 0..25 {
        let statement = &catalog.statements[random.below(catalog.statements.len())];
        let message = statement.message.split("{}").next().unwrap_or_default().trim();
        let words: Vec<&str> = message.split(' ').collect();
        let (first, last) = (words[0], words[words.len() - 1].trim_matches('"'));
        let quoted = format!("{:?}", statement.message.replace("{}", "3"));
        let filters = [
            format!("| json | msg={quoted}"),
            format!("| json | msg=~\"{first} .*\" | severity=\"warning\""),
            format!("|= `{message}` != `{last} {last}`"),
            format!("|~ `(?i){}.*{last}`", first.to_lowercase()),
            format!("| json | msg!={quoted} | v=\"4\""),
            format!("| json | attempt > {} | msg=~\"{first}.*\"", 10 * index),
            format!("|= ` {last}\"`"),
            format!("| json | reason=\"deleted{index}\" or status=\"gone{index}\""),
            format!("|= `pod=\"default/web-{index}\"`"),
            format!("|= `\"reason\":\"lost{index}`"),
            format!("|~ `^E.*{last}`"),
            format!("|> `<_>] \"{first} <_>`"),
            format!(
                "|= `{first}` | json | replicaSet_name=\"api-{index}\" | replicaSet_namespace=~\"kube-.*\""
            ),
        ];
        all.push(format!("{{app=\"x\"}} {}", filters[index % filters.len()]));
        // The same with a word that nobody logs, a key too many, or a kind that does not fit.
        let others = [
            format!("| json | msg=\"{message} anyway\""),
            format!("| json | msg=~\"{last}\""),
            "| json | isLeader=\"perhaps\"".to_owned(),
            "| json | attempt=\"many\"".to_owned(),
            format!("|= `{message}` != `{first}`"),
            "| json | v=\"7\"".to_owned(),
            "| json | severity=\"error\"".to_owned(),
            format!("|~ `^W.*] \"{message} never`"),
            "| json | v=\"4\" | severity=\"warning\"".to_owned(),
            "| json | severity=\"fatal\" | err=\"\"".to_owned(),
            format!("|= ` unheard{index}=`"),
            "| json | replicaSet=\"default/web\"".to_owned(),
            "| json | msg=\"\"".to_owned(),
        ];
        all.push(format!("{{app=\"x\"}} {}", others[index % others.len()]));
    }
    all
}

/// Values that the queries look for.
pub(crate) fn values(queries: &[String]) -> Vec<String> {
    let prefixes = ["deleted", "gone", "web-", "lost", "api-"];
    let mut values = Vec::new();
    for query in queries {
        for prefix in prefixes {
            for (at, _) in query.match_indices(prefix) {
                let rest = &query[at..];
                let end = rest.find(['"', '`', ' ']).unwrap_or(rest.len());
                values.push(rest[..end].to_owned());
            }
        }
    }
    values.sort_unstable();
    values.dedup();
    values
}

/// The ends of the texts that the queries look for.
pub(crate) fn phrases(queries: &[String]) -> Vec<String> {
    let mut phrases = Vec::new();
    for query in queries {
        for text in query.split(['"', '`']).filter(|text| text.contains(' ')) {
            phrases.extend(text.match_indices(' ').map(|(at, _)| text[at + 1..].to_owned()));
        }
    }
    phrases.sort_unstable();
    phrases.dedup();
    phrases
}
