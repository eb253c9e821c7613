//! The tasks that keep a remote log's window current: the poll, and the ear at the broker.

use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::consumer::{DeliverPolicy, push::OrderedConfig};
use futures_util::StreamExt;

use super::window::Pushed;
use super::{Held, Shared};
use crate::append;
use crate::broker::{self, Broker};
use crate::error::{ReadError, chain_of};
use crate::linked::Linked;

/// How often the log's head is asked for.
const POLL: Duration = Duration::from_secs(1);
/// Shortest time between two questions.
const PAUSE: Duration = Duration::from_millis(50);

/// Asks for the log's head each second, and sooner when something that was pushed did not fit.
pub(super) async fn poll(shared: Arc<Shared>) {
    let mut answering = true;
    loop {
        match shared.head().await {
            Ok(_head) => answering = true,
            Err(error @ ReadError::Malformed { .. }) => {
                // Whoever reads is told, and says so.
                tracing::debug!(log = shared.name, %error, "the log is followed no more");
                return;
            }
            Err(error) if answering => {
                answering = false;
                let error = chain_of(&error);
                tracing::warn!(log = shared.name, error, "cannot reach log, trying again");
            }
            Err(_still) => {}
        }
        tokio::time::sleep(PAUSE).await;
        // Either way it is time to ask.
        let _asked = tokio::time::timeout(POLL - PAUSE, shared.ask.notified()).await;
    }
}

/// Takes what the broker pushes, for ever.
pub(super) async fn listen(shared: Arc<Shared>, broker: Broker) {
    loop {
        if let Err(trouble) = pushes(&shared, &broker).await {
            tracing::debug!(log = shared.name, %trouble, "the broker pushes nothing, polling");
        }
        tokio::time::sleep(POLL).await;
    }
}

/// Takes pushes until the broker ends them.
async fn pushes(shared: &Shared, broker: &Broker) -> Result<(), async_nats::Error> {
    let after = loop {
        if let Held::Window(window) = &*shared.held() {
            break window.whole();
        }
        tokio::time::sleep(PAUSE).await;
    };
    let stream = broker.jetstream.get_stream_no_info(broker::stream_name(&shared.name)).await?;
    let wanted = OrderedConfig {
        deliver_subject: broker.jetstream.client().new_inbox(),
        deliver_policy: DeliverPolicy::ByStartSequence { start_sequence: after + 1 },
        ..OrderedConfig::default()
    };
    let mut messages = stream.create_consumer(wanted).await?.messages().await?;
    while let Some(message) = messages.next().await {
        let message = message?;
        shared.pushed(broker::event(message.headers.as_ref(), &message.payload));
    }
    Ok(())
}

impl Shared {
    /// Keeps a pushed event if it is the next one, and rings when a command is whole. What does not fit makes
    /// the log be asked: it knows whether the event is garbled, foreign, or only came too soon.
    fn pushed(&self, event: Option<Linked>) {
        let mut held = self.held();
        let Held::Window(window) = &mut *held else { return };
        match event.map_or(Pushed::Misfit, |event| window.push(event)) {
            Pushed::Kept => append::tell(&self.newest, window.whole()),
            Pushed::Old => {}
            Pushed::Misfit => self.ask.notify_one(),
        }
    }
}
