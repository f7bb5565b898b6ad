//! Each round against a store in memory and the sandbox.

mod billing;
mod erase;
mod expire;
mod ledgers;
mod recover;
mod refresh;
mod reprobe;
mod stream;

use std::{path::PathBuf, sync::Arc, time::Duration};

use ::tests::{Database, On};
use automation::{Automation, AutomationOptions, AutomationParts};
use bus::Bus;
use calls::{
    CredentialOptions, Gate, GateOptions, GateParts, Links,
    app_care::{AppCare, AppCareParts},
    directory::{DirectoryCare, DirectoryOptions, DirectoryParts},
    events::{EventCare, EventOptions, EventParts},
};
use feishu::{AppCredentials, Hosts, Transport, TransportOptions, tokens};
use model::{
    Brand, Capability, Clock, Entropy, EntryKind, Limits, Locale, ManualClock, MemberId, NodeId,
    OsEntropy, Principal, Purpose, Role, RoleSet, Tenant, TenantId, Timestamp,
    policy::{ManageTenant, Permit, authorize},
};
use sandbox::{RunningSandbox, SandboxOptions, demo};
use store::{
    EntryFilter, FeishuGrant, FeishuTokens, NewMember, NewTenant, Page, Store, StoreOptions,
    TenantTx,
};
use vault::{KeyRing, MasterKey, Secret, Vault};

use crate::{JobsOptions, JobsParts};

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const DAY: Duration = Duration::from_hours(24);

struct World {
    sandbox: RunningSandbox,
    store: Store,
    clock: Arc<ManualClock>,
    transport: Transport,
    _database: Option<Database>,
}

impl World {
    /// In memory.
    async fn new() -> Self {
        Self::over(StoreOptions::new("sqlite::memory:"), None).await
    }

    /// On a real database.
    async fn on(on: On) -> Self {
        let database = Database::fresh(on);
        store::migrate(&database.owner_url).await.unwrap();
        Self::over(StoreOptions::new(&database.url), Some(database)).await
    }

    async fn over(store: StoreOptions, database: Option<Database>) -> Self {
        let options = SandboxOptions {
            rate_limits: false,
            ..SandboxOptions::default()
        };
        let sandbox = sandbox::start(options).await.unwrap();
        let clock = Arc::new(ManualClock::at(Timestamp::from_millis(1_800_000_000_000)));
        let entropy: Arc<dyn Entropy> = Arc::new(OsEntropy);
        let master = MasterKey::derive("a passphrase of the tests").unwrap();
        let ring = KeyRing::new(master, Vec::new()).unwrap();
        let store = Store::connect(
            store,
            Arc::clone(&clock) as Arc<dyn Clock>,
            Arc::clone(&entropy),
            Vault::new(ring, entropy),
        );
        Self {
            sandbox,
            store: store.await.unwrap(),
            clock,
            transport: Transport::new(TransportOptions::default()).unwrap(),
            _database: database,
        }
    }

    /// A tenant, with the app that it says it has.
    async fn tenant(&self, slug: &str, app_id: &str, secret: &str) -> Tenant {
        let tx = self.store.platform("tests").write().await.unwrap();
        let new = NewTenant {
            slug: slug.parse().unwrap(),
            name: slug.to_owned(),
            brand: Brand::Feishu,
            app_id: app_id.to_owned(),
            app_secret: Secret::new(secret),
            capabilities: Capability::ALL.to_vec(),
            limits: Limits::default(),
            locale: Locale::En,
        };
        let tenant = tx.tenants().add(new).await.unwrap();
        tx.commit().await.unwrap();
        tenant
    }

    async fn acme(&self) -> Tenant {
        self.tenant("acme", demo::APP_ID, demo::APP_SECRET).await
    }

    fn hosts(&self) -> Hosts {
        Hosts::at(&self.sandbox.base_url().parse().unwrap())
    }

