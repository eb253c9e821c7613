//! Inspections: a draw from which anybody draws again, visits, publication, and what follows from them.

use super::{
    reactions::{NAME, World, from},
    story::*,
};
use crate::case::{
    Case, decide,
    event::*,
    inspection::{Draw, Finding, findings},
};
use desk::{docket::Case as _, refuse::Refusal};
use proto::aftercare::v1::{self as pb, aftercare_service_server::AftercareService};
use std::collections::BTreeMap;
use tonic::Code;

fn candidate(project: &str, class: &str) -> InspectionCandidate {
    InspectionCandidate { project: text(project), credit_class: text(class), percent: 0 }
}

fn plan(plan: &str, agencies: &[&str], candidates: Vec<InspectionCandidate>) -> InspectionDrawn {
    InspectionDrawn {
        number: 0,
        agencies: agencies.iter().map(|code| text(code)).collect(),
        plan: text(plan),
        items: vec![text("登记事项"), text("公示信息")],
        seed: text("lottery-2022104"),
        algorithm: String::new(),
        candidates,
        inspectors: vec![text("i-01"), text("i-02"), text("i-03")],
    }
}

fn visited(draw: u32) -> InspectionVisited {
    InspectionVisited {
        number: 0,
        agencies: Vec::new(),
        draw,
        ground: String::new(),
        reference: String::new(),
        credit_class: String::new(),
        items: Vec::new(),
        inspectors: Vec::new(),
        result: text("compliant"),
        article: String::new(),
        findings: String::new(),
        merged_into: 0,
    }
}

/// Not drawn, but on a ground that names what it rests on.
fn called(agency: &str, ground: &str) -> InspectionVisited {
    InspectionVisited {
        agencies: vec![text(agency)],
        ground: text(ground),
        reference: text("投诉-3"),
        credit_class: text("A"),
        items: vec![text("登记事项")],
        inspectors: vec![text("i-01"), text("i-02")],
        ..visited(0)
    }
}

/// The case of the draws, with the projects that may be drawn.
#[derive(Clone)]
struct Draws(Case);

impl Draws {
    fn tries(&self, principal: &str, drawn: InspectionDrawn) -> Result<Vec<Event>, Refusal> {
        let projects = [("yamato", "3451"), ("helios", "3825"), ("remedy", "2720")];
        let known: BTreeMap<_, _> =
            projects.iter().map(|(project, code)| (text(project), text(code))).collect();
        let bench = bench(day("2022-06-01"));
        decide::draw(&self.0, drawn, None, &known, &who(principal), &bench)
    }

    #[track_caller]
    fn draws(mut self, principal: &str, drawn: InspectionDrawn) -> Self {
        for event in self.tries(principal, drawn).unwrap() {
            self.0.evolve(&event);
        }
        self
    }

    #[track_caller]
    fn refused(&self, principal: &str, drawn: InspectionDrawn) -> String {
        match self.tries(principal, drawn).unwrap_err() {
            Refusal::Rule { reason, .. } => text(reason),
            Refusal::NotYours(_) => text("NOT_YOURS"),
            Refusal::Fields(bad) => {
                bad.iter().map(|bad| bad.field.as_str()).collect::<Vec<_>>().join(" ")
            }
            other => panic!("{other:?}"),
        }
    }

    fn draw(&self, number: usize) -> &Draw {
        &self.0.draws[number - 1]
    }
}

fn none() -> Draws {
    Draws(Case::default())
}

/// Everybody of class D is drawn, by an agency for a plan.
fn all(agency: &str, of: &str) -> InspectionDrawn {
    plan(of, &[agency], vec![candidate("yamato", "D"), candidate("helios", "D")])
}

impl Story {
    /// A visit by the first agency of a draw.
    #[track_caller]
    fn inspected(self, draw: &Draw, visit: InspectionVisited) -> Self {
        let agency = format!("agency:{}", draw.drawn.agencies[0]);
        let visit = decide::drawn_visit(draw, "yamato", visit).unwrap();
        self.then(&agency, visit)
    }

    fn findings(&self) -> Vec<Finding> {
        let bench = bench(self.today);
        findings(&self.case, self.today, &bench.law.aftercare, &bench.calendar)
    }

    fn kinds(&self) -> Vec<(&'static str, Vec<u32>)> {
        self.findings().into_iter().map(|found| (found.kind, found.visits)).collect()
    }
}

