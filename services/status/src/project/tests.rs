//! Where a project stands, told by date.

use crate::tests::story::{
    Story, accept, correct, deliver, extend, facts, grant, hearing, hearing_over, refuse, supply,
};
use proto::{
    intake::v1::{self as intake, Outcome, intake_event::Kind as IntakeKind},
    matter::v1::{Deadline, DeadlineKind, Light, Party},
    planning::v1::{self as planning, planning_event::Kind as PlanningKind},
    status::v1::{ProjectStatus, ProjectStep, Stage},
};
use rulebook::matter::Act;

/// Stage, who has the ball since when, for what, until when.
fn ball(status: &ProjectStatus) -> String {
    let holder = status.holder.as_ref().unwrap();
    let party = match holder.party() {
        Party::Agency | Party::ThirdParty => holder.who.clone(),
        other => other.as_str_name().trim_start_matches("PARTY_").to_lowercase(),
    };
    let next = match status.step() {
        ProjectStep::Unspecified => holder.next().as_str_name().trim_start_matches("NEXT_STEP_"),
        step => step.as_str_name().trim_start_matches("PROJECT_STEP_"),
    };
    let about = status.about.rsplit('/').next().unwrap();
    let stage = status.stage().as_str_name().trim_start_matches("STAGE_").to_lowercase();
    let line = format!("{stage}: {party} since {}: {} {about}", holder.since, next.to_lowercase());
    let due = match holder.due_on.as_str() {
        "" => "undated".to_owned(),
        due => format!("by {due}"),
    };
    format!("{} {due}", line.trim())
}

fn check(status: ProjectStatus, expected: &str) {
    assert_eq!(ball(&status), expected);
}

/// Kind and due date of the open step's limits, by law and as promised.
fn limits(status: &ProjectStatus) -> (Limit<'_>, Limit<'_>) {
    fn limit(deadline: &Option<Deadline>) -> Limit<'_> {
        deadline.as_ref().map(|deadline| (deadline.kind(), deadline.due_on.as_str()))
    }
    (limit(&status.statutory), limit(&status.committed))
}

type Limit<'a> = Option<(DeadlineKind, &'a str)>;

#[test]
fn a_registered_project_waits_for_the_screening() {
    let status = Story::registered("2021-12-30").status_on("2021-12-31");
    check(status.clone(), "intake: DRC since 2021-12-30: screen undated");
    assert_eq!(status.name, "projects/p-yamato");
    assert_eq!(status.title, facts().name);
    assert_eq!(status.project_code, "");
    assert_eq!(status.secretary, "");
    assert_eq!(status.light(), Light::Green);
    assert_eq!(status.why, "外商投资法实施条例 art. 34");
    assert_eq!(status.next.unwrap().zh, "负面清单核对");
    assert_eq!(status.can_file_now, Vec::<String>::new());
}

#[test]
fn a_refusal_by_the_list_ends_the_project_until_another_list_lets_it_pass() {
    let refused = Story::registered("2021-12-30")
        .on("2021-12-31")
        .screened(Outcome::Refuse, "外资股比不超过50%");
    check(refused.status(), "ended: nobody since 2021-12-31: nothing undated");
    assert_eq!(
        refused.status().stopped_because,
        "refused by the negative list NAT-2020, item 9 on 2021-12-31: 外资股比不超过50% (外商投资法 art. 28)"
    );
    let passed = refused.on("2022-01-01").screened(Outcome::Pass, "");
    check(passed.status(), "intake: DRC since 2022-01-01: assign_code undated");
    assert_eq!(passed.status().stopped_because, "");
}

