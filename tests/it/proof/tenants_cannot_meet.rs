//! Two tenants, and everything that names something of the second in each place of the first's
//! requests: refused as if it did not exist, and nothing of the second has changed.

use std::fmt::Write as _;

use model::{
    Access, Bound, CallId, Channel, ClientRef, GrantId, Locale, Member, OsEntropy, Principal,
    PrincipalParts, Role, RoleSet, Subject, SystemClock, digest,
    policy::{self, CallTool, Effect, Rules, ToolFacts},
};
use reqwest::StatusCode;
use sandbox::demo;
use serde_json::{Value, json};
use store::{NewConfirmation, Page as Rows};

use super::calls::SECRET;
use crate::support::{
    Actor, Backend, Books, Program,
    oauth_flow::{self, Browser, Connected, Page},
};

/// A member with everything that can be held in a tenant.
struct Side {
    slug: &'static str,
    browser: Browser,
    tokens: Connected,
    key: String,
    session: String,
    grant: String,
    key_id: String,
    question: String,
}

impl Side {
    async fn of(program: &Program, books: &Books, slug: &'static str, user: &str) -> Self {
        let mut browser = Browser::new(program.origin());
        browser.sign_in(slug, user).await;
        let key = browser.make_key(slug, "proof", true).await;
        let tokens = oauth_flow::connect(program, slug, user, true).await;
        let session = open_session(program, slug, &tokens.access).await;
        let tx = books.read(slug).await;
        let members = tx.members().list(&Rows::first(50)).await.expect("members");
        let mut held = None;
        for member in members.items {
            let grants = tx.grants().list_of(member.id).await.expect("grants");
            let keys = tx.api_keys().list_of(member.id).await.expect("keys");
            if let ([grant, ..], [key]) = (grants.as_slice(), keys.as_slice()) {
                held = Some((grant.id, key.id.to_string(), member));
            }
        }
        drop(tx);
        let (grant, key_id, member) = held.expect("a member with a grant and a key");
        let question = asked(books, member, grant).await;
        Self {
            slug,
            browser,
            tokens,
            key,
            session,
            grant: grant.to_string(),
            key_id,
            question,
        }
    }
}

/// A call of the member that waits for its agreement; gives the question's id.
async fn asked(books: &Books, member: Member, grant: GrantId) -> String {
    let who = Principal::establish(PrincipalParts {
        tenant: member.tenant,
        subject: Subject::Member {
            id: member.id,
            open_id: member.open_id,
            name: member.name,
        },
        roles: RoleSet::EMPTY.with(Role::EndUser),
        access: Access::Write,
        client: ClientRef::unregistered("proof"),
        grant: Some(grant),
        channel: Channel::Mcp,
        locale: Locale::En,
        expires_at: None,
    });
    let facts = ToolFacts {
        name: "files",
        effect: Effect::Destroy,
        capability: None,
    };
    let rules = Rules::open(member.tenant, Vec::new());
    let permit = policy::authorize::<CallTool>(&rules, &who, &facts).expect("a permit");
    let bound = Bound {
        member: member.id,
        client: None,
        grant: Some(grant),
        tool: "files".to_owned(),
        digest: digest(&json!({ "op": "delete" })),
        policy_version: 1,
    };
    let tx = books.0.scope(&who).write().await.expect("a tx");
    let question = NewConfirmation {
        bound: &bound,
        client_name: "proof",
        page_only: false,
        question: SECRET,
        asked_by: CallId::mint(&SystemClock, &OsEntropy),
    };
    let asked = tx.confirmations().ask(&permit, &question).await;
    let asked = asked.expect("a question");
    tx.commit().await.expect("kept");
    asked.id.to_string()
}

/// Opens a session of an older revision; gives its id.
async fn open_session(program: &Program, slug: &str, token: &str) -> String {
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-06-18", "capabilities": {},
        "clientInfo": { "name": "proof", "version": "1" } } });
    let opened = in_session(program, slug, token, None, &body).await;
    assert_eq!(opened.status, 200, "{}", opened.body);
    opened.header("mcp-session-id").to_owned()
}

async fn in_session(
    program: &Program,
    slug: &str,
    token: &str,
    session: Option<&str>,
    body: &Value,
) -> Page {
    let url = format!("{}/t/{slug}/mcp", program.origin());
    let mut request = oauth_flow::plain_client()
        .post(url)
        .bearer_auth(token)
        .header("accept", "application/json, text/event-stream")
        .header("mcp-protocol-version", "2025-06-18")
        .json(body);
    if let Some(session) = session {
        request = request.header("mcp-session-id", session);
    }
    oauth_flow::read(request).await
}

/// All rows of a tenant that its own people did not just use, as text.
async fn rows(books: &Books, slug: &str) -> String {
    let ledger = books.ledger(slug).await;
    let tx = books.read(slug).await;
    let members = tx.members().list(&Rows::first(50)).await.expect("members");
    let mut all = format!("{:?}", ledger.last());
    for member in members.items {
        let grants = tx.grants().list_of(member.id).await.expect("grants");
        let keys = tx.api_keys().list_of(member.id).await.expect("keys");
        let feishu = tx.feishu_grants().get(member.id).await.expect("a grant");
        let feishu = feishu.map(|grant| (grant.version, grant.state));
        let asked = tx.confirmations().waiting(member.id).await;
        let asked = asked.expect("questions");
        writeln!(all, "{member:?} {grants:?} {keys:?} {feishu:?} {asked:?}").expect("a string");
    }
    all
}

