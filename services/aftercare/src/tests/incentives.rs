//! Incentives: eligibility explained, claims to the day, and totals that are the sums of what was paid.

use super::{
    reactions::{NAME, World, from},
    story::*,
};
use crate::case::{
    event::*,
    incentive::{Totals, left},
};
use desk::refuse::Refusal;
use proptest::prelude::*;
use proto::aftercare::v1::{
    self as pb, aftercare_service_server::AftercareService, handle_incentive_request::Step,
};
use std::collections::BTreeMap;

const BEGUN: &str = "works-begun";
const ARRIVAL: &str = "capital-arrival";
const HALF_A_MILLION: u64 = 50_000_000;

fn claimed(rule: &str, period: &str, base: u64, amount: u64) -> IncentiveClaimed {
    let materials = if base == 0 { Vec::new() } else { vec![text("验资报告-7")] };
    IncentiveClaimed {
        number: 0,
        rule: text(rule),
        edition: String::new(),
        period: text(period),
        claimant: String::new(),
        currency: String::new(),
        base_minor: base,
        amount_minor: amount,
        materials,
    }
}

fn begun() -> IncentiveClaimed {
    claimed(BEGUN, "", 0, HALF_A_MILLION)
}

fn approved(number: u32, amount_minor: u64) -> IncentiveApproved {
    IncentiveApproved { number, amount_minor, reasons: text("核减"), document: text("批-1") }
}

fn refused(number: u32) -> IncentiveRefused {
    IncentiveRefused { number, reasons: text("材料不符"), document: text("批-2") }
}

fn paid(number: u32, amount_minor: u64, voucher: &str) -> IncentivePaid {
    IncentivePaid { number, amount_minor, voucher: text(voucher) }
}

fn back(number: u32, ground: &str, amount_minor: u64) -> IncentiveClawedBack {
    let (reasons, document) = (text("迁往外地"), text("追-1"));
    IncentiveClawedBack { number, ground: text(ground), amount_minor, reasons, document }
}

fn repaid(number: u32, amount_minor: u64, voucher: &str) -> IncentiveRepaid {
    IncentiveRepaid { number, amount_minor, voucher: text(voucher) }
}

/// A launched project of 48 million dollars.
fn invested(on: &str) -> Story {
    let mut admitted = admitted();
    admitted.facts.insert(text("total_investment"), text("USD 48000000.00"));
    Story::launched(on).learns([admitted.into()])
}

/// Its construction permit came into force on Monday 16 May 2022.
fn building() -> Story {
    invested("2022-03-01").on("2022-05-16").learns([prior("S2-17")])
}

/// Its annual report of a year says what is paid in; everything that is asked for is answered.
fn reports(story: Story, year: i16, capital: &str) -> Story {
    let bench = bench(story.today);
    let (rules, key) = (&bench.law.aftercare, format!("annual-{year}"));
    let duties = crate::case::report::duties(&story.case, story.today, rules, &bench.calendar);
    let duty = duties.into_iter().find(|duty| duty.key == key).unwrap();
    let mut values: BTreeMap<_, _> = duty.asked.into_iter().map(|key| (key, text("1"))).collect();
    values.insert(text("paid_in_capital"), text(capital));
    story.then(YAMATO, ReportFiled { number: 0, duty: key, values })
}

impl Story {
    fn totals(&self, rule: &str, edition: &str) -> Totals {
        self.case.incentive_totals(rule, edition)
    }
}

#[test]
fn a_claim_keeps_its_edition_and_is_paid_in_parts() {
    let story = building().on("2022-06-01").then(YAMATO, begun());
    let claim = &story.case.claims[0].claimed;
    assert_eq!(
        (claim.number, claim.edition.as_str(), claim.currency.as_str()),
        (1, "2021-1", "CNY")
    );
    assert_eq!(claim.claimant, YAMATO);
    let story = story.on("2022-06-20").then("agency:IIT", approved(1, 40_000_000));
    let story = story.on("2022-07-01").then("agency:FIN", paid(1, 30_000_000, "支-1"));
    let story = story.on("2022-08-01").then("agency:FIN", paid(1, 10_000_000, "支-2"));
    let totals = story.totals(BEGUN, "2021-1");
    assert_eq!((totals.approved, totals.paid, totals.outstanding()), (40_000_000, 40_000_000, 0));
    assert!(story.refused("agency:FIN", paid(1, 1, "支-3")).starts_with("MORE_THAN_APPROVED"));
}

