//! What the stages record, as the dossier hears it: each thing once, whatever ends in between.

mod acceptance;

use std::sync::Arc;

use desk::{holdings::Shelf, wire};
use eventlog::{Command, Log, NewEvent, testing::Directory};
use host::time::Timekeeper;
use prost::Message;
use proto::{intake::v1 as intake_pb, planning::v1 as planning_pb, r#type::v1 as ty};
use rulebook::{
    holdings::{Ending, RestStanding, State},
    law::Law,
    matter::{
        AcceptanceMode, Certificate, CitedOpinion, DeregistrationGround, Event, Material, Outcome,
        RevocationGround, Terms, Track,
    },
};

use super::*;
use crate::{
    case::{Dossier, Limits},
    certificate::Licences,
    scan::TrustEverything,
    service::Options,
};

/// The logs of intake, planning, acceptance and the dossier in one folder, and the dossier listening.
pub(crate) struct City {
    pub(crate) directory: Directory,
    pub(crate) intake: Log,
    pub(crate) planning: Log,
    pub(crate) acceptance: Log,
    pub(crate) time: Timekeeper,
    pub(crate) law: Arc<Law>,
}

impl City {
    pub(crate) async fn new(on: &str) -> Self {
        let directory = Directory::new().unwrap();
        let time = Timekeeper::settable(on.parse().unwrap());
        let law = Arc::new(Law::parse(&host::seeds::embedded()).unwrap());
        let intake = log(&directory, &time, "intake").await;
        let planning = log(&directory, &time, "planning").await;
        let acceptance = log(&directory, &time, "acceptance").await;
        Self { directory, intake, planning, acceptance, time, law }
    }

    pub(crate) fn options(&self, scanner: Arc<dyn crate::scan::Scanner>) -> Options {
        Options {
            folder: self.directory.path().join("files"),
            scanner,
            limits: Limits::default(),
            licences: Licences::default(),
        }
    }

    pub(crate) async fn open(&self, scanner: Arc<dyn crate::scan::Scanner>) -> (Dossiers, Ears) {
        let dossier = log(&self.directory, &self.time, "dossier").await;
        let (law, time) = (self.law.clone(), self.time.clone());
        let dossiers = Dossiers::open(dossier, law, time, self.options(scanner)).await.unwrap();
        let stages = vec![
            Stage { log: self.intake.clone().into(), listen: intake },
            Stage { log: self.planning.clone().into(), listen: planning },
            Stage { log: self.acceptance.clone().into(), listen: super::acceptance },
        ];
        let ears = dossiers.listen(stages);
        ears.caught_up().await;
        (dossiers, ears)
    }

    /// The dossier on a log and a folder of its own, with room for so many bytes in a project.
    pub(crate) async fn small(&self, project_bytes: u64) -> (Directory, Dossiers, Ears) {
        let folder = Directory::new().unwrap();
        let dossier = log(&folder, &self.time, "dossier").await;
        let mut options = self.options(Arc::new(TrustEverything));
        options.folder = self.directory.path().join("small");
        options.limits.project_bytes = project_bytes;
        let (law, time) = (self.law.clone(), self.time.clone());
        let dossiers = Dossiers::open(dossier, law, time, options).await.unwrap();
        let ears = dossiers.listen(vec![Stage { log: self.intake.clone().into(), listen: intake }]);
        ears.caught_up().await;
        (folder, dossiers, ears)
    }

    /// The enterprise registers its project.
    pub(crate) async fn registers(&self, on: &str) {
        let event = intake_pb::IntakeEvent {
            occurred_on: on.to_owned(),
            kind: Some(intake_pb::intake_event::Kind::ProjectRegistered(Default::default())),
        };
        append(&self.intake, "enterprise:yamato", vec![event.encode_to_vec()]).await;
    }

    /// One command of planning with steps of a matter, and the certificate that it issues.
    pub(crate) async fn planning_does(&self, id: &str, steps: &[Event], issued: Option<&str>) {
        let id: MatterId = id.parse().unwrap();
        let on = steps.last().map(|event| event.on().to_string()).unwrap_or_default();
        let store = |kind| {
            planning_pb::PlanningEvent { occurred_on: on.clone(), kind: Some(kind) }.encode_to_vec()
        };
        use planning_pb::planning_event::Kind;
        let steps = steps.iter().map(|step| store(Kind::Matter(wire::write(&id, step))));
        let certificate = issued.map(|sha256| {
            store(Kind::CertificateIssued(planning_pb::CertificateIssued {
                matter: format!("projects/yamato/matters/{id}"),
                number: NUMBER.to_owned(),
                title: Some(ty::Text {
                    zh: "建设用地规划许可证".to_owned(), en: String::new()
                }),
                content_sha256: sha256.to_owned(),
                ..Default::default()
            }))
        });
        append(&self.planning, "agency:NR/desk-1", steps.chain(certificate).collect()).await;
    }

    pub(crate) fn received(&self, on: &str, item: &str, materials: &[(&str, &str)]) -> Event {
        let (on, item) = (on.parse().unwrap(), self.law.catalogue.editions(item).last().unwrap());
        let terms = Box::new(Terms::of(item, Track::Ordinary));
        Event::Received { on, terms, materials: brought(materials) }
    }
}

pub(crate) const NUMBER: &str = "地字第210213202200001号";
const PERMIT: &str = "projects/yamato/matters/S2-05-1";

#[tokio::test]
async fn a_certificate_enters_by_itself_with_the_hash_that_its_stage_computed() {
    let city = City::new("2022-05-06").await;
    let (dossiers, ears) = city.open(Arc::new(TrustEverything)).await;
    city.registers("2022-04-06").await;
    city.planning_does("S2-05-1", &[city.received("2022-04-06", "S2-05", &[])], None).await;
    let steps = [accepted("2022-04-07"), granted("2022-05-06", None, &[])];
    city.planning_does("S2-05-1", &steps, Some(&"c".repeat(64))).await;
    ears.caught_up().await;
    let dossier = dossier(&dossiers);
    let owner = dossier.opened.clone().unwrap();
    assert_eq!(owner.0.as_deref(), Some("enterprise:yamato"));
    let (id, version) = dossier.holdings.held("land_planning_permit", day("2022-05-06")).unwrap();
    assert_eq!((id.to_string().as_str(), version.number), ("land_planning_permit", 1));
    assert_eq!(
        (version.content.sha256.as_str(), version.content.size),
        ("c".repeat(64).as_str(), 0)
    );
    let certificate = version.certificate.as_ref().unwrap();
    assert_eq!((certificate.number.as_str(), certificate.matter.as_str()), (NUMBER, PERMIT));
    assert!(certificate.licence_id.is_err());
}

/// Nobody waits here for the ears by hand: whoever asks names what the dossier has to have heard.
#[tokio::test]
async fn what_was_issued_a_moment_ago_is_on_the_shelf_of_whoever_asks_for_it() {
    let city = City::new("2022-05-06").await;
    let (dossiers, _ears) = city.open(Arc::new(TrustEverything)).await;
    let shelf = Shelf::follow(dossiers.docket.log().clone());
    city.planning_does("S2-05-1", &[city.received("2022-04-06", "S2-05", &[])], None).await;
    let steps = [accepted("2022-04-07"), granted("2022-05-06", None, &[])];
    city.planning_does("S2-05-1", &steps, Some(&"c".repeat(64))).await;
    let issued = city.planning.head().await.unwrap().position;
    shelf.fresh(BTreeMap::from([("planning".to_owned(), issued)])).await;
    let held = shelf.of("yamato").unwrap();
    assert!(held.holdings.held("land_planning_permit", day("2022-05-06")).is_some());
}

#[tokio::test]
async fn without_a_hash_of_its_stage_the_dossier_writes_the_content_down() {
    let city = City::new("2022-05-06").await;
    let (dossiers, ears) = city.open(Arc::new(TrustEverything)).await;
    city.planning_does("S2-05-1", &[city.received("2022-04-06", "S2-05", &[])], None).await;
    let steps = [accepted("2022-04-07"), granted("2022-05-06", None, &[])];
    city.planning_does("S2-05-1", &steps, None).await;
    ears.caught_up().await;
    let dossier = dossier(&dossiers);
    let (_, version) = dossier.holdings.held("land_planning_permit", day("2022-05-06")).unwrap();
    assert!(version.content.size > 100);
    let mut text = String::new();
    let mut file = dossiers.store.read("yamato", &version.content.sha256).unwrap();
    std::io::Read::read_to_string(&mut file, &mut text).unwrap();
    assert!(text.contains(&format!("number: {NUMBER}\n")), "{text}");
}

#[tokio::test]
async fn a_restart_neither_misses_nor_repeats_anything() {
    let city = City::new("2022-05-06").await;
    let (first, ears) = city.open(Arc::new(TrustEverything)).await;
    city.registers("2022-04-06").await;
    city.planning_does(
        "S2-05-1",
        &[city.received("2022-04-06", "S2-05", &[("form_p1", "a")])],
        None,
    )
    .await;
    ears.caught_up().await;
    let before = dossier(&first);
    let log = first.docket.log().clone();
    drop((first, ears));
    log.close().await;
    // While the dossier is down, the permit is granted and revoked.
    let steps = [accepted("2022-04-07"), granted("2022-05-06", None, &[("form_p1", "a")])];
    city.planning_does("S2-05-1", &steps, Some(&"c".repeat(64))).await;
    city.planning_does("S2-05-1", &[revoked("2022-05-06")], None).await;
    let (second, ears) = city.open(Arc::new(TrustEverything)).await;
    let after = dossier(&second);
    assert_ne!(after, before);
    assert_eq!(after.holdings.versions(&"land_planning_permit".parse().unwrap()).len(), 1);
    let state =
        after.holdings.state(&"land_planning_permit".parse().unwrap(), 1, day("2022-05-06"));
    assert_eq!(state, Some(State::Ended));
    let head = second.docket.log().head().await.unwrap().position;
    let log = second.docket.log().clone();
    drop((second, ears));
    log.close().await;
    let (third, _ears) = city.open(Arc::new(TrustEverything)).await;
    assert_eq!(third.docket.log().head().await.unwrap().position, head);
    assert_eq!(dossier(&third), after);
}

#[tokio::test]
async fn before_an_event_that_it_cannot_read_the_dossier_waits_and_a_newer_build_hears_it_all() {
    /// It does not know what planning's second command says.
    fn older(event: &Recorded) -> Result<Option<Said>, Malformed> {
        if event.version == 2 {
            return Err(Malformed("kind: is unknown to this build".to_owned()));
        }
        planning(event)
    }
    let city = City::new("2022-05-06").await;
    city.registers("2022-04-06").await;
    let received = city.received("2022-04-06", "S2-05", &[("form_p1", "a")]);
    city.planning_does("S2-05-1", &[received], None).await;
    let steps = [accepted("2022-04-07"), granted("2022-05-06", None, &[("form_p1", "a")])];
    city.planning_does("S2-05-1", &steps, Some(&"c".repeat(64))).await;
    city.planning_does("S2-05-1", &[revoked("2022-05-06")], None).await;

    let kept = log(&city.directory, &city.time, "dossier").await;
    let (law, time) = (city.law.clone(), city.time.clone());
    let options = city.options(Arc::new(TrustEverything));
    let first = Dossiers::open(kept.clone(), law, time, options).await.unwrap();
    let ears = first.listen(vec![
        Stage { log: city.intake.clone().into(), listen: intake },
        Stage { log: city.planning.clone().into(), listen: older },
    ]);
    let stopped = ears.stops().last().unwrap().await;
    assert_eq!((stopped.log.as_str(), stopped.position), ("planning", 2));
    ears.caught_up().await;
    let permit = "land_planning_permit".parse().unwrap();
    assert!(dossier(&first).holdings.versions(&permit).is_empty(), "nor what came after it");
    drop((first, ears));
    kept.close().await;

    let (second, _ears) = city.open(Arc::new(TrustEverything)).await;
    let after = dossier(&second);
    assert_eq!(after.holdings.versions(&permit).len(), 1);
    assert_eq!(after.holdings.state(&permit, 1, day("2022-05-06")), Some(State::Ended));
}

fn token(position: u64) -> Token {
    Token { log: "planning".to_owned(), epoch: 1, position }
}

#[tokio::test]
async fn what_the_dossier_cannot_take_is_not_skipped_and_nobody_waits_for_it() {
    let city = City::new("2022-05-06").await;
    let kept = log(&city.directory, &city.time, "dossier").await;
    // The key of what planning's second command, its events 2 to 4, means here is given up: it can never be recorded.
    let Request { principal, key, .. } = request(&token(4));
    kept.resolve(&principal, &key, true).await.unwrap();
    city.planning_does("S2-05-1", &[city.received("2022-04-06", "S2-05", &[])], None).await;
    let steps = [accepted("2022-04-07"), granted("2022-05-06", None, &[])];
    city.planning_does("S2-05-1", &steps, Some(&"c".repeat(64))).await;
    city.planning_does("S2-05-1", &[revoked("2022-05-06")], None).await;
    let (law, time) = (city.law.clone(), city.time.clone());
    let options = city.options(Arc::new(TrustEverything));
    let dossiers = Dossiers::open(kept.clone(), law, time, options).await.unwrap();
    let stage = Stage { log: city.planning.clone().into(), listen: planning };
    let ears = dossiers.listen(vec![stage]);
    let stops = ears.stops().last().unwrap();
    let stopped = tokio::time::timeout(Duration::from_secs(5), stops).await.unwrap();
    assert_eq!((stopped.log.as_str(), stopped.position), ("planning", 2));
    let heard = dossier(&dossiers);
    assert_eq!(heard.heard.get("planning"), Some(&token(1)));
    assert!(heard.holdings.versions(&"land_planning_permit".parse().unwrap()).is_empty());
    let issued = BTreeMap::from([("planning".to_owned(), 5)]);
    let answered = tokio::time::timeout(Duration::from_secs(1), kept.has_taken_in(&issued));
    answered.await.unwrap();
}

#[tokio::test]
async fn what_a_matter_rests_on_follows_it_to_its_end() {
    let city = City::new("2022-06-01").await;
    let (dossiers, ears) = city.open(Arc::new(TrustEverything)).await;
    let received =
        city.received("2022-04-06", "S2-05", &[("planning_conditions", "a"), ("form_p1", "b")]);
    let asked = Event::OpinionsRequested {
        on: day("2022-04-08"),
        opinions: vec!["planning_permit".to_owned(), "land_approval".to_owned()],
    };
    city.planning_does("S2-05-1", &[received, accepted("2022-04-07"), asked], None).await;
    ears.caught_up().await;
    let told = |dossiers: &Dossiers| {
        let rest = dossier(dossiers).holdings.rest(PERMIT).unwrap().clone();
        let parts = rest.reliances.into_iter().map(|part| {
            let keys: Vec<_> = part.materials.into_iter().map(|one| one.key).collect();
            format!("{} {} {}", part.agency, part.opinion.unwrap_or_default(), keys.join(" "))
        });
        (rest.standing, parts.collect::<Vec<_>>())
    };
    let whole = "NR  form_p1 planning_conditions".to_owned();
    let part = "NR planning_permit planning_conditions".to_owned();
    // Land approval does not look at the planning conditions.
    assert_eq!(told(&dossiers), (RestStanding::Open, vec![whole.clone(), part]));
    let rested = [("form_p1", "b"), ("planning_conditions", "a")];
    city.planning_does("S2-05-1", &[granted("2022-05-06", None, &rested)], None).await;
    ears.caught_up().await;
    assert_eq!(told(&dossiers), (RestStanding::Granted, vec![whole.clone()]));
    city.planning_does("S2-05-1", &[revoked("2022-06-01")], None).await;
    ears.caught_up().await;
    assert_eq!(told(&dossiers), (RestStanding::Over, vec![whole]));
}

#[tokio::test]
async fn what_one_command_issues_and_ends_is_both_there() {
    let city = City::new("2022-06-01").await;
    let (dossiers, ears) = city.open(Arc::new(TrustEverything)).await;
    for (ordinal, event, ending) in [
        (1, revoked("2022-06-01"), Ending::Revoked),
        (2, deregistered("2022-06-01"), Ending::Deregistered),
    ] {
        let id = format!("S2-05-{ordinal}");
        let steps = [
            city.received("2022-04-06", "S2-05", &[]),
            accepted("2022-04-07"),
            granted("2022-05-06", None, &[]),
            event,
        ];
        city.planning_does(&id, &steps, None).await;
        ears.caught_up().await;
        let id = if ordinal == 1 { "land_planning_permit" } else { "land_planning_permit.2" };
        let dossier = dossier(&dossiers);
        let versions = dossier.holdings.versions(&id.parse().unwrap());
        assert_eq!(versions[0].ended, Some((day("2022-06-01"), ending)));
    }
}

#[test]
fn a_command_is_never_heard_in_halves() {
    let event = event_at;
    let lengths =
        |page: &[Recorded]| commands(page).iter().map(|one| one.len()).collect::<Vec<_>>();
    assert_eq!(lengths(&[event(1, "a"), event(2, "a"), event(3, "b")]), [2, 1]);
    let full: Vec<_> =
        (1..=PAGE as u64).map(|at| event(at, if at < 200 { "a" } else { "b" })).collect();
    assert_eq!(lengths(&full), [199]);
}

fn event_at(position: u64, key: &str) -> Recorded {
    Recorded {
        position,
        epoch: 1,
        stream: "planning/yamato".to_owned(),
        version: position,
        kind: "matter".to_owned(),
        recorded_at: jiff::Timestamp::UNIX_EPOCH,
        actor: String::new(),
        on_behalf_of: String::new(),
        principal: "agency:NR/desk-1".to_owned(),
        key: key.to_owned(),
        command_digest: [0; 32],
        payload: Vec::new(),
        stream_hash: [0; 32],
        hash: [0; 32],
        traceparent: String::new(),
    }
}

#[test]
fn aftercare_tells_of_its_matters_and_keeps_its_complaints_to_itself() {
    use proto::aftercare::v1::{self as pb, aftercare_event::Kind};
    let said = |kind| {
        let event = pb::AftercareEvent { occurred_on: "2025-06-03".to_owned(), kind: Some(kind) };
        aftercare(&Recorded { payload: event.encode_to_vec(), ..event_at(1, "a") }).unwrap()
    };
    let id: MatterId = "S4-04-1".parse().unwrap();
    let step = accepted("2025-06-03");
    let heard = said(Kind::Matter(wire::write(&id, &step)));
    assert_eq!(heard, Some(Said::Step(Box::new((id, step)))));
    assert_eq!(said(Kind::ComplaintFiled(Default::default())), None);
}

async fn log(directory: &Directory, time: &Timekeeper, name: &str) -> Log {
    let clock = time.clone();
    Log::open(&directory.store(), name, Arc::new(move || clock.now())).await.unwrap()
}

async fn append(log: &Log, principal: &str, payloads: Vec<Vec<u8>>) {
    let version = log.stream(&format!("{}/yamato", log.name()), 0).await.unwrap().len() as u64;
    let command = Command {
        principal: principal.to_owned(),
        key: format!("key-{version}"),
        fingerprint: [0; 32],
        actor: principal.to_owned(),
        on_behalf_of: String::new(),
        stream: format!("{}/yamato", log.name()),
        expected_version: version,
        events: payloads
            .into_iter()
            .map(|payload| NewEvent { kind: "test".to_owned(), payload })
            .collect(),
        reservations: Vec::new(),
        answer: Vec::new(),
    };
    log.append(command).await.unwrap();
}

fn dossier(dossiers: &Dossiers) -> Dossier {
    dossiers.docket.read(|cases| cases.get("yamato").unwrap().case.clone()).unwrap()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn brought(materials: &[(&str, &str)]) -> Vec<Material> {
    let material = |(key, letter): &(&str, &str)| Material {
        key: (*key).to_owned(),
        sha256: Some(letter.repeat(64)),
        version: 1,
    };
    materials.iter().map(material).collect()
}

pub(crate) fn accepted(on: &str) -> Event {
    let mode = AcceptanceMode::Written { document: String::new() };
    Event::Accepted { on: day(on), mode }
}

pub(crate) fn granted(on: &str, sha256: Option<String>, materials: &[(&str, &str)]) -> Event {
    let certificate = Certificate { number: NUMBER.to_owned(), valid_until: None, sha256 };
    Event::Decided {
        on: day(on),
        outcome: Outcome::Granted { certificate, conditions: Vec::new() },
        document: String::new(),
        materials: brought(materials),
        opinions: Vec::<CitedOpinion>::new(),
    }
}

pub(crate) fn revoked(on: &str) -> Event {
    Event::PermitRevoked {
        on: day(on),
        ground: RevocationGround::Deceit,
        reason: "提交虚假材料".to_owned(),
        document: String::new(),
    }
}

fn deregistered(on: &str) -> Event {
    let (ground, reason) = (DeregistrationGround::Expired, "有效期届满未延续".to_owned());
    Event::PermitDeregistered { on: day(on), ground, reason }
}
