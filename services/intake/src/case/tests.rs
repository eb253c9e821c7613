//! Stories of a project's intake, on the real catalogue, lists, rates and calendar.

mod admission;
mod gate;
mod matters;
mod stored;

use std::sync::{Arc, OnceLock};

use super::{
    Case,
    decide::{Decision, Order, admit, register},
    event::{Event, Fact, Investor, ProjectFacts, Site},
};
use desk::{
    caller::{Caller, Principal},
    docket::{Bench, Case as _},
    matters::Form,
    refuse::Refusal,
};
use jiff::civil::Date;
use rulebook::{
    catalogue::Text,
    law::Law,
    matter::{Act, MatterId, Track},
    money::Money,
};

/// A project's intake as it goes on: each step is decided and, if allowed, becomes history.
pub(super) struct Story {
    pub(super) case: Case,
    today: Date,
    caller: Caller,
    claimed: Option<Date>,
}

impl Story {
    /// Nothing has happened yet.
    fn begins() -> Self {
        Story {
            case: Case::default(),
            today: day("2019-01-02"),
            caller: enterprise(),
            claimed: None,
        }
    }

    /// Registered on a day with these facts.
    pub(super) fn registered(on: &str, facts: ProjectFacts) -> Self {
        let mut story = Story::begins();
        story.on(on).by(enterprise()).does(|case, order| {
            let (not_duplicate_of, not_duplicate_reason) = (Vec::new(), String::new());
            let asked = register::Registration { facts, not_duplicate_of, not_duplicate_reason };
            register::register(case, "projects/story", &asked, &[], order)
        });
        story
    }

    /// Registered and screened on one day.
    pub(super) fn screened(on: &str, facts: ProjectFacts) -> Self {
        let mut story = Story::registered(on, facts);
        story.by(agency("DRC")).does(admit::screen);
        story
    }

    pub(super) fn on(&mut self, today: &str) -> &mut Self {
        (self.today, self.claimed) = (day(today), None);
        self
    }

    pub(super) fn by(&mut self, caller: Caller) -> &mut Self {
        self.caller = caller;
        self
    }

    /// The date in law that the next steps claim, other than today.
    pub(super) fn claiming(&mut self, on: &str) -> &mut Self {
        self.claimed = Some(day(on));
        self
    }