#[test]
fn a_change_of_investors_asks_for_another_screening_and_one_of_scope_does_not() {
    let changed = |what: &str| {
        let changed = vec![what.to_owned()];
        IntakeKind::ProjectChanged(intake::ProjectChanged {
            facts: Some(facts()),
            changed,
            reason: "增资".to_owned(),
        })
    };
    let scope = Story::coded("2022-03-01").on("2022-03-08").intake(changed("scope"));
    check(scope.status(), "intake: enterprise since 2022-03-01: file undated");
    let investors = scope.intake(changed("investors"));
    check(investors.status(), "intake: DRC since 2022-03-08: screen undated");
    assert!(investors.status().stopped_because.contains("changed on 2022-03-08"));
    let screened = investors.on("2022-03-09").screened(Outcome::Pass, "");
    check(screened.status(), "intake: enterprise since 2022-03-09: file undated");
}

#[test]
fn what_the_list_leaves_open_waits_for_an_official() {
    let open = Story::registered("2022-03-01").on("2022-03-02").screened(Outcome::Manual, "");
    check(open.status(), "intake: DRC since 2022-03-02: decide_screening undated");
    let decided =
        open.on("2022-03-04").intake(IntakeKind::ScreeningDecided(intake::ScreeningDecided {
            outcome: Outcome::PassWithCondition.into(),
            reason: "中方控股".to_owned(),
        }));
    check(decided.status(), "intake: DRC since 2022-03-04: assign_code undated");
}

#[test]
fn a_pending_security_review_stops_everything_until_it_is_concluded() {
    let flagged = Story::coded("2022-03-01").on("2022-03-07").intake(
        IntakeKind::SecurityReviewFlagged(intake::SecurityReviewFlagged {
            ground: "key_technology".to_owned(),
            actual_control: true,
            article: "外商投资安全审查办法 art. 4".to_owned(),
        }),
    );
    check(flagged.status(), "intake: NDRC since 2022-03-07: conclude_security_review undated");
    assert_eq!(flagged.status().can_file_now, Vec::<String>::new());
    assert!(flagged.status().stopped_because.contains("pending since 2022-03-07"));
    let concluded = |cleared| {
        let decision = "发改安审〔2022〕3号".to_owned();
        IntakeKind::SecurityReviewConcluded(intake::SecurityReviewConcluded { cleared, decision })
    };
    let cleared = flagged.clone().on("2022-04-18").intake(concluded(true)).status();
    assert_eq!(cleared.stopped_because, "");
    check(cleared, "intake: enterprise since 2022-04-18: file undated");
    let prohibited = flagged.on("2022-04-18").intake(concluded(false)).status();
    assert!(prohibited.stopped_because.contains("prohibits the investment"));
    check(prohibited, "ended: nobody since 2022-04-18: nothing undated");
}

#[test]
fn a_stopped_projects_ball_is_with_the_matter_that_lets_it_go_on() {
    let flag = IntakeKind::SecurityReviewFlagged(intake::SecurityReviewFlagged {
        ground: "key_technology".to_owned(),
        actual_control: true,
        article: "外商投资安全审查办法 art. 4".to_owned(),
    });
    let story = Story::coded("2022-03-01").files("S1-08").on("2022-03-07").intake(flag);
    let story = story.files("S1-03").act("S1-03-1", accept());
    // Filing S1-08 is due earlier, but nothing can be decided before the review is concluded.
    check(story.status(), "intake: NDRC since 2022-03-07: decide S1-03-1 by 2022-03-28");
    let manual = Story::registered("2022-03-01").screened(Outcome::Manual, "").files("S1-02");
    let manual = manual.act("S1-02-1", accept());
    assert_eq!(manual.status().about, "projects/p-yamato/matters/S1-02-1");
}

#[test]
fn a_project_that_is_given_up_has_ended_whatever_was_open() {
    let withdrawn = Story::coded("2022-03-01").files("S1-08").on("2022-03-03").intake(
        IntakeKind::ProjectWithdrawn(intake::ProjectWithdrawn {
            reason: "市场变化".to_owned()
        }),
    );
    check(withdrawn.status(), "ended: nobody since 2022-03-03: nothing undated");
    assert_eq!(withdrawn.status().matters.len(), 1);
}

