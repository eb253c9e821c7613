//! The rows on file, and files that are refused.

use super::*;

const RULES: &str = include_str!("../../../../seeds/supervision/rules.toml");

fn parsed(text: &str) -> Result<SupervisionRules, Vec<String>> {
    let file = SeedFile { path: format!("{FOLDER}rules.toml"), text: text.to_owned() };
    let messages =
        |faults: Vec<Fault>| faults.into_iter().map(|fault| fault.message).collect::<Vec<_>>();
    SupervisionRules::parse(&[file]).map_err(messages)
}

/// Red is what a law sets the limit of; nothing of it stands in a law, so that all of it is an assumption.
#[test]
fn every_alarm_has_its_row() {
    let rows = parsed(RULES).unwrap().alarms;
    let red = [&rows.complaint, &rows.construction_duty, &rows.publication, &rows.report];
    let yellow = [&rows.follow_up, &rows.order, &rows.promise, &rows.rating];
    let more = [&rows.secretary_vacancy, &rows.service_request, &rows.visits];
    assert!(red.iter().all(|row| row.kind == Kind::Red));
    assert!(yellow.iter().chain(&more).all(|row| row.kind == Kind::Yellow));
    let keys = red.iter().chain(&yellow).chain(&more).map(|row| row.key.as_str());
    let mut keys: Vec<_> = keys.collect();
    keys.sort_unstable();
    assert_eq!(keys, ALARMS);
    let marks = red.iter().chain(&yellow).chain(&more).map(|row| row.mark);
    assert!(marks.into_iter().all(|mark| mark == Mark::Assumption));
}

#[test]
fn an_alarm_that_is_missing_unknown_there_twice_or_no_card_is_a_fault() {
    let with = |from: &str, to: &str| parsed(&RULES.replacen(from, to, 1)).unwrap_err();
    let alarms = RULES.find("[[alarm]]").unwrap();
    let missing = parsed(&RULES[..alarms]).unwrap_err();
    assert_eq!(missing.len(), ALARMS.len(), "{missing:?}");
    assert!(missing.contains(&"there is no alarm \"promise\"".to_owned()));
    let unknown = with("key = \"promise\"", "key = \"promises\"");
    assert_eq!(unknown, ["the alarm \"promises\" is unknown or there twice"]);
    let twice = with("key = \"promise\"", "key = \"order\"");
    assert_eq!(twice, ["the alarm \"order\" is unknown or there twice"]);
    for kind in ["amber", "orange"] {
        let no_card = with("kind = \"red\"", &format!("kind = \"{kind}\""));
        assert_eq!(no_card, ["`kind` must be yellow or red"]);
    }
}
