//! The service secretary, ratings and supervision orders.

use super::story::*;
use crate::{case::event::*, grpc};

const SECRETARY: &str = "secretary:s-0012";

fn contact(follow_up: &str, due: &str) -> ContactLogged {
    ContactLogged {
        number: 0,
        secretary: String::new(),
        channel: text("visit"),
        summary: text("用电负荷不足"),
        follow_up: text(follow_up),
        due: due.parse().ok(),
    }
}

fn rated(step: &str, grade: u32) -> Rated {
    Rated {
        number: 0,
        rater: String::new(),
        matter: text("projects/yamato/matters/S1-05-1"),
        agency: text("MR"),
        step: text(step),
        grade,
        remark: String::new(),
    }
}

fn order() -> OrderIssued {
    OrderIssued {
        number: 0,
        issuer: String::new(),
        agency: text("HC"),
        subject: text("道路通至东门"),
        cause: text("promise 1"),
        due: day("2022-03-31"),
    }
}

#[test]
fn what_a_contact_left_to_do_is_brought_to_an_agency_and_done() {
    let story = Story::launched("2022-03-01").then(SECRETARY, contact("增容", "2022-03-10"));
    let to = FollowUpEscalated { number: 1, agency: text("COM"), reason: text("未复") };
    let story = story.then(SECRETARY, to);
    assert_eq!(story.case.contacts[0].brought, [(day("2022-03-01"), text("COM"))]);
    let story = story.then(SECRETARY, FollowUpDone { number: 1, result: text("已增容") });
    assert_eq!(story.case.contacts[0].done, Some((day("2022-03-01"), text("已增容"))));
}

#[test]
fn only_the_named_secretary_logs() {
    let story = Story::launched("2022-03-01");
    assert_eq!(story.refused("secretary:s-0099", contact("", "")), "UNKNOWN");
    assert_eq!(story.refused(SECRETARY, contact("增容", "2022-02-28")), "due");
    assert_eq!(story.refused(SECRETARY, contact("", "2022-03-10")), "due");
}

/// Rated on 1 March 2022: the fifteenth working day is 22 March.
#[test]
fn a_bad_rating_is_mended_in_fifteen_working_days_and_its_rater_is_hidden() {
    let story = Story::launched("2022-03-01")
        .then(YAMATO, rated("acceptance", 3))
        .then(YAMATO, rated("decision", 4));
    let dues: Vec<_> = story.case.ratings.iter().map(|one| one.due(&bench(story.today))).collect();
    assert_eq!(dues, [None, Some(day("2022-03-22"))]);
    assert!(story.refused(YAMATO, rated("decision", 1)).starts_with("RATED"));
    assert_eq!(story.refused(YAMATO, rated("delivery", 6)), "grade");
    assert_eq!(story.refused("agency:MR", rated("delivery", 1)), "NOT_YOURS");
    let seen = |principal: &str| {
        let (caller, bench) = (who(principal), bench(story.today));
        let by = grpc::View { caller: &caller, bench: &bench };
        grpc::service::rating(&story.case.ratings[1], &by).unwrap().rated.unwrap().rater
    };
    assert_eq!((seen("agency:MR"), seen("agency:BE")), (String::new(), text(YAMATO)));
    let mended = RatingAnswered { number: 2, answer: text("已回访并整改") };
    assert_eq!(story.refused("agency:EE", mended.clone()), "NOT_YOURS");
    let story = story.then("agency:MR", mended.clone());
    assert_eq!(story.refused("agency:MR", mended), "EXISTS");
}

#[test]
fn an_order_is_closed_by_who_issued_it_and_only_on_evidence() {
    let closed = || OrderClosed { number: 1, result: text("已通") };
    let story = Story::launched("2022-03-01").then("agency:BE", order());
    assert!(story.refused("agency:BE", closed()).starts_with("NO_EVIDENCE"));
    let shown = OrderEvidenced { number: 1, evidence: text("竣工照片") };
    assert_eq!(story.refused("agency:BE", shown.clone()), "NOT_YOURS");
    let story = story.then("agency:HC", shown);
    assert_eq!(story.refused("agency:HC", closed()), "NOT_YOURS");
    let story = story.then("agency:BE", closed());
    assert_eq!(story.refused("agency:BE", closed()), "EXISTS");
}