#[test]
fn planning_that_was_told_to_wait_says_so() {
    let standing = |may_proceed, reason: &str| {
        let reason = reason.to_owned();
        PlanningKind::ProjectStanding(planning::ProjectStanding { may_proceed, reason })
    };
    let told = Story::admitted("2022-03-01").planning(standing(false, "重新核对 (条例 art. 34)"));
    check(told.status(), "intake: DRC since 2022-03-01: screen undated");
    assert_eq!(told.status().stopped_because, "重新核对 (条例 art. 34)");
    assert_eq!(told.planning(standing(true, "")).status().stopped_because, "");
}

#[test]
fn with_its_code_the_enterprise_can_file_what_rests_on_nothing_else() {
    let status = Story::coded("2022-03-01").status();
    check(status.clone(), "intake: enterprise since 2022-03-01: file undated");
    assert_eq!(status.project_code, "2103-210213-04-01-100016");
    assert_eq!(status.secretary, "staff-7");
    assert_eq!(status.holder_name.unwrap().zh, "大和轴承（大连）有限公司");
    assert_eq!(status.can_file_now, ["S1-05", "S1-08"]);
    assert!(status.open_questions.contains(&"land_supply".to_owned()));
    assert!(!status.open_questions.contains(&"restricted_sector".to_owned()));
    assert!(!status.open_questions.contains(&"total_investment_usd".to_owned()));
}

#[test]
fn an_enterprise_with_its_code_is_not_offered_registration() {
    let facts = intake::ProjectFacts { uscc: "91210200MA7G31RN3K".to_owned(), ..facts() };
    let change = intake::ProjectChanged {
        facts: Some(facts),
        changed: vec!["enterprise".to_owned()],
        ..Default::default()
    };
    let status = Story::coded("2022-03-01").intake(IntakeKind::ProjectChanged(change)).status();
    assert!(!status.can_file_now.contains(&"S1-05".to_owned()));
    assert!(status.can_file_now.contains(&"S1-06".to_owned()), "it waits for no registration");
    assert!(!status.open_questions.contains(&"enterprise_established".to_owned()));
}

#[test]
fn a_condition_of_the_list_makes_it_a_verification() {
    let story = Story::registered("2022-03-01").screened(Outcome::PassWithCondition, "中方控股");
    let coded =
        story.recognised().intake(IntakeKind::ProjectCodeAssigned(intake::ProjectCodeAssigned {
            code: "2203-210213-04-01-100014".to_owned(),
        }));
    let can_file = coded.status().can_file_now;
    assert!(can_file.contains(&"S1-09".to_owned()) && !can_file.contains(&"S1-08".to_owned()));
}

#[test]
fn a_value_that_the_catalogue_does_not_take_leaves_the_question_open() {
    let story = Story::admitted("2022-03-01");
    assert_eq!(story.status().open_questions, Vec::<String>::new());
    let odd = story.states(&[("land_supply", "borrowed")]);
    assert_eq!(odd.status().open_questions, ["land_supply"]);
}

