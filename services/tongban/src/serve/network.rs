//! How a process hears of the others' events, and tells them of its own.

use crate::{Failure, platform::Service};
use eventlog::{Broker, BrokerOptions, Feed, Log, Relay, Relayed, Remote};
use host::config::{self, Config};
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
    let user =
        format!("{}:{}@", super::role::encoded(user), super::role::encoded(password.reveal()));
    let servers =
        broker.url.split(',').map(|server| server.trim().replacen("://", &format!("://{user}"), 1));
    servers.collect::<Vec<_>>().join(",")
}

/// The logs of the services that are elsewhere.
///
/// # Errors
/// An address that is none.
pub(super) fn feeds(
    config: &Config,
    broker: Option<&Broker>,
) -> Result<BTreeMap<Service, Feed>, Failure> {
    let mut feeds = BTreeMap::new();
    for service in Service::ALL {
        let name = service.name();
        let Some(address) = config.services.get(name) else { continue };
        let endpoint = eventlog::endpoint(address)
            .map_err(|error| Failure::caused(format!("services.{name} cannot be used"), &error))?;
        let remote = Remote::follow(endpoint.connect_lazy(), name, broker.cloned());
        feeds.insert(service, remote.into());
    }
    Ok(feeds)
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
