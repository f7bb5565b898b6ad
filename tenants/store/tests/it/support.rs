//! A fresh database per test, with two tenants.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use model::{
    Access, Brand, CallId, Capability, Channel, ClientRef, EntryKind, LedgerEntry, Limits, Locale,
    ManualClock, Member, OsEntropy, Outcome, Principal, PrincipalParts, Purpose, Role, RoleSet,
    Subject, SystemClock, Tenant, Timestamp,
    policy::{Action, CallTool, Effect, ManageTenant, Permit, Rules, ToolFacts, authorize},
};
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection};
use store::{
    ChainBreak, ChainHead, NewMember, NewTenant, Store, StoreError, StoreOptions, TenantTx,
};
use tests::{Database, On};
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
    database: Database,
}

impl Bench {
    async fn on(on: On) -> Self {
        let database = Database::fresh(on);
        store::migrate(&database.owner_url).await.unwrap();
        let (url, owner_url) = (database.url.clone(), database.owner_url.clone());
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
            database,
        }
    }

    pub(crate) async fn sqlite() -> Self {
        Self::on(On::Sqlite).await
    }

    pub(crate) async fn postgres() -> Self {
        Self::on(On::Postgres).await
    }

    /// A transaction in a tenant.
    pub(crate) async fn read(&self, tenant: &Tenant) -> TenantTx {
        let scope = self.store.scope(&acting_in(tenant));
        scope.read().await.unwrap()
    }

    /// The same that may write.
    pub(crate) async fn write(&self, tenant: &Tenant) -> TenantTx {
        let scope = self.store.scope(&acting_in(tenant));
        scope.write().await.unwrap()
    }

    pub(crate) fn is_postgres(&self) -> bool {
        self.database.on == On::Postgres
    }

    /// Runs a statement as the owner.
    pub(crate) async fn tamper(&self, sql: &str) {
        self.owner.execute_unprepared(sql).await.unwrap();
    }

    /// The condition on rows of the first tenant in SQL.
    pub(crate) fn of_acme(&self) -> String {
        format!("tenant_id = {}", self.sql_id(self.acme.id.uuid()))
    }

    /// Cuts the first tenant's chain after a place, and its head with it.
    pub(crate) async fn cut(&self, last: u64) {
        let own = self.of_acme();
        self.tamper(&format!("DELETE FROM ledger WHERE seq > {last} AND {own}"))
            .await;
        self.tamper(&format!(
            "UPDATE ledger_heads SET seq = {last}, hash = \
             (SELECT hash FROM ledger WHERE seq = {last} AND {own}) WHERE {own}"
        ))
        .await;
    }

    /// What the check of the first tenant's chain finds, also against a head that was kept.
    pub(crate) async fn broken(&self, kept: Option<ChainHead>) -> Option<ChainBreak> {
        let tx = self.read(&self.acme).await;
        let report = tx.ledger().verify_chain_with(kept).await.unwrap();
        report.broken
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
    sea_orm::Database::connect(options).await.unwrap()
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
    let rules = Rules::open(tenant.id, vec![]);
    authorize::<A>(&rules, &acting_in(tenant), &()).unwrap()
}

/// Proof that a member may call a tool.
pub(crate) fn tool_permit(tenant: &Tenant, member: &Member) -> Permit<CallTool> {
    let rules = Rules::open(tenant.id, vec![]);
    let principal = Principal::establish(PrincipalParts {
        tenant: tenant.id,
        subject: Subject::Member {
            id: member.id,
            open_id: member.open_id.clone(),
            name: member.name.clone(),
        },
        roles: member.roles,
        access: Access::Read,
        client: ClientRef::unregistered("test"),
        grant: None,
        channel: Channel::Mcp,
        locale: Locale::Zh,
        expires_at: None,
    });
    let facts = ToolFacts {
        name: "media_put",
        effect: Effect::Read,
        capability: None,
    };
    authorize::<CallTool>(&rules, &principal, &facts).unwrap()
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
        policy_version: Some(1),
        decision: Some("allowed".to_owned()),
        outcome: Outcome::Ok,
        fault: None,
        feishu_log_id: Some("20261101000000AAAA".to_owned()),
        upstream_calls: 2,
        duration_us: 41_000,
        detail: r#"{"ref":"doxcnExample","section":"概要"}"#.to_owned(),
    }
}
