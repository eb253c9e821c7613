//! Who may apply for what, and what keeps a matter from going on.

use super::story::*;
use crate::case::{decide, event::Fact};
use desk::matters::Form;
use rulebook::{
    consultation::Opinion,
    matter::{Act, Material},
};

fn stopped(reason: &str) -> Fact {
    Fact::Standing { may_proceed: false, reason: reason.to_owned() }
}

fn going_on() -> Fact {
    Fact::Standing { may_proceed: true, reason: String::new() }
}

#[test]
fn nothing_is_received_before_the_project_has_its_code() {
    let story = Story::unknown("2022-03-21");
    let refused = reason(story.file(&[apply("S2-03")]));
    assert_eq!(refused, "NO_PROJECT_CODE 发改投资〔2020〕1439号 art. 4");
    let story = Story::factory("2022-03-21", &[]).files(&["S2-03"]);
    assert_eq!(story.matter("S2-03-1").received_on, day("2022-03-21"));
}

#[test]
fn a_form_is_not_older_than_the_code() {
    let story = Story::factory("2022-04-06", &[]).on("2022-04-11");
    let dated = |on: &str| {
        let (project, occurred_on) = ("yamato".to_owned(), Some(day(on)));
        let form =
            Form { project, occurred_on, applications: vec![apply("S2-03")], heard: Vec::new() };
        decide::file(&story.case, &form, &bench(story.today))
    };
    let refused = reason(dated("2022-04-05"));
    assert_eq!(refused, "NO_PROJECT_CODE 发改投资〔2020〕1439号 art. 4");
    assert!(dated("2022-04-06").is_ok());
    let mut moved = admitted();
    moved.district = "210211".to_owned();
    let story = story.clone().learns([Fact::Admitted(moved)]);
    assert_eq!(story.case.admitted_on, Some(day("2022-04-06")), "a change is no second admission");
}

#[test]
fn a_stopped_project_opens_nothing_and_is_granted_nothing_until_it_may_go_on() {
    let story = Story::factory("2022-03-21", &[]).files(&["S2-03"]).accepted("S2-03-1");
    let halted = story.on("2022-03-22").learns([stopped("the security review is pending")]);
    let stop = "PROJECT_STOPPED 外商投资法实施条例 art. 34";
    assert_eq!(reason(halted.file(&[apply("S2-11")])), stop);
    let granting = grant("S2-03-1");
    assert_eq!(reason(halted.try_act("S2-03-1", granting.clone(), &agency("NR"))), stop);
    let refused = halted.acting("S2-03-1", refuse());
    assert_eq!(refused.len(), 1, "a refusal needs no standing");
    let on = halted.on("2022-03-23").learns([going_on()]).act("S2-03-1", granting);
    assert!(on.matter("S2-03-1").is_in_force());
}

#[test]
fn silence_grants_nothing_to_a_stopped_project() {
    let facts = [("eia_class", "form"), ("eia_re_review", "yes")];
    let story = Story::factory("2022-04-06", &facts).files(&["S2-09"]).accepted("S2-09-1");
    let halted = story.on("2022-05-06").learns([stopped("the security review is pending")]);
    let clock = desk::caller::Caller::system("clock");
    let stop = "PROJECT_STOPPED 外商投资法实施条例 art. 34";
    assert_eq!(reason(halted.try_act("S2-09-1", Act::DeemGranted, &clock)), stop);
    let on = halted.learns([going_on()]).act("S2-09-1", Act::DeemGranted);
    assert!(on.matter("S2-09-1").is_in_force());
}

#[test]
fn silence_accepts_nothing_of_a_stopped_project_and_no_card_is_collected() {
    // Received on Monday 2022-03-21; the five working days for corrections end on the 28th.
    let facts = [("eia_class", "form"), ("eia_re_review", "yes")];
    let story = Story::factory("2022-03-21", &facts).files(&["S2-09"]);
    let halted = story.clone().on("2022-03-22");
    let late = halted.learns([stopped("the security review is pending")]).on("2022-03-29");
    let clock = desk::caller::Caller::system("clock");
    let stop = "PROJECT_STOPPED 外商投资法实施条例 art. 34";
    assert_eq!(reason(late.try_act("S2-09-1", Act::DeemAccepted, &clock)), stop);
    assert!(late.alarms().is_empty(), "{:?}", late.alarms());
    // Without the stop there would be one.
    let missed = "S2-09-1/yellow.acceptance.2022-03-28".to_owned();
    assert!(story.on("2022-03-29").alarms().contains(&missed));
    // What ran out in the stop is never counted, what runs out after it is.
    let on = late.learns([going_on()]).on("2022-03-30").act("S2-09-1", Act::DeemAccepted);
    let due = on.on("2022-12-30").alarms();
    assert!(!due.contains(&missed), "{due:?}");
    assert!(due.iter().any(|key| key.starts_with("S2-09-1/red.statutory.")), "{due:?}");
}

