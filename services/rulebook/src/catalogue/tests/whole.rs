//! The repository's own seeds.

use super::*;

#[test]
fn the_seeds_hold_sixty_four_items_and_forty_three_agencies() {
    let catalogue = real();
    assert_eq!(catalogue.codes().count(), 64);
    assert_eq!(catalogue.items(day("2024-01-01")).count(), 64);
    assert_eq!(catalogue.agencies().count(), 43);
    assert_eq!(catalogue.districts().count(), 10);
    assert_eq!(catalogue.zones().filter(|zone| zone.ftz).count(), 1);
    assert_eq!(catalogue.forms().count(), 4);
    assert_eq!(catalogue.gates().count(), 5);
}

fn limits(item: &Item) -> String {
    let limit = |limit: &Option<RuledLimit>| {
        limit.as_ref().map_or("-".to_owned(), |limit| limit.limit.to_string())
    };
    let extension = item
        .statutory
        .as_ref()
        .and_then(|limit| limit.extension.as_ref())
        .map_or(String::new(), |extension| format!("+{}", extension.cap));
    let duty = match item.duty.as_ref().map(|duty| duty.within) {
        None => "-".to_owned(),
        Some(DutyWithin::Limit(limit)) => limit.to_string(),
        Some(DutyWithin::YearlyWindow { .. }) => "window".to_owned(),
    };
    let (statutory, committed) = (limit(&item.statutory), limit(&item.committed));
    let plan = limit(&item.committed_plan_attached);
    format!("{statutory}{extension} {committed} {plan} {duty}")
}

#[test]
fn limits_are_those_of_the_laws() {
    let catalogue = real();
    // Code, edition: law (and its extension), promise, promise with plan attached, enterprise's duty.
    let table = "\
        S1-01 2019-1: - 1wd - -
        S1-03 2021-1: 15wd - - -
        S1-04 2019-1: - 3wd - -
        S1-05 2019-1: 15cal 1wd - -
        S1-05 2022-1: 3wd+3wd 1wd - -
        S1-06 2020-1: - 0wd - 0wd
        S1-08 2019-1: 0wd 1wd 0wd -
        S1-09 2019-1: 20wd+10wd 10wd - -
        S1-10 2019-1: 20wd+10wd 10wd 5wd -
        S1-12 2019-1: 0wd 0wd 0wd -
        S2-01 2019-2: 20wd+10wd 7wd - -
        S2-02 2019-1: - 2wd 0wd -
        S2-04 2019-1: - 10wd - -
        S2-05 2019-2: 20wd+10wd 3wd 1wd -
        S2-06 2019-1: 20wd+10wd 7wd 1wd -
        S2-07 2019-1: 15wd 7wd 0wd -
        S2-08 2019-1: 15wd+10wd 7wd - -
        S2-09 2019-1: 60cal 15wd 5wd -
        S2-10 2019-1: 20wd+10wd 5wd 1wd -
        S2-11 2019-1: 0wd 0wd 0wd -
        S2-12 2019-1: 20wd+10wd 5wd 1wd -
        S2-13 2019-1: 20wd+10wd 10wd 0wd -
        S2-14 2019-1: 10wd+10wd 5wd - -
        S2-15 2019-1: 45cal 20wd - -
        S2-16 2019-1: 20wd+10wd 10wd - -
        S2-17 2019-1: 7cal 3wd 3wd -
        S2-20 2019-1: 20wd+10wd 5wd - -
        S2-21 2019-1: 30wd 1wd 0wd -
        S3-02 2019-2: 20wd 5wd - -
        S3-03 2019-1: 15wd+10wd 7wd - -
        S3-04 2019-1: - 1wd - 5wd
        S3-06 2019-1: - 3wd - 3month
        S3-07 2019-1: 5cal 3wd - -
        S3-09 2019-1: 45wd+15wd 10wd 7wd -
        S3-10 2019-1: - 1wd - 15cal
        S3-11 2019-1: - - - 3month
        S3-13 2019-1: 30wd 3wd 1wd -
        S4-01 2019-1: 20cal 10wd - -
        S4-03 2020-1: - 0wd - 20wd
        S4-04 2020-1: - - - window
        S4-05 2020-1: - - - 20wd
        S4-06 2020-1: 60wd 30wd - -
        S4-11 2022-1: 3wd+3wd 1wd - 30cal
        S4-13 2019-1: 15cal 7wd - -";
    for row in table.lines() {
        let (item, expected) = row.trim().split_once(": ").unwrap();
        let (code, edition) = item.split_once(' ').unwrap();
        let item = catalogue.item_edition(code, edition).unwrap();
        assert_eq!(limits(item), expected, "{code}");
    }
}

#[test]
fn registration_changes_its_law_on_the_first_of_march_2022() {
    let catalogue = real();
    for code in ["S1-05", "S4-11"] {
        let edition = |on: &str| catalogue.item(code, day(on)).unwrap().edition.as_str();
        assert_eq!(edition("2022-02-28"), "2019-1");
        assert_eq!(edition("2022-03-01"), "2022-1");
    }
}

