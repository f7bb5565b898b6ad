//! Connections and the beginning of transactions.

use std::{path::PathBuf, time::Duration};

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, SqliteTransactionMode,
    SqlxPostgresConnector, SqlxSqliteConnector, Statement, TransactionOptions, TransactionTrait,
    sqlx::{
        self, ConnectOptions as _, Executor as _,
        postgres::{PgConnectOptions, PgPoolOptions},
        sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
    },
};
use uuid::Uuid;

use crate::{StoreError, StoreOptions};

/// How long a caller waits for a connection before it hears [`StoreError::Unavailable`].
const ACQUIRE: Duration = Duration::from_secs(5);
/// How long SQLite waits for a lock that another process holds.
const BUSY: Duration = Duration::from_secs(5);

/// The connections of one store.
#[derive(Debug, Clone)]
pub(crate) struct Engine {
    backend: DbBackend,
    reader: DatabaseConnection,
    writer: DatabaseConnection,
    ledger: DatabaseConnection,
}

/// A setting that row-level security reads, local to one transaction.
#[derive(Debug, Clone)]
pub(crate) enum Setting {
    /// The tenant whose rows are visible.
    Tenant(Uuid),
    /// The hash whose row is visible.
    Lookup([u8; 32]),
    /// None: tables without a tenant only.
    Nothing,
}

impl Setting {
    fn pair(&self) -> Option<(&'static str, String)> {
        match self {
            Self::Tenant(id) => Some(("app.tenant_id", id.to_string())),
            Self::Lookup(hash) => Some(("app.lookup", hex::encode(hash))),
            Self::Nothing => None,
        }
    }
}

/// Which connection a transaction takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lane {
    /// Many at a time; SQLite refuses to write.
    Read,
    /// One at a time on SQLite, and it holds the write lock from its beginning.
    Write,
    /// The ledger's own, so that its entries never wait behind a full pool.
    Ledger,
}

impl Engine {
    pub(crate) async fn open(options: &StoreOptions) -> Result<Self, StoreError> {
        if options.url.starts_with("postgres") {
            Self::open_postgres(options).await
        } else {
            Self::open_sqlite(options).await
        }
    }

    async fn open_postgres(options: &StoreOptions) -> Result<Self, StoreError> {
        let connect: PgConnectOptions = options.url.parse().map_err(refused)?;
        let connect = connect.disable_statement_logging();
        let pool = |size: u32| {
            PgPoolOptions::new()
                .max_connections(size.max(1))
                .acquire_timeout(ACQUIRE)
        };
        let many = pool(options.max_connections)
            // A `BEGIN` whose caller went away leaves the session inside a transaction: the next
            // borrower's writes would be acknowledged and lost. We begin in a task of our own,
            // and this is the second wall.
            .after_release(|connection, _| {
                Box::pin(async move {
                    connection.execute("ROLLBACK").await?;
                    Ok(true)
                })
            })
            .connect_with(connect.clone())
            .await
            .map_err(unreachable)?;
        // The ledger's connection has one borrower, a task that nobody cancels: every batch would
        // wait for the second wall of the one before.
        let one = pool(1).connect_lazy_with(connect);
        let many = SqlxPostgresConnector::from_sqlx_postgres_pool(many);
        Ok(Self {
            backend: DbBackend::Postgres,
            reader: many.clone(),
            writer: many,
            ledger: SqlxPostgresConnector::from_sqlx_postgres_pool(one),
        })
    }

    async fn open_sqlite(options: &StoreOptions) -> Result<Self, StoreError> {
        let connect: SqliteConnectOptions = options.url.parse().map_err(refused)?;
        // FULL: a record that was acknowledged is on the disk, also when the power fails.
        let connect = connect
            .disable_statement_logging()
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .statement_cache_capacity(256)
            .busy_timeout(BUSY);
        let pool = |size: u32| {
            SqlitePoolOptions::new()
                .max_connections(size.max(1))
                .acquire_timeout(ACQUIRE)
                .idle_timeout(None)
                .max_lifetime(None)
        };
        let writer = pool(1)
            .connect_with(connect.clone())
            .await
            .map_err(unreachable)?;
        let reader = pool(options.max_connections)
            .connect_with(connect.pragma("query_only", "ON"))
            .await
            .map_err(unreachable)?;
        let writer = SqlxSqliteConnector::from_sqlx_sqlite_pool(writer);
        Ok(Self {
            backend: DbBackend::Sqlite,
            reader: SqlxSqliteConnector::from_sqlx_sqlite_pool(reader),
            ledger: writer.clone(),
            writer,
        })
    }

    pub(crate) const fn backend(&self) -> DbBackend {
        self.backend
    }

    pub(crate) const fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// Begins a transaction in a task of its own: a caller that goes away in between cannot leave
    /// a half-begun one on the connection; the task finishes and rolls it back.
    pub(crate) async fn begin(
        &self,
        lane: Lane,
        setting: Setting,
    ) -> Result<DatabaseTransaction, StoreError> {
        let backend = self.backend;
        let connection = match lane {
            Lane::Read => self.reader.clone(),
            Lane::Write => self.writer.clone(),
            Lane::Ledger => self.ledger.clone(),
        };
        let begun = async move {
            let mode = match (backend, lane) {
                (DbBackend::Sqlite, Lane::Read) => Some(SqliteTransactionMode::Deferred),
                (DbBackend::Sqlite, _) => Some(SqliteTransactionMode::Immediate),
                _ => None,
            };
            let transaction = connection
                .begin_with_options(TransactionOptions {
                    isolation_level: None,
                    access_mode: None,
                    sqlite_transaction_mode: mode,
                })
                .await?;
            set(&transaction, &setting).await?;
            Ok(transaction)
        };
        // The ledger's writer is such a task itself.
        if lane == Lane::Ledger {
            return begun.await;
        }
        let begun = tokio::spawn(begun);
        begun.await.unwrap_or(Err(StoreError::Unavailable))
    }
}

/// Sets what row-level security reads, until the transaction ends. SQLite has none.
pub(crate) async fn set(
    transaction: &DatabaseTransaction,
    setting: &Setting,
) -> Result<(), StoreError> {
    if transaction.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    if let Some((name, value)) = setting.pair() {
        transaction
            .query_one_raw(Statement::from_sql_and_values(
                DbBackend::Postgres,
                "SELECT set_config($1, $2, true)",
                [name.into(), value.into()],
            ))
            .await?;
    }
    Ok(())
}

/// Commits in a task of its own: the outcome does not depend on the caller staying.
pub(crate) async fn commit(transaction: DatabaseTransaction) -> Result<(), StoreError> {
    tokio::spawn(transaction.commit())
        .await
        .map_err(|_| StoreError::Unavailable)?
        .map_err(StoreError::from)
}

/// The private file of a store in memory, removed with it.
#[derive(Debug)]
pub(crate) struct PrivateFile(PathBuf);

impl PrivateFile {
    pub(crate) fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("feishu-mcp-{name}.db")))
    }

    pub(crate) fn url(&self) -> String {
        format!("sqlite:{}", self.0.display())
    }
}

impl Drop for PrivateFile {
    fn drop(&mut self) {
        for tail in ["", "-wal", "-shm"] {
            let mut name = self.0.clone().into_os_string();
            name.push(tail);
            let _ = std::fs::remove_file(name);
        }
    }
}

fn refused(error: sqlx::Error) -> StoreError {
    StoreError::Query(std::sync::Arc::new(error))
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the form that `map_err` asks for"
)]
fn unreachable(error: sqlx::Error) -> StoreError {
    tracing::warn!(%error, "cannot open the database");
    StoreError::Unavailable
}
