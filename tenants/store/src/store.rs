//! The store.

use std::{fmt, sync::Arc, time::Duration};

use model::{CallId, Clock, Entropy, Principal, TenantId};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use vault::{DataKey, Vault};

use crate::{
    Directory, Ledger, StoreError, StoreOptions, TenantScope,
    engine::{Engine, PrivateFile},
    role,
};

/// Opened data keys are forgotten after this long, so that a destroyed key is gone soon.
const KEY_TTL: Duration = Duration::from_mins(5);

/// What scopes and transactions share.
pub(crate) struct Shared {
    pub(crate) engine: Engine,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) vault: Vault,
    pub(crate) data_keys: moka::sync::Cache<TenantId, DataKey>,
    pub(crate) search_reach: u64,
    _file: Option<PrivateFile>,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Store({})", self.engine.backend().as_str())
    }
}

/// The platform's data. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    shared: Arc<Shared>,
    directory: Arc<Directory>,
    ledger: Ledger,
}

/// How the store is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreHealth {
    /// `postgres` or `sqlite`.
    pub backend: &'static str,
    /// Time of one round trip.
    pub round_trip: Duration,
    /// Ledger entries that wait for their transaction.
    pub ledger_waiting: usize,
}

impl Store {
    /// Opens the store.
    ///
    /// # Errors
    /// [`StoreError::SchemaBehind`] when migrations are missing, [`StoreError::UnsafeRole`] when
    /// the Postgres role owns tables, is superuser or bypasses row-level security,
    /// [`StoreError::Unavailable`] when the database does not answer.
    pub async fn connect(
        options: StoreOptions,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        vault: Vault,
    ) -> Result<Self, StoreError> {
        let mut options = options;
        let file = if options.url == "sqlite::memory:" {
            let name = CallId::mint(clock.as_ref(), &model::OsEntropy).to_string();
            let file = PrivateFile::new(&name);
            options.url = file.url();
            migrate(&options.url).await?;
            Some(file)
        } else {
            None
        };
        let engine = Engine::open(&options).await?;
        if engine.backend() == DbBackend::Postgres {
            role::refuse_unsafe(engine.reader()).await?;
        }
        let pending = migrations::pending(engine.reader())
            .await
            .map_err(migrating)?;
        if !pending.is_empty() {
            return Err(StoreError::SchemaBehind { pending });
        }
        let shared = Arc::new(Shared {
            engine,
            clock,
            entropy,
            vault,
            data_keys: moka::sync::Cache::builder()
                .max_capacity(10_000)
                .time_to_live(KEY_TTL)
                .build(),
            search_reach: options.search_reach,
            _file: file,
        });
        Ok(Self {
            directory: Arc::new(Directory::new(Arc::clone(&shared))),
            ledger: Ledger::start(Arc::clone(&shared), &options),
            shared,
        })
    }

    /// The scope of the principal's own tenant: there is no way to another.
    pub fn scope(&self, principal: &Principal) -> TenantScope {
        TenantScope::new(Arc::clone(&self.shared), principal.tenant())
    }

    /// The cached tenants.
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// The ledger's writer.
    pub const fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Asks the database for a sign of life.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when it does not answer.
    pub async fn health(&self) -> Result<StoreHealth, StoreError> {
        let reader = self.shared.engine.reader();
        let backend = self.shared.engine.backend();
        let before = tokio::time::Instant::now();
        reader
            .query_one_raw(Statement::from_string(backend, "SELECT 1"))
            .await?;
        Ok(StoreHealth {
            backend: match backend {
                DbBackend::Postgres => "postgres",
                _ => "sqlite",
            },
            round_trip: before.elapsed(),
            ledger_waiting: self.ledger.waiting(),
        })
    }

    pub(crate) const fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }
}

/// Brings the schema up to date, as its owner; gives the names of what was applied. On Postgres
/// the role [`migrations::RUNTIME_ROLE`] gets its rights.
///
/// # Errors
/// Fails when the database cannot be reached or refuses a statement.
pub async fn migrate(url: &str) -> Result<Vec<String>, StoreError> {
    migrate_for(url, migrations::RUNTIME_ROLE).await
}

/// As [`migrate`], for a runtime role of another name.
///
/// # Errors
/// As [`migrate`].
pub async fn migrate_for(url: &str, role: &str) -> Result<Vec<String>, StoreError> {
    migrations::up(url, role).await.map_err(migrating)
}

/// Names of the migrations that the database lacks.
///
/// # Errors
/// Fails when the database cannot be reached.
pub async fn pending(url: &str) -> Result<Vec<String>, StoreError> {
    migrations::pending_at(url).await.map_err(migrating)
}

fn migrating(error: migrations::MigrateError) -> StoreError {
    StoreError::from(error.0)
}
