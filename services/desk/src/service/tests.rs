//! The desk in front of a shelf of matters: who may do what, what is answered, what is told to whom.

mod owed;
mod reading;
mod unchanged;

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use eventlog::{Log, Malformed, NewEvent, testing::Directory};
use host::time::Timekeeper;
use jiff::civil::Date;
use prost::Message as _;
use proto::matter::v1::{self as pb, matter_service_server::MatterService};
use rulebook::{
    alarm::Alarm,
    catalogue::Facts,
    law::Law,
    matter::{Command, Event, Filing, Matter, MatterId, Terms},
};
use tokio_stream::StreamExt;
use tonic::{Code, Request, Status};
use tonic_types::StatusExt;

use super::Desk;
use crate::{
    caller::Caller,
    docket::{Bench, Case, Decided, Docket},
    matters::{self, Cases, Form, Matters},
    refuse::Refusal,
    view, wire,
};

static LAW: LazyLock<Arc<Law>> =
    LazyLock::new(|| Arc::new(Law::parse(&host::seeds::embedded()).unwrap()));

/// The smallest service that has matters, and no rules of its own.
#[derive(Debug, Clone, Default)]
struct Shelf(BTreeMap<MatterId, Matter>);

impl Case for Shelf {
    const SERVICE: &'static str = "planning";
    type Event = (MatterId, Event);

    fn read(payload: &[u8]) -> Result<Self::Event, Malformed> {
        let stored = pb::MatterEvent::decode(payload).map_err(|bad| Malformed(bad.to_string()))?;
        Ok(wire::read(&stored)?)
    }

    fn write((id, event): &Self::Event) -> NewEvent {
        let payload = wire::write(id, event).encode_to_vec();
        NewEvent { kind: event.kind().to_owned(), payload }
    }

    fn evolve(&mut self, (id, event): &Self::Event) {
        match self.0.get_mut(id) {
            Some(matter) => matter.evolve(event),
            None => self.0.extend(Matter::open(event).map(|matter| (id.clone(), matter))),
        }
    }

    fn matters(&self) -> &BTreeMap<MatterId, Matter> {
        &self.0
    }

    fn matter_of((id, _): &Self::Event) -> Option<&MatterId> {
        Some(id)
    }

    fn alarms(&self, bench: &Bench) -> Vec<(Alarm, Self::Event)> {
        let due = matters::alarms(&self.0, |_| false, bench).into_iter();
        due.map(|(alarm, id, event)| (alarm, (id, event))).collect()
    }
}

impl Matters for Shelf {
    const STAGE: rulebook::catalogue::Stage = rulebook::catalogue::Stage::Planning;

    fn step((id, event): &Self::Event) -> Option<(&MatterId, &Event)> {
        Some((id, event))
    }

    fn file(
        &self,
        form: &Form,
        _caller: &Caller,
        bench: &Bench,
    ) -> Result<Decided<Self::Event>, Refusal> {
        let mut events = Vec::new();
        for one in form.applications.clone() {
            let earlier = self.0.keys().filter(|id| id.item() == one.item).count();
            let ordinal = u32::try_from(earlier).unwrap() + 1;
            let id = MatterId::new(&one.item, ordinal).unwrap();
            let item = bench.law.catalogue.item(&one.item, bench.date);
            let item = item.ok_or_else(|| Refusal::Unknown(one.item.clone()))?;
            let (materials, commitment) = (one.materials, one.commitment);
            let item = item.for_project(&Facts::new().flag("eia_re_review", true));
            let filing = Filing { terms: Terms::of(&item, one.track), materials, commitment };
            let opened = filing.decide(form.occurred_on, matters::today(bench))?;
            events.extend(opened.into_iter().map(|event| (id.clone(), event)));
        }
        Ok(events.into())
    }

    fn act(
        &self,
        id: &MatterId,
        command: &Command,
        caller: &Caller,
        bench: &Bench,
    ) -> Result<Decided<Self::Event>, Refusal> {
        let events = matters::decide(&self.0, id, command, caller, bench)?;
        Ok(events.into_iter().map(|event| (id.clone(), event)).collect::<Vec<_>>().into())
    }
}

struct Hall {
    desk: Desk,
    docket: Docket<Shelf>,
    time: Timekeeper,
    _directory: Directory,
}

