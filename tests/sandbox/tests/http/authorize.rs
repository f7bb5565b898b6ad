//! The page where people approve.

use reqwest::{Method, Url};
use sandbox::demo;
use serde_json::json;

use crate::{CALLBACK, Outcome, World};

fn page(extra: &[(&str, &str)]) -> Result<String, Box<dyn std::error::Error>> {
    let mut url = Url::parse("http://x/open-apis/authen/v1/authorize")?;
    let mut fields = vec![
        ("client_id", demo::APP_ID),
        ("response_type", "code"),
        ("redirect_uri", CALLBACK),
        ("state", "s&1"),
        ("scope", "docx:document:readonly offline_access"),
    ];
    for (name, value) in extra {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    url.query_pairs_mut().extend_pairs(fields);
    Ok(format!(
        "{}?{}",
        url.path(),
        url.query().unwrap_or_default()
    ))
}

#[tokio::test]
async fn the_page_shows_people_and_scopes() -> Outcome {
    let world = World::start().await?;
    let answer = world.send(world.request(Method::GET, &page(&[])?)).await?;
    assert_eq!(answer.status, 200);
    let html = answer.body.as_str().unwrap_or_default();
    for part in [
        "id=\"user-lin.wei\"",
        "docx:document:readonly",
        "id=\"approve\"",
        "id=\"deny\"",
    ] {
        assert!(html.contains(part), "{part} is missing");
    }
    assert!(
        html.contains("value=\"s&amp;1\""),
        "the state is not escaped"
    );
    Ok(())
}

#[tokio::test]
async fn wrong_requests_are_explained_on_the_page_and_never_redirected() -> Outcome {
    let world = World::start().await?;
    let cases = [
        (("redirect_uri", "http://evil.example/"), "20029"),
        (("scope", "docx:document:readonly,offline_access"), "20043"),
        (("scope", "corehr:everything"), "20027"),
        (("client_id", "cli_none"), "20048"),
    ];
    for (wrong, code) in cases {
        let answer = world
            .send(world.request(Method::GET, &page(&[wrong])?))
            .await?;
        assert_eq!(answer.status, 400);
        let html = answer.body.as_str().unwrap_or_default();
        assert!(
            html.contains(&format!("id=\"error-code\">{code}<")),
            "{wrong:?}: {html}"
        );
    }
    Ok(())
}

async fn decide(
    world: &World,
    decision: &str,
    redirect_uri: &str,
) -> Result<Url, Box<dyn std::error::Error>> {
    let form = [
        ("client_id", demo::APP_ID),
        ("response_type", "code"),
        ("redirect_uri", redirect_uri),
        ("scope", "docx:document:readonly"),
        ("state", "s 1"),
        ("user", demo::END_USER),
        ("decision", decision),
    ];
    let request = world
        .request(Method::POST, "/sandbox/authorize")
        .form(&form);
    let answer = world.send(request).await?;
    assert_eq!(answer.status, 302, "{:?}", answer.body);
    Ok(Url::parse(answer.header("location"))?)
}

#[tokio::test]
async fn an_approval_ends_at_the_redirect_url_with_a_code_that_works() -> Outcome {
    let world = World::start().await?;
    let url = decide(&world, "approve", CALLBACK).await?;
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    assert_eq!(pairs[0].0, "code");
    assert_eq!(pairs[1], ("state".to_owned(), "s 1".to_owned()));
    let code = &pairs[0].1;
    assert!(
        code.len() >= 64
            && code
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
    );
    let answer = world
        .token(json!({"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}))
        .await?;
    assert_eq!((answer.status, answer.code()), (200, 0));
    assert!(answer.text("scope").contains("docx:document:readonly"));
    Ok(())
}

#[tokio::test]
async fn a_denial_ends_at_the_redirect_url_without_a_code() -> Outcome {
    let world = World::start().await?;
    let url = decide(&world, "deny", CALLBACK).await?;
    assert_eq!(url.query(), Some("error=access_denied&state=s+1"));
    Ok(())
}

#[tokio::test]
async fn a_fragment_of_the_redirect_url_moves_to_the_end() -> Outcome {
    let world = World::start().await?;
    let redirect = "http://localhost:8788/callback#here";
    world.sandbox.change_app(demo::APP_ID, |app| {
        app.redirect_urls.push(redirect.to_owned());
    });
    let url = decide(&world, "approve", redirect).await?;
    assert_eq!(url.fragment(), Some("here"));
    assert!(url.query().is_some_and(|query| query.starts_with("code=")));
    Ok(())
}
