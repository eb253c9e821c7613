//! The words in which tests tell a project's story: real dates, the law of `seeds/`, stored events.

use crate::{
    fold::{Epochs, Part, Source},
    project::Project,
};
use desk::docket::Bench;
use eventlog::Recorded;
use jiff::{Timestamp, civil::Date};
use prost::Message;
use proto::{
    acceptance::v1::{self as acceptance, acceptance_event::Kind as AcceptanceKind},
    aftercare::v1::{self as aftercare, aftercare_event::Kind as AftercareKind},
    dossier::v1::{self as dossier, dossier_event::Kind as DossierKind},
    intake::v1::{self as intake, intake_event::Kind as IntakeKind},
    planning::v1::{self as planning, planning_event::Kind as PlanningKind},
    status::v1::ProjectStatus,
    r#type::v1::{Money, Text},
};
use rulebook::{
    catalogue::Stage,
    clock::{Limit, Notice, Unit},
    consultation::Opinion,
    law::Law,
    matter::{
        Act, Certificate, Defect, Event, Filing, Material, Matter, MatterId, Outcome, Terms, Today,
        Track, WaitsFor,
    },
};
use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

pub(crate) fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// All law of `seeds/`, read once.
pub(crate) fn law() -> Arc<Law> {
    static LAW: OnceLock<Arc<Law>> = OnceLock::new();
    LAW.get_or_init(|| Arc::new(Law::parse(&host::seeds::embedded()).unwrap())).clone()
}

pub(crate) fn bench(date: Date) -> Bench {
    Bench::new(date, law())
}

/// Who records what the tests tell, where nothing else is said.
pub(crate) const DESK: &str = "agency:NR/desk-1";

/// One stored event, and the day on which it was recorded.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) on: Date,
    pub(crate) log: Source,
    pub(crate) payload: Vec<u8>,
}

/// A project's story, told event by event.
#[derive(Debug, Clone)]
pub(crate) struct Story {
    pub(crate) today: Date,
    pub(crate) project: Project,
    pub(crate) told: Vec<Told>,
    /// The day on which what happens today is recorded, where that is later.
    pub(crate) recorded: Option<Date>,
    /// Who records it.
    pub(crate) principal: &'static str,
}

impl Story {
    /// A project that is registered on a day and nothing more.
    pub(crate) fn registered(on: &str) -> Self {
        Self::of("p-yamato", on).begun()
    }

    /// Registered today.
    pub(crate) fn begun(self) -> Self {
        self.intake(IntakeKind::ProjectRegistered(intake::ProjectRegistered {
            facts: Some(facts()),
            ..Default::default()
        }))
    }

    /// The same with an event of another telling, recorded on its day.
    pub(crate) fn retold(self, told: &Told) -> Self {
        let today = self.today;
        let story = Self { today: told.on, ..self }.tell(told.log, told.payload.clone());
        Self { today, ..story }
    }

    /// A project of which nothing is told yet.
    pub(crate) fn of(id: &str, on: &str) -> Self {
        let epochs = Epochs::all(1);
        let project = Project { id: id.to_owned(), epochs, ..Project::default() };
        Self { today: day(on), project, told: Vec::new(), recorded: None, principal: DESK }
    }

    /// A project that passed the list and has its code, all on the day it was registered.
    pub(crate) fn coded(on: &str) -> Self {
        let story = Self::registered(on).screened(intake::Outcome::Pass, "").recognised();
        story.intake(IntakeKind::ProjectCodeAssigned(intake::ProjectCodeAssigned {
            code: "2103-210213-04-01-100016".to_owned(),
        }))
    }

    /// The same, admitted to planning, with the facts of a plain factory on transferred land.
    pub(crate) fn admitted(on: &str) -> Self {
        Self::coded(on)
            .planning(PlanningKind::ProjectAdmitted(planning::ProjectAdmitted {
                project_code: "2103-210213-04-01-100016".to_owned(),
                name: facts().name,
                inside_ftz: false,
                district: "210213".to_owned(),
                facts: BTreeMap::new(),
            }))
            .states(&FACTORY)
    }