#[test]
fn the_reason_of_the_stop_is_told() {
    let why = "the negative list refuses it: item 3 (外商投资法实施条例 art. 34)";
    let story = Story::factory("2022-03-21", &[]).learns([stopped(why)]);
    let desk::refuse::Refusal::Rule { en, zh, .. } = story.file(&[apply("S2-03")]).unwrap_err()
    else {
        panic!("a rule refuses it")
    };
    assert!(en.contains(why) && zh.contains(why));
}

#[test]
fn one_form_opens_many_matters_or_none_and_says_everything_at_once() {
    let story = Story::factory("2022-04-06", &[]).granted("S2-03").granted("S2-04");
    let story = story.files(&["S2-05", "S2-11", "S2-21"]);
    let open: Vec<String> = story.case.matters.keys().map(ToString::to_string).collect();
    assert_eq!(open, ["S2-03-1", "S2-04-1", "S2-05-1", "S2-11-1", "S2-21-1"]);
    let refused = story.file(&[apply("S2-05"), apply("S2-06"), apply("S2-12")]).unwrap_err();
    let desk::refuse::Refusal::Rule { details, .. } = refused else { panic!("{refused:?}") };
    assert_eq!(
        details,
        [(
            "refusals",
            "S2-05:MATTER_OPEN,S2-06:PREREQUISITE_MISSING,S2-12:ITEM_NOT_CONCERNED".to_owned()
        )]
    );
}

#[test]
fn a_later_permit_rests_on_what_is_in_force_here_and_at_intake() {
    let story = Story::factory("2022-04-06", &[]);
    let needs = "PREREQUISITE_MISSING 国办发〔2019〕11号 (四)";
    assert_eq!(reason(story.file(&[apply("S2-05")])), needs);
    let story = story.granted("S2-03").granted("S2-04");
    assert!(story.file(&[apply("S2-05")]).is_ok());
    let ended = story.on("2022-04-07").learns([prior("S1-08", false)]);
    assert_eq!(reason(ended.file(&[apply("S2-05")])), needs, "the filing was revoked");
    let again = ended.learns([Fact::PriorMatter {
        matter: "projects/yamato/matters/S1-08-2".to_owned(),
        item: "S1-08".to_owned(),
        in_force: true,
    }]);
    assert!(again.file(&[apply("S2-05")]).is_ok(), "filed anew");
}

#[test]
fn what_is_not_known_is_asked_before_anything_is_opened() {
    let story = Story::admitted("2022-03-21");
    let refused = reason(story.file(&[apply("S2-03")]));
    assert_eq!(refused, "FACTS_MISSING 国办发〔2019〕11号 (八)");
}

#[test]
fn what_the_platform_holds_is_neither_taken_nor_asked_for() {
    let held = "HELD_MATERIAL 大政发〔2020〕24号 (十九)";
    let story = Story::factory("2022-04-06", &[]).granted("S2-03").granted("S2-04");
    let contract = Material { key: "transfer_contract".to_owned(), sha256: None, version: 0 };
    let mut form = apply("S2-05");
    form.materials = vec![contract];
    assert_eq!(reason(story.file(&[form])), held, "it came out of S2-04");
    let story = story.files(&["S2-05"]);
    let asks = |material| story.try_act("S2-05-1", correct(material), &agency("NR"));
    assert_eq!(reason(asks("transfer_contract")), held);
    assert_eq!(reason(asks("business_licence")), held, "the registry shares it");
    assert!(asks("form_p1").is_ok(), "the applicant's own");
}

#[test]
fn only_whose_act_it_is_may_do_it() {
    let story = Story::factory("2022-04-06", &[]).files(&["S2-03"]);
    let accept = || Act::Accept { document: String::new() };
    assert_eq!(reason(story.try_act("S2-03-1", accept(), &agency("HC"))), "NOT_YOURS");
    assert_eq!(reason(story.try_act("S2-03-1", accept(), &enterprise())), "NOT_YOURS");
    assert_eq!(reason(story.try_act("S2-04-1", accept(), &agency("NR"))), "UNKNOWN");
    assert!(story.try_act("S2-03-1", accept(), &agency("NR")).is_ok());
}

#[test]
fn an_objection_keeps_the_permit_back_until_it_is_withdrawn() {
    let story = Story::factory("2022-04-06", &[]).granted("S2-03").granted("S2-04");
    let story = story.files(&["S2-05"]).accepted("S2-05-1");
    let story = story.act("S2-05-1", Act::RequestOpinions { opinions: Vec::new() });
    let story = story
        .act("S2-05-1", opinion("planning_permit", Opinion::Consents))
        .act("S2-05-1", opinion("land_approval", Opinion::Consents))
        .act("S2-05-1", opinion("site_ready", Opinion::Objects("地上物未拆除".to_owned())));
    let refused = reason(story.try_act("S2-05-1", grant("S2-05-1"), &agency("NR")));
    assert!(refused.starts_with("OPINIONS_OBJECT"), "{refused}");
    assert_eq!(story.certificate("S2-05-1"), None);
}