#[test]
fn a_stored_draw_draws_the_same_again() {
    let draws = none().draws("agency:MR", all("MR", "2022-2"));
    let draw = draws.draw(1);
    assert_eq!((draw.drawn.number, draw.drawn.algorithm.as_str()), (1, "sha256-lots-1"));
    assert!(draw.drawn.candidates.iter().all(|one| one.percent == 100));
    let lots = draw.lots().unwrap();
    assert_eq!(lots.len(), 2);
    let stored = Case::write(&Fact::from(draw.drawn.clone()).on(draw.on));
    let mut again = Case::default();
    again.evolve(&Case::read(&stored.payload).unwrap());
    assert_eq!(again.draws[0].lots().unwrap(), lots);
    let unknown = InspectionDrawn { algorithm: text("dice"), ..draw.drawn.clone() };
    assert_eq!(Draw { drawn: unknown, on: draw.on }.lots(), None);
}

#[test]
fn an_agency_draws_once_for_a_plan_from_projects_that_may_be_drawn() {
    let draws = none().draws("agency:MR", all("MR", "2022-2"));
    assert_eq!(draws.refused("agency:MR", all("MR", "2022-2")), "PLAN_DRAWN");
    let draws =
        draws.draws("agency:EE", all("EE", "2022-2")).draws("agency:MR", all("MR", "2022-3"));
    assert_eq!(draws.draw(3).drawn.number, 3);

    let wrong = |agencies: &[&str], candidates| {
        none().refused("agency:MR", plan("p", agencies, candidates))
    };
    let yamato = || vec![candidate("yamato", "A")];
    assert_eq!(wrong(&["EE"], yamato()), "NOT_YOURS");
    assert_eq!(wrong(&["MR", "XX"], yamato()), "agencies[1]");
    assert_eq!(wrong(&["MR", "MR"], yamato()), "agencies[1]");
    assert_eq!(wrong(&[], yamato()), "agencies");
    assert_eq!(wrong(&["MR"], vec![]), "candidates");
    assert_eq!(wrong(&["MR"], vec![candidate("yamato", "E")]), "candidates[0].credit_class");
    assert_eq!(wrong(&["MR"], vec![candidate("nobody", "A")]), "candidates[0].project");
    let twice = vec![candidate("yamato", "A"), candidate("yamato", "D")];
    assert_eq!(wrong(&["MR"], twice), "candidates[1].project");
    let medicines = vec![candidate("remedy", "A")];
    assert_eq!(wrong(&["MR"], medicines), "candidates[0].project", "inspected all, never drawn");
    let no = none().refused("enterprise:yamato/filing", all("MR", "p"));
    assert_eq!(no, "NOT_YOURS");
    let named = InspectionDrawn {
        inspectors: vec![text("王某"), text("i-01"), text("i-01")],
        ..all("MR", "p")
    };
    assert_eq!(none().refused("agency:MR", named), "inspectors[0] inspectors[2]");
    let seeds =
        InspectionDrawn { seed: text("a\nb"), items: vec![], inspectors: vec![], ..all("MR", "p") };
    assert_eq!(none().refused("agency:MR", seeds), "seed items inspectors");
}

#[test]
fn a_drawn_visit_is_what_the_draw_says() {
    let draws = none().draws("agency:MR", all("MR", "2022-2"));
    let draw = draws.draw(1);
    let story = Story::launched("2022-03-01").on("2022-06-15").inspected(draw, visited(1));
    let visit = &story.case.visits[0].visited;
    let lot = draw.lots().unwrap().into_iter().find(|lot| lot.project == "yamato").unwrap();
    assert_eq!((visit.ground.as_str(), visit.credit_class.as_str()), ("draw", "D"));
    assert_eq!((&visit.inspectors, &visit.items), (&lot.inspectors, &draw.drawn.items));
    let again = decide::drawn_visit(draw, "yamato", visited(1)).unwrap();
    assert_eq!(story.refused("agency:MR", again), "EXISTS");

    let refused =
        |project: &str, visit: InspectionVisited| match decide::drawn_visit(draw, project, visit) {
            Err(Refusal::Rule { reason, .. }) => text(reason),
            Err(Refusal::Fields(bad)) => bad[0].field.clone(),
            other => panic!("{other:?}"),
        };
    assert_eq!(refused("remedy", visited(1)), "NOT_DRAWN");
    let other = vec![text("i-99"), text("i-98")];
    assert_eq!(
        refused("yamato", InspectionVisited { inspectors: other, ..visited(1) }),
        "inspectors"
    );
    let more = vec![text("税务")];
    assert_eq!(refused("yamato", InspectionVisited { items: more, ..visited(1) }), "items");
    let joined = vec![text("MR"), text("EE")];
    assert_eq!(refused("yamato", InspectionVisited { agencies: joined, ..visited(1) }), "agencies");
    let complaint = InspectionVisited { ground: text("complaint"), ..visited(1) };
    assert_eq!(refused("yamato", complaint), "ground");
}

