//! Appending short pieces to a buffer: room is looked for once for all of them, none of them is a call of `memcpy`, and
//! whether a text has to be quoted is found on the way.
//!
//! A line consists of a dozen pieces of a few bytes, so that `Vec::extend_from_slice`, which checks the room and calls
//! `memcpy` for each, costs more than all the rest of an encoder.

use super::{odd::Odd, pieces::Pieces};

/// Appends the pieces, one after the other.
#[inline(always)]
pub(crate) fn append(out: &mut Vec<u8>, pieces: impl Pieces) {
    let _ = append_if_plain(out, pieces);
}

/// Appends the pieces if all texts among them are plain; else it appends nothing and says so.
#[inline(always)]
#[must_use = "if it says no, nothing was appended"]
pub(crate) fn append_if_plain(out: &mut Vec<u8>, pieces: impl Pieces) -> bool {
    out.reserve(pieces.room());
    let mut cursor = Cursor::new(out);
    let is_done = cursor.put(pieces);
    cursor.finish();
    is_done
}

/// The end of a buffer, at which pieces are put.
///
/// It is a local variable, which the compiler keeps in registers, where a `Vec` after a reference is read and written for
/// each piece. What was put is part of the buffer after [`Cursor::finish`] or within [`Cursor::with`].
pub(crate) struct Cursor<'a> {
    out: &'a mut Vec<u8>,
    /// Where the next piece goes: within the buffer's room, and all bytes before it are written.
    at: *mut u8,
    /// Where the room ends.
    end: *mut u8,
}

impl<'a> Cursor<'a> {
    #[inline(always)]
    pub(crate) fn new(out: &'a mut Vec<u8>) -> Self {
        let (at, end) = ends(out);
        Cursor { out, at, end }
    }

    /// Puts the pieces if there is room and all texts among them are plain; else it puts nothing and says so.
    ///
    /// So it calls no function. Where it says no, another function does what is right within [`Cursor::with`].
    #[inline(always)]
    #[must_use = "if it says no, nothing was put"]
    pub(crate) fn put(&mut self, pieces: impl Pieces) -> bool {
        if pieces.room() > self.end.addr() - self.at.addr() {
            return false;
        }
        // SAFETY: there is room for all bytes. The buffer is borrowed mutably, so that no piece overlaps it. Where a text
        // is not plain, what was written is after the end.
        unsafe {
            let (at, odd) = pieces.write(self.at, Odd::NONE);
            if odd.is_none() {
                self.at = at;
            }
            odd.is_none()
        }
    }

    /// Appends bytes.
    #[inline(always)]
    pub(crate) fn append(&mut self, bytes: &[u8]) {
        if !self.put(bytes) {
            self.with(|out| extend(out, bytes));
        }
    }

    /// How many bytes the buffer has with what was put.
    #[inline(always)]
    pub(crate) fn position(&self) -> usize {
        self.at.addr() - self.out.as_ptr().addr()
    }

    /// Lets `f` append to the buffer, in which is what was put.
    #[inline(always)]
    pub(crate) fn with<R>(&mut self, f: impl FnOnce(&mut Vec<u8>) -> R) -> R {
        self.set_len();
        let result = f(self.out);
        // If `f` panics, nothing more is put.
        (self.at, self.end) = ends(self.out);
        result
    }

    /// Makes what was put part of the buffer, so that it stays when a value panics; says how many bytes it has.
    #[inline(always)]
    pub(crate) fn commit(&mut self) -> usize {
        self.set_len();
        self.out.len()
    }

    /// Makes what was put part of the buffer.
    #[inline(always)]
    pub(crate) fn finish(self) {
        let mut this = self;
        this.set_len();
    }

    #[inline(always)]
    fn set_len(&mut self) {
        // SAFETY: `at` lies within the room of this buffer, after bytes that are written.
        unsafe {
            let len = self.at.offset_from_unsigned(self.out.as_ptr());
            self.out.set_len(len);
        }
    }
}

/// Where the buffer's bytes and where its room ends.
#[inline(always)]
fn ends(out: &mut Vec<u8>) -> (*mut u8, *mut u8) {
    let (len, capacity) = (out.len(), out.capacity());
    let start = out.as_mut_ptr();
    // SAFETY: both are within the buffer's allocation, or after its last byte.
    unsafe { (start.add(len), start.add(capacity)) }
}

#[cold]
#[inline(never)]
fn extend(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::{
        super::pieces::{IfPlain, Padded31, Prefix16, Short8, is_plain},
        Cursor, append, append_if_plain,
    };

    /// Every length of pieces around the bounds of the copies, in a buffer without room to spare.
    #[test]
    fn pieces_follow_each_other() {
        let source: Vec<u8> = (0..=255).chain(0..=255).collect();
        for first in (0..70).chain([255, 256, 257, 270]) {
            for second in [0, 1, 2, 3, 4, 7, 8, 15, 16, 29] {
                let pieces = [&source[..first], &source[first..first + second], b"\n"];
                let mut line = b"before".to_vec();
                line.shrink_to_fit();
                append(&mut line, (pieces[0], pieces[1], pieces[2]));
                assert_eq!(line, [b"before", pieces[0], pieces[1], pieces[2]].concat());
            }
        }
    }

    /// Pieces that are written with more than their own bytes, in buffers of every size up to one that has room.
    #[test]
    fn a_cursor_stays_within_its_room() {
        let head = Padded31::new(b" controller=").expect("it is short");
        let few = Short8 { bytes: *b"12345678", len: 3 };
        for capacity in 0..120 {
            let mut line = Vec::with_capacity(capacity);
            let capacity = line.capacity();
            let mut cursor = Cursor::new(&mut line);
            let has_room = cursor.put((Prefix16::<6>(b"before what end\n"), &head, few, b";"));
            cursor.append(b"after");
            cursor.with(|out| out.push(b'.'));
            cursor.finish();
            assert_eq!(has_room, capacity > 16 + 31 + 8);
            let expected = if has_room { "before controller=123;after." } else { "after." };
            assert_eq!(String::from_utf8(line).as_deref(), Ok(expected));
        }
        assert!(Padded31::new(&[b'a'; 31]).is_some() && Padded31::new(&[b'a'; 32]).is_none());
    }

    /// Every character up to U+00FF at every place of texts of every length up to four chunks.
    #[test]
    fn an_odd_byte_is_found_wherever_it_stands() {
        for length in (0..=64).chain([255, 256, 257, 300]) {
            for at in 0..length {
                for char in '\0'..='\u{ff}' {
                    let mut text = "a".repeat(length);
                    text.replace_range(at..=at, char.encode_utf8(&mut [0; 2]));
                    let expected = matches!(char, ' '..='~') && !matches!(char, '"' | '\\');
                    let mut line = b"=".to_vec();
                    let appended = append_if_plain(&mut line, (IfPlain(&text), b";"));
                    assert_eq!(
                        (appended, is_plain(text.as_bytes())),
                        (expected, expected),
                        "{text:?}"
                    );
                    let line_after = if expected { format!("={text};") } else { "=".to_owned() };
                    assert_eq!(line, line_after.as_bytes());
                }
            }
        }
    }
}
