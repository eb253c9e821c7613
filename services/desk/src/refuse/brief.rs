//! How much a refusal says. A status travels in HTTP/2 trailers, of which widespread clients take no more
//! than 8 KiB: one that is longer reaches its caller as a broken stream.

use crate::fields::is_hidden;

/// Bytes of the sentence. It travels twice, once with every byte that is not ASCII written as three.
pub(super) const MESSAGE: usize = 600;
/// Bytes of one field's path, which may hold a key that the caller made up.
pub(super) const FIELD: usize = 120;
/// Bytes of one rule.
pub(super) const RULE: usize = 300;
/// Bytes of all fields and rules together.
pub(super) const DETAILS: usize = 2_500;
/// Bytes of one value for machines.
pub(super) const VALUE: usize = 700;

/// A text with what would deceive the eye written out, not longer than this.
pub(super) fn shown(text: &str, bytes: usize) -> String {
    let plain = |c: char| match is_hidden(c) {
        true => c.escape_unicode().to_string(),
        false => c.to_string(),
    };
    // Nothing beyond the cut is looked at: the text may be the whole request.
    let plain: String = text.chars().take(bytes + 1).map(plain).collect();
    cut(&plain, bytes)
}

/// The text, or as many whole characters as fit, and a sign that there was more.
pub(super) fn cut(text: &str, bytes: usize) -> String {
    if text.len() <= bytes {
        return text.to_owned();
    }
    let mut end = bytes;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}…", &text[..end])
}