async fn open(on: &str) -> Hall {
    let directory = Directory::new().unwrap();
    let time = Timekeeper::settable(day(on));
    let clock = time.clone();
    let log = Log::open(&directory.store(), "planning", Arc::new(move || clock.now())).await;
    let docket = Docket::<Shelf>::open(log.unwrap(), LAW.clone(), time.clone()).await.unwrap();
    let cases: Arc<dyn Cases> = Arc::new(docket.clone());
    Hall { desk: Desk::new([cases]), docket, time, _directory: directory }
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// A call by a principal, perhaps on behalf of another.
fn call<T>(who: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    let (who, behalf) = who.split_once(" for ").unwrap_or((who, ""));
    if !who.is_empty() {
        request.metadata_mut().insert("tongban-principal", who.parse().unwrap());
    }
    if !behalf.is_empty() {
        request.metadata_mut().insert("tongban-on-behalf-of", behalf.parse().unwrap());
    }
    request
}

fn form(key: &str, items: &[&str]) -> pb::FileMattersRequest {
    let application = |item: &&str| pb::Application {
        item: (*item).to_owned(),
        track: pb::Track::Ordinary.into(),
        materials: vec![pb::Material { key: "site_boundary".to_owned(), ..Default::default() }],
        commitment: None,
    };
    pb::FileMattersRequest {
        request_id: format!("file-{key:0>16}"),
        parent: "projects/yamato".to_owned(),
        occurred_on: String::new(),
        applications: items.iter().map(application).collect(),
        min_position: Vec::new(),
    }
}

fn accept(key: &str, matter: &str) -> pb::AcceptMatterRequest {
    pb::AcceptMatterRequest {
        request_id: format!("accept-{key:0>16}"),
        name: format!("projects/yamato/matters/{matter}"),
        occurred_on: String::new(),
        document: "受理-1".to_owned(),
        unchanged_since: String::new(),
    }
}

const ENTERPRISE: &str = "enterprise:yamato/li";

async fn filed(on: &str, items: &[&str]) -> Hall {
    let hall = open(on).await;
    hall.desk.file_matters(call(ENTERPRISE, form("1", items))).await.unwrap();
    hall
}

fn reason(status: &Status) -> String {
    status.get_details_error_info().map(|info| info.reason).unwrap_or_default()
}

fn fields(status: &Status) -> Vec<String> {
    let details = status.get_details_bad_request().expect("field violations");
    details.field_violations.into_iter().map(|violation| violation.field).collect()
}

#[tokio::test]
async fn one_form_opens_many_matters_and_each_says_who_must_act_by_when() {
    let hall = open("2021-09-27").await;
    let answer = hall.desk.file_matters(call(ENTERPRISE, form("1", &["S2-10", "S2-08"]))).await;
    let answer = answer.unwrap().into_inner();
    let names: Vec<&str> = answer.matters.iter().map(|matter| matter.name.as_str()).collect();
    assert_eq!(names, ["projects/yamato/matters/S2-10-1", "projects/yamato/matters/S2-08-1"]);
    assert_eq!(answer.position, "planning:1:2");
    let holder = answer.matters[0].holder.clone().unwrap();
    assert_eq!((holder.party(), holder.who.as_str()), (pb::Party::Agency, "CD"));
    assert_eq!((holder.next(), holder.due_on.as_str()), (pb::NextStep::Examine, "2021-10-09"));
    assert_eq!(answer.matters[0].materials[0].version, 1);

    let again = hall.desk.file_matters(call(ENTERPRISE, form("2", &["S2-10"]))).await.unwrap();
    assert_eq!(again.into_inner().matters[0].name, "projects/yamato/matters/S2-10-2");
}

#[tokio::test]
async fn what_the_dossier_has_to_have_heard_is_no_part_of_a_request() {
    let hall = open("2021-09-27").await;
    let mut form = form("1", &["S2-10"]);
    let first = hall.desk.file_matters(call(ENTERPRISE, form.clone())).await.unwrap();
    form.min_position = vec!["intake:1:1".to_owned(), "planning:1:1".to_owned()];
    let again = hall.desk.file_matters(call(ENTERPRISE, form.clone())).await.unwrap();
    assert_eq!(first.get_ref(), again.get_ref());
    // Intake's epoch is not known here, planning's own is; a repetition without the token finds the answer.
    form.min_position = vec!["intake:2:1".to_owned(), "planning:2:1".to_owned()];
    let refused = hall.desk.file_matters(call(ENTERPRISE, form.clone())).await.unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition);
    assert_eq!(reason(&refused), "OTHER_EPOCH");
    form.min_position.pop();
    let again = hall.desk.file_matters(call(ENTERPRISE, form.clone())).await.unwrap();
    assert_eq!(first.get_ref(), again.get_ref());
    form.min_position.push("planning:1".to_owned());
    let refused = hall.desk.file_matters(call(ENTERPRISE, form)).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    assert_eq!(fields(&refused), ["min_position[1]"]);
}

