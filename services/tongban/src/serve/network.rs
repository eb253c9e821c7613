//! How a process hears of the others' events, and tells them of its own.

use super::patiently;
use crate::{
    Failure,
    platform::Service,
    role::{self, Role},
};
use eventlog::{Broker, BrokerOptions, Log, Mirror, Mirrored, Mirrors, Relay, Relayed};
use host::{config::Config, health::Health};
use std::collections::BTreeMap;
use tokio::sync::watch;

/// The connection to the broker, where there is one. It need not answer yet.
///
/// # Errors
/// A configuration that cannot be used at all.
pub(super) async fn broker(config: &Config) -> Result<Option<Broker>, Failure> {
    let Some(told) = &config.broker else { return Ok(None) };
    let user = told.user.clone().zip(told.password.as_ref().map(|it| it.reveal().to_owned()));
    let options =
        BrokerOptions { replicas: told.replicas, user, ..BrokerOptions::new(told.url.clone()) };
    let connected = Broker::connect(options).await;
    let broker = connected.map_err(|error| Failure::caused("broker.url cannot be used", &error))?;
    Ok(Some(broker))
}

/// Copies of the logs of the services that are elsewhere, in the database of this process.
///
/// # Errors
/// An address that is none, or a database that can never be used.
pub(super) async fn mirrors(
    config: &Config,
    broker: Option<&Broker>,
    health: &Health,
) -> Result<BTreeMap<Service, Mirror>, Failure> {
    let mut mirrors = BTreeMap::new();
    let Some(database) = config.database.as_ref().filter(|_| !config.services.is_empty()) else {
        return Ok(mirrors);
    };
    let url = role::url(database, &database.user);
    let attempt = || async {
        let opened = Mirrors::open(&url, database.require_checksums).await;
        opened.map_err(|error| super::trouble("the mirrors of other logs", &error))
    };
    let place = patiently(health, "mirrors", attempt).await?;
    for service in Service::ALL {
        let name = service.name();
        let Some(address) = config.services.get(name) else { continue };
        let endpoint = eventlog::endpoint(address)
            .map_err(|error| Failure::caused(format!("services.{name} cannot be used"), &error))?;
        mirrors.insert(service, place.follow(endpoint.connect_lazy(), name, broker.cloned()));
    }
    Ok(mirrors)
}

/// Says so while a mirror cannot go on; ends, with its log's name, when another copy took its place.
pub(super) async fn attend(role: Role, mirror: Mirror, health: Health) -> String {
    let (mut state, part) = (mirror.state(), format!("mirror of {}", mirror.name()));
    loop {
        match &*state.borrow_and_update() {
            Mirrored::Following => health.works(&part),
            Mirrored::Hindered(why) => health.waits(&part, why.as_str()),
            Mirrored::Refused { position, what } => {
                let (reader, log) = (role.name(), mirror.name());
                let why = format!(
                    "it stopped at position {position}: {what}; if the log is right, tongban rebuild {reader}.{log}"
                );
                health.waits(&part, why);
            }
            Mirrored::Renewed => return mirror.name().to_owned(),
        }
        if state.changed().await.is_err() {
            return std::future::pending().await;
        }
    }
}

/// Tells the broker of the logs here.
pub(super) fn relays<'a>(
    role: Role,
    logs: impl IntoIterator<Item = &'a Log>,
    broker: Option<&Broker>,
    health: &Health,
) -> Vec<Relay> {
    let Some(broker) = broker else { return Vec::new() };
    let start = |log: &Log| {
        let relay = Relay::start(log.clone(), broker.clone());
        tokio::spawn(watch_over(role, relay.relayed(), log.name().to_owned(), health.clone()));
        relay
    };
    logs.into_iter().map(start).collect()
}

/// Measures how far the broker has been told, and says so while it holds more than the log, until the relay ends.
async fn watch_over(
    role: Role,
    mut relayed: watch::Receiver<Relayed>,
    log: String,
    health: Health,
) {
    let part = format!("{log} at the broker");
    let reached = metrics::gauge!("tongban_relay_position", "log" => log.clone());
    loop {
        match *relayed.borrow_and_update() {
            Relayed::UpTo(position) => {
                health.works(&part);
                reached.set(position as f64);
            }
            Relayed::Waiting => reached.set(-1.0),
            Relayed::Ahead { broker, log: position } => {
                let role = role.name();
                let why = format!(
                    "the log ends at position {position}, the broker at {broker}: if the log was put back, stop its \
                     service and raise its epoch: tongban log raise-epoch {role} --log {log} --config PATH"
                );
                health.waits(&part, why);
                reached.set(-1.0);
            }
        }
        if relayed.changed().await.is_err() {
            return;
        }
    }
}
