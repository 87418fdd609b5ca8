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
    tokens
}

fn split(text: &str, hole_before: bool, hole_after: bool, tokens: &mut Vec<Token>) {
    let chars: Vec<char> = text.chars().collect();
    let mut word = String::new();
    let mut index = 0;
    while index < chars.len() {
        let char = chars[index];
        let before = index.checked_sub(1).map(|before| chars[before]);
        let after = chars.get(index + 1).copied();
        // What touches a hole or a space on one side ends a word.
        let ends = after.is_none_or(char::is_whitespace);
        let begins = before.is_none_or(char::is_whitespace);
        let touches_hole = before.is_none() && hole_before || after.is_none() && hole_after;
        let token = match char {
            // A line that begins with a capital letter is a sentence of its own.
            '\n' if ends_phrase(tokens, &word) && begins_sentence(&chars[index..]) => {
                if !word.is_empty() {
                    tokens.push(Token::Word(std::mem::take(&mut word)));
                }
                tokens.push(Token::Separator(".".into()));
                Some(Token::Space)
            }
            _ if char.is_whitespace() => Some(Token::Space),
            '(' if (after != Some(')')) => Some(Token::Open(char)),
            ')' if before != Some('(') => Some(Token::Close(char)),
            '[' | '{' => Some(Token::Open(char)),
            ']' | '}' => Some(Token::Close(char)),
            '<' | '‘' | '“' if after.is_none() && hole_after => Some(Token::Open(char)),
            '>' | '’' | '”' if before.is_none() && hole_before => Some(Token::Close(char)),
            '"' | '`' => Some(Token::Quote(char)),
            '\'' if !(before.is_some_and(char::is_alphanumeric)
                && after.is_some_and(char::is_alphanumeric)) =>
            {
                Some(Token::Quote(char))
            }
            '-' | '=' if after == Some('>') => {
                index += 1;
                Some(Token::Separator(format!("{char}>")))
            }
            '<' if after == Some('-') => {
                index += 1;
                Some(Token::Separator("<-".into()))
            }
            '!' | '=' if after == Some('=') => {
                index += 1;
                Some(Token::Separator(format!("{char}=")))
            }
            '.' if after == Some('.') => {
                while chars.get(index + 1) == Some(&'.') {
                    index += 1;
                }
                Some(Token::Separator("...".into()))
            }
            '…' => Some(Token::Separator("...".into())),
            // An address stays one word.
            ':' if after == Some('/') && chars.get(index + 2) == Some(&'/') => {
                index += 2;
                word.push_str("://");
                None
            }
            ':' if after == Some(':') => {
                let is_path = word.chars().next().is_some_and(char::is_alphanumeric)
                    && chars.get(index + 2).is_some_and(|next| next.is_alphanumeric());
                index += 1;
                if is_path {
                    word.push_str("::");
                    None
                } else {
                    Some(Token::Separator("::".into()))
                }
            }
            ',' | ';' | '=' | '|' | '→' | '—' | '–' => {
                Some(Token::Separator(char.to_string()))
            }
            ':' if ends
                || touches_hole
                || begins
                || !after.is_some_and(char::is_alphanumeric)
                || before.is_some_and(char::is_alphabetic)
                    && after.is_some_and(char::is_alphanumeric) =>
            {
                Some(Token::Separator(char.to_string()))
            }
            '.' | '!' | '?' if ends || begins && hole_before => {
                Some(Token::Separator(char.to_string()))
            }
            '-' | '/' | '@' | '#' | '%' | '+' | '*' | '&' | '~' | '>' | '<' | '^' | '$' | '\\'
            | '.'
                if touches_hole || begins && ends =>
            {
                Some(Token::Separator(char.to_string()))
            }
            _ => {
                word.push(char);
                None
            }
        };
        if let Some(token) = token {
            if !word.is_empty() {
                tokens.push(Token::Word(std::mem::take(&mut word)));
            }
            if token != Token::Space || tokens.last() != Some(&Token::Space) {
                tokens.push(token);
            }
        }
        index += 1;
    }
    if !word.is_empty() {
        tokens.push(Token::Word(word));
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