#[tokio::test]
async fn the_same_request_gives_the_same_answer_for_ever() {
    let hall = filed("2021-09-27", &["S2-10"]).await;
    let first = hall.desk.accept_matter(call("agency:CD/1", accept("1", "S2-10-1"))).await.unwrap();
    hall.time.advance_to(day("2021-12-01")).unwrap();
    let again = hall.desk.accept_matter(call("agency:CD/1", accept("1", "S2-10-1"))).await.unwrap();
    assert_eq!(first.get_ref(), again.get_ref());
    let mut other = accept("1", "S2-10-1");
    other.document = "受理-2".to_owned();
    let reused = hall.desk.accept_matter(call("agency:CD/1", other)).await.unwrap_err();
    assert_eq!(
        (reused.code(), reason(&reused).as_str()),
        (Code::AlreadyExists, "REQUEST_ID_REUSED")
    );
}

#[tokio::test]
async fn a_refusal_says_its_code_its_article_and_its_sentence_in_chinese() {
    let hall = filed("2021-09-27", &["S2-10"]).await;
    hall.time.advance_to(day("2021-10-10")).unwrap();
    let request = pb::RequestCorrectionsRequest {
        request_id: "correct-000000001".to_owned(),
        name: "projects/yamato/matters/S2-10-1".to_owned(),
        defects: vec![pb::Defect { material: "form_p2".to_owned(), problem: "缺章".to_owned() }],
        ..Default::default()
    };
    let no = hall.desk.request_corrections(call("agency:CD/1", request)).await.unwrap_err();
    assert_eq!(no.code(), Code::FailedPrecondition);
    let info = no.get_details_error_info().unwrap();
    assert_eq!((info.reason.as_str(), info.domain.as_str()), ("ACCEPTED_BY_SILENCE", "tongban"));
    assert_eq!(info.metadata["article"], "行政许可法 art. 32(4)");
    let chinese = no.get_details_localized_message().unwrap();
    assert_eq!(chinese.locale, "zh-CN");
    assert!(chinese.message.contains("2021-09-27"), "{}", chinese.message);

    assert_eq!(hall.docket.pass_day().await.unwrap(), ["projects/yamato/matters/S2-10-1"]);
    assert!(hall.docket.pass_day().await.unwrap().is_empty());
}

#[tokio::test]
async fn one_day_brings_everything_that_silence_brought_before_it() {
    let hall = filed("2022-04-06", &["S2-09", "S2-10"]).await;
    hall.time.advance_to(day("2022-06-01")).unwrap();
    let touched = hall.docket.pass_day().await.unwrap();
    assert_eq!(touched, ["projects/yamato/matters/S2-09-1", "projects/yamato/matters/S2-10-1"]);
    let state = |item: &str| {
        hall.docket.read(|cases| view::state(&cases.get("yamato").unwrap().case.0[&id(item)]))
    };
    // Accepted as of receipt, and granted by the same silence: ten days later, by 环境影响评价法 art. 24.
    assert_eq!(state("S2-09-1").unwrap(), pb::State::Granted);
    assert_eq!(state("S2-10-1").unwrap(), pb::State::UnderReview);
    assert!(hall.docket.pass_day().await.unwrap().is_empty());
}

fn id(text: &str) -> MatterId {
    text.parse().unwrap()
}

#[tokio::test]
async fn every_wrong_field_is_named_at_once() {
    let hall = open("2021-09-27").await;
    let request = pb::DecideMatterRequest {
        request_id: "short".to_owned(),
        name: "projects/yamato/matters/S2-10".to_owned(),
        occurred_on: "2021-02-29".to_owned(),
        outcome: pb::Outcome::Refused.into(),
        ..Default::default()
    };
    let no = hall.desk.decide_matter(call("agency:CD/1", request)).await.unwrap_err();
    assert_eq!(no.code(), Code::InvalidArgument);
    assert_eq!(fields(&no), ["request_id", "name", "occurred_on", "reasons", "remedies"]);

    let mut twice = form("1", &["S2-10", "S2-10", "S1-05", "S2-99x"]);
    twice.applications[0].track = 0;
    twice.applications[1].track = 77;
    let no = hall.desk.file_matters(call(ENTERPRISE, twice)).await.unwrap_err();
    let expected = [
        "applications[0].track",
        "applications[1].track",
        "applications[2].item",
        "applications[3].item",
    ];
    assert_eq!(fields(&no), expected);
    let no = hall.desk.file_matters(call(ENTERPRISE, form("1", &[]))).await.unwrap_err();
    assert_eq!(fields(&no), ["applications"]);
}

