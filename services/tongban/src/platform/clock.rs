//! The platform's clock as a service, and what the passing of time brings.

use desk::{refuse, service::Desk};
use host::time::{CannotMove, Timekeeper};
use proto::clock::v1::{
    AdvanceToRequest, AdvanceToResponse, GetTimeRequest, GetTimeResponse,
    clock_service_server::ClockService,
};
use refuse::{Refusal, Violation};
use std::time::Duration;
use tokio::task::JoinHandle;
use tonic::{Request, Response, Status};

/// How often the date is looked at on the machine's own clock.
const LOOK: Duration = Duration::from_secs(60);

/// The clock with the desk whose matters wait for it.
#[derive(Clone)]
pub(super) struct Clock {
    time: Timekeeper,
    desk: Desk,
}

impl Clock {
    pub(super) fn new(time: Timekeeper, desk: Desk) -> Self {
        Self { time, desk }
    }

    /// Does, for as long as the process runs, what each new day brings. The start of the process counts as
    /// a new day: whatever became due while nothing ran is done then.
    pub(super) fn keep_up(self) -> JoinHandle<()> {
        tokio::spawn(async move {
            let mut done = None;
            loop {
                let today = self.time.today();
                if done != Some(today) {
                    match self.desk.pass_day().await {
                        Ok(_) => done = Some(today),
                        Err(status) => {
                            tracing::warn!(%status, %today, "the day's work is not done yet, trying again")
                        }
                    }
                }
                tokio::time::sleep(LOOK).await;
            }
        })
    }
}

#[tonic::async_trait]
impl ClockService for Clock {
    async fn get_time(
        &self,
        _: Request<GetTimeRequest>,
    ) -> Result<Response<GetTimeResponse>, Status> {
        let (date, instant) = (self.time.today().to_string(), self.time.now().to_string());
        Ok(Response::new(GetTimeResponse { date, instant, settable: self.time.is_settable() }))
    }

    async fn advance_to(
        &self,
        request: Request<AdvanceToRequest>,
    ) -> Result<Response<AdvanceToResponse>, Status> {
        let date = request.into_inner().date;
        let wanted =
            date.parse().ok().filter(|parsed: &jiff::civil::Date| parsed.to_string() == date);
        let wanted = wanted.ok_or_else(|| {
            refuse::fields(vec![Violation::new("date", "write a date as YYYY-MM-DD")])
        })?;
        self.time.advance_to(wanted).map_err(cannot_move)?;
        let silent_matters = self.desk.pass_day().await?;
        Ok(Response::new(AdvanceToResponse { date, silent_matters }))
    }
}

fn cannot_move(why: CannotMove) -> Status {
    let (reason, zh) = match why {
        CannotMove::NotSettable => ("CLOCK_NOT_SETTABLE", "平台使用机器时钟，不能调整日期"),
        CannotMove::TooFar { .. } => ("CLOCK_TOO_FAR", "日期超出平台时钟的范围"),
        CannotMove::Backward { .. } => ("CLOCK_BACKWARD", "平台日期不能倒退"),
    };
    Refusal::Rule {
        reason,
        article: "平台约定 ClockService".to_owned(),
        en: why.to_string(),
        zh: zh.to_owned(),
        details: Vec::new(),
    }
    .into()
}
