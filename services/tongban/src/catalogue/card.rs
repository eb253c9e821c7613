//! An item as a card for people: one line for each rule, with its article and how well it is founded.

use std::io::{self, Write};

use jiff::civil::Date;
use rulebook::catalogue::{
    Catalogue, Condition, Eligible, Item, Mark, Material, OpinionRow, RuledLimit, Text,
};

use super::words;

pub(super) fn write(
    item: &Item,
    catalogue: &Catalogue,
    on: Date,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut card = Card { catalogue, out };
    card.head(item, on)?;
    card.limits(item)?;
    card.review(item)?;
    card.papers(item)?;
    if !item.note.is_empty() {
        card.section("note")?;
        card.line(&item.note)?;
    }
    Ok(())
}

struct Card<'a> {
    catalogue: &'a Catalogue,
    out: &'a mut dyn Write,
}

impl Card<'_> {
    fn section(&mut self, title: &str) -> io::Result<()> {
        writeln!(self.out, "\n{title}")
    }

    fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "  {text}")
    }

    fn head(&mut self, item: &Item, on: Date) -> io::Result<()> {
        writeln!(self.out, "{} {}", item.code, both(&item.name))?;
        let phase = item.national_phase.map(|phase| format!(", phase {}", phase.word()));
        writeln!(
            self.out,
            "{}, stage {}{}; edition {}, in force {}, read on {on}",
            words::kind(item.kind),
            item.stage,
            phase.unwrap_or_default(),
            item.edition,
            words::in_force(item.effective)
        )?;
        writeln!(self.out, "decided by {}", self.agency(&item.agency))?;
        for code in &item.co_agencies {
            writeln!(self.out, "      with {}", self.agency(code))?;
        }
        if let Some(condition) = &item.applies {
            writeln!(self.out, "concerns projects with {}", words::condition(condition))?;
        }
        self.section("rests on")?;
        for citation in &item.legal_basis {
            self.line(&cited(&citation.text, citation.mark))?;
        }
        Ok(())
    }

    fn limits(&mut self, item: &Item) -> io::Result<()> {
        self.section("limits")?;
        let promised = [
            ("statutory", &item.statutory),
            ("committed", &item.committed),
            ("committed, 带方案出让", &item.committed_plan_attached),
        ];
        for (title, limit) in promised {
            match limit {
                Some(limit) => self.limit(title, limit)?,
                None if title == "statutory" => self.line("statutory: none")?,
                None => {}
            }
        }
        let rule = &item.correction;
        self.line(&format!(
            "one notice of corrections: {}, silence {}  {}",
            rule.limit,
            match rule.silence {
                rulebook::catalogue::Silence::Accepted => "accepts as of the day of receipt",
                rulebook::catalogue::Silence::NoEffect => "has no effect",
            },
            cited(&rule.citation, rule.mark)
        ))?;
        self.limit("delivery of the decision", &item.delivery)?;
        if let Some(rule) = &item.consent_by_silence {
            self.line(&format!("silence is consent after {}  [{}]", rule.after, rule.citation))?;
        }
        if let Some(duty) = &item.duty {
            self.line(&format!(
                "the enterprise: {}, {}  {}",
                words::within(duty.within),
                both(&duty.what),
                cited(&duty.citation, duty.mark)
            ))?;
        }
        Ok(())
    }

    fn limit(&mut self, title: &str, limit: &RuledLimit) -> io::Result<()> {
        self.line(&format!("{title}: {}  {}", limit.limit, cited(&limit.citation, limit.mark)))?;
        for case in &limit.cases {
            let silence = if case.consent_by_silence { ", then silence is consent" } else { "" };
            self.line(&format!(
                "  {} for projects with {}{silence}  {}",
                case.limit,
                words::condition(&case.when),
                cited(&case.citation, case.mark)
            ))?;
        }
        if let Some(extension) = &limit.extension {
            self.line(&format!(
                "  extended once, by at most {}, approved by {}  {}",
                extension.cap,
                extension.approver,
                cited(&extension.citation, extension.mark)
            ))?;
        }
        Ok(())
    }

    fn review(&mut self, item: &Item) -> io::Result<()> {
        if !item.opinions.is_empty() {
            self.section("opinions needed before the decision")?;
            for row in &item.opinions {
                self.opinion(row)?;
            }
        }
        if !item.exclusions.is_empty() {
            self.section("time that does not count, after a written notice")?;
            for exclusion in &item.exclusions {
                let most = exclusion.limit.map(|limit| format!(", at most {limit}"));
                self.line(&format!(
                    "{}{}  {}",
                    both(&exclusion.ground),
                    most.unwrap_or_default(),
                    cited(&exclusion.article, exclusion.mark)
                ))?;
            }
        }
        self.section("commitment (告知承诺)")?;
        self.line(&match &item.commitment {
            Eligible::Yes => "may be decided on a signed commitment".to_owned(),
            Eligible::No => "may not be decided on a commitment".to_owned(),
            Eligible::Conditional(condition) => format!("on condition: {condition}"),
            Eligible::NotApplicable => "there is nothing to promise".to_owned(),
        })?;
        if let Some(terms) = &item.commitment_terms {
            self.line(&format!(
                "checked within {}; a broken promise is put right within {}  {}",
                terms.check_due,
                terms.rectification,
                cited(&terms.citation, terms.mark)
            ))?;
        }
        Ok(())
    }

    fn opinion(&mut self, row: &OpinionRow) -> io::Result<()> {
        let silence = match &row.silence {
            Some(rule) => format!("silence is consent by {rule}"),
            None => "silence is only late".to_owned(),
        };
        let agency = self.agency(&row.agency);
        self.line(&format!(
            "{agency}: {}, {}{}; {silence}  {}",
            both(&row.subject),
            row.limit,
            only(row.when.as_ref()),
            cited(&row.citation, row.mark)
        ))
    }

    fn papers(&mut self, item: &Item) -> io::Result<()> {
        if !item.prerequisites.is_empty() {
            self.section("needed before")?;
            for prerequisite in &item.prerequisites {
                let names: Vec<String> =
                    prerequisite.any_of.iter().map(|code| self.item(code)).collect();
                self.line(&names.join(" or "))?;
            }
        }
        if !item.materials.is_empty() {
            self.section("materials")?;
            for material in &item.materials {
                self.material(material)?;
            }
        }
        if !item.sub_items.is_empty() {
            self.section("parts")?;
            for codes in &item.sub_items {
                let names: Vec<String> = codes.iter().map(|code| self.item(code)).collect();
                self.line(&names.join(" or "))?;
            }
        }
        self.section("comes out")?;
        self.line(&both(&item.output.name))?;
        if !item.output.validity.is_empty() {
            self.line(&format!(
                "holds: {}  ({})",
                item.output.validity,
                words::mark(item.output.mark)
            ))?;
        }
        if !item.outcomes.is_empty() {
            self.line(&format!("outcomes: {}", item.outcomes.join(", ")))?;
        }
        if !item.merges.is_empty() {
            self.line(&format!("stands for: {}", item.merges.join(", ")))?;
        }
        Ok(())
    }

    fn material(&mut self, material: &Material) -> io::Result<()> {
        let from = match words::source(&material.source) {
            ("prior", Some(code)) => format!("from {}, never asked for again", self.item(code)),
            ("shared", Some(code)) => format!("shared by {}, never asked for", self.agency(code)),
            _ => "from the applicant".to_owned(),
        };
        let later = if material.secondary { "; may follow later (容缺)" } else { "" };
        let only = only(material.when.as_ref());
        self.line(&format!("{}: {from}{later}{only}", both(&material.name)))
    }

    fn agency(&self, code: &str) -> String {
        match self.catalogue.agency(code) {
            Some(agency) => format!("{code} {}", both(&agency.name)),
            None => code.to_owned(),
        }
    }

    fn item(&self, code: &str) -> String {
        match self.catalogue.editions(code).last() {
            Some(item) => format!("{code} {}", item.name.zh),
            None => code.to_owned(),
        }
    }
}

fn both(text: &Text) -> String {
    if text.en.is_empty() { text.zh.clone() } else { format!("{} ({})", text.zh, text.en) }
}

fn cited(citation: &str, mark: Mark) -> String {
    format!("[{citation}; {}]", words::mark(mark))
}

fn only(when: Option<&Condition>) -> String {
    when.map_or_else(String::new, |when| format!("; only with {}", words::condition(when)))
}
