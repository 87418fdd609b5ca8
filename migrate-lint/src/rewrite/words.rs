//! Words of messages and of names: what they are for, and how names are made of them.

use super::lexicon::{Class, is};
use crate::work;

/// Whether a word is one of a class.
pub(super) fn has(class: &str, word: &str) -> bool {
    work::count(1);
    let lower = word.to_lowercase();
    class.split_ascii_whitespace().any(|other| other == lower)
}

/// `on`, but not `BY` of `ORDER BY`.
pub(super) fn is_preposition(word: &str) -> bool {
    is(Class::Preposition, word) && (word.len() == 1 || word.contains(char::is_lowercase))
}

pub(super) fn is_determiner(word: &str) -> bool {
    is(Class::Determiner, word)
}

pub(super) fn is_conjunction(word: &str) -> bool {
    is(Class::Conjunction, word)
}

pub(super) fn is_auxiliary(word: &str) -> bool {
    is(Class::Auxiliary, word)
}

pub(super) fn is_copula(word: &str) -> bool {
    is(Class::Copula, word)
}

pub(super) fn is_modal(word: &str) -> bool {
    is(Class::Modal, word)
}

/// `contains`, `requires`.
pub(super) fn is_third_person(word: &str) -> bool {
    is(Class::ThirdPerson, word)
}

/// `now`, `again`.
pub(super) fn is_adverb(word: &str) -> bool {
    is(Class::Adverb, word)
}

/// What distinguishes one thing of a kind from another.
pub(super) fn is_identity(word: &str) -> bool {
    is(Class::Identity, word)
}

/// `5-th`, `2-nd`.
pub(super) fn is_ordinal_end(word: &str) -> bool {
    has("nd rd st th", word)
}

/// A unit, or a rate: `ops/s`.
pub(super) fn is_unit(word: &str) -> bool {
    if let Some(one) = word.strip_suffix("(s)") {
        return is_unit(one) || is(Class::Unit, &format!("{one}s"));
    }
    is(Class::Unit, word) || word.ends_with("/s") || word.ends_with("/sec") || word.starts_with('°')
}

/// Spellings of a unit; the first is the one for keys.
const SPELLINGS: &[&str] = &[
    "bytes byte b",
    "kb kilobytes",
    "mb megabytes",
    "gb gigabytes",
    "tb terabytes",
    "kib",
    "mib",
    "gib",
    "tib",
    "bps",
    "fps",
    "rpm",
    "gbps gb/s",
    "tbps tb/s",
    "kbps kb/s",
    "mbps mb/s",
    "hz",
    "khz",
    "mhz",
    "percent percentage pct",
    "ns nanos nanoseconds nanosecond",
    "us micros microseconds microsecond usec \u{b5}s \u{3bc}s",
    "ms millis milliseconds millisecond msec",
    "seconds s sec second secs",
    "minutes min mins minute",
    "hours hour hrs",
    "days day",
    "times",
    "mm millimeters",
    "cm centimeters",
    "km kilometers",
    "kg kilograms",
    "mv millivolts",
    "mw milliwatts",
    "celsius °c",
    "fahrenheit °f",
    "degrees °",
];

/// A unit as the end of a key.
pub(super) fn unit_in_key(unit: &str) -> Option<&'static str> {
    let unit = unit.strip_suffix("(s)").unwrap_or(unit);
    let spellings = SPELLINGS.iter().find(|spellings| has(spellings, unit))?;
    spellings.split(' ').next()
}

/// Whether a key names the unit already: `timeout_secs`, `n_bytes`.
pub(super) fn has_unit(key: &[String], unit: &str) -> bool {
    let unit = unit.strip_suffix("(s)").unwrap_or(unit);
    let spellings = SPELLINGS.iter().find(|spellings| has(spellings, unit));
    spellings.is_some_and(|spellings| key.iter().any(|word| has(spellings, word)))
}

/// Words that keys write in other letters than the case would.
const SPELLED: &[(&str, &str)] = &[
    ("kb", "KB"),
    ("mb", "MB"),
    ("gb", "GB"),
    ("tb", "TB"),
    ("kib", "KiB"),
    ("mib", "MiB"),
    ("gib", "GiB"),
    ("tib", "TiB"),
    ("hz", "Hz"),
    ("ipv4", "IPv4"),
    ("ipv6", "IPv6"),
    ("khz", "KHz"),
    ("mhz", "MHz"),
];

