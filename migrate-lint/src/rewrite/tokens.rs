//! A message as tokens, so that what served a value can go with it.

/// A token of a message.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A word, with what belongs into it (`don't`, `virtio-mem`, `0x01`).
    Word(String),
    /// White space.
    Space,
    /// `:`, `=`, `,`, `->` and the like.
    Separator(String),
    /// `(`, `[`, `{`, `<`.
    Open(char),
    /// `)`, `]`, `}`, `>`.
    Close(char),
    /// `'`, `"`, `` ` ``.
    Quote(char),
    /// A value, by its index.
    Hole(usize),
}

/// A piece of a message, as the fix sees it.
#[derive(Clone, Debug)]
pub(super) enum MessagePart {
    Text(String),
    Hole(usize),
}

/// Splits a message; line breaks and tabs count as spaces.
pub(super) fn tokens(parts: &[MessagePart]) -> Vec<Token> {
    let mut tokens = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        match part {
            MessagePart::Hole(hole) => tokens.push(Token::Hole(*hole)),
            MessagePart::Text(text) => {
                let hole_before = index > 0;
                let hole_after = index + 1 < parts.len();
                split(text, hole_before, hole_after, &mut tokens);
            }
        }
    }
    join_dimensions(&mut tokens);
    tokens
}

/// `{} x {}`: a sign, no word.
fn join_dimensions(tokens: &mut [Token]) {
    let holes_around = |tokens: &[Token], at: usize| {
        let is_hole = |token: Option<&Token>| matches!(token, Some(Token::Hole(_)));
        let mut before = tokens[..at].iter().rev().filter(|token| **token != Token::Space);
        let mut after = tokens[at + 1..].iter().filter(|token| **token != Token::Space);
        is_hole(before.next()) && is_hole(after.next())
    };
    for at in 0..tokens.len() {
        let is_sign = matches!(&tokens[at], Token::Word(word) if word == "x" || word == "\u{d7}");
        if is_sign && holes_around(tokens, at) {
            tokens[at] = Token::Separator("/".into());
        }
    }
}

fn split(text: &str, hole_before: bool, hole_after: bool, tokens: &mut Vec<Token>) {
    let chars: Vec<char> = text.chars().collect();
    let mut word = String::new();
    let mut index = 0;
    while index < chars.len() {
        let around = Around::of(&chars, index, hole_before, hole_after);
        let (token, n_chars) = if chars[index] == '\n'
            && ends_phrase(tokens, &word)
            && begins_sentence(&chars[index..])
        {
            // A line that begins with a capital letter is a sentence of its own.
            push_word(&mut word, tokens);
            tokens.push(Token::Separator(".".into()));
            (Some(Token::Space), 1)
        } else {
            match around.long(&chars[index..], &mut word) {
                Some(found) => found,
                None => (around.bracket().or_else(|| around.sign()), 1),
            }
        };
        match token {
            Some(token) => {
                push_word(&mut word, tokens);
                if token != Token::Space || tokens.last() != Some(&Token::Space) {
                    tokens.push(token);
                }
            }
            // What is no token of its own is a letter, or has gone into the word.
            None if n_chars == 1 => word.push(chars[index]),
            None => {}
        }
        index += n_chars;
    }
    push_word(&mut word, tokens);
}

fn push_word(word: &mut String, tokens: &mut Vec<Token>) {
    if !word.is_empty() {
        tokens.push(Token::Word(std::mem::take(word)));
    }
}

/// A character with its neighbours.
struct Around {
    char: char,
    before: Option<char>,
    after: Option<char>,
    hole_before: bool,
    hole_after: bool,
}

impl Around {
    fn of(chars: &[char], index: usize, hole_before: bool, hole_after: bool) -> Self {
        Self {
            char: chars[index],
            before: index.checked_sub(1).map(|before| chars[before]),
            after: chars.get(index + 1).copied(),
            hole_before,
            hole_after,
        }
    }

