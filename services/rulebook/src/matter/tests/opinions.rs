//! Opinions on a site in an agency round of April 2022: NR twice, EE and CUL.

use super::*;

/// S2-01 with new construction land: four opinions.
fn accepted() -> Story {
    let facts = Facts::new().flag("new_construction_land", true);
    let terms = terms("S2-01", Track::Ordinary, "2022-04-06", &facts);
    assert_eq!(terms.opinions.len(), 4);
    Story::open(terms, "2022-04-06").then("2022-04-06", accept())
}

fn ask() -> Act {
    Act::RequestOpinions { opinions: Vec::new() }
}

fn ask_for(keys: &[&str]) -> Act {
    Act::RequestOpinions { opinions: keys.iter().map(|key| (*key).to_owned()).collect() }
}

fn asked() -> Story {
    accepted().then("2022-04-07", ask())
}

fn objects() -> Opinion {
    Opinion::Objects("位于生态保护红线内".to_owned())
}

fn joins(story: &Story) -> usize {
    story.events.iter().filter(|event| matches!(event, Event::OpinionsJoined { .. })).count()
}

fn resubmit(key: &str, content: char) -> Act {
    Act::Resubmit { materials: vec![material(key, content)] }
}

#[test]
fn the_join_comes_once_with_the_last_opinion_and_before_it_nothing_is_granted() {
    let open = |keys: &[&str]| Rejection::OpinionsOpen {
        keys: keys.iter().map(|key| (*key).to_owned()).collect(),
    };
    let story = asked()
        .then("2022-04-08", says("ecology", Opinion::Consents))
        .then("2022-04-08", says("land_pre_examination", Opinion::Consents))
        .then("2022-04-11", says("site_selection", Opinion::Consents))
        .refuses("2022-04-11", grant(), open(&["cultural_relics"]))
        .refuses("2022-04-11", refuse(), open(&["cultural_relics"]));
    assert_eq!(joins(&story), 0);
    let conditions = Opinion::ConsentsWithConditions(vec!["施工前考古勘探".into()]);
    let story = story.then("2022-04-12", says("cultural_relics", conditions));
    assert_eq!(joins(&story), 1);
    let given = Rejection::OpinionAlreadyGiven { key: "ecology".to_owned() };
    let story = story
        .refuses("2022-04-12", says("ecology", objects()), given)
        .refuses("2022-04-12", resubmit("site_boundary", 'z'), Rejection::OpinionsJoined)
        .then("2022-04-13", grant());
    let decided = story.matter.decided().unwrap();
    assert_eq!(decided.opinions.len(), 4, "the certificate cites every opinion");
    assert_eq!(decided.materials.len(), 1);
}

#[test]
fn a_grant_needs_every_opinion_of_the_rule_to_have_been_asked_for() {
    let missing = Rejection::OpinionsNotAsked {
        keys: vec!["site_selection".to_owned(), "ecology".to_owned(), "cultural_relics".to_owned()],
    };
    let some = Act::RequestOpinions { opinions: vec!["land_pre_examination".to_owned()] };
    let story = accepted()
        .holds("2022-04-06", "agency:NR request_opinions by 2022-04-15")
        .then("2022-04-07", some.clone())
        .then("2022-04-08", says("land_pre_examination", Opinion::Consents))
        .refuses("2022-04-08", grant(), missing);
    assert_eq!(joins(&story), 0, "one of four is not all");
    let again = Rejection::AlreadyAsked { key: "land_pre_examination".to_owned() };
    story.refuses("2022-04-08", some, again);
    let unknown = Act::RequestOpinions { opinions: vec!["feng_shui".to_owned()] };
    let no_such = Rejection::UnknownOpinion { key: "feng_shui".to_owned() };
    accepted().refuses("2022-04-07", unknown, no_such);
}

