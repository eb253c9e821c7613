//! Forms on the real catalogue: what opens, and everything that stands in the way.

use std::path::Path;
use std::sync::OnceLock;

use super::*;
use crate::calendar::tests::almanac;
use crate::catalogue::Catalogue;
use crate::matter::{Act, Certificate, Check, Outcome, RevocationGround};
use crate::seed::SeedFile;

/// The catalogue of `seeds/`, read once.
pub(crate) fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| {
        let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../seeds"));
        let mut files = Vec::new();
        for folder in ["catalogue", "agencies", "forms"] {
            for entry in std::fs::read_dir(root.join(folder)).unwrap() {
                let path = entry.unwrap().path();
                let name = path.file_name().unwrap().to_str().unwrap();
                let text = std::fs::read_to_string(&path).unwrap();
                files.push(SeedFile { path: format!("{folder}/{name}"), text });
            }
        }
        Catalogue::parse(&files).unwrap()
    })
}

/// A filed (备案) project on land transferred with its plan, in 2022.
pub(crate) fn facts() -> Facts {
    Facts::new()
        .number("total_investment_usd", 48_000_000)
        .flag("restricted_sector", false)
        .flag("security_review_flagged", false)
        .number("annual_energy_tce", 300)
        .number("annual_electricity_gwh", 1)
        .word("land_supply", "transferred")
        .flag("plan_attached", true)
        .flag("new_construction_land", false)
        .flag("ecological_red_line", false)
        .flag("area_assessment", true)
        .word("eia_class", "registration")
        .flag("eia_re_review", false)
        .word("soil_water_plan", "none")
        .flag("relics_area", false)
        .flag("hazardous_chemicals", false)
        .flag("special_fire_works", false)
        .flag("civil_building", false)
        .flag("basement_off_site", false)
        .flag("lightning_special_site", false)
        .word("works_scale", "medium")
        .flag("construction_waste", true)
        .flag("road_works", false)
        .word("discharge_class", "registration")
        .flag("discharge_site_check", false)
        .flag("foreign_staff", true)
}

struct Project {
    facts: Facts,
    matters: BTreeMap<MatterId, Matter>,
    in_force: BTreeSet<String>,
}

fn project(in_force: &[&str]) -> Project {
    let in_force = in_force.iter().map(|code| (*code).to_owned()).collect();
    Project { facts: facts(), matters: BTreeMap::new(), in_force }
}

impl Project {
    fn file_on(
        &self,
        on: &str,
        applications: &[Application],
    ) -> Result<Vec<(MatterId, Event)>, Vec<Refused>> {
        let counter = Counter {
            catalogue: catalogue(),
            stage: Stage::Planning,
            facts: &self.facts,
            matters: &self.matters,
            in_force: &self.in_force,
        };
        let date = day(on);
        let calendar = almanac().as_published_by(date);
        counter.receive(applications, None, Today { date, calendar: &calendar })
    }

    fn file(&self, applications: &[Application]) -> Result<Vec<(MatterId, Event)>, Vec<Refused>> {
        self.file_on("2022-04-06", applications)
    }

    /// The reasons given, each with the item.
    fn refusals(&self, applications: &[Application]) -> Vec<String> {
        let refused = self.file(applications).unwrap_err();
        for one in &refused {
            assert!(!one.why.article().is_empty(), "{one:?}");
            assert!(!one.why.en().is_empty() && !one.why.zh().is_empty(), "{one:?}");
        }
        refused.iter().map(|one| format!("{} {}", one.item, one.why.reason())).collect()
    }

    fn hold(&mut self, events: Vec<(MatterId, Event)>) {
        for (id, event) in events {
            match self.matters.get_mut(&id) {
                Some(matter) => matter.evolve(&event),
                None => {
                    self.matters.insert(id, Matter::open(&event).unwrap());
                }
            }
        }
    }

