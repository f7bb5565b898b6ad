//! A deployment with two tenants, and browsers and clients that use it.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::get,
};
use bus::Bus;
use calls::directory::{DirectoryCare, DirectoryOptions, DirectoryParts};
use edge::{
    Authenticator, Connections, Urls,
    guard::{Guard, IpRate},
    routes,
};
use feishu::{GuardOptions, GuardedClient, Hosts, Transport, TransportOptions};
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use model::{
    Brand, Capability, Channel, Clock, Entropy, Id, Limits, Locale, ManualClock, OsEntropy,
    Principal, Purpose, Slug, Tenant, Timestamp,
};
use oauth::{OAuthOptions, OAuthParts, OAuthState};
use sandbox::{RunningSandbox, SandboxOptions, demo};
use serde_json::{Value, json};
use store::{NewTenant, Store, StoreOptions, TenantTx};
use tests::{Database, On};
use tower::ServiceExt;
use vault::{KeyRing, MasterKey, Secret, Vault};

pub(crate) const ORIGIN: &str = "http://localhost:8788";
pub(crate) const HOST: &str = "localhost:8788";
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
pub(crate) const REDIRECT: &str = "http://127.0.0.1:7777/callback";

pub(crate) struct Deployment {
    pub(crate) app: Router,
    pub(crate) store: Store,
    pub(crate) auth: Authenticator,
    pub(crate) connections: Connections,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) sandbox: RunningSandbox,
    pub(crate) acme: Tenant,
    pub(crate) state: OAuthState,
    pub(crate) bus: Bus,
    _database: Database,
}

/// What looks people up; every time it is asked, for the clock stands still in tests.
fn people(store: &Store, bus: &Bus, hosts: Hosts, clock: &Arc<dyn Clock>) -> DirectoryCare {
    DirectoryCare::new(DirectoryParts {
        store: store.clone(),
        bus: bus.clone(),
        transport: Transport::new(TransportOptions::default()).unwrap(),
        hosts: Arc::new(move |_| hosts.clone()),
        clock: Arc::clone(clock),
        entropy: Arc::new(OsEntropy),
        options: DirectoryOptions {
            fresh_for: Duration::ZERO,
            ..DirectoryOptions::default()
        },
    })
}

