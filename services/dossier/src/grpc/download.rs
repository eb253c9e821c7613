//! Downloads: authorised by the record, never by the hash; hashed before and while they are served.

use std::{io::Read, time::Duration};

use desk::{
    caller::Caller,
    fields::Fields,
    refuse::{self, Refusal},
};
use proto::dossier::v1::{self as pb, download_material_response::Kind as Part};
use rulebook::holdings::State;
use sha2::{Digest, Sha256};
use tokio::{runtime::Handle, sync::mpsc};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};

use super::{Answer, Bytes, Grpc, access};
use crate::{store::hex, view};

/// The longest that a part waits to be taken.
const LONGEST_PAUSE: Duration = Duration::from_secs(20);
/// Bytes in one message.
const CHUNK: usize = 64 * 1024;

impl Grpc {
    pub(super) async fn download(
        &self,
        request: Request<pb::DownloadMaterialRequest>,
    ) -> Answer<Bytes> {
        let caller = Caller::of(request.metadata())?;
        let message = request.into_inner();
        let mut fields = Fields::default();
        let name = access::material_name(&mut fields, &message.name);
        let name = fields.finish(name)?.ok_or_else(refuse::internal)?;
        self.dossiers.docket.seen(&message.min_position).await?;
        let on = self.dossiers.docket.bench().date;
        let version = self
            .see(&caller, &name.project, |dossier| {
                let holdings = &dossier.holdings;
                let current = || holdings.current(&name.id).map(|version| version.number);
                let number = name.version.or_else(current);
                let all = holdings.versions(&name.id).iter();
                let version = all.into_iter().find(|version| Some(version.number) == number);
                let version = version
                    .ok_or_else(|| Refusal::Unknown(format!("version of material {}", name.id)))?;
                may_be_served(holdings.state(&name.id, version.number, on))?;
                if version.content.size == 0 {
                    return Err(kept_elsewhere());
                }
                Ok(view::version(&name.project, holdings, &name.id, version, on))
            })
            .await?;
        let permit = self.downloads.clone().try_acquire_owned().map_err(|_| refuse::busy())?;
        let (send, receive) = mpsc::channel(4);
        let store = self.dossiers.store.clone();
        let project = name.project;
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let sha256 = version.sha256.clone();
            let opened = store.read(&project, &sha256).map_err(|error| {
                tracing::error!(project, sha256, %error, "a material is damaged or lost");
                Status::data_loss("the material is damaged or lost; an operator has to mend it")
            });
            match opened {
                Ok(file) => serve(file, version, &send),
                // Whoever asked has gone if it cannot be told.
                Err(status) => drop(send.blocking_send(Err(status))),
            }
        });
        Ok(Response::new(Box::pin(ReceiverStream::new(receive))))
    }
}

/// Superseded and ended versions are history and may be read; what was not found clean may not.
fn may_be_served(state: Option<State>) -> Result<(), Refusal> {
    let (reason, en, zh) = match state {
        Some(State::BeingChecked) => {
            ("BEING_CHECKED", "the material is being checked", "材料正在安全检查中")
        }
        Some(State::Quarantined) => {
            ("QUARANTINED", "the material is in quarantine", "材料已被隔离")
        }
        _ => return Ok(()),
    };
    Err(Refusal::Rule {
        reason,
        article: String::new(),
        en: en.to_owned(),
        zh: zh.to_owned(),
        details: Vec::new(),
    })
}

fn kept_elsewhere() -> Refusal {
    Refusal::Rule {
        reason: "HASH_ONLY",
        article: String::new(),
        en: "the service that issued the certificate keeps its content; the dossier keeps the hash"
            .to_owned(),
        zh: "证照内容由发证系统保存，档案中仅存其校验值".to_owned(),
        details: Vec::new(),
    }
}

type Sending = mpsc::Sender<Result<pb::DownloadMaterialResponse, Status>>;

fn serve(mut file: impl Read, version: pb::MaterialVersion, send: &Sending) {
    // Whoever takes nothing for so long is let go, for others wait.
    let say = |part: Part| {
        let part = Ok(pb::DownloadMaterialResponse { kind: Some(part) });
        let taken = tokio::time::timeout(LONGEST_PAUSE, send.send(part));
        Handle::current().block_on(taken).is_ok_and(|taken| taken.is_ok())
    };
    let (sha256, mut hasher) = (version.sha256.clone(), Sha256::new());
    let content_disposition = content_disposition(&version.file_name);
    let described = pb::DownloadDescription { version: Some(version), content_disposition };
    if !say(Part::Description(described)) {
        return;
    }
    let mut buffer = vec![0; CHUNK];
    loop {
        match file.read(&mut buffer) {
            Ok(0) if hex(&hasher.clone().finalize()) == sha256 => return,
            Ok(read) if read > 0 => {
                hasher.update(&buffer[..read]);
                if !say(Part::Chunk(buffer[..read].to_vec())) {
                    return;
                }
            }
            Ok(_) | Err(_) => {
                tracing::error!(sha256, "a material changed while it was served");
                let status = Status::data_loss("the material changed while it was served");
                drop(send.blocking_send(Err(status)));
                return;
            }
        }
    }
}

/// RFC 6266: always an attachment; the name in UTF-8 and percent-encoded, so that nothing in it can end
/// the header or choose a folder.
pub(super) fn content_disposition(file_name: &str) -> String {
    use std::fmt::Write;
    let mut encoded = String::new();
    for byte in file_name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _infallible = write!(encoded, "%{byte:02X}");
        }
    }
    format!("attachment; filename=\"material\"; filename*=UTF-8''{encoded}")
}
