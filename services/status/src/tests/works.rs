//! Construction, joint acceptance and operation, unit by unit, told by date.

use super::{
    elsewhere::{
        accepted, asked, complained, declared, ordered, permitted, promised, rated, scope, used,
    },
    story::{Story, accept, deliver, grant},
};
use proto::{
    acceptance::v1::{self as pb, Result as Found, acceptance_event::Kind},
    aftercare::v1::{self as aftercare, aftercare_event::Kind as Aftercare},
    matter::v1::{CitedLimit, Party},
    status::v1::{JointStatus, OpenKind, ProjectStep, Stage, UnitState},
    r#type::v1::{Limit, Unit},
};
use rulebook::{
    consultation::Opinion,
    matter::{Act, Event, MatterId},
};

const JOINT: &str = "S3-09-1";

/// Two units in two phases under a construction permit of 2024-03-01, begun on 2024-04-01.
fn site() -> Story {
    let story = Story::admitted("2023-03-01").on("2024-03-01").files("S2-17").granted("S2-17-1");
    story
        .acceptance(permitted())
        .acceptance(declared("u1", "1"))
        .acceptance(declared("u2", "2"))
        .on("2024-04-01")
        .acceptance(Kind::ConstructionStarted(pb::ConstructionStarted {}))
}

/// Joint acceptance of a unit was applied for; every member has five working days.
fn applied(story: Story, units: &[&str]) -> Story {
    let story = story.files("S3-09");
    let terms = story.matter(JOINT).terms.clone();
    let limit = Some(Limit { n: 5, unit: Unit::WorkingDay.into() });
    let member = |term: &rulebook::matter::OpinionTerm| pb::Member {
        member: term.key.clone(),
        agency: term.agency.clone(),
        limit: Some(CitedLimit { limit, citation: term.limit.citation.clone() }),
        ..Default::default()
    };
    let members = terms.opinions.iter().map(member).collect();
    let matter = JOINT.to_owned();
    let output = "joint_opinion".to_owned();
    let joint = pb::JointApplied { matter: matter.clone(), output, members };
    story
        .acceptance(Kind::MatterScoped(pb::MatterScoped { matter, scope: Some(scope(units)) }))
        .acceptance(Kind::JointApplied(joint))
        .act(JOINT, accept())
        .act(JOINT, Act::RequestOpinions { opinions: Vec::new() })
}

fn found(story: Story, round: u32, member: &str, result: Found) -> Story {
    let opinion = match result {
        Found::Rectify => Opinion::Objects("消火栓压力不足".to_owned()),
        _ => Opinion::Consents,
    };
    let (key, document) = (member.to_owned(), format!("{member}-{round}"));
    let examined = pb::MemberExamined {
        matter: JOINT.to_owned(),
        round,
        member: key.clone(),
        result: result.into(),
        document: document.clone(),
        ..Default::default()
    };
    let story = story.acceptance(Kind::MemberExamined(examined));
    story.act(JOINT, Act::GiveOpinion { key, opinion, document })
}

fn issued(story: Story) -> Story {
    story.acceptance(Kind::OpinionIssued(pb::OpinionIssued {
        matter: JOINT.to_owned(),
        version: 1,
        number: "连联验〔2025〕1号".to_owned(),
        ..Default::default()
    }))
}

fn members(story: &Story) -> Vec<String> {
    story.matter(JOINT).terms.opinions.iter().map(|term| term.key.clone()).collect()
}

/// The one joint acceptance that waits.
fn joint(story: &Story) -> JointStatus {
    let mut joints = story.status().joints;
    assert_eq!(joints.len(), 1);
    joints.remove(0)
}

fn states(story: &Story) -> Vec<(String, UnitState)> {
    story.status().units.iter().map(|unit| (unit.unit.clone(), unit.state())).collect()
}

