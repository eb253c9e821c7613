//! Configuration as operators write it, right and wrong.

use super::*;
use std::{os::unix::ffi::OsStringExt, path::Path};

const FILE: &str = r#"
[listen]
grpc = "0.0.0.0:7300"
admin = "0.0.0.0:7301"
[database]
host = "postgres"
port = 5432
name = "planning"
user = "planning_app"
tls = "prefer"
require_checksums = true
[services]
intake = "http://intake:7300"
"#;

const PLANNING: Takes<'_> =
    Takes { database: true, role: As::User, files: false, clock: true, services: &["intake"] };

fn none() -> Vec<(OsString, OsString)> {
    Vec::new()
}

fn said(variable: &str, value: &str) -> (OsString, OsString) {
    (variable.into(), value.into())
}

fn keys(faults: &[Fault]) -> Vec<&str> {
    faults.iter().map(|fault| fault.key.as_str()).collect()
}

#[test]
fn the_environment_stands_over_the_file_and_an_empty_variable_is_not_there() {
    let environment = [
        said("TONGBAN_DATABASE__PORT", "5433"),
        said("TONGBAN_DATABASE__NAME", "1234"),
        said("TONGBAN_DATABASE__REQUIRE_CHECKSUMS", "false"),
        said("TONGBAN_CLOCK__AT", "2022-01-04"),
        said("TONGBAN_DATABASE__HOST", ""),
        said("TONGBAN_IMAGE", "tongban:1"),
        said("PATH", "/bin"),
    ];
    let config = Config::parse(FILE, environment, PLANNING).unwrap();
    let database = config.database.unwrap();
    assert_eq!((database.host.as_str(), database.port), ("postgres", 5433));
    assert_eq!(database.name, "1234", "text stays text, whatever it looks like");
    assert!(!database.require_checksums);
    assert_eq!(config.at, Some(jiff::civil::date(2022, 1, 4)));
    assert_eq!(config.services["intake"], "http://intake:7300");
}

#[test]
fn traces_go_to_the_address_that_is_given_and_nowhere_without_one() {
    let told = |address: &str| {
        let said = [said("TONGBAN_TELEMETRY__TRACES", address)];
        Config::parse(FILE, said, PLANNING).map(|config| config.telemetry.traces)
    };
    assert_eq!(told("http://collector:4317"), Ok(Some("http://collector:4317".to_owned())));
    assert_eq!(told(""), Ok(None));
    for wrong in ["collector:4317", "http://collector", "https://collector:4317", "yes"] {
        assert_eq!(keys(&told(wrong).unwrap_err()), ["telemetry.traces"], "{wrong}");
    }
}

#[test]
fn every_fault_is_told_at_once_with_what_to_write() {
    let file = FILE
        .replace("grpc = \"0.0.0.0:7300\"", "grpc = \"here\"")
        .replace("host = \"postgres\"", "hots = \"postgres\"")
        .replace("port = 5432", "port = 70000")
        .replace("\"prefer\"", "\"perhaps\"")
        .replace("http://intake:7300", "intake:7300");
    let environment = [
        said("TONGBAN_CLOCK__AT", "2022-02-30"),
        said("TONGBAN_CLOCKS__AT", "2022-02-01"),
        said("TONGBAN_TELEMETRY__TRACES", "https://collector:4317"),
    ];
    let faults = Config::parse(&file, environment, PLANNING).unwrap_err();
    assert_eq!(
        keys(&faults),
        [
            "clock.at",
            "clocks.at",
            "database.host",
            "database.hots",
            "database.port",
            "database.tls",
            "listen.grpc",
            "services.intake",
            "telemetry.traces"
        ]
    );
    assert!(
        faults
            .iter()
            .all(|fault| fault.what.contains("write ") || fault.what.contains("take it out")),
        "{faults:?}"
    );
}

#[test]
fn what_a_service_does_not_take_is_refused() {
    let gateway = Takes {
        database: false,
        role: As::User,
        files: false,
        clock: false,
        services: &["intake"],
    };
    let faults =
        Config::parse(FILE, [said("TONGBAN_CLOCK__AT", "2022-01-04")], gateway).unwrap_err();
    assert_eq!(faults.len(), 7, "six keys of the database and the clock's one: {faults:?}");
    assert!(Config::parse("listen = 1", none(), gateway).unwrap_err().len() >= 3);
    assert_eq!(Config::parse("[", none(), gateway).unwrap_err().len(), 1);
}

