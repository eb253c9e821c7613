//! Commands to the dossiers other than uploads.

use desk::{
    caller::Caller,
    docket::Bench,
    fields::Fields,
    holdings as stored,
    refuse::{self, Refusal},
};
use prost::Message;
use proto::dossier::v1 as pb;
use rulebook::holdings::Origin;
use tonic::{Request, Response};

use super::{Answer, Grpc, access, read};
use crate::{
    case::{Dossier, Override},
    view,
};

/// The command's identity: whose key it is, and a digest by which a reused key is told from a repeated
/// request.
pub(super) fn keyed(
    caller: &Caller,
    key: String,
    method: &str,
    message: &[u8],
) -> eventlog::Request {
    let mut digested = format!("tongban.dossier.v1.DossierService/{method}\0").into_bytes();
    digested.extend(message);
    eventlog::Request {
        principal: caller.principal.to_string(),
        key,
        fingerprint: eventlog::Algorithm::Sha256.hash(&digested),
        actor: caller.principal.to_string(),
        on_behalf_of: caller.on_behalf_of.clone().unwrap_or_default(),
    }
}

impl Grpc {
    pub(super) async fn outdate(
        &self,
        request: Request<pb::MarkOutdatedRequest>,
    ) -> Answer<pb::MarkOutdatedResponse> {
        let caller = Caller::of(request.metadata())?;
        let message = request.into_inner();
        let mut fields = Fields::default();
        let request_id = fields.request_id(&message.request_id);
        let name = access::material_name(&mut fields, &message.name);
        let occurred_on = fields.occurred_on(&message.occurred_on);
        let reason = fields.required_long("reason", &message.reason);
        let name = fields.finish(name)?.ok_or_else(refuse::internal)?;
        self.dossiers.docket.mandates().admit(&caller, &name.project, None).await?;
        let request = keyed(&caller, request_id, "MarkOutdated", &message.encode_to_vec());
        let (project, id) = (name.project.clone(), name.id.clone());
        let decide = move |dossier: &Dossier, bench: &Bench| {
            match access::origin(&caller, dossier)? {
                Origin::Enterprise { .. } => {}
                Origin::Shared { .. } | Origin::Prior { .. } => {
                    let why = "only the enterprise says that its material has changed";
                    return Err(Refusal::NotYours(why.to_owned()));
                }
            }
            dossier.outdate(day(occurred_on, bench)?, &id, &reason)
        };
        let answer = move |dossier: &Dossier, bench: &Bench| pb::MarkOutdatedResponse {
            material: Some(view::material(&name.project, &dossier.holdings, &name.id, bench.date)),
            position: String::new(),
        };
        let done = self.dossiers.docket.execute(request, &project, decide, answer);
        let (mut answer, position) = done.await?;
        answer.position = position;
        Ok(Response::new(answer))
    }

    pub(super) async fn override_one(
        &self,
        request: Request<pb::OverrideDemandRequest>,
    ) -> Answer<pb::OverrideDemandResponse> {
        let caller = Caller::of(request.metadata())?;
        let message = request.into_inner();
        let mut fields = Fields::default();
        let request_id = fields.request_id(&message.request_id);
        let place = read::Place::read(&mut fields, &message.matter);
        let occurred_on = fields.occurred_on(&message.occurred_on);
        let wanted = Override {
            matter: message.matter.clone(),
            agency: caller.agency().unwrap_or_default().to_owned(),
            key: fields.required_short("key", &message.key),
            ground: fields.required_long("ground", &message.ground),
            citation: fields.required_short("citation", &message.citation),
        };
        let place = fields.finish(place)?.ok_or_else(refuse::internal)?;
        self.dossiers.docket.mandates().admit(&caller, &place.project, None).await?;
        // The matter may have been filed a moment ago.
        self.ears.caught_up().await;
        let request = keyed(&caller, request_id, "OverrideDemand", &message.encode_to_vec());
        let project = place.project.clone();
        let decide = move |dossier: &Dossier, bench: &Bench| {
            is_party(dossier, &place, &wanted)?;
            let source = place.source(bench, &wanted.key);
            let brought = read::brought(&dossier.holdings, &wanted.matter, &wanted.key);
            dossier.override_demand(day(occurred_on, bench)?, &wanted, source, brought)
        };
        let answer = move |dossier: &Dossier, _bench: &Bench| {
            let newest = dossier.holdings.overrides().last();
            let recorded = newest.map(|(on, one)| pb::Override {
                occurred_on: on.to_string(),
                demand: Some(stored::override_to_wire(one)),
            });
            pb::OverrideDemandResponse { r#override: recorded, position: String::new() }
        };
        let done = self.dossiers.docket.execute(request, &project, decide, answer);
        let (mut answer, position) = done.await?;
        answer.position = position;
        Ok(Response::new(answer))
    }
}

/// The date in law of a command, which never lies in the future.
fn day(claimed: Option<jiff::civil::Date>, bench: &Bench) -> Result<jiff::civil::Date, Refusal> {
    match claimed {
        Some(on) if on > bench.date => Err(Refusal::Fields(vec![desk::refuse::Violation::new(
            "occurred_on",
            "does not lie in the future",
        )])),
        claimed => Ok(claimed.unwrap_or(bench.date)),
    }
}

/// Only an agency that has a part in the matter can override anything in it. Who has a part in a complaint is
/// not for the dossier to know: an override opens nothing but the agency's own demands.
fn is_party(dossier: &Dossier, place: &read::Place, wanted: &Override) -> Result<(), Refusal> {
    if place.matter.is_none() {
        return match wanted.agency.is_empty() {
            true => Err(Refusal::NotYours("only an agency demands anything".to_owned())),
            false => Ok(()),
        };
    }
    let unknown = || Refusal::Unknown(wanted.matter.clone());
    let rest = dossier.holdings.rest(&wanted.matter).ok_or_else(unknown)?;
    if rest.reliances.iter().any(|part| part.agency == wanted.agency) {
        Ok(())
    } else {
        Err(Refusal::NotYours("only an agency of the matter demands anything in it".to_owned()))
    }
}