async fn tenants_cannot_meet(backend: Backend) {
    let program = Program::start_with(backend, &["--unlimited"]).await;
    program.add_globex().await;
    let books = Books::of(&program).await;
    let mut ours = Side::of(&program, &books, "acme", demo::DEVELOPER).await;
    let mut theirs = Side::of(&program, &books, "globex", demo::OTHER_USER).await;
    let before = rows(&books, "globex").await;

    documents(&program, &ours).await;
    credentials(&program, &ours, &theirs).await;
    pages(&mut ours, &theirs).await;
    authorizations(&program, &mut ours, &mut theirs).await;
    sessions(&program, &ours, &theirs).await;

    assert_eq!(
        rows(&books, "globex").await,
        before,
        "the second tenant changed"
    );
    for stored in books.ledger("acme").await {
        let text = format!("{:?}", stored.entry);
        for id in [&theirs.grant, &theirs.key_id, &theirs.tokens.client] {
            assert!(!text.contains(id.as_str()), "{id} in {text}");
        }
    }
    books.chain_holds("acme").await;
    books.chain_holds("globex").await;

    // Everything of the second still works for its owner.
    let origin = program.origin();
    for token in [&theirs.tokens.access, &theirs.key] {
        let url = format!("{origin}/t/globex/tools/whoami");
        let request = oauth_flow::plain_client().post(url).bearer_auth(token);
        let answer = oauth_flow::read(request.json(&json!({}))).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    let renewed = refresh(&origin, &theirs.tokens.client, &theirs.tokens.refresh).await;
    assert_eq!(renewed.status, 200, "{}", renewed.body);
}

async fn documents(program: &Program, ours: &Side) {
    let actor = Actor::with_token(program, &ours.tokens.access);
    let link = format!("https://globex.feishu.cn/docx/{}", demo::OTHER_DOC);
    for doc in [demo::OTHER_DOC, demo::OTHER_PLAN_DOC, &link] {
        for (tool, arguments) in [
            ("inspect", json!({ "ref": doc })),
            ("doc_read", json!({ "ref": doc })),
            ("comments", json!({ "ref": doc, "op": "list" })),
            (
                "comments",
                json!({ "ref": doc, "op": "add", "text": SECRET }),
            ),
            ("doc_create", json!({ "title": "x", "into": doc })),
        ] {
            let answer = actor.refused(tool, arguments).await;
            assert!(!answer.text.contains("Globex"), "{tool}: {}", answer.text);
        }
    }
    let found = actor
        .done("search", json!({ "query": "Globex supplier" }))
        .await;
    assert!(!found.contains(demo::OTHER_DOC), "{found}");
}

async fn credentials(program: &Program, ours: &Side, theirs: &Side) {
    let origin = program.origin();
    let http = oauth_flow::plain_client();
    for (slug, foreign) in [("acme", theirs), ("globex", ours)] {
        for token in [
            &foreign.tokens.access,
            &foreign.key,
            &foreign.tokens.refresh,
            &foreign.tokens.code,
        ] {
            for door in ["tools", "tools/whoami", "sse", "mcp"] {
                let url = format!("{origin}/t/{slug}/{door}");
                let answer = oauth_flow::read(http.get(url).bearer_auth(token)).await;
                assert_eq!(answer.status, 401, "{door} of {slug}: {}", answer.body);
            }
        }
    }
    let unknown = refresh(&origin, &ours.tokens.client, "fmrt_unknown").await;
    let foreign = refresh(&origin, &ours.tokens.client, &theirs.tokens.refresh).await;
    assert_same(&foreign, &unknown);
    let resource = format!("{origin}/t/globex/mcp");
    let fields = [
        ("grant_type", "refresh_token"),
        ("client_id", ours.tokens.client.as_str()),
        ("refresh_token", ours.tokens.refresh.as_str()),
        ("resource", resource.as_str()),
    ];
    let widened = oauth_flow::token(&origin, &fields).await;
    assert_eq!(widened.status, 400, "{}", widened.body);
    for token in [&theirs.tokens.access, &theirs.tokens.refresh, &theirs.key] {
        let fields = [("client_id", &ours.tokens.client), ("token", token)];
        let revoke = http.post(format!("{origin}/oauth/revoke")).form(&fields);
        let revoked = oauth_flow::read(revoke).await;
        assert!(!revoked.status.is_server_error(), "{}", revoked.body);
        let ask = http
            .post(format!("{origin}/oauth/introspect"))
            .form(&fields);
        let told = oauth_flow::read(ask).await;
        assert!(!told.body.contains("\"active\":true"), "{}", told.body);
        assert!(!told.body.contains("globex"), "{}", told.body);
    }
}

async fn refresh(origin: &str, client: &str, token: &str) -> Page {
    let fields = [
        ("grant_type", "refresh_token"),
        ("client_id", client),
        ("refresh_token", token),
    ];
    oauth_flow::token(origin, &fields).await
}

async fn pages(ours: &mut Side, theirs: &Side) {
    let csrf = ours.browser.get("/t/acme/connections").await.field("csrf");
    let fields = [("csrf", csrf.as_str())];
    for (what, foreign, missing) in [
        ("connections", &theirs.grant, flipped(&theirs.grant)),
        ("keys", &theirs.key_id, flipped(&theirs.key_id)),
    ] {
        let path = |slug: &str, id: &str| format!("/t/{slug}/{what}/{id}/revoke");
        let named = ours.browser.post(&path("acme", foreign), &fields).await;
        let unknown = ours.browser.post(&path("acme", &missing), &fields).await;
        assert_eq!(named.status, 404, "{}", named.body);
        assert_eq!(without_request(&named), without_request(&unknown));
        let there = ours.browser.post(&path("globex", foreign), &fields).await;
        assert!(
            matches!(there.status.as_u16(), 403 | 404),
            "{}",
            there.status
        );
    }
    let agree = [("csrf", csrf.as_str()), ("decision", "agree")];
    for id in [&theirs.question, &flipped(&theirs.question)] {
        let path = format!("/t/acme/confirm/{id}");
        for page in [
            ours.browser.get(&path).await,
            ours.browser.post(&path, &agree).await,
        ] {
            assert_eq!(page.status, 404, "{}", page.body);
            assert!(!page.body.contains(SECRET));
        }
    }
    let own = ours
        .browser
        .get(&format!("/t/acme/confirm/{}", ours.question));
    assert!(
        own.await.body.contains(SECRET),
        "the question is shown to whom it was asked"
    );
    let foreign = format!("confirm/{}", theirs.question);
    for path in ["connections/revoke", "keys", "sign-out", foreign.as_str()] {
        let path = format!("/t/{}/{path}", theirs.slug);
        let there = ours.browser.post(&path, &fields).await;
        assert!(
            matches!(there.status.as_u16(), 403 | 404),
            "{path}: {}",
            there.status
        );
    }
    let there = ours.browser.get("/t/globex/connections").await;
    assert!(there.header("location").starts_with("/t/globex/sign-in"));
}

/// A page without the number that support asks for.
fn without_request(page: &Page) -> String {
    let request = page.header("x-request-id");
    assert!(page.body.contains(request), "the page names its request");
    page.body.replace(request, "")
}

/// The same id with its last character changed.
fn flipped(id: &str) -> String {
    let (head, last) = id.split_at(id.len() - 1);
    format!("{head}{}", if last == "0" { "1" } else { "0" })
}

async fn authorizations(program: &Program, ours: &mut Side, theirs: &mut Side) {
    let origin = program.origin();
    let code = "fmac_unknown";
    let unknown = oauth_flow::redeem(&origin, &ours.tokens.client, code).await;
    let used = oauth_flow::redeem(&origin, &ours.tokens.client, &theirs.tokens.code).await;
    assert_same(&used, &unknown);
    // A request that the other tenant's member has open: neither tenant's name finishes it here.
    let place = oauth_flow::authorize_address(&origin, "globex", &theirs.tokens.client);
    let asked = theirs.browser.get(&place).await;
    let (request, csrf) = (asked.field("request"), asked.field("csrf"));
    for organisation in ["acme", "globex"] {
        let fields = [
            ("organisation", organisation),
            ("request", request.as_str()),
            ("csrf", csrf.as_str()),
            ("decision", "approve"),
        ];
        let page = ours.browser.post("/oauth/consent", &fields).await;
        assert!(
            page.status.is_client_error(),
            "{organisation}: {}",
            page.status
        );
        assert!(page.header("location").is_empty());
    }
}

async fn sessions(program: &Program, ours: &Side, theirs: &Side) {
    let list = json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/list" });
    let token = &ours.tokens.access;
    let own = in_session(program, "acme", token, Some(&ours.session), &list).await;
    assert_eq!(own.status, 200, "{}", own.body);
    let foreign = in_session(program, "acme", token, Some(&theirs.session), &list).await;
    let missing = flipped(&theirs.session);
    let unknown = in_session(program, "acme", token, Some(&missing), &list).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND, "{}", foreign.body);
    assert_same(&foreign, &unknown);
}

fn assert_same(foreign: &Page, unknown: &Page) {
    assert!(foreign.status.is_client_error(), "{}", foreign.body);
    assert_eq!(
        (foreign.status, &foreign.body),
        (unknown.status, &unknown.body),
        "something foreign is told from something unknown"
    );
}

#[tokio::test]
async fn tenants_cannot_meet_on_sqlite() {
    tenants_cannot_meet(Backend::Sqlite).await;
}

#[tokio::test]
async fn tenants_cannot_meet_on_postgres_and_redis() {
    tenants_cannot_meet(Backend::PostgresRedis).await;
}