#[test]
fn acceptance_begins_with_the_construction_permit_and_the_start_is_due_in_three_months() {
    let before = Story::admitted("2024-02-01");
    assert_ne!(before.status().stage(), Stage::Acceptance);
    // Everything asked is answered and nothing can be filed any more: the enterprise has to begin.
    let story = before.on("2024-03-01").files("S2-17").granted("S2-17-1").acceptance(permitted());
    let status = story.status();
    assert_eq!(status.stage(), Stage::Acceptance);
    // 2024-03-01 + 3 months = 2024-06-01, a Saturday: Monday 2024-06-03.
    let start = &status.obligations[0];
    assert_eq!((start.due_on.as_str(), start.citation.as_str()), ("2024-06-03", "建筑法 art. 9"));
    assert!(!start.late);
    // Not begun by then, the permit is void by itself, and the project is back in planning.
    assert_eq!(story.status_on("2024-06-03").stage(), Stage::Acceptance);
    assert_eq!(story.status_on("2024-06-04").stage(), Stage::Planning);
    let begun = story.on("2024-06-03").acceptance(Kind::ConstructionStarted(Default::default()));
    let started = &begun.status_on("2024-06-04").obligations[0];
    assert_eq!((started.done_on.as_str(), started.late), ("2024-06-03", false));
    assert_eq!(begun.status_on("2024-06-04").stage(), Stage::Acceptance);
}

#[test]
fn a_joint_acceptance_names_the_members_that_have_not_said_what_they_find() {
    // 2025-03-17 is a Monday; five working days end on Monday 2025-03-24.
    let story = applied(site().on("2025-03-17"), &["u1"]);
    let waiting = joint(&story);
    assert_eq!((waiting.party(), waiting.due_on.as_str()), (Party::Agency, "2025-03-24"));
    assert_eq!(waiting.waiting.len(), members(&story).len());
    assert_eq!(
        states(&story),
        [
            ("u1".to_owned(), UnitState::UnderJointAcceptance),
            ("u2".to_owned(), UnitState::UnderConstruction),
        ]
    );

    let others = members(&story).into_iter().filter(|member| member != "fire");
    let story = others.fold(story.on("2025-03-20"), |s, member| found(s, 1, &member, Found::Pass));
    let waiting = joint(&story);
    let who: Vec<_> = waiting.waiting.iter().map(|one| one.agency.as_str()).collect();
    assert_eq!(who, ["HC"]);
    assert_eq!(waiting.waiting[0].agency_name.as_ref().unwrap().zh, "大连市住房和城乡建设局");
    let late = |date: &str| story.status_on(date).joints[0].waiting[0].overdue;
    assert!(!late("2025-03-24") && late("2025-03-25"));
}

#[test]
fn the_ball_is_with_the_enterprise_while_it_puts_right_and_then_with_who_failed_it() {
    let story = applied(site().on("2025-03-17"), &["u1"]).on("2025-03-20");
    let all = members(&story);
    let story = all.iter().fold(story, |story, member| {
        let result = if member == "fire" { Found::Rectify } else { Found::Pass };
        found(story, 1, member, result)
    });
    let defect = pb::ListedDefect { member: "fire".to_owned(), problem: "消火栓".to_owned() };
    let listed = pb::RectificationListed {
        matter: JOINT.to_owned(),
        round: 1,
        number: "整改-1".to_owned(),
        defects: vec![defect],
        materials: Vec::new(),
    };
    let story = story.acceptance(Kind::RectificationListed(listed));
    let waiting = joint(&story);
    assert_eq!((waiting.party(), waiting.since.as_str()), (Party::Enterprise, "2025-03-20"));
    assert_eq!((waiting.due_on.as_str(), waiting.defects), ("", 1));
    assert_eq!(waiting.waiting, []);
    assert_eq!(story.status().holder.unwrap().party(), Party::Enterprise);

    // Reported on Tuesday 2025-03-25; five working days end on Tuesday 2025-04-01.
    let reopened = vec!["fire".to_owned()];
    let story =
        story.on("2025-03-25").acceptance(Kind::RectificationReported(pb::RectificationReported {
            matter: JOINT.to_owned(),
            round: 1,
            ..Default::default()
        }));
    let story = story.acceptance(Kind::MembersReopened(pb::MembersReopened {
        matter: JOINT.to_owned(),
        round: 2,
        members: reopened.clone(),
        changed: Vec::new(),
    }));
    let (on, materials) = (story.today, Vec::new());
    let id: MatterId = JOINT.parse().unwrap();
    let story = story.happened(&id, &[Event::Resubmitted { on, materials, reopened }]);
    let waiting = joint(&story);
    assert_eq!((waiting.round, waiting.party()), (2, Party::Agency));
    assert_eq!((waiting.due_on.as_str(), waiting.waiting.len()), ("2025-04-01", 1));
    assert_eq!(waiting.waiting[0].member, "fire");

    // Everybody passed: the lead agency issues the opinion; then nobody is waited for.
    let story = found(story.on("2025-03-27"), 2, "fire", Found::Pass);
    assert_eq!((joint(&story).party(), joint(&story).waiting.len()), (Party::Agency, 0));
    let story = issued(story.act(JOINT, grant()).act(JOINT, deliver()));
    assert_eq!(story.status().joints, []);
    assert_eq!(story.status().acceptance_opinions[0].number, "连联验〔2025〕1号");
    assert_eq!(states(&story)[0].1, UnitState::Accepted);
}

