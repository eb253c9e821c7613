//! Questions to the dossiers.

use desk::{
    caller::Caller,
    docket::Bench,
    fields::Fields,
    holdings as stored,
    name::{MatterName, is_project},
    refuse::{self, Refusal},
};
use proto::dossier::v1 as pb;
use rulebook::{
    catalogue::Source,
    holdings::{Demand, Holdings, MaterialId, Protected, source},
    matter::MatterId,
};
use tonic::{Request, Response};

use super::{Answer, Grpc, access};
use crate::view;

/// Entries of a page where the caller does not say.
const PAGE: usize = 50;
/// Most entries of a page.
const MAX_PAGE: usize = 200;

impl Grpc {
    pub(super) async fn get(
        &self,
        request: Request<pb::GetMaterialRequest>,
    ) -> Answer<pb::GetMaterialResponse> {
        let caller = Caller::of(request.metadata())?;
        let message = request.into_inner();
        let mut fields = Fields::default();
        let name = access::material_name(&mut fields, &message.name);
        let name = fields.finish(name)?.ok_or_else(refuse::internal)?;
        self.dossiers.docket.seen(&message.min_position).await?;
        let on = self.dossiers.docket.bench().date;
        let material = self.see(&caller, &name.project, |dossier| {
            if dossier.holdings.versions(&name.id).is_empty() {
                return Err(Refusal::Unknown(format!("material {}", name.id)));
            }
            Ok(view::material(&name.project, &dossier.holdings, &name.id, on))
        });
        Ok(Response::new(pb::GetMaterialResponse { material: Some(material.await?) }))
    }

    pub(super) async fn list(
        &self,
        request: Request<pb::ListMaterialsRequest>,
    ) -> Answer<pb::ListMaterialsResponse> {
        let caller = Caller::of(request.metadata())?;
        let message = request.into_inner();
        let mut fields = Fields::default();
        let project = fields.project("parent", &message.parent);
        let size = match usize::try_from(message.page_size) {
            Ok(0) => PAGE,
            Ok(size) => size.min(MAX_PAGE),
            Err(_negative) => {
                fields.wrong("page_size", "is not negative");
                PAGE
            }
        };
        let after: Option<MaterialId> = match message.page_token.as_str() {
            "" => None,
            token => {
                let read = token.parse().ok();
                if read.is_none() {
                    fields.wrong("page_token", "is the token of an earlier answer");
                }
                read
            }
        };
        fields.finish(())?;
        self.dossiers.docket.seen(&message.min_position).await?;
        let on = self.dossiers.docket.bench().date;
        let listed = self.see(&caller, &project, |dossier| {
            let holdings = &dossier.holdings;
            let wanted = holdings.materials().map(|(id, _)| id);
            let wanted = wanted.filter(|id| after.as_ref().is_none_or(|after| *id > after));
            let page: Vec<&MaterialId> = wanted.take(size + 1).collect();
            let more = page.len() > size;
            let shown = page.iter().take(size);
            let last = shown.clone().next_back().filter(|_| more);
            Ok(pb::ListMaterialsResponse {
                next_page_token: last.map(|id| id.to_string()).unwrap_or_default(),
                materials: shown.map(|id| view::material(&project, holdings, id, on)).collect(),
            })
        });
        Ok(Response::new(listed.await?))
    }

    pub(super) async fn check(
        &self,
        request: Request<pb::CheckDemandRequest>,
    ) -> Answer<pb::CheckDemandResponse> {
        let caller = Caller::of(request.metadata())?;
        let message = request.into_inner();
        let mut fields = Fields::default();
        let place = Place::read(&mut fields, &message.matter);
        let key = fields.required_short("key", &message.key);
        let place = fields.finish(place)?.ok_or_else(refuse::internal)?;
        self.ears.caught_up().await;
        self.dossiers.docket.seen(&message.min_position).await?;
        let bench = self.dossiers.docket.bench();
        let source = place.source(&bench, &key);
        let answer = self.see(&caller, &place.project, |dossier| {
            let holdings = &dossier.holdings;
            let demand = Demand {
                matter: &message.matter,
                agency: caller.agency().unwrap_or_default(),
                key: &key,
                source,
                brought: brought(holdings, &message.matter, &key),
                on: bench.date,
            };
            Ok(match holdings.protection(&demand) {
                None => pb::CheckDemandResponse { allowed: true, ..Default::default() },
                Some(Protected::Shareable { source }) => pb::CheckDemandResponse {
                    comes_from: match source {
                        Source::Prior(from) | Source::Shared(from) => from,
                        Source::Applicant => String::new(),
                    },
                    ..Default::default()
                },
                Some(Protected::Held { id, version }) => pb::CheckDemandResponse {
                    held: Some(view::version(&place.project, holdings, id, version, bench.date)),
                    ..Default::default()
                },
            })
        });
        Ok(Response::new(answer.await?))
    }

