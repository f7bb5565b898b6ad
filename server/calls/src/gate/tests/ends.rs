//! Ends that nobody planned: each is recorded once, and none gives a result without its record.

use std::time::Duration;

use model::{Access, EntryKind, Locale, Outcome};
use tokio::time::timeout;
use tools::ErrorKind;

use super::{
    probe::{impatient, probing, told},
    recorded,
};
use crate::testing::World;

/// Everything that a call needs is cached after one: what follows waits for nothing but the record.
async fn warm(world: &World, gate: &crate::Gate) {
    let (request, _runs) = told("reads", "nothing");
    let reply = gate.call(&world.principal(Access::Read), request).await;
    assert!(reply.result.is_ok(), "{:?}", reply.result);
    // The note of the grant's use is written behind the call.
    for _ in 0..5 {
        tokio::time::sleep(Duration::from_millis(10)).await;
        drop(writing(world).await);
    }
}

/// Takes the only writing connection: until it is dropped nothing can be recorded.
async fn writing(world: &World) -> store::TenantTx {
    let scope = world.store.scope(&world.principal(Access::Read));
    scope.write().await.unwrap()
}

#[tokio::test]
async fn a_result_that_cannot_be_recorded_is_withheld() {
    let world = World::new().await;
    let gate = probing(&world);
    warm(&world, &gate).await;
    let (request, mut runs) = told("reads", "linger");
    let reader = world.principal(Access::Read);
    let caller = {
        let gate = gate.clone();
        tokio::spawn(async move { gate.call(&reader, request).await })
    };
    runs.recv().await.unwrap();
    let outage = writing(&world).await;
    // The attempts to record it pass at once.
    tokio::time::pause();
    let reply = caller.await.unwrap();
    tokio::time::resume();
    let error = reply.result.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Internal);
    assert!(error.message.contains("withheld"), "{}", error.message);
    assert!(error.hint.unwrap().contains("look before you repeat it"));
    assert_eq!(reply.outcome, Outcome::Failed);

    drop(outage);
    let (request, _runs) = told("reads", "nothing");
    let next = gate.call(&world.principal(Access::Read), request).await;
    assert!(next.result.is_ok(), "{:?}", next.result);
    let before_and_after = [(EntryKind::Call, Outcome::Ok); 2];
    assert_eq!(recorded(&world).await, before_and_after);
}

#[tokio::test]
async fn a_write_whose_intent_cannot_be_recorded_never_runs() {
    let world = World::new().await;
    let gate = probing(&world);
    warm(&world, &gate).await;
    let outage = writing(&world).await;
    tokio::time::pause();
    let (request, mut runs) = told("writes", "nothing");
    let writer = world.speaking(Locale::Zh, Access::Write);
    let reply = gate.call(&writer, request).await;
    tokio::time::resume();
    assert!(runs.try_recv().is_err(), "the tool ran");
    let error = reply.result.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Internal);
    assert!(error.message.contains("无法记录"), "{}", error.message);

    drop(outage);
    let (request, mut runs) = told("writes", "nothing");
    let next = gate.call(&writer, request).await;
    assert!(next.result.is_ok(), "{:?}", next.result);
    assert!(runs.try_recv().is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tool_that_panics_is_recorded_and_the_next_call_works() {
    let world = World::new().await;
    let gate = probing(&world);
    let reader = world.principal(Access::Read);
    let (request, _runs) = told("reads", "panic");
    let reply = gate.call(&reader, request).await;
    let error = reply.result.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Internal);
    assert!(!error.message.contains("as it was told"), "nothing is told");
    let (request, _runs) = told("reads", "nothing");
    assert!(gate.call(&reader, request).await.result.is_ok());
    let expected = [
        (EntryKind::Call, Outcome::Failed),
        (EntryKind::Call, Outcome::Ok),
    ];
    assert_eq!(recorded(&world).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_beyond_its_deadline_is_stopped_and_recorded() {
    let world = World::new().await;
    let gate = impatient(&world, Duration::from_millis(50));
    for (locale, said, hint) in [
        (Locale::En, "stopped after", "look before you repeat it"),
        (Locale::Zh, "已停止", "重试前请先检查"),
    ] {
        let (request, _runs) = told("writes", "hang");
        let writer = world.speaking(locale, Access::Write);
        let error = gate.call(&writer, request).await.result.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Upstream);
        assert!(error.message.contains(said), "{}", error.message);
        assert!(error.hint.unwrap().contains(hint));
    }
    let one = [
        (EntryKind::Intent, Outcome::Pending),
        (EntryKind::Call, Outcome::Upstream),
    ];
    assert_eq!(recorded(&world).await, [one, one].concat());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_call_is_recorded_exactly_once() {
    let world = World::new().await;
    let gate = probing(&world);
    let (request, mut runs) = told("reads", "hang");
    let cancel = request.cancel.clone();
    let reader = world.principal(Access::Read);
    let (reply, ()) = tokio::join!(gate.call(&reader, request), async {
        runs.recv().await.unwrap();
        cancel.cancel();
        cancel.cancel();
    });
    assert_eq!(reply.outcome, Outcome::Cancelled);
    assert_eq!(reply.result.unwrap_err().kind, ErrorKind::Cancelled);
    let once = [(EntryKind::Call, Outcome::Cancelled)];
    assert_eq!(recorded(&world).await, once);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_vanishes_leaves_its_record_behind_exactly_once() {
    let world = World::new().await;
    let gate = probing(&world);
    let reader = world.principal(Access::Read);
    let (request, mut runs) = told("reads", "hang");
    let cancel = request.cancel.clone();
    let gone = timeout(Duration::from_millis(300), gate.call(&reader, request)).await;
    assert!(gone.is_err(), "the call is still under way");
    runs.recv().await.unwrap();
    assert_eq!(recorded(&world).await, [], "it has not ended");
    cancel.cancel();
    let once = [(EntryKind::Call, Outcome::Cancelled)];
    for _ in 0..200 {
        if !recorded(&world).await.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(recorded(&world).await, once);
    // Nothing follows.
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(recorded(&world).await, once);
}