#[test]
fn merged_land_items_begin_with_the_notice_that_merged_them() {
    let catalogue = real();
    for code in ["S2-01", "S2-05"] {
        assert!(catalogue.item(code, day("2019-09-16")).is_none());
        assert!(catalogue.item(code, day("2019-09-17")).is_some());
    }
    assert!(catalogue.item("S1-03", day("2021-01-17")).is_none());
    assert!(catalogue.item("S1-03", day("2021-01-18")).is_some());
}

#[test]
fn licences_take_correction_delivery_and_hearing_from_the_licensing_law() {
    let catalogue = real();
    let permit = catalogue.item("S2-05", day("2022-04-06")).unwrap();
    assert_eq!(permit.correction.limit.to_string(), "5wd");
    assert_eq!(permit.correction.silence, Silence::Accepted);
    assert_eq!(permit.correction.citation, "行政许可法 art. 32(4)");
    assert_eq!(permit.delivery.limit.to_string(), "10wd");
    assert!(permit.exclusions.iter().any(|ground| ground.key == "hearing"));
    let terms = permit.commitment_terms.as_ref().unwrap();
    assert_eq!((terms.check_due.n, terms.rectification.n), (30, 15));
    let request = catalogue.item("S4-09", day("2022-04-06")).unwrap();
    assert_eq!(request.correction.silence, Silence::NoEffect);
    assert!(request.commitment_terms.is_none());
}

#[test]
fn silence_is_consent_only_for_an_environmental_re_review() {
    let catalogue = real();
    let on = day("2022-04-06");
    let re_review = Facts::new().flag("eia_re_review", true);
    let silent: Vec<_> = catalogue
        .items(on)
        .filter_map(|item| {
            Some((item.code.clone(), item.for_project(&re_review).consent_by_silence?))
        })
        .collect();
    let [(code, rule)] = silent.as_slice() else { panic!("{silent:?}") };
    assert_eq!((code.as_str(), rule.after.to_string().as_str()), ("S2-09", "10cal"));
    assert!(rule.citation.contains("建设项目环境保护管理条例 art. 12"));
    let first = Facts::new().flag("eia_re_review", false).word("eia_class", "form");
    let approval = catalogue.item("S2-09", on).unwrap().for_project(&first);
    assert!(approval.consent_by_silence.is_none());
    assert_eq!(limits(&approval), "30cal 7wd 5wd -");
}

#[test]
fn no_opinion_is_given_by_silence() {
    let catalogue = real();
    let opinions: Vec<_> =
        catalogue.items(day("2022-04-06")).flat_map(|item| &item.opinions).collect();
    assert_eq!(opinions.len(), 28);
    assert!(opinions.iter().all(|opinion| opinion.silence.is_none()));
}

#[test]
fn an_opinion_or_material_that_does_not_concern_the_project_is_left_out() {
    let catalogue = real();
    let permit = catalogue.item("S2-06", day("2022-04-06")).unwrap();
    let opinions = |facts: &Facts| {
        let item = permit.for_project(facts);
        item.opinions.iter().map(|opinion| opinion.key.clone()).collect::<Vec<_>>()
    };
    assert_eq!(opinions(&Facts::new()), ["scheme", "civil_defence", "traffic"]);
    let plant = Facts::new().flag("plan_attached", false).flag("civil_building", false);
    assert_eq!(opinions(&plant), ["scheme", "traffic"]);
    assert!(opinions(&Facts::new().flag("plan_attached", true)).is_empty());
    let transferred = permit.for_project(&Facts::new().word("land_supply", "transferred"));
    assert!(transferred.material("transfer_contract").is_some());
    assert!(transferred.material("allocation_decision").is_none());
    let land = catalogue.item("S2-05", day("2022-04-06")).unwrap();
    let land = land.for_project(&Facts::new().word("land_supply", "allocated"));
    assert_eq!(land.opinions[1].inputs, ["allocation_decision"]);
}

#[test]
fn a_project_is_filed_or_verified_but_never_both() {
    let catalogue = real();
    let on = day("2022-04-06");
    let applies = |code: &str, facts: &Facts| catalogue.item(code, on).unwrap().applies(facts);
    let (open, restricted) = (
        Facts::new().flag("restricted_sector", false),
        Facts::new().flag("restricted_sector", true),
    );
    assert_eq!((applies("S1-08", &open), applies("S1-09", &open)), (Applies::Yes, Applies::No));
    assert_eq!(
        (applies("S1-08", &restricted), applies("S1-09", &restricted)),
        (Applies::No, Applies::Yes)
    );
    let missing = Applies::Missing(vec!["restricted_sector".to_owned()]);
    assert_eq!(applies("S1-08", &Facts::new()), missing);
}

