//! Calls that change matters.

use proto::matter::v1::{self as pb, matter_service_server::SERVICE_NAME};
use rulebook::matter::MatterId;
use tonic::{Request, Response, Status};

use super::{Answer, Desk};
use crate::{
    caller::Caller,
    fields::Fields,
    matters::{Application, Form},
    name::{self, MatterName},
    position,
    refuse::Refusal,
    request::{self, Order, ToAct},
    wire,
};

/// Most applications on one form.
const MAX_APPLICATIONS: usize = 32;

impl Desk {
    /// Size, identity, fields, then the deed: what is wrong with the call is found before any work.
    pub(super) async fn act<R: ToAct>(
        &self,
        method: &str,
        request: Request<R>,
    ) -> Result<(Option<pb::Matter>, String), Status> {
        let caller = Caller::of(request.metadata())?;
        let message = request.into_inner();
        if let Some(name) = MatterName::parse(message.head().name) {
            let stage = Some(name.matter.stage());
            self.mandates.admit(&caller, &name.project, stage).await?;
        }
        let Order { request_id, name, command, unchanged_since } = request::read(&message)?;
        let request = caller.keyed(request_id, &format!("{SERVICE_NAME}/{method}"), &message);
        let cases = self.of(name.matter.stage())?;
        let (matter, position) =
            cases.act(&caller, request, name, command, unchanged_since).await?;
        Ok((Some(matter), position))
    }

    pub(super) async fn file(
        &self,
        request: Request<pb::FileMattersRequest>,
    ) -> Answer<pb::FileMattersResponse> {
        let caller = Caller::of(request.metadata())?;
        let mut message = request.into_inner();
        let heard = position::parse(&std::mem::take(&mut message.min_position))?;
        let item = message.applications.first().and_then(|one| MatterId::new(&one.item, 1).ok());
        if let Some(project) = name::project(&message.parent) {
            self.mandates.admit(&caller, project, item.map(|id| id.stage())).await?;
        }
        let mut fields = Fields::default();
        let request_id = fields.request_id(&message.request_id);
        let project = fields.project("parent", &message.parent);
        let occurred_on = fields.occurred_on(&message.occurred_on);
        let (stage, applications) = applications(&mut fields, &message.applications);
        let form = fields.finish(Form { project, occurred_on, applications, heard })?;
        let stage = stage.ok_or_else(crate::refuse::internal)?;
        if !caller.speaks_for_enterprise() {
            let why = "an application is the applicant's; name it as tongban-on-behalf-of";
            return Err(Refusal::NotYours(why.to_owned()).into());
        }
        let request = caller.keyed(request_id, &format!("{SERVICE_NAME}/FileMatters"), &message);
        let answer = self.of(stage)?.file(&caller, request, form).await?;
        Ok(Response::new(answer))
    }
}

fn applications(
    fields: &mut Fields,
    wanted: &[pb::Application],
) -> (Option<rulebook::catalogue::Stage>, Vec<Application>) {
    fields.some("applications", wanted.len());
    if wanted.len() > MAX_APPLICATIONS {
        fields.wrong("applications", format!("has at most {MAX_APPLICATIONS} entries"));
    }
    let (mut stage, mut read) = (None, Vec::<Application>::new());
    for (i, one) in wanted.iter().take(MAX_APPLICATIONS).enumerate() {
        let at = |field: &str| format!("applications[{i}].{field}");
        match MatterId::new(&one.item, 1) {
            Err(_) => fields.wrong(at("item"), "is an item code such as S2-05"),
            Ok(id) if *stage.get_or_insert(id.stage()) != id.stage() => {
                fields.wrong(at("item"), "is of another stage than the first");
            }
            Ok(_) if read.iter().any(|earlier| earlier.item == one.item) => {
                fields.wrong(at("item"), "is on the form twice");
            }
            Ok(_) => {}
        }
        let track = fields.word(&at("track"), wire::track(one.track()));
        let materials = request::materials(fields, &at("materials"), &one.materials);
        let commitment = one.commitment.as_ref();
        let commitment =
            commitment.map(|stored| request::commitment(fields, &at("commitment."), stored));
        if let Some(track) = track {
            read.push(Application { item: one.item.clone(), track, materials, commitment });
        }
    }
    (stage, read)
}
