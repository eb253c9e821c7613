//! Stories of construction and acceptance, told as given, when, then, with real dates.

mod construction;
mod demands;
mod dependency;
mod joint;
mod order;
mod paths;
mod scope;
mod survey;
mod wire;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use desk::{
    caller::{Caller, Principal},
    docket::Bench,
    matters::Application,
    refuse::Refusal,
};
use jiff::civil::Date;
use rulebook::{
    catalogue::Text,
    law::Law,
    matter::{self, Certificate, Material, MatterId, Outcome, Track},
};

use super::{Act, Case, Command, Construction, Event, Finding, Rejection, Scoped, Unit};

pub(super) static LAW: LazyLock<Arc<Law>> =
    LazyLock::new(|| Arc::new(Law::parse(&host::seeds::embedded()).unwrap()));

/// A project whose construction permit was issued and handed over on 2024-03-01, with nothing else known.
/// It lies in no special case: only planning, fire filing, archive, quality and greenery sit on it.
pub(super) struct Site {
    pub case: Case,
    pub events: Vec<Event>,
}

/// What of the earlier stages is in force at every site.
const BEFORE: [&str; 12] = [
    "S1-02", "S1-10", "S2-05", "S2-06", "S2-08", "S2-09", "S2-10", "S2-12", "S2-13", "S2-14",
    "S2-17", "S2-18",
];

/// Facts of a plain factory.
const PLAIN: [(&str, &str); 8] = [
    ("security_review_flagged", "no"),
    ("special_fire_works", "no"),
    ("civil_building", "no"),
    ("lightning_special_site", "no"),
    ("eia_class", "form"),
    ("soil_water_plan", "none"),
    ("land_supply", "transferred"),
    ("discharge_class", "none"),
];

impl Site {
    pub(super) fn new() -> Self {
        let mut site = Site { case: Case::default(), events: Vec::new() };
        let on = day("2024-03-01");
        for item in BEFORE {
            let matter = format!("projects/p/matters/{item}-1");
            let item = item.to_owned();
            site.take([Event::PriorMatter { on, matter, item, in_force: true }]);
        }
        let matter = "projects/p/matters/S2-17-1".to_owned();
        let (agency, number) = ("HC".to_owned(), "210200202403010101".to_owned());
        site.take([
            Event::ConstructionPermitted { on, matter: matter.clone(), agency, number },
            Event::PermitHandedOver { on, matter },
        ]);
        site.facts(&PLAIN)
    }

    pub(super) fn facts(mut self, facts: &[(&str, &str)]) -> Self {
        let pairs = facts.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        self.take([Event::FactsStated { on: day("2024-03-01"), facts: pairs.collect() }]);
        self
    }

    /// Units, each as `id phase` or `id phase alone`.
    pub(super) fn units(mut self, units: &[&str]) -> Self {
        let declared = units.iter().map(|told| {
            let words: Vec<&str> = told.split(' ').collect();
            (words[0].to_owned(), unit(words[1], words.get(2) == Some(&"alone")))
        });
        self.does("enterprise", "2024-03-04", Act::DeclareUnits(declared.collect()));
        self
    }

    /// Construction began on 2024-04-01 and one survey of everything was delivered on 2025-03-10.
    pub(super) fn built(mut self) -> Self {
        self.does("enterprise", "2024-04-01", construct(Construction::Started));
        self.surveyed("2025-03-03", "2025-03-10", Scoped::Project);
        self
    }

    pub(super) fn surveyed(&mut self, filed: &str, delivered: &str, scope: Scoped) -> MatterId {
        let id = self.filed("enterprise", filed, "S3-01", scope);
        self.acts("NR", filed, &id, accept());
        self.acts("NR", delivered, &id, granted("测绘2025-001", Some(hash('a'))));
        id
    }

    pub(super) fn filed(&mut self, who: &str, on: &str, item: &str, scope: Scoped) -> MatterId {
        self.does(who, on, file(item, scope));
        self.newest(item)
    }

    pub(super) fn newest(&self, item: &str) -> MatterId {
        self.case.matters.keys().rev().find(|id| id.item() == item).unwrap().clone()
    }

    /// Filed, accepted and granted on one day.
    pub(super) fn granted(&mut self, who: &str, on: &str, item: &str, scope: Scoped) -> MatterId {
        let id = self.filed("enterprise", on, item, scope);
        self.acts(who, on, &id, accept());
        self.acts(who, on, &id, granted("证-1", None));
        id
    }

    /// Joint acceptance applied for and accepted on a day.
    pub(super) fn applied(&mut self, on: &str, scope: Scoped) -> MatterId {
        self.does("enterprise", on, apply(scope));
        let id = self.newest("S3-09");
        self.acts("HC", on, &id, accept());
        id
    }

    /// The members are on site on a day.
    pub(super) fn inspected(&mut self, on: &str, id: &MatterId) {
        self.does("HC", on, Act::Schedule { matter: id.clone(), inspect_on: day(on) });
        self.does("HC", on, Act::Inspect { matter: id.clone() });
    }

    /// What members found on a day, each as `member` or `member: defect`.
    pub(super) fn found(&mut self, on: &str, id: &MatterId, results: &[&str]) {
        for told in results {
            let (member, finding) = match told.split_once(": ") {
                Some((member, defect)) => (member, Finding::Rectify(vec![defect.to_owned()])),
                None => (*told, Finding::Pass),
            };
            let agency = self.case.joints[id].seats[member].member.agency.clone();
            self.does(&agency, on, examine(id, member, finding));
        }
    }

    pub(super) fn all_pass(&mut self, on: &str, id: &MatterId) {
        let open: Vec<String> = self.open(id).into_iter().collect();
        let open: Vec<&str> = open.iter().map(String::as_str).collect();
        self.found(on, id, &open);
    }

