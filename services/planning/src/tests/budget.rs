//! The ten-working-day budget of plan-attached projects (大政发〔2020〕24号 (十五)), counted by hand.
//!
//! April 2022: Saturday 2 is worked, 3 to 5 is Qingming, Sunday 24 is worked.

use super::story::*;
use crate::budget;
use proto::planning::v1::Budget;

impl Story {
    fn budget(&self) -> Option<Budget> {
        budget::of(&self.case, &bench(self.today))
    }

    /// `from..until used/limit of elapsed: days of April`.
    #[track_caller]
    fn spends(self, expected: &str) -> Self {
        let budget = self.budget().unwrap();
        let days: Vec<_> =
            budget.used.iter().map(|day| day.trim_start_matches("2022-04-")).collect();
        let Budget { started_on, finished_on, limit, elapsed_working_days, .. } = &budget;
        let used = days.len();
        let said = format!(
            "{started_on}..{finished_on} {used}/{limit} of {elapsed_working_days}: {}",
            days.join(" ")
        );
        assert_eq!(said, expected, "on {}", self.today);
        self
    }
}

#[test]
fn there_is_no_budget_before_the_contract_and_none_without_a_plan() {
    let facts = [("plan_attached", "yes")];
    let story = Story::factory("2022-04-06", &facts).granted("S2-03");
    assert_eq!(story.budget(), None);
    let signed = story.on("2022-04-07").granted("S2-04");
    assert_eq!(signed.budget().unwrap().citation, "大政发〔2020〕24号 (十五)");
    let ordinary = Story::factory("2022-04-06", &[]).granted("S2-03").granted("S2-04");
    assert_eq!(ordinary.budget(), None);
}

#[test]
fn a_project_is_through_in_six_days_and_days_in_parallel_count_once() {
    Story::plan_attached("2022-04-06", &[("soil_water_plan", "form")])
        .spends("2022-04-06.. 0/10 of 0: ")
        .files(&["S2-05"])
        .accepted("S2-05-1")
        .consulted("S2-05-1")
        .on("2022-04-07")
        .act("S2-05-1", grant("S2-05-1"))
        .files(&["S2-06", "S2-12"])
        .accepted("S2-06-1")
        .accepted("S2-12-1")
        .on("2022-04-08")
        .act("S2-06-1", grant("S2-06-1"))
        .on("2022-04-11")
        .consulted("S2-12-1")
        .act("S2-12-1", grant("S2-12-1"))
        .spends("2022-04-06.. 3/10 of 3: 07 08 11")
        .on("2022-04-14")
        .spends("2022-04-06.. 3/10 of 6: 07 08 11")
        .files(&["S2-17"])
        .accepted("S2-17-1")
        .on("2022-04-19")
        .act("S2-17-1", grant("S2-17-1"))
        .spends("2022-04-06..2022-04-19 6/10 of 9: 07 08 11 15 18 19")
        .on("2022-04-26")
        .spends("2022-04-06..2022-04-19 6/10 of 9: 07 08 11 15 18 19");
}

/// The land permit takes until this day, everything after it is decided on the spot.
fn slow(until: &str) -> Story {
    Story::plan_attached("2022-04-06", &[])
        .files(&["S2-05"])
        .accepted("S2-05-1")
        .consulted("S2-05-1")
        .on(until)
        .act("S2-05-1", grant("S2-05-1"))
        .granted("S2-06")
        .granted("S2-17")
}

#[test]
fn ten_days_are_within_it_and_eleven_are_not() {
    slow("2022-04-20").spends("2022-04-06..2022-04-20 10/10 of 10: 07 08 11 12 13 14 15 18 19 20");
    slow("2022-04-21")
        .spends("2022-04-06..2022-04-21 11/10 of 11: 07 08 11 12 13 14 15 18 19 20 21");
}

#[test]
fn a_weekend_does_not_count_and_a_make_up_sunday_does() {
    slow("2022-04-11").spends("2022-04-06..2022-04-11 3/10 of 3: 07 08 11");
    let story = Story::plan_attached("2022-04-22", &[]).files(&["S2-05"]).accepted("S2-05-1");
    story.on("2022-04-25").spends("2022-04-22.. 2/10 of 2: 24 25");
}

#[test]
fn the_applicants_time_and_special_procedures_do_not_count() {
    Story::plan_attached("2022-04-06", &[])
        .files(&["S2-05"])
        .on("2022-04-07")
        .act("S2-05-1", correct("form_p1"))
        .on("2022-04-11")
        .act("S2-05-1", supply("form_p1"))
        .accepted("S2-05-1")
        .spends("2022-04-06.. 0/10 of 3: ")
        .on("2022-04-12")
        .act("S2-05-1", hearing("2022-04-12"))
        .on("2022-04-18")
        .act("S2-05-1", hearing_over())
        .on("2022-04-19")
        .consulted("S2-05-1")
        .act("S2-05-1", grant("S2-05-1"))
        .spends("2022-04-06.. 2/10 of 9: 12 19");
}

#[test]
fn what_ran_before_the_contract_is_not_counted() {
    Story::factory("2022-03-28", &[("plan_attached", "yes")])
        .granted("S2-03")
        .files(&["S2-04", "S2-11"])
        .accepted("S2-04-1")
        .accepted("S2-11-1")
        .on("2022-04-06")
        .act("S2-04-1", grant("S2-04-1"))
        .on("2022-04-07")
        .act("S2-11-1", grant("S2-11-1"))
        .spends("2022-04-06.. 1/10 of 1: 07");
}

/// Companies connect pipes and institutes review drawings: no approval authority's clock runs.
#[test]
fn only_authorities_use_the_budget() {
    let story = Story::plan_attached("2022-04-06", &[]).granted("S2-05").granted("S2-06");
    let story = story.files(&["S2-07", "S2-18"]).accepted("S2-07-1").accepted("S2-18-1");
    let story = story.on("2022-04-13").spends("2022-04-06.. 0/10 of 5: ");
    let story = story.files(&["S2-17"]).accepted("S2-17-1").on("2022-04-14");
    story.spends("2022-04-06.. 1/10 of 6: 14");
}
