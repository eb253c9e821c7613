//! Fork and join for every order of arrival.

use proptest::prelude::*;

use super::*;

fn day(n: usize) -> Date {
    "2022-04-06"
        .parse::<Date>()
        .unwrap()
        .saturating_add(jiff::Span::new().days(i64::try_from(n).unwrap()))
}

fn asked(agency: usize, inputs: &[usize], silence: bool) -> Asked {
    Asked {
        on: day(0),
        agency: format!("A{agency:02}"),
        inputs: inputs.iter().map(|input| format!("m{input}")).collect(),
        silence_is_consent: silence.then(|| "a rule".to_owned()),
        answer: None,
    }
}

fn key(n: usize) -> String {
    format!("k{n:02}")
}

fn forked(n: usize) -> Consultation {
    (0..n).fold(Consultation::default(), |all, i| all.ask(&key(i), asked(i, &[i], false)))
}

/// Answers one opinion, and records the join if it is due.
fn answer(all: Consultation, i: usize, opinion: Opinion, joins: &mut usize) -> Consultation {
    let all = all.answer(&key(i), day(1), opinion, "");
    if all.is_ready_to_join() {
        *joins += 1;
        all.join(day(1))
    } else {
        all
    }
}

/// One to twelve opinions in any order of arrival.
fn arrivals() -> impl Strategy<Value = Vec<usize>> {
    (1..=12_usize).prop_flat_map(|n| Just((0..n).collect::<Vec<_>>()).prop_shuffle())
}

#[test]
fn for_up_to_six_opinions_every_single_order_joins_once_and_last() {
    fn permute(rest: &mut Vec<usize>, order: &mut Vec<usize>, check: &mut impl FnMut(&[usize])) {
        if rest.is_empty() {
            return check(order);
        }
        for at in 0..rest.len() {
            let next = rest.remove(at);
            order.push(next);
            permute(rest, order, check);
            order.pop();
            rest.insert(at, next);
        }
    }
    let mut orders = 0;
    for n in 1..=6 {
        permute(&mut (0..n).collect(), &mut Vec::new(), &mut |order| {
            orders += 1;
            let (mut all, mut joins) = (forked(n), 0);
            for (at, i) in order.iter().enumerate() {
                all = answer(all, *i, Opinion::Consents, &mut joins);
                assert_eq!(joins, usize::from(at + 1 == n), "{order:?}");
            }
        });
    }
    assert_eq!(orders, 1 + 2 + 6 + 24 + 120 + 720);
}

proptest! {
    #[test]
    fn every_order_joins_once_with_the_last_and_repetition_changes_nothing(order in arrivals()) {
        let (mut all, mut joins) = (forked(order.len()), 0);
        for (at, i) in order.iter().enumerate() {
            all = answer(all, *i, Opinion::Consents, &mut joins);
            all = answer(all, *i, Opinion::Objects("later".to_owned()), &mut joins);
            prop_assert_eq!(joins, usize::from(at + 1 == order.len()));
        }
        prop_assert!(all.joined_on().is_some());
    }

    #[test]
    fn nothing_joins_while_one_objects_and_once_it_is_satisfied_it_joins(
        order in arrivals(),
        objecting in prop::collection::btree_set(0..12_usize, 1..6),
    ) {
        let (mut all, mut joins) = (forked(order.len()), 0);
        for i in &order {
            let opinion = if objecting.contains(i) {
                Opinion::Objects("because".to_owned())
            } else {
                Opinion::Consents
            };
            all = answer(all, *i, opinion, &mut joins);
        }
        let objecting: Vec<usize> =
            objecting.into_iter().filter(|i| *i < order.len()).collect();
        prop_assert_eq!(joins, usize::from(objecting.is_empty()));
        let reopened = all.reopened_by(&BTreeSet::new());
        prop_assert_eq!(&reopened, &objecting.iter().map(|i| key(*i)).collect::<BTreeSet<_>>());
        all = all.reopen(reopened.iter().map(String::as_str), day(2));
        for i in &objecting {
            prop_assert_eq!(joins, 0);
            all = answer(all, *i, Opinion::Consents, &mut joins);
        }
        prop_assert_eq!(joins, 1);
    }

    #[test]
    fn changed_materials_open_again_objecting_and_concerned_opinions_exactly(
        opinions in prop::collection::vec(
            (prop::collection::btree_set(0..8_usize, 0..4), 0..3_u8),
            1..=12,
        ),
        changed in prop::collection::btree_set(0..8_usize, 0..4),
    ) {
        let mut all = Consultation::default();
        let mut expected = BTreeSet::new();
        for (i, (inputs, state)) in opinions.iter().enumerate() {
            let inputs_listed: Vec<usize> = inputs.iter().copied().collect();
            all = all.ask(&key(i), asked(i, &inputs_listed, false));
            all = match state {
                0 => all,
                1 => all.answer(&key(i), day(1), Opinion::Consents, ""),
                _ => all.answer(&key(i), day(1), Opinion::Objects("because".to_owned()), ""),
            };
            if *state == 2 || inputs.iter().any(|input| changed.contains(input)) {
                expected.insert(key(i));
            }
        }
        let changed: BTreeSet<String> = changed.iter().map(|input| format!("m{input}")).collect();
        let reopened = all.reopened_by(&changed);
        prop_assert_eq!(&reopened, &expected);
        let before = all.clone();
        let after = all.reopen(reopened.iter().map(String::as_str), day(2));
        for (key, asked) in after.iter() {
            if expected.contains(key) {
                prop_assert!(asked.answer.is_none() && asked.on == day(2));
            } else {
                prop_assert_eq!(Some(asked), before.get(key));
            }
        }
    }

    #[test]
    fn silence_consents_exactly_where_a_rule_says_so(cited in prop::collection::vec(any::<bool>(), 1..=12)) {
        let mut all = Consultation::default();
        for (i, silence) in cited.iter().enumerate() {
            all = all.ask(&key(i), asked(i, &[], *silence));
        }
        for i in 0..cited.len() {
            all = all.deem(&key(i), day(1_000));
        }
        for (i, silence) in cited.iter().enumerate() {
            let answer = all.get(&key(i)).unwrap().answer.as_ref();
            prop_assert_eq!(answer.is_some(), *silence);
        }
        let unanimous = all.outcome() == Outcome::Unanimous;
        prop_assert_eq!(unanimous, cited.iter().all(|silence| *silence));
    }
}