#[test]
fn what_was_paid_is_ordered_back_on_a_ground_of_the_rule_and_repaid() {
    let story = building().on("2022-06-01").then(YAMATO, begun());
    assert!(story.refused("agency:IIT", back(1, "moved_away", 1)).starts_with("MORE_THAN_PAID"));
    let story = story.then("agency:IIT", approved(1, HALF_A_MILLION));
    let story = story.then("agency:FIN", paid(1, 30_000_000, "支-1")).on("2024-03-01");
    assert_eq!(story.refused("agency:IIT", back(1, "capital_withdrawn", 1)), "ground");
    assert_eq!(story.refused("agency:FIN", back(1, "moved_away", 1)), "NOT_YOURS");
    assert!(
        story
            .refused("agency:IIT", back(1, "moved_away", 30_000_001))
            .starts_with("MORE_THAN_PAID")
    );
    let story = story.then("agency:IIT", back(1, "moved_away", 20_000_000));
    assert!(story.refused("agency:FIN", paid(1, 1, "支-2")).starts_with("INCENTIVE_OUT_OF_ORDER"));
    assert!(
        story.refused("agency:FIN", repaid(1, 20_000_001, "收-1")).starts_with("MORE_THAN_OWED")
    );
    let story = story.on("2024-04-01").then("agency:FIN", repaid(1, 15_000_000, "收-1"));
    let totals = story.totals(BEGUN, "2021-1");
    assert_eq!(
        (totals.clawed_back, totals.repaid, totals.owed_back()),
        (20_000_000, 15_000_000, 5_000_000)
    );
    assert_eq!(story.refused("agency:FIN", repaid(1, 1, "收-1")), "EXISTS");
}

#[test]
fn only_the_enterprise_claims_and_only_once() {
    let story = building().on("2022-06-01");
    assert_eq!(story.refused("agency:IIT", begun()), "NOT_YOURS");
    assert_eq!(story.refused("secretary:s-0012", begun()), "NOT_YOURS");
    let story = story.then(YAMATO, begun());
    assert_eq!(story.refused(YAMATO, begun()), "EXISTS");
    let story = story.then("agency:IIT", refused(1));
    assert_eq!(story.then(YAMATO, begun()).case.claims.len(), 2, "a refusal is not the last word");
}

#[test]
fn the_agencies_of_the_row_decide_and_pay() {
    let story = building().on("2022-06-01").then(YAMATO, begun());
    assert_eq!(story.refused("agency:COM", approved(1, 1)), "NOT_YOURS");
    assert_eq!(story.refused("agency:COM", refused(1)), "NOT_YOURS");
    assert_eq!(story.refused("agency:IIT", approved(2, 1)), "UNKNOWN");
    assert_eq!(story.refused("agency:IIT", approved(1, 0)), "amount_minor");
    assert_eq!(story.refused("agency:IIT", approved(1, HALF_A_MILLION + 1)), "amount_minor");
    let silent = IncentiveApproved { reasons: String::new(), ..approved(1, 1) };
    assert_eq!(story.refused("agency:IIT", silent), "reasons");
    assert!(story.refused("agency:FIN", paid(1, 1, "支-1")).starts_with("INCENTIVE_OUT_OF_ORDER"));
    let story = story.then("agency:IIT", approved(1, HALF_A_MILLION));
    assert!(story.refused("agency:IIT", refused(1)).starts_with("INCENTIVE_OUT_OF_ORDER"));
    assert_eq!(story.refused("agency:IIT", paid(1, 1, "支-1")), "NOT_YOURS");
    assert_eq!(story.refused("agency:FIN", paid(1, 1, "")), "voucher");
    let story = story.then("agency:FIN", paid(1, 1, "支-1"));
    assert_eq!(story.refused("agency:FIN", paid(1, 1, "支-1")), "EXISTS");
}

/// Twelve months from Monday 16 May 2022 end on Tuesday 16 May 2023.
#[test]
fn a_claim_is_in_time_until_the_last_day_of_its_window() {
    let story = building();
    story.clone().then(YAMATO, begun());
    let story = story.on("2023-05-16");
    story.clone().then(YAMATO, begun());
    let late = story.on("2023-05-17").refused(YAMATO, begun());
    assert!(late.starts_with("OUTSIDE_WINDOW 大政发〔2020〕24号 (六)"), "{late}");
}

