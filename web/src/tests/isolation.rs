//! What others may not do.

use http::StatusCode;

use super::World;

#[tokio::test]
async fn another_members_connection_does_not_exist() {
    let world = World::new().await;
    let lin = world.person(&world.acme, "Lin").await;
    let wang = world.person(&world.acme, "Wang").await;
    let grant = world.grant(&world.acme, &lin, "Cursor").await;
    let form = format!("csrf={}", world.csrf(&world.acme, &wang).await);
    let page = world.get("/t/acme/connections", Some(&wang)).await;
    assert!(!page.body.contains("Cursor"));
    let foreign = format!("/t/acme/connections/{grant}/revoke");
    let missing = "/t/acme/connections/gra_01kb5000000000000000000000/revoke";
    for path in [foreign.as_str(), missing, "/t/acme/connections/x/revoke"] {
        let answer = world.post(path, Some(&wang), &form).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert!(world.holds(&world.acme, grant).await);
}

#[tokio::test]
async fn a_session_of_one_organisation_is_none_in_another() {
    let world = World::new().await;
    let lin = world.person(&world.acme, "Lin").await;
    let eve = world.person(&world.other, "Eve").await;
    let grant = world.grant(&world.acme, &lin, "Cursor").await;
    let page = world.get("/t/acme/connections", Some(&eve)).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    let csrf = world.csrf(&world.other, &eve).await;
    for slug in ["acme", "other"] {
        let path = format!("/t/{slug}/connections/{grant}/revoke");
        let answer = world.post(&path, Some(&eve), &format!("csrf={csrf}")).await;
        assert!(
            matches!(answer.status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND),
            "{path}: {}",
            answer.status
        );
    }
    assert!(world.holds(&world.acme, grant).await);
}

#[tokio::test]
async fn an_expired_session_is_none() {
    let world = World::new().await;
    let lin = world.person(&world.acme, "Lin").await;
    let form = format!("csrf={}", world.csrf(&world.acme, &lin).await);
    world.clock.advance(std::time::Duration::from_secs(3_601));
    let page = world.get("/t/acme/connections", Some(&lin)).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    let answer = world.post("/t/acme/keys", Some(&lin), &form).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn names_that_clients_choose_stay_text() {
    let world = World::new().await;
    let lin = world.person(&world.acme, "<script>x</script>").await;
    world
        .grant(&world.acme, &lin, "\u{202E}<img src=x onerror=alert(1)>")
        .await;
    let page = world.get("/t/acme/connections", Some(&lin)).await;
    assert!(!page.body.contains("<img src=x") && !page.body.contains("<script>"));
    assert!(!page.body.contains('\u{202E}'));
}
