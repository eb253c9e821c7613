//! Answers that are the fold, and answers that are not.

use super::*;
use crate::run::Bytes;
use crate::sample::{AGENCY, ENTERPRISE, Sample, broken, holds, shown};

fn checked(run: &Run) -> Vec<&'static str> {
    broken(&check(run, &Projects::of(run)))
}

/// The story with another status.
fn status(change: impl FnOnce(&mut status::ProjectStatus)) -> Vec<&'static str> {
    let mut run = Sample::story();
    let read = &mut run.reads[0];
    let body = &read.body.as_ref().unwrap().0;
    let mut answer = status::GetProjectStatusResponse::decode(body.as_slice()).unwrap();
    change(answer.status.as_mut().unwrap());
    read.body = Some(Bytes(answer.encode_to_vec()));
    checked(&run)
}

/// The story with another matter.
fn matter(change: impl FnOnce(&mut matter::Matter)) -> Vec<&'static str> {
    let mut run = Sample::story();
    let mut one = shown(true, "planning:1:4");
    change(&mut one);
    let answer = matter::GetMatterResponse { matter: Some(one) };
    run.reads[1].body = Some(Bytes(answer.encode_to_vec()));
    checked(&run)
}

#[test]
fn what_is_shown_as_the_log_says_holds() {
    let run = Sample::story();
    assert!(holds(&check(&run, &Projects::of(&run))));
    assert!(status(|_| {}).is_empty() && matter(|_| {}).is_empty());
}

#[test]
fn whatever_a_status_says_otherwise_is_noticed() {
    let changes: [fn(&mut status::ProjectStatus); 6] = [
        |status| status.title = None,
        |status| status.project_code.clear(),
        |status| status.secretary = "s-1".to_owned(),
        |status| status.matters.clear(),
        |status| status.certificates.push(Default::default()),
        |status| status.back_filled.push(Default::default()),
    ];
    for (at, change) in changes.into_iter().enumerate() {
        assert_eq!(status(change), [RULE], "change {at}");
    }
    assert_eq!(status(|status| status.name.push('9')), ["what is shown is in a log"]);
}

#[test]
fn a_status_that_is_not_there_or_does_not_say_what_it_has_seen_is_noticed() {
    let changes: [fn(&mut status::GetProjectStatusResponse); 2] =
        [|answer| answer.status = None, |answer| answer.as_of[0] = "intake:1".to_owned()];
    for change in changes {
        let mut run = Sample::story();
        let body = run.reads[0].body.take().unwrap();
        let mut answer = status::GetProjectStatusResponse::decode(body.0.as_slice()).unwrap();
        change(&mut answer);
        run.reads[0].body = Some(Bytes(answer.encode_to_vec()));
        assert_eq!(checked(&run), ["a status is there and says what it has seen"]);
    }
}

#[test]
fn whatever_a_matter_says_otherwise_is_noticed() {
    let changes: [fn(&mut matter::Matter); 9] = [
        |matter| matter.set_state(matter::State::UnderReview),
        |matter| matter.terms = None,
        |matter| matter.received_on.clear(),
        |matter| matter.accepted_on.clear(),
        |matter| matter.decided_on.clear(),
        |matter| matter.set_outcome(matter::Outcome::Refused),
        |matter| matter.materials.clear(),
        |matter| matter.cards.push(Default::default()),
        |matter| matter.opinions.push(Default::default()),
    ];
    for (at, change) in changes.into_iter().enumerate() {
        assert_eq!(matter(change), [RULE], "change {at}");
    }
    assert_eq!(matter(|matter| matter.position.clear()), ["a matter says where it stands"]);
}

#[test]
fn a_state_of_another_position_is_noticed() {
    // Granted only stands at 4.
    assert_eq!(matter(|matter| matter.position = "planning:1:3".to_owned()), [RULE]);
    assert_eq!(matter(|matter| matter.position = "planning:1:1".to_owned()), [RULE]);
}

#[test]
fn the_answer_of_a_command_is_the_matter_after_it() {
    let mut run = Sample::story();
    let accept = run.commands.iter_mut().find(|c| c.key.as_deref() == Some("accept-1")).unwrap();
    let (matter, position) = (Some(shown(true, "")), String::new());
    let answer = matter::AcceptMatterResponse { matter, position };
    accept.answer = Some(Bytes(answer.encode_to_vec()));
    assert_eq!(checked(&run), [RULE]);
}

#[test]
fn entries_recorded_after_their_day_are_told() {
    // Accepted on 6 April, recorded on 8 April: 补录.
    let mut sample = Sample::begun();
    sample.on("2022-04-08").accept("accept-1");
    let mut run = sample.run();
    let body = |late: bool| {
        let heads = [("intake", 2), ("planning", 3)];
        let body = Sample::status_as_of(&run, &heads).0;
        let mut answer = status::GetProjectStatusResponse::decode(body.as_slice()).unwrap();
        let told = status::BackFilled {
            kind: "accepted".to_owned(),
            matter: crate::sample::MATTER.to_owned(),
            occurred_on: "2022-04-06".to_owned(),
            recorded_on: "2022-04-08".to_owned(),
            agency: "NR".to_owned(),
        };
        answer.status.as_mut().unwrap().back_filled.extend(late.then_some(told));
        Bytes(answer.encode_to_vec())
    };
    let (told, silent) = (body(true), body(false));
    run.reads = Sample::story().reads;
    run.reads.truncate(1);
    run.reads[0].body = Some(told);
    assert!(checked(&run).is_empty());
    run.reads[0].body = Some(silent);
    assert_eq!(checked(&run), [RULE]);
}

#[test]
fn a_project_of_intake_is_as_its_facts() {
    let mut run = Sample::story();
    let project = intake::Project {
        name: "projects/p1".to_owned(),
        facts: Some(intake::ProjectFacts {
            name: Some(crate::sample::name()),
            ..Default::default()
        }),
        project_code: "2204-1".to_owned(),
        registered_on: "2022-04-06".to_owned(),
        ..intake::Project::default()
    };
    let mut told = |project: Option<intake::Project>, position: &str| {
        let answer = intake::GetProjectResponse { project, position: position.to_owned() };
        run.reads[0].rpc = "tongban.intake.v1.IntakeService/GetProject".to_owned();
        run.reads[0].body = Some(Bytes(answer.encode_to_vec()));
        checked(&run)
    };
    let rule = "a project is there and says where it stands";
    assert_eq!(told(None, "intake:1:2"), [rule]);
    assert_eq!(told(Some(project.clone()), "2"), [rule]);
    let mut shown = |project| told(Some(project), "intake:1:2");
    assert!(shown(project.clone()).is_empty());
    assert_eq!(shown(intake::Project { facts: None, ..project.clone() }), [RULE]);
    assert_eq!(shown(intake::Project { withdrawn: true, ..project }), [RULE]);
}

#[test]
fn a_project_without_a_status_at_the_end_and_a_garbled_answer_are_violations() {
    let mut run = Sample::story();
    run.statuses[0].object = "projects/other".to_owned();
    assert_eq!(checked(&run), ["every project has a status at the end"]);
    let mut run = Sample::story();
    for body in [Some(Bytes(vec![0xff])), None] {
        run.reads[0].body = body;
        assert_eq!(checked(&run), ["an answer can be read"]);
    }
    assert_ne!(AGENCY, ENTERPRISE);
}
