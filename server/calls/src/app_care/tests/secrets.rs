//! Credentials that are taken, changed and kept apart.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn the_secret_never_goes_to_the_other_brand() {
    let world = World::with(demo::APP_ID, demo::APP_SECRET).await;
    let report = world.look_at(ill(Illness::Brand)).await;
    assert_eq!(report.status(ProbeId::Brand), Status::Broken);
    let (path, asked) = ("/open-apis/auth/v3/tenant_access_token/internal", 2);
    let requests = world.sandbox.latest_requests(50);
    let seen = requests.iter().filter(|(_, at, _)| at == path).count();
    assert_eq!(seen, asked, "once at each brand");
    // The other brand knows the app; with the real secret it would have given a token.
    assert_eq!(report.region, Region::Feishu);
    assert_eq!(report.status(ProbeId::Credentials), Status::Unknown);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_is_not_taken_and_another_app_neither() {
    let world = World::with(demo::APP_ID, demo::APP_SECRET).await;
    let scope = world.store.scope(&world.operator());
    let (permit, record) = (world.permit(), world.record("app.rotate"));
    let act = Act {
        scope: &scope,
        permit: &permit,
        record: &record,
    };
    let wrong = world.care.rotate(&world.entry, Secret::new("wrong"), &act);
    let Err(RotationFault::Refused(report)) = wrong.await else {
        panic!("a wrong secret was taken");
    };
    assert_eq!(report.status(ProbeId::Credentials), Status::Broken);
    let app = Candidate {
        brand: Brand::Feishu,
        app_id: ill(Illness::None).app_id.to_owned(),
        secret: Secret::new(ill(Illness::None).secret),
    };
    let other = world.care.enter(&world.entry, &app, &act).await;
    assert!(matches!(other, Err(RotationFault::OtherApp)), "{other:?}");
    let none = world.care.roll_back(&world.entry, &act).await;
    assert!(matches!(none, Err(RotationFault::NothingBefore)));
    let kept = scope.read().await.unwrap().app().secret().await.unwrap();
    assert_eq!(kept.expose(), demo::APP_SECRET);
}

/// People call without a pause, their tokens are taken from them again and again, and the
/// secret changes at Feishu a while before it is entered here.
#[tokio::test(flavor = "multi_thread")]
async fn calls_go_on_while_the_secret_changes() {
    const PEOPLE: [&str; 3] = [demo::ADMIN, demo::DEVELOPER, demo::END_USER];
    let world = World::with(demo::APP_ID, demo::APP_SECRET).await;
    let mut people = Vec::new();
    for user in PEOPLE {
        people.push(world.sign_in(user, demo::APP_SECRET).await);
    }
    let stop = std::sync::atomic::AtomicBool::new(false);
    let stopped = || stop.load(std::sync::atomic::Ordering::SeqCst);
    let calling = join_all(people.iter().map(async |principal| {
        let (mut good, mut bad) = (0_u32, Vec::new());
        while !stopped() {
            match world.call(principal).await {
                Ok(()) => good += 1,
                Err(error) => bad.push(error),
            }
        }
        (good, bad)
    }));
    let expiring = async {
        while !stopped() {
            world.sandbox.expire_tokens(&TokenFilter {
                kind: Some("access".to_owned()),
                ..TokenFilter::default()
            });
            tokio::time::sleep(Duration::from_millis(400)).await;
        }
    };
    let changing = async {
        let scope = world.store.scope(&world.operator());
        let permit = world.permit();
        let pause = || tokio::time::sleep(Duration::from_millis(700));
        for secret in ["second secret", "third secret"] {
            pause().await;
            let record = world.record("app.secret.announce");
            let act = Act {
                scope: &scope,
                permit: &permit,
                record: &record,
            };
            world.care.announce_secret(&act).await.unwrap();
            world
                .sandbox
                .change_app(demo::APP_ID, |app| secret.clone_into(&mut app.secret));
            // The administrator copies and pastes.
            pause().await;
            let record = world.record("app.secret.change");
            let act = Act {
                record: &record,
                scope: &scope,
                permit: &permit,
            };
            let changed = world.care.rotate(&world.entry, Secret::new(secret), &act);
            changed.await.unwrap();
        }
        pause().await;
        stop.store(true, std::sync::atomic::Ordering::SeqCst);
    };
    let (calls, (), ()) = tokio::join!(calling, expiring, changing);
    let good: u32 = calls.iter().map(|(good, _)| good).sum();
    for (_, bad) in &calls {
        assert_eq!(*bad, Vec::<String>::new());
    }
    assert!(good > 30, "{good} calls");
    assert!(world.sandbox.calls_of("authen.v2.oauth.token") > 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_app_ends_the_grants_of_the_one_before() {
    let world = World::with(demo::APP_ID, demo::APP_SECRET).await;
    let ann = world.sign_in(demo::END_USER, demo::APP_SECRET).await;
    assert_eq!(world.call(&ann).await, Ok(()));
    let scope = world.store.scope(&world.operator());
    let permit: Permit<ReplaceApp> = authorize(&world.entry.rules, &world.operator(), &()).unwrap();
    let record = world.record("app.replace");
    let act = Act {
        scope: &scope,
        permit: &permit,
        record: &record,
    };
    let app = ill(Illness::None);
    let candidate = Candidate {
        brand: Brand::Feishu,
        app_id: app.app_id.to_owned(),
        secret: Secret::new(app.secret),
    };
    world
        .care
        .replace(&world.entry, &candidate, &act)
        .await
        .unwrap();
    let directory = world.store.directory();
    let entry = directory
        .by_id(world.entry.tenant.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(entry.tenant.app_id, app.app_id);
    tokio::time::sleep(Duration::from_millis(50)).await;
    let after = world.call(&ann).await;
    assert!(after.unwrap_err().contains("SignInNeeded"));
}
