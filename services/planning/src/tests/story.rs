//! The words in which tests tell what happens to a project: the day, who acts, what is done.

use crate::case::{
    Case, decide,
    event::{Admitted, Certificate, Event, Fact},
};
use desk::{
    caller::{Caller, Principal},
    docket::{Bench, Case as _},
    matters::{Application, Form},
    refuse::Refusal,
};
use jiff::civil::Date;
use rulebook::{
    catalogue::Text,
    clock::{Limit, Notice, Unit},
    consultation::Opinion,
    law::Law,
    matter::{self, Act, Defect, Material, Matter, MatterId, Outcome, Track, WaitsFor, Whose},
};
use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};

static LAW: LazyLock<Arc<Law>> =
    LazyLock::new(|| Arc::new(Law::parse(&host::seeds::embedded()).unwrap()));

/// All law of `seeds/`, read once.
pub(crate) fn law() -> Arc<Law> {
    LAW.clone()
}

pub(crate) fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub(crate) fn bench(on: Date) -> Bench {
    Bench::new(on, law())
}

/// A factory on transferred land that needs nothing special.
const FACTORY: [(&str, &str); 14] = [
    ("land_supply", "transferred"),
    ("plan_attached", "no"),
    ("new_construction_land", "no"),
    ("ecological_red_line", "no"),
    ("area_assessment", "no"),
    ("eia_class", "registration"),
    ("soil_water_plan", "none"),
    ("relics_area", "no"),
    ("hazardous_chemicals", "no"),
    ("special_fire_works", "no"),
    ("civil_building", "no"),
    ("lightning_special_site", "no"),
    ("construction_waste", "no"),
    ("road_works", "no"),
];

