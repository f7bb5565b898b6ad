//! Every route, with each method, asked by those who must not get in.

use edge::routes::{self, ALL, Audience, Route};
use reqwest::Method;
use sandbox::demo;

use crate::support::{
    Backend, Program,
    oauth_flow::{self, Browser, Page},
};

/// Each route with a path that names the first tenant's things. A route without a row fails.
pub(super) const ROWS: &[(&str, &str)] = &[
    (routes::HOME, "/"),
    (routes::HEALTH_LIVE, "/health/live"),
    (routes::HEALTH_READY, "/health/ready"),
    (routes::ASSETS, "/assets/nothing.css"),
    (routes::LANG, "/lang?to=en&back=/"),
    (routes::MCP, "/t/acme/mcp"),
    (routes::SSE, "/t/acme/sse"),
    (routes::MESSAGES, "/t/acme/messages?session=none"),
    (routes::TOOLS, "/t/acme/tools"),
    (routes::TOOL, "/t/acme/tools/whoami"),
    (routes::UPLOAD, "/t/acme/uploads/fmup_none"),
    (routes::ROOT_MCP, "/mcp"),
    (routes::ROOT_SSE, "/sse"),
    (routes::ROOT_MESSAGES, "/messages?session=none"),
    (routes::ROOT_TOOLS, "/tools"),
    (routes::ROOT_TOOL, "/tools/whoami"),
    (
        routes::RESOURCE_METADATA,
        "/.well-known/oauth-protected-resource",
    ),
    (
        routes::RESOURCE_METADATA_OF,
        "/.well-known/oauth-protected-resource/t/acme/mcp",
    ),
    (
        routes::RESOURCE_METADATA_AFTER,
        "/t/acme/mcp/.well-known/oauth-protected-resource",
    ),
    (
        routes::SERVER_METADATA,
        "/.well-known/oauth-authorization-server",
    ),
    (
        routes::SERVER_METADATA_OF,
        "/.well-known/oauth-authorization-server/t/acme/mcp",
    ),
    (
        routes::SERVER_METADATA_AFTER,
        "/t/acme/mcp/.well-known/oauth-authorization-server",
    ),
    (routes::OPENID_METADATA, "/.well-known/openid-configuration"),
    (
        routes::OPENID_METADATA_OF,
        "/.well-known/openid-configuration/t/acme/mcp",
    ),
    (
        routes::OPENID_METADATA_AFTER,
        "/t/acme/mcp/.well-known/openid-configuration",
    ),
    (routes::AUTHORIZE, "/oauth/authorize"),
    (routes::CONSENT, "/oauth/consent"),
    (routes::ORGANISATION, "/oauth/organisation"),
    (routes::TOKEN, "/oauth/token"),
    (routes::REGISTER, "/oauth/register"),
    (routes::REVOKE, "/oauth/revoke"),
    (routes::INTROSPECT, "/oauth/introspect"),
    (routes::ROOT_AUTHORIZE, "/authorize"),
    (routes::ROOT_TOKEN, "/token"),
    (routes::ROOT_REGISTER, "/register"),
    (routes::ROOT_REVOKE, "/revoke"),
    (routes::CALLBACK, "/callback"),
    (routes::FEISHU_EVENTS, "/t/acme/feishu/events"),
    (routes::SIGN_IN, "/t/acme/sign-in"),
    (routes::SIGN_OUT, "/t/acme/sign-out"),
    (routes::SIGNED_OUT, "/t/acme/signed-out"),
    (routes::CONNECT, "/t/acme/connect"),
    (routes::CONNECTIONS, "/t/acme/connections"),
    (routes::CONNECTIONS_REVOKE, "/t/acme/connections/revoke"),
    (
        routes::CONNECTION_REVOKE,
        "/t/acme/connections/gra_00000000000000000000000000/revoke",
    ),
    (
        routes::CONFIRM,
        "/t/acme/confirm/cnf_00000000000000000000000000",
    ),
    (routes::KEYS, "/t/acme/keys"),
    (
        routes::KEY_REVOKE,
        "/t/acme/keys/key_00000000000000000000000000/revoke",
    ),
    (routes::CONSOLE_SIGN_IN, "/sign-in"),
    (routes::CONSOLE_SIGN_IN_LINK, "/sign-in/link/fmln_none"),
    (routes::CONSOLE_SET_PASSWORD, "/sign-in/password/fmln_none"),
    (routes::CONSOLE_ACCOUNT, "/console/account"),
    (routes::ACCOUNT_SESSIONS, "/console/account/sessions"),
    (routes::ACCOUNT_PASSWORD, "/console/account/password"),
    (
        routes::SIGN_IN_FEISHU,
        "/sign-in/feishu?organisation=nobody",
    ),
    (routes::SIGN_UP, "/sign-up"),
    (routes::OPERATOR_ACCOUNTS, "/console/operator/accounts"),
    (
        routes::OPERATOR_ACCOUNT,
        "/console/operator/accounts/acc_00000000000000000000000000",
    ),
    (routes::SECOND_FACTOR, "/sign-in/second-factor"),
    (routes::ACCOUNT_FACTOR, "/console/account/second-factor"),
    (
        routes::ACCOUNT_CODES,
        "/console/account/second-factor/codes",
    ),
    (
        routes::ACCOUNT_FACTOR_OFF,
        "/console/account/second-factor/off",
    ),
    (routes::SIGN_IN_ASK_PASSKEY, "/sign-in/passkey/options"),
    (routes::SIGN_IN_PASSKEY, "/sign-in/passkey"),
    (
        routes::ACCOUNT_ASK_PASSKEY,
        "/console/account/passkeys/options",
    ),
    (routes::ACCOUNT_PASSKEYS, "/console/account/passkeys"),
    (
        routes::ACCOUNT_PASSKEY,
        "/console/account/passkeys/pky_none",
    ),
    (
        routes::STEP_UP_ASK_PASSKEY,
        "/console/step-up/passkey/options",
    ),
    (routes::STEP_UP_PASSKEY, "/console/step-up/passkey"),
    (routes::CONSOLE_STEP_UP, "/console/step-up"),
    (routes::CONSOLE_SIGN_OUT, "/sign-out"),
    (routes::CONSOLE, "/console"),
    (routes::CONSOLE_OVERVIEW, "/console/t/acme"),
    (routes::CONSOLE_AUDIT, "/console/t/acme/audit"),
    (
        routes::CONSOLE_AUDIT_EXPORT,
        "/console/t/acme/audit/export?format=csv",
    ),
    (
        routes::CONSOLE_AUDIT_MANIFEST,
        "/console/t/acme/audit/exports/exp_00000000000000000000000000",
    ),
    (routes::CONSOLE_AUDIT_PROOF, "/console/t/acme/audit/proof"),
    (routes::CONSOLE_AUDIT_CHECK, "/console/t/acme/audit/check"),
    (
        routes::CONSOLE_AUDIT_CHECKPOINTS,
        "/console/t/acme/audit/checkpoints",
    ),
    (
        routes::CONSOLE_AUDIT_KEEPING,
        "/console/t/acme/audit/keeping",
    ),
    (
        routes::CONSOLE_AUDIT_STREAMS,
        "/console/t/acme/audit/streams",
    ),
    (
        routes::CONSOLE_AUDIT_STREAM,
        "/console/t/acme/audit/streams/str_00000000000000000000000000",
    ),
    (routes::CONSOLE_AUDIT_ENTRY, "/console/t/acme/audit/1"),
    (routes::CONSOLE_INVITE, "/invite/fmln_none"),
    (routes::CONSOLE_PEOPLE, "/console/t/acme/people"),
    (
        routes::CONSOLE_PEOPLE_WITHDRAW,
        "/console/t/acme/people/withdraw",
    ),
    (
        routes::CONSOLE_PEOPLE_SECOND,
        "/console/t/acme/people/second-factor",
    ),
    (
        routes::CONSOLE_PERSON,
        "/console/t/acme/people/acc_00000000000000000000000000",
    ),
    (routes::CONSOLE_POLICY, "/console/t/acme/policy"),
    (routes::CONSOLE_POLICY_ROLES, "/console/t/acme/policy/roles"),
    (
        routes::CONSOLE_POLICY_ROLE,
        "/console/t/acme/policy/roles/end_user",
    ),
    (routes::CONSOLE_POLICY_DRAFT, "/console/t/acme/policy/draft"),
    (
        routes::CONSOLE_POLICY_HISTORY,
        "/console/t/acme/policy/history",
    ),
    (routes::CONSOLE_POLICY_WHY, "/console/t/acme/policy/why"),
    (routes::CONSOLE_CONNECTIONS, "/console/t/acme/connections"),
    (
        routes::CONSOLE_CONNECTIONS_END,
        "/console/t/acme/connections/end",
    ),
    (
        routes::CONSOLE_MEMBERS,
        "/console/t/acme/connections/members",
    ),
    (
        routes::CONSOLE_MEMBER,
        "/console/t/acme/connections/members/mem_00000000000000000000000000",
    ),
    (
        routes::CONSOLE_SWITCHES,
        "/console/t/acme/connections/switches",
    ),
    (routes::CONSOLE_USAGE, "/console/t/acme/usage"),
    (routes::CONSOLE_USAGE_CSV, "/console/t/acme/usage/csv"),
    (routes::CONSOLE_USAGE_EVENTS, "/console/t/acme/usage/events"),
    (routes::CONSOLE_BILLING, "/console/t/acme/billing"),
    (routes::CONSOLE_BILLING_PLAN, "/console/t/acme/billing/plan"),
    (routes::CONSOLE_BILLING_CAP, "/console/t/acme/billing/cap"),
    (
        routes::CONSOLE_STATEMENT,
        "/console/t/acme/billing/statements/2026-10",
    ),
    (
        routes::CONSOLE_STATEMENT_CSV,
        "/console/t/acme/billing/statements/2026-10/csv",
    ),
    (
        routes::CONSOLE_STATEMENT_LINE,
        "/console/t/acme/billing/statements/2026-10/lines/2",
    ),
    (
        routes::CONSOLE_STATEMENT_CREDIT,
        "/console/t/acme/billing/statements/2026-10/credit",
    ),
    (routes::CONSOLE_ROLES, "/console/t/acme/roles"),
    (routes::CONSOLE_ROLES_ADD, "/console/t/acme/roles/add"),
    (routes::CONSOLE_ROLES_PEOPLE, "/console/t/acme/roles/people"),
    (routes::CONSOLE_ROLES_DRAFT, "/console/t/acme/roles/draft"),
    (routes::CONSOLE_ROLES_SAVE, "/console/t/acme/roles/save"),
    (routes::CONSOLE_ROLES_SYNC, "/console/t/acme/roles/sync"),
    (routes::CONSOLE_SETTINGS, "/console/t/acme/settings"),
    (
        routes::CONSOLE_SETTINGS_LIMITS,
        "/console/t/acme/settings/limits",
    ),
    (routes::CONSOLE_DATA, "/console/t/acme/settings/data"),
    (
        routes::CONSOLE_DATA_KEEP,
        "/console/t/acme/settings/data/keep",
    ),
    (
        routes::CONSOLE_DATA_EXPORT,
        "/console/t/acme/settings/data/export",
    ),
    (routes::ERASURE, "/erasure/fmln_none"),
    (routes::ERASURE_RECEIPT, "/erasure/fmln_none/receipt"),
    (routes::OPERATOR, "/console/operator"),
    (routes::OPERATOR_SYSTEM, "/console/operator/system"),
    (routes::OPERATOR_TENANT, "/console/operator/tenants/acme"),
    (routes::OPERATOR_PLAN, "/console/operator/tenants/acme/plan"),
    (
        routes::OPERATOR_STATUS,
        "/console/operator/tenants/acme/status",
    ),
    (routes::STATUS, "/status"),
    (routes::HOOK, "/t/acme/hooks/fmhk_none"),
    (routes::CONSOLE_RULES, "/console/t/acme/rules"),
    (routes::CONSOLE_RULE, "/console/t/acme/rules/new"),
    (
        routes::CONSOLE_RULE_STATE,
        "/console/t/acme/rules/rul_01jd3v8s2k0000000000000000/state",
    ),
    (
        routes::CONSOLE_RULE_RUN,
        "/console/t/acme/rules/rul_01jd3v8s2k0000000000000000/runs/run_01jd3v8s2k0000000000000000",
    ),
    (routes::DEVELOPER, "/console/t/acme/developer"),
    (routes::DEVELOPER_CALL, "/console/t/acme/developer/calls/1"),
    (routes::DEVELOPER_TOOLS, "/console/t/acme/developer/tools"),
    (
        routes::DEVELOPER_TRY,
        "/console/t/acme/developer/tools/whoami",
    ),
    (routes::REFERENCE, "/reference"),
    (routes::CONSOLE_NEW, "/console/new"),
    (routes::SETUP, "/console/t/acme/setup"),
    (routes::SETUP_APP, "/console/t/acme/setup/app"),
    (
        routes::SETUP_APP_ANNOUNCE,
        "/console/t/acme/setup/app/announce",
    ),
    (routes::SETUP_APP_SECRET, "/console/t/acme/setup/app/secret"),
    (routes::SETUP_APP_UNDO, "/console/t/acme/setup/app/undo"),
    (
        routes::SETUP_APP_REPLACE,
        "/console/t/acme/setup/app/replace",
    ),
    (routes::SETUP_CHECK, "/console/t/acme/setup/check"),
    (routes::SETUP_EVENTS, "/console/t/acme/setup/events"),
    (
        routes::SETUP_EVENTS_STOP,
        "/console/t/acme/setup/events/stop",
    ),
    (routes::SETUP_ADMIN, "/console/t/acme/setup/admin"),
    (routes::SETUP_HANDOVER, "/console/t/acme/setup/handover"),
    (
        routes::SETUP_HANDOVER_END,
        "/console/t/acme/setup/handover/end",
    ),
    (routes::HANDOVER, "/handover/fmln_none"),
    (routes::HANDOVER_APP, "/handover/fmln_none/app"),
    (routes::HANDOVER_CHECK, "/handover/fmln_none/check"),
];

