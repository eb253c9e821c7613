//! Uploads: streamed to a file beside its place, looked into, made durable, and only then recorded.

use std::{sync::Arc, time::Duration};

use desk::{
    caller::Caller,
    docket::Bench,
    fields::Fields,
    refuse::{self, Refusal, Violation},
};
use jiff::civil::Date;
use prost::Message;
use proto::dossier::v1::{self as pb, upload_material_request::Kind as Part};
use rulebook::holdings::{Content, MaterialId, Origin};
use tokio::time::Instant;
use tonic::{Request, Response, Status, Streaming};
use tracing::Instrument;

use super::{Answer, Grpc, access, write::keyed};
use crate::{
    case::{self, Dossier},
    inspect::{self, Found, Unfit},
    store::{Arrival, Arrived, StoreError},
    view,
};

/// Most bytes in one message.
const MAX_CHUNK: usize = 512 * 1024;
/// The longest pause between two messages.
const LONGEST_PAUSE: Duration = Duration::from_secs(20);
/// The longest upload.
const LONGEST: Duration = Duration::from_secs(600);
/// After this long, an upload must have come at [`SLOWEST`] on average.
const GRACE: Duration = Duration::from_secs(30);
/// Bytes in a second.
const SLOWEST: u64 = 1_024;

/// The description of an upload, read.
#[derive(Debug, Clone)]
struct Description {
    request_id: String,
    project: String,
    occurred_on: Option<Date>,
    id: MaterialId,
    file_name: String,
    media_type: String,
    size: u64,
    sha256: Option<String>,
    valid_from: Option<Date>,
    valid_until: Option<Date>,
}

impl Grpc {
    pub(super) async fn upload(
        &self,
        request: Request<Streaming<pb::UploadMaterialRequest>>,
    ) -> Answer<pb::UploadMaterialResponse> {
        let caller = Caller::of(request.metadata())?;
        let mut stream = request.into_inner();
        let permit = self.uploads.clone().try_acquire_owned().map_err(|_| refuse::busy())?;
        let described = match next(&mut stream).await? {
            Some(Part::Description(described)) => described,
            Some(Part::Chunk(_)) | None => return Err(wrong("description", "comes first")),
        };
        let description = self.description(&described)?;
        let (origin, room) = self.may_file(&caller, &description).await?;
        let arrival = self.receive(&mut stream, description.size, room).await?;
        let grpc = self.clone();
        // From here the caller's cancellation ends its waiting, not the work.
        let work = async move {
            let _permit = permit;
            grpc.finish(&caller, &described, description, origin, arrival).await
        };
        tokio::spawn(work.in_current_span())
            .await
            .map_err(|_panicked| refuse::internal())?
            .map(Response::new)
    }

    fn description(&self, described: &pb::UploadDescription) -> Result<Description, Status> {
        let mut fields = Fields::default();
        let bench = self.dossiers.docket.bench();
        let limit = self.dossiers.options.limits.file_bytes;
        let id = MaterialId::new(&described.key, &described.part);
        if id.is_err() {
            fields.wrong("key", "is a key of a-z, 0-9 and _; part is of a-z, 0-9 and -");
        } else if !is_material(&bench, &described.key) {
            fields.wrong("key", "is the key of a material in the catalogue");
        }
        if described.size > limit {
            fields.wrong("size", format!("is at most {limit}"));
        }
        let file_name = fields.required_short("file_name", &described.file_name);
        if file_name.contains(['/', '\\']) {
            fields.wrong("file_name", "is a name without a folder");
        }
        let date = |fields: &mut Fields, field: &str, text: &str| {
            if text.is_empty() { None } else { fields.date(field, text) }
        };
        let valid_from = date(&mut fields, "valid_from", &described.valid_from);
        let valid_until = date(&mut fields, "valid_until", &described.valid_until);
        if valid_from.zip(valid_until).is_some_and(|(from, until)| until < from) {
            fields.wrong("valid_until", "is not before valid_from");
        }
        let occurred_on = fields.occurred_on(&described.occurred_on);
        if occurred_on.is_some_and(|on| on > bench.date) {
            fields.wrong("occurred_on", "does not lie in the future");
        }
        let read = id.ok().map(|id| Description {
            request_id: fields.request_id(&described.request_id),
            project: fields.project("parent", &described.parent),
            occurred_on,
            id,
            file_name,
            media_type: fields.required_short("media_type", &described.media_type),
            size: described.size,
            sha256: fields.sha256("sha256".to_owned(), &described.sha256),
            valid_from,
            valid_until,
        });
        fields.finish(())?;
        read.ok_or_else(refuse::internal)
    }