    pub(super) fn open(&self, id: &MatterId) -> BTreeSet<String> {
        self.case.joints[id].those(super::Seat::is_open)
    }

    /// Everybody passes on the day on site, and the opinion is issued.
    pub(super) fn accepted(&mut self, on: &str, scope: Scoped) -> MatterId {
        let id = self.applied(on, scope);
        self.inspected(on, &id);
        self.all_pass(on, &id);
        self.does("HC", on, issue(&id, ""));
        id
    }

    pub(super) fn take(&mut self, events: impl IntoIterator<Item = Event>) {
        for event in events {
            self.case.apply(&event);
            self.events.push(event);
        }
    }

    pub(super) fn tries(&self, who: &str, on: &str, act: Act) -> Result<Vec<Event>, Refusal> {
        self.case.decide(&Command { occurred_on: None, act }, &caller(who), &bench(on))
    }

    #[track_caller]
    pub(super) fn does(&mut self, who: &str, on: &str, act: Act) -> Vec<Event> {
        let events = self.tries(who, on, act).unwrap();
        self.take(events.clone());
        events
    }

    #[track_caller]
    pub(super) fn acts(
        &mut self,
        who: &str,
        on: &str,
        id: &MatterId,
        act: matter::Act,
    ) -> Vec<Event> {
        let events = self.case.act_on(id, &act.now(), &caller(who), &bench(on)).unwrap();
        self.take(events.clone());
        events
    }

    /// The code of the refusal.
    #[track_caller]
    pub(super) fn refused(&self, who: &str, on: &str, act: Act) -> String {
        reason(self.tries(who, on, act).unwrap_err())
    }

    #[track_caller]
    pub(super) fn rejects(&self, who: &str, on: &str, act: Act, rejection: Rejection) {
        assert_eq!(self.tries(who, on, act).unwrap_err(), rejection.into());
    }
}

pub(super) fn reason(refusal: Refusal) -> String {
    match refusal {
        Refusal::Rule { reason, article, .. } => {
            assert!(!article.is_empty(), "{reason} cites no article");
            reason.to_owned()
        }
        other => format!("{other:?}"),
    }
}

pub(super) fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub(super) fn bench(on: &str) -> Bench {
    Bench::new(day(on), LAW.clone())
}

pub(super) fn caller(who: &str) -> Caller {
    let principal = match who {
        "enterprise" => Principal::Enterprise { who: "p".to_owned() },
        "time" => return Caller::system("clock"),
        agency => Principal::Agency { code: agency.to_owned(), desk: "desk-1".to_owned() },
    };
    Caller { principal, on_behalf_of: None }
}

pub(super) fn unit(phase: &str, independent_use: bool) -> Unit {
    let name = Text { zh: "厂房".to_owned(), en: "hall".to_owned() };
    Unit { name, phase: phase.to_owned(), independent_use, facts: BTreeMap::new() }
}

pub(super) fn only(units: &[&str]) -> Scoped {
    Scoped::Units(units.iter().map(|unit| (*unit).to_owned()).collect())
}

pub(super) fn file(item: &str, scope: Scoped) -> Act {
    let application = Application {
        item: item.to_owned(),
        track: Track::Ordinary,
        materials: Vec::new(),
        commitment: None,
    };
    Act::File { scope, applications: vec![application] }
}

pub(super) fn apply(scope: Scoped) -> Act {
    let material =
        |key: &str| Material { key: key.to_owned(), sha256: Some(hash('d')), version: 0 };
    let materials = ["as_built_drawings", "five_party_documents"].map(material).to_vec();
    Act::ApplyJoint { scope, track: Track::Ordinary, materials }
}

pub(super) fn examine(id: &MatterId, member: &str, finding: Finding) -> Act {
    let document = "验-1".to_owned();
    let (matter, member) = (id.clone(), member.to_owned());
    Act::Examine { matter, member, finding, document, demanded: Vec::new() }
}

pub(super) fn report(id: &MatterId, materials: &[(&str, char)]) -> Act {
    let material = |(key, digit): &(&str, char)| Material {
        key: (*key).to_owned(),
        sha256: Some(hash(*digit)),
        version: 0,
    };
    let materials = materials.iter().map(material).collect();
    Act::Report { matter: id.clone(), evidence: "整改报告".to_owned(), materials }
}

pub(super) fn issue(id: &MatterId, reason: &str) -> Act {
    let (number, reason) = ("联验2025-001".to_owned(), reason.to_owned());
    Act::Issue { matter: id.clone(), number, reason }
}

pub(super) fn correct(id: &MatterId, digit: char) -> Act {
    Act::CorrectSurvey {
        matter: id.clone(),
        number: "测绘2025-001改".to_owned(),
        sha256: hash(digit),
        reason: "面积计算有误".to_owned(),
    }
}

pub(super) fn construct(happened: Construction) -> Act {
    Act::Construct { happened, commitments: Vec::new() }
}

pub(super) fn accept() -> matter::Act {
    matter::Act::Accept { document: String::new() }
}

pub(super) fn granted(number: &str, sha256: Option<String>) -> matter::Act {
    let certificate = Certificate { number: number.to_owned(), valid_until: None, sha256 };
    let outcome = Outcome::Granted { certificate, conditions: Vec::new() };
    matter::Act::Decide { outcome, document: String::new() }
}

pub(super) fn hash(digit: char) -> String {
    std::iter::repeat_n(digit, 64).collect()
}

pub(super) fn keys(keys: &[&str]) -> BTreeSet<String> {
    keys.iter().map(|key| (*key).to_owned()).collect()
}
