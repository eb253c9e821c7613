//! What planning and aftercare record is known to the next call, once and in order.

use super::*;

#[tokio::test]
async fn the_construction_permit_opens_the_stage() {
    let mut city = City::open("2024-03-01").await;
    city.is_planned().await;
    let key = city.key();
    let refused = city.declare(key).await.unwrap_err();
    assert_eq!(
        (refused.code(), reason(&refused).as_str()),
        (Code::FailedPrecondition, "NO_CONSTRUCTION_PERMIT")
    );
    city.is_permitted().await;
    let key = city.key();
    let declared = city.declare(key.clone()).await.unwrap();
    let acceptance = declared.acceptance.clone().unwrap();
    assert_eq!(acceptance.permit.unwrap().number, "210200202403010101");
    assert!(acceptance.permit_in_force);
    assert_eq!(acceptance.units.len(), 2);
    assert_eq!(city.declare(key).await.unwrap(), declared, "the same request has the same answer");
}

#[tokio::test]
async fn the_time_to_begin_counts_from_the_day_the_permit_is_handed_over() {
    let mut city = City::open("2024-03-01").await;
    city.is_planned().await;
    city.is_permitted().await;
    assert_eq!(city.stands().await.unwrap().duties[0].due_on, "2024-06-03");
    city.passes_to("2024-03-12");
    city.permit_acts(Act::Deliver { method: "电子证照".to_owned() }).await;
    assert_eq!(city.stands().await.unwrap().duties[0].due_on, "2024-06-12");
}

#[tokio::test]
async fn a_revoked_permit_closes_the_stage() {
    let mut city = City::open("2024-03-01").await;
    city.is_planned().await;
    city.is_permitted().await;
    let key = city.key();
    city.declare(key).await.unwrap();
    let (reason_told, document) = ("隐瞒情况".to_owned(), String::new());
    let ground = matter::RevocationGround::Deceit;
    city.permit_acts(Act::RevokePermit { ground, reason: reason_told, document }).await;
    assert!(!city.stands().await.unwrap().permit_in_force);
    let refused = city.files("S3-01").await.unwrap_err();
    assert_eq!(reason(&refused), "PERMIT_NOT_IN_FORCE");
}

#[tokio::test]
async fn a_restart_reacts_to_nothing_twice() {
    let mut city = City::open("2024-03-01").await;
    city.is_planned().await;
    city.is_permitted().await;
    city.stands().await.unwrap();
    let head = city.log.head().await.unwrap();
    city.restart().await;
    city.stands().await.unwrap();
    assert_eq!(city.log.head().await.unwrap(), head);
    city.hears(Kind::ProjectStanding(planning::ProjectStanding {
        may_proceed: false,
        reason: "外商投资法 art. 28".to_owned(),
    }))
    .await;
    city.stands().await.unwrap();
    assert_eq!(city.log.head().await.unwrap().position, head.position + 1);
}

/// Filed, accepted and granted on one day, as aftercare records it.
fn granted_in_aftercare(item: &str, on: &str) -> Vec<aftercare_event::Kind> {
    let today = Today { date: day(on), calendar: &LAW.almanac.as_published_by(day(on)) };
    let terms = Terms::of(LAW.catalogue.item(item, day(on)).unwrap(), Track::Ordinary);
    let filing = Filing { terms, materials: Vec::new(), commitment: None };
    let mut steps = filing.decide(None, today).unwrap();
    let mut matter = Matter::open(&steps[0]).unwrap();
    for act in [Act::Accept { document: String::new() }, granted("9121…001U", None)] {
        let next = matter.decide(&act.now(), today).unwrap();
        next.iter().for_each(|step| matter.evolve(step));
        steps.extend(next);
    }
    let id: MatterId = format!("{item}-1").parse().unwrap();
    let kind = |step| aftercare_event::Kind::Matter(desk::wire::write(&id, step));
    steps.iter().map(kind).collect()
}

#[tokio::test]
async fn production_waits_for_the_discharge_permit_that_aftercare_grants() {
    let mut city = City::open("2024-03-01").await;
    city.is_planned().await;
    city.is_permitted().await;
    let key = city.key();
    city.declare(key).await.unwrap();
    let facts = [("eia_class", "registration")].map(|(key, word)| (key.into(), word.into())).into();
    city.hears(Kind::FactsStated(planning::FactsStated { facts })).await;
    let facts = [("discharge_class", "simplified")].map(|(key, word)| (key.into(), word.into()));
    let mut told =
        vec![aftercare_event::Kind::FactsStated(aftercare::FactsStated { facts: facts.into() })];
    let permit = granted_in_aftercare("S4-01", "2024-03-01");
    city.hears_of_aftercare(told.clone()).await;
    let refused = city.produces().await.unwrap_err();
    assert_eq!(reason(&refused), "GATE_CLOSED");
    assert!(refused.message().contains("S4-01|S4-02"), "{refused}");
    told.extend(permit);
    city.hears_of_aftercare(told).await;
    let acceptance = city.produces().await.unwrap();
    assert_eq!(acceptance.units[0].producing_since, "2024-03-01");
}
