//! `Mar 04 05:06:07 node kubelet[259]: ` and the other forms that `journalctl -o` and syslog write.

/// Length of the prefix; 0 where there is none.
pub(super) fn prefix(line: &[u8]) -> usize {
    if !line.first().is_some_and(|first| first.is_ascii_alphanumeric() || b"< ".contains(first)) {
        return 0;
    }
    let near = &line[..line.len().min(400)];
    if let Some(length) = structured(near) {
        return length;
    }
    let words: Vec<(usize, &[u8])> = words(near).take(8).collect();
    let word = |index: usize| words.get(index).map_or(&b""[..], |(_, word)| *word);
    let n_time = match () {
        // `Mar 04 05:06:07`, also with a priority in front: `<30>Mar`.
        () if is_month(without_priority(word(0))) && is_day(word(1)) && is_time(word(2)) => 3,
        // `Wed 2026-03-04 05:06:07 UTC`
        () if is_weekday(word(0)) && is_date(word(1)) && is_time(word(2)) => 4,
        // `2026-03-04T05:06:07+0000`
        () if word(0).get(10) == Some(&b'T')
            && is_date(&word(0)[..10])
            && is_time(&word(0)[11..]) =>
        {
            1
        }
        // `1772600767.089012`
        () if is_seconds(word(0)) => 1,
        () => return 0,
    };
    // The host's name, then the program's: `kubelet[259]:`, `kubelet:`.
    let Some((start, program)) = words.get(n_time + 1) else { return 0 };
    let Some(name) = program.strip_suffix(b":") else { return 0 };
    let is_name = |name: &[u8]| {
        !name.is_empty()
            && name.iter().all(|byte| byte.is_ascii_graphic() && !b"[]\"=:".contains(byte))
    };
    let is_program = match name.strip_suffix(b"]") {
        Some(name) => name.iter().position(|byte| *byte == b'[').is_some_and(|open| {
            is_name(&name[..open]) && name[open + 1..].iter().all(u8::is_ascii_digit)
        }),
        None => is_name(name),
    };
    let end = start + program.len();
    match is_program && line.get(end) == Some(&b' ') {
        true => end + 1,
        false => 0,
    }
}

/// `<30>1 2026-03-04T05:06:07Z node kubelet 259 - [id a="b"] `, as RFC 5424 has it.
fn structured(line: &[u8]) -> Option<usize> {
    if !line.trim_ascii_start().starts_with(b"<") {
        return None;
    }
    let words: Vec<(usize, &[u8])> = words(line).take(7).collect();
    let [(_, version), (_, time), .., (start, _)] = words[..] else { return None };
    let is_head = version.starts_with(b"<") && without_priority(version) == b"1";
    let is_at = time == b"-" || time.get(10) == Some(&b'T') && is_date(&time[..10]);
    if words.len() < 7 || !is_head || !is_at {
        return None;
    }
    let data = line.get(start..)?;
    let length = match data.first()? {
        b'-' => 1,
        b'[' => (1..data.len()).find(|at| {
            data[at - 1] == b']'
                && data[*at] == b' '
                && data.get(at.wrapping_sub(2)) != Some(&b'\\')
        })?,
        _ => return None,
    };
    let mark = b"\xef\xbb\xbf";
    let end = start + length + 1;
    let has_mark = line.get(end..end + mark.len()) == Some(mark);
    let is_apart = line.get(end - 1) == Some(&b' ');
    is_apart.then_some(if has_mark { end + mark.len() } else { end })
}

/// Words and where they begin; several spaces are one.
fn words(line: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut start = 0;
    line.split(|byte| *byte == b' ')
        .map(move |word| {
            let at = start;
            start += word.len() + 1;
            (at, word)
        })
        .filter(|(_, word)| !word.is_empty())
}

fn without_priority(word: &[u8]) -> &[u8] {
    let Some(rest) = word.strip_prefix(b"<") else { return word };
    let n_digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    match (n_digits, rest.get(n_digits)) {
        (1..=3, Some(b'>')) => &rest[n_digits + 1..],
        _ => word,
    }
}

fn is_month(word: &[u8]) -> bool {
    const MONTHS: &[u8] = b"JanFebMarAprMayJunJulAugSepOctNovDec";
    MONTHS.chunks(3).any(|month| month == word)
}

fn is_weekday(word: &[u8]) -> bool {
    b"MonTueWedThuFriSatSun".chunks(3).any(|day| day == word)
}

fn is_day(word: &[u8]) -> bool {
    matches!(word.len(), 1 | 2) && word.iter().all(u8::is_ascii_digit)
}

fn is_date(word: &[u8]) -> bool {
    fits(word, b"0000-00-00") && word.len() == 10
}

/// `05:06:07`, with a fraction or a zone after it.
fn is_time(word: &[u8]) -> bool {
    fits(word, b"00:00:00")
        && word[8..].iter().all(|byte| byte.is_ascii_digit() || b".,+-:Z".contains(byte))
}

fn is_seconds(word: &[u8]) -> bool {
    fits(word, b"0000000000.000000") && word.len() == 17
}

fn fits(word: &[u8], pattern: &[u8]) -> bool {
    word.len() >= pattern.len()
        && word.iter().zip(pattern).all(|(byte, wanted)| match wanted {
            b'0' => byte.is_ascii_digit(),
            wanted => byte == wanted,
        })
}