    pub(super) fn tries(
        &self,
        decide: impl FnOnce(&Case, Order<'_>) -> Decision,
    ) -> Result<Vec<Event>, Refusal> {
        let bench = bench(self.today);
        decide(&self.case, Order { caller: &self.caller, occurred_on: self.claimed, bench: &bench })
    }

    pub(super) fn does(&mut self, decide: impl FnOnce(&Case, Order<'_>) -> Decision) -> Vec<Event> {
        let events = self.tries(decide).unwrap_or_else(|no| panic!("refused: {no:?}"));
        events.iter().for_each(|event| self.case.evolve(event));
        events
    }

    /// The reason of the refusal.
    pub(super) fn refused(&self, decide: impl FnOnce(&Case, Order<'_>) -> Decision) -> String {
        match self.tries(decide) {
            Ok(events) => panic!("allowed: {events:?}"),
            Err(refusal) => told(&refusal),
        }
    }

    /// Files one application for an item.
    pub(super) fn files(&mut self, item: &str, materials: &[&str]) -> Result<Vec<Event>, Refusal> {
        let bench = bench(self.today);
        let material = |key: &&str| rulebook::matter::Material {
            key: (*key).to_owned(),
            sha256: None,
            version: 0,
        };
        let application = rulebook::filing::Application {
            item: item.to_owned(),
            track: Track::Ordinary,
            materials: materials.iter().map(material).collect(),
            commitment: None,
        };
        let form = Form {
            project: "story".to_owned(),
            occurred_on: self.claimed,
            applications: vec![application],
            heard: Vec::new(),
        };
        let decided = desk::matters::Matters::file(&self.case, &form, &self.caller, &bench)?;
        decided.events.iter().for_each(|event| self.case.evolve(event));
        Ok(decided.events)
    }

    /// Acts on a matter at the desk.
    pub(super) fn acts(&mut self, id: &str, act: Act) -> Result<(), Refusal> {
        let bench = bench(self.today);
        let id: MatterId = id.parse().unwrap();
        let acted = desk::matters::Matters::act(&self.case, &id, &act.now(), &self.caller, &bench)?;
        acted.events.iter().for_each(|event| self.case.evolve(event));
        Ok(())
    }

    pub(super) fn project(&self) -> &super::Project {
        self.case.project.as_deref().unwrap()
    }

    /// How the project shows to callers.
    pub(super) fn shown(&self) -> proto::intake::v1::Project {
        crate::view::shown("projects/story", &self.case, &bench(self.today)).unwrap()
    }
}

/// A refusal in one word, with the fields where it is about fields.
pub(super) fn told(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Rule { reason, article, en, zh, .. } => {
            assert!(!article.is_empty() && !en.is_empty() && !zh.is_empty(), "{refusal:?}");
            (*reason).to_owned()
        }
        Refusal::NotYours(_) => "NOT_YOURS".to_owned(),
        Refusal::Changed { .. } => "CHANGED_MEANWHILE".to_owned(),
        Refusal::Unknown(_) => "UNKNOWN".to_owned(),
        Refusal::Exists(_) => "EXISTS".to_owned(),
        Refusal::Fields(violations) => {
            violations.iter().map(|one| one.field.as_str()).collect::<Vec<_>>().join(", ")
        }
    }
}

pub(super) fn law() -> Arc<Law> {
    static LAW: OnceLock<Arc<Law>> = OnceLock::new();
    LAW.get_or_init(|| Arc::new(Law::parse(&host::seeds::embedded()).unwrap())).clone()
}

pub(super) fn bench(date: Date) -> Bench {
    Bench::new(date, law())
}

pub(super) fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub(super) fn agency(code: &str) -> Caller {
    let principal = Principal::Agency { code: code.to_owned(), desk: "desk-1".to_owned() };
    Caller { principal, on_behalf_of: None }
}

pub(super) fn enterprise() -> Caller {
    let principal = Principal::Enterprise { who: "shiomine/filing".to_owned() };
    Caller { principal, on_behalf_of: None }
}

/// A bearing works in Jinpu, wholly Japanese, of 6.8 thousand million yen, on no list.
pub(super) fn bearings() -> ProjectFacts {
    ProjectFacts {
        name: Text {
            zh: "风早精密轴承大连工厂".to_owned(), en: "Bearing works".to_owned()
        },
        enterprise: "风早精密轴承（大连）有限公司".to_owned(),
        uscc: String::new(),
        uscc_override_reason: String::new(),
        investors: vec![investor("風早精工株式会社", "JP", 100)],
        site: Site {
            district: "210213".to_owned(),
            zone: "DLZ-JP".to_owned(),
            parcel: "WL-2021-06".to_owned(),
            inside_ftz: false,
        },
        activity: "unlisted".to_owned(),
        industry: "3451".to_owned(),
        total_investment: Money::parse("6800000000", "JPY").unwrap(),
        scope: "机床主轴用精密轴承".to_owned(),
    }
}

/// A car works with this foreign share and a Chinese partner.
pub(super) fn cars(foreign: i64) -> ProjectFacts {
    ProjectFacts {
        investors: vec![
            investor("Cascarra Motors, Inc.", "US", foreign),
            investor("大连砚湾汽车零部件有限公司", "CN", 100 - foreign),
        ],
        activity: "auto".to_owned(),
        industry: "3611".to_owned(),
        total_investment: Money::parse("180000000.00", "USD").unwrap(),
        ..bearings()
    }
}

pub(super) fn investor(name: &str, country: &str, share: i64) -> Investor {
    Investor { name: name.to_owned(), country: country.to_owned(), share: share.into() }
}

pub(super) fn of(amount: &str, currency: &str) -> ProjectFacts {
    ProjectFacts { total_investment: Money::parse(amount, currency).unwrap(), ..bearings() }
}

/// The facts of an answer that are no steps of a matter, by kind.
pub(super) fn kinds(events: &[Event]) -> Vec<&'static str> {
    let own = events.iter().filter(|event| !matches!(event.fact, Fact::Matter(..)));
    own.map(|event| event.fact.kind()).collect()
}
