//! Tokens that a process could only put aside are stored by the next one.

use std::path::Path;

use model::{CallId, FeishuGrantState};
use sandbox::{Fault, FaultKind};

use super::*;

fn files(folder: &Path) -> usize {
    let kind = |name: &Path| name.extension().is_some_and(|kind| kind == "json");
    std::fs::read_dir(folder).map_or(0, |found| {
        found.flatten().filter(|file| kind(&file.path())).count()
    })
}

async fn until(what: &str, mut reached: impl AsyncFnMut() -> bool) {
    for _ in 0..1_500 {
        if reached().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{what} did not happen");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_dead_process_put_aside_comes_home() {
    let world = World::new().await;
    let acme = world.acme().await;
    let member = world.member(&acme, demo::APP_SECRET, demo::END_USER).await;
    world.clock.advance(DAY * 6);
    let unique = CallId::mint(&*world.clock, &OsEntropy);
    let spool = std::env::temp_dir().join(format!("feishu-mcp-recover-{unique}"));
    let slow = Fault {
        delay_ms: 300,
        ..Fault::new("*/oauth/token", FaultKind::Delay)
    };
    world.sandbox.add_fault(slow);

    // A process of its own: it dies with all that it still wants to do.
    let process = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let dying = {
        let _inside = process.enter();
        world.node(Some(spool.clone()))
    };
    process.spawn(async move { crate::refresh::round(&dying).await });
    until("the attempt", async || {
        world.grant(&acme, member).await.lease.is_some()
    })
    .await;
    // The database is away when Feishu answers, until after the process has died.
    let outage = world.write(acme.id).await;
    until("the spool", async || files(&spool) == 1).await;
    process.shutdown_background();
    drop(outage);
    assert_eq!(world.grant(&acme, member).await.version, 1);

    let before = world.asked();
    crate::recover::round(&world.node(Some(spool.clone()))).await;
    let grant = world.grant(&acme, member).await;
    assert_eq!((grant.version, grant.state), (2, FeishuGrantState::Valid));
    assert_eq!(files(&spool), 0);
    assert_eq!(world.asked(), before, "Feishu was not asked again");
    std::fs::remove_dir_all(spool).unwrap();
}