    /// Who the material comes from, before a byte of it is read; and how many bytes there is room for: no more
    /// than a file may have and the project has left, whatever was said.
    async fn may_file(
        &self,
        caller: &Caller,
        description: &Description,
    ) -> Result<(Origin, u64), Status> {
        let limits = self.dossiers.options.limits;
        let id = description.id.clone();
        self.see(caller, &description.project, |dossier| {
            dossier.may_take(&id)?;
            dossier.has_room(description.size, &limits)?;
            let (kept, _) = dossier.holdings.kept();
            let room = limits.project_bytes.saturating_sub(kept).min(limits.file_bytes);
            Ok((access::origin(caller, dossier)?, room))
        })
        .await
    }

    async fn receive(
        &self,
        stream: &mut Streaming<pb::UploadMaterialRequest>,
        said: u64,
        room: u64,
    ) -> Result<Arrival, Status> {
        let mut arrival = self.dossiers.store.receive(room).map_err(failed)?;
        let (began, mut bytes) = (Instant::now(), 0_u64);
        while let Some(part) = next(stream).await? {
            let Part::Chunk(chunk) = part else {
                return Err(wrong("description", "comes once"));
            };
            if chunk.len() > MAX_CHUNK {
                return Err(wrong("chunk", format!("has at most {MAX_CHUNK} bytes")));
            }
            bytes += chunk.len() as u64;
            if said != 0 && bytes > said {
                return Err(wrong("size", format!("{said} bytes were said, more came")));
            }
            let took = began.elapsed();
            if took > LONGEST || (took > GRACE && bytes / took.as_secs().max(1) < SLOWEST) {
                return Err(Status::deadline_exceeded("the upload is too slow; begin again"));
            }
            arrival = blocking(move || {
                arrival.write(&chunk)?;
                Ok(arrival)
            })
            .await?;
        }
        Ok(arrival)
    }

    async fn finish(
        &self,
        caller: &Caller,
        described: &pb::UploadDescription,
        description: Description,
        origin: Origin,
        arrival: Arrival,
    ) -> Result<pb::UploadMaterialResponse, Status> {
        let (arrived, found) = blocking(move || {
            let mut arrived = arrival.finish()?;
            let found = inspect::inspect(arrived.file());
            Ok((arrived, found))
        })
        .await?;
        let found = fitting(&description, &arrived, found)?;
        let content = Content {
            sha256: arrived.sha256.clone(),
            size: arrived.size,
            media_type: found.kind.media_type().to_owned(),
            file_name: description.file_name.clone(),
            observations: found.observations,
        };
        // Until the event is recorded, nothing is swept.
        let _unswept = self.dossiers.store.unswept().await;
        let (store, now) = (self.dossiers.store.clone(), self.dossiers.time.now());
        let project = description.project.clone();
        blocking(move || store.keep(&project, arrived, now)).await?;
        let scanned = self.dossiers.scan(&description.project, &content.sha256).await;
        let file = case::File {
            id: description.id.clone(),
            content,
            origin,
            valid_from: description.valid_from,
            valid_until: description.valid_until,
            scanned,
        };
        let mut digested = described.encode_to_vec();
        digested.extend(file.content.sha256.as_bytes());
        let request = keyed(caller, description.request_id, "UploadMaterial", &digested);
        self.record(request, description.project, description.occurred_on, file).await
    }