/// Acronyms, which keys in camel case write in capital letters.
const ACRONYMS: &str = "\
    acl api arn az cid cidr cpu crd cri csi dns gid gpu grpc http https id ids io ip ips json jwt lsn mtu nat oci os pci pid pv pvc \
    qos rpc sha sql ssh ssl tcp tls ttl udp ui uid uri url usb utc uuid vm xml yaml";

/// A word of a key in camel case, after others.
fn capitalized(word: &str) -> String {
    if let Some((_, spelled)) = SPELLED.iter().find(|(lower, _)| *lower == word) {
        return (*spelled).to_owned();
    }
    if has(ACRONYMS, word) {
        return match word.strip_suffix('s') {
            Some(one) if has(ACRONYMS, one) => format!("{}s", one.to_uppercase()),
            _ => word.to_uppercase(),
        };
    }
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

pub(super) fn is_role(word: &str) -> bool {
    is(Class::Role, word)
}

/// Names of how much of something there is.
pub(super) fn is_length(word: &str) -> bool {
    is(Class::Length, word)
}

/// Verbs that lead to how long something took.
pub(super) fn is_measuring(word: &str) -> bool {
    is(Class::Measuring, word)
}

/// Whether a word reads as the verb of a sentence.
pub(super) fn is_verb(word: &str) -> bool {
    let lower = word.to_lowercase();
    is_auxiliary(&lower)
        || is(Class::PastVerb, &lower)
        || is_third_person(&lower)
        || lower == "failed"
        || lower.len() > 4
            && (lower.ends_with("ed") || lower.ends_with("ing"))
            && !is(Class::NoVerb, &lower)
}

/// Whether a word says that something went wrong.
pub(super) fn says_failure(word: &str) -> bool {
    let lower = word.to_lowercase();
    lower.starts_with("fail")
        || lower.starts_with("err")
        || lower.ends_with("n't")
        || is(Class::Failure, &lower)
}

/// Whether a word may name a value.
pub(super) fn is_noun(word: &str) -> bool {
    is_content(word)
        && !is_verb(word)
        && !is(Class::Filler, word)
        && !is(Class::Preposition, word)
        && word.starts_with(char::is_alphabetic)
}

/// Whether a word carries meaning by itself.
pub(super) fn is_content(word: &str) -> bool {
    !(is_preposition(word)
        || is_determiner(word)
        || is_conjunction(word)
        || is_auxiliary(word)
        || is_copula(word))
        && word.chars().any(char::is_alphabetic)
}

/// Whether a name that ends with the word is the noun of a sentence, and not the word a stray one in it.
pub(super) fn ends_noun(word: &str) -> bool {
    let says_how = [
        Class::Adjective,
        Class::Filler,
        Class::Adverb,
        Class::Preposition,
        Class::Determiner,
        Class::Conjunction,
        Class::Auxiliary,
        Class::PastVerb,
        Class::Pronoun,
    ];
    let is_verb = is(Class::BaseVerb, word) && !is(Class::NounOrVerb, word);
    !is_verb && !says_how.into_iter().any(|class| is(class, word))
}

/// Names with capital letters inside, which are one word.
const BRANDS: &str = "clickhouse cockroachdb couchdb dynamodb github gitlab graphql influxdb javascript leveldb mariadb mongodb mysql \
    nosql openssl postgresql pytorch rabbitmq rocksdb scylladb sqlite systemd timescaledb typescript websocket wireguard zeromq";

pub(super) fn is_brand(word: &str) -> bool {
    let name = word.strip_suffix("DB").and_then(|name| name.strip_prefix(char::is_uppercase));
    name.is_some_and(|name| name.len() > 1 && name.chars().all(char::is_lowercase))
        || has(BRANDS, word)
}

/// `listen_addr`, `listenAddr`, `LISTEN_ADDR` → `listen`, `addr`; `PostgreSQL` is one word.
pub(super) fn split(identifier: &str) -> Vec<String> {
    // `row(s)` are rows.
    let plural = identifier.replace("(s)", "s").replace("(es)", "es");
    let mut words = Vec::new();
    for part in plural.split(|char: char| !char.is_alphanumeric()) {
        match part.contains(char::is_uppercase) && is_brand(part) {
            true => words.push(part.to_lowercase()),
            false => words.extend(split_camel(part)),
        }
    }
    words
}

fn split_camel(identifier: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let chars: Vec<char> = identifier.chars().collect();
    for (index, &char) in chars.iter().enumerate() {
        if !char.is_alphanumeric() {
            if !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
            continue;
        }
        let before = index.checked_sub(1).and_then(|before| chars.get(before));
        let after = chars.get(index + 1);
        let starts = char.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase()
                    // `P2P` is one word, `Sha256Hash` are two.
                    || before.is_numeric() && after.is_some_and(|after| after.is_lowercase())
                    || before.is_uppercase() && after.is_some_and(|after| after.is_lowercase())
            });
        // `vCPU` is one word, as is `IPv4`.
        let is_version =
            after == Some(&'v') && chars.get(index + 2).is_some_and(char::is_ascii_digit);
        let is_prefix = is_version
            || word.chars().count() == 1 && after.is_some_and(|after| after.is_uppercase());
        if starts && !word.is_empty() && !is_prefix {
            words.push(std::mem::take(&mut word));
        }
        word.extend(char.to_lowercase());
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Abbreviations that keys and messages write out, as Kubernetes' guide asks for.
pub(super) fn spelled_out(word: &str) -> Option<&'static str> {
    Some(match word {
        "addr" => "address",
        "addrs" => "addresses",
        "conn" => "connection",
        "svc" => "service",
        "obj" => "object",
        "val" => "value",
        "ns" => "namespace",
        _ => return None,
    })
}