    /// One process with its jobs.
    fn node(&self, spool: Option<PathBuf>) -> JobsParts {
        let clock = Arc::clone(&self.clock) as Arc<dyn Clock>;
        let entropy: Arc<dyn Entropy> = Arc::new(OsEntropy);
        let hosts = self.hosts();
        let gate = Gate::new(GateParts {
            store: self.store.clone(),
            bus: Bus::local(NodeId::mint(&*clock, &*entropy)),
            catalogue: tools::catalogue(),
            transport: self.transport.clone(),
            web: feishu::GuardedClient::new(feishu::GuardOptions::default()).unwrap(),
            hosts: Arc::new(move |_brand| hosts.clone()),
            clock: Arc::clone(&clock),
            entropy: Arc::clone(&entropy),
            links: Links {
                sign_in: Arc::new(|slug| format!("/t/{slug}/sign-in")),
                connections: Arc::new(|slug| format!("/t/{slug}/connections")),
                confirm: Arc::new(|slug, id| format!("/t/{slug}/confirm/{id}")),
                upload: Arc::new(|slug, link| format!("/t/{slug}/uploads/{link}")),
                web_host: None,
            },
            options: GateOptions {
                credentials: CredentialOptions {
                    spool,
                    reread: Duration::from_millis(200),
                    ..CredentialOptions::default()
                },
                ..GateOptions::default()
            },
        });
        let hosts = self.hosts();
        let apps = AppCare::new(AppCareParts {
            store: self.store.clone(),
            bus: Bus::local(NodeId::mint(&*clock, &*entropy)),
            transport: self.transport.clone(),
            hosts: Arc::new(move |_brand| hosts.clone()),
            clock: Arc::clone(&clock),
            entropy: Arc::clone(&entropy),
            redirect_url: "http://localhost:8788/callback".to_owned(),
        });
        let hosts = self.hosts();
        let directory = DirectoryCare::new(DirectoryParts {
            store: self.store.clone(),
            bus: Bus::local(NodeId::mint(&*clock, &*entropy)),
            transport: self.transport.clone(),
            hosts: Arc::new(move |_brand| hosts.clone()),
            clock: Arc::clone(&clock),
            entropy: Arc::clone(&entropy),
            options: DirectoryOptions {
                pace: Duration::ZERO,
                ..DirectoryOptions::default()
            },
        });
        JobsParts {
            rules: Automation::new(AutomationParts {
                store: self.store.clone(),
                bus: Bus::local(NodeId::mint(&*clock, &*entropy)),
                gate: gate.clone(),
                clock: Arc::clone(&clock),
                entropy: Arc::clone(&entropy),
                options: AutomationOptions::default(),
            }),
            events: EventCare::new(EventParts {
                store: self.store.clone(),
                bus: Bus::local(NodeId::mint(&*clock, &*entropy)),
                directory: directory.clone(),
                apps: apps.clone(),
                clock: Arc::clone(&clock),
                entropy: Arc::clone(&entropy),
                options: EventOptions::default(),
            }),
            directory,
            store: self.store.clone(),
            bus: Bus::local(NodeId::mint(&*clock, &*entropy)),
            credentials: gate.credentials().clone(),
            apps,
            clock,
            entropy,
            options: JobsOptions::default(),
        }
    }

    /// Signs a person in at Feishu, and the member in here.
    async fn member(&self, tenant: &Tenant, secret: &str, user: &str) -> MemberId {
        let back = "http://localhost:8788/callback";
        let scopes = ["offline_access".to_owned()];
        let code = self
            .sandbox
            .approve(&tenant.app_id, user, back, &scopes, Some(CHALLENGE))
            .unwrap();
        let app = AppCredentials {
            app_id: tenant.app_id.clone(),
            secret: secret.to_owned().into(),
        };
        let hosts = self.hosts();
        let given = tokens::exchange_code(&self.transport, &hosts, &app, &code, back, VERIFIER);
        let given = given.await.unwrap();
        let tx = self.write(tenant.id).await;
        let new = NewMember {
            open_id: self.sandbox.open_id(&tenant.app_id, user).unwrap(),
            union_id: None,
            name: user.to_owned(),
            avatar_url: None,
            roles: RoleSet::EMPTY.with(Role::EndUser),
        };
        let member = tx.members().upsert_signed_in(new).await.unwrap().id;
        let pair = FeishuTokens {
            access_token: Secret::new(given.access_token.as_str()),
            access_expires_at: tx.now() + Duration::from_secs(given.expires_in),
            refresh_token: given.refresh_token.map(|token| Secret::new(token.as_str())),
            refresh_expires_at: given
                .refresh_expires_in
                .map(|life| tx.now() + Duration::from_secs(life)),
            scope: given.scope,
        };
        tx.feishu_grants()
            .put_signed_in(member, &pair)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        member
    }

    async fn write(&self, tenant: TenantId) -> TenantTx {
        let operator = Principal::platform(tenant, Purpose::Housekeeping);
        self.store.scope(&operator).write().await.unwrap()
    }

    /// What an admin of the tenant may do.
    async fn permit(&self, tenant: &Tenant) -> Permit<ManageTenant> {
        let rules = self.write(tenant.id).await.rules().read().await.unwrap();
        let operator = Principal::platform(tenant.id, Purpose::Operator);
        authorize::<ManageTenant>(&rules, &operator, &()).unwrap()
    }

    async fn grant(&self, tenant: &Tenant, member: MemberId) -> FeishuGrant {
        let tx = self.write(tenant.id).await;
        tx.feishu_grants().get(member).await.unwrap().unwrap()
    }

    /// How often the token endpoint was asked so far.
    fn asked(&self) -> usize {
        let latest = self.sandbox.latest_requests(1_000);
        let token = |path: &str| path.ends_with("/oauth/token");
        latest.iter().filter(|(_, path, _)| token(path)).count()
    }

    /// Actions of the tenant's ledger.
    async fn actions(&self, tenant: &Tenant) -> Vec<(EntryKind, String)> {
        let tx = self.write(tenant.id).await;
        let (every, page) = (EntryFilter::default(), Page::first(100));
        let found = tx.ledger().list(&every, &page).await.unwrap().items;
        found
            .into_iter()
            .map(|one| (one.entry.kind, one.entry.action))
            .collect()
    }
}
