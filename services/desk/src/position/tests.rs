//! Tokens of one log against each other.

use super::*;

/// Whatever their order: an older token hides no newer one, and a position of an earlier epoch, which the log may
/// never come to again, no later one.
#[test]
fn of_the_tokens_of_a_log_the_latest_counts() {
    let mut texts = ["intake:1:7", "planning:1:42", "planning:2:3", "intake:1:9", "intake:1:8"];
    for _ in 0..texts.len() {
        texts.rotate_left(1);
        let heard = latest(parse(&texts.map(str::to_owned)).unwrap());
        assert_eq!(heard, BTreeMap::from([("intake".into(), 9), ("planning".into(), 3)]));
    }
}
