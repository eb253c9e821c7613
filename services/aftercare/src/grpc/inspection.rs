//! Inspections over gRPC. Draws stand in a case of their own; agencies see them whole, others only what
//! concerns their project.

use super::{Answer, Stated, View, touched};
use crate::{
    Aftercare,
    case::{
        Case, decide,
        event::{InspectionDrawn, InspectionVisited},
        inspection::{DRAWS, Draw, Finding, Visit, findings},
    },
};
use desk::{caller::Caller, docket::Bench, fields::Fields, refuse::Refusal};
use proto::aftercare::v1::{self as pb, aftercare_event::Kind, handle_inspection_request::Step};
use std::collections::BTreeMap;
use tonic::{Request, Response, Status};

impl Aftercare {
    pub(super) async fn inspection_draw(
        &self,
        request: Request<pb::DrawInspectionsRequest>,
    ) -> Answer<pb::DrawInspectionsResponse> {
        let (metadata, _, message) = request.into_parts();
        let caller = Caller::of(&metadata)?;
        let mut fields = Fields::default();
        let request_id = fields.request_id(&message.request_id);
        let occurred_on = fields.occurred_on(&message.occurred_on);
        let drawn = match message.draw.clone().map(InspectionDrawn::try_from) {
            Some(Ok(drawn)) => {
                drawn.check("draw.", &mut fields);
                Some(drawn)
            }
            Some(Err((field, must))) => {
                fields.wrong(format!("draw.{field}"), must);
                None
            }
            None => {
                fields.wrong("draw", "is required");
                None
            }
        };
        let Some(drawn) = fields.finish(drawn)? else { return Err(desk::refuse::internal()) };
        self.reactions.caught_up().await?;
        let industries = self.industries()?;
        let method = format!("{}/DrawInspections", crate::SERVICE_NAME);
        let request = caller.keyed(request_id, &method, &message);
        let decide = move |case: &Case, bench: &Bench| {
            decide::draw(case, drawn.clone(), occurred_on, &industries, &caller, bench)
        };
        let answer = |case: &Case, _: &Bench| pb::DrawInspectionsResponse {
            draw: case.draws.last().map(whole),
            position: String::new(),
        };
        let (answer, position) = self.docket.execute(request, DRAWS, decide, answer).await?;
        Ok(Response::new(pb::DrawInspectionsResponse { position, ..answer }))
    }

    /// Projects with a code, with their industry.
    fn industries(&self) -> Result<BTreeMap<String, String>, Status> {
        self.docket.read(|cases| {
            let admitted = cases.iter().filter_map(|(project, held)| {
                let facts = &held.case.admitted.as_ref()?.facts;
                Some((project.to_owned(), facts.get("industry").cloned().unwrap_or_default()))
            });
            admitted.collect()
        })
    }

    fn draws(&self) -> Result<Vec<Draw>, Status> {
        self.docket
            .read(|cases| cases.get(DRAWS).map(|held| held.case.draws.clone()).unwrap_or_default())
    }

    pub(super) async fn inspection_step(
        &self,
        request: Request<pb::HandleInspectionRequest>,
    ) -> Answer<pb::HandleInspectionResponse> {
        let (metadata, _, message) = request.into_parts();
        let (number, step) = match message.step.clone() {
            None => (0, None),
            // Whether a project was drawn is for agencies to learn; others are refused in what follows.
            Some(Step::Visited(s)) if Caller::of(&metadata)?.agency().is_some() => {
                (0, Some(Kind::InspectionVisited(self.drawn(s, &message.name)?)))
            }
            Some(Step::Visited(s)) => (0, Some(Kind::InspectionVisited(s))),
            Some(Step::Published(s)) => (s.number, Some(Kind::InspectionPublished(s))),
        };
        let stated = Stated {
            metadata: &metadata,
            method: "HandleInspection",
            message: &message,
            request_id: &message.request_id,
            name: &message.name,
            occurred_on: &message.occurred_on,
            step,
        };
        let (answer, position) = self
            .step(stated, move |case, by| pb::HandleInspectionResponse {
                visit: touched(&case.visits, number).map(|one| visit(one, by.bench)),
                position: String::new(),
            })
            .await?;
        Ok(Response::new(pb::HandleInspectionResponse { position, ..answer }))
    }

