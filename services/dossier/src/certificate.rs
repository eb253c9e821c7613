//! A certificate on its way into the dossier: its content, its hash, its identifier.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rulebook::{
    catalogue::{Catalogue, Text},
    holdings::{Certificate, Content, MaterialId},
    identifiers::{LicenceId, Uscc},
    matter::{MatterId, Terms},
};

use crate::{
    case::Certify,
    store::{Digested, digest_of},
};

/// What an operator knows of the agencies' official codes, from which licence identifiers are composed.
///
/// The platform brings none: they could not be verified, and codes of authorities are not invented. A
/// certificate without them keeps the reason in place of the identifier, and is found and proved by its
/// number and its hash.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Licences {
    /// By key of the item's output: the credit code of the body that set the licence's standard, and three
    /// digits.
    pub kinds: BTreeMap<String, String>,
    /// By code of the agency: its credit code.
    pub issuers: BTreeMap<String, Uscc>,
}

impl Licences {
    fn identify(&self, key: &str, agency: &str, number: &str) -> Result<String, String> {
        let issuer = self.issuers.get(agency).ok_or_else(|| {
            format!("the credit code of agency {agency} is not configured, and none is invented")
        })?;
        let kind = self.kinds.get(key).ok_or_else(|| {
            format!("the licence type of {key} is not configured, and none is invented")
        })?;
        let serial: String =
            number.to_ascii_uppercase().chars().filter(char::is_ascii_alphanumeric).collect();
        LicenceId::compose(kind, issuer.as_str(), &serial, 1)
            .map(|licence| licence.to_string())
            .map_err(|malformed| malformed.to_string())
    }
}

/// What a stage says of a certificate that it issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// The project.
    pub project: String,
    /// The matter within it.
    pub matter: MatterId,
    /// Number.
    pub number: String,
    /// Name; `None` where the item's output names it.
    pub title: Option<Text>,
    /// Day of issue.
    pub issued_on: Date,
    /// Last day of validity.
    pub valid_until: Option<Date>,
    /// Hash of the content, where the stage keeps the content itself.
    pub sha256: Option<String>,
    /// Conditions under which it was granted.
    pub conditions: Vec<String>,
}

/// A certificate ready to enter, with the bytes that the dossier has to keep for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entering {
    /// What enters.
    pub certify: Certify,
    /// The content, where the stage did not keep one.
    pub bytes: Option<Vec<u8>>,
}

impl Issued {
    /// Makes it ready to enter. The same facts give the same bytes, for ever.
    #[must_use]
    pub fn entering(
        &self,
        terms: &Terms,
        catalogue: &Catalogue,
        licences: &Licences,
    ) -> Option<Entering> {
        let item = catalogue
            .item_edition(&terms.item, &terms.edition)
            .or_else(|| catalogue.editions(&terms.item).last());
        let key = item.map_or_else(
            || terms.item.to_lowercase().replace('-', "_"),
            |item| item.output.key.clone(),
        );
        let part = match self.matter.ordinal() {
            1 => String::new(),
            ordinal => ordinal.to_string(),
        };
        let named = self.title.clone().filter(|title| !title.zh.is_empty());
        let title =
            named.or(item.map(|item| item.output.name.clone())).unwrap_or(terms.title.clone());
        let certificate = Certificate {
            number: self.number.clone(),
            title,
            matter: format!("projects/{}/matters/{}", self.project, self.matter),
            agency: terms.agency.clone(),
            issued_on: self.issued_on,
            licence_id: licences.identify(&key, &terms.agency, &self.number),
        };
        let bytes = match &self.sha256 {
            Some(_) => None,
            None => Some(self.content(&certificate, terms).into_bytes()),
        };
        let Digested { sha256, size } = match (&self.sha256, &bytes) {
            (Some(sha256), _) => Digested { sha256: sha256.clone(), size: 0 },
            (None, bytes) => digest_of(bytes.as_deref().unwrap_or_default()),
        };
        let content = Content {
            sha256,
            size,
            media_type: String::new(),
            file_name: String::new(),
            observations: Vec::new(),
        };
        let id = MaterialId::new(&key, &part).ok()?;
        let certify = Certify { id, content, valid_until: self.valid_until, certificate };
        Some(Entering { certify, bytes })
    }

    /// The canonical content: one fact to a line, in this order, each line ended by a line feed. Whoever
    /// has the facts can write it and compute the hash. It is a format for ever.
    fn content(&self, certificate: &Certificate, terms: &Terms) -> String {
        let mut lines = vec![
            "tongban certificate 1".to_owned(),
            format!("number: {}", certificate.number),
            format!("title: {}", certificate.title.zh),
            format!("matter: {}", certificate.matter),
            format!("item: {} {}", terms.item, terms.edition),
            format!("agency: {}", certificate.agency),
            format!("issued on: {}", certificate.issued_on),
        ];
        if let Some(until) = self.valid_until {
            lines.push(format!("valid until: {until}"));
        }
        lines.extend(self.conditions.iter().map(|text| format!("condition: {}", one_line(text))));
        lines.into_iter().map(|line| line + "\n").collect()
    }
}

/// No fact breaks out of its line.
fn one_line(text: &str) -> String {
    text.replace(['\r', '\n'], " ")
}

#[cfg(test)]
mod tests;