#[test]
fn the_ball_is_with_whoever_is_due_first_then_with_the_applicant_then_with_the_lead() {
    let story = asked()
        .holds("2022-04-07", "agency:CUL give_opinion by 2022-04-12")
        .then("2022-04-08", says("cultural_relics", Opinion::Consents))
        .holds("2022-04-08", "agency:EE give_opinion by 2022-04-12")
        .then("2022-04-11", says("land_pre_examination", Opinion::Consents))
        .then("2022-04-11", says("site_selection", Opinion::Consents))
        .then("2022-04-12", says("ecology", objects()))
        .holds("2022-04-13", "enterprise resubmit by -")
        .then("2022-04-18", Act::Resubmit { materials: vec![material("site_boundary", 'b')] })
        .holds("2022-04-18", "agency:CUL give_opinion by 2022-04-21");
    assert_eq!(
        charged(&story, "2022-04-18"),
        "enterprise 4, agency:CUL 1, agency:EE 2, agency:NR 1, nobody 4"
    );
    // 13, 14, 15 and 18 April were the applicant's: of seven promised days four ran before.
    assert_eq!(due(&story.clocks().committed), "2022-04-21");
}

#[test]
fn of_several_open_opinions_the_ball_is_with_the_one_due_first_and_then_with_the_first_by_key() {
    let facts = Facts::new().flag("new_construction_land", true);
    let mut terms = terms("S2-01", Track::Ordinary, "2022-04-06", &facts);
    let longer = terms.opinions.iter_mut().find(|term| term.key == "cultural_relics").unwrap();
    longer.limit.limit = limit("5wd");
    let story = Story::open(terms, "2022-04-06").then("2022-04-06", accept());
    let story = story
        .then("2022-04-07", Act::RequestOpinions { opinions: vec!["cultural_relics".to_owned()] })
        .holds("2022-04-07", "agency:CUL give_opinion by 2022-04-14")
        .then("2022-04-08", ask_for(&["site_selection", "ecology"]))
        // Asked a day later, but with three days instead of five.
        .holds("2022-04-08", "agency:EE give_opinion by 2022-04-13");
    assert_eq!(story.holder("2022-04-08").since, day("2022-04-08"));
    let story = story
        .then("2022-04-11", says("ecology", Opinion::Consents))
        .holds("2022-04-11", "agency:NR give_opinion by 2022-04-13")
        .then("2022-04-12", says("site_selection", Opinion::Consents))
        .holds("2022-04-12", "agency:CUL give_opinion by 2022-04-14");
    // The 7th, before anything was asked for, was the lead's; the 9th and 10th are a weekend.
    assert_eq!(charged(&story, "2022-04-13"), "agency:CUL 2, agency:EE 1, agency:NR 2, nobody 2");
}

#[test]
fn changed_materials_open_again_who_objected_and_whose_inputs_changed_and_nobody_else() {
    let story = asked()
        .then("2022-04-08", says("cultural_relics", Opinion::Consents))
        .then("2022-04-08", says("land_pre_examination", Opinion::Consents))
        .then("2022-04-08", says("site_selection", Opinion::Consents))
        .then("2022-04-12", says("ecology", objects()));
    let reopened = |story: &Story| match story.events.last() {
        Some(Event::Resubmitted { reopened, .. }) => reopened.join(" "),
        other => panic!("{other:?}"),
    };
    let basis = story.clone().then("2022-04-13", resubmit("project_basis", 'b'));
    assert_eq!(reopened(&basis), "ecology land_pre_examination site_selection");
    let justification = story.then("2022-04-13", resubmit("site_justification", 'b'));
    assert_eq!(reopened(&justification), "ecology site_selection");
    let story = justification
        .then("2022-04-14", says("ecology", Opinion::Consents))
        .then("2022-04-14", says("site_selection", Opinion::Consents));
    assert_eq!(joins(&story), 1);
}

