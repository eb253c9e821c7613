//! The canonical content of a certificate, and identifiers only from codes that an operator gave.

use rulebook::{law::Law, matter::Track};

use super::*;

#[test]
fn the_same_facts_give_the_same_bytes_for_ever() {
    let entering = issued(None).entering(&terms(), &law().catalogue, &Licences::default()).unwrap();
    let text = String::from_utf8(entering.bytes.clone().unwrap()).unwrap();
    let expected = "tongban certificate 1
number: 地字第210213202200001号
title: 建设用地规划许可证
matter: projects/yamato/matters/S2-05-1
item: S2-05 2019-2
agency: NR
issued on: 2022-05-06
valid until: 2025-05-05
condition: 开工前 复验
";
    assert_eq!(text, expected);
    let content = &entering.certify.content;
    assert_eq!(content.sha256, digest_of(expected.as_bytes()).sha256);
    assert_eq!(content.size, expected.len() as u64);
    assert_eq!(entering.certify.id.to_string(), "land_planning_permit");
}

#[test]
fn where_the_stage_keeps_the_content_only_its_hash_enters() {
    let issued = issued(Some("c".repeat(64)));
    let entering = issued.entering(&terms(), &law().catalogue, &Licences::default()).unwrap();
    assert_eq!(entering.bytes, None);
    assert_eq!(entering.certify.content.sha256, "c".repeat(64));
    assert_eq!(entering.certify.content.size, 0);
}

#[test]
fn a_second_matter_of_the_item_gives_a_certificate_of_its_own() {
    let issued = Issued { matter: "S2-05-2".parse().unwrap(), ..issued(None) };
    let entering = issued.entering(&terms(), &law().catalogue, &Licences::default()).unwrap();
    assert_eq!(entering.certify.id.to_string(), "land_planning_permit.2");
}

#[test]
fn no_code_of_an_agency_is_invented() {
    let catalogue = &law().catalogue;
    let without = issued(None).entering(&terms(), catalogue, &Licences::default()).unwrap();
    assert_eq!(
        without.certify.certificate.licence_id,
        Err("the credit code of agency NR is not configured, and none is invented".to_owned())
    );
    let mut licences = Licences::default();
    licences.issuers.insert("NR".to_owned(), Uscc::parse("91210200241281392F").unwrap());
    let kind = "11100000000013338W032".to_owned();
    licences.kinds.insert("land_planning_permit".to_owned(), kind);
    let with = issued(None).entering(&terms(), catalogue, &licences).unwrap();
    let licence = with.certify.certificate.licence_id.unwrap();
    let prefix = "1.2.156.3005.2.11100000000013338W032.91210200241281392F.210213202200001.001.";
    assert!(licence.starts_with(prefix), "{licence}");
    assert!(LicenceId::parse(&licence).is_ok());
}

fn issued(sha256: Option<String>) -> Issued {
    Issued {
        project: "yamato".to_owned(),
        matter: "S2-05-1".parse().unwrap(),
        number: "地字第210213202200001号".to_owned(),
        title: None,
        issued_on: "2022-05-06".parse().unwrap(),
        valid_until: Some("2025-05-05".parse().unwrap()),
        sha256,
        conditions: vec!["开工前\n复验".to_owned()],
    }
}

fn law() -> Law {
    Law::parse(&host::seeds::embedded()).unwrap()
}

fn terms() -> Terms {
    let on = "2022-04-06".parse().unwrap();
    Terms::of(law().catalogue.item("S2-05", on).unwrap(), Track::Ordinary)
}
