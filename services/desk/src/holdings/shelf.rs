//! The dossiers as another service sees them: a live fold of their log.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use eventlog::{Feed, Live, Malformed, Recorded, Stopped};
use prost::Message;
use proto::dossier::v1 as pb;
use rulebook::holdings::Holdings;
use tonic::Status;

use super::{Fact, LOG};
use crate::refuse;

/// How long a command waits for the newest word of the dossiers before it goes by what it knows.
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// What the dossiers hold. Cheap to clone; without a log it holds nothing and protects nothing.
#[derive(Clone, Default)]
pub struct Shelf(Option<Live<Dossiers>>);

#[derive(Clone, Default)]
struct Dossiers(BTreeMap<String, Arc<Holdings>>);

impl Shelf {
    /// Follows the dossiers' log.
    #[must_use]
    pub fn follow(log: impl Into<Feed>) -> Self {
        Self(Some(Live::follow(log, Dossiers::default(), fold)))
    }

    /// Waits until the fold of the dossiers' log stops; nothing is demanded of anybody from then on.
    pub async fn stopped(&self) -> Stopped {
        match &self.0 {
            Some(live) => live.stopped().await,
            None => std::future::pending().await,
        }
    }

    /// Waits until the dossiers have heard what stands up to these positions of the stages' logs, by name, and the
    /// fold is as new as their log then is: what was filed, overridden or issued a moment ago counts. Where that
    /// cannot be had soon, commands go on with what is known.
    pub async fn fresh(&self, heard: BTreeMap<String, u64>) {
        let Some(live) = &self.0 else { return };
        let newest = async {
            if let Ok(head) = live.feed().head_after(heard).await {
                // A stopped fold says so when it is asked.
                let _stopped = live.reached(head.position).await;
            }
        };
        if tokio::time::timeout(LONGEST_WAIT, newest).await.is_err() {
            tracing::warn!("the dossiers' log is slow; deciding a demand on what is known");
        }
    }

    /// What the dossier of a project holds now.
    ///
    /// # Errors
    /// UNAVAILABLE when the fold has stopped: nothing is demanded of anybody until it is mended.
    pub fn of(&self, project: &str) -> Result<Held, Status> {
        let nothing = Held { project: project.to_owned(), holdings: Arc::default() };
        let Some(live) = &self.0 else { return Ok(nothing) };
        let holdings = live.read(|dossiers, _position| dossiers.0.get(project).cloned());
        let holdings = holdings.map_err(refuse::stopped)?;
        Ok(holdings.map_or(nothing.clone(), |holdings| Held { holdings, ..nothing }))
    }

    /// As [`Shelf::of`], for decisions on a case; nothing where the fold has stopped, which whoever demands
    /// something has been told before.
    #[must_use]
    pub(crate) fn held(&self, project: &str) -> Held {
        self.of(project).unwrap_or_default()
    }
}

/// What the dossier of one project holds, for one decision. Cheap to clone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Held {
    /// The project.
    pub project: String,
    /// What it holds.
    pub holdings: Arc<Holdings>,
}

fn fold(dossiers: &mut Dossiers, recorded: &Recorded) -> Result<(), Malformed> {
    let project = recorded.stream.strip_prefix(LOG).and_then(|rest| rest.strip_prefix('/'));
    let project =
        project.ok_or_else(|| Malformed(format!("stream {} is no dossier", recorded.stream)))?;
    let stored = pb::DossierEvent::decode(recorded.payload.as_slice())
        .map_err(|error| Malformed(error.to_string()))?;
    let fact = Fact::read(&stored)?;
    let holdings = match dossiers.0.get_mut(project) {
        Some(holdings) => holdings,
        None => dossiers.0.entry(project.to_owned()).or_default(),
    };
    Arc::make_mut(holdings).evolve(fact.on, &fact.event);
    Ok(())
}
