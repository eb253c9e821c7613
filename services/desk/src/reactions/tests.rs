//! The keys of reactions.

use super::*;

#[test]
fn each_log_has_its_own_reactions_and_what_comes_after_a_restore_is_new() {
    let at = |epoch, position| Token { log: "planning".to_owned(), epoch, position };
    assert_eq!(key(&at(1, 50)), "react.planning.1.50");
    assert_eq!(place("planning", &key(&at(1, 50))), Some(at(1, 50)));
    assert!(at(1, 41) < at(1, 50), "reacted to");
    assert!(at(2, 41) > at(1, 50), "in the place of what was lost");
    assert_eq!(place("planning", "call-0000000000000001"), None);
    assert_eq!(place("planning", "react.planning.1"), None);
    assert_eq!(place("planning", "react.aftercare.1.50"), None, "of another log");
}
