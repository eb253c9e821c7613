//! Certificates: one for each granted matter, citing every opinion that it rests on (多证合一).

use crate::case::{
    Case,
    event::{Certificate, Event, Fact, OpinionCited},
};
use desk::{docket::Bench, name::MatterName};
use eventlog::{Algorithm, Reservation};
use jiff::civil::{Date, date};
use rulebook::{
    consultation::{Answer, Asked, Condition, Opinion},
    matter::{self, Matter, MatterId, Ruling},
};

/// The certificate that a decision issues; none unless the steps grant the matter under a number.
pub(crate) fn issued(after: &Case, id: &MatterId, steps: &[Event], bench: &Bench) -> Option<Event> {
    let on = steps.iter().find_map(|event| match &event.fact {
        Fact::Matter(_, matter::Event::Decided { on, .. }) => Some(*on),
        _ => None,
    })?;
    let matter = after.matters.get(id)?;
    let Ruling::Granted { certificate: Some(granted), .. } = &matter.decided()?.ruling else {
        return None;
    };
    let item = bench.law.catalogue.item_edition(&matter.terms.item, &matter.terms.edition)?;
    let mut certificate = Certificate {
        matter: id.clone(),
        number: granted.number.clone(),
        title: item.output.name.clone(),
        merges: item.merges.clone(),
        opinions: opinions(matter),
        content_sha256: String::new(),
    };
    let code = after.admitted.as_ref().map(|admitted| admitted.code.as_str()).unwrap_or_default();
    certificate.content_sha256 = sha256(&content(&certificate, matter, code)?);
    Some(Fact::CertificateIssued(certificate).on(on))
}

fn in_words(conditions: &[Condition]) -> Vec<&str> {
    conditions.iter().map(|condition| condition.text.as_str()).collect()
}

fn opinions(matter: &Matter) -> Vec<OpinionCited> {
    let Some(review) = matter.review() else { return Vec::new() };
    let cited = review.consultation.iter().filter_map(|(key, asked): (&str, &Asked)| {
        let subject = matter.terms.opinion(key)?.subject.zh.clone();
        let (given_on, verdict, conditions) = match asked.answer.as_ref()? {
            Answer::Given { on, opinion: Opinion::Consents, .. } => {
                (*on, "consents", String::new())
            }
            Answer::Given { on, opinion: Opinion::ConsentsWithConditions(conditions), .. } => {
                (*on, "consents_with_conditions", in_words(conditions).join("\n"))
            }
            Answer::Given { opinion: Opinion::Objects(_), .. } => return None,
            Answer::Deemed { on, .. } => (*on, "deemed_consent", String::new()),
        };
        Some(OpinionCited {
            agency: asked.agency.clone(),
            subject,
            verdict: verdict.to_owned(),
            given_on,
            conditions,
        })
    });
    cited.collect()
}

/// The content as canonical text, whose SHA-256 lets a third party check a copy: UTF-8, one line for each
/// part in this order, each its name, a tab, its fields parted by tabs, and a line feed. Inside a field a
/// backslash, tab, line feed and carriage return are written `\\`, `\t`, `\n`, `\r`, so that no field can
/// pass for another; what is not there is `-`. A condition's day and `lasting` follow its words where either is
/// set. The first line names the form, so that another can follow it.
fn content(certificate: &Certificate, matter: &Matter, code: &str) -> Option<String> {
    let decided = matter.decided()?;
    let Ruling::Granted { certificate: granted, conditions } = &decided.ruling else { return None };
    let valid_until = granted.as_ref().and_then(|granted| granted.valid_until);
    let mut text = Lines(String::new());
    text.line("tongban-certificate", &["1"]);
    text.line("project", &[code]);
    text.line("matter", &[&certificate.matter.to_string(), &matter.terms.edition]);
    text.line("agency", &[&matter.terms.agency]);
    text.line("title", &[&certificate.title.zh]);
    text.line("number", &[&certificate.number]);
    text.line("issued-on", &[&decided.on.to_string()]);
    text.line("valid-until", &[&valid_until.map_or_else(absent, |last| last.to_string())]);
    for merged in &certificate.merges {
        text.line("merges", &[merged]);
    }
    for condition in conditions {
        match (condition.due, condition.lasting) {
            (None, false) => text.line("condition", &[&condition.text]),
            (due, lasting) => {
                let due = due.map_or_else(absent, |due| due.to_string());
                let lasting = if lasting { "lasting".to_owned() } else { absent() };
                text.line("condition", &[&condition.text, &due, &lasting]);
            }
        }
    }
    for OpinionCited { agency, subject, verdict, given_on, conditions } in &certificate.opinions {
        text.line("opinion", &[agency, subject, verdict, &given_on.to_string(), conditions]);
    }
    for material in &decided.materials {
        let (version, sha256) = (material.version.to_string(), material.sha256.clone());
        text.line("material", &[&material.key, &version, &sha256.unwrap_or_else(absent)]);
    }
    Some(text.0)
}

