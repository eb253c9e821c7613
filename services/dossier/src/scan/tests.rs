//! Scanners that find, that fail, and that are not there: only a clear word makes anything clean.

use tokio::net::TcpListener;

use super::*;
use crate::inspect::tests::EICAR;
use eventlog::testing::Directory;

#[test]
fn only_the_clear_words_are_verdicts() {
    assert_eq!(verdict("stream: OK"), Verdict::Clean);
    let found = Verdict::Malicious { finding: "Win.Test.EICAR_HDB-1".to_owned() };
    assert_eq!(verdict("stream: Win.Test.EICAR_HDB-1 FOUND"), found);
    for answer in ["", "OK", "stream: OK?", "INSTREAM size limit exceeded. ERROR", "stream: ERROR"]
    {
        assert!(matches!(verdict(answer), Verdict::Unknown { .. }), "{answer:?}");
    }
}

#[tokio::test]
async fn the_test_virus_is_found_and_an_honest_file_is_not() {
    let directory = Directory::new().unwrap();
    let scanner = Clamd { address: daemon(true).await, patience: Duration::from_secs(5) };
    let write = |name: &str, bytes: &[u8]| {
        let path = directory.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let inside = [&b"%PDF-1.7 ".repeat(20_000), EICAR.as_bytes(), b"%%EOF"].concat();
    let found = Verdict::Malicious { finding: "Eicar-Signature".to_owned() };
    assert_eq!(scanner.scan(&write("eicar.pdf", &inside)).await, found);
    assert_eq!(scanner.scan(&write("honest.pdf", b"%PDF-1.7 honest")).await, Verdict::Clean);
    assert_eq!(scanner.scan(&write("empty.pdf", b"")).await, Verdict::Clean);
    let missing = scanner.scan(&directory.path().join("missing")).await;
    assert!(matches!(missing, Verdict::Unknown { .. }));
}

#[tokio::test]
async fn a_scanner_that_is_down_or_slow_calls_nothing_clean() {
    let directory = Directory::new().unwrap();
    let file = directory.path().join("honest.pdf");
    std::fs::write(&file, b"honest").unwrap();
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = nobody.local_addr().unwrap().to_string();
    drop(nobody);
    let down = Clamd { address, patience: Duration::from_secs(5) };
    assert!(matches!(down.scan(&file).await, Verdict::Unknown { .. }));
    let slow = Clamd { address: daemon(false).await, patience: Duration::from_millis(50) };
    let verdict = slow.scan(&file).await;
    assert_eq!(verdict, Verdict::Unknown { why: "the scanner took too long".to_owned() });
    assert!(matches!(NoScanner.scan(&file).await, Verdict::Unknown { .. }));
}

/// A daemon that knows one virus; or one that never answers.
async fn daemon(answers: bool) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        let mut silent = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            if !answers {
                silent.push(stream);
                continue;
            }
            let mut command = [0; 10];
            stream.read_exact(&mut command).await.unwrap();
            assert_eq!(&command, b"zINSTREAM\0");
            let mut bytes = Vec::new();
            loop {
                let length = stream.read_u32().await.unwrap() as usize;
                if length == 0 {
                    break;
                }
                let mut chunk = vec![0; length];
                stream.read_exact(&mut chunk).await.unwrap();
                bytes.extend(chunk);
            }
            let virus = bytes.windows(EICAR.len()).any(|window| window == EICAR.as_bytes());
            let answer: &[u8] =
                if virus { b"stream: Eicar-Signature FOUND\0" } else { b"stream: OK\0" };
            stream.write_all(answer).await.unwrap();
        }
    });
    address
}
