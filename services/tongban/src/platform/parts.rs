//! The services, each on its log and told of the logs that it follows: the one place where they meet.

use super::{Service, Site};
use acceptance::Acceptance;
use aftercare::Aftercare;
use desk::{holdings::Shelf, mandates::Mandates, matters::Cases};
use dossier::{Dossiers, react::Stage};
use eventlog::Stopped;
use intake::Intake;
use planning::Planning;
use status::Status;
use std::{error::Error, pin::Pin, sync::Arc};
use tokio::task::JoinHandle;
use tonic::service::{Routes, RoutesBuilder};

/// Why a service could not be opened.
pub(crate) type Fault = Box<dyn Error + Send + Sync>;

/// What one process serves.
#[derive(Default)]
pub(crate) struct Parts {
    pub(super) routes: RoutesBuilder,
    /// The full names of the services, for health.
    pub(super) names: Vec<&'static str>,
    /// The stages whose matters the desk here deals with.
    pub(super) cases: Vec<Arc<dyn Cases>>,
    /// Who may see and do what, for the desk.
    pub(super) mandates: Mandates,
    /// What runs beside the calls.
    pub(super) upkeep: Vec<JoinHandle<()>>,
    /// The folds that the services here rest on.
    pub(super) folds: Vec<Fold>,
}

/// A fold that a service rests on.
pub(super) struct Fold {
    /// The service's full name, or what of the process it is that rests on the fold.
    pub(super) service: &'static str,
    /// Comes when the fold has stopped for good.
    pub(super) stopping: Pin<Box<dyn Future<Output = Stopped> + Send>>,
    /// The service decides and answers nothing without it.
    pub(super) needed: bool,
}

/// Whom every stage asks before it does what is asked of it.
struct Asked {
    shelf: Shelf,
    mandates: Mandates,
}

impl Parts {
    /// Opens the services that the site is for.
    ///
    /// # Errors
    /// The first that could not be opened; opening them again begins anew.
    pub(super) async fn open(site: &Site) -> Result<Self, Fault> {
        let mut parts = Self { routes: Routes::builder(), ..Self::default() };
        let demands = |service: &Service| {
            service.keeps_log() && service.follows().contains(&Service::Dossier)
        };
        let shelf = match site.services.iter().any(demands) {
            true => Shelf::follow(site.feed(Service::Dossier)?),
            false => Shelf::default(),
        };
        let mandates = Mandates::follow(site.feed(Service::Intake)?, site.time.clone());
        for service in &site.services {
            let asked = Asked { shelf: shelf.clone(), mandates: mandates.clone() };
            match service {
                Service::Intake => parts.intake(site, asked).await?,
                Service::Planning => parts.planning(site, asked).await?,
                Service::Acceptance => parts.acceptance(site, asked).await?,
                Service::Aftercare => parts.aftercare(site, asked).await?,
                Service::Dossier => parts.dossier(site, mandates.clone()).await?,
                Service::Status => parts.status(site, mandates.clone()).await?,
            }
        }
        let (told, held) = (mandates.clone(), shelf);
        parts.uses("mandates", async move { told.stopped().await });
        parts.uses("shelf", async move { held.stopped().await });
        parts.mandates = mandates;
        Ok(parts)
    }

    async fn intake(&mut self, site: &Site, asked: Asked) -> Result<(), Fault> {
        let log = site.log(Service::Intake)?;
        let service = Intake::open(log, site.law.clone(), site.time.clone()).await?;
        let service = service.with_shelf(asked.shelf).with_mandates(asked.mandates);
        self.routes.add_service(service.service());
        self.names.push(intake::SERVICE_NAME);
        self.cases.push(service.cases());
        self.needs(intake::SERVICE_NAME, async move { service.stopped().await });
        Ok(())
    }

    async fn planning(&mut self, site: &Site, asked: Asked) -> Result<(), Fault> {
        let (log, intake) = (site.log(Service::Planning)?, site.feed(Service::Intake)?);
        let service = Planning::open(log, intake, site.law.clone(), site.time.clone()).await?;
        let service = service.with_shelf(asked.shelf).with_mandates(asked.mandates);
        self.routes.add_service(service.service());
        self.names.push(planning::SERVICE_NAME);
        self.cases.push(service.cases());
        self.needs(planning::SERVICE_NAME, async move { service.stopped().await });
        Ok(())
    }

