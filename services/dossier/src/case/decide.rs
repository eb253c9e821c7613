//! What may be added to a dossier. Pure: the day comes in, facts or a refusal come out.

use desk::{holdings::Fact, refuse::Refusal};
use jiff::civil::Date;
use rulebook::{
    catalogue::Source,
    holdings::{
        Certificate, Content, Demand, Ending, Event, MaterialId, Origin, Protected, Rest, Scan,
        State,
    },
};

use super::Dossier;

/// How much a project may keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes of one file.
    pub file_bytes: u64,
    /// Most bytes of all files of a project.
    pub project_bytes: u64,
    /// Most files of a project.
    pub project_files: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 100 * 1024 * 1024,
            project_bytes: 10 * 1024 * 1024 * 1024,
            project_files: 5_000,
        }
    }
}

/// A material whose bytes are durable already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Which material.
    pub id: MaterialId,
    /// The bytes.
    pub content: Content,
    /// Where it comes from.
    pub origin: Origin,
    /// First day of validity.
    pub valid_from: Option<Date>,
    /// Last day of validity.
    pub valid_until: Option<Date>,
    /// What the scanner said, if it has said anything yet, and which scanner.
    pub scanned: Option<(Scan, String)>,
}

/// A certificate that a stage issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certify {
    /// Which material it is.
    pub id: MaterialId,
    /// Its content or the hash of it.
    pub content: Content,
    /// Last day of validity.
    pub valid_until: Option<Date>,
    /// What makes it a certificate.
    pub certificate: Certificate,
}

/// An agency's override of a protection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// Resource name of the matter.
    pub matter: String,
    /// Code of the agency.
    pub agency: String,
    /// Key of the material.
    pub key: String,
    /// Why.
    pub ground: String,
    /// The article that allows it.
    pub citation: String,
}

fn rule(reason: &'static str, article: &str, en: String, zh: String) -> Refusal {
    Refusal::Rule { reason, article: article.to_owned(), en, zh, details: Vec::new() }
}

fn said(on: Date, event: Event) -> Fact {
    Fact { on, heard: None, event }
}

impl Dossier {
    /// Files a material in its next version. The same bytes with the same validity as the version in
    /// force add nothing.
    ///
    /// # Errors
    /// The project is unknown or its quota is used up.
    pub fn file(&self, on: Date, file: &File, limits: &Limits) -> Result<Vec<Fact>, Refusal> {
        self.known()?;
        self.may_take(&file.id)?;
        let newest = self.holdings.versions(&file.id).last();
        let same = newest.is_some_and(|held| {
            held.content.sha256 == file.content.sha256
                && (held.valid_from, held.valid_until) == (file.valid_from, file.valid_until)
                && held.outdated.is_none()
        });
        if same {
            return Ok(Vec::new());
        }
        self.has_room(file.content.size, limits)?;
        let version = self.holdings.next_version(&file.id);
        let filed = Event::Filed {
            id: file.id.clone(),
            version,
            content: file.content.clone(),
            origin: file.origin.clone(),
            valid_from: file.valid_from,
            valid_until: file.valid_until,
        };
        let scanned = file.scanned.clone().map(|(scan, scanner)| {
            said(on, Event::Scanned { id: file.id.clone(), version, scan, scanner })
        });
        Ok(std::iter::once(said(on, filed)).chain(scanned).collect())
    }

    /// Whether a material may be filed by hand. A certificate that was issued here is replaced only by
    /// who issued it.
    ///
    /// # Errors
    /// It is such a certificate.
    pub fn may_take(&self, id: &MaterialId) -> Result<(), Refusal> {
        let issued = self.holdings.versions(id).last().and_then(|held| held.certificate.as_ref());
        match issued {
            None => Ok(()),
            Some(certificate) => Err(rule(
                "ISSUED_HERE",
                "国令716号 art. 8-12",
                format!("{id} is certificate {} and entered by itself", certificate.number),
                format!("证照“{}”由签发系统自动归档，无须另行提交", certificate.number),
            )),
        }
    }

    /// Whether a project may keep that much more.
    ///
    /// # Errors
    /// Its quota is used up.
    pub fn has_room(&self, bytes: u64, limits: &Limits) -> Result<(), Refusal> {
        let (kept, files) = self.holdings.kept();
        if kept.saturating_add(bytes) > limits.project_bytes || files >= limits.project_files {
            return Err(rule(
                "QUOTA",
                "",
                format!(
                    "the project keeps {files} files of {kept} bytes; at most {} files of {} bytes",
                    limits.project_files, limits.project_bytes
                ),
                "项目档案已达容量上限".to_owned(),
            ));
        }
        Ok(())
    }

    /// Whether the project is known.
    ///
    /// # Errors
    /// NOT_FOUND.
    pub fn known(&self) -> Result<(), Refusal> {
        match self.opened {
            Some(_) => Ok(()),
            None => Err(Refusal::Unknown("project of this name".to_owned())),
        }
    }

