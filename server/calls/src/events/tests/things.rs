//! Events about documents, sheets and bases.

use store::TenantTx;

use super::*;

/// Notes what it keeps, and how often it was told that it is kept.
#[derive(Default)]
struct Noting {
    kept: Mutex<Vec<ThingChanged>>,
    told: Mutex<u32>,
    fails: Mutex<bool>,
}

impl Follower for Noting {
    fn keep<'a>(
        &'a self,
        tx: &'a TenantTx,
        change: &'a ThingChanged,
    ) -> futures::future::BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            // In the transaction: whatever is kept goes with it.
            assert_eq!(tx.tenant(), change.tenant);
            if *self.fails.lock() {
                return Err(StoreError::UnknownTenant);
            }
            self.kept.lock().push(change.clone());
            Ok(())
        })
    }

    fn kept(&self, _: &ThingChanged) {
        *self.told.lock() += 1;
    }
}

fn edit() -> Value {
    json!({ "file_type": "docx", "file_token": "doxA",
        "operator_id_list": [{ "open_id": "ou_1" }], "title": "confidential" })
}

fn wakes(desk: &Desk, all: &mut tokio::sync::broadcast::Receiver<Wake>) -> usize {
    let mut count = 0;
    while let Ok(wake) = all.try_recv() {
        let tenant = desk.world.tenant.id;
        let token = "doxA".to_owned();
        count += usize::from(wake == Wake::ThingChanged { tenant, token });
    }
    count
}

async fn a_change_of_a_thing_is_kept_once_by_who_follows(on: On) {
    let desk = Desk::on(on).await;
    let noting = Arc::new(Noting::default());
    desk.care.follow(Arc::clone(&noting) as _);
    let mut heard = desk.world.bus.subscribe();
    for _ in 0..3 {
        let done = desk.receive("e1", "drive.file.edit_v1", &edit(), NOW).await;
        assert_eq!(done.unwrap(), Taken::Event);
    }
    desk.quiet().await;
    {
        let kept = noting.kept.lock();
        let [change] = kept.as_slice() else {
            panic!("{kept:?}")
        };
        assert_eq!(change.event, "e1");
        assert_eq!(change.thing.token, "doxA");
        assert_eq!(change.thing.by, ["ou_1"]);
        assert_eq!(*noting.told.lock(), 1);
    }
    assert_eq!(wakes(&desk, &mut heard), 1);
    assert_eq!(desk.waiting().await, 0);
    let state = desk.state().await;
    assert_eq!((state.received, state.ignored), (1, 0));
}

async fn what_a_follower_could_not_keep_waits_for_the_jobs(on: On) {
    let desk = Desk::on(on).await;
    let noting = Arc::new(Noting::default());
    desk.care.follow(Arc::clone(&noting) as _);
    *noting.fails.lock() = true;
    let mut heard = desk.world.bus.subscribe();
    let kind = "drive.file.edit_v1";
    desk.receive("e1", kind, &edit(), NOW).await.unwrap();
    desk.quiet().await;
    assert!(wakes(&desk, &mut heard) >= 1, "clients are told at once");
    assert_eq!(*noting.told.lock(), 0);
    *noting.fails.lock() = false;
    // Another replica takes it up once the lease is over.
    let tx = desk.world.write().await;
    let now = tx.now();
    tx.events().put_off("e1", now - BOUND).await.unwrap();
    tx.commit().await.unwrap();
    let other = desk.world.events(options());
    other.follow(Arc::clone(&noting) as _);
    let tenant = desk.world.tenant.id;
    let (one, two) = futures::join!(desk.care.round(tenant), other.round(tenant));
    one.and(two).unwrap();
    assert_eq!((noting.kept.lock().len(), *noting.told.lock()), (1, 1));
    assert_eq!(desk.waiting().await, 0);
}

::tests::on_both! {
    a_change_of_a_thing_is_kept_once_by_who_follows,
    what_a_follower_could_not_keep_waits_for_the_jobs,
}
