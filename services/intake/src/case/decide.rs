//! Whether a command on a project may be carried out, and which facts it adds. Pure: the day, the
//! calendar and the law come in with the [`Bench`].

pub mod admit;
pub mod agent;
pub mod change;
pub mod gate;
pub mod matters;
pub mod register;
pub mod security;

use super::{
    event::{Event, Fact},
    state::{Case, Project},
};
use desk::{caller::Caller, docket::Bench, matters::today, refuse::Refusal};
use jiff::civil::Date;

/// Who commands, on which date in law, with what to look at.
#[derive(Clone, Copy)]
pub struct Order<'a> {
    /// Who commands.
    pub caller: &'a Caller,
    /// Date in law as claimed; `None` means today.
    pub occurred_on: Option<Date>,
    /// The day and the law.
    pub bench: &'a Bench,
}

/// What a command adds, or why it is refused.
pub type Decision = Result<Vec<Event>, Refusal>;

impl Order<'_> {
    /// The date in law: not in the future, and not before `not_before`.
    fn on(&self, not_before: Date) -> Result<Date, Refusal> {
        Ok(today(self.bench).claimed(self.occurred_on, not_before)?)
    }

    /// The enterprise acts, or a secretary or an agency's counter that names it.
    fn by_enterprise(&self) -> Result<(), Refusal> {
        if self.caller.speaks_for_enterprise() {
            return Ok(());
        }
        let why =
            "this is for the enterprise to do; who acts for it names it as tongban-on-behalf-of";
        Err(Refusal::NotYours(why.to_owned()))
    }

    /// One of the agencies that the catalogue names for an item acts.
    fn by_agency_of(&self, code: &str, on: Date) -> Result<(), Refusal> {
        let item = self.bench.law.catalogue.item(code, on).ok_or_else(|| no_rule(code, on))?;
        let named = std::iter::once(&item.agency).chain(&item.co_agencies);
        if named.clone().any(|agency| self.caller.agency() == Some(agency)) {
            return Ok(());
        }
        let named: Vec<_> = named.map(String::as_str).collect();
        Err(Refusal::NotYours(format!("{code} is for {} to do", named.join(" or "))))
    }
}

impl Case {
    /// The project, where one is registered and not given up.
    fn going(&self) -> Result<&Project, Refusal> {
        let project = self.registered()?;
        match project.withdrawn_on {
            None => Ok(project),
            Some(on) => Err(rule(
                "PROJECT_WITHDRAWN",
                "外商投资项目核准和备案管理办法",
                format!("the project was given up on {on}"),
                format!("项目已于{on}撤回"),
            )),
        }
    }

    /// The project, where one is registered.
    fn registered(&self) -> Result<&Project, Refusal> {
        self.project.as_deref().ok_or_else(|| Refusal::Unknown("such project".to_owned()))
    }
}

/// A refusal by a rule.
fn rule(
    reason: &'static str,
    article: impl Into<String>,
    en: impl Into<String>,
    zh: impl Into<String>,
) -> Refusal {
    Refusal::Rule {
        reason,
        article: article.into(),
        en: en.into(),
        zh: zh.into(),
        details: Vec::new(),
    }
}

fn no_rule(code: &str, on: Date) -> Refusal {
    rule(
        "ITEM_NOT_IN_FORCE",
        "行政许可法 art. 30",
        format!("{code} is not in the catalogue on {on}"),
        format!("{on}目录中没有事项{code}"),
    )
}

/// What a reason is missing from.
fn needs_reason(text: &str, field: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        return Err(Refusal::Fields(vec![desk::refuse::Violation::new(field, "is required here")]));
    }
    Ok(())
}

/// The project's facts and an instant matter, as one decision.
fn with_matter(fact: Fact, on: Date, matter: Vec<Event>) -> Vec<Event> {
    std::iter::once(fact.on(on)).chain(matter).collect()
}