#[test]
fn a_secret_is_read_from_its_file_and_never_printed() {
    let path = std::env::temp_dir().join(format!("tongban-secret-{}", std::process::id()));
    let file = |path: &Path| {
        FILE.replace("tls =", &format!("password_file = {:?}\ntls =", path.display().to_string()))
    };
    std::fs::write(&path, "long-enough-to-hold\n").unwrap();
    let config = Config::parse(&file(&path), none(), PLANNING).unwrap();
    let password = config.database.clone().unwrap().user.password.unwrap();
    assert_eq!(password.reveal(), "long-enough-to-hold");
    assert!(!format!("{config:?}").contains("long-enough"), "{config:?}");

    std::fs::write(&path, "postgres\n").unwrap();
    let faults = Config::parse(&file(&path), none(), PLANNING).unwrap_err();
    assert_eq!(keys(&faults), ["database.password_file"]);
    assert!(!format!("{faults:?}").contains("\"postgres\""), "{faults:?}");
    std::fs::remove_file(&path).unwrap();
    let faults = Config::parse(&file(&path), none(), PLANNING).unwrap_err();
    assert!(faults[0].what.contains("cannot be read"), "{faults:?}");
}

#[test]
fn an_environment_that_is_no_text_is_refused_where_it_is_ours_and_is_nobodys_business_elsewhere() {
    let bytes = || OsString::from_vec(vec![b'a', 0xff]);
    let elsewhere =
        [(bytes(), bytes()), ("LESS".into(), bytes()), ("TONGBAN_IMAGE".into(), bytes())];
    assert!(Config::parse(FILE, elsewhere, PLANNING).is_ok());
    let ours = [("TONGBAN_DATABASE__NAME".into(), bytes())];
    let faults = Config::parse(FILE, ours, PLANNING).unwrap_err();
    assert_eq!(keys(&faults), ["database.name"]);
    assert!(faults[0].what.contains("TONGBAN_DATABASE__NAME is not UTF-8"), "{faults:?}");
}

#[test]
fn what_would_be_left_out_silently_is_refused_by_its_key_and_rule() {
    for (variables, key, rule) in [
        (&[("TONGBAN_SERVICES__INTAKE", "https://intake:7300")][..], "services.intake", "TLS"),
        (&[("TONGBAN_SERVICES__INTAKE", "http://intake")], "services.intake", "host:port"),
        (
            &[
                ("TONGBAN_BROKER__URL", "nats://nats:4222"),
                ("TONGBAN_BROKER__REPLICAS", "1"),
                ("TONGBAN_BROKER__USER", "tongban"),
            ],
            "broker.password_file",
            "beside user",
        ),
        (&[("TONGBAN_DATABASE__OWNER_PASSWORD_FILE", "/none")], "database.owner", "the role"),
        (&[("TONGBAN_TELEMETRY__LOG", "inof")], "telemetry.log", "a level"),
        (&[("TONGBAN_TELEMETRY__LOG", "info,eventlog=loud")], "telemetry.log", "a level"),
        (&[("TONGBAN_CLOCK__AT", "2200-01-01")], "clock.at", "2199-12-31"),
        (&[("TONGBAN_CLOCK__AT", "0000-12-31")], "clock.at", "0001-01-01"),
    ] {
        let environment = variables.iter().map(|(variable, value)| said(variable, value));
        let faults = Config::parse(FILE, environment, PLANNING).unwrap_err();
        assert_eq!(keys(&faults), [key], "{faults:?}");
        assert!(faults[0].what.contains(rule), "{faults:?}");
    }
    for (variable, value) in [
        ("TONGBAN_TELEMETRY__LOG", "info,eventlog=debug"),
        ("TONGBAN_TELEMETRY__LOG", "off"),
        ("TONGBAN_CLOCK__AT", "2199-12-31"),
    ] {
        assert!(Config::parse(FILE, [said(variable, value)], PLANNING).is_ok(), "{value}");
    }
}
