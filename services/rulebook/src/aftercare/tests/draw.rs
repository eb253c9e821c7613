//! Drawing again gives the same; nobody is drawn who is not a candidate; the ratio is kept.

use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::aftercare::{ALGORITHM, Candidate, Lot, draw};

fn candidates(classes: &[u8]) -> Vec<Candidate> {
    let class = |at: usize, class: u8| {
        let (class, percent) = [("A", 1), ("B", 3), ("C", 10), ("D", 100)][usize::from(class)];
        Candidate { project: format!("project-{at}"), class: class.to_owned(), percent }
    };
    classes.iter().enumerate().map(|(at, one)| class(at, *one)).collect()
}

fn inspectors(n: usize) -> Vec<String> {
    (0..n).map(|at| format!("inspector-{at}")).collect()
}

fn drawn(seed: &str, candidates: &[Candidate], inspectors: &[String]) -> Vec<Lot> {
    draw(ALGORITHM, seed, candidates, inspectors).unwrap()
}

/// Reckoned apart from this code with `printf 'seed-1\nproject\nproject-0' | sha256sum` and the like.
#[test]
fn anybody_can_draw_again_with_a_digest_alone() {
    let lots = drawn("seed-1", &candidates(&[3, 3, 3]), &inspectors(3));
    let lots: Vec<_> = lots
        .iter()
        .map(|lot| (lot.project.as_str(), &lot.lot[..8], lot.inspectors.join(" ")))
        .collect();
    let expected = [
        ("project-2", "81348e28", "inspector-2 inspector-1".to_owned()),
        ("project-1", "b3f83185", "inspector-2 inspector-0".to_owned()),
        ("project-0", "f427d0bc", "inspector-1 inspector-0".to_owned()),
    ];
    assert_eq!(lots, expected);
}

#[test]
fn an_algorithm_that_is_not_known_draws_nothing() {
    assert_eq!(draw("dice", "seed-1", &candidates(&[3]), &inspectors(2)), None);
}

proptest! {
    #[test]
    fn the_order_of_the_lists_plays_no_part(
        seed in "[a-z0-9]{1,20}",
        classes in prop::collection::vec(0u8..4, 0..120),
        crowd in 2usize..8,
        turn in 0usize..120,
    ) {
        let (mut list, mut who) = (candidates(&classes), inspectors(crowd));
        let first = drawn(&seed, &list, &who);
        prop_assert_eq!(&drawn(&seed, &list, &who), &first);
        let turn = turn % list.len().max(1);
        list.rotate_left(turn);
        list.reverse();
        who.reverse();
        prop_assert_eq!(&drawn(&seed, &list, &who), &first);
    }

    #[test]
    fn only_candidates_are_drawn_each_once_with_two_inspectors_within_the_ratio(
        seed in "[a-z0-9]{1,20}",
        classes in prop::collection::vec(0u8..4, 0..300),
        crowd in 2usize..8,
    ) {
        let (list, who) = (candidates(&classes), inspectors(crowd));
        let lots = drawn(&seed, &list, &who);
        let projects: BTreeSet<_> = lots.iter().map(|lot| &lot.project).collect();
        prop_assert_eq!(projects.len(), lots.len());
        for lot in &lots {
            let known = |one: &Candidate| one.project == lot.project && one.class == lot.class;
            prop_assert!(list.iter().any(known));
            prop_assert_eq!(lot.inspectors.len(), 2);
            prop_assert!(lot.inspectors[0] != lot.inspectors[1]);
            prop_assert!(lot.inspectors.iter().all(|one| who.contains(one)));
        }
        for (class, percent) in [("A", 1), ("B", 3), ("C", 10), ("D", 100)] {
            let of = list.iter().filter(|one| one.class == class).count();
            let quota = lots.iter().filter(|lot| lot.class == class).count();
            let (least, most) = (of * percent / 100, (of * percent).div_ceil(100));
            prop_assert!((least..=most).contains(&quota), "{} of {} {}", quota, of, class);
        }
    }
}

/// Fifty projects of class B, a thousand seeds: three of a hundred are drawn on average, and every
/// project now and then.
#[test]
fn a_ratio_is_kept_on_average_and_nobody_is_spared() {
    let list = candidates(&[1; 50]);
    let mut times = vec![0u32; 50];
    for seed in 0..1000 {
        for lot in drawn(&format!("plan-{seed}"), &list, &inspectors(2)) {
            let at: usize = lot.project.trim_start_matches("project-").parse().unwrap();
            times[at] += 1;
        }
    }
    let all: u32 = times.iter().sum();
    assert!((1400..=1600).contains(&all), "{all} of 50000 at three of a hundred");
    assert!(times.iter().all(|times| (10..=60).contains(times)), "{times:?}");
}