pub(crate) async fn deploy(on: On) -> Deployment {
    let sandbox = sandbox::start(SandboxOptions {
        rate_limits: false,
        ..SandboxOptions::default()
    })
    .await
    .unwrap();
    let clock = Arc::new(ManualClock::at(Timestamp::from_millis(1_790_000_000_000)));
    let entropy: Arc<dyn Entropy> = Arc::new(OsEntropy);
    let ring = KeyRing::new(
        MasterKey::from_base64("test", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap(),
        vec![],
    );
    let vault = Vault::new(ring.unwrap(), Arc::clone(&entropy));
    let shared: Arc<dyn Clock> = clock.clone();
    let database = Database::fresh(on);
    store::migrate(&database.owner_url).await.unwrap();
    let store = Store::connect(
        StoreOptions::new(&database.url),
        Arc::clone(&shared),
        Arc::clone(&entropy),
        vault,
    )
    .await
    .unwrap();
    let acme = add(&store, "acme", demo::APP_ID, demo::APP_SECRET).await;
    add(&store, "globex", demo::OTHER_APP_ID, demo::OTHER_APP_SECRET).await;
    let bus = Bus::local(Id::mint(shared.as_ref(), entropy.as_ref()));
    let urls = Urls::new(&ORIGIN.parse().unwrap()).unwrap();
    let auth = Authenticator::new(store.clone(), &bus, Arc::clone(&shared), urls.clone());
    let connections = Connections::new(
        store.clone(),
        bus.clone(),
        Arc::clone(&shared),
        Arc::clone(&entropy),
    );
    let hosts = Hosts::at(&sandbox.base_url().parse().unwrap());
    let people_at = hosts.clone();
    let directory = people(&store, &bus, people_at, &shared);
    let state = OAuthState::new(OAuthParts {
        directory,
        store: store.clone(),
        auth: auth.clone(),
        connections: connections.clone(),
        transport: Transport::new(TransportOptions::default()).unwrap(),
        guarded: GuardedClient::new(GuardOptions {
            allow_loopback: true,
        })
        .unwrap(),
        hosts: Arc::new(move |_| hosts.clone()),
        urls: urls.clone(),
        clock: shared,
        entropy: Arc::clone(&entropy),
        options: OAuthOptions {
            development: true,
            ..OAuthOptions::default()
        },
    });
    let door = Router::new()
        .route(routes::MCP, get(who))
        .with_state(auth.clone());
    let app = guard(urls, entropy).protect(oauth::router(state.clone()).merge(door));
    Deployment {
        app,
        store,
        auth,
        connections,
        clock,
        sandbox,
        acme,
        state,
        bus,
        _database: database,
    }
}

/// Tests ask faster than any address may, and the limit goes by the real clock.
fn guard(urls: Urls, entropy: Arc<dyn Entropy>) -> Guard {
    let rate = IpRate {
        burst: 0,
        per_second: 0,
    };
    Guard {
        rate,
        ..Guard::new(urls, entropy)
    }
}

async fn who(
    State(auth): State<Authenticator>,
    Path(slug): Path<String>,
    headers: HeaderMap,
) -> Response {
    let slug: Slug = slug.parse().unwrap();
    match auth.bearer(&headers, &slug, Channel::Mcp).await {
        Ok(principal) => principal.access().scope().to_owned().into_response(),
        Err(fault) => fault.into_response(),
    }
}

pub(crate) async fn add(store: &Store, slug: &str, app_id: &str, secret: &str) -> Tenant {
    let tx = store.platform("tests").write().await.unwrap();
    let tenant = tx
        .tenants()
        .add(NewTenant {
            slug: slug.parse().unwrap(),
            name: format!("Organisation {slug}"),
            brand: Brand::Feishu,
            app_id: app_id.to_owned(),
            app_secret: Secret::new(secret),
            capabilities: Capability::ALL.to_vec(),
            limits: Limits::default(),
            locale: Locale::En,
        })
        .await
        .unwrap();
    tx.commit().await.unwrap();
    tenant
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.body))
    }

    pub(crate) fn location(&self) -> String {
        self.headers
            .get(header::LOCATION)
            .unwrap_or_else(|| panic!("{} without Location: {}", self.status, self.body))
            .to_str()
            .unwrap()
            .to_owned()
    }

    /// A parameter of the address that it leads to.
    pub(crate) fn leads_with(&self, name: &str) -> Option<String> {
        param(&self.location(), name)
    }

    /// The value of a hidden field of a page.
    pub(crate) fn field(&self, name: &str) -> String {
        let at = self
            .body
            .find(&format!("name=\"{name}\""))
            .unwrap_or_else(|| panic!("no field {name} in {}", self.body));
        let rest = &self.body[at..];
        let from = rest.find("value=\"").unwrap() + 7;
        rest[from..]
            .split('"')
            .next()
            .unwrap()
            .replace("&#38;", "&")
    }

    pub(crate) fn error(&self) -> String {
        self.json()["error"].as_str().unwrap().to_owned()
    }
}

pub(crate) fn param(address: &str, name: &str) -> Option<String> {
    let url = url::Url::parse(address)
        .or_else(|_| url::Url::parse(&format!("{ORIGIN}{address}")))
        .unwrap();
    url.query_pairs()
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.into_owned())
}

pub(crate) fn form(fields: &[(&str, &str)]) -> String {
    serde_urlencoded::to_string(fields).unwrap()
}

impl Deployment {
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        let request = Request::get(path).header(header::HOST, HOST);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = Request::post(path)
            .header(header::HOST, HOST)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(form(fields))).unwrap())
            .await
    }

    pub(crate) async fn post_json(&self, path: &str, document: &Value) -> Answer {
        let request = Request::post(path)
            .header(header::HOST, HOST)
            .header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(document.to_string())).unwrap())
            .await
    }

    /// Knocks at a tenant's door.
    pub(crate) async fn knock(&self, slug: &str, token: &str) -> Answer {
        let request = Request::get(format!("/t/{slug}/mcp"))
            .header(header::HOST, HOST)
            .header(header::AUTHORIZATION, format!("Bearer {token}"));
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Registers a public client.
    pub(crate) async fn client(&self, name: &str) -> String {
        let answer = self
            .post_json(
                "/oauth/register",
                &json!({
                    "client_name": name,
                    "redirect_uris": [REDIRECT],
                    "token_endpoint_auth_method": "none",
                }),
            )
            .await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        answer.json()["client_id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn tx(&self) -> TenantTx {
        self.store
            .scope(&Principal::platform(self.acme.id, Purpose::Housekeeping))
            .read()
            .await
            .unwrap()
    }

    /// What Feishu's page does when `user` approves at the address that we sent the browser to.
    pub(crate) fn feishu_approves(&self, address: &str, user: &str) -> String {
        let of = |name: &str| param(address, name).unwrap_or_default();
        let scopes: Vec<String> = of("scope").split(' ').map(str::to_owned).collect();
        let code = self
            .sandbox
            .approve(
                &of("client_id"),
                user,
                &of("redirect_uri"),
                &scopes,
                Some(&of("code_challenge")),
            )
            .unwrap_or_else(|error| panic!("Feishu refuses {address}: {error:?}"));
        format!(
            "/callback?{}",
            form(&[("code", &code), ("state", &of("state"))])
        )
    }

    /// The whole flow up to our code.
    pub(crate) async fn code(&self, browser: &mut Browser, client: &str, write: bool) -> String {
        let back = self.answer(browser, client, write).await;
        back.leads_with("code")
            .unwrap_or_else(|| panic!("no code: {}", back.location()))
    }

    /// The whole flow up to the answer that goes to the client.
    pub(crate) async fn answer(&self, browser: &mut Browser, client: &str, write: bool) -> Answer {
        let page = browser.get(self, &authorize_path(client, &[])).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        let to_feishu = browser.approve(self, &page, write).await;
        let callback = self.feishu_approves(&to_feishu.location(), demo::END_USER);
        browser.get(self, &callback).await
    }

    /// The whole flow: a client with its tokens.
    pub(crate) async fn connect(&self, write: bool) -> Connected {
        let client = self.client("Test client").await;
        let code = self.code(&mut Browser::default(), &client, write).await;
        let answer = self.redeem(&client, &code).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        Connected::read(client, &answer)
    }

    pub(crate) async fn redeem(&self, client: &str, code: &str) -> Answer {
        self.post_form("/oauth/token", &exchange(client, code))
            .await
    }

    pub(crate) async fn refresh(&self, client: &str, token: &str) -> Answer {
        self.post_form(
            "/oauth/token",
            &[
                ("grant_type", "refresh_token"),
                ("client_id", client),
                ("refresh_token", token),
            ],
        )
        .await
    }

    pub(crate) fn later(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }
}

pub(crate) fn exchange<'a>(client: &'a str, code: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("grant_type", "authorization_code"),
        ("client_id", client),
        ("code", code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
    ]
}