    fn act(&mut self, on: &str, id: &str, act: Act) {
        let date = day(on);
        let calendar = almanac().as_published_by(date);
        let matter = self.matters.get_mut(&id.parse::<MatterId>().unwrap()).unwrap();
        let events = matter.decide(&act.now(), Today { date, calendar: &calendar }).unwrap();
        events.iter().for_each(|event| matter.evolve(event));
    }
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn apply(item: &str, materials: &[&str]) -> Application {
    let material =
        |key: &&str| Material { key: (*key).to_owned(), sha256: Some("a".repeat(64)), version: 0 };
    Application {
        item: item.to_owned(),
        track: Track::Ordinary,
        materials: materials.iter().map(material).collect(),
        commitment: None,
    }
}

fn on_track(track: Track, application: Application) -> Application {
    Application { track, ..application }
}

fn promise() -> Commitment {
    Commitment {
        conditions_told: vec!["消防、节能标准".to_owned()],
        promises: vec!["按标准建设".to_owned()],
        credit_check: "良好".to_owned(),
    }
}

fn granted() -> Act {
    let certificate =
        Certificate {
            number: "地字第210213202200001".to_owned(), valid_until: None, sha256: None
        };
    Act::Decide {
        outcome: Outcome::Granted { certificate, conditions: Vec::new() },
        document: String::new(),
    }
}

#[test]
fn one_form_opens_many_matters_in_its_order() {
    let project = project(&["S1-08", "S1-12", "S2-04"]);
    let events = project
        .file(&[
            on_track(Track::PlanAttached, apply("S2-05", &["form_p1"])),
            apply("S2-21", &[]),
            apply("S2-02", &[]),
        ])
        .unwrap();
    let opened: Vec<String> =
        events.iter().map(|(id, event)| format!("{id} {} {}", event.kind(), event.on())).collect();
    assert_eq!(
        opened,
        [
            "S2-05-1 received 2022-04-06",
            "S2-21-1 received 2022-04-06",
            "S2-02-1 received 2022-04-06"
        ]
    );
    let Event::Received { terms, materials, .. } = &events[0].1 else { panic!("{events:?}") };
    assert_eq!(terms.committed.as_ref().unwrap().limit.to_string(), "1wd");
    assert_eq!(materials[0].version, 1);
}

#[test]
fn terms_are_those_of_the_project() {
    let project = project(&["S1-08", "S1-12", "S2-04"]);
    let events = project.file(&[apply("S2-05", &[])]).unwrap();
    let Event::Received { terms, .. } = &events[0].1 else { panic!("{events:?}") };
    let opinions: Vec<_> = terms.opinions.iter().map(|term| term.key.as_str()).collect();
    assert_eq!(opinions, ["planning_permit", "land_approval"], "no site_ready: plan attached");
    let inputs: Vec<_> = terms.opinions[0].inputs.iter().map(String::as_str).collect();
    assert_eq!(inputs, ["transfer_contract", "planning_conditions"], "no allocation_decision");
}

#[test]
fn what_the_applicant_has_not_brought_does_not_stop_the_form() {
    let project = project(&["S1-08", "S1-12", "S2-04"]);
    assert_eq!(project.file(&[apply("S2-21", &[])]).unwrap().len(), 1);
}

#[test]
fn a_promise_that_comes_with_the_form_is_recorded_with_it() {
    let project = project(&["S1-08", "S1-12", "S2-04"]);
    let application = Application {
        commitment: Some(promise()),
        ..on_track(Track::Commitment, apply("S2-05", &[]))
    };
    let events = project.file(&[application]).unwrap();
    let kinds: Vec<_> = events.iter().map(|(_, event)| event.kind()).collect();
    assert_eq!(kinds, ["received", "commitment_recorded"]);
}

#[test]
fn a_promise_off_the_commitment_track_is_refused_by_the_law_of_the_matter() {
    let application = Application { commitment: Some(promise()), ..apply("S2-05", &[]) };
    let project = project(&["S1-08", "S1-12", "S2-04"]);
    assert_eq!(project.refusals(&[application]), ["S2-05 NOT_ON_COMMITMENT"]);
}

#[test]
fn everything_that_stands_in_the_way_is_told_at_once_and_nothing_is_opened() {
    let mut project = project(&["S1-12"]);
    project.facts =
        Facts::new().word("land_supply", "transferred").flag("restricted_sector", false);
    let refusals = project.refusals(&[
        apply("S9-99", &[]),
        apply("S3-01", &[]),
        apply("S2-05", &["form_p1", "form_p1", "transfer_contract", "business_licence", "patents"]),
        on_track(Track::PlanAttached, apply("S2-06", &[])),
        apply("S2-10", &[]),
        apply("S2-03", &[]),
        apply("S2-03", &[]),
    ]);
    assert_eq!(
        refusals,
        [
            "S9-99 UNKNOWN_ITEM",
            "S3-01 OTHER_STAGE",
            "S2-05 PREREQUISITE_MISSING",
            "S2-05 MATERIAL_TWICE",
            "S2-05 HELD_MATERIAL",
            "S2-05 HELD_MATERIAL",
            "S2-05 UNRELATED_MATERIAL",
            "S2-06 PREREQUISITE_MISSING",
            "S2-06 FACTS_MISSING",
            "S2-10 FACTS_MISSING",
            "S2-03 ITEM_TWICE",
        ]
    );
}

#[test]
fn an_item_is_in_force_from_its_first_day_on() {
    let project = project(&["S1-08", "S1-12", "S2-04"]);
    let form = [apply("S2-05", &[])];
    let refused = project.file_on("2019-09-16", &form).unwrap_err();
    assert_eq!(refused[0].why, Why::ItemNotInForce { on: day("2019-09-16") });
    assert!(project.file_on("2019-09-17", &form).is_ok());
}

#[test]
fn prerequisites_name_what_is_missing_and_only_what_concerns_the_project() {
    let mut project = project(&["S1-12"]);
    let missing =
        |project: &Project| match &project.file(&[apply("S2-05", &[])]).unwrap_err()[0].why {
            Why::PrerequisiteMissing { missing, article } => (missing.clone(), article.clone()),
            why => panic!("{why:?}"),
        };
    let (codes, article) = missing(&project);
    assert_eq!(codes, [vec!["S1-08".to_owned()], vec!["S2-04".to_owned()]]);
    assert_eq!(article, "自然资规〔2019〕2号 二");
    project.facts = facts().word("land_supply", "allocated").flag("plan_attached", false);
    assert_eq!(missing(&project).0, [vec!["S1-08".to_owned()]], "allocated land has no contract");
}

#[test]
fn an_item_cannot_rest_on_one_of_the_same_form_that_is_not_granted() {
    let mut project = project(&["S1-08", "S1-12", "S2-04"]);
    let form = [apply("S2-05", &[]), apply("S2-06", &[])];
    assert_eq!(project.refusals(&form), ["S2-06 PREREQUISITE_MISSING"]);
    project.in_force.insert("S2-05".to_owned());
    assert!(project.file(&form).is_ok());
}

#[test]
fn what_the_project_does_not_need_is_told_with_the_reason() {
    let refused = project(&["S1-08", "S1-12"]).file(&[apply("S2-16", &[])]).unwrap_err();
    let because = vec!["hazardous_chemicals is yes (stated: no)".to_owned()];
    assert_eq!(refused[0].why, Why::DoesNotConcern { because });
    let refused = project(&["S1-12"]).file(&[apply("S2-01", &[])]).unwrap_err();
    let because = "new_construction_land is yes (stated: no) or land_supply is allocated (stated: transferred)";
    assert_eq!(refused[0].why, Why::DoesNotConcern { because: vec![because.to_owned()] });
}

#[test]
fn an_open_application_and_a_permit_in_force_are_not_doubled() {
    let mut project = project(&["S1-08", "S1-12", "S2-04"]);
    let form = [on_track(Track::Commitment, apply("S2-05", &[]))];
    let filed =
        project.file(&[Application { commitment: Some(promise()), ..form[0].clone() }]).unwrap();
    project.hold(filed);
    assert_eq!(project.refusals(&form), ["S2-05 OPEN_ALREADY"]);
    project.act("2022-04-06", "S2-05-1", Act::Accept { document: String::new() });
    project.act("2022-04-07", "S2-05-1", granted());
    assert_eq!(in_force(&project.matters, day("2022-04-06")), BTreeSet::new());
    assert!(in_force(&project.matters, day("2022-04-07")).contains("S2-05"));
    assert!(project.file(&form).is_ok(), "there was no permit yet on 6 April");
    let refused = project.file_on("2022-04-07", &form).unwrap_err();
    assert_eq!(refused[0].why, Why::InForceAlready { matter: "S2-05-1".parse().unwrap() });
    let reason = "批准有误".to_owned();
    let ground = RevocationGround::WrongProcedure;
    project.act(
        "2022-04-08",
        "S2-05-1",
        Act::RevokePermit { ground, reason, document: String::new() },
    );
    let filed = project.file_on("2022-04-08", &form).unwrap();
    assert_eq!(filed[0].0.to_string(), "S2-05-2");
}

#[test]
fn gates_hold_back_what_they_block_until_they_are_open() {
    let mut project = project(&["S1-01"]);
    let counter = |project: &Project, form: &[Application]| {
        let date = day("2022-04-06");
        let calendar = almanac().as_published_by(date);
        let counter = Counter {
            catalogue: catalogue(),
            stage: Stage::Intake,
            facts: &project.facts,
            matters: &project.matters,
            in_force: &project.in_force,
        };
        let refused = counter.receive(form, None, Today { date, calendar: &calendar });
        let refused = refused.err().unwrap_or_default();
        refused.iter().map(|one| one.why.reason()).collect::<Vec<_>>()
    };
    let form = [apply("S1-12", &[])];
    assert_eq!(counter(&project, &form), ["PREREQUISITE_MISSING", "GATE_SHUT"]);
    project.in_force.insert("S1-02".to_owned());
    assert_eq!(counter(&project, &form), [""; 0]);
    project.facts = facts().flag("security_review_flagged", true);
    assert_eq!(counter(&project, &form), ["GATE_SHUT"]);
    project.in_force.insert("S1-03".to_owned());
    assert_eq!(counter(&project, &form), [""; 0]);
    project.in_force.remove("S1-03");
    project.facts = Facts::new();
    assert_eq!(counter(&project, &form), ["FACTS_MISSING"]);
}

#[test]
fn the_tracks_follow_the_facts_and_the_items_own_rule() {
    let mut project = project(&["S1-08", "S1-12", "S2-03", "S2-05"]);
    let contract = |track| [on_track(track, apply("S2-04", &["bid_application"]))];
    assert_eq!(
        project.refusals(&contract(Track::Commitment)),
        ["S2-04 NOT_ELIGIBLE_FOR_COMMITMENT"]
    );
    assert!(project.file(&contract(Track::PlanAttached)).is_ok());
    project.facts = facts().flag("plan_attached", false);
    assert_eq!(project.refusals(&contract(Track::PlanAttached)), ["S2-04 NOT_PLAN_ATTACHED"]);
}

#[test]
fn who_broke_a_promise_promises_again_only_when_it_is_put_right() {
    let mut project = project(&["S1-08", "S1-12", "S2-04", "S2-05"]);
    let form = |item| {
        let application = on_track(Track::Commitment, apply(item, &[]));
        [Application { commitment: Some(promise()), ..application }]
    };
    project.in_force.remove("S2-05");
    let filed = project.file(&form("S2-05")).unwrap();
    project.hold(filed);
    project.act("2022-04-06", "S2-05-1", Act::Accept { document: String::new() });
    project.act("2022-04-06", "S2-05-1", granted());
    let found = Check::False(vec!["用途与承诺不符".to_owned()]);
    let check = Act::CheckCommitment { check: found, document: "改字1号".to_owned() };
    project.act("2022-04-06", "S2-05-1", check);
    project.in_force.insert("S2-05".to_owned());
    assert_eq!(project.refusals(&form("S2-06")), ["S2-06 PROMISE_BROKEN"]);
    let evidence = "复查照片".to_owned();
    project.act("2022-04-06", "S2-05-1", Act::RecordRectification { evidence });
    assert!(project.file(&form("S2-06")).is_ok());
}

#[test]
fn a_form_cannot_be_received_tomorrow() {
    let project = project(&["S1-08", "S1-12", "S2-04"]);
    let counter = Counter {
        catalogue: catalogue(),
        stage: Stage::Planning,
        facts: &project.facts,
        matters: &project.matters,
        in_force: &project.in_force,
    };
    let calendar = almanac().latest();
    let today = Today { date: day("2022-04-06"), calendar: &calendar };
    let form = [apply("S2-05", &[])];
    let refused = counter.receive(&form, Some(day("2022-04-07")), today).unwrap_err();
    assert_eq!(refused[0].why.reason(), "DATE_IN_THE_FUTURE");
    assert!(counter.receive(&form, Some(day("2022-04-06")), today).is_ok());
}