#[test]
fn a_visit_that_was_not_drawn_has_a_ground_of_the_rules() {
    let story = Story::launched("2022-03-01").on("2022-06-15");
    assert_eq!(story.refused("agency:EE", called("EE", "draw")), "ground");
    assert_eq!(story.refused("agency:EE", called("EE", "whim")), "ground");
    assert_eq!(story.refused("agency:MR", called("EE", "complaint")), "NOT_YOURS");
    assert_eq!(story.refused(YAMATO, called("EE", "complaint")), "NOT_YOURS");
    let bare = InspectionVisited { reference: String::new(), ..called("EE", "complaint") };
    assert_eq!(story.refused("agency:EE", bare), "reference");
    let alone = InspectionVisited { inspectors: vec![text("i-01")], ..called("EE", "complaint") };
    assert_eq!(story.refused("agency:EE", alone), "inspectors");
    let odd = InspectionVisited { result: text("fine"), ..called("EE", "complaint") };
    assert_eq!(story.refused("agency:EE", odd), "result");
    let covered = story.refused("agency:EE", called("EE", "full_coverage"));
    assert_eq!(covered, "NOT_FULL_COVERAGE 优化营商环境条例 art. 54");
    story.then("agency:EE", called("EE", "complaint"));
}

#[test]
fn an_exemption_names_its_article_and_what_was_found() {
    let story = Story::launched("2022-03-01").on("2022-06-15");
    let exempt = |findings: &str| InspectionVisited {
        result: text("exempt_first"),
        findings: text(findings),
        ..called("MR", "transfer")
    };
    assert_eq!(story.refused("agency:MR", exempt("")), "findings");
    let story = story.then("agency:MR", exempt("公示信息逾期一日，当场改正"));
    let article = "行政处罚法 art. 33(1), second sentence";
    assert_eq!(story.case.visits[0].visited.article, article);
}

/// Visited on Wednesday 7 September 2022. 8, 9 are two; 12 is the Mid-Autumn holiday; 13 to 16 make six, 19
/// to 23 eleven, 26 to 30 sixteen; 1 to 7 October are holidays, 8 and 9 worked; 10 and 11 make twenty.
#[test]
fn the_result_is_published_within_twenty_working_days() {
    let draws = none().draws("agency:MR", all("MR", "2022-2"));
    let story = Story::launched("2022-03-01").on("2022-09-07").inspected(draws.draw(1), visited(1));
    let publish = || InspectionPublished { number: 1, place: text("信用公示系统") };
    let bench = bench(story.today);
    let due = story.case.visits[0].publish_by(&bench.law.aftercare, &bench.calendar);
    assert_eq!(due, Some(day("2022-10-11")));
    assert_eq!(story.refused("agency:EE", publish()), "NOT_YOURS");
    let story = story.on("2022-10-11");
    assert_eq!(story.kinds(), []);
    let in_time = story.clone().then("agency:MR", publish()).on("2022-12-01");
    assert_eq!(in_time.kinds(), []);
    assert_eq!(in_time.refused("agency:MR", publish()), "EXISTS");
    let late = story.on("2022-10-12");
    assert_eq!(late.kinds(), [("unpublished", vec![1])]);
    assert_eq!(
        late.then("agency:MR", publish()).kinds(),
        [("unpublished", vec![1])],
        "late for ever"
    );
}

fn published(mut story: Story) -> Story {
    for number in 1..=u32::try_from(story.case.visits.len()).unwrap() {
        let agency = story.case.visits[number as usize - 1].visited.agencies[0].clone();
        let step = InspectionPublished { number, place: text("信用公示系统") };
        if story.case.visits[number as usize - 1].published.is_none() {
            story = story.then(&format!("agency:{agency}"), step);
        }
    }
    story
}

/// Thirty days from Tuesday 1 November 2022 end on Thursday 1 December.
#[test]
fn two_agencies_within_thirty_days_should_have_come_together() {
    let draws =
        none().draws("agency:MR", all("MR", "2022-2")).draws("agency:EE", all("EE", "2022-2"));
    let story = Story::launched("2022-03-01").on("2022-11-01").inspected(draws.draw(1), visited(1));
    let story = published(story);
    let soon = story.clone().on("2022-12-01").inspected(draws.draw(2), visited(2));
    assert_eq!(soon.kinds(), [("repeated_visits", vec![1, 2])]);
    let later = story.clone().on("2022-12-02").inspected(draws.draw(2), visited(2));
    assert_eq!(later.kinds(), []);
    let called = story.clone().on("2022-12-01").then("agency:EE", called("EE", "complaint"));
    assert_eq!(called.kinds(), [], "a complaint is looked into when it comes");

    let merged = InspectionVisited { merged_into: 1, ..visited(2) };
    let together = story.clone().inspected(draws.draw(2), merged.clone());
    assert_eq!(together.kinds(), []);
    let apart = decide::drawn_visit(draws.draw(2), "yamato", merged.clone()).unwrap();
    assert_eq!(story.on("2022-11-02").refused("agency:EE", apart.clone()), "merged_into");
    let unknown = InspectionVisited { merged_into: 9, ..apart };
    assert_eq!(together.refused("agency:EE", unknown), "EXISTS");
}