#[test]
fn one_unit_operates_while_another_is_built_and_only_all_make_the_project_complete() {
    let story = applied(site().on("2025-03-17"), &["u1"]);
    let story = members(&story).iter().fold(story, |s, member| found(s, 1, member, Found::Pass));
    let story = issued(story.act(JOINT, grant()).act(JOINT, deliver()));
    assert_eq!(story.status().stage(), Stage::Acceptance);

    let story = story.on("2025-04-01").acceptance(used("u1"));
    let status = story.status();
    assert_eq!((status.stage(), status.complete), (Stage::Aftercare, false));
    assert_eq!(status.units[0].operating_since, "2025-04-01");
    let phases: Vec<_> = status.phases.iter().map(|p| (p.phase.clone(), p.state())).collect();
    assert_eq!(
        phases,
        [("1".to_owned(), UnitState::Operating), ("2".to_owned(), UnitState::UnderConstruction),]
    );
    // A unit that is behind holds its phase back.
    let more = story.clone().acceptance(declared("u3", "1"));
    assert_eq!(more.status().phases[0].state(), UnitState::UnderConstruction);

    let both = story.on("2025-06-02").acceptance(used("u2"));
    assert!(both.status().complete);
    assert!(!Story::admitted("2024-03-01").status().complete, "nothing is complete without units");
}

#[test]
fn the_owners_acceptance_brings_obligations_with_their_own_days() {
    // 2025-03-20, a Thursday: filing within fifteen days, to Friday 2025-04-04, a rest day (清明) with the
    // weekend behind it: Monday 2025-04-07. As-built papers within six months, to Saturday 2025-09-20: Monday.
    let story = site().on("2025-03-20").acceptance(accepted(&["u1"]));
    let due = |story: &Story, article: &str| {
        let owed = story.status().obligations;
        let owed: Vec<_> = owed.iter().filter(|one| one.citation.contains(article)).collect();
        assert_eq!(owed.len(), 1, "{article}");
        (owed[0].due_on.clone(), owed[0].done_on.clone())
    };
    let owed = |due_on: &str| (due_on.to_owned(), String::new());
    assert_eq!(due(&story, "建设工程质量管理条例 art. 49"), owed("2025-04-07"));
    assert_eq!(due(&story, "城乡规划法 art. 45"), owed("2025-09-22"));
    let delivered = pb::PlanningArchiveDelivered {
        scope: Some(scope(&["u1"])),
        document: "规档-1".to_owned(),
    };
    let story = story.on("2025-05-06").acceptance(Kind::PlanningArchiveDelivered(delivered));
    let done = ("2025-09-22".to_owned(), "2025-05-06".to_owned());
    assert_eq!(due(&story, "城乡规划法 art. 45"), done);
}

#[test]
fn the_enterprise_is_told_what_to_do_on_site() {
    // A project of which the status knows construction only.
    let story = Story::of("p-yamato", "2024-03-01").acceptance(permitted());
    let step = |story: &Story| {
        let status = story.status();
        (status.step(), status.holder.unwrap().due_on)
    };
    let free = |step| (step, String::new());
    assert_eq!(step(&story), (ProjectStep::BeginConstruction, "2024-06-03".to_owned()));
    let begun = story.on("2024-04-01").acceptance(Kind::ConstructionStarted(Default::default()));
    assert_eq!(step(&begun), free(ProjectStep::Build));
    let used = begun.acceptance(declared("u1", "1")).on("2025-04-01").acceptance(used("u1"));
    // Nothing is left to do on site; what the roadmap asks comes up again.
    assert_eq!(step(&used), free(ProjectStep::AnswerQuestions));
    let owing = used.on("2025-04-08").acceptance(accepted(&["u1"]));
    assert_eq!(step(&owing).0, ProjectStep::MeetObligation);
}

