//! The keys of reactions.

use super::*;

#[test]
fn each_log_has_its_own_reactions_and_what_comes_after_a_restore_is_new() {
    let planning = prefix("planning");
    assert_eq!(planning, "react.planning.");
    assert_eq!(place(&planning, &key(&planning, (1, 50))), Some((1, 50)));
    assert!((1, 41) < (1, 50), "reacted to");
    assert!((2, 41) > (1, 50), "in the place of what was lost");
    assert_eq!(place(&planning, "call-0000000000000001"), None);
    assert_eq!(place(&planning, "react.planning.1"), None);
    assert_eq!(place(&planning, "react.aftercare.1.50"), None, "of another log");
}
