//! How a run is ended from outside.

use crate::Trouble;
use std::{future::Future, io};
use tokio::signal::unix::{SignalKind, signal};

/// Runs until the end or a signal. What was started meanwhile ends with the runtime, whose tasks hold it.
pub async fn unless_told<T>(run: impl Future<Output = Result<T, Trouble>>) -> Result<T, Trouble> {
    tokio::select! {
        // Before anything is started.
        biased;
        told = told() => Err(told?.into()),
        ran = run => ran,
    }
}

async fn told() -> io::Result<&'static str> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        pressed = tokio::signal::ctrl_c() => pressed.map(|()| "it was interrupted"),
        _ = terminate.recv() => Ok("it was told to end"),
    }
}
