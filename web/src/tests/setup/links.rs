//! Links that hand a step over to somebody else.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_link_serves_one_browser_one_purpose_and_a_quarter_of_an_hour() {
    let (world, _sandbox, ann) = fresh().await;
    let made = world.submit(&format!("{SETUP}/handover"), &ann, "").await;
    assert_eq!(made.status, StatusCode::OK);
    let path = link(&made.body);

    // A preview binds nothing and tells nothing about the app.
    let closed = world.look(&path, "").await;
    assert_eq!(closed.status, StatusCode::OK);
    assert!(closed.body.contains("id=\"open-handover\""));
    assert!(!closed.body.contains("save-app"));
    let opened = world.post_with(&path, "", "").await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER);
    let cookie = opened.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("Secure"));
    let cookie = cookie.split(';').next().unwrap().to_owned();

    // Whoever comes second, with the right address or a cookie of its own, finds nothing.
    let foreign = Token::mint(TokenKind::Browser, world.entropy.as_ref());
    let name = cookie.split('=').next().unwrap();
    let other = format!("{name}={}", foreign.expose());
    for second in ["", other.as_str(), ann.cookie.as_str()] {
        assert_eq!(world.look(&path, second).await.status, StatusCode::GONE);
        let again = world.post_with(&path, second, "").await;
        assert_eq!(again.status, StatusCode::GONE);
    }
    let inside = world.look(&path, &cookie).await;
    assert!(inside.body.contains("save-app"));
    let csrf = inside.csrf();
    let enter = format!("{path}/app");
    let right = credentials(demo::APP_ID, demo::APP_SECRET);
    for wrong in ["", "csrf=", "csrf=x"] {
        let form = format!("{wrong}&{right}");
        let refused = world.post_with(&enter, &cookie, &form).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{wrong}");
    }
    let form = format!("csrf={csrf}&{right}");
    let saved = world.post_with(&enter, &cookie, &form).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let inside = world.look(saved.location(), &cookie).await;
    assert!(inside.body.contains("Feishu accepts the credentials."));
    assert!(!inside.body.contains(demo::APP_SECRET));
    // Another app is not its holder's to choose.
    let well = &ILL_APPS[0];
    let form = format!("csrf={csrf}&{}", credentials(well.app_id, well.secret));
    let refused = world.post_with(&enter, &cookie, &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let checked = world
        .post_with(&format!("{path}/check"), &cookie, &format!("csrf={csrf}"))
        .await;
    assert_eq!(checked.location(), format!("{path}?done=checked"));

    // The cookie opens nothing else.
    for door in [
        "/console/t/fresh-fields",
        SETUP,
        "/console",
        "/t/fresh-fields/connections",
    ] {
        let away = world.look(door, &cookie).await;
        assert_eq!(away.status, StatusCode::SEE_OTHER, "{door}");
        assert!(away.location().contains("sign-in"), "{door}");
    }
    let actions: Vec<String> = world
        .acts()
        .await
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(
        actions,
        [
            "tenant.create",
            "handover.make",
            "handover.open",
            "app.set_up"
        ]
    );

    world.clock.advance(Duration::from_mins(15));
    assert_eq!(world.look(&path, &cookie).await.status, StatusCode::GONE);
    let form = format!("csrf={csrf}");
    let late = world
        .post_with(&format!("{path}/check"), &cookie, &form)
        .await;
    assert_eq!(late.status, StatusCode::GONE);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_link_and_one_for_something_else_open_nothing() {
    let (world, _sandbox, ann) = fresh().await;
    let made = world.submit(&format!("{SETUP}/handover"), &ann, "").await;
    let first = link(&made.body);
    let made = world.submit(&format!("{SETUP}/handover"), &ann, "").await;
    let second = link(&made.body);
    assert_eq!(world.look(&first, "").await.status, StatusCode::GONE);
    assert_eq!(world.look(&second, "").await.status, StatusCode::OK);
    world
        .submit(&format!("{SETUP}/handover/end"), &ann, "")
        .await;
    assert_eq!(world.look(&second, "").await.status, StatusCode::GONE);
    // A link that was made for another thing.
    let operator = Principal::platform(world.acme.id, Purpose::Operator);
    let entry = world.store.directory().by_id(world.acme.id).await.unwrap();
    let permit = authorize::<ManageTenant>(&entry.unwrap().rules, &operator, &()).unwrap();
    let token = Token::mint(TokenKind::Link, world.entropy.as_ref());
    let tx = world.store.scope(&operator).write().await.unwrap();
    let until = tx.now() + Duration::from_mins(15);
    let hash = token.hash();
    let links = tx.handovers();
    links
        .make(&permit, &hash, "erase", "Ann", until)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let path = format!("/handover/{}", token.expose());
    assert_eq!(world.look(&path, "").await.status, StatusCode::GONE);
    // A token of another kind in the same place.
    let other = Token::mint(TokenKind::PageSession, world.entropy.as_ref());
    let path = format!("/handover/{}", other.expose());
    assert_eq!(world.look(&path, "").await.status, StatusCode::GONE);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signed_in_at_feishu_becomes_the_first_administrator_and_nobody_after() {
    let (world, _sandbox, ann) = fresh().await;
    let slug = "fresh-fields".parse().unwrap();
    let entry = world
        .store
        .directory()
        .by_slug(&slug)
        .await
        .unwrap()
        .unwrap();
    let lin = world.person(&entry.tenant, "Lin").await;
    let both = format!("{}; {}", ann.cookie, lin.cookie);
    let page = world.look(&format!("{SETUP}?step=sign-in"), &both).await;
    let offer = "Make <bdi>Lin</bdi> the Feishu administrator";
    assert!(page.body.contains(offer), "{}", page.body);
    let form = format!("csrf={}", page.csrf());
    // Without the member's own session nobody is made.
    world
        .post_with(&format!("{SETUP}/admin"), &ann.cookie, &form)
        .await;
    let admins = async || {
        let operator = Principal::platform(entry.tenant.id, Purpose::Operator);
        let tx = world.store.scope(&operator).read().await.unwrap();
        tx.members()
            .first_admin()
            .await
            .unwrap()
            .map(|one| one.name)
    };
    assert_eq!(admins().await, None);
    world
        .post_with(&format!("{SETUP}/admin"), &both, &form)
        .await;
    assert_eq!(admins().await.as_deref(), Some("Lin"));
    let eve = world.person(&entry.tenant, "Eve").await;
    let both = format!("{}; {}", ann.cookie, eve.cookie);
    world
        .post_with(&format!("{SETUP}/admin"), &both, &form)
        .await;
    let operator = Principal::platform(entry.tenant.id, Purpose::Operator);
    let tx = world.store.scope(&operator).read().await.unwrap();
    let known = tx.members().get(eve.member.id).await.unwrap().unwrap();
    assert!(!known.roles.has(Role::Admin));
}

/// The path of the link that a page shows.
fn link(body: &str) -> String {
    let rest = body.split("id=\"handover-link\"").nth(1).unwrap();
    let rest = rest.split("https://mcp.example.com").nth(1).unwrap();
    rest.split('<').next().unwrap().to_owned()
}
