//! How often the clocks are looked at.

use super::*;
use proto::clock::v1::clock_service_server::ClockServiceServer;
use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};
use tonic::service::Routes;

/// The clock of every service, and how often it was asked.
#[derive(Clone)]
struct Told {
    settable: bool,
    asked: Arc<AtomicU32>,
}

#[tonic::async_trait]
impl ClockService for Told {
    async fn get_time(
        &self,
        _: Request<GetTimeRequest>,
    ) -> Result<Response<GetTimeResponse>, Status> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let (date, instant) = ("2022-01-04".to_owned(), "2022-01-04T01:00:00Z".to_owned());
        Ok(Response::new(GetTimeResponse { date, instant, settable: self.settable }))
    }

    async fn advance_to(
        &self,
        _: Request<AdvanceToRequest>,
    ) -> Result<Response<AdvanceToResponse>, Status> {
        Err(Status::unimplemented(""))
    }
}

#[tokio::test]
async fn clocks_that_nobody_can_set_are_not_compared_each_second() {
    for settable in [false, true] {
        let told = Told { settable, asked: Arc::default() };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let routes = Routes::new(ClockServiceServer::new(told.clone()));
        let serving = tokio::spawn(async move {
            host::serve::serve(listener, routes, &Health::default(), std::future::pending()).await
        });
        let addresses =
            Service::ALL.into_iter().map(|service| (service.name().to_owned(), address.clone()));
        let health = Health::default();
        let clocks = Clocks::new(Backends::new(&addresses.collect()).unwrap());
        let levelling = clocks.level(health.clone());
        tokio::time::sleep(4 * LOOK).await;
        assert_eq!(health.ready(), Ok(()));
        let (asked, once) = (told.asked.load(Ordering::SeqCst), Service::ALL.len() as u32);
        if settable {
            assert!(asked >= 2 * once, "{asked}");
        } else {
            assert_eq!(asked, once);
        }
        levelling.abort();
        serving.abort();
    }
}