#[test]
fn what_else_is_open_is_counted_and_a_complaint_is_never_shown() {
    // A bad rating of Tuesday 2025-05-06 is answered within fifteen working days, to Tuesday 2025-05-27; the
    // complaint is decided on within seven, to Thursday 2025-05-15.
    let story = site().on("2025-05-06").aftercare(promised(1, "2025-06-30"));
    let story = story.aftercare(promised(2, "2025-05-05")).aftercare(complained(1));
    let story = story.aftercare(rated(1, 5)).aftercare(rated(2, 1));
    let story = story.aftercare(ordered(1, "2025-05-20"));
    // Banks are matched within ten working days, to Tuesday 2025-05-20.
    let story = story.aftercare(asked(1, "bank_matching", "FB"));
    let counts: Vec<_> = story.status().open;
    let counts: Vec<_> = counts
        .iter()
        .map(|one| (one.kind(), one.count, one.overdue, one.next_due_on.as_str()))
        .collect();
    assert_eq!(
        counts,
        [
            (OpenKind::Complaint, 1, 0, "2025-05-15"),
            (OpenKind::Promise, 2, 1, "2025-06-30"),
            (OpenKind::Rating, 1, 0, "2025-05-27"),
            (OpenKind::Order, 1, 0, "2025-05-20"),
            (OpenKind::Request, 1, 0, "2025-05-20"),
        ]
    );
    let shown = format!("{:?}", story.status());
    assert!(!shown.contains("占道许可迟延") && !shown.contains("商业秘密"));
}

#[test]
fn a_permit_of_a_member_of_staff_is_reminded_of_sixty_days_before_it_ends() {
    // Sixty days before 30 September 2022 is 1 August.
    let Aftercare::ServiceRequestRaised(raised) = asked(1, "work_permit", "HR") else {
        unreachable!()
    };
    let (permit, expires_on) = ("staff-0042".to_owned(), "2022-09-30".to_owned());
    let raised = aftercare::ServiceRequestRaised { permit, expires_on, ..raised };
    let story = Story::admitted("2022-03-01").aftercare(Aftercare::ServiceRequestRaised(raised));
    let reminded = |story: &Story, on: &str| {
        let open = story.status_on(on).open;
        let permits = open.iter().filter(|one| one.kind() == OpenKind::StaffPermit);
        permits.map(|one| one.next_due_on.clone()).collect::<Vec<_>>()
    };
    assert_eq!(reminded(&story, "2022-07-31"), Vec::<String>::new());
    assert_eq!(reminded(&story, "2022-08-01"), ["2022-09-30"]);
    let answered = aftercare::ServiceRequestAnswered {
        number: 1,
        agency: "HR".to_owned(),
        answer: "已延期".to_owned(),
        expires_on: "2023-09-30".to_owned(),
    };
    let story = story.aftercare(Aftercare::ServiceRequestAnswered(answered));
    assert_eq!(reminded(&story, "2022-08-01"), Vec::<String>::new());
}

#[test]
fn what_is_recorded_after_its_day_is_shown_to_the_enterprise() {
    let story = Story::admitted("2022-03-01").on("2022-04-06").files("S2-05");
    assert_eq!(story.status().back_filled, []);
    let late = story.on("2022-04-07").recorded_on("2022-04-11").act("S2-05-1", accept());
    let told: Vec<_> = late.status().back_filled;
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].kind.as_str(), told[0].agency.as_str()), ("accepted", "NR"));
    assert_eq!(told[0].matter, "projects/p-yamato/matters/S2-05-1");
    let days = (told[0].occurred_on.as_str(), told[0].recorded_on.as_str());
    assert_eq!(days, ("2022-04-07", "2022-04-11"));
}