#[tokio::test]
async fn nobody_acts_without_saying_who_and_nobody_acts_for_another_agency() {
    let hall = filed("2021-09-27", &["S2-10"]).await;
    let act = |who: &str| hall.desk.accept_matter(call(who, accept("1", "S2-10-1")));
    for (who, code) in [
        ("", Code::Unauthenticated),
        ("CD", Code::Unauthenticated),
        ("system:clock", Code::Unauthenticated),
        ("agency:CD/", Code::Unauthenticated),
        ("agency:NR/1", Code::PermissionDenied),
        ("agency:NR/1 for agency:CD", Code::PermissionDenied),
        ("enterprise:yamato/li", Code::PermissionDenied),
        ("secretary:ECC/7 for enterprise:yamato", Code::PermissionDenied),
    ] {
        assert_eq!(act(who).await.unwrap_err().code(), code, "{who:?}");
    }
    let mut double = call("agency:CD/1", accept("1", "S2-10-1"));
    double.metadata_mut().append("tongban-principal", "agency:NR/1".parse().unwrap());
    assert_eq!(hall.desk.accept_matter(double).await.unwrap_err().code(), Code::Unauthenticated);
    act("agency:CD/1").await.unwrap();

    let unknown = hall.desk.accept_matter(call("agency:CD/1", accept("2", "S2-10-2"))).await;
    assert_eq!(unknown.unwrap_err().code(), Code::NotFound);
    let elsewhere = hall.desk.accept_matter(call("agency:MR/1", accept("3", "S4-11-1"))).await;
    assert_eq!(elsewhere.unwrap_err().code(), Code::NotFound);
}

#[tokio::test]
async fn what_is_the_applicants_to_do_is_done_by_it_or_in_its_name() {
    let hall = filed("2021-09-27", &["S2-10"]).await;
    let withdraw = |who: &str| {
        let request = pb::WithdrawApplicationRequest {
            request_id: "withdraw-00000001".to_owned(),
            name: "projects/yamato/matters/S2-10-1".to_owned(),
            ..Default::default()
        };
        hall.desk.withdraw_application(call(who, request))
    };
    for who in ["agency:CD/1", "agency:NR/1 for enterprise:yamato", "secretary:ECC/7"] {
        assert_eq!(withdraw(who).await.unwrap_err().code(), Code::PermissionDenied, "{who}");
    }
    withdraw("secretary:ECC/7 for enterprise:yamato").await.unwrap();
    let file = form("2", &["S2-10"]);
    let no = hall.desk.file_matters(call("agency:CD/1", file)).await.unwrap_err();
    assert_eq!(no.code(), Code::PermissionDenied);
}

fn opinion(agency: &str, key: &str) -> Request<pb::GiveOpinionRequest> {
    let request = pb::GiveOpinionRequest {
        request_id: format!("opinion-{agency}-{key}-0000000001"),
        name: "projects/yamato/matters/S2-01-1".to_owned(),
        opinion: key.to_owned(),
        verdict: pb::Verdict::Consents.into(),
        ..Default::default()
    };
    call(&format!("agency:{agency}/1"), request)
}

#[tokio::test]
async fn an_agency_gives_its_own_opinion_and_no_other() {
    let hall = filed("2022-04-06", &["S2-01"]).await;
    hall.desk.accept_matter(call("agency:NR/1", accept("1", "S2-01-1"))).await.unwrap();
    let request = pb::RequestOpinionsRequest {
        request_id: "opinions-00000001".to_owned(),
        name: "projects/yamato/matters/S2-01-1".to_owned(),
        ..Default::default()
    };
    hall.desk.request_opinions(call("agency:NR/1", request)).await.unwrap();
    let give = |agency, key| hall.desk.give_opinion(opinion(agency, key));
    assert_eq!(give("CUL", "ecology").await.unwrap_err().code(), Code::PermissionDenied);
    assert_eq!(give("HC", "").await.unwrap_err().code(), Code::PermissionDenied);
    assert_eq!(fields(&give("NR", "").await.unwrap_err()), ["opinion"]);
    assert_eq!(reason(&give("NR", "feng_shui").await.unwrap_err()), "UNKNOWN_OPINION");
    let answer = give("EE", "").await.unwrap().into_inner();
    let ecology = answer.matter.unwrap().opinions;
    let ecology = ecology.iter().find(|opinion| opinion.opinion == "ecology").unwrap();
    assert_eq!(ecology.answered_on, "2022-04-06");
}

mod alarms;