#[test]
fn what_is_missing_is_told_condition_by_condition() {
    let poor = Story::launched("2022-03-01").on("2022-06-01");
    let Err(Refusal::Rule { reason, en, zh, .. }) = poor.tries(YAMATO, begun()) else { panic!() };
    assert_eq!(reason, "NOT_ELIGIBLE");
    assert_eq!(
        en,
        "the construction permit is in force: item S2-17 is not in force; \
         total investment of at least USD 30,000,000: no event holds total_investment"
    );
    assert_eq!(zh, "不符合条件：已取得建筑工程施工许可证；投资总额不低于3000万美元");
}

#[test]
fn an_edition_that_is_not_in_force_is_refused() {
    let story = building().on("2022-06-01");
    let next = IncentiveClaimed { edition: text("2024-1"), ..claimed(ARRIVAL, "2021", 1, 1) };
    assert!(story.refused(YAMATO, next).starts_with("EDITION_NOT_IN_FORCE"));
    assert_eq!(story.refused(YAMATO, claimed("free-lunch", "", 0, 1)), "rule");
    assert_eq!(story.refused(YAMATO, claimed(BEGUN, "2022", 0, 1)), "period");
    assert_eq!(story.refused(YAMATO, claimed(BEGUN, "", 1, 1)), "base_minor");
    assert_eq!(story.refused(YAMATO, claimed(BEGUN, "", 0, HALF_A_MILLION + 1)), "amount_minor");
}

/// At one of a hundred: 450 million yuan paid in during 2021 give 4.5 million; of the cap of five million
/// 500,000 yuan are left for 2022. In 2024 another edition is in force, with a cap of its own.
#[test]
fn the_cap_holds_for_all_years_of_an_edition() {
    let story = reports(invested("2021-03-01").on("2022-03-01"), 2022, "USD 69000000.00");
    let early = claimed(ARRIVAL, "2021", 45_000_000_000, 450_000_000);
    let future = claimed(ARRIVAL, "2022", 45_000_000_000, 450_000_000);
    assert!(story.refused(YAMATO, future).starts_with("OUTSIDE_WINDOW"));
    assert_eq!(story.refused(YAMATO, claimed(ARRIVAL, "21", 1, 1)), "period");
    assert_eq!(story.refused(YAMATO, claimed(ARRIVAL, "2021", 0, 1)), "base_minor");
    let bare = IncentiveClaimed { materials: Vec::new(), ..early.clone() };
    assert_eq!(story.refused(YAMATO, bare), "materials");
    let story = story.then(YAMATO, early).then("agency:COM", approved(1, 450_000_000));
    let story = story.on("2023-06-30");
    let more = claimed(ARRIVAL, "2022", 10_000_000_000, 50_000_001);
    assert!(story.refused(YAMATO, more).starts_with("CAP_REACHED"));
    let story = story.then(YAMATO, claimed(ARRIVAL, "2022", 10_000_000_000, 50_000_000));
    let story = story.then("agency:COM", approved(2, 50_000_000)).on("2024-03-01");
    let story = story.then(YAMATO, claimed(ARRIVAL, "2023", 45_000_000_000, 900_000_000));
    assert_eq!(story.case.claims[2].claimed.edition, "2024-1");
    assert_eq!(story.totals(ARRIVAL, "2021-1").approved, 500_000_000);
    assert_eq!(story.totals(ARRIVAL, "2024-1").approved, 0);
}

#[test]
fn nothing_is_dated_before_what_it_follows() {
    let story = building().on("2022-06-01").then(YAMATO, begun());
    let story = story.on("2022-07-01");
    let story = story.then("agency:IIT", approved(1, HALF_A_MILLION));
    let (on, fact) = (Some(day("2022-06-15")), Fact::from(paid(1, 1, "支-1")));
    let bench = bench(story.today);
    let early = crate::case::decide::step(&story.case, fact, on, &who("agency:FIN"), &bench);
    assert!(matches!(early, Err(Refusal::Fields(_))), "{early:?}");
}