/// Class D is visited twice a year at most; what was not drawn does not count, nor does another year.
#[test]
fn the_third_drawn_visit_of_a_year_is_told_and_not_refused() {
    let mut draws = none();
    for number in 1..=4 {
        draws = draws.draws("agency:MR", all("MR", &format!("2022-{number}")));
    }
    let mut story = Story::launched("2022-03-01");
    for (number, on) in [(1, "2022-04-06"), (2, "2022-07-06"), (3, "2023-01-04")] {
        story = published(story.on(on).inspected(draws.draw(number), visited(number as u32)));
    }
    assert_eq!(story.kinds(), []);
    let mut story = Story::launched("2022-03-01");
    for (number, on) in [(1, "2022-04-06"), (2, "2022-07-06"), (3, "2022-12-07")] {
        story = published(story.on(on).inspected(draws.draw(number), visited(number as u32)));
    }
    assert_eq!(story.kinds(), [("too_often", vec![1, 2, 3])]);
    let found = story.findings().remove(0);
    assert_eq!(found.en, "visit 3 of 2022; class D allows 2");
    let (_, raised) = story.clone().ticks();
    assert!(raised.contains(&text("inspections/3/yellow.too_often.2022-12-07 on 2022-12-07")));
    let story = story.then("agency:MR", called("MR", "data"));
    assert_eq!(story.kinds().len(), 1);
}

/// Drawn and visited over the wire: the plan is drawn once however often it is asked for, agencies see the
/// whole draw, the enterprise its own lot only, another enterprise nothing.
#[tokio::test]
async fn a_draw_is_seen_whole_by_agencies_and_by_the_enterprise_as_far_as_it_is_its_own() {
    let world = World::open().await;
    let ask = || pb::DrawInspectionsRequest {
        request_id: text("draw-00000000000001"),
        occurred_on: String::new(),
        draw: Some((&plan("2022-4", &["MR"], vec![candidate("yamato", "D")])).into()),
    };
    let mut answers = Vec::new();
    for _ in 0..2 {
        let answer = world.service.draw_inspections(from("agency:MR/desk-1", ask())).await.unwrap();
        answers.push(answer.into_inner().draw.unwrap());
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0].lots[0].project, "yamato");
    let refused = world.service.draw_inspections(from(YAMATO, ask())).await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);

    let step = pb::handle_inspection_request::Step::Visited((&visited(1)).into());
    let visit = pb::HandleInspectionRequest {
        request_id: text("visit-0000000000001"),
        name: text(NAME),
        occurred_on: String::new(),
        step: Some(step),
    };
    let no = world.service.handle_inspection(from(YAMATO, visit.clone())).await.unwrap_err();
    assert_eq!(no.code(), Code::InvalidArgument);
    let answer = world.service.handle_inspection(from("agency:MR/desk-1", visit)).await.unwrap();
    let visit = answer.into_inner().visit.unwrap();
    assert_eq!(visit.visited.unwrap().inspectors, answers[0].lots[0].inspectors);
    // From Monday 19 September: to the 23rd four, to the 30th nine, 8 and 9 October worked, to the 14th
    // sixteen, and Thursday the 20th makes twenty.
    assert_eq!(visit.publish_by, "2022-10-20");

    let list = || pb::ListInspectionsRequest { name: text(NAME), min_position: Vec::new() };
    let seen = |principal| world.service.list_inspections(from(principal, list()));
    let agency = seen("agency:EE/desk-1").await.unwrap().into_inner();
    assert_eq!((agency.visits.len(), &agency.draws[0]), (1, &answers[0]));
    let own = seen(YAMATO).await.unwrap().into_inner();
    assert_eq!(own.visits.len(), 1);
    assert!(own.draws[0].withheld && own.draws[0].drawn.as_ref().unwrap().inspectors.is_empty());
    assert_eq!(own.draws[0].lots, answers[0].lots);
    let other = seen("enterprise:other/filing").await.unwrap_err();
    assert_eq!(other.code(), Code::NotFound);
    let draws =
        pb::ListInspectionsRequest { name: text("projects/_draws"), min_position: Vec::new() };
    let refused =
        world.service.list_inspections(from("agency:EE/desk-1", draws)).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument, "the stream of the draws is no project");
}