pub(crate) fn words(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

pub(crate) fn enterprise() -> Caller {
    let principal = Principal::Enterprise { who: "yamato/filing".to_owned() };
    Caller { principal, on_behalf_of: None }
}

pub(crate) fn agency(code: &str) -> Caller {
    let principal = Principal::Agency { code: code.to_owned(), desk: "desk-1".to_owned() };
    Caller { principal, on_behalf_of: None }
}

pub(crate) fn admitted() -> Admitted {
    Admitted {
        code: "2203-210213-04-01-100017".to_owned(),
        name: Text { zh: "大和精密轴承".to_owned(), en: "Yamato bearings".to_owned() },
        inside_ftz: false,
        district: "210213".to_owned(),
        facts: words(&[("restricted_sector", "no"), ("security_review_flagged", "no")]),
    }
}

pub(crate) fn prior(item: &str, in_force: bool) -> Fact {
    let matter = format!("projects/yamato/matters/{item}-1");
    Fact::PriorMatter { matter, item: item.to_owned(), in_force }
}

/// One project's case, on a day.
#[derive(Debug, Clone)]
pub(crate) struct Story {
    pub(crate) case: Case,
    pub(crate) today: Date,
}

impl Story {
    /// Nothing is known of the project yet.
    pub(crate) fn unknown(on: &str) -> Self {
        Self { case: Case::default(), today: day(on) }
    }

    /// A filed (备案) project with its code; the enterprise has said nothing yet.
    pub(crate) fn admitted(on: &str) -> Self {
        Self::unknown(on).learns([
            Fact::Admitted(admitted()),
            prior("S1-02", true),
            prior("S1-12", true),
            prior("S1-08", true),
        ])
    }

    /// The same, a plain factory but for these facts.
    pub(crate) fn factory(on: &str, but: &[(&str, &str)]) -> Self {
        let mut facts = words(&FACTORY);
        facts.extend(words(but));
        Self::admitted(on).learns([Fact::FactsStated { facts }])
    }

    /// A plain factory on land that was transferred with its plan, signed today.
    pub(crate) fn plan_attached(signed: &str, but: &[(&str, &str)]) -> Self {
        let mut facts = vec![("plan_attached", "yes")];
        facts.extend(but);
        Self::factory(signed, &facts).granted("S2-03").granted("S2-04")
    }

    pub(crate) fn learns(mut self, facts: impl IntoIterator<Item = Fact>) -> Self {
        for event in decide::note(&self.case, self.today, facts.into_iter().collect()) {
            self.case.evolve(&event);
        }
        self
    }

    pub(crate) fn on(mut self, date: &str) -> Self {
        let date = day(date);
        assert!(self.today <= date, "stories go forward");
        self.today = date;
        self
    }

    pub(crate) fn file(&self, applications: &[Application]) -> Result<Vec<Event>, Refusal> {
        let applications = applications.to_vec();
        let form = Form {
            project: "yamato".to_owned(),
            occurred_on: None,
            applications,
            heard: Vec::new(),
        };
        decide::file(&self.case, &form, &bench(self.today))
    }

    /// Applications that must be received, on the track of the project.
    #[track_caller]
    pub(crate) fn files(self, items: &[&str]) -> Self {
        let applications: Vec<_> = items.iter().map(|item| apply(item)).collect();
        let events = self.file(&applications).unwrap_or_else(|no| panic!("{items:?}: {no:?}"));
        self.happened(&events)
    }

    pub(crate) fn try_act(
        &self,
        id: &str,
        act: Act,
        caller: &Caller,
    ) -> Result<Vec<Event>, Refusal> {
        decide::act(&self.case, &id.parse().unwrap(), &act.now(), caller, &bench(self.today))
    }

    /// An act that must succeed, by whose it is.
    #[track_caller]
    pub(crate) fn act(self, id: &str, act: Act) -> Self {
        let events = self.acting(id, act);
        self.happened(&events)
    }

    /// What an act adds that must succeed.
    #[track_caller]
    pub(crate) fn acting(&self, id: &str, act: Act) -> Vec<Event> {
        let caller = match act.whose(self.matter(id)) {
            Whose::Lead(code) | Whose::Asked(code) => agency(&code),
            Whose::Applicant => enterprise(),
            Whose::Time => Caller::system("clock"),
            Whose::Supervisor => agency("BE"),
        };
        let events = self.try_act(id, act, &caller);
        events.unwrap_or_else(|no| panic!("{} {id}: {no:?}", self.today))
    }

    pub(crate) fn happened(mut self, events: &[Event]) -> Self {
        for event in events {
            self.case.evolve(event);
        }
        self
    }

    #[track_caller]
    pub(crate) fn accepted(self, id: &str) -> Self {
        self.act(id, Act::Accept { document: String::new() })
    }

    /// Every agency of the item's rule is asked and consents, today.
    #[track_caller]
    pub(crate) fn consulted(self, id: &str) -> Self {
        let terms = self.matter(id).terms.opinions.clone();
        if terms.is_empty() {
            return self;
        }
        let story = self.act(id, Act::RequestOpinions { opinions: Vec::new() });
        terms
            .into_iter()
            .fold(story, |story, term| story.act(id, opinion(&term.key, Opinion::Consents)))
    }

    /// Filed, accepted, consulted and granted, all today.
    #[track_caller]
    pub(crate) fn granted(self, item: &str) -> Self {
        let id = format!("{item}-1");
        self.files(&[item]).accepted(&id).consulted(&id).act(&id, grant(&id))
    }

    #[track_caller]
    /// Keys of the alarms that are due and not raised.
    pub(crate) fn alarms(&self) -> Vec<String> {
        let due = desk::docket::Case::alarms(&self.case, &bench(self.today));
        due.into_iter().map(|(alarm, _)| alarm.key()).collect()
    }

    pub(crate) fn matter(&self, id: &str) -> &Matter {
        let id: MatterId = id.parse().unwrap();
        self.case.matters.get(&id).unwrap_or_else(|| panic!("there is no {id}"))
    }

    pub(crate) fn certificate(&self, id: &str) -> Option<&Certificate> {
        self.case.certificates.iter().find(|issued| issued.matter.to_string() == id)
    }
}

pub(crate) fn apply(item: &str) -> Application {
    Application {
        item: item.to_owned(),
        track: Track::Ordinary,
        materials: Vec::new(),
        commitment: None,
    }
}

pub(crate) fn opinion(key: &str, opinion: Opinion) -> Act {
    Act::GiveOpinion { key: key.to_owned(), opinion, document: format!("函-{key}") }
}

pub(crate) fn number(id: &str) -> String {
    format!("地字第210213202200001号 {id}")
}

pub(crate) fn grant(id: &str) -> Act {
    let certificate = matter::Certificate { number: number(id), valid_until: None, sha256: None };
    let outcome = Outcome::Granted { certificate, conditions: Vec::new() };
    Act::Decide { outcome, document: String::new() }
}

pub(crate) fn refuse() -> Act {
    let outcome = Outcome::Refused {
        reasons: vec!["不符合规划条件".to_owned()],
        remedies: vec!["可在60日内申请行政复议".to_owned()],
    };
    Act::Decide { outcome, document: "不准-1".to_owned() }
}

pub(crate) fn correct(material: &str) -> Act {
    let defect = Defect { material: material.to_owned(), problem: "缺失".to_owned() };
    Act::RequestCorrections { defects: vec![defect], notice: "补-1".to_owned() }
}

pub(crate) fn supply(material: &str) -> Act {
    let materials = vec![Material { key: material.to_owned(), sha256: None, version: 0 }];
    Act::SupplyCorrections { materials }
}

pub(crate) fn hearing(on: &str) -> Act {
    Act::Suspend {
        ground: "hearing".to_owned(),
        notice: Some(Notice { number: "听-1".to_owned(), given_on: day(on) }),
        expected: Limit { n: 5, unit: Unit::WorkingDays },
        waits_for: WaitsFor::ThirdParty,
    }
}

pub(crate) fn hearing_over() -> Act {
    Act::Resume { ground: "hearing".to_owned() }
}

/// The stable code of a refusal, with its article.
#[track_caller]
pub(crate) fn reason<T: std::fmt::Debug>(refused: Result<T, Refusal>) -> String {
    match refused.unwrap_err() {
        Refusal::Rule { reason, article, en, zh, .. } => {
            assert!(!en.is_empty() && !zh.is_empty());
            format!("{reason} {article}")
        }
        Refusal::NotYours(_) => "NOT_YOURS".to_owned(),
        Refusal::Changed { .. } => "CHANGED_MEANWHILE".to_owned(),
        Refusal::Unknown(_) => "UNKNOWN".to_owned(),
        Refusal::Exists(_) => "EXISTS".to_owned(),
        Refusal::Fields(fields) => {
            fields.iter().map(|bad| bad.field.as_str()).collect::<Vec<_>>().join(" ")
        }
    }
}