/// Over the wire: what is in force is explained to who has to do with it, and a claim that is not eligible is
/// refused with what is missing.
#[tokio::test]
async fn eligibility_is_explained_to_who_has_to_do_with_it() {
    let world = World::open().await;
    let list = || pb::ListIncentivesRequest { name: text(NAME), min_position: Vec::new() };
    let seen = |principal| world.service.list_incentives(from(principal, list()));
    let own = seen(YAMATO).await.unwrap().into_inner();
    let rules: Vec<_> = own.rules.iter().map(|rule| (rule.rule.as_str(), rule.eligible)).collect();
    assert_eq!(rules, [(ARRIVAL, false), (BEGUN, false)]);
    let arrival = &own.rules[0];
    assert_eq!((arrival.edition.as_str(), arrival.mark.as_str()), ("2021-1", "assumption"));
    let window = (arrival.period.as_str(), arrival.opens_on.as_str(), arrival.closes_on.as_str());
    assert_eq!(window, ("2021", "2022-03-01", "2022-06-30"));
    let key_project = &arrival.conditions[0];
    assert_eq!((key_project.met, key_project.held.as_str()), (false, "no"));
    assert!(key_project.source.starts_with("project_admitted"));
    assert_eq!(arrival.conditions[1].missing, "no event holds paid_in_capital");

    let decides = seen("agency:IIT/desk-1").await.unwrap().into_inner();
    let decides: Vec<_> = decides.rules.iter().map(|rule| rule.rule.as_str()).collect();
    assert_eq!(decides, [BEGUN]);
    assert_eq!(seen("agency:HC/desk-1").await.unwrap().into_inner().rules, []);

    let claim = pb::HandleIncentiveRequest {
        request_id: text("claim-0000000000001"),
        name: text(NAME),
        occurred_on: String::new(),
        step: Some(Step::Claimed((&begun()).into())),
    };
    let refused = world.service.handle_incentive(from(YAMATO, claim)).await.unwrap_err();
    assert_eq!(refused.code(), tonic::Code::FailedPrecondition);
    assert!(refused.message().contains("item S2-17 is not in force"), "{}", refused.message());
}

/// What somebody may try; amounts in lots of 100,000 yuan.
#[derive(Debug, Clone)]
enum Try {
    Claim(u64, i16),
    Approve(u32, u64),
    Refuse(u32),
    Pay(u32, u64),
    ClawBack(u32, u64),
    Repay(u32, u64),
    Wait(i64),
}

fn any_try() -> impl Strategy<Value = Try> {
    let (number, lots) = (1u32..5, 1u64..60);
    prop_oneof![
        (lots.clone(), 1i16..3).prop_map(|(lots, ago)| Try::Claim(lots, ago)),
        (number.clone(), lots.clone()).prop_map(|(number, lots)| Try::Approve(number, lots)),
        number.clone().prop_map(Try::Refuse),
        (number.clone(), 1u64..25).prop_map(|(number, lots)| Try::Pay(number, lots)),
        (number.clone(), 1u64..25).prop_map(|(number, lots)| Try::ClawBack(number, lots)),
        (number, 1u64..25).prop_map(|(number, lots)| Try::Repay(number, lots)),
        (0i64..200).prop_map(Try::Wait),
    ]
}

const LOT: u64 = 10_000_000;

fn attempt(one: &Try, at: usize, year: i16) -> Option<(&'static str, Fact)> {
    let voucher = format!("凭-{at}");
    Some(match one {
        Try::Claim(lots, ago) => {
            let period = (year - ago).to_string();
            (YAMATO, claimed(ARRIVAL, &period, lots * LOT * 100, lots * LOT).into())
        }
        Try::Approve(number, lots) => ("agency:COM", approved(*number, lots * LOT).into()),
        Try::Refuse(number) => ("agency:COM", refused(*number).into()),
        Try::Pay(number, lots) => ("agency:FIN", paid(*number, lots * LOT, &voucher).into()),
        Try::ClawBack(number, lots) => {
            ("agency:COM", back(*number, "capital_withdrawn", lots * LOT).into())
        }
        Try::Repay(number, lots) => ("agency:FIN", repaid(*number, lots * LOT, &voucher).into()),
        Try::Wait(_) => return None,
    })
}