    async fn acceptance(&mut self, site: &Site, asked: Asked) -> Result<(), Fault> {
        let log = site.log(Service::Acceptance)?;
        let followed = [site.feed(Service::Planning)?, site.feed(Service::Aftercare)?];
        let service = Acceptance::open(log, followed, site.law.clone(), site.time.clone()).await?;
        let service = service.with_shelf(asked.shelf).with_mandates(asked.mandates);
        self.routes.add_service(service.service());
        self.names.push(acceptance::SERVICE_NAME);
        self.cases.push(service.cases());
        self.needs(acceptance::SERVICE_NAME, async move { service.stopped().await });
        Ok(())
    }

    async fn aftercare(&mut self, site: &Site, asked: Asked) -> Result<(), Fault> {
        let log = site.log(Service::Aftercare)?;
        let earlier = [Service::Intake, Service::Planning, Service::Acceptance];
        let [intake, planning, acceptance] = earlier.map(|stage| site.feed(stage));
        let earlier = [intake?, planning?, acceptance?];
        let service = Aftercare::open(log, earlier, site.law.clone(), site.time.clone()).await?;
        let service = service.with_shelf(asked.shelf).with_mandates(asked.mandates);
        self.routes.add_service(service.service());
        self.names.push(aftercare::SERVICE_NAME);
        self.cases.push(service.cases());
        self.needs(aftercare::SERVICE_NAME, async move { service.stopped().await });
        Ok(())
    }

    async fn dossier(&mut self, site: &Site, mandates: Mandates) -> Result<(), Fault> {
        let log = site.log(Service::Dossier)?;
        let (folder, scanner) = site.files.clone().ok_or("the dossiers have no folder")?;
        let options = dossier::Options {
            folder,
            scanner,
            limits: Default::default(),
            licences: Default::default(),
        };
        let dossiers = Dossiers::open(log, site.law.clone(), site.time.clone(), options).await?;
        let dossiers = dossiers.with_mandates(mandates);
        let ears = dossiers.listen(vec![
            Stage { log: site.feed(Service::Intake)?, listen: dossier::react::intake },
            Stage { log: site.feed(Service::Planning)?, listen: dossier::react::planning },
            Stage { log: site.feed(Service::Acceptance)?, listen: dossier::react::acceptance },
            Stage { log: site.feed(Service::Aftercare)?, listen: dossier::react::aftercare },
        ]);
        for stopped in ears.stops() {
            self.uses(dossier::SERVICE_NAME, stopped);
        }
        self.routes.add_service(dossiers.service(ears));
        self.names.push(dossier::SERVICE_NAME);
        let kept = dossiers.clone();
        self.needs(dossier::SERVICE_NAME, async move { kept.stopped().await });
        self.upkeep.push(tokio::spawn(async move { dossiers.keep_up().await }));
        Ok(())
    }

    async fn status(&mut self, site: &Site, mandates: Mandates) -> Result<(), Fault> {
        let followed = Service::Status.follows().iter().map(|service| site.feed(*service));
        let followed = followed.collect::<Result<Vec<_>, _>>()?;
        let service = Status::open(followed, site.law.clone(), site.time.clone()).await?;
        let service = service.with_mandates(mandates);
        self.routes.add_service(service.service());
        self.names.push(status::SERVICE_NAME);
        for stopped in service.stops() {
            self.uses(status::SERVICE_NAME, stopped);
        }
        Ok(())
    }

    /// Without the fold the service can do nothing.
    fn needs(
        &mut self,
        service: &'static str,
        stopped: impl Future<Output = Stopped> + Send + 'static,
    ) {
        self.folds.push(Fold { service, stopping: Box::pin(stopped), needed: true });
    }

    /// Without the fold the service answers less, and says so.
    fn uses(
        &mut self,
        service: &'static str,
        stopped: impl Future<Output = Stopped> + Send + 'static,
    ) {
        self.folds.push(Fold { service, stopping: Box::pin(stopped), needed: false });
    }
}