fn absent() -> String {
    "-".to_owned()
}

struct Lines(String);

impl Lines {
    fn line(&mut self, name: &str, fields: &[&str]) {
        self.0.push_str(name);
        for field in fields {
            self.0.push('\t');
            for character in field.chars() {
                match character {
                    '\\' => self.0.push_str("\\\\"),
                    '\t' => self.0.push_str("\\t"),
                    '\n' => self.0.push_str("\\n"),
                    '\r' => self.0.push_str("\\r"),
                    plain => self.0.push(plain),
                }
            }
        }
        self.0.push('\n');
    }
}

fn sha256(text: &str) -> String {
    let digest = Algorithm::Sha256.hash(text.as_bytes());
    digest.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

/// From this day the electronic supervision number (电子监管号) is the number of the certificate, and
/// authorities make no other (自然资函〔2024〕709号); the day within the month is an assumption.
const ELECTRONIC_FROM: Date = date(2024, 9, 1);

/// What the number of a certificate of national form begins with (自然资规〔2019〕2号); `None`: the number
/// is the agency's own affair.
fn prefix(item: &str) -> Option<&'static str> {
    match item {
        "S2-01" => Some("用字第"),
        "S2-05" => Some("地字第"),
        "S2-06" => Some("建字第"),
        _ => None,
    }
}

/// A number for a certificate of national form to which the agency gives none: prefix and 15 digits, 6 of
/// the region, 4 of the year, 5 serial, one more than the highest that is taken. From September 2024 on an
/// opaque number in place of the 电子监管号, whose standard (TD/T 1084-2023) could not be had: an assumption.
/// `None` where the number is the agency's own affair, the district is not known, or the serials of the year
/// are used up.
pub(crate) fn number<'t>(
    name: &MatterName,
    district: &str,
    on: Date,
    taken: impl Iterator<Item = &'t str>,
) -> Option<String> {
    let prefix = prefix(name.matter.item())?;
    if on >= ELECTRONIC_FROM {
        let digest = sha256(&format!("{name}\n{on}")).to_uppercase();
        return Some(format!("ES{}", digest.get(..20)?));
    }
    if district.len() != 6 || !district.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let head = format!("{prefix}{district}{:04}", on.year());
    let serial = |number: &str| {
        let serial = number.strip_prefix(&head)?.strip_suffix('号')?;
        (serial.len() == 5).then_some(serial)?.parse::<u32>().ok()
    };
    let next = taken.filter_map(serial).max().unwrap_or(0) + 1;
    (next <= 99_999).then(|| format!("{head}{next:05}号"))
}

/// Numbers of national form stand for one certificate in the whole city: no other may have them.
pub(crate) fn reserved(events: &[Event]) -> Vec<Reservation> {
    let numbers = events.iter().filter_map(|event| match &event.fact {
        Fact::CertificateIssued(issued) if prefix(issued.matter.item()).is_some() => {
            let kind = "certificate_number".to_owned();
            Some(Reservation { kind, value: issued.number.clone() })
        }
        _ => None,
    });
    numbers.collect()
}