/// `entries` → `entry`, `pods` → `pod`; `None` where a word is no plural.
pub(super) fn singular(word: &str) -> Option<String> {
    if let Some(one) = word.strip_suffix("(s)").or_else(|| word.strip_suffix("(es)")) {
        return Some(one.to_owned());
    }
    if word == "children" {
        return Some("child".to_owned());
    }
    if has("ids ips", word) {
        return Some(word[..2].to_owned());
    }
    if word.len() <= 3
        || !word.ends_with('s')
        || ["ss", "us", "is", "as"].iter().any(|end| word.ends_with(end))
    {
        return None;
    }
    if let Some(stem) = word.strip_suffix("trices") {
        return Some(format!("{stem}trix"));
    }
    if let Some(stem) = word.strip_suffix("ertices") {
        return Some(format!("{stem}ertex"));
    }
    if has("indices subindices", word) {
        return Some(format!("{}index", &word[..word.len() - 7]));
    }
    let one = if let Some(stem) = word.strip_suffix("ies").filter(|stem| stem.len() > 2) {
        format!("{stem}y")
    } else if ["iases", "sses", "tuses", "xes", "ches", "shes"]
        .iter()
        .any(|end| word.ends_with(end))
    {
        word[..word.len() - 2].to_owned()
    } else {
        word[..word.len() - 1].to_owned()
    };
    Some(one)
}

/// Words joined in lowerCamelCase.
pub(super) fn camel<S: AsRef<str>>(words: &[S]) -> String {
    match words {
        // Kubernetes writes these alone in capital letters.
        [word] if has("cpu ip", word.as_ref()) => word.as_ref().to_uppercase(),
        [first, rest @ ..] => {
            let rest = rest.iter().map(|word| capitalized(word.as_ref()));
            first.as_ref().to_lowercase() + &rest.collect::<String>()
        }
        [] => String::new(),
    }
}

/// A name as a sentence says it: `peer ID`, `URL`.
pub(super) fn spoken(name: &[String]) -> String {
    let say = |word: &String| match has(
        "api cpu dns http https id io ip os tcp tls udp uri url uuid",
        word,
    ) {
        true => word.to_uppercase(),
        false => word.clone(),
    };
    name.iter().map(say).collect::<Vec<_>>().join(" ")
}

/// Whether two words are the same but for plural and abbreviation (`addr`, `address`; `replica`, `replicas`).
pub(super) fn are_similar(left: &str, right: &str) -> bool {
    work::count(1);
    let (left, right) = (left.to_lowercase(), right.to_lowercase());
    let (short, long) = if left.len() <= right.len() { (&left, &right) } else { (&right, &left) };
    short == long
        || short == "idx" && long.starts_with("ind")
        || short.len() == 1 && long.starts_with(short.as_str())
        || short.len() >= 3 && short.len() * 3 >= long.len() && long.starts_with(short.as_str())
        || short.len() >= 2 && is_abbreviation(short, long)
}

/// `ns` of `namespace`, `cfg` of `configuration`: the letters in order, the first one first.
pub(super) fn is_abbreviation(short: &str, long: &str) -> bool {
    let mut rest = long.chars();
    short.chars().next() == long.chars().next()
        && short.chars().all(|char| rest.any(|other| other == char))
        && !short.contains(['a', 'e', 'i', 'o', 'u'])
}
