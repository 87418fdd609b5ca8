//! What words of a log message do: which of them stand only for the sake of the value behind them.
//!
//! The classes are closed: prepositions, auxiliaries, units. A word that some program happens to log has no place here.

/// Words that lead to a value and dangle without it.
const PREPOSITIONS: &str = "\
    about above across after against along among around as at because before behind below \
    between beyond by despite due during except for from given in including inside into like of \
    off on onto out outside over per since than through to toward towards under until up upon \
    using versus via vs with within without";

/// Words in front of a noun.
const DETERMINERS: &str = "a an its that the their these this those";

/// Words between two parts of equal rank.
const CONJUNCTIONS: &str = "\
    although and but if nor or so then though unless when where whether which while yet";

/// Forms of "be" and "have", and modal verbs: what stands before them is a subject.
const AUXILIARIES: &str = "\
    am are aren't can can't cannot could couldn't did didn't do does doesn't don't had has \
    hasn't have haven't is isn't may might must need needs shall should shouldn't was wasn't \
    were weren't will won't would wouldn't";

/// Words that only join a subject and a value.
const COPULAS: &str = "are be being equals is was were";

/// Verbs in a form that neither `-ed` nor `-ing` gives away.
const VERBS: &str = "\
    already became began bound broke broken brought built came caught chose chosen did died done \
    drew exists fails fell felt forgot found froze gave gone got grew heard held kept knew known \
    led left lost made meant met not overrode overwrote ran returns rose said sank saw seen sent \
    shut slept spoke started still stole stood stuck successfully taken taught thought threw \
    thrown told took understood went woke won written wrote";

/// Verbs of the third person that are hardly ever nouns of the plural.
const THIRD_PERSONS: &str = "\
    accepts allows appears becomes begins belongs comes contains creates denies depends differs \
    disagrees enters equals exceeds expects expires forbids gives goes happens holds ignores \
    includes keeps knows lacks lies lives occurs overlaps overrides owns prevents provides \
    receives refers refuses rejects remains removes replaces requires responds says seems sees \
    sends serves specifies succeeds takes tells tries uses wants wins writes";

/// Words that go with a verb, and end the noun before them.
const ADVERBS: &str = "again instead just never now only too";

/// Words that are neither things nor doings: they name no value.
const OTHERS: &str = "\
    again all also another any anything back bad both each else ever every everything few first \
    he here however i invalid it just last less maybe more most never new next no none nothing \
    now old once only other others please same several some such there they too unknown very we \
    yet you";

/// Words behind which "to" leads to a verb: `failed to`, `unable to`.
const TAKE_INFINITIVES: &str = "\
    able about allowed asked asking attempt attempted attempting attempts begin continue \
    continuing decided expected expecting expects fail failed failing fails failure forced going \
    had has have having how impossible likely need needed needs not nothing order possible ready \
    refuse refused refuses refusing required safe starting supposed tried tries try trying \
    unable unlikely used waiting want wanted wants willing";

/// Verbs that only say how another verb is meant.
const MODALS: &str = "can could may might must shall should will would";

/// Units of quantities.
const UNITS: &str = "\
    b byte bytes gb gib gigabytes hours hz k kb kbps khz kib m mb mbps megabytes mhz mib micros \
    microseconds millis milliseconds mins minutes ms msec nanos nanoseconds ns percent s sec \
    second seconds secs tb tib times us usec µs μs";

/// Words that introduce a value by its role and say nothing more.
const ROLES: &str = "\
    address args capacity cause code count data depth details duration e elapsed err error \
    errors exception expected got height id index key len length name new old output path reason \
    response result size source stat state status stderr stdout target time type url value \
    version width";

/// Whether a word is one of a class.
pub(super) fn has(class: &str, word: &str) -> bool {
    let lower = word.to_lowercase();
    class.split_ascii_whitespace().any(|other| other == lower)
}

/// `on`, but not `BY` of `ORDER BY`.
pub(super) fn is_preposition(word: &str) -> bool {
    has(PREPOSITIONS, word) && (word.len() == 1 || word.contains(char::is_lowercase))
}

pub(super) fn is_determiner(word: &str) -> bool {
    has(DETERMINERS, word)
}

pub(super) fn is_conjunction(word: &str) -> bool {
    has(CONJUNCTIONS, word)
}

pub(super) fn is_auxiliary(word: &str) -> bool {
    has(AUXILIARIES, word)
}

pub(super) fn is_copula(word: &str) -> bool {
    has(COPULAS, word)
}

pub(super) fn is_modal(word: &str) -> bool {
    has(MODALS, word)
}

pub(super) fn takes_infinitive(word: &str) -> bool {
    has(TAKE_INFINITIVES, word)
}

/// Whether a word cannot go on with the noun phrase that a value in front of it ends.
pub(super) fn ends_noun_phrase(word: &str) -> bool {
    is_preposition(word)
        || is_conjunction(word)
        || is_determiner(word)
        || is_verb(word)
        || has(ADVERBS, word)
}

/// `contains`, `requires`.
pub(super) fn is_third_person(word: &str) -> bool {
    has(THIRD_PERSONS, word)
}

/// `now`, `again`.
pub(super) fn is_adverb(word: &str) -> bool {
    has(ADVERBS, word)
}

