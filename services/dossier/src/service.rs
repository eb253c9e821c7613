//! The dossiers of all projects: their log, their files, and what keeps both in order.

use std::{path::PathBuf, sync::Arc, time::Duration};

use desk::{
    docket::{Bench, Case, Docket, OpenDocketError},
    holdings::Fact,
    mandates::Mandates,
    position::Token,
};
use eventlog::{Log, Stopped};
use host::time::Timekeeper;
use proto::dossier::v1::dossier_service_server::DossierServiceServer;
use rulebook::{
    holdings::{Event, MaterialId, Scan},
    law::Law,
};
use tonic::Status;

use crate::{
    case::{Dossier, Limits},
    certificate::Licences,
    grpc::Grpc,
    react::{self, Ears, ProjectNews, Stage},
    scan::{Scanner, Verdict},
    store::{Store, StoreError},
};

/// How the dossiers are kept.
#[derive(Clone)]
pub struct Options {
    /// The folder of the files.
    pub folder: PathBuf,
    /// The search for malicious content.
    pub scanner: Arc<dyn Scanner>,
    /// How much a project may keep.
    pub limits: Limits,
    /// Official codes for licence identifiers.
    pub licences: Licences,
}

/// Why the dossiers could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The log.
    #[error(transparent)]
    Docket(#[from] OpenDocketError),
    /// The files.
    #[error("the folder of the dossiers cannot be used")]
    Store(#[from] StoreError),
}

/// The dossiers of all projects. Cheap to clone.
#[derive(Clone)]
pub struct Dossiers {
    pub(crate) docket: Docket<Dossier>,
    pub(crate) store: Store,
    pub(crate) time: Timekeeper,
    pub(crate) options: Arc<Options>,
}

/// How often what is pending is scanned again.
const SCAN_EVERY: Duration = Duration::from_secs(10);
/// Scans between two sweeps.
const SCANS_TO_A_SWEEP: u32 = 360;

impl Dossiers {
    /// Opens the log and the folder.
    ///
    /// # Errors
    /// One of them cannot be used.
    pub async fn open(
        log: Log,
        law: Arc<Law>,
        time: Timekeeper,
        options: Options,
    ) -> Result<Self, OpenError> {
        let store = Store::open(&options.folder)?;
        let docket = Docket::open(log, law, time.clone()).await?;
        Ok(Self { docket, store, time, options: Arc::new(options) })
    }

    /// Waits until the fold of the dossiers stops, at an event that it cannot take.
    pub async fn stopped(&self) -> Stopped {
        self.docket.stopped().await
    }

    /// Listens to stages from now on.
    #[must_use]
    pub fn with_mandates(self, mandates: Mandates) -> Self {
        Self { docket: self.docket.with_mandates(mandates), ..self }
    }

    /// Listens to the stages.
    #[must_use]
    pub fn listen(&self, stages: Vec<Stage>) -> Ears {
        Ears::open(self, stages)
    }

    /// The calls of the dossier.
    #[must_use]
    pub fn service(&self, ears: Ears) -> DossierServiceServer<Grpc> {
        DossierServiceServer::new(Grpc::new(self.clone(), ears))
            .max_decoding_message_size(host::serve::MAX_MESSAGE_BYTES)
    }

    /// Scans what is pending and sweeps what nothing names, for ever.
    pub async fn keep_up(&self) {
        let mut turn = 0_u32;
        loop {
            self.scan_pending().await;
            if turn.is_multiple_of(SCANS_TO_A_SWEEP)
                && let Err(error) = self.sweep().await
            {
                tracing::error!(%error, "cannot sweep the files of the dossiers");
            }
            turn = turn.wrapping_add(1);
            tokio::time::sleep(SCAN_EVERY).await;
        }
    }

    /// Removes files that no event names and that are a day old by the platform's time; how many.
    ///
    /// # Errors
    /// The file system refused.
    pub async fn sweep(&self) -> Result<usize, StoreError> {
        let is_named = |project: &str, sha256: &str| {
            let named = self.docket.read(|cases| {
                let versions = cases.get(project).map(|held| held.case.holdings.materials());
                let mut versions = versions.into_iter().flatten().flat_map(|(_, all)| all);
                versions.any(|version| version.content.sha256 == sha256)
            });
            // Where nobody can say, nothing is removed.
            named.unwrap_or(true)
        };
        self.store.sweep(self.time.now(), is_named).await
    }

    /// Has the scanner look again at everything that it has not yet called clean or malicious.
    pub async fn scan_pending(&self) {
        let pending = self.docket.read(|cases| {
            let all = cases.iter().flat_map(|(project, held)| {
                let materials = held.case.holdings.materials();
                let versions =
                    materials.flat_map(|(id, all)| all.iter().map(move |version| (id, version)));
                versions
                    .filter(|(_, version)| version.scan == Scan::Pending)
                    .map(|(id, version)| {
                        let sha256 = version.content.sha256.clone();
                        (project.to_owned(), id.clone(), version.number, sha256)
                    })
                    .collect::<Vec<_>>()
            });
            all.collect::<Vec<_>>()
        });
        for (project, id, version, sha256) in pending.unwrap_or_default() {
            if let Some((scan, scanner)) = self.scan(&project, &sha256).await {
                let recorded = self.record_scan(&project, &id, version, scan, scanner).await;
                if let Err(status) = recorded {
                    tracing::warn!(project, %status, "a scan could not be recorded");
                }
            }
        }
    }

    /// What the scanner says of a content; `None` while it cannot say.
    pub(crate) async fn scan(&self, project: &str, sha256: &str) -> Option<(Scan, String)> {
        let path = self.store.path(project, sha256).ok()?;
        let scanner = &self.options.scanner;
        let scan = match scanner.scan(&path).await {
            Verdict::Clean => Scan::Clean,
            Verdict::Malicious { finding } => {
                tracing::error!(project, sha256, finding, "malicious content is in quarantine");
                Scan::Malicious { finding: finding.chars().take(200).collect() }
            }
            Verdict::Unknown { why } => {
                tracing::warn!(project, sha256, why, "content stays pending: it was not scanned");
                return None;
            }
        };
        Some((scan, scanner.name().to_owned()))
    }

    async fn record_scan(
        &self,
        project: &str,
        id: &MaterialId,
        version: u32,
        scan: Scan,
        scanner: String,
    ) -> Result<(), Status> {
        let key = format!("scan-{project}-{id}-{version}");
        let request = eventlog::Request {
            principal: "system:dossier".to_owned(),
            fingerprint: eventlog::Algorithm::Sha256.hash(format!("{key} {scan:?}").as_bytes()),
            key,
            actor: "system:dossier".to_owned(),
            on_behalf_of: String::new(),
        };
        let id = id.clone();
        let decide = move |dossier: &Dossier, bench: &Bench| {
            Ok(dossier.scanned(bench.date, &id, version, &scan, &scanner))
        };
        self.docket.execute(request, project, decide, |_, _| ()).await.map(|_done| ())
    }

    /// Records what was heard from a stage. What adds nothing is not recorded.
    pub(crate) async fn hear(
        &self,
        token: &Token,
        project: &str,
        news: &ProjectNews,
    ) -> Result<(), Status> {
        let is_old = self.docket.read(|cases| {
            let heard = cases.get(project).and_then(|held| held.case.heard.get(&token.log));
            heard.is_some_and(|heard| token <= heard)
        })?;
        let Some(on) = news.on.filter(|_| !is_old) else { return Ok(()) };
        let (law, licences) = (self.docket.bench().law, &self.options.licences);
        let entering: Vec<_> = news
            .issued
            .iter()
            .filter_map(|(issued, terms)| issued.entering(terms, &law.catalogue, licences))
            .collect();
        // From here to the event nothing is swept.
        let _unswept = self.store.unswept().await;
        for bytes in entering.iter().filter_map(|entering| entering.bytes.as_deref()) {
            self.store.put(project, bytes, self.time.now()).map_err(|error| {
                tracing::error!(%error, project, "a certificate cannot be stored");
                Status::unavailable("the files of the dossiers cannot be written")
            })?;
        }
        let (news, heard) = (news.clone(), token.clone());
        let (name, certificates) = (project.to_owned(), entering);
        let decide = move |dossier: &Dossier, _bench: &Bench| {
            let matter = |id| format!("projects/{name}/matters/{id}");
            // One after the other: what the same command issued and ended is both here.
            let (mut after, mut facts) = (dossier.clone(), Vec::new());
            let mut add = |events: Vec<Event>, after: &mut Dossier| {
                for event in events {
                    let fact = Fact { on, heard: Some(heard.clone()), event };
                    after.evolve(&fact);
                    facts.push(fact);
                }
            };
            if let Some(owner) = &news.opened {
                add(after.open(owner.clone()), &mut after);
            }
            for one in &certificates {
                add(after.certify(&one.certify), &mut after);
            }
            for (id, ending) in &news.ended {
                add(after.end(&matter(id), *ending), &mut after);
            }
            for (id, rest) in &news.rests {
                add(after.rest(&matter(id), rest), &mut after);
            }
            Ok(facts)
        };
        let request = react::request(token);
        self.docket.execute(request, project, decide, |_, _| ()).await.map(|_done| ())
    }
}
