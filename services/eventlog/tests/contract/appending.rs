//! What an append promises.

use eventlog::{AppendError, Appended};

use crate::world::{World, command, committed, reserving};

#[tokio::test]
async fn what_was_appended_is_read_back_as_it_was() {
    for world in World::both().await {
        let log = world.open().await;
        let answer =
            committed(log.append(reserving(command("k1", "case/1", 0), &["A"])).await.unwrap());
        assert_eq!((answer.first_position, answer.last_position, answer.version), (1, 1, 1));
        let event = &log.read(0, 10).await.unwrap()[0];
        assert_eq!(
            (event.stream.as_str(), event.kind.as_str(), event.actor.as_str()),
            ("case/1", "accepted", "王")
        );
        assert_eq!(event.payload, b"k1");
        assert_eq!(log.stream("case/1", 0).await.unwrap(), log.read(0, 10).await.unwrap());
        assert_eq!(log.head().await.unwrap().hash, event.hash);
        assert_eq!(log.verify(None).await.unwrap().head, log.head().await.unwrap());
        assert_eq!(
            log.append(command("k1", "case/1", 0)).await.unwrap(),
            Appended::Repeated(answer)
        );
        let other = log.append(command("k2", "case/1", 0)).await;
        assert_eq!(other, Err(AppendError::Conflict { actual: 1 }));
        log.close().await;
    }
}