#[test]
fn the_ball_follows_one_matter_from_receipt_to_delivery() {
    // 2022-04-06 is a Wednesday after 清明; 2022-04-24 is a Sunday worked, 04-30 to 05-04 are holidays.
    let story = Story::admitted("2022-03-01").on("2022-04-06").files("S2-05");
    check(story.status(), "planning: NR since 2022-04-06: examine S2-05-1 by 2022-04-13");
    assert_eq!(limits(&story.status()), (Some((DeadlineKind::Acceptance, "2022-04-13")), None));
    assert_eq!(story.status().why, "行政许可法 art. 32(4)");

    let story = story.on("2022-04-07").act("S2-05-1", correct());
    check(
        story.status(),
        "planning: enterprise since 2022-04-07: supply_corrections S2-05-1 undated",
    );
    assert_eq!(limits(&story.status()), (None, None));

    let story = story.on("2022-04-11").act("S2-05-1", supply(2));
    check(story.status(), "planning: NR since 2022-04-11: accept S2-05-1 by 2022-04-18");

    let story = story.on("2022-04-12").act("S2-05-1", accept());
    let status = story.status();
    check(status.clone(), "planning: NR since 2022-04-11: request_opinions S2-05-1 by 2022-04-15");
    let statutory = (DeadlineKind::Statutory, "2022-05-11");
    let committed = (DeadlineKind::Committed, "2022-04-15");
    assert_eq!(limits(&status), (Some(statutory), Some(committed)));
    assert_eq!(status.holder_name.unwrap().zh, "大连市自然资源局");

    let story = story.consulted("S2-05-1").on("2022-04-14").act("S2-05-1", grant());
    check(story.status(), "planning: NR since 2022-04-12: deliver S2-05-1 by 2022-04-27");
    assert_eq!(limits(&story.status()), (Some((DeadlineKind::Delivery, "2022-04-27")), None));

    let story = story.on("2022-04-15").act("S2-05-1", deliver());
    check(story.status(), "planning: enterprise since 2022-04-15: file undated");
    assert_eq!(story.status().matters[0].matter.as_ref().unwrap().delivered_on, "2022-04-15");
}

#[test]
fn of_several_matters_the_one_due_first_has_the_ball_and_the_undated_last() {
    let story = Story::admitted("2022-03-01").on("2022-04-06").files("S2-06").files("S2-05");
    check(story.status(), "planning: NR since 2022-04-06: examine S2-05-1 by 2022-04-13");

    // The enterprise must correct one, without a date; the other is dated and comes first.
    let story = story.on("2022-04-07").act("S2-05-1", correct());
    check(story.status(), "planning: NR since 2022-04-06: examine S2-06-1 by 2022-04-13");

    // Only the promise is this near: the committed limit comes before the statutory one.
    let story = story.files("S2-05").act("S2-05-2", accept());
    check(story.status(), "planning: NR since 2022-04-07: request_opinions S2-05-2 by 2022-04-12");

    let order: Vec<_> =
        story.status().matters.iter().map(|m| m.matter.as_ref().unwrap().name.clone()).collect();
    let names =
        ["S2-05-1", "S2-06-1", "S2-05-2"].map(|id| format!("projects/p-yamato/matters/{id}"));
    assert_eq!(order, names);
}

#[test]
fn the_light_is_the_worst_of_all_matters_and_stays_when_they_are_decided() {
    let story =
        Story::admitted("2022-03-01").on("2022-04-06").files("S2-05").act("S2-05-1", accept());
    // Committed: three working days, to Monday 2022-04-11. Statutory: twenty, to 2022-05-06.
    let light = |date: &str| story.status_on(date).light();
    assert_eq!(light("2022-04-07"), Light::Green);
    assert_eq!(light("2022-04-08"), Light::Amber);
    assert_eq!(light("2022-04-11"), Light::Amber);
    assert_eq!(light("2022-04-12"), Light::Yellow);
    assert_eq!(light("2022-05-06"), Light::Yellow);
    assert_eq!(light("2022-05-07"), Light::Red);

    let late = story.on("2022-04-12").consulted("S2-05-1").act("S2-05-1", grant());
    let late = late.act("S2-05-1", deliver()).on("2022-04-13").files("S2-06");
    assert_eq!(late.status().light(), Light::Yellow);
}

