//! Two nodes over a real Redis, and a Redis that goes away. Redis comes from `tests/services up`.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test ends where something unexpected happens"
)]

use std::time::Duration;

use bus::{BucketKey, BucketScope, Bus, Letter, Wake};
use model::{NodeId, OsEntropy, Rate, SystemClock, TenantId};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::broadcast::Receiver,
    task::JoinSet,
};

fn node() -> NodeId {
    NodeId::mint(&SystemClock, &OsEntropy)
}

fn tenant() -> TenantId {
    TenantId::mint(&SystemClock, &OsEntropy)
}

/// Two nodes that hear each other.
async fn pair(url: &str) -> (Bus, Bus) {
    let prefix = format!("test-{}", node());
    let one = Bus::redis(url, node(), &prefix).unwrap();
    let two = Bus::redis(url, node(), &prefix).unwrap();
    for (from, to) in [(&one, &two), (&two, &one)] {
        listening(from, to).await;
    }
    (one, two)
}

/// Waits until `to` hears what `from` says.
async fn listening(from: &Bus, to: &Bus) {
    let mut heard = to.inbox();
    loop {
        let sent = from.send(to.node(), letter("knock")).await;
        if sent.unwrap_or_default() {
            break;
        }
        tokio::task::yield_now().await;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    next(&mut heard).await;
}

fn letter(body: &str) -> Letter {
    Letter {
        session: "s".to_owned(),
        binding: "b".to_owned(),
        body: body.to_owned(),
    }
}

async fn next<T: Clone>(receiver: &mut Receiver<T>) -> T {
    tokio::time::timeout(Duration::from_secs(10), receiver.recv())
        .await
        .expect("a message within ten seconds")
        .unwrap()
}

fn changed(tenant: TenantId) -> Wake {
    Wake::TenantChanged { tenant }
}

#[tokio::test]
async fn a_wake_up_reaches_every_node_once() {
    let (one, two) = pair(&tests::redis()).await;
    let (mut at_one, mut at_two) = (one.subscribe(), two.subscribe());
    let (first, second) = (changed(tenant()), changed(tenant()));
    one.publish(first.clone()).await.unwrap();
    two.publish(second.clone()).await.unwrap();
    for inbox in [&mut at_one, &mut at_two] {
        let heard = [next(inbox).await, next(inbox).await];
        assert!(
            heard.contains(&first) && heard.contains(&second),
            "{heard:?}"
        );
    }
    assert!(
        at_one.try_recv().is_err() && at_two.try_recv().is_err(),
        "not twice"
    );
}

#[tokio::test]
async fn a_letter_reaches_its_node_alone() {
    let (one, two) = pair(&tests::redis()).await;
    let (mut at_one, mut at_two) = (one.inbox(), two.inbox());
    assert!(one.send(two.node(), letter("for two")).await.unwrap());
    assert!(two.send(two.node(), letter("from myself")).await.unwrap());
    assert!(!one.send(node(), letter("for nobody")).await.unwrap());
    assert_eq!(next(&mut at_two).await.body, "for two");
    assert_eq!(next(&mut at_two).await.body, "from myself");
    assert!(at_one.try_recv().is_err());
}

#[tokio::test]
async fn records_are_shared_and_kinds_are_apart() {
    let (one, two) = pair(&tests::redis()).await;
    let minute = Duration::from_mins(1);
    one.put_record("session", "k", "v", minute).await.unwrap();
    assert_eq!(
        two.get_record("session", "k", Some(minute))
            .await
            .unwrap()
            .as_deref(),
        Some("v")
    );
    assert_eq!(two.get_record("lease", "k", None).await.unwrap(), None);
    assert!(
        !two.put_if_absent("session", "k", "w", minute)
            .await
            .unwrap()
    );
    assert!(two.delete_record("session", "k").await.unwrap());
    assert!(!one.delete_record("session", "k").await.unwrap());
    assert!(
        two.put_if_absent("session", "k", "w", minute)
            .await
            .unwrap()
    );
}

#[tokio::test]
async fn two_nodes_together_admit_one_burst() {
    let (one, two) = pair(&tests::redis()).await;
    let key = BucketKey {
        tenant: Some(tenant()),
        scope: BucketScope::Tenant,
    };
    let rate = Rate {
        burst: 20,
        per_minute: 1,
    };
    let mut calls = JoinSet::new();
    for number in 0..100 {
        let (bus, key) = (
            if number % 2 == 0 { &one } else { &two }.clone(),
            key.clone(),
        );
        calls.spawn(async move { bus.take(&key, rate, 1).await });
    }
    let verdicts = calls.join_all().await;
    assert_eq!(
        verdicts.iter().filter(|verdict| verdict.allowed).count(),
        20
    );
    let refused = verdicts.iter().find(|verdict| !verdict.allowed).unwrap();
    assert!(refused.retry_after > Duration::from_secs(50), "{refused:?}");
    let other = BucketKey {
        tenant: Some(tenant()),
        ..key
    };
    assert!(
        one.take(&other, rate, 1).await.allowed,
        "another tenant, another bucket"
    );
}

/// A way to Redis that can be cut and mended.
struct Way {
    port: u16,
    target: String,
    carrying: Option<JoinSet<()>>,
}

impl Way {
    async fn to(url: &str) -> Self {
        let target = url
            .trim_start_matches("redis://")
            .trim_end_matches('/')
            .to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let mut way = Self {
            port,
            target,
            carrying: None,
        };
        way.mend().await;
        way
    }

    async fn mend(&mut self) {
        let listener = TcpListener::bind(("127.0.0.1", self.port)).await.unwrap();
        let target = self.target.clone();
        let mut carrying = JoinSet::new();
        carrying.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((mut client, _)) = listener.accept().await {
                let mut server = TcpStream::connect(&target).await.unwrap();
                connections.spawn(async move {
                    let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
                });
            }
        });
        self.carrying = Some(carrying);
    }

    async fn cut(&mut self) {
        if let Some(mut carrying) = self.carrying.take() {
            carrying.shutdown().await;
        }
    }
}

#[tokio::test]
async fn without_redis_limits_hold_and_this_node_still_hears_itself() {
    let mut way = Way::to(&tests::redis()).await;
    let (one, two) = pair(&format!("redis://127.0.0.1:{}/", way.port)).await;
    way.cut().await;
    let mut at_one = one.subscribe();
    let wake = changed(tenant());
    assert!(one.publish(wake.clone()).await.is_err());
    assert_eq!(next(&mut at_one).await, wake);
    assert!(one.healthy().await.is_err());
    assert!(one.get_record("session", "k", None).await.is_err());
    let key = BucketKey {
        tenant: Some(tenant()),
        scope: BucketScope::Tenant,
    };
    let rate = Rate {
        burst: 5,
        per_minute: 1,
    };
    let mut admitted = 0;
    for _ in 0..50 {
        admitted += u32::from(one.take(&key, rate, 1).await.allowed);
    }
    assert_eq!(admitted, 5, "never open");

    way.mend().await;
    listening(&one, &two).await;
    let mut at_two = two.subscribe();
    let wake = changed(tenant());
    one.publish(wake.clone()).await.unwrap();
    assert_eq!(next(&mut at_two).await, wake, "subscribed again");
}

#[tokio::test]
async fn a_bus_starts_while_redis_is_away() {
    let mut way = Way::to(&tests::redis()).await;
    way.cut().await;
    let url = format!("redis://127.0.0.1:{}/", way.port);
    let bus = Bus::redis(&url, node(), "test").unwrap();
    assert!(bus.healthy().await.is_err());
    way.mend().await;
    while bus.healthy().await.is_err() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
