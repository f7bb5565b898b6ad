//! A fresh database per test, with two tenants.

use std::{path::PathBuf, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use model::{
    Brand, CallId, Capability, Channel, EntryKind, LedgerEntry, Limits, Locale, ManualClock,
    OsEntropy, Outcome, Principal, Purpose, Role, RoleSet, SystemClock, Tenant, Timestamp,
    policy::{Action, ManageTenant, Permit, Rules, authorize},
};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};
use store::{NewMember, NewTenant, Store, StoreError, StoreOptions};
use vault::{KeyRing, MasterKey, Secret, Vault};

/// A store, its owner's connection for tampering, and two tenants.
pub(crate) struct Bench {
    pub(crate) store: Store,
    /// The schema's owner: bound by nothing.
    pub(crate) owner: DatabaseConnection,
    pub(crate) acme: Tenant,
    pub(crate) other: Tenant,
    /// Address for the runtime role.
    pub(crate) url: String,
    /// Address for the owner.
    pub(crate) owner_url: String,
    file: Option<PathBuf>,
}

impl Bench {
    pub(crate) async fn sqlite() -> Self {
        let name = CallId::mint(&SystemClock, &OsEntropy);
        let file = std::env::temp_dir().join(format!("store-test-{name}.db"));
        let url = format!("sqlite:{}", file.display());
        store::migrate(&url).await.unwrap();
        Self::open(url.clone(), url, Some(file)).await
    }

    pub(crate) async fn postgres() -> Self {
        let (url, owner_url) = postgres_database().await;
        store::migrate(&owner_url).await.unwrap();
        Self::open(url, owner_url, None).await
    }

    async fn open(url: String, owner_url: String, file: Option<PathBuf>) -> Self {
        let store = connect(&url).await.unwrap();
        let tx = store.platform("test").write().await.unwrap();
        let acme = tx.tenants().add(new_tenant("acme")).await.unwrap();
        let other = tx.tenants().add(new_tenant("other")).await.unwrap();
        tx.commit().await.unwrap();
        Self {
            store,
            owner: raw(&owner_url).await,
            acme,
            other,
            url,
            owner_url,
            file,
        }
    }

    pub(crate) fn is_postgres(&self) -> bool {
        self.file.is_none()
    }

    /// Runs a statement as the owner.
    pub(crate) async fn tamper(&self, sql: &str) {
        self.owner.execute_unprepared(sql).await.unwrap();
    }

    /// An id in SQL.
    pub(crate) fn sql_id(&self, id: sea_orm::prelude::Uuid) -> String {
        if self.is_postgres() {
            format!("'{id}'::uuid")
        } else {
            format!("X'{}'", id.simple())
        }
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        if let Some(file) = &self.file {
            for tail in ["", "-wal", "-shm"] {
                let _ = std::fs::remove_file(format!("{}{tail}", file.display()));
            }
            return;
        }
        let Some((_, name)) = self.owner_url.rsplit_once('/') else {
            return;
        };
        let drop = format!("DROP DATABASE {name} WITH (FORCE)");
        // A runtime of its own: the test's cannot be waited for from here.
        let done = std::thread::spawn(move || {
            tokio::runtime::Runtime::new()
                .unwrap()
                .block_on(async { raw(&server()).await.execute_unprepared(&drop).await })
        });
        let _ = done.join();
    }
}

pub(crate) fn key(id: &str, byte: u8) -> MasterKey {
    MasterKey::from_base64(id, &STANDARD.encode([byte; 32])).unwrap()
}

pub(crate) fn vault(primary: MasterKey, older: Vec<MasterKey>) -> Vault {
    Vault::new(KeyRing::new(primary, older).unwrap(), Arc::new(OsEntropy))
}

pub(crate) async fn connect(url: &str) -> Result<Store, StoreError> {
    connect_with(StoreOptions::new(url)).await
}

pub(crate) async fn connect_with(options: StoreOptions) -> Result<Store, StoreError> {
    connect_through(options, vault(key("k1", 7), vec![])).await
}

