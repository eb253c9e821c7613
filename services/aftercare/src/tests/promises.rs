//! Government commitments: what became of them follows from the dates, whoever owes them by then.

use super::story::*;
use crate::case::{
    event::{
        PromiseChanged, PromiseCountersigned, PromiseDisputed, PromiseMade, PromisePerformed,
        PromiseReassigned,
    },
    promise::Standing,
};
use jiff::civil::Date;
use proptest::prelude::*;

fn road(due: &str) -> PromiseMade {
    PromiseMade {
        number: 0,
        promise: text("园区道路通至厂区东门"),
        legal_basis: text("地方各级人民政府组织法 art. 73"),
        document: text("投资协议 第12条"),
        owner: text("HC"),
        due: day(due),
    }
}

fn performed(on: &str) -> PromisePerformed {
    PromisePerformed { number: 1, performed_on: day(on), evidence: text("竣工验收备案表") }
}

fn to(agency: &str) -> PromiseReassigned {
    let document = text("机构改革方案");
    PromiseReassigned { number: 1, from: String::new(), to: text(agency), document }
}

fn disputed() -> PromiseDisputed {
    PromiseDisputed { number: 1, grounds: text("道路未通至东门") }
}

const SIGNED: PromiseCountersigned = PromiseCountersigned { number: 1 };

impl Story {
    fn became(&self) -> Standing {
        self.case.promises[0].standing(self.today)
    }
}

/// Given a road promised for the end of June; when it is opened that day or the day after.
#[test]
fn performed_on_the_last_day_is_kept_and_a_day_later_is_late() {
    let promised = Story::launched("2022-03-01").then("agency:HC", road("2022-06-30"));
    assert_eq!(promised.became(), Standing::Open);
    let kept = promised.clone().on("2022-06-30");
    assert_eq!(kept.became(), Standing::Open);
    assert_eq!(kept.then("agency:HC", performed("2022-06-30")).became(), Standing::Kept);
    let broken = promised.on("2022-07-01");
    assert_eq!(broken.became(), Standing::Broken);
    assert_eq!(broken.then("agency:HC", performed("2022-07-01")).became(), Standing::Late);
}

#[test]
fn a_reorganisation_changes_the_owner_and_nothing_else() {
    let story = Story::launched("2022-03-01")
        .then("agency:HC", road("2022-06-30"))
        .on("2022-04-15")
        .then("agency:NR", to("NR"));
    let owners = story.case.promises[0].owners.iter().map(|(_, owner)| owner.as_str());
    assert_eq!(owners.collect::<Vec<_>>(), ["HC", "NR"]);
    assert_eq!(story.case.promises[0].due, day("2022-06-30"));
    assert_eq!(story.refused("agency:HC", performed("2022-04-01")), "NOT_YOURS");
    assert_eq!(story.refused("agency:NR", to("NR")), "to");
    assert_eq!(story.on("2022-07-01").became(), Standing::Broken);
}

#[test]
fn what_the_enterprise_disputes_does_not_count_until_it_countersigns() {
    let story = Story::launched("2022-03-01")
        .then("agency:HC", road("2022-06-30"))
        .then(YAMATO, SIGNED)
        .on("2022-06-20")
        .then("agency:HC", performed("2022-06-18"));
    assert_eq!(story.became(), Standing::Kept);
    let story = story.on("2022-07-05").then(YAMATO, disputed());
    assert_eq!(story.became(), Standing::Broken);
    assert_eq!(story.then(YAMATO, SIGNED).became(), Standing::Kept);
}

#[test]
fn only_in_writing_on_a_legal_basis_and_by_the_agency_itself() {
    let story = Story::launched("2022-03-01");
    let article = "外商投资法实施条例 art. 27";
    let spoken = PromiseMade { document: text(" "), ..road("2022-06-30") };
    assert_eq!(story.refused("agency:HC", spoken), format!("NOT_IN_WRITING {article}"));
    let beyond = PromiseMade { legal_basis: String::new(), ..road("2022-06-30") };
    assert_eq!(story.refused("agency:HC", beyond), format!("BEYOND_POWERS {article}"));
    assert_eq!(story.refused("agency:COM", road("2022-06-30")), "NOT_YOURS");
    assert_eq!(story.refused("agency:HC", road("2022-02-28")), "due");
    let stranger = PromiseMade { owner: text("XX"), ..road("2022-06-30") };
    assert_eq!(story.refused("agency:HC", stranger), "owner");
    assert_eq!(story.refused("agency:HC", performed("2022-03-01")), "UNKNOWN");
    let unknown = Story::unknown("2022-03-01");
    assert!(unknown.refused("agency:HC", road("2022-06-30")).starts_with("NO_PROJECT_CODE"));
}