    async fn record(
        &self,
        request: eventlog::Request,
        project: String,
        occurred_on: Option<Date>,
        file: case::File,
    ) -> Result<pb::UploadMaterialResponse, Status> {
        let (limits, id, named) = (self.dossiers.options.limits, file.id.clone(), project.clone());
        let file = Arc::new(file);
        let decide = move |dossier: &Dossier, bench: &Bench| {
            dossier.file(occurred_on.unwrap_or(bench.date), &file, &limits)
        };
        let answer = move |dossier: &Dossier, bench: &Bench| {
            let holdings = &dossier.holdings;
            let filed = holdings.versions(&id).last();
            let version = filed.map(|one| view::version(&named, holdings, &id, one, bench.date));
            pb::UploadMaterialResponse { version, position: String::new() }
        };
        let (mut answer, position) =
            self.dossiers.docket.execute(request, &project, decide, answer).await?;
        answer.position = position;
        Ok(answer)
    }
}

/// Whether any item of the catalogue lists a material with this key.
fn is_material(bench: &Bench, key: &str) -> bool {
    bench.law.catalogue.items(bench.date).any(|item| item.material(key).is_some())
}

async fn next(stream: &mut Streaming<pb::UploadMaterialRequest>) -> Result<Option<Part>, Status> {
    let message = tokio::time::timeout(LONGEST_PAUSE, stream.message()).await;
    let message = message
        .map_err(|_elapsed| Status::deadline_exceeded("the upload stands still; begin again"))??;
    match message {
        None => Ok(None),
        Some(message) => {
            let part = message.kind;
            part.map(Some).ok_or_else(|| wrong("kind", "is a description or a chunk"))
        }
    }
}

/// Everything that the sender said of the file must be true of it.
fn fitting(
    description: &Description,
    arrived: &Arrived,
    found: Result<Found, Unfit>,
) -> Result<Found, Status> {
    let found = found.map_err(|unfit| match unfit {
        Unfit::Rule(rule) => wrong("content", rule),
        Unfit::Unreadable(error) => {
            tracing::error!(%error, "an arrived file cannot be read");
            refuse::internal()
        }
    })?;
    let mut wrong = Vec::new();
    if description.size != 0 && description.size != arrived.size {
        let rule = format!("{} bytes were said, {} came", description.size, arrived.size);
        wrong.push(Violation::new("size", rule));
    }
    if description.sha256.as_ref().is_some_and(|said| *said != arrived.sha256) {
        wrong.push(Violation::new("sha256", "is not that of the bytes that came"));
    }
    if description.media_type != found.kind.media_type() {
        let rule = format!("the content is {}", found.kind.media_type());
        wrong.push(Violation::new("media_type", rule));
    }
    if !found.kind.fits_name(&description.file_name) {
        let rule = format!("ends in .{} as the content does", found.kind.endings().join(" or ."));
        wrong.push(Violation::new("file_name", rule));
    }
    if wrong.is_empty() { Ok(found) } else { Err(Refusal::Fields(wrong).into()) }
}

fn wrong(field: &str, rule: impl Into<String>) -> Status {
    Refusal::Fields(vec![Violation::new(field, rule)]).into()
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, Status> {
    let done = tokio::task::spawn_blocking(work).await.map_err(|_panicked| refuse::internal())?;
    done.map_err(failed)
}

fn failed(error: StoreError) -> Status {
    match error {
        StoreError::TooLarge { limit } => wrong("content", format!("has at most {limit} bytes")),
        StoreError::File { .. } | StoreError::Changed { .. } => {
            tracing::error!(%error, source = ?std::error::Error::source(&error), "the dossier's files");
            refuse::internal()
        }
    }
}
