//! How a process hears of the others' events, and tells them of its own.

use super::patiently;
use crate::{Failure, platform::Service, role};
use eventlog::{Broker, BrokerOptions, Log, Mirror, Mirrored, Mirrors, Relay, Relayed};
use host::{
    config::{self, Config},
    health::Health,
};
use std::collections::BTreeMap;
use tokio::sync::watch;

/// The connection to the broker, where there is one. It need not answer yet.
///
/// # Errors
/// A configuration that cannot be used at all.
pub(super) async fn broker(config: &Config) -> Result<Option<Broker>, Failure> {
    let Some(told) = &config.broker else { return Ok(None) };
    let options = BrokerOptions { replicas: told.replicas, ..BrokerOptions::new(url(told)) };
    let connected = Broker::connect(options).await;
    let broker = connected.map_err(|error| Failure::caused("broker.url cannot be used", &error))?;
    Ok(Some(broker))
}

/// The address with the user in it, for each server.
fn url(broker: &config::Broker) -> String {
    let (Some(user), Some(password)) = (&broker.user, &broker.password) else {
        return broker.url.clone();
    };
    let user = format!("{}:{}@", role::encoded(user), role::encoded(password.reveal()));
    let servers =
        broker.url.split(',').map(|server| server.trim().replacen("://", &format!("://{user}"), 1));
    servers.collect::<Vec<_>>().join(",")
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
pub(super) async fn attend(mirror: Mirror, health: Health) -> String {
    let (mut state, part) = (mirror.state(), format!("mirror of {}", mirror.name()));
    loop {
        match &*state.borrow_and_update() {
            Mirrored::Following => health.works(&part),
            Mirrored::Hindered(why) => health.waits(&part, why.as_str()),
            Mirrored::Refused { position, what } => {
                health.waits(&part, format!("it stopped at position {position}: {what}"));
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
    logs: impl IntoIterator<Item = &'a Log>,
    broker: Option<&Broker>,
) -> Vec<Relay> {
    let Some(broker) = broker else { return Vec::new() };
    let start = |log: &Log| {
        let relay = Relay::start(log.clone(), broker.clone());
        tokio::spawn(measure(relay.relayed(), log.name().to_owned()));
        relay
    };
    logs.into_iter().map(start).collect()
}

/// Measures how far the broker has been told, until the relay ends.
async fn measure(mut relayed: watch::Receiver<Relayed>, log: String) {
    let reached = metrics::gauge!("tongban_relay_position", "log" => log);
    loop {
        match *relayed.borrow_and_update() {
            Relayed::UpTo(position) => reached.set(position as f64),
            Relayed::Waiting | Relayed::Ahead { .. } => reached.set(-1.0),
        }
        if relayed.changed().await.is_err() {
            return;
        }
    }
}
