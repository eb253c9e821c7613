//! A link between two processes that can be cut, stalled and slowed: a proxy on loopback in front of one address.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream, UnixStream},
    sync::watch,
};

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    Tcp(String),
    Socket(PathBuf),
}

/// What a link does with what passes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    Through,
    /// Connections end, and new ones end at once.
    Cut,
    /// Connections stay, and nothing passes.
    Stalled,
    /// Every piece is late.
    Slow(Duration),
}

/// One link. It lives as long as its process.
pub struct Link {
    pub name: String,
    /// Where it listens, `127.0.0.1:port`.
    pub address: String,
    mode: watch::Sender<Mode>,
    target: watch::Sender<Target>,
    /// How often a mode had an effect: a connection ended or refused, a piece held up.
    hits: AtomicU64,
    /// Connections that ended by themselves.
    ended: AtomicU64,
}

impl Link {
    /// A link to a target; it passes everything.
    pub async fn new(name: String, address: String, target: Target) -> Arc<Self> {
        let listener = TcpListener::bind(&address).await.expect("a free port");
        let link = Arc::new(Self {
            name,
            address,
            mode: watch::Sender::new(Mode::Through),
            target: watch::Sender::new(target),
            hits: AtomicU64::new(0),
            ended: AtomicU64::new(0),
        });
        let accepting = link.clone();
        tokio::spawn(async move {
            loop {
                if let Ok((stream, _)) = listener.accept().await {
                    tokio::spawn(accepting.clone().pass(stream));
                }
            }
        });
        link
    }

    pub fn set(&self, mode: Mode) {
        self.mode.send_replace(mode);
    }

    /// Leads new connections elsewhere, and ends the present ones.
    pub fn turn(&self, target: Target) {
        self.target.send_replace(target);
    }

    pub fn hits(&self) -> u64 {
        self.hits.load(Ordering::Relaxed)
    }

    pub fn ended(&self) -> u64 {
        self.ended.load(Ordering::Relaxed)
    }

    async fn pass(self: Arc<Self>, stream: TcpStream) {
        if *self.mode.borrow() == Mode::Cut {
            self.hits.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let _ = stream.set_nodelay(true);
        let mut turned = self.target.subscribe();
        let target = turned.borrow_and_update().clone();
        let (caller_in, caller_out) = stream.into_split();
        let passing = async {
            match target {
                Target::Tcp(address) => {
                    let Ok(served) = TcpStream::connect(address).await else { return };
                    let _ = served.set_nodelay(true);
                    let (served_in, served_out) = served.into_split();
                    self.both((caller_in, served_out), (served_in, caller_out)).await;
                }
                Target::Socket(path) => {
                    let Ok(served) = UnixStream::connect(path).await else { return };
                    let (served_in, served_out) = served.into_split();
                    self.both((caller_in, served_out), (served_in, caller_out)).await;
                }
            }
        };
        tokio::select! {
            () = passing => { self.ended.fetch_add(1, Ordering::Relaxed); }
            _ = turned.changed() => {}
            () = self.cut() => { self.hits.fetch_add(1, Ordering::Relaxed); }
        }
    }

    async fn cut(&self) {
        let mut mode = self.mode.subscribe();
        let _ = mode.wait_for(|mode| *mode == Mode::Cut).await;
    }

    async fn both<A, B, C, D>(&self, there: (A, B), back: (C, D))
    where
        A: AsyncRead + Unpin,
        B: AsyncWrite + Unpin,
        C: AsyncRead + Unpin,
        D: AsyncWrite + Unpin,
    {
        tokio::select! {
            () = self.copy(there.0, there.1) => {}
            () = self.copy(back.0, back.1) => {}
        }
    }

    async fn copy(&self, mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin) {
        let mut mode = self.mode.subscribe();
        let mut piece = vec![0; 16 * 1024];
        while let Ok(length @ 1..) = from.read(&mut piece).await {
            let now = mode.borrow_and_update().clone();
            match now {
                Mode::Through | Mode::Cut => {}
                Mode::Stalled => {
                    self.hits.fetch_add(1, Ordering::Relaxed);
                    let _ = mode.wait_for(|mode| *mode != Mode::Stalled).await;
                }
                Mode::Slow(by) => {
                    self.hits.fetch_add(1, Ordering::Relaxed);
                    tokio::time::sleep(by).await;
                }
            }
            if to.write_all(&piece[..length]).await.is_err() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server that gives back what it gets, and a link to it.
    async fn echo() -> Arc<Link> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let target = Target::Tcp(listener.local_addr().unwrap().to_string());
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                tokio::spawn(async move {
                    let (mut from, mut to) = stream.split();
                    let _ = tokio::io::copy(&mut from, &mut to).await;
                });
            }
        });
        Link::new("echo".into(), crate::site::free(), target).await
    }

    async fn said(stream: &mut TcpStream, word: &[u8; 4]) -> Option<[u8; 4]> {
        stream.write_all(word).await.ok()?;
        let mut heard = [0; 4];
        let heard = tokio::time::timeout(Duration::from_millis(300), async {
            stream.read_exact(&mut heard).await.ok().map(|_| heard)
        });
        heard.await.ok()?
    }

    #[tokio::test]
    async fn a_link_passes_stalls_and_is_cut() {
        let link = echo().await;
        let mut stream = TcpStream::connect(&link.address).await.unwrap();
        assert_eq!(said(&mut stream, b"open").await, Some(*b"open"));

        link.set(Mode::Stalled);
        assert_eq!(said(&mut stream, b"late").await, None);
        link.set(Mode::Through);
        let mut late = [0; 4];
        stream.read_exact(&mut late).await.unwrap();
        assert_eq!(&late, b"late", "nothing is lost by a stall");

        let before = link.hits();
        link.set(Mode::Cut);
        assert_eq!(said(&mut stream, b"gone").await, None);
        let mut other = TcpStream::connect(&link.address).await.unwrap();
        assert_eq!(said(&mut other, b"shut").await, None);
        assert_eq!(link.hits(), before + 2);

        link.set(Mode::Through);
        let mut again = TcpStream::connect(&link.address).await.unwrap();
        assert_eq!(said(&mut again, b"back").await, Some(*b"back"));
    }
}