#[test]
fn a_hearing_takes_the_date_away_and_gives_it_back_later() {
    let story =
        Story::admitted("2022-03-01").on("2022-04-06").files("S2-05").act("S2-05-1", accept());
    let heard = story.consulted("S2-05-1").on("2022-04-07").act("S2-05-1", hearing("2022-04-07"));
    // The holder is due when the hearing was said to end; the limits themselves have no date.
    check(
        heard.status(),
        "planning: 听证 since 2022-04-07: finish_special_procedure S2-05-1 by 2022-04-21",
    );
    let (statutory, committed) = ((DeadlineKind::Statutory, ""), (DeadlineKind::Committed, ""));
    assert_eq!(limits(&heard.status()), (Some(statutory), Some(committed)));
    assert_eq!(heard.status().holder_name.unwrap().en, "third party (听证)");
    assert_eq!(heard.status_on("2022-06-01").light(), Light::Green);

    let resumed = heard.on("2022-04-20").act("S2-05-1", hearing_over());
    // One day, 04-07, was used; 04-21 and 04-22 are the second and third.
    check(resumed.status(), "planning: NR since 2022-04-20: decide S2-05-1 by 2022-04-22");
}

#[test]
fn an_extension_moves_the_law_and_not_the_promise() {
    let story =
        Story::admitted("2022-03-01").on("2022-04-06").files("S2-05").act("S2-05-1", accept());
    let story = story.on("2022-05-05").act("S2-05-1", extend("2022-05-05"));
    let statutory = (DeadlineKind::Statutory, "2022-05-19");
    let committed = (DeadlineKind::Committed, "2022-04-11");
    assert_eq!(limits(&story.status()), (Some(statutory), Some(committed)));
    assert_eq!(story.status_on("2022-05-19").light(), Light::Yellow);
    assert_eq!(story.status_on("2022-05-20").light(), Light::Red);
}

#[test]
fn every_day_belongs_to_one_party() {
    let story = Story::admitted("2022-03-01").on("2022-04-06").files("S2-05");
    let story = story.on("2022-04-07").act("S2-05-1", correct());
    let story = story.on("2022-04-11").act("S2-05-1", supply(2)).act("S2-05-1", accept());
    let story = story.consulted("S2-05-1").on("2022-04-12").act("S2-05-1", hearing("2022-04-12"));
    let days = story.status_on("2022-04-18").matters[0].days.clone();
    // 04-07 and 04-12 the agency; 04-08, 04-11 the enterprise; 04-13, 14, 15, 18 the hearing; two weekends.
    let expected = [("NR", 2), ("enterprise", 2), ("nobody", 4), ("third-party", 4)];
    assert_eq!(days.into_iter().collect::<Vec<_>>(), expected.map(|(who, n)| (who.to_owned(), n)));
}

#[test]
fn a_refused_item_can_be_filed_again_and_a_pending_or_granted_one_cannot() {
    let offered = |story: &Story| story.status().can_file_now.contains(&"S1-08".to_owned());
    let story = Story::coded("2022-03-01");
    assert!(offered(&story));
    let story = story.files("S1-08");
    assert!(!offered(&story));
    let refused = story.clone().act("S1-08-1", accept()).act("S1-08-1", refuse());
    assert!(offered(&refused));
    let granted = story.granted("S1-08-1");
    assert!(!offered(&granted));
    assert_eq!(granted.status().stage(), Stage::Planning);
}

#[test]
fn a_permit_that_ended_no_longer_carries_what_rests_on_it() {
    let story = Story::admitted("2022-03-01").files("S1-08").granted("S1-08-1");
    let told = PlanningKind::PriorMatter(planning::PriorMatter {
        matter: "projects/p-yamato/matters/S1-08-1".to_owned(),
        item: "S1-08".to_owned(),
        in_force: true,
    });
    let story = story.planning(told);
    assert!(story.status().can_file_now.contains(&"S2-09".to_owned()));
    // Planning has not been told yet; the status sees intake's log itself.
    let revoked = story.on("2022-04-06").act(
        "S1-08-1",
        Act::RevokePermit {
            ground: rulebook::matter::RevocationGround::WrongProcedure,
            reason: "程序违法".to_owned(),
            document: "撤-1".to_owned(),
        },
    );
    let can_file = revoked.status().can_file_now;
    assert!(can_file.contains(&"S1-08".to_owned()) && !can_file.contains(&"S2-09".to_owned()));
}

