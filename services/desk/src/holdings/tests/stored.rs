//! Every stored fact survives the way there and back.

use super::*;

#[test]
fn every_fact_survives_being_stored() {
    for event in every_event() {
        for epoch in [None, Some(1), Some(2)] {
            let heard =
                epoch.map(|epoch| Token { log: "planning".to_owned(), epoch, position: 42 });
            let fact = Fact { on: day("2022-04-06"), heard, event: event.clone() };
            assert_eq!(Fact::read(&fact.write()).unwrap(), fact);
        }
    }
}

#[test]
fn unknown_is_not_empty() {
    let stored = pb::DossierEvent { occurred_on: "2022-04-06".to_owned(), ..Default::default() };
    assert_eq!(Fact::read(&stored).unwrap_err().0, "kind: is unknown to this build");
    let mut stored = fact(every_event().remove(1)).write();
    stored.occurred_on = "2022-4-6".to_owned();
    assert_eq!(Fact::read(&stored).unwrap_err().0, "occurred_on: is no date YYYY-MM-DD");
}

fn every_event() -> Vec<Event> {
    let id: MaterialId = "works_permit.2".parse().unwrap();
    let certificate = |licence_id| Certificate {
        number: "建字第210213202200001号".to_owned(),
        title: Text { zh: "建设工程规划许可证".to_owned(), en: "works permit".to_owned() },
        matter: "projects/yamato/matters/S2-08-2".to_owned(),
        agency: "NR".to_owned(),
        issued_on: day("2022-04-06"),
        licence_id,
    };
    let kept = Content {
        media_type: "text/plain; charset=utf-8".to_owned(),
        file_name: "建字第210213202200001号.txt".to_owned(),
        observations: Vec::new(),
        ..content("c", 10)
    };
    let hash_only = Content { size: 0, media_type: String::new(), ..kept.clone() };
    let entered = |content: Content, licence_id| Event::CertificateEntered {
        id: id.clone(),
        version: 2,
        content,
        valid_until: Some(day("2025-04-05")),
        certificate: Box::new(certificate(licence_id)),
    };
    let filed_as = |origin| Event::Filed {
        id: id.clone(),
        version: 1,
        content: content("a", 10),
        origin,
        valid_from: Some(day("2022-04-06")),
        valid_until: None,
    };
    let held = Some((id.clone(), 2, "c".repeat(64)));
    let override_ = overridden("works_permit", "HC", "projects/yamato/matters/S2-18-1");
    let rested = Rested { key: "site_plan".to_owned(), version: 3, sha256: "a".repeat(64) };
    let part = |opinion: Option<&str>| Reliance {
        agency: "NR".to_owned(),
        opinion: opinion.map(str::to_owned),
        materials: vec![rested.clone()],
    };
    let rest = |standing| Event::Rested {
        matter: "projects/yamato/matters/S2-08-2".to_owned(),
        rest: Rest { standing, reliances: vec![part(None), part(Some("fire"))] },
    };
    let ended = |ending| Event::CertificateEnded { id: id.clone(), version: 2, ending };
    vec![
        Event::Opened { owner: Some("enterprise:yamato".to_owned()) },
        Event::Opened { owner: None },
        filed("site_plan", 1, "a"),
        filed_as(Origin::Prior { matter: "projects/yamato/matters/S2-03-1".to_owned() }),
        filed_as(Origin::Shared { agency: "MR".to_owned() }),
        clean("site_plan", 1),
        Event::Scanned {
            id: id.clone(),
            version: 1,
            scan: Scan::Malicious { finding: "Eicar-Signature".to_owned() },
            scanner: "clamd".to_owned(),
        },
        entered(kept, Err("not configured".to_owned())),
        entered(hash_only, Ok("1.2.156.3005.2.X".to_owned())),
        ended(Ending::Withdrawn),
        ended(Ending::Revoked),
        ended(Ending::RevokedAsPenalty),
        ended(Ending::Deregistered),
        Event::Outdated { id: id.clone(), version: 1, reason: "变更".to_owned() },
        Event::DemandOverridden(override_.clone()),
        Event::DemandOverridden(Override { held, ..override_ }),
        rest(RestStanding::Open),
        rest(RestStanding::Granted),
        rest(RestStanding::Over),
    ]
}
