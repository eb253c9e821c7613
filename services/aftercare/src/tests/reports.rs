//! Information reports: duties that events open, what is asked for, and the ladder.

use super::story::*;
use crate::case::{
    event::*,
    report::{self, Duty},
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn filed(duty: &str, values: &[(&str, &str)]) -> ReportFiled {
    ReportFiled { number: 0, duty: text(duty), values: words(values) }
}

fn changed(on: &str) -> Fact {
    let changed = vec![text("investors")];
    ReportDutyOpened { duty: text("change-1"), changed, changed_on: day(on) }.into()
}

const RESOLUTION: [(&str, &str); 1] = [("change_resolution", "股东会决议")];

impl Story {
    fn duties(&self) -> Vec<Duty> {
        let bench = bench(self.today);
        report::duties(&self.case, self.today, &law().aftercare, &bench.calendar)
    }

    #[track_caller]
    fn duty(&self, key: &str) -> Duty {
        self.duties().into_iter().find(|duty| duty.key == key).unwrap()
    }
}

/// Changed on Monday 19 September 2022: twenty working days over the National Day holiday end on 21 October,
/// for the Saturday and the Sunday around it (8 and 9 October) are worked.
#[test]
fn a_change_is_reported_within_twenty_working_days() {
    let story = Story::launched("2022-03-01").on("2022-09-19").learns([changed("2022-09-19")]);
    let due = story.duty("change-1").due;
    assert_eq!(bench(story.today).calendar.working_days(story.today, due).count, 20);
    assert_eq!(story.duty("change-1").met, None);
    let story = story.on("2022-10-10").then(YAMATO, filed("change-1", &RESOLUTION));
    assert_eq!(story.duty("change-1").met, Some(day("2022-10-10")));
    assert_eq!(story.refused(YAMATO, filed("change-1", &RESOLUTION)), "EXISTS");
}

#[test]
fn what_is_held_is_filled_in_and_not_asked_for() {
    let story = Story::launched("2022-03-01").on("2023-01-01");
    let duty = story.duty("annual-2023");
    assert_eq!(duty.held.keys().collect::<Vec<_>>(), ["enterprise", "industry"]);
    assert!(!duty.asked.contains(&text("enterprise")));
    let asked: Vec<_> = duty.asked.iter().map(|key| (key.as_str(), "1")).collect();
    let held = [asked.clone(), vec![("enterprise", "另一公司")]].concat();
    assert_eq!(story.refused(YAMATO, filed("annual-2023", &held)), "values[enterprise]");
    let strange = [asked.clone(), vec![("colour", "red")]].concat();
    assert_eq!(story.refused(YAMATO, filed("annual-2023", &strange)), "values[colour]");
    let missing = format!("values[{}]", asked[0].0);
    assert_eq!(story.refused(YAMATO, filed("annual-2023", &asked[1..])), missing);
    let story = story.then(YAMATO, filed("annual-2023", &asked));
    let report = &story.case.reports.filed[0].versions[0].1;
    assert_eq!(report["enterprise"], admitted().facts["enterprise"]);
}

/// Registered in 2022: the first annual report is that of 2023, from 1 January to 30 June.
#[test]
fn the_annual_window_opens_in_the_year_after_registration() {
    let story = Story::launched("2022-03-01").on("2022-12-31");
    assert_eq!(
        story.duties().iter().map(|duty| duty.key.as_str()).collect::<Vec<_>>(),
        ["initial"]
    );
    assert_eq!(story.refused(YAMATO, filed("annual-2023", &[])), "UNKNOWN");
    let duty = story.on("2023-01-01").duty("annual-2023");
    assert_eq!((duty.opens, duty.due), (day("2023-01-01"), day("2023-06-30")));
}

#[test]
fn the_initial_report_with_intake_meets_the_first_duty() {
    let story = Story::launched("2022-03-01");
    assert_eq!(story.duty("initial").met, None);
    assert_eq!(story.learns([prior("S1-06")]).duty("initial").met, Some(day("2022-03-01")));
}

#[test]
fn a_correction_keeps_the_original() {
    let story = Story::launched("2022-03-01").learns([changed("2022-03-01")]);
    let story = story.then(YAMATO, filed("change-1", &RESOLUTION)).on("2022-03-08");
    let corrected = |values: &[(&str, &str)]| ReportCorrected {
        number: 1,
        values: words(values),
        reason: text("决议编号有误"),
    };
    assert_eq!(story.refused(YAMATO, corrected(&[("colour", "red")])), "values[colour]");
    let story = story.then(YAMATO, corrected(&[("change_resolution", "股东会决议(2)")]));
    let versions = &story.case.reports.filed[0].versions;
    assert_eq!(versions[0].1["change_resolution"], "股东会决议");
    assert_eq!(versions[1].1["change_resolution"], "股东会决议(2)");
}

#[test]
fn notice_then_order_then_fine_each_when_the_time_before_has_run_out() {
    let duty = || text("annual-2023");
    let notice = || ReportNoticed { duty: duty(), document: text("通-1") };
    let order = || ReportOrdered { duty: duty(), document: text("责-1") };
    let fine = |row: &str, yuan: u64| ReportFined {
        duty: duty(),
        row: text(row),
        amount_fen: yuan * 100,
        reasons: text("逾期未报"),
        document: text("罚-1"),
    };
    let ladder = "LADDER 外商投资信息报告办法 art. 19, 25";
    let story = Story::launched("2022-03-01").on("2023-06-30");
    assert_eq!(story.refused("agency:COM", notice()), ladder);
    let story = story.on("2023-07-01");
    assert_eq!(story.refused("agency:COM", order()), ladder);
    assert_eq!(story.refused("agency:MR", notice()), "NOT_YOURS");
    let story = story.on("2023-07-03").then("agency:COM", notice()).on("2023-07-31");
    assert_eq!(story.refused("agency:COM", order()), ladder);
    let story = story.on("2023-08-01").then("agency:COM", order()).on("2023-08-29");
    assert_eq!(story.refused("agency:COM", fine("ordinary", 100_000)), ladder);
    let story = story.on("2023-08-30");
    assert!(story.refused("agency:COM", fine("ordinary", 99_999)).starts_with("FINE_OUT_OF"));
    assert!(story.refused("agency:COM", fine("serious", 500_001)).starts_with("FINE_OUT_OF"));
    assert_eq!(story.refused("agency:COM", fine("fatal", 100_000)), "row");
    let story = story.then("agency:COM", fine("ordinary", 100_000));
    assert_eq!(story.refused("agency:COM", notice()), ladder);
}

/// The controller is told with the initial report, and corrected; the year's figures say nothing of the next.
#[test]
fn what_an_earlier_report_told_is_held_and_figures_of_a_year_are_not() {
    let story = Story::launched("2022-03-01");
    let asked = story.duty("initial").asked;
    let told: Vec<_> = asked.iter().map(|key| (key.as_str(), "甲")).collect();
    let corrected = ReportCorrected {
        number: 1,
        values: words(&[("actual_controller", "乙")]),
        reason: text("笔误"),
    };
    let story = story.then(YAMATO, filed("initial", &told)).then(YAMATO, corrected);
    let story = story.on("2023-01-01");
    let duty = story.duty("annual-2023");
    assert_eq!(duty.held["actual_controller"], "乙");
    let figures = ["sales_revenue", "employees", "tax_paid", "paid_in_capital"];
    assert_eq!(duty.asked, figures);
    let story = story.then(YAMATO, filed("annual-2023", &figures.map(|key| (key, "1"))));
    assert_eq!(story.on("2024-01-01").duty("annual-2024").asked, figures);
}

/// Every field of every report, those that a change may add, and a stranger.
const FIELDS: [&str; 13] = [
    "enterprise",
    "uscc",
    "industry",
    "scope",
    "investors",
    "total_investment",
    "actual_controller",
    "sales_revenue",
    "employees",
    "tax_paid",
    "paid_in_capital",
    "change_resolution",
    "colour",
];

proptest! {
    /// Whatever intake admits, the enterprise states and reports told before: what an event holds is not asked
    /// for, nothing else is left out, and exactly what is asked for makes the report.
    #[test]
    fn no_field_is_asked_for_that_an_event_holds(
        admits in prop::collection::btree_set(0..FIELDS.len(), 0..FIELDS.len()),
        states in prop::collection::btree_set(0..FIELDS.len(), 0..4),
        changes in prop::collection::btree_set(0..6usize, 1..4),
        initial_first in any::<bool>(),
    ) {
        let of = |chosen: &BTreeSet<usize>| -> BTreeMap<String, String> {
            chosen.iter().map(|at| (text(FIELDS[*at]), format!("value {at}"))).collect()
        };
        let admission = ProjectAdmitted { facts: of(&admits), ..admitted() };
        let changed = changes.iter().map(|at| text(FIELDS[*at])).collect();
        let opened = ReportDutyOpened { duty: text("change-1"), changed, changed_on: day("2023-02-01") };
        let mut story = Story::launched("2022-03-01").learns([
            admission.into(),
            FactsStated { facts: of(&states) }.into(),
        ]);
        let mut held: BTreeSet<&str> = admits.union(&states).map(|at| FIELDS[*at]).collect();
        let yearly = ["sales_revenue", "employees", "tax_paid", "paid_in_capital", "change_resolution"];
        let order = if initial_first {
            ["initial", "change-1", "annual-2023"]
        } else {
            ["annual-2023", "change-1", "initial"]
        };
        story = story.on("2023-03-01").learns([opened.into()]);
        for key in order {
            let duty = story.duty(key);
            for field in &duty.asked {
                prop_assert!(!held.contains(field.as_str()), "{key} asks for {field}");
            }
            let row = law().aftercare.report(duty.kind).unwrap().clone();
            for field in &row.fields {
                let asked = duty.asked.contains(field);
                prop_assert!(asked != duty.held.contains_key(field), "{key}: {field}");
                prop_assert_eq!(asked, !held.contains(field.as_str()), "{}: {}", key, field);
            }
            let answers: Vec<_> = duty.asked.iter().map(|field| (field.as_str(), "x")).collect();
            story = story.then(YAMATO, filed(key, &answers));
            let told = duty.asked.iter().filter_map(|field| FIELDS.iter().find(|one| *one == field));
            held.extend(told.filter(|field| !yearly.contains(field)));
        }
    }
}
