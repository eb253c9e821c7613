//! Explanations on real days, and a checker that believes none of them.

mod checker;

use super::*;
use crate::tests::story::{
    Story, accept, bench, correct, day, deliver, extend, grant, hearing, hearing_over,
};
use proto::{matter::v1::DeadlineKind as Kind, r#type::v1 as ty};
use rulebook::{
    clock::Notice,
    matter::{Act, Check, Commitment, Track, WaitsFor},
};

fn ask(
    story: &Story,
    id: &str,
    kind: Kind,
    as_of: &str,
) -> Result<ExplainDeadlineResponse, String> {
    let request = ExplainDeadlineRequest {
        name: format!("projects/p-yamato/matters/{id}"),
        kind: kind.into(),
        calendar_as_of: as_of.to_owned(),
        ..Default::default()
    };
    let mut violations = Vec::new();
    let question = Question::of(&request, story.today, &mut violations);
    if let Some(violation) = violations.first() {
        return Err(format!("{}: {}", violation.field, violation.rule));
    }
    question.answer(&story.project, &bench(story.today)).map_err(|refusal| format!("{refusal:?}"))
}

fn explain(story: &Story, id: &str, kind: Kind) -> ExplainDeadlineResponse {
    ask(story, id, kind, "").unwrap()
}

fn due(explained: &ExplainDeadlineResponse) -> String {
    checker::derive(explained).unwrap()
}

fn under_review() -> Story {
    Story::admitted("2022-03-01").on("2022-04-06").files("S2-05").act("S2-05-1", accept())
}

#[test]
fn twenty_working_days_over_labour_day_are_shown_one_by_one() {
    let explained = explain(&under_review(), "S2-05-1", Kind::Statutory);
    assert_eq!(due(&explained), "2022-05-06");
    let line = |date: &str| {
        let day = explained.days.iter().find(|day| day.date == date).unwrap();
        format!("{} {} | {}", day.counted, day.reason, day.citation)
    };
    assert_eq!(line("2022-04-06"), "false the day of the start is not counted | 民法典 art. 201");
    assert_eq!(
        line("2022-04-24"),
        "true day 13 of 20, working day: 劳动节 调休, a weekend day made up | 行政许可法 art. 42"
    );
    assert!(line("2022-05-02").starts_with("false rest day: 劳动节"));
    assert_eq!(explained.days.len(), 31);
    assert_eq!(explained.rule_edition, "2019-2");
    assert_eq!(explained.extension, None);
    assert!(!explained.deadline.unwrap().provisional);
}

#[test]
fn an_agency_that_is_asked_can_prove_its_own_limit() {
    let ask_all = Act::RequestOpinions { opinions: Vec::new() };
    let story = under_review();
    assert!(ask(&story, "S2-05-1", Kind::Opinion, "").unwrap_err().contains("NO_DEADLINE"));
    let story = story.on("2022-04-07").act("S2-05-1", ask_all);
    let explained = explain(&story, "S2-05-1", Kind::Opinion);
    let said = explained.deadline.clone().unwrap();
    // One day, but two for site_ready: 8 and 11 April. Of several due on one day the first by key.
    assert_eq!(
        (said.opinion.as_str(), due(&explained)),
        ("land_approval", "2022-04-08".to_owned())
    );
    let open = |story: &Story| {
        let shown = story.status().matters[0].matter.clone().unwrap().deadlines;
        let opinions = shown.into_iter().filter(|one| one.kind() == Kind::Opinion);
        opinions.map(|one| format!("{} {}", one.opinion, one.due_on)).collect::<Vec<_>>()
    };
    let all = ["land_approval 2022-04-08", "planning_permit 2022-04-08", "site_ready 2022-04-11"];
    assert_eq!(open(&story), all);
    let given = Act::GiveOpinion {
        key: "land_approval".to_owned(),
        opinion: rulebook::consultation::Opinion::Consents,
        document: String::new(),
    };
    let story = story.on("2022-04-08").act("S2-05-1", given);
    assert_eq!(open(&story), all[1..]);
    let first = explain(&story, "S2-05-1", Kind::Opinion).deadline.unwrap();
    assert_eq!(first.opinion, "planning_permit");
    let named = |kind: Kind, opinion: &str| {
        let request = ExplainDeadlineRequest {
            name: "projects/p-yamato/matters/S2-05-1".to_owned(),
            kind: kind.into(),
            opinion: opinion.to_owned(),
            ..Default::default()
        };
        let mut violations = Vec::new();
        let question = Question::of(&request, story.today, &mut violations);
        let answer = question.answer(&story.project, &bench(story.today));
        (violations.pop().map(|one| one.field), answer.ok().and_then(|told| told.deadline))
    };
    let (_, answered) = named(Kind::Opinion, "land_approval");
    assert_eq!(answered.unwrap().done_on, "2022-04-08", "what was answered stays provable");
    assert_eq!(named(Kind::Opinion, "feng_shui"), (None, None));
    assert_eq!(named(Kind::Statutory, "site_ready").0, Some("opinion".to_owned()));
}

#[test]
fn each_kind_of_deadline_can_be_asked_for_once_it_has_begun() {
    let committed = Kind::Committed;
    let story = under_review();
    assert_eq!(due(&explain(&story, "S2-05-1", committed)), "2022-04-11");
    assert_eq!(due(&explain(&story, "S2-05-1", Kind::Acceptance)), "2022-04-13");
    assert!(ask(&story, "S2-05-1", Kind::Delivery, "").unwrap_err().contains("NO_DEADLINE"));
    let decided = story.consulted("S2-05-1").on("2022-04-08").act("S2-05-1", grant());
    assert_eq!(due(&explain(&decided, "S2-05-1", Kind::Delivery)), "2022-04-22");
    let done_on = explain(&decided, "S2-05-1", committed).deadline.unwrap().done_on;
    assert_eq!(done_on, "2022-04-08");
}

#[test]
fn without_a_kind_it_is_the_limit_of_the_open_step() {
    let kind =
        |story: &Story| explain(story, "S2-05-1", Kind::Unspecified).deadline.unwrap().kind();
    let filed = Story::admitted("2022-03-01").on("2022-04-06").files("S2-05");
    assert_eq!(kind(&filed), Kind::Acceptance);
    assert_eq!(kind(&filed.clone().act("S2-05-1", correct())), Kind::Acceptance);
    assert_eq!(kind(&under_review()), Kind::Statutory);
    let granted = under_review().consulted("S2-05-1").act("S2-05-1", grant());
    assert_eq!(kind(&granted), Kind::Delivery);
    assert_eq!(kind(&granted.act("S2-05-1", deliver())), Kind::Statutory);
    // S2-03 has no limit in law, only a promise.
    let promised = Story::admitted("2022-03-01").files("S2-03").act("S2-03-1", accept());
    let kind = explain(&promised, "S2-03-1", Kind::Unspecified).deadline.unwrap().kind();
    assert_eq!(kind, Kind::Committed);
}

#[test]
fn a_commitment_brings_the_deadlines_of_its_check_and_of_putting_it_right() {
    let story = Story::admitted("2022-03-01").on("2022-04-06").files_on("S2-05", Track::Commitment);
    let commitment = Commitment {
        conditions_told: vec!["符合规划条件".to_owned()],
        promises: vec!["材料真实".to_owned()],
        credit_check: "无失信记录".to_owned(),
    };
    let story = story
        .act("S2-05-1", Act::RecordCommitment(commitment))
        .act("S2-05-1", accept())
        .act("S2-05-1", grant())
        .act("S2-05-1", deliver());
    // Thirty working days from 2022-04-06; labour day and its make-up days on the way.
    assert_eq!(due(&explain(&story, "S2-05-1", Kind::CommitmentCheck)), "2022-05-19");
    let check = Check::False(vec!["未达标".to_owned()]);
    let document = "限改-1".to_owned();
    let story = story
        .on("2022-05-10")
        .act("S2-05-1", Act::CheckCommitment { check, document, materials: vec![] });
    // Fifteen working days; 端午 is Friday 2022-06-03.
    assert_eq!(due(&explain(&story, "S2-05-1", Kind::Rectification)), "2022-05-31");
}

/// Accepted on Thursday 7 April without a secondary material: 8, 11, 12, 13 and 14 April.
#[test]
fn what_is_owed_since_acceptance_has_a_day_that_is_explained() {
    let owed = vec!["funding_commitment".to_owned()];
    let (promise, document) = ("五日内补交".to_owned(), String::new());
    let story = Story::admitted("2022-03-01").on("2022-04-06").files("S2-17").on("2022-04-07");
    let none = ask(&story, "S2-17-1", Kind::Owed, "").unwrap_err();
    assert!(none.contains("NO_DEADLINE"), "{none}");
    let story = story.act("S2-17-1", Act::TolerateMissing { owed, promise, document });
    let explained = explain(&story, "S2-17-1", Kind::Owed);
    assert_eq!(due(&explained), "2022-04-14");
    assert_eq!(explained.days.iter().filter(|day| day.counted).count(), 5);
    assert!(explained.deadline.unwrap().citation.starts_with("容缺受理"));
    // It is the open step's own limit, which is explained where none is named.
    let asked = explain(&story, "S2-17-1", Kind::Unspecified).deadline.unwrap();
    assert_eq!(asked.kind(), Kind::Owed);
}

#[test]
fn a_stopped_clock_answers_without_a_date_and_says_what_stops_it() {
    let heard =
        under_review().consulted("S2-05-1").on("2022-04-07").act("S2-05-1", hearing("2022-04-07"));
    let explained = explain(&heard, "S2-05-1", Kind::Statutory);
    assert_eq!(due(&explained), "");
    assert_eq!(explained.deadline.unwrap().due_on, "");
    assert_eq!(explained.days, []);
    let stop = &explained.stops[0];
    assert_eq!((stop.from.as_str(), stop.until.as_str()), ("2022-04-07", ""));
    assert_eq!((stop.ground.as_str(), stop.notice.as_str()), ("听证", "听-1"));

    let resumed = heard.on("2022-04-20").act("S2-05-1", hearing_over());
    assert_eq!(due(&explain(&resumed, "S2-05-1", Kind::Committed)), "2022-04-22");
    // Nine working days were taken out: 04-08, 11-15, 18-20; so 2022-05-06 moves on by nine.
    assert_eq!(due(&explain(&resumed, "S2-05-1", Kind::Statutory)), "2022-05-18");
}

#[test]
fn an_extension_in_time_is_shown_and_moves_the_law_only() {
    let story = under_review().on("2022-05-06").act("S2-05-1", extend("2022-05-06"));
    let explained = explain(&story, "S2-05-1", Kind::Statutory);
    assert_eq!(due(&explained), "2022-05-19");
    let extension = explained.extension.unwrap();
    assert_eq!(extension.by, Some(ty::Limit { n: 10, unit: ty::Unit::WorkingDay.into() }));
    assert_eq!(extension.approver, "行政机关负责人");
    let committed = explain(&story, "S2-05-1", Kind::Committed);
    assert_eq!((due(&committed).as_str(), committed.extension), ("2022-04-11", None));
}

#[test]
fn an_extension_that_a_calendar_makes_late_is_void_and_not_shown_as_applying() {
    // Twenty working days from 2020-01-06 with Spring Festival: by the first notice to 02-06, by the
    // amendment of 01-27 to 02-10. Extended on the 10th, it is in time only by the amendment.
    let story = Story::admitted("2020-01-02").on("2020-01-06").files("S2-05");
    let story = story.act("S2-05-1", accept());
    assert_eq!(due(&ask(&story, "S2-05-1", Kind::Statutory, "2020-01-06").unwrap()), "2020-02-06");
    let story = story.on("2020-02-10").act("S2-05-1", extend("2020-02-10"));
    let now = explain(&story, "S2-05-1", Kind::Statutory);
    assert_eq!((due(&now).as_str(), now.extension.is_some()), ("2020-02-24", true));
    let then = ask(&story, "S2-05-1", Kind::Statutory, "2020-01-26").unwrap();
    assert_eq!((due(&then).as_str(), then.extension.is_some()), ("2020-02-06", false));
    assert!(then.days.last().unwrap().reason.contains("is void"));
}

#[test]
fn an_earlier_calendar_answers_what_was_known_then() {
    let story = Story::admitted("2021-10-01").on("2021-12-20").files("S2-06");
    let story = story.act("S2-06-1", accept());
    // The calendar for 2022 was published on 2021-10-25; before, its days are an estimate.
    let known = |as_of: &str| {
        let explained = ask(&story, "S2-06-1", Kind::Statutory, as_of).unwrap();
        (due(&explained), explained.deadline.unwrap().provisional)
    };
    assert!(known("2021-10-24").1);
    assert!(!known("2021-10-25").1);
    assert_eq!(known("2021-12-20").0, "2022-01-18");
    let tomorrow = ask(&story, "S2-06-1", Kind::Statutory, "2021-12-21").unwrap_err();
    assert!(tomorrow.starts_with("calendar_as_of: nobody knows yet"), "{tomorrow}");
    for odd in ["2021-13-01", "20211220", "2021-12-20T00:00", "yesterday", " 2021-12-20"] {
        let refused = ask(&story, "S2-06-1", Kind::Statutory, odd).unwrap_err();
        assert_eq!(refused, "calendar_as_of: write a date as YYYY-MM-DD", "{odd}");
    }
}

/// Limits in every unit, stopped and extended: what the checker is tried on.
fn explanations() -> Vec<ExplainDeadlineResponse> {
    let stopped = under_review()
        .consulted("S2-05-1")
        .on("2022-04-07")
        .act("S2-05-1", hearing("2022-04-07"))
        .on("2022-04-20")
        .act("S2-05-1", hearing_over())
        .on("2022-05-10")
        .act("S2-05-1", extend("2022-05-10"));
    // Sixty days end on 2022-10-01; the next working day is Saturday 10-08, worked for National Day.
    let paper = Story::admitted("2021-10-01").on("2022-08-02").files("S2-09");
    let paper = paper.act("S2-09-1", accept());
    vec![
        explain(&stopped, "S2-05-1", Kind::Statutory),
        explain(&stopped, "S2-05-1", Kind::Committed),
        explain(&stopped, "S2-05-1", Kind::Acceptance),
        explain(&paper, "S2-09-1", Kind::Statutory),
    ]
}

#[test]
fn the_checker_finds_the_same_date() {
    let derived: Vec<String> = explanations().iter().map(due).collect();
    assert_eq!(derived, ["2022-06-01", "2022-04-22", "2022-04-13", "2022-10-08"]);
    let unit = |at: usize| explanations()[at].deadline.as_ref().unwrap().limit.unwrap().unit();
    assert_eq!((unit(0), unit(3)), (ty::Unit::WorkingDay, ty::Unit::CalendarDay));
}

#[test]
fn the_checker_refuses_every_explanation_with_one_line_changed() {
    type Mutation = (&'static str, fn(&mut Vec<ExplainedDay>, usize));
    let mutations: [Mutation; 8] = [
        ("left out", |days, at| drop(days.remove(at))),
        ("said twice", |days, at| days.insert(at, days[at].clone())),
        ("counted the other way", |days, at| days[at].counted = !days[at].counted),
        ("another date", |days, at| days[at].date = "2022-02-30".to_owned()),
        ("another day", |days, at| {
            days[at].date = day(&days[at].date).yesterday().unwrap().to_string();
        }),
        ("another reason", |days, at| {
            let rests = days[at].reason.starts_with("rest day");
            let reason =
                if rests { "day 99 of 20, working day: Monday" } else { "rest day: 春节" };
            days[at].reason = reason.to_owned();
        }),
        ("no citation", |days, at| days[at].citation.clear()),
        ("another article", |days, at| days[at].citation = "art. 1".to_owned()),
    ];
    for whole in explanations() {
        for at in 0..whole.days.len() {
            for (name, mutate) in mutations {
                // The day of the start needs no reason, and the days of a stop no article of the law.
                let reason = whole.days[at].reason.as_str();
                let unread = name == "another reason" && at == 0
                    || name == "another article" && reason.starts_with("stopped");
                if unread {
                    continue;
                }
                let mut mutated = whole.clone();
                mutate(&mut mutated.days, at);
                let line = &whole.days[at];
                assert!(checker::derive(&mutated).is_err(), "{name} was believed: {line:?}");
            }
        }
    }
}

#[test]
fn a_special_procedure_past_its_cap_stops_no_longer_than_its_rule_allows() {
    let story = Story::admitted("2022-03-01").on("2022-04-06").files("S2-06");
    let story = story.act("S2-06-1", accept()).on("2022-04-07").act(
        "S2-06-1",
        Act::Suspend {
            ground: "publication".to_owned(),
            notice: Some(Notice { number: "公示-1".to_owned(), given_on: day("2022-04-07") }),
            expected: "7wd".parse().unwrap(),
            waits_for: WaitsFor::ThirdParty,
        },
    );
    let explained = explain(&story, "S2-06-1", Kind::Statutory);
    let capped = story.matter("S2-06-1").terms.exclusion("publication").unwrap().limit.is_some();
    assert_eq!(explained.stops[0].until.is_empty(), !capped);
    assert_eq!(checker::derive(&explained).unwrap().is_empty(), !capped);
}