#[test]
fn an_objection_blocks_the_grant_and_allows_the_refusal() {
    let object = Rejection::OpinionsObject { keys: vec!["ecology".to_owned()] };
    let story = asked()
        .then("2022-04-08", says("cultural_relics", Opinion::Consents))
        .then("2022-04-08", says("land_pre_examination", Opinion::Consents))
        .then("2022-04-08", says("site_selection", Opinion::Consents))
        .then("2022-04-12", says("ecology", objects()))
        .refuses("2022-04-13", grant(), object)
        .then("2022-04-13", refuse());
    assert_eq!(joins(&story), 0);
}

#[test]
fn an_opinion_says_why_or_under_which_conditions() {
    let story = asked();
    let without = |opinion: Opinion, document: &str| Act::GiveOpinion {
        key: "ecology".to_owned(),
        opinion,
        document: document.to_owned(),
    };
    story
        .refuses(
            "2022-04-08",
            without(Opinion::Objects(" ".to_owned()), "意见-1"),
            Rejection::Missing(Part::Objection),
        )
        .refuses("2022-04-08", without(objects(), ""), Rejection::Missing(Part::ObjectionDocument))
        .refuses(
            "2022-04-08",
            without(Opinion::ConsentsWithConditions(Vec::new()), ""),
            Rejection::Missing(Part::Conditions),
        );
}

#[test]
fn a_silent_agency_is_late_for_ever_and_approves_nothing() {
    let story = asked()
        .then("2022-04-08", says("cultural_relics", Opinion::Consents))
        .then("2022-04-08", says("land_pre_examination", Opinion::Consents))
        .then("2022-04-08", says("site_selection", Opinion::Consents));
    assert_eq!(story.time_demands("2024-04-08"), []);
    let deem = Act::DeemOpinion { key: "ecology".to_owned() };
    let open = Rejection::OpinionsOpen { keys: vec!["ecology".to_owned()] };
    story
        .refuses("2024-04-08", deem, Rejection::SilenceHasNoEffect)
        .refuses("2024-04-08", grant(), open)
        .holds("2024-04-08", "agency:EE give_opinion by 2022-04-12");
}

#[test]
fn silence_consents_only_where_a_rule_says_so_and_only_after_its_limit() {
    let facts = Facts::new().flag("new_construction_land", true);
    let mut terms = terms("S2-01", Track::Ordinary, "2022-04-06", &facts);
    terms.opinions.retain(|term| term.key == "ecology");
    terms.opinions[0].silence_is_consent = Some("a rule with its article".to_owned());
    let story =
        Story::open(terms, "2022-04-06").then("2022-04-06", accept()).then("2022-04-07", ask());
    let deem = || Act::DeemOpinion { key: "ecology".to_owned() };
    let not_yet = Rejection::SilenceNotYet { due: OrStanding(Some(day("2022-04-12"))) };
    let story = story.refuses("2022-04-12", deem(), not_yet);
    assert_eq!(story.time_demands("2022-04-13"), [deem()]);
    let story = story.then("2022-04-13", deem());
    assert_eq!(joins(&story), 1);
    assert_eq!(story.time_demands("2022-04-13"), []);
    let story = story.then("2022-04-13", grant());
    assert_eq!(story.matter.decided().unwrap().opinions[0].source, "a rule with its article");
}

#[test]
fn opinions_entered_out_of_order_join_on_the_day_of_the_latest() {
    let mut story = asked()
        .then("2022-04-08", says("cultural_relics", Opinion::Consents))
        .then("2022-04-08", says("land_pre_examination", Opinion::Consents))
        .then("2022-04-12", says("site_selection", Opinion::Consents));
    let late = says("ecology", Opinion::Consents).on(day("2022-04-11"));
    let events = story.decide("2022-04-14", late).unwrap();
    assert_eq!(events[1].on(), day("2022-04-12"));
    events.iter().for_each(|event| story.matter.evolve(event));
    let early = Rejection::OutOfOrder { on: day("2022-04-11"), not_before: day("2022-04-12") };
    assert_eq!(story.decide("2022-04-14", grant().on(day("2022-04-11"))), Err(early));
}
