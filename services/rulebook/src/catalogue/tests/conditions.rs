//! Yes, no, or what is missing.

use super::*;

fn flag(fact: &str) -> Condition {
    Condition::Flag { fact: fact.to_owned(), is: true }
}

fn missing(keys: &[&str]) -> Applies {
    Applies::Missing(keys.iter().map(|key| (*key).to_owned()).collect())
}

#[test]
fn all_is_no_as_soon_as_one_is_no() {
    let both = Condition::All(vec![flag("b"), flag("a")]);
    assert_eq!(both.holds(&Facts::new()), missing(&["a", "b"]));
    assert_eq!(both.holds(&Facts::new().flag("a", true)), missing(&["b"]));
    assert_eq!(both.holds(&Facts::new().flag("a", false)), Applies::No);
    assert_eq!(both.holds(&Facts::new().flag("a", true).flag("b", true)), Applies::Yes);
}

#[test]
fn any_is_yes_as_soon_as_one_is_yes() {
    let either = Condition::Any(vec![flag("b"), flag("a")]);
    assert_eq!(either.holds(&Facts::new()), missing(&["a", "b"]));
    assert_eq!(either.holds(&Facts::new().flag("a", false)), missing(&["b"]));
    assert_eq!(either.holds(&Facts::new().flag("a", true)), Applies::Yes);
    assert_eq!(either.holds(&Facts::new().flag("a", false).flag("b", false)), Applies::No);
}

#[test]
fn a_threshold_includes_its_own_figure() {
    let number = 30_000_000.into();
    let at_least = Condition::AtLeast { fact: "usd".to_owned(), number };
    let below = Condition::Below { fact: "usd".to_owned(), number };
    for (usd, reached) in [(29_999_999, false), (30_000_000, true)] {
        let facts = Facts::new().number("usd", usd);
        assert_eq!(at_least.holds(&facts).is_yes(), reached);
        assert_eq!(below.holds(&facts).is_yes(), !reached);
    }
}

#[test]
fn a_value_of_the_wrong_type_is_as_good_as_none() {
    assert_eq!(flag("a").holds(&Facts::new().word("a", "true")), missing(&["a"]));
}

#[test]
fn a_fact_is_read_as_what_it_is() {
    let catalogue = real();
    let read = |key: &str, text: &str| catalogue.fact(key).unwrap().read(text);
    assert_eq!(read("plan_attached", "yes"), Ok(Value::Flag(true)));
    assert_eq!(read("land_supply", "existing"), Ok(Value::Word("existing".to_owned())));
    assert_eq!(read("annual_energy_tce", "999.5"), Ok(Value::Number("999.5".parse().unwrap())));
    for (key, text, refusal) in [
        ("plan_attached", "maybe", "`plan_attached` is yes or no"),
        ("land_supply", "leased", "`land_supply` is one of transferred, allocated, existing"),
        ("annual_energy_tce", "-1", "`annual_energy_tce` is a number of tce, not negative"),
        ("annual_energy_tce", "many", "`annual_energy_tce` is a number of tce, not negative"),
    ] {
        assert_eq!(read(key, text), Err(refusal.to_owned()));
    }
}