#[test]
fn an_expired_permit_is_offered_again_only_while_nothing_rests_on_it() {
    let until = |date: &str| match grant() {
        Act::Decide {
            outcome: rulebook::matter::Outcome::Granted { mut certificate, .. },
            document,
        } => {
            certificate.valid_until = Some(date.parse().unwrap());
            let conditions = Vec::new();
            let outcome = rulebook::matter::Outcome::Granted { certificate, conditions };
            Act::Decide { outcome, document }
        }
        other => other,
    };
    let story = Story::admitted("2022-03-01").states(&[("soil_water_plan", "report")]);
    let story = story.files("S1-08").granted("S1-08-1").files("S2-12").act("S2-12-1", accept());
    let story = story.consulted("S2-12-1").act("S2-12-1", until("2025-02-28"));
    let offered =
        |story: &Story, on: &str| story.status_on(on).can_file_now.contains(&"S2-12".to_owned());
    assert!(!offered(&story, "2025-02-28"));
    assert!(offered(&story, "2025-03-01"), "nothing was built on it yet");
    // The construction permit rests on it by the gate before the start of construction.
    let building = story.files("S2-17").granted("S2-17-1");
    assert!(!offered(&building, "2025-03-01"));
}

#[test]
fn certificates_are_shown_in_the_order_of_issue() {
    let issued = |number: &str| {
        let number = number.to_owned();
        PlanningKind::CertificateIssued(planning::CertificateIssued {
            number,
            ..Default::default()
        })
    };
    let story = Story::admitted("2022-03-01").planning(issued("地-2")).planning(issued("建-1"));
    let numbers: Vec<_> = story.status().certificates.into_iter().map(|c| c.number).collect();
    assert_eq!(numbers, ["地-2", "建-1"]);
}

#[test]
fn the_secretary_hands_over_on_one_day() {
    let story = Story::coded("2022-03-01").on("2022-05-09").intake(
        IntakeKind::SecretaryHandedOver(intake::SecretaryHandedOver {
            from: "staff-7".to_owned(),
            to: "staff-9".to_owned(),
            ..Default::default()
        }),
    );
    assert_eq!(story.status().secretary, "staff-9");
}

#[test]
fn a_contested_gate_is_the_commerce_bureaus_once_nothing_else_is_to_do() {
    let contested = done(Story::admitted("2022-03-01"))
        .on("2022-06-01")
        .intake(IntakeKind::KeyProjectContested(intake::KeyProjectContested::default()));
    check(contested.status(), "acceptance: COM since 2022-06-01: decide_key_project undated");
}

/// Files and has granted whatever can be filed, until nothing can.
fn done(mut story: Story) -> Story {
    while let Some(item) = story.status().can_file_now.first().cloned() {
        story = story.files(&item).granted(&format!("{item}-1"));
    }
    story
}

#[test]
fn a_project_that_files_all_it_can_ends_with_the_construction_permit_and_nobody_to_wait_for() {
    let story = done(Story::admitted("2022-03-01"));
    let status = story.status();
    check(status.clone(), "acceptance: nobody since 2022-03-01: nothing undated");
    let filed: Vec<_> = status.matters.iter().map(|m| m.matter.as_ref().unwrap()).collect();
    let terms = |item: &str| filed.iter().any(|m| m.terms.as_ref().unwrap().item == item);
    assert!(["S1-08", "S2-05", "S2-06", "S2-17"].into_iter().all(terms));
}

#[test]
fn what_a_later_calendar_says_moves_an_open_deadline() {
    // Five working days: 21, 22, 23, 31 and Saturday 02-01, worked for the festival. The notice of 01-27
    // prolonged it through 02-02, so that the fourth and fifth are 02-03 and 02-04.
    let story = Story::admitted("2020-01-06").on("2020-01-20").files("S2-05");
    assert_eq!(story.status_on("2020-01-21").holder.unwrap().due_on, "2020-02-01");
    assert_eq!(story.status_on("2020-01-27").holder.unwrap().due_on, "2020-02-04");
}
