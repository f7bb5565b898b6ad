//! Scripts of other origins: which of them may talk to the doors.

use reqwest::Method;

use crate::support::{
    Backend, Program,
    oauth_flow::{Page, plain_client, read},
};

const FRIEND: &str = "https://inspector.example";
const STRANGER: &str = "https://evil.example";
const ALLOWED: &str = "access-control-allow-origin";

/// Asks what a script of `origin` may do at `path`.
async fn preflight(program: &Program, path: &str, origin: &str) -> Page {
    let request = plain_client()
        .request(Method::OPTIONS, format!("{}{path}", program.origin()))
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header(
            "access-control-request-headers",
            "authorization,content-type,mcp-protocol-version,mcp-session-id,mcp-method,mcp-name",
        );
    read(request).await
}

#[tokio::test]
async fn only_named_origins_may_use_the_doors_from_a_browser() {
    let allowed = [(
        "FEISHU_MCP__HTTP__ALLOWED_ORIGINS",
        "[\"https://inspector.example\"]",
    )];
    let program = Program::configured(Backend::Sqlite, &[], &allowed).await;
    for door in ["mcp", "sse", "messages", "tools", "tools/whoami"] {
        let path = format!("/t/acme/{door}");
        let friend = preflight(&program, &path, FRIEND).await;
        assert!(friend.status.is_success(), "{door}: {}", friend.status);
        assert_eq!(friend.header(ALLOWED), FRIEND, "{door}");
        let headers = friend.header("access-control-allow-headers");
        for header in ["authorization", "mcp-session-id", "mcp-protocol-version"] {
            assert!(headers.contains(header), "{door}: {headers}");
        }
        let credentials = friend.header("access-control-allow-credentials");
        assert_eq!(credentials, "", "{door}: cookies are for no script");
        let stranger = preflight(&program, &path, STRANGER).await;
        assert_eq!(stranger.header(ALLOWED), "", "{door}");

        // What a browser would not even send is refused too, with a valid token.
        let call = |origin: &str| {
            plain_client()
                .post(format!("{}{path}", program.origin()))
                .header("origin", origin)
                .header("content-type", "application/json")
                .bearer_auth(program.token())
                .body("{}")
        };
        let refused = read(call(STRANGER)).await;
        assert_eq!(refused.status, 403, "{door}: {}", refused.body);
        assert_eq!(refused.header(ALLOWED), "", "{door}");
        let heard = read(call(FRIEND)).await;
        assert_ne!(heard.status, 403, "{door}: {}", heard.body);
        assert_eq!(heard.header(ALLOWED), FRIEND, "{door}");
    }
    // A script must see which resource the refusal names, and its session.
    let url = format!("{}/t/acme/mcp", program.origin());
    let unknown = read(plain_client().post(url).header("origin", FRIEND)).await;
    assert_eq!(unknown.status, 401);
    let exposed = unknown.header("access-control-expose-headers");
    assert!(
        exposed.contains("www-authenticate") && exposed.contains("mcp-session-id"),
        "{exposed}"
    );

    // Registration and tokens are for every origin, pages and the authorization for none.
    for open in ["/oauth/token", "/oauth/register"] {
        let answer = preflight(&program, open, STRANGER).await;
        assert_eq!(answer.header(ALLOWED), "*", "{open}");
    }
    for closed in ["/oauth/authorize", "/oauth/consent", "/t/acme/connections"] {
        for origin in [FRIEND, STRANGER] {
            let answer = preflight(&program, closed, origin).await;
            assert_eq!(answer.header(ALLOWED), "", "{closed} for {origin}");
        }
    }
}
