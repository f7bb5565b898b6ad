//! A tenant with one member, and a Feishu that behaves as it is told.

use std::{path::PathBuf, sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode, header::AUTHORIZATION},
    response::IntoResponse,
    routing::post,
};
use bus::Bus;
use feishu::{Hosts, Transport, TransportOptions};
use model::{
    Access, Brand, Capability, Channel, ClientRef, Clock, Entropy, Limits, Locale, ManualClock,
    MemberId, NodeId, OsEntropy, Principal, PrincipalParts, Purpose, Role, RoleSet, Subject,
    Timestamp,
};
use parking_lot::Mutex;
use serde_json::{Value, json};
use store::{FeishuGrant, FeishuTokens, NewMember, NewTenant, Store, StoreOptions, TenantEntry};
use tests::{Database, On};
use url::Url;
use vault::{KeyRing, MasterKey, Secret, Vault};

use crate::{CredentialOptions, Credentials, HostsFor};

/// What the endpoint does with the next refresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Exchanges the token after a pause.
    After(Duration),
    /// Exchanges the token, and the answer never arrives.
    Lost,
    /// Answers with a status and a body, without any effect.
    Says(u16, &'static str),
}

#[derive(Debug, Default)]
pub(crate) struct Feishu {
    /// The one valid refresh token is `r-{generation}`.
    pub(crate) generation: u32,
    /// Requests.
    pub(crate) asked: u32,
    /// What comes next; by default an exchange without a pause.
    pub(crate) script: Vec<Answer>,
    /// How many more calls the first access token is good for; by default any number.
    pub(crate) first_token_calls: Option<u32>,
}

pub(crate) type Shared = Arc<Mutex<Feishu>>;

async fn token(State(feishu): State<Shared>, Json(request): Json<Value>) -> impl IntoResponse {
    let (answer, exchanged) = {
        let mut feishu = feishu.lock();
        feishu.asked += 1;
        let answer = if feishu.script.is_empty() {
            Answer::After(Duration::ZERO)
        } else {
            feishu.script.remove(0)
        };
        let valid = request["refresh_token"] == format!("r-{}", feishu.generation);
        let exchanges = valid && !matches!(answer, Answer::Says(..));
        feishu.generation += u32::from(exchanges);
        (answer, exchanges.then_some(feishu.generation))
    };
    match answer {
        Answer::Says(status, body) => {
            let status = StatusCode::from_u16(status).unwrap();
            return (status, body.to_owned()).into_response();
        }
        Answer::Lost => std::future::pending().await,
        Answer::After(pause) => tokio::time::sleep(pause).await,
    }
    let Some(generation) = exchanged else {
        let refused = json!({"code": 20073, "error": "invalid_grant"});
        return (StatusCode::BAD_REQUEST, Json(refused)).into_response();
    };
    Json(json!({
        "code": 0, "access_token": format!("a-{generation}"), "expires_in": 7200,
        "refresh_token": format!("r-{generation}"), "refresh_token_expires_in": 604_800,
        "scope": "offline_access docx:document:readonly", "token_type": "Bearer",
    }))
    .into_response()
}

/// Any API: it refuses only the first access token, once its calls are used up.
async fn api(State(feishu): State<Shared>, headers: HeaderMap) -> impl IntoResponse {
    let mut feishu = feishu.lock();
    let first = headers[AUTHORIZATION] == "Bearer a-0";
    if first && let Some(left) = feishu.first_token_calls {
        let Some(left) = left.checked_sub(1) else {
            let refused = json!({"code": 99_991_668, "msg": "Invalid access token"});
            return (StatusCode::BAD_REQUEST, Json(refused));
        };
        feishu.first_token_calls = Some(left);
    }
    (StatusCode::OK, Json(json!({"code": 0, "data": {}})))
}

/// Everything that a test needs.
pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) bus: Bus,
    pub(crate) feishu: Shared,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) entry: Arc<TenantEntry>,
    pub(crate) member: MemberId,
    pub(crate) hosts: HostsFor,
    pub(crate) transport: Transport,
    pub(crate) credentials: Credentials,
    database: Database,
}

/// A store with connections of its own.
async fn connect(database: &Database, clock: &Arc<ManualClock>) -> Store {
    let entropy: Arc<dyn Entropy> = Arc::new(OsEntropy);
    let master = MasterKey::derive("a passphrase of the tests").unwrap();
    let ring = KeyRing::new(master, Vec::new()).unwrap();
    let vault = Vault::new(ring, Arc::clone(&entropy));
    let clock = Arc::clone(clock) as Arc<dyn Clock>;
    let store = Store::connect(StoreOptions::new(&database.url), clock, entropy, vault);
    store.await.unwrap()
}

/// Short times, so that tests are quick.
pub(crate) fn options(spool: Option<PathBuf>) -> CredentialOptions {
    CredentialOptions {
        spool,
        lease: Duration::from_secs(10),
        call_deadline: Duration::from_millis(500),
        reread: Duration::from_millis(400),
        rest: Duration::from_secs(1),
    }
}

