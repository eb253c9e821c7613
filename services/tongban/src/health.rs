//! `tongban health`: whether a process is ready, for supervisors of images that hold nothing else to ask with.

use crate::{Answer, Failure, reading};
use std::{
    io::{Read, Write},
    net::{TcpStream, ToSocketAddrs},
    time::Duration,
};

/// How long the process may take to answer.
const PATIENCE: Duration = Duration::from_secs(3);
/// Longest answer that is looked at.
const LONGEST: u64 = 16 * 1024;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// What to ask
    #[arg(value_name = "URL", default_value = "http://127.0.0.1:7301/ready")]
    url: String,
}

/// Asks, and prints what was answered: yes for a status of 200.
pub(crate) fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<Answer, Failure> {
    let url = &arguments.url;
    let cannot = |error: std::io::Error| {
        Failure::caused(format!("{} does not answer", reading::shown(url)), &error)
    };
    let rest = url.strip_prefix("http://").ok_or_else(|| {
        Failure::new(format!("`{}` cannot be asked", reading::shown(url)))
            .hint("write http://host:port/path")
    })?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let address = host.to_socket_addrs().map_err(cannot)?.next();
    let address = address.ok_or_else(|| Failure::new(format!("{host} has no address")))?;
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE).map_err(cannot)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(stream, "GET /{path} HTTP/1.0\r\nhost: {host}\r\n\r\n").map_err(cannot)?;
    let mut answer = Vec::new();
    stream.take(LONGEST).read_to_end(&mut answer).map_err(cannot)?;
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    out.write_all(body.as_bytes())?;
    let good = head.split(' ').nth(1) == Some("200");
    Ok(if good { Answer::Yes } else { Answer::No })
}
