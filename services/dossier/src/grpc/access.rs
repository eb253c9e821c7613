//! Who may see and file what. An enterprise learns nothing of another's project, not even that it exists.

use desk::{
    caller::{Caller, Principal, reference},
    fields::Fields,
    name,
    refuse::Refusal,
};
use rulebook::holdings::{Holdings, MaterialId, Origin};
use tonic::Status;

use super::Grpc;
use crate::case::{Dossier, Owner};

/// Whether the caller may see a dossier.
pub(super) fn may_see(caller: &Caller, dossier: &Dossier) -> Result<(), Refusal> {
    match &caller.principal {
        Principal::Agency { .. } | Principal::Secretary { .. } | Principal::System { .. } => Ok(()),
        Principal::Enterprise { .. } | Principal::Agent { .. } => match &dossier.opened {
            Some(Owner(None)) => Ok(()),
            Some(Owner(Some(owner))) if is(caller, owner) => Ok(()),
            Some(Owner(Some(_))) | None => Err(Refusal::Unknown("project of this name".to_owned())),
        },
    }
}

/// The enterprise itself, or somebody who names it.
fn is(caller: &Caller, owner: &str) -> bool {
    let owner = owner.strip_prefix("enterprise:").unwrap_or(owner);
    caller.enterprise() == Some(reference(owner))
}

/// Whether the caller may file a material, and where it then comes from: the enterprise, whoever acts for
/// it, or an agency that shares what it has.
pub(super) fn origin(caller: &Caller, dossier: &Dossier) -> Result<Origin, Refusal> {
    may_see(caller, dossier)?;
    let owner = dossier.opened.as_ref().and_then(|owner| owner.0.as_deref());
    let named = caller.on_behalf_of.as_deref();
    let for_another = || {
        Refusal::NotYours("name the project's own enterprise as tongban-on-behalf-of".to_owned())
    };
    match (&caller.principal, named) {
        (Principal::Agency { code, .. }, None) => Ok(Origin::Shared { agency: code.clone() }),
        (Principal::Secretary { .. }, None) => Err(for_another()),
        (Principal::Agency { .. } | Principal::Secretary { .. }, Some(named)) => {
            if owner.is_some_and(|owner| owner != named) {
                return Err(for_another());
            }
            Ok(Origin::Enterprise { principal: named.to_owned() })
        }
        (Principal::Agent { .. }, None) => Err(for_another()),
        (Principal::Agent { .. }, Some(named)) => {
            Ok(Origin::Enterprise { principal: named.to_owned() })
        }
        (Principal::Enterprise { .. } | Principal::System { .. }, named) => {
            let principal = named.map_or_else(|| caller.principal.to_string(), str::to_owned);
            Ok(Origin::Enterprise { principal })
        }
    }
}

/// The name of a material, or of one version of it.
pub(super) struct MaterialName {
    pub(super) project: String,
    pub(super) id: MaterialId,
    pub(super) version: Option<u32>,
}

/// Reads `projects/{project}/materials/{material}` with or without `/versions/{version}`.
pub(super) fn material_name(fields: &mut Fields, text: &str) -> Option<MaterialName> {
    let read = || {
        let (project, rest) = text.strip_prefix("projects/")?.split_once("/materials/")?;
        let (id, version) = match rest.split_once("/versions/") {
            Some((id, number)) => (id, Some(number.parse().ok().filter(|number| *number > 0)?)),
            None => (rest, None),
        };
        let id = id.parse().ok()?;
        name::is_project(project).then(|| MaterialName { project: project.to_owned(), id, version })
    };
    let read = read();
    if read.is_none() {
        fields.wrong("name", "is a name projects/{project}/materials/{material}");
    }
    read
}

impl Grpc {
    /// Asks one dossier, if the caller may see it. A project that is not known yet may be one that the
    /// stages have only just recorded.
    pub(super) async fn see<T>(
        &self,
        caller: &Caller,
        project: &str,
        ask: impl FnOnce(&Dossier) -> Result<T, Refusal>,
    ) -> Result<T, Status> {
        self.dossiers.docket.mandates().admit(caller, project, None).await?;
        let known = self.dossiers.docket.read(|cases| cases.get(project).is_some())?;
        if !known {
            self.ears.caught_up().await;
        }
        let answer = self.dossiers.docket.read(|cases| match cases.get(project) {
            Some(held) => may_see(caller, &held.case).and_then(|()| ask(&held.case)),
            None => Err(Refusal::Unknown("project of this name".to_owned())),
        })?;
        Ok(answer?)
    }

    /// Asks every dossier that the caller may see, or one.
    pub(super) async fn see_all<T>(
        &self,
        caller: &Caller,
        project: Option<&str>,
        ask: impl Fn(&str, &Holdings) -> Vec<T>,
    ) -> Result<Vec<T>, Status> {
        if let Some(project) = project {
            return self.see(caller, project, |one| Ok(ask(project, &one.holdings))).await;
        }
        let mandates = self.dossiers.docket.mandates();
        mandates.admit_any(caller).await?;
        self.dossiers.docket.read(|cases| {
            let visible = cases.iter().filter(|(project, held)| {
                may_see(caller, &held.case).is_ok() && mandates.sees(caller, project, None)
            });
            visible.flat_map(|(project, held)| ask(project, &held.case.holdings)).collect()
        })
    }
}