    pub(crate) fn on(mut self, date: &str) -> Self {
        (self.today, self.recorded) = (day(date), None);
        self
    }

    /// What happens today is recorded on a later day only.
    pub(crate) fn recorded_on(mut self, date: &str) -> Self {
        self.recorded = Some(day(date));
        self
    }

    pub(crate) fn intake(self, kind: IntakeKind) -> Self {
        let occurred_on = self.today.to_string();
        let event = intake::IntakeEvent { occurred_on, kind: Some(kind) };
        self.tell(Source::Intake, event.encode_to_vec())
    }

    pub(crate) fn planning(self, kind: PlanningKind) -> Self {
        let occurred_on = self.today.to_string();
        let event = planning::PlanningEvent { occurred_on, kind: Some(kind) };
        self.tell(Source::Planning, event.encode_to_vec())
    }

    pub(crate) fn acceptance(self, kind: AcceptanceKind) -> Self {
        let occurred_on = self.today.to_string();
        let event = acceptance::AcceptanceEvent { occurred_on, kind: Some(kind) };
        self.tell(Source::Acceptance, event.encode_to_vec())
    }

    pub(crate) fn dossier(self, kind: DossierKind) -> Self {
        let occurred_on = self.today.to_string();
        let event = dossier::DossierEvent { occurred_on, heard: None, kind: Some(kind) };
        self.tell(Source::Dossier, event.encode_to_vec())
    }

    pub(crate) fn aftercare(self, kind: AftercareKind) -> Self {
        let occurred_on = self.today.to_string();
        let event = aftercare::AftercareEvent { occurred_on, kind: Some(kind) };
        self.tell(Source::Aftercare, event.encode_to_vec())
    }

    fn tell(mut self, log: Source, payload: Vec<u8>) -> Self {
        let on = self.recorded.unwrap_or(self.today);
        self.told.push(Told { on, log, payload: payload.clone() });
        let position = self.told.iter().filter(|told| told.log == log).count() as u64;
        let mut event = recorded(&log.stream(&self.project.id), position, payload);
        event.recorded_at = at_nine(on);
        event.principal = self.principal.to_owned();
        let mut part = self.part(log);
        part.apply(&event).unwrap();
        self.project.put(part);
        self
    }

    fn part(&self, log: Source) -> Part {
        match log {
            Source::Intake => Part::Intake(self.project.intake.clone()),
            Source::Planning => Part::Planning(self.project.planning.clone()),
            Source::Acceptance => Part::Acceptance(self.project.acceptance.clone()),
            Source::Dossier => Part::Dossier(self.project.dossier.clone()),
            Source::Aftercare => Part::Aftercare(self.project.aftercare.clone()),
        }
    }

    pub(crate) fn screened(self, outcome: intake::Outcome, condition: &str) -> Self {
        let restricted = outcome != intake::Outcome::Pass;
        self.intake(IntakeKind::Screened(intake::Screened {
            edition: "NAT-2020".to_owned(),
            item_no: restricted.then_some(9),
            outcome: outcome.into(),
            condition: condition.to_owned(),
            foreign_share_percent: "100".to_owned(),
        }))
    }

    /// Recognised as a key project, with a service secretary from then on.
    pub(crate) fn recognised(self) -> Self {
        self.intake(IntakeKind::KeyProjectDecided(intake::KeyProjectDecided {
            recognised: true,
            amount: facts().total_investment,
            rule_edition: "2020-1".to_owned(),
            ..Default::default()
        }))
        .intake(IntakeKind::SecretaryAssigned(intake::SecretaryAssigned {
            secretary: "staff-7".to_owned(),
        }))
    }

    pub(crate) fn states(self, facts: &[(&str, &str)]) -> Self {
        let facts = facts.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        let facts: BTreeMap<String, String> = facts.collect();
        self.planning(PlanningKind::FactsStated(planning::FactsStated { facts }))
    }

