//! The service secretary, ratings and supervision orders.

use super::story::*;
use crate::{
    case::{event::*, service},
    grpc,
};

const SECRETARY: &str = "secretary:s-0012";

fn contact(follow_up: &str, due: &str) -> ContactLogged {
    ContactLogged {
        number: 0,
        secretary: String::new(),
        channel: text("visit"),
        summary: text("用电负荷不足"),
        follow_up: text(follow_up),
        due: text(due),
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

impl Story {
    fn open(&self) -> Vec<String> {
        let open = service::open(&self.case, &bench(self.today));
        open.into_iter().map(|one| format!("{} {}", one.kind, one.key)).collect()
    }
}

#[test]
fn the_handover_lists_everything_that_is_open_by_its_last_day() {
    let story = Story::launched("2022-03-01")
        .learns([prior("S1-06")])
        .then(SECRETARY, contact("增容", "2022-03-10"))
        .then(SECRETARY, contact("", ""))
        .then("agency:BE", order())
        .then(YAMATO, rated("decision", 4))
        .files("S4-16");
    assert_eq!(story.open(), ["follow_up 1", "rating 1", "order 1", "matter S4-16-1"]);
    let to = FollowUpEscalated { number: 1, agency: text("COM"), reason: text("未复") };
    let story = story.then(SECRETARY, to);
    assert_eq!(service::open(&story.case, &bench(story.today))[0].agency, "COM");
    let story = story.then(SECRETARY, FollowUpDone { number: 1, result: text("已增容") });
    assert_eq!(story.open(), ["rating 1", "order 1", "matter S4-16-1"]);
}

#[test]
fn only_the_named_secretary_logs_and_a_key_project_without_one_raises_the_alarm() {
    let story = Story::launched("2022-03-01");
    assert_eq!(story.refused("secretary:s-0099", contact("", "")), "UNKNOWN");
    assert_eq!(story.refused(SECRETARY, contact("增容", "2022-02-28")), "due");
    assert_eq!(story.refused(SECRETARY, contact("", "2022-03-10")), "due");
    assert!(!service::alarm(&story.case));
    let without = ProjectAdmitted { secretary: String::new(), ..admitted() };
    assert!(service::alarm(&story.clone().learns([without.clone().into()]).case));
    let ordinary = ProjectAdmitted { key_project: false, ..without };
    assert!(!service::alarm(&story.learns([ordinary.into()]).case));
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
