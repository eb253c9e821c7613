//! Derives a due date again from nothing but an explanation, and believes no line of it unchecked.

use jiff::{ToSpan, civil::Date};
use proto::status::v1::{ExplainDeadlineResponse, ExplainedDay};
use proto::r#type::v1::{Limit, Unit};

type Checked<T> = Result<T, String>;

/// The due date that follows from the explanation, empty while the clock stands; or what is wrong with it.
pub(super) fn derive(explained: &ExplainDeadlineResponse) -> Checked<String> {
    let deadline = explained.deadline.as_ref().ok_or("no deadline")?;
    let start = date(&deadline.started_on)?;
    let Some((first, days)) = explained.days.split_first() else {
        let stands = explained.stops.iter().any(|s| s.until.is_empty() && !s.notice.is_empty());
        let none = deadline.due_on.is_empty().then(String::new);
        return none.filter(|_| stands).ok_or("no days, and nothing stops".to_owned());
    };
    if date(&first.date)? != start || first.counted || !first.citation.contains("art. 201") {
        return Err("the day of the start is not counted".to_owned());
    }
    let mut walk = Walk { explained, days: days.iter(), at: start };
    let mut ends_on_rest_day = false;
    let extension = explained.extension.as_ref();
    let legs = [(deadline.limit, "day ", deadline.citation.as_str())].into_iter();
    let legs = legs.chain(extension.map(|e| (e.by, "extension, day ", e.article.as_str())));
    for (limit, lead, citation) in legs {
        let limit = limit.ok_or("a limit is missing")?;
        let needed = units(walk.at, limit)?;
        for nth in 1..=needed {
            let day = walk.next_that_counts(limit.unit())?;
            let said = day.reason.starts_with(&format!("{lead}{nth} of {needed}"));
            if !said || !day.citation.starts_with(citation) {
                return Err(format!("{}: not {lead}{nth} of {needed} by {citation}", day.date));
            }
            ends_on_rest_day = day.reason.contains("the limit ends on a rest day");
        }
    }
    while ends_on_rest_day {
        let day = walk.next()?;
        ends_on_rest_day = day.reason.starts_with("rest day");
        let moved = day.reason.contains("working day") && day.citation.contains("art. 203");
        if day.counted || !(ends_on_rest_day || moved) {
            return Err(format!("{}: neither a rest day nor the working day after it", day.date));
        }
    }
    let due = walk.at.to_string();
    let is_over = walk.days.len() == 0 && due == deadline.due_on;
    if is_over { Ok(due) } else { Err(format!("{due} is not {}", deadline.due_on)) }
}

struct Walk<'a> {
    explained: &'a ExplainDeadlineResponse,
    days: std::slice::Iter<'a, ExplainedDay>,
    at: Date,
}

impl<'a> Walk<'a> {
    fn next(&mut self) -> Checked<&'a ExplainedDay> {
        let day = self.days.next().ok_or("the days end too early")?;
        self.at += 1.day();
        let weekday = format!("{:?}", self.at.weekday());
        let other = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(' ');
        let misnamed = other.filter(|name| *name != weekday).any(|name| day.reason.contains(name));
        let ruled = !day.reason.starts_with("rest day") || day.citation.contains('国');
        let good = date(&day.date)? == self.at && !misnamed && ruled && !day.citation.is_empty();
        if good { Ok(day) } else { Err(format!("{}: not {}, by a rule", day.date, self.at)) }
    }

    fn next_that_counts(&mut self, unit: Unit) -> Checked<&'a ExplainedDay> {
        loop {
            let day = self.next()?;
            let rests = unit == Unit::WorkingDay && day.reason.starts_with("rest day");
            let stopped = self.is_stopped();
            if stopped != day.reason.starts_with("stopped") || day.counted == (stopped || rests) {
                return Err(format!("{}: against its reason", day.date));
            }
            let works = unit != Unit::WorkingDay || day.reason.contains("working day");
            if day.counted {
                return works.then_some(day).ok_or(format!("{}: no working day", day.date));
            }
        }
    }

    fn is_stopped(&self) -> bool {
        let mut stops = self.explained.stops.iter().filter(|stop| !stop.notice.is_empty());
        let at = self.at.to_string();
        stops.any(|stop| stop.from < at && (stop.until.is_empty() || stop.until >= at))
    }
}

fn units(after: Date, limit: Limit) -> Checked<i64> {
    let n = i64::from(limit.n);
    let months = if limit.unit() == Unit::Month { n } else { return Ok(n) };
    let end = after.checked_add(months.months()).map_err(|e| e.to_string())?;
    Ok(end.duration_since(after).as_hours() / 24)
}

fn date(text: &str) -> Checked<Date> {
    text.parse().map_err(|_| format!("`{text}` is no date"))
}
