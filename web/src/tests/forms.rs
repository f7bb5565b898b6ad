//! Forms that change something, by the one who may.

use bus::Wake;
use http::{StatusCode, header};

use super::World;

#[tokio::test]
async fn who_is_not_signed_in_is_sent_to_the_sign_in() {
    let world = World::new().await;
    let page = world.get("/t/acme/connections", None).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert_eq!(
        page.location(),
        "/t/acme/sign-in?return_to=%2Ft%2Facme%2Fconnections"
    );
}

#[tokio::test]
async fn a_member_sees_its_connections_and_ends_one() {
    let world = World::new().await;
    let lin = world.person(&world.acme, "Lin").await;
    let cursor = world.grant(&world.acme, &lin, "Cursor").await;
    let claude = world.grant(&world.acme, &lin, "Claude").await;
    let mut wakes = world.bus.subscribe();
    let page = world.get("/t/acme/connections", Some(&lin)).await;
    assert!(page.body.contains("Cursor") && page.body.contains("Claude"));

    let path = format!("/t/acme/connections/{cursor}/revoke");
    let form = format!("csrf={}", page.csrf());
    let answer = world.post(&path, Some(&lin), &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.location(), "/t/acme/connections?done=connection");
    assert!(!world.holds(&world.acme, cursor).await);
    assert!(world.holds(&world.acme, claude).await);
    let announced = wakes.recv().await.unwrap();
    assert!(
        matches!(announced, Wake::GrantRevoked { grant, .. } if grant == cursor),
        "{announced:?}"
    );
    assert_eq!(world.recorded(&world.acme).await, ["grant.revoke"]);

    let page = world.get(answer.location(), Some(&lin)).await;
    assert!(!page.body.contains("Cursor") && page.body.contains("role=\"status\""));
}

#[tokio::test]
async fn ending_all_leaves_no_connection_and_touches_nobody_else() {
    let world = World::new().await;
    let lin = world.person(&world.acme, "Lin").await;
    let wang = world.person(&world.acme, "Wang").await;
    let own = [
        world.grant(&world.acme, &lin, "Cursor").await,
        world.grant(&world.acme, &lin, "Claude").await,
    ];
    let foreign = world.grant(&world.acme, &wang, "Cursor").await;
    let form = format!("csrf={}", world.csrf(&world.acme, &lin).await);
    let answer = world
        .post("/t/acme/connections/revoke", Some(&lin), &form)
        .await;
    assert_eq!(answer.location(), "/t/acme/connections?done=all");
    for grant in own {
        assert!(!world.holds(&world.acme, grant).await);
    }
    assert!(world.holds(&world.acme, foreign).await);
}

#[tokio::test]
async fn a_form_without_its_token_changes_nothing() {
    let world = World::new().await;
    let lin = world.person(&world.acme, "Lin").await;
    let wang = world.person(&world.acme, "Wang").await;
    let grant = world.grant(&world.acme, &lin, "Cursor").await;
    let good = world.csrf(&world.acme, &lin).await;
    let foreign = world.csrf(&world.acme, &wang).await;
    assert_ne!(good, foreign);
    let paths = [
        format!("/t/acme/connections/{grant}/revoke"),
        "/t/acme/connections/revoke".to_owned(),
        "/t/acme/keys".to_owned(),
        "/t/acme/keys/key_0000000000000000000000000/revoke".to_owned(),
        "/t/acme/sign-out".to_owned(),
    ];
    for path in &paths {
        for form in [
            String::new(),
            "csrf=".to_owned(),
            format!("csrf={foreign}"),
            format!("csrf={}", &good[1..]),
        ] {
            let form = format!("{form}&name=x&days=30");
            let answer = world.post(path, Some(&lin), &form).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {form}");
        }
        let form = format!("csrf={good}&name=x&days=30");
        for site in ["cross-site", "same-site"] {
            let answer = world.post_from(path, Some(&lin), &form, site).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {site}");
        }
        let answer = world.post(path, None, &form).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} signed out");
    }
    assert!(world.holds(&world.acme, grant).await);
    assert!(world.recorded(&world.acme).await.is_empty());
}

#[tokio::test]
async fn signing_out_ends_the_session_and_not_the_connections() {
    let world = World::new().await;
    let lin = world.person(&world.acme, "Lin").await;
    let grant = world.grant(&world.acme, &lin, "Cursor").await;
    let form = format!("csrf={}", world.csrf(&world.acme, &lin).await);
    let answer = world.post("/t/acme/sign-out", Some(&lin), &form).await;
    assert_eq!(answer.location(), "/t/acme/signed-out");
    let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.contains("Max-Age=0"), "{cookie}");
    let page = world.get("/t/acme/connections", Some(&lin)).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "the old cookie is dead");
    assert!(world.holds(&world.acme, grant).await);
    let page = world.get("/t/acme/signed-out", None).await;
    assert_eq!(page.status, StatusCode::OK);
}