    /// An application for an item, on the ordinary track.
    pub(crate) fn files(self, item: &str) -> Self {
        self.files_on(item, Track::Ordinary)
    }

    pub(crate) fn files_on(self, item: &str, track: Track) -> Self {
        let law = law();
        let item = law.catalogue.item(item, self.today).expect("the item is in the catalogue");
        let id = (1..)
            .map(|ordinal| MatterId::new(&item.code, ordinal).unwrap())
            .find(|id| self.project.matter(id).is_none())
            .unwrap();
        let materials = vec![Material { key: "form".to_owned(), sha256: None, version: 1 }];
        let filing = Filing { terms: Terms::of(item, track), materials, commitment: None };
        let bench = bench(self.today);
        let today = Today { date: self.today, calendar: &bench.calendar };
        let events = filing.decide(None, today).unwrap();
        self.happened(&id, &events)
    }

    /// An act on a matter, which must be allowed.
    pub(crate) fn act(self, id: &str, act: Act) -> Self {
        self.tries(&id.parse().unwrap(), act).unwrap_or_else(|(_, why)| panic!("{why}"))
    }

    /// An act on a matter; the story as it was if it is refused.
    pub(crate) fn tries(self, id: &MatterId, act: Act) -> Result<Self, (Box<Self>, String)> {
        let Some(matter) = self.project.matter(id) else {
            return Err((Box::new(self), "there is no such matter".to_owned()));
        };
        let bench = bench(self.today);
        let today = Today { date: self.today, calendar: &bench.calendar };
        match matter.decide(&act.now(), today) {
            Ok(events) => Ok(self.happened(id, &events)),
            Err(why) => Err((Box::new(self), why.to_string())),
        }
    }

    pub(crate) fn happened(mut self, id: &MatterId, events: &[Event]) -> Self {
        for event in events {
            let stored = desk::wire::write(id, event);
            self = match id.stage() {
                Stage::Intake => self.intake(IntakeKind::Matter(stored)),
                Stage::Planning => self.planning(PlanningKind::Matter(stored)),
                Stage::Acceptance => self.acceptance(AcceptanceKind::Matter(stored)),
                Stage::Aftercare => self.aftercare(AftercareKind::Matter(stored)),
            };
        }
        self
    }

    /// Accepted, consulted, granted and delivered, all today.
    pub(crate) fn granted(self, id: &str) -> Self {
        let story = self.act(id, Act::Accept { document: "受-1".to_owned() });
        let story = story.consulted(id);
        story.act(id, grant()).act(id, deliver())
    }

    /// Every agency is asked and consents.
    pub(crate) fn consulted(mut self, id: &str) -> Self {
        let keys = self.matter(id).terms.opinions.iter().map(|term| term.key.clone());
        let keys: Vec<String> = keys.collect();
        if keys.is_empty() {
            return self;
        }
        self = self.act(id, Act::RequestOpinions { opinions: Vec::new() });
        for key in keys {
            let (opinion, document) = (Opinion::Consents, format!("函-{key}"));
            self = self.act(id, Act::GiveOpinion { key, opinion, document });
        }
        self
    }

    pub(crate) fn matter(&self, id: &str) -> &Matter {
        self.project.matter(&id.parse().unwrap()).unwrap()
    }

    pub(crate) fn status(&self) -> ProjectStatus {
        self.project.status(&bench(self.today))
    }

    pub(crate) fn status_on(&self, date: &str) -> ProjectStatus {
        self.project.status(&bench(day(date)))
    }
}

/// A factory on transferred land that needs a plain environmental report and nothing special.
pub(crate) const FACTORY: [(&str, &str); 20] = [
    ("land_supply", "transferred"),
    ("plan_attached", "no"),
    ("annual_energy_tce", "100"),
    ("annual_electricity_gwh", "1"),
    ("new_construction_land", "no"),
    ("eia_class", "form"),
    ("eia_re_review", "no"),
    ("civil_building", "no"),
    ("hazardous_chemicals", "no"),
    ("soil_water_plan", "none"),
    ("special_fire_works", "no"),
    ("works_scale", "medium"),
    ("lightning_special_site", "no"),
    ("relics_area", "no"),
    ("road_works", "no"),
    ("construction_waste", "no"),
    ("area_assessment", "no"),
    ("basement_off_site", "no"),
    ("ecological_red_line", "no"),
    ("discharge_site_check", "no"),
];