    /// A visit with what its draw says of it. A draw never changes, so that it can be read beforehand.
    fn drawn(
        &self,
        stated: pb::InspectionVisited,
        name: &str,
    ) -> Result<pb::InspectionVisited, Status> {
        if stated.draw == 0 {
            return Ok(stated);
        }
        let number = stated.draw;
        let draws = self.draws()?;
        let draw = touched(&draws, number)
            .ok_or_else(|| Status::from(Refusal::Unknown(format!("draw {number}"))))?;
        let mut fields = Fields::default();
        let project = fields.project("name", name);
        let visited = match InspectionVisited::try_from(stated) {
            Ok(visited) => Some(visited),
            Err((field, must)) => {
                fields.wrong(field, must);
                None
            }
        };
        let Some(visited) = fields.finish(visited)? else { return Err(desk::refuse::internal()) };
        Ok((&decide::drawn_visit(draw, &project, visited)?).into())
    }

    pub(super) async fn inspections(
        &self,
        request: Request<pb::ListInspectionsRequest>,
    ) -> Answer<pb::ListInspectionsResponse> {
        let (metadata, _, message) = request.into_parts();
        let seen = self.look(&metadata, &message.name, &message.min_position).await?;
        let (case, bench, project) = (&seen.case, &seen.bench, &seen.project);
        let draws = self.draws()?;
        let named = |draw: &&Draw| draw.drawn.candidates.iter().any(|one| one.project == *project);
        let found = findings(case, bench.date, &bench.law.aftercare, &bench.calendar);
        Ok(Response::new(pb::ListInspectionsResponse {
            visits: case.visits.iter().map(|one| visit(one, bench)).collect(),
            findings: found.into_iter().map(finding).collect(),
            draws: draws.iter().filter(named).map(|one| draw(one, project, &seen.by())).collect(),
        }))
    }
}

/// A draw with everything that is needed to draw again.
fn whole(draw: &Draw) -> pb::InspectionDraw {
    let lots = draw.lots().unwrap_or_default().into_iter().map(|lot| pb::InspectionLot {
        project: lot.project,
        credit_class: lot.class,
        lot: lot.lot,
        inspectors: lot.inspectors,
    });
    pb::InspectionDraw {
        drawn: Some((&draw.drawn).into()),
        on: draw.on.to_string(),
        lots: lots.collect(),
        withheld: false,
    }
}

/// A draw as its reader may see it: who is no agency learns nothing of other projects, nor who else inspects.
fn draw(draw: &Draw, project: &str, by: &View<'_>) -> pb::InspectionDraw {
    let mut shown = whole(draw);
    if by.caller.agency().is_some() {
        return shown;
    }
    shown.withheld = true;
    shown.lots.retain(|lot| lot.project == project);
    if let Some(drawn) = &mut shown.drawn {
        drawn.candidates.retain(|one| one.project == project);
        drawn.inspectors.clear();
    }
    shown
}

fn visit(visit: &Visit, bench: &Bench) -> pb::InspectionVisit {
    let (rules, calendar) = (&bench.law.aftercare, &bench.calendar);
    let (published_on, place) = match &visit.published {
        Some((on, place)) => (on.to_string(), place.clone()),
        None => Default::default(),
    };
    pb::InspectionVisit {
        visited: Some((&visit.visited).into()),
        on: visit.on.to_string(),
        publish_by: visit.publish_by(rules, calendar).map(|on| on.to_string()).unwrap_or_default(),
        published_on,
        place,
        overdue: visit.is_overdue(bench.date, rules, calendar),
    }
}

fn finding(found: Finding) -> pb::InspectionFinding {
    pb::InspectionFinding {
        kind: found.kind.to_owned(),
        visits: found.visits,
        en: found.en,
        zh: found.zh,
        citation: found.citation,
    }
}