pub(crate) fn tokens(generation: u32, now: Timestamp) -> FeishuTokens {
    FeishuTokens {
        access_token: Secret::new(format!("a-{generation}")),
        access_expires_at: now + Duration::from_hours(2),
        refresh_token: Some(Secret::new(format!("r-{generation}"))),
        refresh_expires_at: Some(now + Duration::from_hours(24 * 7)),
        scope: "offline_access".to_owned(),
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::set_up(On::Sqlite, None).await
    }

    pub(crate) async fn on(database: On) -> Self {
        Self::set_up(database, None).await
    }

    pub(crate) async fn spooling(spool: Option<PathBuf>) -> Self {
        Self::set_up(On::Sqlite, spool).await
    }

    async fn set_up(on: On, spool: Option<PathBuf>) -> Self {
        let feishu = Shared::default();
        let app = Router::new()
            .route("/open-apis/authen/v2/oauth/token", post(token))
            .fallback(api)
            .with_state(Arc::clone(&feishu));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        let hosts = Hosts::at(&Url::parse(&origin).unwrap());
        let hosts: HostsFor = Arc::new(move |_brand| hosts.clone());

        let start = Timestamp::from_millis(1_800_000_000_000);
        let clock = Arc::new(ManualClock::at(start));
        let entropy: Arc<dyn Entropy> = Arc::new(OsEntropy);
        let database = Database::fresh(on);
        store::migrate(&database.owner_url).await.unwrap();
        let store = connect(&database, &clock).await;

        let platform = store.platform("the tests' tenant").write().await.unwrap();
        let tenants = platform.tenants();
        let tenant = tenants.add(NewTenant {
            slug: "acme".parse().unwrap(),
            name: "Acme".to_owned(),
            brand: Brand::Feishu,
            app_id: "cli_test".to_owned(),
            app_secret: Secret::new("secret"),
            capabilities: Capability::ALL.to_vec(),
            limits: Limits::default(),
            locale: Locale::En,
        });
        let tenant = tenant.await.unwrap();
        platform.commit().await.unwrap();
        let scope = store.scope(&Principal::platform(tenant.id, Purpose::SignIn));
        let tx = scope.write().await.unwrap();
        let members = tx.members();
        let member = members.upsert_signed_in(NewMember {
            open_id: "ou_1".to_owned(),
            union_id: None,
            name: "Ann".to_owned(),
            avatar_url: None,
            roles: RoleSet::EMPTY.with(Role::EndUser),
        });
        let member = member.await.unwrap().id;
        let grants = tx.feishu_grants();
        grants
            .put_signed_in(member, &tokens(0, start))
            .await
            .unwrap();
        tx.commit().await.unwrap();

        let node = NodeId::mint(&*clock, &*entropy);
        let bus = Bus::local(node);
        let transport = Transport::new(TransportOptions::default()).unwrap();
        let entry = store.directory().by_id(tenant.id).await.unwrap().unwrap();
        let credentials = Credentials::new(
            store.clone(),
            bus.clone(),
            transport.clone(),
            &hosts,
            Arc::clone(&clock) as Arc<dyn Clock>,
            entropy,
            options(spool),
        );
        Self {
            store,
            bus,
            feishu,
            clock,
            entry,
            member,
            hosts,
            transport,
            credentials,
            database,
        }
    }

    /// Another replica over the same database, with a bus of its own.
    pub(crate) async fn replica(&self, spool: Option<PathBuf>) -> Credentials {
        let clock = Arc::clone(&self.clock) as Arc<dyn Clock>;
        Credentials::new(
            connect(&self.database, &self.clock).await,
            Bus::local(NodeId::mint(&*clock, &OsEntropy)),
            self.transport.clone(),
            &self.hosts,
            clock,
            Arc::new(OsEntropy),
            options(spool),
        )
    }

    pub(crate) fn principal(&self, access: Access) -> Principal {
        self.speaking(Locale::En, access)
    }

    pub(crate) fn speaking(&self, locale: Locale, access: Access) -> Principal {
        Principal::establish(PrincipalParts {
            tenant: self.entry.tenant.id,
            subject: Subject::Member {
                id: self.member,
                open_id: "ou_1".to_owned(),
                name: "Ann".to_owned(),
            },
            roles: RoleSet::EMPTY.with(Role::EndUser),
            access,
            client: ClientRef::unregistered("test"),
            grant: None,
            channel: Channel::Mcp,
            locale,
            expires_at: None,
        })
    }

    /// Another member of the same tenant, who has no Feishu grant.
    pub(crate) async fn colleague(&self) -> MemberId {
        let scope = self.store.scope(&self.principal(Access::Read));
        let tx = scope.write().await.unwrap();
        let members = tx.members();
        let member = members.upsert_signed_in(NewMember {
            open_id: "ou_2".to_owned(),
            union_id: None,
            name: "Bob".to_owned(),
            avatar_url: None,
            roles: RoleSet::EMPTY.with(Role::EndUser),
        });
        let id = member.await.unwrap().id;
        tx.commit().await.unwrap();
        id
    }

    pub(crate) async fn grant(&self) -> FeishuGrant {
        let scope = self.store.scope(&self.principal(Access::Read));
        let tx = scope.read().await.unwrap();
        tx.feishu_grants().get(self.member).await.unwrap().unwrap()
    }

    /// Lets the access token end.
    pub(crate) fn end_access(&self) {
        self.clock.advance(Duration::from_hours(3));
    }

    pub(crate) fn script(&self, answers: &[Answer]) {
        self.feishu.lock().script = answers.to_vec();
    }

    pub(crate) fn asked(&self) -> u32 {
        self.feishu.lock().asked
    }
}