pub(crate) fn facts() -> intake::ProjectFacts {
    intake::ProjectFacts {
        name: Some(Text { zh: "大和精密轴承".to_owned(), en: "Yamato bearings".to_owned() }),
        enterprise: "大和轴承（大连）有限公司".to_owned(),
        total_investment: Some(Money {
            currency_code: "USD".to_owned(),
            amount: "45000000.00".to_owned(),
        }),
        ..Default::default()
    }
}

pub(crate) fn grant() -> Act {
    let certificate = Certificate {
        number: "地字第210213202200001号".to_owned(),
        valid_until: None,
        sha256: None,
    };
    let outcome = Outcome::Granted { certificate, conditions: Vec::new() };
    Act::Decide { outcome, document: "准-1".to_owned() }
}

pub(crate) fn refuse() -> Act {
    let outcome = Outcome::Refused {
        reasons: vec!["不符合规划条件".to_owned()],
        remedies: vec!["可在60日内申请行政复议".to_owned()],
    };
    Act::Decide { outcome, document: "不准-1".to_owned() }
}

pub(crate) fn deliver() -> Act {
    Act::Deliver { method: "电子证照".to_owned() }
}

pub(crate) fn accept() -> Act {
    Act::Accept { document: "受-1".to_owned() }
}

pub(crate) fn correct() -> Act {
    let defect = Defect { material: "form".to_owned(), problem: "未盖章".to_owned() };
    Act::RequestCorrections { defects: vec![defect], notice: "补-1".to_owned() }
}

pub(crate) fn supply(version: u32) -> Act {
    let sha256 = Some(format!("{version:064x}"));
    let material = Material { key: "form".to_owned(), sha256, version: 0 };
    Act::SupplyCorrections { materials: vec![material] }
}

pub(crate) fn hearing(on: &str) -> Act {
    Act::Suspend {
        ground: "hearing".to_owned(),
        notice: Some(Notice { number: "听-1".to_owned(), given_on: day(on) }),
        expected: Limit { n: 10, unit: Unit::WorkingDays },
        waits_for: WaitsFor::ThirdParty,
    }
}

pub(crate) fn hearing_over() -> Act {
    Act::Resume { ground: "hearing".to_owned() }
}

pub(crate) fn extend(on: &str) -> Act {
    Act::Extend {
        by: Limit { n: 10, unit: Unit::WorkingDays },
        approver: "行政机关负责人".to_owned(),
        approved_on: day(on),
        notice: Notice { number: "延-1".to_owned(), given_on: day(on) },
        reason: "案情复杂".to_owned(),
    }
}

/// An event as a log gives it back.
pub(crate) fn recorded(stream: &str, position: u64, payload: Vec<u8>) -> Recorded {
    Recorded {
        position,
        epoch: 1,
        stream: stream.to_owned(),
        version: position,
        kind: "test".to_owned(),
        recorded_at: Timestamp::UNIX_EPOCH,
        actor: String::new(),
        on_behalf_of: String::new(),
        principal: DESK.to_owned(),
        key: "k".to_owned(),
        command_digest: [0; 32],
        payload,
        stream_hash: [0; 32],
        hash: [0; 32],
        traceparent: String::new(),
    }
}

/// What one log says after its events, from the first on.
pub(crate) fn replayed(source: Source, events: &[Recorded]) -> Part {
    let mut part = Part::of(source);
    for event in events {
        part.apply(event).unwrap();
    }
    part
}

/// Nine in the morning of a day, when the tests' clock stands.
pub(crate) fn at_nine(on: Date) -> Timestamp {
    format!("{on}T09:00:00+08:00").parse().unwrap()
}
