//! Whatever is tried in whatever order: no opinion with a member open, failed or stale; and what the
//! joint acceptance says agrees with what its matter says.

use proptest::prelude::*;
use rulebook::consultation::Outcome as Joint;

use super::*;
use crate::case::Seat;

/// One thing that somebody tries, by number.
fn tried(site: &Site, what: u8, who: usize, on: Date) -> Option<(String, Act)> {
    let id = site.case.joints.keys().next()?.clone();
    let survey = site.newest("S3-01");
    let seats: Vec<&Seat> = site.case.joints[&id].seats.values().collect();
    let seat = seats[who % seats.len()];
    let (member, agency) = (seat.member.key.clone(), seat.member.agency.clone());
    let version = site.case.surveys[&survey].versions.len();
    let digits = ['a', 'b', 'c', 'd', 'e', 'f', '0', '1'];
    let digit = digits[version % digits.len()];
    let drawings: &[(&str, char)] =
        if who.is_multiple_of(2) { &[("as_built_drawings", digit)] } else { &[] };
    Some(match what {
        0..=3 => (agency, examine(&id, &member, Finding::Pass)),
        4 => (agency, examine(&id, &member, Finding::Rectify(vec!["缺项".to_owned()]))),
        5 => (agency, examine(&id, &member, Finding::NotApplicable("无".to_owned()))),
        6 => ("enterprise".to_owned(), report(&id, drawings)),
        7 => ("NR".to_owned(), correct(&survey, digit)),
        8 => ("HC".to_owned(), issue(&id, "")),
        9 => ("HC".to_owned(), issue(&id, "更正")),
        10 | 11 => {
            let fixed = site.case.joints[&id].present().inspect_on == Some(on);
            let schedule = Act::Schedule { matter: id.clone(), inspect_on: on };
            ("HC".to_owned(), if fixed { Act::Inspect { matter: id } } else { schedule })
        }
        _ => ("time".to_owned(), Act::DeclareOverdue { matter: id, member }),
    })
}

/// What an opinion may rest on, asked again from the history alone.
fn opinion_is_sound(before: &Site, id: &MatterId) {
    for (key, seat) in &before.case.joints[id].seats {
        let result = seat.result.as_ref().unwrap_or_else(|| panic!("{key} is open"));
        assert!(!matches!(result.finding, Finding::Rectify(_)), "{key} failed");
        for used in &result.rests_on {
            let newest = before.case.surveys[&used.matter].versions.len();
            assert_eq!(usize::try_from(used.version).unwrap(), newest, "{key} is stale");
        }
    }
}

/// Until its opinion, a joint acceptance and its matter tell the same.
fn agrees(site: &Site, id: &MatterId) {
    let (joint, matter) = (&site.case.joints[id], &site.case.matters[id]);
    let Some(review) = matter.review().filter(|_| matter.decided().is_none()) else { return };
    let (open, failed) = (joint.those(Seat::is_open), joint.those(Seat::failed));
    match review.consultation.outcome() {
        Joint::NotAsked => assert_eq!(open, joint.those(|_| true)),
        Joint::WaitingFor(keys) => assert!(open.iter().map(String::as_str).eq(keys)),
        Joint::ObjectedBy(keys) => {
            assert!(open.is_empty() && failed.iter().map(String::as_str).eq(keys));
        }
        Joint::Unanimous => assert!(open.is_empty() && failed.is_empty()),
    }
    let calendar = bench("2025-12-31").calendar;
    let due = matter.clocks(&calendar).committed.unwrap().deadline(&calendar).map(|d| d.due);
    match joint.awaits_report() {
        // A limit that had run out before the list has its last day all the same.
        Some(list) => assert!(due.is_none_or(|due| due <= list.on), "the clock stands"),
        None => assert!(due.is_some(), "the clock runs"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_path_issues_an_opinion_with_a_member_open_or_failed(
        steps in prop::collection::vec((0..13u8, 0..20usize), 1..90),
    ) {
        let mut site = Site::new().units(&["a 1"]).built();
        let id = site.applied("2025-03-17", Scoped::Project);
        let mut on = day("2025-03-17");
        for (what, who) in steps {
            if what == 12 {
                on = bench("2025-03-17").calendar.next_working_day(on.tomorrow().unwrap());
            }
            let Some((caller, act)) = tried(&site, what, who, on) else { continue };
            let Ok(events) = site.tries(&caller, &on.to_string(), act) else { continue };
            site.take(events);
            agrees(&site, &id);
            // Whoever would issue one now, first or corrected, is let through only rightly.
            for reason in ["", "更正"] {
                if site.tries("HC", &on.to_string(), issue(&id, reason)).is_ok() {
                    opinion_is_sound(&site, &id);
                }
            }
        }
        let mut again = Case::default();
        for event in &site.events {
            let stored = event.to_wire();
            again.apply(&Event::from_wire(&stored).unwrap());
        }
        prop_assert_eq!(again, site.case, "what is stored tells the same story");
    }
}