/// The totals of each edition, folded from the events alone.
fn folded(events: &[Event]) -> BTreeMap<String, Totals> {
    let mut editions = Vec::new();
    let mut totals: BTreeMap<String, Totals> = BTreeMap::new();
    for event in events {
        let (number, add): (u32, fn(&mut Totals) -> &mut u64) = match &event.fact {
            Fact::IncentiveClaimed(claimed) => {
                editions.push(claimed.edition.clone());
                continue;
            }
            Fact::IncentiveApproved(step) => (step.number, |totals| &mut totals.approved),
            Fact::IncentivePaid(step) => (step.number, |totals| &mut totals.paid),
            Fact::IncentiveClawedBack(step) => (step.number, |totals| &mut totals.clawed_back),
            Fact::IncentiveRepaid(step) => (step.number, |totals| &mut totals.repaid),
            _ => continue,
        };
        let amount = match &event.fact {
            Fact::IncentiveApproved(step) => step.amount_minor,
            Fact::IncentivePaid(step) => step.amount_minor,
            Fact::IncentiveClawedBack(step) => step.amount_minor,
            Fact::IncentiveRepaid(step) => step.amount_minor,
            _ => 0,
        };
        let edition = editions[usize::try_from(number).unwrap() - 1].clone();
        *add(totals.entry(edition).or_default()) += amount;
    }
    totals
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn totals_are_the_sums_of_the_events_and_never_pass_the_cap(
        tries in prop::collection::vec(any_try(), 0..60),
    ) {
        let story = reports(invested("2021-03-01").on("2022-03-01"), 2022, "USD 69000000.00");
        let mut story = story.then(YAMATO, claimed(ARRIVAL, "2021", 3_000 * LOT, 30 * LOT));
        let mut events = story.tries("agency:COM", approved(1, 20 * LOT)).unwrap();
        story = story.then("agency:COM", approved(1, 20 * LOT));
        events.insert(0, Fact::from(story.case.claims[0].claimed.clone()).on(story.today));
        for (at, one) in tries.iter().enumerate() {
            if let Try::Wait(days) = one {
                story.today = story.today.checked_add(jiff::Span::new().days(*days)).unwrap();
            }
            let Some((who, fact)) = attempt(one, at, story.today.year()) else { continue };
            let Ok(added) = story.tries(who, fact.clone()) else { continue };
            events.extend(added);
            story = story.then(who, fact);
            for (edition, totals) in folded(&events) {
                prop_assert_eq!(story.totals(ARRIVAL, &edition), totals);
                let law = law();
                let row = law.aftercare.incentive(ARRIVAL, &edition).unwrap();
                let cap = crate::case::incentive::minor(row.cap);
                prop_assert!(totals.approved <= cap);
                prop_assert_eq!(left(row, &totals), cap - totals.approved);
                prop_assert!(totals.paid <= totals.approved);
                prop_assert!(totals.clawed_back <= totals.paid);
                prop_assert!(totals.repaid <= totals.clawed_back);
                prop_assert_eq!(totals.outstanding() + totals.paid, totals.approved);
                prop_assert_eq!(totals.owed_back() + totals.repaid, totals.clawed_back);
            }
            for claim in &story.case.claims {
                prop_assert!(claim.totals().paid <= claim.totals().approved);
            }
        }
    }
}

#[test]
fn a_row_that_names_no_agency_or_item_of_the_catalogue_is_a_fault() {
    let mut files = host::seeds::embedded();
    let rows = files.iter_mut().find(|file| file.path == "aftercare/incentives.toml").unwrap();
    rows.text = rows.text.replace("decides = \"IIT\"", "decides = \"ITT\"");
    rows.text = rows.text.replace("claim_after = \"S2-17\"", "claim_after = \"S2-71\"");
    let line = |of: &str| {
        let table = rows.text[..rows.text.find(of).unwrap()].rfind("[[incentive]]").unwrap();
        1 + rows.text[..table].matches('\n').count()
    };
    let lines = [line("ITT"), line("S2-71")];
    let faults = rulebook::law::Law::parse(&files).unwrap_err();
    let told: Vec<_> = faults.iter().map(|fault| (fault.line, fault.message.as_str())).collect();
    let agency = (lines[0], "there is no agency \"ITT\" for \"works-begun\"");
    assert_eq!(told, [agency, (lines[1], "there is no item \"S2-71\" for \"works-begun\"")]);
}
