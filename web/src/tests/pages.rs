//! What anybody sees.

use http::{StatusCode, header};

use super::World;
use crate::WebOptions;

#[tokio::test]
async fn the_connect_page_gives_the_addresses_of_its_own_organisation() {
    let world = World::new().await;
    let page = world.get("/t/acme/connect", None).await;
    assert_eq!(page.status, StatusCode::OK);
    for text in [
        "https://mcp.example.com/t/acme/mcp",
        "https://mcp.example.com/t/acme/sse",
        "https://mcp.example.com/t/acme/tools",
        "cursor://anysphere.cursor-deeplink/mcp/install?name=acme-feishu",
        "Acme &#60;b&#62;Robotics",
    ] {
        assert!(page.body.contains(text), "{text}");
    }
    assert!(!page.body.contains("/t/other/"));
}

#[tokio::test]
async fn a_chosen_profile_is_in_every_address_and_link_and_in_the_name() {
    let world = World::new().await;
    let path = "/t/acme/connect?tools=mini&readonly=1";
    let page = world.get(path, None).await;
    assert_eq!(page.status, StatusCode::OK);
    for text in [
        "https://mcp.example.com/t/acme/mcp?tools=mini&#38;readonly=1",
        "https://mcp.example.com/t/acme/sse?tools=mini&#38;readonly=1",
        "https://mcp.example.com/t/acme/tools?tools=mini&#38;readonly=1",
        "cursor://anysphere.cursor-deeplink/mcp/install?name=acme-feishu-mini-read",
        "href=\"?tools=mini\"",
        "href=\"?readonly=1\"",
        "href=\"?tools=docs&#38;readonly=1\"",
    ] {
        assert!(page.body.contains(text), "{text}");
    }
    assert_eq!(page.body.matches("aria-current=\"true\"").count(), 2);
    // Words that mean nothing are not carried on.
    let page = world.get("/t/acme/connect?tools=%22%3E%3Cb%3E", None).await;
    assert!(page.body.contains("https://mcp.example.com/t/acme/mcp<"));
    assert!(!page.body.contains("<b>"));
}

#[tokio::test]
async fn every_page_has_the_strict_policy_and_is_kept_nowhere() {
    let world = World::new().await;
    let lin = world.person(&world.acme, "Lin").await;
    for path in [
        "/",
        "/t/acme/connect",
        "/t/acme/connections",
        "/t/acme/signed-out",
        "/t/nobody/connect",
    ] {
        let page = world.get(path, Some(&lin)).await;
        let policy = page.headers[header::CONTENT_SECURITY_POLICY]
            .to_str()
            .unwrap();
        for rule in [
            "default-src 'none'",
            "script-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(rule), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(page.headers[header::CACHE_CONTROL], "no-store", "{path}");
    }
}

#[tokio::test]
async fn an_unknown_and_an_impossible_organisation_give_the_same_page() {
    let world = World::new().await;
    let unknown = world.get("/t/nobody/connect", None).await;
    let impossible = world.get("/t/No_Body/connect", None).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert_eq!(impossible.status, StatusCode::NOT_FOUND);
    assert_eq!(
        unknown.body.replace("nobody", "X"),
        impossible.body.replace("No_Body", "X")
    );
}

#[tokio::test]
async fn the_front_page_keeps_the_list_of_customers_to_itself() {
    let public = World::new().await.get("/", None).await;
    assert_eq!(public.status, StatusCode::OK);
    assert!(!public.body.contains("acme"));
    let options = WebOptions {
        sign_up: true,
        operator_second_factor: false,
        list_organisations: true,
        version: "1.2.3".to_owned(),
    };
    let listed = World::with(options).await.get("/", None).await;
    assert!(listed.body.contains("href=\"/t/acme/connect\""));
    assert!(listed.body.contains("1.2.3"));
}

#[tokio::test]
async fn the_chosen_language_is_remembered() {
    let world = World::new().await;
    let chosen = world
        .get("/lang?to=zh&back=%2Ft%2Facme%2Fconnect", None)
        .await;
    assert_eq!(chosen.status, StatusCode::SEE_OTHER);
    assert_eq!(chosen.location(), "/t/acme/connect");
    let cookie = chosen.headers[header::SET_COOKIE].to_str().unwrap();
    let cookie = cookie.split(';').next().unwrap();
    let request = http::Request::get("/t/acme/connect")
        .header(header::COOKIE, cookie)
        .body(axum::body::Body::empty())
        .unwrap();
    let page = world.send(request).await;
    assert!(page.body.contains("<html lang=\"zh-CN\">"));
}

#[tokio::test]
async fn files_of_the_pages_may_be_kept_for_ever_and_are_not_sent_twice() {
    let world = World::new().await;
    let page = world.get("/", None).await;
    let path = page
        .body
        .split("rel=\"stylesheet\" href=\"")
        .nth(1)
        .unwrap();
    let path = path.split('"').next().unwrap();
    let file = world.get(path, None).await;
    assert_eq!(file.status, StatusCode::OK);
    assert_eq!(
        file.headers[header::CONTENT_TYPE],
        "text/css; charset=utf-8"
    );
    let kept = file.headers[header::CACHE_CONTROL].to_str().unwrap();
    assert!(kept.contains("immutable"));
    let request = http::Request::get(path)
        .header(header::IF_NONE_MATCH, &file.headers[header::ETAG])
        .body(axum::body::Body::empty())
        .unwrap();
    let again = world.send(request).await;
    assert_eq!(
        (again.status, again.body.len()),
        (StatusCode::NOT_MODIFIED, 0)
    );
    let missing = world.get("/assets/../Cargo.toml", None).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
}
