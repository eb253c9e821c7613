//! The words in which tests tell what happens to a project: the day, who acts, what is done.

use crate::case::{
    Case, decide,
    event::{Event, Fact, PriorMatter, ProjectAdmitted},
};
use desk::{
    caller::{Caller, Principal},
    docket::{Bench, Case as _},
    holdings::Held,
    matters::{Application, Form},
    refuse::Refusal,
};
use jiff::civil::Date;
use rulebook::{law::Law, matter::Track};
use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};

static LAW: LazyLock<Arc<Law>> =
    LazyLock::new(|| Arc::new(Law::parse(&host::seeds::embedded()).unwrap()));

pub(crate) fn law() -> Arc<Law> {
    LAW.clone()
}

pub(crate) fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub(crate) fn bench(on: Date) -> Bench {
    Bench::new(on, law())
}

pub(crate) fn text(text: &str) -> String {
    text.to_owned()
}

pub(crate) fn words(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| (text(key), text(value))).collect()
}

/// `agency:…`, `enterprise:…` or `secretary:…`.
pub(crate) fn who(principal: &str) -> Caller {
    let (kind, who) = principal.split_once(':').unwrap();
    let principal = match kind {
        "agency" => Principal::Agency { code: text(who), desk: text("desk-1") },
        "enterprise" => Principal::Enterprise { who: text(who) },
        "secretary" => Principal::Secretary { who: text(who) },
        _ => Principal::System { part: text(who) },
    };
    Caller { principal, on_behalf_of: None }
}

pub(crate) const YAMATO: &str = "enterprise:yamato/filing";

pub(crate) fn admitted() -> ProjectAdmitted {
    ProjectAdmitted {
        project_code: text("2203-210213-04-01-100017"),
        name_zh: text("大和精密轴承"),
        name_en: text("Yamato bearings"),
        district: text("210213"),
        key_project: true,
        secretary: text("s-0012"),
        facts: words(&[
            ("enterprise", "大和轴承（大连）有限公司"),
            ("industry", "3451"),
            ("restricted_sector", "no"),
            ("security_review_flagged", "no"),
        ]),
        owner: text(YAMATO),
    }
}

pub(crate) fn prior(item: &str) -> Fact {
    let matter = format!("projects/yamato/matters/{item}-1");
    PriorMatter { matter, item: text(item), in_force: true }.into()
}

/// One project's case, on a day.
#[derive(Debug, Clone)]
pub(crate) struct Story {
    pub(crate) case: Case,
    pub(crate) today: Date,
    pub(crate) held: Held,
    pub(crate) history: Vec<Event>,
}

impl Story {
    /// Nothing is known of the project yet.
    pub(crate) fn unknown(on: &str) -> Self {
        Self { case: Case::default(), today: day(on), held: Held::default(), history: Vec::new() }
    }

    /// An established project with its code.
    pub(crate) fn launched(on: &str) -> Self {
        let items = ["S1-02", "S1-05", "S1-07", "S1-08", "S1-12"];
        let told = items.map(prior);
        Self::unknown(on).learns([admitted().into()]).learns(told)
    }

    pub(crate) fn learns(mut self, facts: impl IntoIterator<Item = Fact>) -> Self {
        for event in decide::note(&self.case, self.today, facts.into_iter().collect()) {
            self.takes(event);
        }
        self
    }

    /// An event is recorded.
    pub(crate) fn takes(&mut self, event: Event) {
        self.case.evolve(&event);
        self.history.push(event);
    }

    pub(crate) fn on(mut self, date: &str) -> Self {
        let date = day(date);
        assert!(self.today <= date, "stories go forward");
        self.today = date;
        self
    }

    pub(crate) fn tries(
        &self,
        principal: &str,
        fact: impl Into<Fact>,
    ) -> Result<Vec<Event>, Refusal> {
        let bench = Bench { held: self.held.clone(), ..bench(self.today) };
        decide::step(&self.case, fact.into(), None, &who(principal), &bench)
    }

    /// An application that must be received.
    #[track_caller]
    pub(crate) fn files(mut self, item: &str) -> Self {
        let application = Application {
            item: text(item),
            track: Track::Ordinary,
            materials: Vec::new(),
            commitment: None,
        };
        let (project, applications) = (text("yamato"), vec![application]);
        let form = Form { project, occurred_on: None, applications, heard: Vec::new() };
        for event in decide::file(&self.case, &form, &bench(self.today)).unwrap() {
            self.takes(event);
        }
        self
    }

    /// A step that must succeed.
    #[track_caller]
    pub(crate) fn then(mut self, principal: &str, fact: impl Into<Fact>) -> Self {
        let events = self.tries(principal, fact);
        for event in events.unwrap_or_else(|no| panic!("{}: {no:?}", self.today)) {
            self.takes(event);
        }
        self
    }

    /// The stable code of a refusal that must come.
    #[track_caller]
    pub(crate) fn refused(&self, principal: &str, fact: impl Into<Fact>) -> String {
        match self.tries(principal, fact).unwrap_err() {
            Refusal::Rule { reason, article, en, zh, .. } => {
                assert!(!en.is_empty() && !zh.is_empty());
                format!("{reason} {article}")
            }
            Refusal::NotYours(_) => text("NOT_YOURS"),
            Refusal::Changed { .. } => text("CHANGED_MEANWHILE"),
            Refusal::Unknown(_) => text("UNKNOWN"),
            Refusal::Exists(_) => text("EXISTS"),
            Refusal::Fields(fields) => {
                fields.iter().map(|bad| bad.field.as_str()).collect::<Vec<_>>().join(" ")
            }
        }
    }
}