/// An authorization request for acme; `changes` replace or (with an empty value) remove
/// parameters.
pub(crate) fn authorize_path(client: &str, changes: &[(&str, &str)]) -> String {
    let mut fields = BTreeMap::from([
        ("client_id", client),
        ("redirect_uri", REDIRECT),
        ("response_type", "code"),
        ("state", "the client's own"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
        ("resource", "http://localhost:8788/t/acme/mcp"),
        ("scope", "feishu:read feishu:write"),
    ]);
    for (name, value) in changes {
        if value.is_empty() {
            fields.remove(name);
        } else {
            fields.insert(name, value);
        }
    }
    let fields: Vec<(&str, &str)> = fields.into_iter().collect();
    format!("/oauth/authorize?{}", form(&fields))
}

#[derive(Debug, Clone)]
pub(crate) struct Connected {
    pub(crate) client: String,
    pub(crate) access: String,
    pub(crate) refresh: String,
    pub(crate) scope: String,
}

impl Connected {
    pub(crate) fn read(client: String, answer: &Answer) -> Self {
        let json = answer.json();
        let text = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
        Self {
            client,
            access: text("access_token"),
            refresh: text("refresh_token"),
            scope: text("scope"),
        }
    }
}

/// A browser: it keeps cookies and says where its requests come from.
#[derive(Debug, Clone, Default)]
pub(crate) struct Browser {
    cookies: BTreeMap<String, String>,
}

impl Browser {
    pub(crate) async fn get(&mut self, deployment: &Deployment, path: &str) -> Answer {
        self.send(deployment, Method::GET, path, String::new(), "none")
            .await
    }

    pub(crate) async fn post(
        &mut self,
        deployment: &Deployment,
        path: &str,
        fields: &[(&str, &str)],
        site: &str,
    ) -> Answer {
        self.send(deployment, Method::POST, path, form(fields), site)
            .await
    }

    /// Presses the button of a consent page.
    pub(crate) async fn approve(
        &mut self,
        deployment: &Deployment,
        page: &Answer,
        write: bool,
    ) -> Answer {
        let (organisation, request, csrf) = (
            page.field("organisation"),
            page.field("request"),
            page.field("csrf"),
        );
        let mut fields = vec![
            ("organisation", organisation.as_str()),
            ("request", request.as_str()),
            ("csrf", csrf.as_str()),
            ("decision", "approve"),
        ];
        if write {
            fields.push(("write", "yes"));
        }
        self.post(deployment, "/oauth/consent", &fields, "same-origin")
            .await
    }

    async fn send(
        &mut self,
        deployment: &Deployment,
        method: Method,
        path: &str,
        body: String,
        site: &str,
    ) -> Answer {
        let jar: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, HOST)
            .header(header::COOKIE, jar.join("; "))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", site)
            .body(Body::from(body))
            .unwrap();
        let answer = deployment.send(request).await;
        for line in answer.headers.get_all(header::SET_COOKIE) {
            let pair = line.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        answer
    }
}