/// What tells one thing of a kind from another.
pub(super) fn is_identity(word: &str) -> bool {
    has("id ids name names uuid", word)
}

/// Words behind which a sentence of its own begins, with a subject.
pub(super) fn leads_sentence(word: &str) -> bool {
    has("because if once unless when whether while", word)
}

/// `5-th`, `2-nd`.
pub(super) fn is_ordinal_end(word: &str) -> bool {
    has("nd rd st th", word)
}

/// A unit, or a rate: `ops/s`.
pub(super) fn is_unit(word: &str) -> bool {
    has(UNITS, word) || word.ends_with("/s") || word.ends_with("/sec")
}

/// What a number with this unit counts.
pub(super) fn unit_noun(unit: &str) -> Option<&'static str> {
    Some(match unit.to_lowercase().as_str() {
        "b" | "byte" | "bytes" => "bytes",
        "s" | "sec" | "second" | "seconds" | "secs" => "seconds",
        "percent" => "percent",
        "times" => "times",
        "ms" | "millis" | "milliseconds" | "msec" => "milliseconds",
        "minutes" | "mins" => "minutes",
        "hours" => "hours",
        "us" | "usec" | "micros" | "microseconds" => "microseconds",
        _ => return None,
    })
}

/// Spellings of a unit; the first is the one for keys.
const SPELLINGS: &[&str] = &[
    "bytes byte",
    "kb kilobytes",
    "mb megabytes",
    "gb gigabytes",
    "tb terabytes",
    "kib",
    "mib",
    "gib",
    "tib",
    "kbps",
    "mbps",
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
];

/// A unit as the end of a key.
pub(super) fn unit_in_key(unit: &str) -> Option<&'static str> {
    let spellings = SPELLINGS.iter().find(|spellings| has(spellings, unit))?;
    spellings.split(' ').next()
}

/// Whether a key names the unit already: `timeout_secs`, `n_bytes`.
pub(super) fn has_unit(key: &[String], unit: &str) -> bool {
    let spellings = SPELLINGS.iter().find(|spellings| has(spellings, unit));
    spellings.is_some_and(|spellings| key.iter().any(|word| has(spellings, word)))
}

pub(super) fn is_role(word: &str) -> bool {
    has(ROLES, word)
}

/// Participles that only lead to a preposition: `located at`.
pub(super) fn is_placing(word: &str) -> bool {
    has("called identified located named situated stored", word)
}

/// Names of how much of something there is.
pub(super) fn is_length(word: &str) -> bool {
    has("count len length size total", word)
}

/// Verbs that lead to how long something took.
pub(super) fn is_measuring(word: &str) -> bool {
    has("spent takes taking took", word)
}

/// Adjectives in `-ing` and `-ed`.
const ADJECTIVES: &str = "\
    corresponding elapsed existing expected failed following given incoming matching missing \
    outgoing pending ping provided remaining requested ring running string thing unexpected";

/// Whether a word reads as the verb of a sentence.
pub(super) fn is_verb(word: &str) -> bool {
    let lower = word.to_lowercase();
    is_auxiliary(&lower)
        || has(VERBS, &lower)
        || is_third_person(&lower)
        || lower == "failed"
        || lower.len() > 4
            && (lower.ends_with("ed") || lower.ends_with("ing"))
            && !has(ADJECTIVES, &lower)
}

/// Whether a word may name a value.
pub(super) fn is_noun(word: &str) -> bool {
    is_content(word)
        && !is_verb(word)
        && !has(OTHERS, word)
        && !has(PREPOSITIONS, word)
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

/// `listen_addr`, `listenAddr`, `LISTEN_ADDR` → `listen`, `addr`.
pub(super) fn split(identifier: &str) -> Vec<String> {
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
                    || before.is_numeric()
                    || before.is_uppercase() && after.is_some_and(|after| after.is_lowercase())
            });
        if starts && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        word.extend(char.to_lowercase());
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Words joined in lowerCamelCase.
pub(super) fn camel<S: AsRef<str>>(words: &[S]) -> String {
    let mut camel = String::new();
    for word in words {
        let mut chars = word.as_ref().chars();
        if camel.is_empty() {
            camel.extend(chars.by_ref().flat_map(char::to_lowercase));
        } else if let Some(first) = chars.next() {
            camel.extend(first.to_uppercase());
            camel.extend(chars);
        }
    }
    camel
}

/// Whether two words are the same but for plural and abbreviation (`addr`, `address`; `replica`, `replicas`).
pub(super) fn are_similar(left: &str, right: &str) -> bool {
    let (left, right) = (left.to_lowercase(), right.to_lowercase());
    let (short, long) = if left.len() <= right.len() { (&left, &right) } else { (&right, &left) };
    short == long
        || short.len() == 1 && long.starts_with(short.as_str())
        || short.len() >= 3 && long.starts_with(short.as_str())
        || short.len() >= 2 && is_abbreviation(short, long)
}

/// `ns` of `namespace`, `cfg` of `configuration`: the letters in order, the first one first.
fn is_abbreviation(short: &str, long: &str) -> bool {
    let mut rest = long.chars();
    short.chars().next() == long.chars().next()
        && short.chars().all(|char| rest.any(|other| other == char))
        && !short.contains(['a', 'e', 'i', 'o', 'u'])
}