    /// Separators of several characters, and what stays a part of the word although it has signs: the token and how many
    /// characters it takes.
    fn long(&self, rest: &[char], word: &mut String) -> Option<(Option<Token>, usize)> {
        let separator = |text: String, length| Some((Some(Token::Separator(text)), length));
        let char = self.char;
        // `row(s)`, `box(es)`.
        if char == '(' && word.chars().next_back().is_some_and(char::is_alphabetic) {
            let plural = [&['(', 's', ')'][..], &['(', 'e', 's', ')']];
            if let Some(end) = plural.into_iter().find(|end| rest.starts_with(end)) {
                word.extend(end);
                return Some((None, end.len()));
            }
        }
        match (char, self.after) {
            ('-' | '=', Some('>')) => separator(format!("{char}>"), 2),
            ('<', Some('-' | '=')) if rest.get(2) == Some(&'>') => separator("<->".into(), 3),
            ('<', Some('-')) => separator("<-".into(), 2),
            ('!' | '=', Some('=')) => separator(format!("{char}="), 2),
            ('.', Some('.')) => {
                let length = rest.iter().take_while(|char| **char == '.').count();
                separator("...".into(), length)
            }
            // An address stays one word.
            (':', Some('/')) if rest.get(2) == Some(&'/') => {
                word.push_str("://");
                Some((None, 3))
            }
            (':', Some(':')) => {
                let is_path = word.chars().next().is_some_and(char::is_alphanumeric)
                    && rest.get(2).is_some_and(|next| next.is_alphanumeric());
                if is_path {
                    word.push_str("::");
                    return Some((None, 2));
                }
                separator("::".into(), 2)
            }
            _ => None,
        }
    }

    /// Spaces, brackets and quotes.
    fn bracket(&self) -> Option<Token> {
        let Self { char, before, after, hole_before, hole_after } = *self;
        let is_letter = |char: Option<char>| char.is_some_and(char::is_alphanumeric);
        match char {
            _ if char.is_whitespace() => Some(Token::Space),
            '(' if after != Some(')') => Some(Token::Open(char)),
            ')' if before != Some('(') => Some(Token::Close(char)),
            '[' | '{' => Some(Token::Open(char)),
            ']' | '}' => Some(Token::Close(char)),
            '<' | '‘' | '“' if after.is_none() && hole_after => Some(Token::Open(char)),
            '>' | '’' | '”' if before.is_none() && hole_before => Some(Token::Close(char)),
            '"' | '`' => Some(Token::Quote(char)),
            '\'' if !(is_letter(before) && is_letter(after)) => Some(Token::Quote(char)),
            _ => None,
        }
    }

    /// A separator of one character. What touches a hole or a space on one side ends a word.
    fn sign(&self) -> Option<Token> {
        let Self { char, before, after, hole_before, hole_after } = *self;
        let ends = after.is_none_or(char::is_whitespace);
        let begins = before.is_none_or(char::is_whitespace);
        let touches_hole = before.is_none() && hole_before || after.is_none() && hole_after;
        let is_separator = match char {
            '…' => return Some(Token::Separator("...".into())),
            ',' | ';' | '=' | '|' | '→' | '—' | '–' => true,
            ':' => {
                ends || touches_hole
                    || begins
                    || !after.is_some_and(char::is_alphanumeric)
                    || before.is_some_and(char::is_alphabetic)
            }
            '.' | '!' | '?' if ends || begins && hole_before => true,
            // `waiting for- {}`.
            '-' if ends && before.is_some_and(char::is_alphabetic) => true,
            '-' | '/' | '@' | '#' | '%' | '+' | '*' | '&' | '~' | '>' | '<' | '^' | '$' | '\\'
            | '.' => touches_hole || begins && ends,
            _ => false,
        };
        is_separator.then(|| Token::Separator(char.to_string()))
    }
}

/// Whether words or a value stand before this place, and no punctuation.
fn ends_phrase(tokens: &[Token], word: &str) -> bool {
    !word.is_empty()
        || matches!(
            tokens.iter().rfind(|token| **token != Token::Space),
            Some(Token::Word(_) | Token::Hole(_) | Token::Close(_) | Token::Quote(_))
        )
}

fn begins_sentence(chars: &[char]) -> bool {
    chars.iter().find(|char| !char.is_whitespace()).is_some_and(|char| char.is_uppercase())
}

/// Puts tokens together again: single spaces, none before punctuation.
pub(super) fn join(tokens: &[Token]) -> String {
    let mut text = String::new();
    let mut space = false;
    for token in tokens {
        match token {
            Token::Space => space = !text.is_empty(),
            Token::Hole(_) => {}
            Token::Separator(separator) => {
                let hugs =
                    matches!(separator.as_str(), "," | ";" | "." | ":" | "!" | "?" | "..." | "::");
                if space && !hugs {
                    text.push(' ');
                }
                text.push_str(separator);
                space = false;
            }
            Token::Close(char) => {
                text.push(*char);
                space = false;
            }
            Token::Word(_) | Token::Open(_) | Token::Quote(_) => {
                if space && !text.ends_with(['(', '[', '{']) {
                    text.push(' ');
                }
                space = false;
                match token {
                    Token::Word(word) => text.push_str(word),
                    Token::Open(char) | Token::Quote(char) => text.push(*char),
                    _ => {}
                }
            }
        }
    }
    text
}
