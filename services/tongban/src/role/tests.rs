//! The configurations of `deploy/config` are whole, and a database's address is what PostgreSQL reads.

mod observe;

use super::*;
use clap::ValueEnum;

#[test]
fn every_file_of_deploy_config_is_whole_and_all_of_it_is_known() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/config");
    for role in Role::value_variants() {
        let file = role.file(&folder);
        // The secrets are made when the set is; here there is one.
        let secret = std::env::temp_dir().join(format!("tongban-role-{}", std::process::id()));
        std::fs::write(&secret, "a secret for a test").unwrap();
        let text = std::fs::read_to_string(&file).unwrap();
        let text: String = text
            .lines()
            .map(|line| match line.split_once("password_file = ") {
                Some((key, _)) => format!("{key}password_file = {secret:?}\n"),
                None => format!("{line}\n"),
            })
            .collect();
        // What is commented out must be right, too.
        let commented = ["[", "at =", "seeds =", "traces ="];
        let uncommented =
            commented.iter().fold(text.clone(), |text, key| text.replace(&format!("# {key}"), key));
        for text in [text, uncommented] {
            let config =
                role.parse(&text, As::User).unwrap_or_else(|faults| panic!("{role:?}: {faults:?}"));
            assert!(!format!("{config:?}").contains("a secret"), "{role:?}");
        }
        std::fs::remove_file(&secret).unwrap();
    }
}

#[test]
fn a_password_may_hold_anything_and_a_folder_is_a_socket() {
    let role = config::Role { name: "planning_app".to_owned(), password: None };
    let mut database = Database {
        host: "db.internal".to_owned(),
        port: 5433,
        name: "planning".to_owned(),
        user: role.clone(),
        owner: None,
        tls: "require".to_owned(),
        require_checksums: true,
    };
    let url = |database: &Database| url(database, &role);
    assert_eq!(url(&database), "postgres://planning_app@db.internal:5433/planning?sslmode=require");
    database.host = "/run/a b".to_owned();
    assert!(
        url(&database).ends_with("@localhost:5433/planning?sslmode=require&host=%2Frun%2Fa%20b")
    );
    assert_eq!(encoded("p@ss:wörd/%"), "p%40ss%3Aw%C3%B6rd%2F%25");
}