#[test]
fn energy_is_reviewed_from_a_thousand_tonnes_on() {
    let catalogue = real();
    let review = catalogue.item("S1-10", day("2022-04-06")).unwrap();
    let uses = |tce: u32, gwh: u32| {
        let facts = Facts::new().number("annual_energy_tce", tce);
        review.applies(&facts.number("annual_electricity_gwh", gwh))
    };
    assert_eq!(uses(999, 4), Applies::No);
    assert_eq!(uses(1000, 4), Applies::Yes);
    assert_eq!(uses(999, 5), Applies::Yes);
}

#[test]
fn the_works_permit_waits_for_no_land_permit_on_land_already_held() {
    let catalogue = real();
    let on = day("2022-04-06");
    let permit = catalogue.item("S2-06", on).unwrap();
    let waiting = |facts: &Facts, granted: &[&str]| {
        catalogue.waiting_for(permit, on, facts, |code| granted.contains(&code)).len()
    };
    let transferred = Facts::new().word("land_supply", "transferred");
    assert_eq!(waiting(&transferred, &[]), 1);
    assert_eq!(waiting(&transferred, &["S2-05"]), 0);
    assert_eq!(waiting(&Facts::new().word("land_supply", "existing"), &[]), 0);
    assert_eq!(waiting(&Facts::new(), &[]), 1);
}

#[test]
fn the_admission_gate_stands_before_everything_that_needs_a_project_code() {
    let catalogue = real();
    let on = day("2022-04-06");
    let gates = |code: &str| {
        catalogue.gates_before(code, on).iter().map(|gate| gate.id.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(gates("S1-12"), ["G1"]);
    assert_eq!(gates("S2-17"), ["G1"]);
    assert!(gates("S1-02").is_empty());
    assert!(gates("S2-03").is_empty());
    let gate = catalogue.gate("G1").unwrap();
    let flagged = |flag| Facts::new().flag("security_review_flagged", flag);
    assert_eq!(catalogue.demands(gate, on, &flagged(false)).len(), 1);
    assert_eq!(catalogue.demands(gate, on, &flagged(true)).len(), 2);
}

#[test]
fn the_annual_report_on_2023_is_due_in_the_first_half_of_2024() {
    let catalogue = real();
    let report = catalogue.item("S4-04", day("2024-01-01")).unwrap();
    let window = report.duty.as_ref().unwrap().within.window_for(2023);
    assert_eq!(window, Some((day("2024-01-01"), day("2024-06-30"))));
}

#[test]
fn instant_items_are_those_promised_on_the_spot() {
    let catalogue = real();
    let item = |code: &str| catalogue.item(code, day("2022-04-06")).unwrap();
    assert!(item("S1-12").is_instant(false));
    assert!(!item("S1-08").is_instant(false));
    assert!(item("S1-08").is_instant(true));
    assert!(!item("S2-05").is_instant(true));
    assert!(!item("S1-03").is_instant(false));
}

#[test]
fn every_fact_asks_its_question_in_four_languages() {
    let catalogue = real();
    assert!(catalogue.facts().count() >= 20);
    for fact in catalogue.facts() {
        let question = &fact.question;
        for text in [&question.zh, &question.en, &question.ja, &question.ko] {
            assert!(text.ends_with(['?', '？', '。']), "{}: {text}", fact.key);
        }
    }
}

#[test]
fn every_condition_asks_for_something_that_is_used() {
    let text: String = real_files().into_iter().map(|file| file.text).collect();
    for fact in real().facts() {
        let used = format!("fact = \"{}\"", fact.key);
        assert!(text.contains(&used), "nothing asks for {}", fact.key);
    }
}

#[test]
fn a_byte_order_mark_and_carriage_returns_change_nothing() {
    let plain = real();
    let mut files = real_files();
    for file in &mut files {
        file.text = format!("\u{feff}{}", file.text.replace('\n', "\r\n"));
    }
    let windows = Catalogue::parse(&files).unwrap_or_else(|faults| panic!("{}", told(&faults)));
    let on = day("2022-04-06");
    assert!(plain.items(on).eq(windows.items(on)));
}

#[test]
fn the_order_of_the_files_changes_nothing() {
    let mut files = real_files();
    files.reverse();
    let on = day("2022-04-06");
    assert!(real().items(on).eq(Catalogue::parse(&files).unwrap().items(on)));
}

/// It is the agency of S1-04, whose first edition is of 2019; before it there is none.
#[test]
fn the_secretarys_office_is_the_one_that_recognises_key_projects() {
    let catalogue = real();
    let office = |on: &str| catalogue.secretary_office(day(on));
    assert_eq!(office("2018-12-31"), Party::Nobody);
    assert_eq!(office("2019-01-01"), Party::Agency("COM".to_owned()));
    assert_eq!(office("2022-04-20"), Party::Agency("COM".to_owned()));
}