/// Somebody who has no business with the first tenant.
struct Stranger {
    name: &'static str,
    bearer: Option<String>,
    cookie: Option<String>,
}

struct Door<'a> {
    origin: &'a str,
    http: reqwest::Client,
}

impl Door<'_> {
    async fn knock(&self, method: &str, path: &str, who: &Stranger) -> Page {
        let method: Method = method.parse().expect("a method");
        let url = format!("{}{path}", self.origin);
        let mut request = self.http.request(method.clone(), url);
        if let Some(token) = &who.bearer {
            request = request.bearer_auth(token);
        }
        if let Some(cookie) = &who.cookie {
            request = request.header("cookie", cookie);
        }
        if method == Method::POST {
            request = request
                .header("content-type", "application/x-www-form-urlencoded")
                .header("sec-fetch-site", "same-origin")
                .header("origin", self.origin)
                .body("csrf=&name=x&days=30");
        }
        oauth_flow::read(request).await
    }
}

async fn every_route_is_guarded(backend: Backend) {
    let program = Program::start_with(backend, &["--unlimited"]).await;
    program.add_globex().await;
    let origin = program.origin();
    let other = oauth_flow::connect(&program, "globex", demo::OTHER_USER, true).await;
    let mut browser = Browser::new(origin.clone());
    browser.sign_in("globex", demo::OTHER_USER).await;
    let session = browser.cookies().expect("a session");
    let strangers = [
        stranger("nobody", None, None),
        stranger("garbage", Some("fmat_garbage".to_owned()), None),
        stranger("another tenant's token", Some(other.access.clone()), None),
        stranger("another tenant's refresh token", Some(other.refresh), None),
        stranger("another tenant's session", None, Some(session)),
    ];
    let door = Door {
        origin: &origin,
        http: oauth_flow::plain_client(),
    };
    let own = stranger("a member", Some(program.token().to_owned()), None);
    let let_in = door.knock("GET", "/t/acme/tools", &own).await;
    assert_eq!(let_in.status, 200, "the test's own token works");
    let at_home = stranger("at home", Some(other.access), None);
    let let_in = door.knock("GET", "/t/globex/tools", &at_home).await;
    assert_eq!(let_in.status, 200, "the stranger's token works at home");

    let mut wrong = Vec::new();
    for route in ALL {
        let Some((_, path)) = ROWS.iter().find(|(known, _)| *known == route.path) else {
            panic!("{} has no row in this test", route.path);
        };
        for method in route.methods {
            let mut bodies = Vec::new();
            for who in &strangers {
                let page = door.knock(method, path, who).await;
                if let Err(why) = check(route, method, who, &page, &origin) {
                    wrong.push(format!(
                        "{method} {path} by {}: {why}: {} {}",
                        who.name,
                        page.status,
                        page.body.chars().take(200).collect::<String>()
                    ));
                }
                if who.bearer.is_some() && route.audience == Audience::Bearer {
                    bodies.push((page.status, page.body));
                }
            }
            if bodies.windows(2).any(|pair| pair[0] != pair[1]) {
                wrong.push(format!(
                    "{method} {path}: a foreign token is told from garbage: {bodies:?}"
                ));
            }
        }
        if path.starts_with("/t/acme/") && route.audience != Audience::Public {
            let missing = path.replace("/t/acme/", "/t/nowhere/");
            for method in route.methods.iter().filter(|method| **method != "OPTIONS") {
                for who in &strangers {
                    let page = door.knock(method, &missing, who).await;
                    if page.status != 404 {
                        wrong.push(format!("{method} {missing}: {}", page.status));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn stranger(name: &'static str, bearer: Option<String>, cookie: Option<String>) -> Stranger {
    Stranger {
        name,
        bearer,
        cookie,
    }
}

/// What a stranger may be answered at a route.
fn check(
    route: &Route,
    method: &str,
    who: &Stranger,
    page: &Page,
    origin: &str,
) -> Result<(), &'static str> {
    let status = page.status;
    if status.is_server_error() {
        return Err("a server error");
    }
    if page.body.contains(&origin.replace("localhost", "0.0.0.0")) {
        return Err("an address of the listener");
    }
    match route.audience {
        Audience::Bearer if method == "OPTIONS" => {
            if !status.is_success() || !page.body.is_empty() {
                return Err("a preflight is answered without a body");
            }
        }
        Audience::Bearer => {
            let challenge = page.header("www-authenticate");
            let metadata = format!("resource_metadata=\"{origin}/.well-known/");
            if status != 401 || !challenge.contains(&metadata) {
                return Err("expected 401 with the address of the metadata");
            }
            if who.bearer.is_some() && !challenge.contains("invalid_token") {
                return Err("expected invalid_token");
            }
        }
        Audience::OAuth if !status.is_client_error() => {
            return Err("an empty request must be refused");
        }
        Audience::Member => {
            let to = page.header("location");
            let sent_to_sign_in = status.is_redirection() && to.starts_with("/t/acme/sign-in");
            if !(sent_to_sign_in || status == 403 || status == 404) {
                return Err("expected the sign-in, 403 or 404");
            }
            if page.body.contains("name=\"csrf\"") {
                return Err("a form for a stranger");
            }
        }
        Audience::Account | Audience::Console | Audience::Operator => {
            let sent_to_sign_in =
                status.is_redirection() && page.header("location").starts_with("/sign-in");
            if !(sent_to_sign_in || status == 403 || status == 404) {
                return Err("expected the console's sign-in, 403 or 404");
            }
            if page.body.contains("name=\"csrf\"") {
                return Err("a form for a stranger");
            }
        }
        Audience::Link => {
            if status != 410 || page.body.contains("name=\"csrf\"") {
                return Err("expected 410 without a form");
            }
        }
        Audience::Upload if status != 404 => {
            return Err("expected 404");
        }
        // Without keys nothing is taken, and with keys nothing that is not proven.
        Audience::Hook if status != 404 => {
            return Err("expected 404");
        }
        Audience::Feishu if status != 403 && status != 404 => {
            return Err("expected 403 or 404");
        }
        Audience::Public
        | Audience::OAuth
        | Audience::Page
        | Audience::Feishu
        | Audience::Hook
        | Audience::Upload => {
            if page.body.contains("fmat_") || page.body.contains("fmak_") {
                return Err("a token");
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn every_route_is_guarded_on_sqlite() {
    every_route_is_guarded(Backend::Sqlite).await;
}

#[tokio::test]
async fn every_route_is_guarded_on_postgres_and_redis() {
    every_route_is_guarded(Backend::PostgresRedis).await;
}