    pub(super) async fn overrides(
        &self,
        request: Request<pb::ListOverridesRequest>,
    ) -> Answer<pb::ListOverridesResponse> {
        let caller = Caller::of(request.metadata())?;
        let message = request.into_inner();
        let project = parent(&message.parent)?;
        self.dossiers.docket.seen(&message.min_position).await?;
        let agency = &message.agency;
        let overrides = self.see_all(&caller, project.as_deref(), |_, holdings| {
            let all = holdings.overrides();
            let wanted = all.filter(|(_, one)| agency.is_empty() || one.agency == *agency);
            wanted
                .map(|(on, one)| pb::Override {
                    occurred_on: on.to_string(),
                    demand: Some(stored::override_to_wire(one)),
                })
                .collect()
        });
        Ok(Response::new(pb::ListOverridesResponse { overrides: overrides.await? }))
    }

    pub(super) async fn stale(
        &self,
        request: Request<pb::ListStaleRequest>,
    ) -> Answer<pb::ListStaleResponse> {
        let caller = Caller::of(request.metadata())?;
        let message = request.into_inner();
        let project = parent(&message.parent)?;
        self.ears.caught_up().await;
        self.dossiers.docket.seen(&message.min_position).await?;
        let agency = &message.agency;
        let stale = self.see_all(&caller, project.as_deref(), |project, holdings| {
            let all = holdings.stale().into_iter();
            let wanted = all.filter(|one| agency.is_empty() || one.agency == *agency);
            wanted.map(|one| view::stale(project, &one)).collect()
        });
        Ok(Response::new(pb::ListStaleResponse { stale: stale.await? }))
    }
}

/// `projects/{project}`, or `projects/-` for all.
fn parent(text: &str) -> Result<Option<String>, tonic::Status> {
    if text == "projects/-" {
        return Ok(None);
    }
    let mut fields = Fields::default();
    let project = fields.project("parent", text);
    fields.finish(Some(project))
}

/// Where an agency demands something: in a matter, or in a complaint, which is of no item.
pub(super) struct Place {
    /// The project.
    pub(super) project: String,
    /// The matter; `None`: a complaint.
    pub(super) matter: Option<MatterId>,
}

impl Place {
    /// Reads the name of a matter, or `projects/{project}/complaints/{number}`.
    pub(super) fn read(fields: &mut Fields, text: &str) -> Option<Self> {
        let complaint = || {
            let (project, number) = text.strip_prefix("projects/")?.split_once("/complaints/")?;
            let counted = number.parse::<u32>().ok().filter(|counted| *counted > 0)?;
            (is_project(project) && counted.to_string() == number).then(|| project.to_owned())
        };
        let place = match MatterName::parse(text) {
            Some(MatterName { project, matter }) => Some(Place { project, matter: Some(matter) }),
            None => complaint().map(|project| Place { project, matter: None }),
        };
        if place.is_none() {
            let rule = "is a name projects/{project}/matters/{item}-{ordinal} or \
                        projects/{project}/complaints/{number}";
            fields.wrong("matter", rule);
        }
        place
    }

    /// Where a material comes from, by the item as it is listed now or was last.
    pub(super) fn source<'b>(&self, bench: &'b Bench, key: &str) -> Option<&'b Source> {
        let catalogue = &bench.law.catalogue;
        let item = self.matter.as_ref().and_then(|matter| {
            let listed = catalogue.item(matter.item(), bench.date);
            listed.or_else(|| catalogue.editions(matter.item()).last())
        });
        source(catalogue, item, key, bench.date)
    }
}

/// What the matter's application brought under a key, as the deciding agency rests on it.
pub(super) fn brought<'h>(holdings: &'h Holdings, matter: &str, key: &str) -> Option<&'h str> {
    let rest = holdings.rest(matter)?;
    let lead = rest.reliances.iter().find(|reliance| reliance.opinion.is_none())?;
    let material = lead.materials.iter().find(|material| material.key == key)?;
    Some(material.sha256.as_str())
}
