//! Checks of an app.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn each_single_fault_is_one_red_item_with_the_right_fix() {
    let world = World::with(demo::APP_ID, demo::APP_SECRET).await;
    let console = "https://open.feishu.cn/app";
    for app in ILL_APPS {
        let page = |name: &str| format!("{console}/{}/{name}", app.app_id);
        let waiting = Status::Waiting;
        let (missing, broken) = (Status::Missing, Status::Broken);
        let expected = match app.illness {
            Illness::None => None,
            Illness::Secret => Some((ProbeId::Credentials, broken, page("baseinfo"))),
            Illness::Brand => Some((
                ProbeId::Brand,
                broken,
                format!("https://open.larksuite.com/app/{}/baseinfo", app.app_id),
            )),
            Illness::Disabled => Some((
                ProbeId::Enabled,
                broken,
                "https://feishu.cn/admin".to_owned(),
            )),
            Illness::NotInstalled => Some((ProbeId::Enabled, missing, page("version"))),
            Illness::NeverPublished => Some((ProbeId::Published, missing, page("version"))),
            Illness::UnderReview => Some((ProbeId::Published, waiting, page("version"))),
            Illness::ScopeMissing => Some((
                ProbeId::Scopes,
                missing,
                page("auth?q=wiki%3Anode%3Acreate&token_type=user"),
            )),
            Illness::ScopeWaiting => Some((ProbeId::Scopes, waiting, page("version"))),
            Illness::RedirectMissing => Some((ProbeId::Redirect, missing, page("safe"))),
            Illness::RedirectSlash => Some((ProbeId::Redirect, broken, page("safe"))),
            Illness::Availability => Some((ProbeId::Availability, missing, page("version"))),
            Illness::NoOfflineAccess => Some((
                ProbeId::OfflineAccess,
                missing,
                page("auth?q=offline%5Faccess&token_type=user"),
            )),
            Illness::RefreshOff => Some((ProbeId::OfflineAccess, broken, page("safe"))),
            Illness::AddressList => Some((ProbeId::Network, broken, page("safe"))),
        };
        let report = world.look_at(app).await;
        let red: Vec<_> = report
            .red()
            .map(|one| (one.probe, one.status, one.link.clone().unwrap_or_default()))
            .collect();
        let expected: Vec<_> = expected.into_iter().collect();
        assert_eq!(red, expected, "{:?}: {report:#?}", app.illness);
        for finding in report.red() {
            assert!(!finding.fix.en.is_empty() && !finding.fix.zh.is_empty());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_off_is_one_red_item_too() {
    let world = World::with(demo::APP_ID, demo::APP_SECRET).await;
    world.sandbox.advance_clock(10 * 60 * 1000);
    let report = world.look_at(ill(Illness::None)).await;
    let red: Vec<_> = report.red().map(|one| one.probe).collect();
    assert_eq!(red, [ProbeId::Clock], "{report:#?}");
}

/// Every selection of capabilities against an app that has nothing.
#[tokio::test(flavor = "multi_thread")]
async fn the_import_never_names_a_scope_that_the_console_refuses() {
    let world = World::with(demo::APP_ID, demo::APP_SECRET).await;
    let app = ill(Illness::None);
    world.sandbox.change_app(app.app_id, |app| {
        app.user_scopes.clear();
        app.tenant_scopes.clear();
    });
    let candidate = Candidate {
        brand: Brand::Feishu,
        app_id: app.app_id.to_owned(),
        secret: Secret::new(app.secret),
    };
    for selection in 0_u32..1 << Capability::ALL.len() {
        let chosen: Vec<Capability> = Capability::ALL
            .into_iter()
            .enumerate()
            .filter(|(index, _)| selection & (1 << index) != 0)
            .map(|(_, capability)| capability)
            .collect();
        let mut entry = TenantEntry::clone(&world.entry);
        entry.rules.capabilities.clone_from(&chosen);
        let report = world
            .care
            .look(&entry, &candidate, &Standing::default())
            .await;
        let wanted = Capability::scopes_of(&chosen);
        for name in &wanted {
            assert!(!REFUSED_BY_CONSOLE.contains(&name.as_str()), "{name}");
        }
        let text = import_json(&report).unwrap();
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        let user: Vec<&str> = value["scopes"]["user"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|name| name.as_str())
            .collect();
        // `offline_access` may hide from an app that may not read its own settings.
        let expected: Vec<&str> = wanted
            .iter()
            .map(String::as_str)
            .filter(|name| *name != "offline_access")
            .collect();
        assert_eq!(user, expected, "{chosen:?}");
        let own = report.scopes_in(ScopeState::Missing, TokenType::Tenant);
        assert_eq!(own.count(), 1 + crate::directory::SCOPES.len());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_is_kept_with_its_steps_and_clears_when_green() {
    let app = ill(Illness::ScopeMissing);
    let world = World::with(app.app_id, app.secret).await;
    let first = world.care.check(&world.entry).await.unwrap();
    assert!(first.red_since.is_some());
    assert_eq!(
        world.care.latest(world.entry.tenant.id).await.unwrap(),
        Some(first)
    );
    // Feishu being away neither clears nor raises anything.
    world
        .sandbox
        .add_fault(sandbox::Fault::new("*", sandbox::FaultKind::DropBefore));
    let blind = world.care.check(&world.entry).await.unwrap();
    assert!(!blind.report.heard());
    let kept = world.care.latest(world.entry.tenant.id).await.unwrap();
    assert!(kept.unwrap().red_since.is_some());
    world.sandbox.clear_faults();

    let steps = async || {
        let tx = world.store.scope(&world.operator()).read().await.unwrap();
        let reached = tx.onboarding().reached().await.unwrap();
        reached
            .into_iter()
            .map(|(step, _)| step)
            .collect::<Vec<_>>()
    };
    assert!(!steps().await.contains(&Milestone::Scopes));
    world.sandbox.change_app(app.app_id, |app| {
        app.user_scopes.insert("wiki:node:create".to_owned());
    });
    let mended = world.care.check(&world.entry).await.unwrap();
    assert_eq!(mended.red_since, None, "{:#?}", mended.report);
    assert!(steps().await.contains(&Milestone::Scopes));
    assert!(steps().await.contains(&Milestone::Redirect));
}

#[tokio::test(flavor = "multi_thread")]
async fn looks_of_one_tenant_have_a_pace() {
    let world = World::with(demo::APP_ID, demo::APP_SECRET).await;
    let mut refused = 0;
    for _ in 0..20 {
        let outcome = world.care.check_now(&world.entry).await;
        refused += u32::from(matches!(outcome, Err(CareError::TooOften)));
    }
    assert!(refused >= 5, "a stranger could try secrets through us");
}
