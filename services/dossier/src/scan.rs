//! The search for malicious content: a hook that fails closed. What no scanner has called clean stays
//! pending and is not served; a scanner that is down, slow or unsure calls nothing clean.

use std::{path::Path, time::Duration};

use async_trait::async_trait;
use tokio::{
    fs::File,
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
};

/// What a scanner says of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing was found.
    Clean,
    /// Something was found.
    Malicious {
        /// In the scanner's words.
        finding: String,
    },
    /// It could not say; it is asked again later.
    Unknown {
        /// Why, for the operator.
        why: String,
    },
}

/// A scanner.
#[async_trait]
pub trait Scanner: Send + Sync + 'static {
    /// Its name, as it is recorded.
    fn name(&self) -> &str;
    /// Searches a file.
    async fn scan(&self, file: &Path) -> Verdict;
}

/// No scanner is configured: everything stays pending.
#[derive(Debug, Clone, Copy)]
pub struct NoScanner;

#[async_trait]
impl Scanner for NoScanner {
    fn name(&self) -> &str {
        "none"
    }

    async fn scan(&self, _file: &Path) -> Verdict {
        Verdict::Unknown { why: "no scanner is configured".to_owned() }
    }
}

/// Calls everything clean without a look. Only where an operator said so in so many words: for trials and
/// demonstrations on one's own machine.
#[derive(Debug, Clone, Copy)]
pub struct TrustEverything;

#[async_trait]
impl Scanner for TrustEverything {
    fn name(&self) -> &str {
        "trust-everything"
    }

    async fn scan(&self, _file: &Path) -> Verdict {
        Verdict::Clean
    }
}

/// A clamd or whatever speaks its `INSTREAM` command over TCP.
#[derive(Debug, Clone)]
pub struct Clamd {
    /// Host and port, e.g. `127.0.0.1:3310`.
    pub address: String,
    /// How long one file may take.
    pub patience: Duration,
}

#[async_trait]
impl Scanner for Clamd {
    fn name(&self) -> &str {
        "clamd"
    }

    async fn scan(&self, file: &Path) -> Verdict {
        let asked = async {
            let stream = TcpStream::connect(&self.address).await?;
            instream(stream, File::open(file).await?).await
        };
        match tokio::time::timeout(self.patience, asked).await {
            Ok(Ok(answer)) => verdict(&answer),
            Ok(Err(error)) => Verdict::Unknown { why: error.to_string() },
            Err(_elapsed) => Verdict::Unknown { why: "the scanner took too long".to_owned() },
        }
    }
}

/// Sends a file in chunks with their lengths, an empty one last, and reads the answer.
async fn instream(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    mut file: impl AsyncRead + Unpin,
) -> std::io::Result<String> {
    stream.write_all(b"zINSTREAM\0").await?;
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = file.read(&mut buffer).await?;
        let length = u32::try_from(read).unwrap_or(0);
        stream.write_all(&length.to_be_bytes()).await?;
        if read == 0 {
            break;
        }
        stream.write_all(&buffer[..read]).await?;
    }
    stream.flush().await?;
    let mut answer = Vec::new();
    stream.take(4096).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).trim_end_matches(['\0', '\n']).to_owned())
}

/// `stream: OK`, `stream: <name> FOUND`; everything else is no verdict.
fn verdict(answer: &str) -> Verdict {
    match answer.strip_prefix("stream: ") {
        Some("OK") => Verdict::Clean,
        Some(found) if found.ends_with(" FOUND") => {
            Verdict::Malicious { finding: found.trim_end_matches(" FOUND").to_owned() }
        }
        _ => Verdict::Unknown { why: format!("the scanner answered {answer:?}") },
    }
}

#[cfg(test)]
mod tests;
