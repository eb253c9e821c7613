//! Forms on the real catalogue: what opens, and everything that stands in the way.

use std::path::Path;
use std::sync::OnceLock;

use super::*;
use crate::calendar::tests::almanac;
use crate::catalogue::Catalogue;
use crate::matter::{Act, Certificate, Check, Outcome, Rejection, RevocationGround, Today};
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
        .flag("enterprise_established", false)
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
    fn counter(&self, stage: Stage, on: &str) -> Counter<'_> {
        Counter {
            catalogue: catalogue(),
            stage,
            on: day(on),
            facts: &self.facts,
            matters: &self.matters,
            in_force_before: &self.in_force,
        }
    }

    fn file_on(
        &self,
        on: &str,
        applications: &[Application],
    ) -> Result<Vec<(MatterId, Filing)>, Vec<Refused>> {
        self.counter(Stage::Planning, on).receive(applications)
    }

    fn file(&self, applications: &[Application]) -> Result<Vec<(MatterId, Filing)>, Vec<Refused>> {
        self.file_on("2022-04-06", applications)
    }

    /// The reasons given, each with the item.
    fn refusals(&self, applications: &[Application]) -> Vec<String> {
        let refused = self.file(applications).unwrap_err();
        for one in &refused {
            assert!(!one.article().is_empty(), "{one:?}");
            assert!(!one.en().is_empty() && !one.zh().is_empty(), "{one:?}");
        }
        refused.iter().map(|one| format!("{} {}", one.item, one.reason())).collect()
    }

    fn why(&self, application: &Application) -> Vec<Why> {
        let refused = self.file(std::slice::from_ref(application)).unwrap_err();
        refused.into_iter().map(|one| one.why).collect()
    }

    /// Files on a day, and keeps what that opens.
    fn hold(&mut self, on: &str, form: &[Application]) {
        let date = day(on);
        let calendar = almanac().as_published_by(date);
        for (id, filing) in self.file_on(on, form).unwrap() {
            let events = filing.decide(None, Today { date, calendar: &calendar }).unwrap();
            self.matters.insert(id, Matter::replay(&events).unwrap());
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

/// An application on commitment, with the promise.
fn promised(item: &str) -> Application {
    Application { commitment: Some(promise()), ..on_track(Track::Commitment, apply(item, &[])) }
}

fn codes(codes: &[&str]) -> Vec<String> {
    codes.iter().map(|code| (*code).to_owned()).collect()
}

fn granted(valid_until: Option<Date>) -> Act {
    let number = "地字第210213202200001".to_owned();
    let certificate = Certificate { number, valid_until, sha256: None };
    Act::Decide {
        outcome: Outcome::Granted { certificate, conditions: Vec::new() },
        document: String::new(),
    }
}

#[test]
fn one_form_opens_many_matters_in_its_order() {
    let project = project(&["S1-02", "S1-08", "S1-12", "S2-04"]);
    let opened = project
        .file(&[
            on_track(Track::PlanAttached, apply("S2-05", &["form_p1"])),
            apply("S2-21", &[]),
            apply("S2-02", &[]),
        ])
        .unwrap();
    let ids: Vec<String> = opened.iter().map(|(id, _)| id.to_string()).collect();
    assert_eq!(ids, ["S2-05-1", "S2-21-1", "S2-02-1"]);
    let terms = &opened[0].1.terms;
    assert_eq!(terms.committed.as_ref().unwrap().limit.to_string(), "1wd");
}

#[test]
fn terms_are_those_of_the_project() {
    let project = project(&["S1-02", "S1-08", "S1-12", "S2-04"]);
    let opened = project.file(&[apply("S2-05", &[])]).unwrap();
    let opinions = &opened[0].1.terms.opinions;
    let keys: Vec<_> = opinions.iter().map(|term| term.key.as_str()).collect();
    assert_eq!(keys, ["planning_permit", "land_approval"], "no site_ready: plan attached");
    assert_eq!(opinions[0].inputs, ["transfer_contract", "planning_conditions"]);
}

#[test]
fn what_the_applicant_has_not_brought_does_not_stop_the_form() {
    let project = project(&["S1-02", "S1-08", "S1-12", "S2-04"]);
    let opened = project.file(&[apply("S2-05", &[])]).unwrap();
    assert_eq!(opened[0].1.materials, []);
}

#[test]
fn a_promise_that_comes_with_the_form_is_recorded_with_it() {
    let mut project = project(&["S1-02", "S1-08", "S1-12", "S2-04"]);
    project.hold("2022-04-06", &[promised("S2-05")]);
    let matter = project.matters.values().next().unwrap();
    assert_eq!(matter.commitment, Some(promise()));
}

#[test]
fn a_promise_off_the_commitment_track_is_refused_by_the_law_of_the_matter() {
    let application = Application { commitment: Some(promise()), ..apply("S2-05", &[]) };
    let project = project(&["S1-02", "S1-08", "S1-12", "S2-04"]);
    let opened = project.file(&[application]).unwrap();
    let calendar = almanac().latest();
    let today = Today { date: day("2022-04-06"), calendar: &calendar };
    assert_eq!(opened[0].1.decide(None, today), Err(Rejection::NotOnCommitment));
}

#[test]
fn everything_that_stands_in_the_way_is_told_at_once_and_nothing_is_opened() {
    let mut project = project(&["S1-02", "S1-12"]);
    project.facts = Facts::new()
        .word("land_supply", "transferred")
        .flag("restricted_sector", false)
        .flag("security_review_flagged", false);
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
            "S3-01 ITEM_OF_OTHER_STAGE",
            "S2-05 PREREQUISITE_MISSING",
            "S2-05 PREREQUISITE_MISSING",
            "S2-05 MATERIAL_TWICE",
            "S2-05 HELD_MATERIAL",
            "S2-05 HELD_MATERIAL",
            "S2-05 MATERIAL_NOT_ASKED",
            "S2-06 PREREQUISITE_MISSING",
            "S2-06 FACTS_MISSING",
            "S2-10 FACTS_MISSING",
            "S2-03 ITEM_TWICE",
        ]
    );
}