pub(crate) async fn connect_through(
    options: StoreOptions,
    vault: Vault,
) -> Result<Store, StoreError> {
    Store::connect(options, Arc::new(SystemClock), Arc::new(OsEntropy), vault).await
}

/// The same database, seen at another time.
pub(crate) async fn connect_at(url: &str, at: Timestamp) -> Store {
    let clock = Arc::new(ManualClock::at(at));
    let vault = vault(key("k1", 7), vec![]);
    Store::connect(StoreOptions::new(url), clock, Arc::new(OsEntropy), vault)
        .await
        .unwrap()
}

pub(crate) async fn raw(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.unwrap()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the address of the test server comes from the script that started it"
)]
pub(crate) fn server() -> String {
    std::env::var("TEST_POSTGRES_URL").expect(
        "these tests need PostgreSQL: use tests/run, or first eval \"$(tests/services up)\"",
    )
}

/// A fresh database and the addresses of its runtime role and its owner.
pub(crate) async fn postgres_database() -> (String, String) {
    let server = server();
    let name = format!(
        "t{}",
        CallId::mint(&SystemClock, &OsEntropy).uuid().simple()
    );
    let root = raw(&server).await;
    root.execute_unprepared(&format!("CREATE DATABASE {name}"))
        .await
        .unwrap();
    // Another test may be making the same role.
    let role = migrations::RUNTIME_ROLE;
    let _ = root
        .execute_unprepared(&format!("CREATE ROLE {role} LOGIN"))
        .await;
    root.close().await.unwrap();
    let (scheme, rest) = server.split_once("://").unwrap();
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let host = host.split('/').next().unwrap();
    let user = rest.rsplit_once('@').map_or("postgres", |(user, _)| user);
    (
        format!("{scheme}://{role}@{host}/{name}"),
        format!("{scheme}://{user}@{host}/{name}"),
    )
}

pub(crate) fn new_tenant(slug: &str) -> NewTenant {
    NewTenant {
        slug: slug.parse().unwrap(),
        name: slug.to_owned(),
        brand: Brand::Feishu,
        app_id: format!("cli_{slug}"),
        app_secret: Secret::new(format!("secret of {slug}")),
        capabilities: vec![Capability::DocsRead],
        limits: Limits::default(),
        locale: Locale::Zh,
    }
}

pub(crate) fn acting_in(tenant: &Tenant) -> Principal {
    Principal::platform(tenant.id, Purpose::Operator)
}

pub(crate) fn permit(tenant: &Tenant) -> Permit<ManageTenant> {
    permit_for::<ManageTenant>(tenant)
}

/// Proof for any act on the tenant as a whole.
pub(crate) fn permit_for<A: Action<Target = ()>>(tenant: &Tenant) -> Permit<A> {
    let rules = Rules {
        tenant: tenant.id,
        capabilities: vec![],
        read_only: false,
        disabled_tools: vec![],
        version: 1,
    };
    authorize::<A>(&rules, &acting_in(tenant), &()).unwrap()
}

pub(crate) fn person(open_id: &str) -> NewMember {
    NewMember {
        open_id: open_id.to_owned(),
        union_id: None,
        name: format!("name of {open_id}"),
        avatar_url: None,
        roles: RoleSet::EMPTY.with(Role::EndUser),
    }
}

pub(crate) fn entry(tenant: &Tenant) -> LedgerEntry {
    LedgerEntry {
        tenant: tenant.id,
        id: CallId::mint(&SystemClock, &OsEntropy),
        kind: EntryKind::Call,
        at: Timestamp::from_millis(1_793_491_200_000),
        member: None,
        account: None,
        client: None,
        client_name: "Inspector".to_owned(),
        grant: None,
        channel: Channel::Mcp,
        action: "doc_read".to_owned(),
        effect: "read".to_owned(),
        target: Some("docx:doxcnExample".to_owned()),
        outcome: Outcome::Ok,
        fault: None,
        feishu_log_id: Some("20261101000000AAAA".to_owned()),
        upstream_calls: 2,
        duration_us: 41_000,
        detail: r#"{"ref":"doxcnExample","section":"概要"}"#.to_owned(),
    }
}