#[test]
fn no_agency_signs_or_disputes_for_the_enterprise() {
    let story = Story::launched("2022-03-01").then("agency:HC", road("2022-06-30"));
    assert_eq!(story.refused("agency:HC", SIGNED), "NOT_YOURS");
    assert_eq!(story.refused("agency:HC", disputed()), "NOT_YOURS");
    let signed = story.then(YAMATO, SIGNED);
    assert!(signed.refused(YAMATO, SIGNED).starts_with("COUNTERSIGNED"));
}

#[test]
fn the_public_interest_changes_it_in_time_and_with_compensation() {
    let changed = |fen: u64| PromiseChanged {
        number: 1,
        ground: text("轨道交通改线"),
        document: text("府发〔2022〕9号"),
        compensation_fen: fen,
        due: day("2022-12-30"),
    };
    let story =
        Story::launched("2022-03-01").then("agency:HC", road("2022-06-30")).on("2022-06-30");
    assert_eq!(story.refused("agency:HC", changed(0)), "NO_COMPENSATION 外商投资法 art. 25");
    let overdue = story.clone().on("2022-07-01");
    assert!(overdue.refused("agency:HC", changed(1)).starts_with("TOO_LATE_TO_CHANGE"));
    let story = story.then("agency:HC", changed(50_000_000)).on("2022-12-30");
    assert_eq!(story.became(), Standing::Open);
    assert_eq!(story.on("2022-12-31").became(), Standing::Broken);
}

/// What happened, told to nobody but the oracle: the day of a performance, the new last day of a change.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Did {
    Perform(Date),
    Dispute,
    Sign,
    Reassign,
    Change(Date),
}

/// The standing by a rule of its own: of the performances, those count that no dispute follows without a
/// signature after it; the earliest counting day is set against the last day as last changed. Who owes it by then
/// is nothing to it.
fn oracle(history: &[Did], promised: Date, by: Date) -> Standing {
    let due = history.iter().rev().find_map(|did| match did {
        Did::Change(due) => Some(*due),
        Did::Perform(_) | Did::Dispute | Did::Sign | Did::Reassign => None,
    });
    let due = due.unwrap_or(promised);
    let counts = |at: usize| {
        let after = &history[at + 1..];
        let dispute = after.iter().rposition(|did| *did == Did::Dispute);
        let sign = after.iter().rposition(|did| *did == Did::Sign);
        dispute.is_none() || sign > dispute
    };
    let counting = history.iter().enumerate().filter_map(|(at, did)| match did {
        Did::Perform(on) if counts(at) => Some(*on),
        Did::Perform(_) | Did::Dispute | Did::Sign | Did::Reassign | Did::Change(_) => None,
    });
    match counting.min() {
        Some(on) if on <= due => Standing::Kept,
        Some(_) => Standing::Late,
        None if by <= due => Standing::Open,
        None => Standing::Broken,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]
    #[test]
    fn standings_equal_an_independent_oracle(
        steps in prop::collection::vec((0i64..12, 0u8..6, 0i64..30), 0..14),
        due in 0i64..60,
        after in 0i64..40,
    ) {
        let start = day("2022-03-01");
        let later = |date: Date, days: i64| date.checked_add(jiff::Span::new().days(days)).unwrap();
        let due = later(start, due);
        let mut story = Story::launched("2022-03-01").then("agency:HC", road(&due.to_string()));
        let (mut owner, mut history) = ("HC", Vec::new());
        for (days, what, other) in steps {
            story.today = later(story.today, days);
            let owes = format!("agency:{owner}");
            let did = match what {
                0 => {
                    // Shown now, done up to a month before.
                    let on = later(story.today, -other).max(start);
                    story = story.then(&owes, performed(&on.to_string()));
                    Did::Perform(on)
                }
                1 => {
                    story = story.then(YAMATO, disputed());
                    Did::Dispute
                }
                2 | 3 if !story.case.promises[0].countersigned => {
                    story = story.then(YAMATO, SIGNED);
                    Did::Sign
                }
                4 => {
                    let until = later(story.today, other);
                    let changed = PromiseChanged {
                        number: 1,
                        ground: text("轨道交通改线"),
                        document: text("府发〔2022〕9号"),
                        compensation_fen: 1,
                        due: until,
                    };
                    let open = oracle(&history, due, story.today) == Standing::Open;
                    let allowed = story.tries(&owes, changed.clone()).is_ok();
                    prop_assert_eq!(allowed, open, "only what is open is changed");
                    if !allowed {
                        continue;
                    }
                    story = story.then(&owes, changed);
                    Did::Change(until)
                }
                _ => {
                    owner = if owner == "HC" { "NR" } else { "HC" };
                    story = story.then(&format!("agency:{owner}"), to(owner));
                    Did::Reassign
                }
            };
            history.push(did);
            prop_assert_eq!(story.became(), oracle(&history, due, story.today));
        }
        story.today = later(story.today, after);
        prop_assert_eq!(story.became(), oracle(&history, due, story.today));
        prop_assert_eq!(story.case.promises[0].owner(), owner);
    }
}