#[test]
fn a_material_that_another_kind_of_project_brings_is_not_asked_of_this_one() {
    let mut project = project(&["S1-02", "S1-08", "S1-12", "S2-05", "S2-06"]);
    let form = [apply("S2-17", &["drawing_commitment"])];
    assert!(project.file(&form).is_ok());
    project.facts = facts().flag("plan_attached", false);
    assert_eq!(project.refusals(&form), ["S2-17 MATERIAL_NOT_ASKED"]);
}

#[test]
fn an_item_is_in_force_from_its_first_day_on() {
    let project = project(&["S1-02", "S1-08", "S1-12", "S2-04"]);
    let form = [apply("S2-05", &[])];
    assert_eq!(project.file_on("2019-09-16", &form).unwrap_err()[0].why, Why::NotInForce);
    assert!(project.file_on("2019-09-17", &form).is_ok());
}

#[test]
fn prerequisites_name_only_what_concerns_the_project() {
    let mut project = project(&["S1-02", "S1-12"]);
    let needs = |project: &Project| project.why(&apply("S2-05", &[]));
    let (filing, contract) = (Why::Needs(codes(&["S1-08"])), Why::Needs(codes(&["S2-04"])));
    assert_eq!(needs(&project), [filing.clone(), contract]);
    project.facts = facts().word("land_supply", "allocated").flag("plan_attached", false);
    assert_eq!(needs(&project), [filing], "allocated land has no contract");
}

#[test]
fn an_item_cannot_rest_on_one_of_the_same_form_that_is_not_granted() {
    let mut project = project(&["S1-02", "S1-08", "S1-12", "S2-04"]);
    let form = [apply("S2-05", &[]), apply("S2-06", &[])];
    assert_eq!(project.refusals(&form), ["S2-06 PREREQUISITE_MISSING"]);
    project.in_force.insert("S2-05".to_owned());
    assert!(project.file(&form).is_ok());
}

#[test]
fn a_prerequisite_counts_from_the_day_it_was_granted() {
    let mut project = project(&["S1-02", "S1-08", "S1-12", "S2-04"]);
    project.hold("2022-04-06", &[promised("S2-05")]);
    project.act("2022-04-06", "S2-05-1", Act::Accept { document: String::new() });
    project.act("2022-04-07", "S2-05-1", granted(None));
    let form = [apply("S2-06", &[])];
    assert!(project.file_on("2022-04-07", &form).is_ok());
    let why = &project.file_on("2022-04-06", &form).unwrap_err()[0].why;
    assert_eq!(*why, Why::Needs(codes(&["S2-05"])));
}

#[test]
fn what_the_project_does_not_need_is_told_with_the_reason() {
    let project = project(&["S1-02", "S1-08", "S1-12"]);
    let because = codes(&["hazardous_chemicals is yes (stated: no)"]);
    assert_eq!(project.why(&apply("S2-16", &[])), [Why::NotConcerned(because)]);
    let because = codes(&[
        "new_construction_land is yes (stated: no) or land_supply is allocated (stated: transferred)",
    ]);
    assert_eq!(project.why(&apply("S2-01", &[])), [Why::NotConcerned(because)]);
}