    /// Records what a scanner found, once.
    pub fn scanned(
        &self,
        on: Date,
        id: &MaterialId,
        version: u32,
        scan: &Scan,
        scanner: &str,
    ) -> Vec<Fact> {
        if self.holdings.state(id, version, on) != Some(State::BeingChecked) {
            return Vec::new();
        }
        let (id, scan, scanner) = (id.clone(), scan.clone(), scanner.to_owned());
        vec![said(on, Event::Scanned { id, version, scan, scanner })]
    }

    /// The enterprise says that what the version in force shows has changed.
    ///
    /// # Errors
    /// There is no version in force, it is a certificate, or it was said before.
    pub fn outdate(&self, on: Date, id: &MaterialId, reason: &str) -> Result<Vec<Fact>, Refusal> {
        self.known()?;
        let current = self.holdings.current(id);
        let current = current.ok_or_else(|| Refusal::Unknown(format!("material {id} in force")))?;
        if current.certificate.is_some() {
            return Err(rule(
                "CERTIFICATE",
                "行政许可法 art. 49",
                "a certificate is changed by the agency that issued it, on application".to_owned(),
                "证照的变更应向原发证机关申请".to_owned(),
            ));
        }
        if current.outdated.is_some() {
            return Err(rule(
                "ALREADY_OUTDATED",
                "",
                "that was said before".to_owned(),
                "该材料此前已声明发生变化".to_owned(),
            ));
        }
        let (version, reason) = (current.number, reason.to_owned());
        Ok(vec![said(on, Event::Outdated { id: id.clone(), version, reason })])
    }

    /// An agency overrides the protection of a material; only where there is one to override.
    ///
    /// # Errors
    /// The material may be demanded without, or ground or citation is missing.
    pub fn override_demand(
        &self,
        on: Date,
        wanted: &Override,
        source: Option<&Source>,
        brought: Option<&str>,
    ) -> Result<Vec<Fact>, Refusal> {
        self.known()?;
        let demand = Demand {
            matter: &wanted.matter,
            agency: &wanted.agency,
            key: &wanted.key,
            source,
            brought,
            on,
        };
        let held = match self.holdings.protection(&demand) {
            Some(Protected::Held { id, version }) => {
                Some((id.clone(), version.number, version.content.sha256.clone()))
            }
            Some(Protected::Shareable { .. }) => None,
            None => {
                return Err(rule(
                    "NOTHING_TO_OVERRIDE",
                    "",
                    format!("{} may be demanded without an override", wanted.key),
                    format!("材料“{}”无须另行说明即可要求提交", wanted.key),
                ));
            }
        };
        Ok(vec![said(
            on,
            Event::DemandOverridden(rulebook::holdings::Override {
                key: wanted.key.clone(),
                matter: wanted.matter.clone(),
                agency: wanted.agency.clone(),
                ground: wanted.ground.clone(),
                citation: wanted.citation.clone(),
                held,
            }),
        )])
    }
}

/// What the dossier hears from the stages. It refuses nothing that happened: what adds nothing gives no
/// facts.
impl Dossier {
    /// The project is known.
    pub fn open(&self, owner: Option<String>) -> Vec<Event> {
        if self.opened.is_some() { Vec::new() } else { vec![Event::Opened { owner }] }
    }

    /// A certificate was issued. One that is here already adds nothing; another number or another content
    /// of the same matter is a new version.
    pub fn certify(&self, issued: &Certify) -> Vec<Event> {
        let newest = self.holdings.versions(&issued.id).last();
        let same = newest.is_some_and(|held| {
            let number = held.certificate.as_ref().map(|certificate| &certificate.number);
            number == Some(&issued.certificate.number)
                && held.content.sha256 == issued.content.sha256
        });
        if same {
            return Vec::new();
        }
        vec![Event::CertificateEntered {
            id: issued.id.clone(),
            version: self.holdings.next_version(&issued.id),
            content: issued.content.clone(),
            valid_until: issued.valid_until,
            certificate: Box::new(issued.certificate.clone()),
        }]
    }

    /// The permit of a matter ended before its time: so did its certificate.
    pub fn end(&self, matter: &str, ending: Ending) -> Vec<Event> {
        let own = self.holdings.materials().filter_map(|(id, versions)| {
            let newest = versions.last()?;
            let certificate = newest.certificate.as_ref()?;
            (certificate.matter == matter && newest.ended.is_none()).then_some((id, newest.number))
        });
        own.map(|(id, version)| Event::CertificateEnded { id: id.clone(), version, ending })
            .collect()
    }

    /// What a matter rests on, if that is new.
    pub fn rest(&self, matter: &str, rest: &Rest) -> Vec<Event> {
        if self.holdings.rest(matter) == Some(rest) {
            return Vec::new();
        }
        vec![Event::Rested { matter: matter.to_owned(), rest: rest.clone() }]
    }
}
