//! Stories of matters with real items on real days. The calendar is the one known on the day of each act.

mod acceptance;
mod cards;
mod conditions;
mod decision;
mod names;
mod opinions;
mod properties;
mod special;
mod tolerance;

use std::path::Path;
use std::sync::LazyLock;

use jiff::civil::Date;

use super::*;
use crate::calendar::{Almanac, Calendar};
use crate::catalogue::{Catalogue, Facts};
use crate::clock::Limit;
use crate::seed::SeedFile;

static SEEDS: LazyLock<Vec<SeedFile>> = LazyLock::new(|| {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../seeds"));
    let mut files = Vec::new();
    for folder in ["calendar", "catalogue", "agencies", "forms"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            let text = std::fs::read_to_string(&path).unwrap();
            files.push(SeedFile { path: format!("{folder}/{name}"), text });
        }
    }
    files
});
static ALMANAC: LazyLock<Almanac> = LazyLock::new(|| Almanac::parse(&SEEDS).unwrap());
static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::parse(&SEEDS).unwrap());

/// A matter and the facts that made it.
#[derive(Clone)]
struct Story {
    matter: Matter,
    events: Vec<Event>,
}

impl Story {
    /// An application for an item, filed on a day.
    fn filed(item: &str, on: &str) -> Self {
        Self::filed_on_track(item, Track::Ordinary, on)
    }

    fn filed_on_track(item: &str, track: Track, on: &str) -> Self {
        Self::open(terms(item, track, on, &Facts::default()), on)
    }

    fn open(terms: Terms, on: &str) -> Self {
        let commitment = (terms.track == Track::Commitment).then(promise);
        let filing = Filing { terms, materials: vec![material("design_scheme", 'a')], commitment };
        let calendar = ALMANAC.as_published_by(day(on));
        let events =
            filing.decide(None, Today { date: day(on), calendar: &calendar }).expect("filed");
        Story { matter: Matter::replay(&events).expect("received"), events }
    }

    /// An act that must succeed.
    #[track_caller]
    fn then(mut self, on: &str, act: Act) -> Self {
        let events = self.decide(on, act.now()).unwrap_or_else(|no| panic!("{on}: {no}"));
        assert!(!events.is_empty());
        for event in &events {
            self.matter.evolve(event);
        }
        self.events.extend(events);
        self
    }

    /// An act that must be refused for exactly this.
    #[track_caller]
    fn refuses(self, on: &str, act: Act, why: impl Into<Rejection>) -> Self {
        assert_eq!(self.decide(on, act.now()), Err(why.into()));
        self
    }

    fn decide(&self, on: &str, command: Command) -> Result<Vec<Event>, Rejection> {
        let calendar = ALMANAC.as_published_by(day(on));
        self.matter.decide(&command, Today { date: day(on), calendar: &calendar })
    }

    fn time_demands(&self, on: &str) -> Vec<Act> {
        let calendar = ALMANAC.as_published_by(day(on));
        self.matter.passing_of_time(Today { date: day(on), calendar: &calendar })
    }

    fn holder(&self, on: &str) -> Holder {
        let calendar = ALMANAC.as_published_by(day(on));
        self.matter.holder(Today { date: day(on), calendar: &calendar })
    }

    fn light(&self, on: &str) -> Light {
        let calendar = ALMANAC.as_published_by(day(on));
        self.matter.light(Today { date: day(on), calendar: &calendar })
    }

    fn clocks(&self) -> Clocks {
        self.matter.clocks(&calendar())
    }

    /// Who has to do what, by when: `agency:HC examine by 2021-10-09`.
    #[track_caller]
    fn holds(self, on: &str, expected: &str) -> Self {
        let holder = self.holder(on);
        let due = holder.due.map_or("-".to_owned(), |deadline| deadline.due.to_string());
        let said = format!("{} {} by {due}", party(&holder.party), holder.next.code());
        assert_eq!(said, expected, "on {on}");
        self
    }
}

/// Every calendar that was ever published: for dates in the past.
fn calendar() -> Calendar {
    ALMANAC.latest()
}

fn terms(item: &str, track: Track, on: &str, facts: &Facts) -> Terms {
    let item = CATALOGUE.item(item, day(on)).expect("an item").for_project(facts);
    Terms::of(&item, track)
}

fn due(timed: &Option<Timed>) -> String {
    let deadline = timed.as_ref().expect("a clock").deadline(&calendar());
    deadline.map_or("stands".to_owned(), |deadline| deadline.due.to_string())
}

fn party(party: &Party) -> String {
    match party {
        Party::Enterprise => "enterprise".to_owned(),
        Party::Agency(code) => format!("agency:{code}"),
        Party::ThirdParty(ground) => format!("third party:{ground}"),
        Party::Nobody => "nobody".to_owned(),
    }
}

/// Whose days they were: `agency:CD 5, nobody 4`.
fn charged(story: &Story, through: &str) -> String {
    let ledger = story.matter.ledger(day(through), &calendar());
    let parts = ledger.by_party();
    assert_eq!(parts.values().sum::<u32>(), ledger.elapsed());
    let said: Vec<String> =
        parts.iter().map(|(who, days)| format!("{} {days}", party(who))).collect();
    said.join(", ")
}

fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

fn limit(text: &str) -> Limit {
    text.parse().expect("a limit")
}

fn material(key: &str, content: char) -> Material {
    let sha256 = Some(content.to_string().repeat(64));
    Material { key: key.to_owned(), sha256, version: 0 }
}

fn promise() -> Commitment {
    Commitment {
        conditions_told: vec!["防空地下室面积指标".to_owned()],
        promises: vec!["按标准建设".to_owned()],
        credit_check: "无失信记录".to_owned(),
    }
}

fn notice(number: &str, given_on: &str) -> Notice {
    Notice { number: number.to_owned(), given_on: day(given_on) }
}

fn accept() -> Act {
    Act::Accept { document: "受理-1".to_owned() }
}

fn correct(materials: &[&str]) -> Act {
    let defect =
        |key: &&str| Defect { material: (*key).to_owned(), problem: "缺少审图章".to_owned() };
    Act::RequestCorrections {
        defects: materials.iter().map(defect).collect(),
        notice: "补正-1".to_owned(),
    }
}

fn supply(key: &str, content: char) -> Act {
    Act::SupplyCorrections { materials: vec![material(key, content)] }
}

fn grant() -> Act {
    let certificate = Certificate {
        number: "建字第210213202100001号".to_owned(),
        valid_until: Some(day("2024-06-30")),
        sha256: None,
    };
    Act::Decide {
        outcome: Outcome::Granted { certificate, conditions: Vec::new() },
        document: "准予-1".to_owned(),
    }
}

fn refuse() -> Act {
    Act::Decide {
        outcome: Outcome::Refused {
            reasons: vec!["不符合控制性详细规划".to_owned()],
            remedies: vec!["行政复议或者行政诉讼".to_owned()],
        },
        document: "不予-1".to_owned(),
    }
}

fn deliver() -> Act {
    Act::Deliver { method: "电子证照".to_owned() }
}

fn suspend(ground: &str, notice: Option<Notice>) -> Act {
    Act::Suspend {
        ground: ground.to_owned(),
        notice,
        expected: limit("15wd"),
        waits_for: WaitsFor::ThirdParty,
    }
}

fn resume(ground: &str) -> Act {
    Act::Resume { ground: ground.to_owned() }
}

fn says(key: &str, opinion: Opinion) -> Act {
    Act::GiveOpinion { key: key.to_owned(), opinion, document: format!("{key}-1") }
}