#[test]
fn an_open_application_and_a_permit_in_force_are_not_doubled() {
    let mut project = project(&["S1-02", "S1-08", "S1-12", "S2-04"]);
    let application = promised("S2-05");
    let id: MatterId = "S2-05-1".parse().unwrap();
    project.hold("2022-04-06", std::slice::from_ref(&application));
    assert_eq!(project.why(&application), [Why::Open(id.clone())]);
    project.act("2022-04-06", "S2-05-1", Act::Accept { document: String::new() });
    project.act("2022-04-07", "S2-05-1", granted(None));
    assert_eq!(in_force(&project.matters, day("2022-04-06")), BTreeSet::new());
    assert_eq!(in_force(&project.matters, day("2022-04-07")), BTreeSet::from(["S2-05".to_owned()]));
    assert_eq!(project.why(&application), [Why::InForce(id)], "even for a form dated 6 April");
    let (reason, document) = ("批准程序有误".to_owned(), "撤1号".to_owned());
    let ground = RevocationGround::WrongProcedure;
    project.act("2022-04-08", "S2-05-1", Act::RevokePermit { ground, reason, document });
    let opened = project.file_on("2022-04-08", &[application]).unwrap();
    assert_eq!(opened[0].0.to_string(), "S2-05-2");
}

#[test]
fn a_permit_is_asked_for_again_when_it_has_expired() {
    let mut project = project(&["S1-02", "S1-08", "S1-12", "S2-04"]);
    project.hold("2022-04-06", &[promised("S2-05")]);
    project.act("2022-04-06", "S2-05-1", Act::Accept { document: String::new() });
    project.act("2022-04-07", "S2-05-1", granted(Some(day("2023-04-07"))));
    let form = [promised("S2-05")];
    assert!(project.file_on("2023-04-07", &form).is_err());
    assert!(project.file_on("2023-04-08", &form).is_ok());
}

#[test]
fn gates_hold_back_what_they_block_and_whatever_needs_it() {
    let mut project = project(&["S1-01"]);
    let reasons = |project: &Project, stage: Stage, item: &str| {
        let refused = project.counter(stage, "2022-04-06").receive(&[apply(item, &[])]);
        refused.err().unwrap_or_default().iter().map(Refused::reason).collect::<Vec<_>>()
    };
    let code = |project: &Project| reasons(project, Stage::Intake, "S1-12");
    assert_eq!(code(&project), ["PREREQUISITE_MISSING", "GATE_SHUT"]);
    project.in_force.insert("S1-02".to_owned());
    assert_eq!(code(&project), [""; 0]);
    project.facts = facts().flag("security_review_flagged", true);
    assert_eq!(code(&project), ["GATE_SHUT"]);
    project.in_force.extend(codes(&["S1-08", "S1-12", "S2-03", "S2-04"]));
    assert_eq!(reasons(&project, Stage::Planning, "S2-05"), ["GATE_SHUT"]);
    project.in_force.insert("S1-03".to_owned());
    assert_eq!(reasons(&project, Stage::Planning, "S2-05"), [""; 0]);
}

#[test]
fn the_tracks_follow_the_facts_and_the_items_own_rule() {
    let mut project = project(&["S1-02", "S1-08", "S1-12", "S2-03"]);
    let contract = |track| on_track(track, apply("S2-04", &["bid_application"]));
    assert_eq!(project.why(&contract(Track::Commitment)), [Why::NotOnCommitment]);
    assert!(project.file(&[contract(Track::PlanAttached)]).is_ok());
    project.facts = facts().flag("plan_attached", false);
    assert_eq!(project.why(&contract(Track::PlanAttached)), [Why::NotPlanAttached]);
}

#[test]
fn who_broke_a_promise_promises_again_only_when_it_is_put_right() {
    let mut project = project(&["S1-02", "S1-08", "S1-12", "S2-04"]);
    project.hold("2022-04-06", &[promised("S2-05")]);
    project.act("2022-04-06", "S2-05-1", Act::Accept { document: String::new() });
    project.act("2022-04-06", "S2-05-1", granted(None));
    let found = Check::False(vec!["用途与承诺不符".to_owned()]);
    let (document, materials) = ("改字1号".to_owned(), Vec::new());
    let check = Act::CheckCommitment { check: found, document, materials };
    project.act("2022-04-06", "S2-05-1", check);
    let broken = Why::PromiseBroken("S2-05-1".parse().unwrap());
    assert_eq!(project.why(&promised("S2-06")), [broken]);
    assert!(project.file(&[apply("S2-06", &[])]).is_ok(), "the ordinary way stays open");
    let evidence = "复查照片".to_owned();
    project.act("2022-04-06", "S2-05-1", Act::RecordRectification { evidence });
    assert!(project.file(&[promised("S2-06")]).is_ok());
}
