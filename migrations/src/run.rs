//! Bringing a database up to date.

use sea_orm_migration::{
    MigrationName, MigrationTrait, MigratorTrait, SchemaManager,
    async_trait::async_trait,
    sea_orm::{
        ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, Statement,
        sqlx::sqlite::SqliteJournalMode,
    },
};

use crate::{ALL, Backend, Migration, tables};

/// The role that the platform runs as on Postgres: neither owner nor superuser. It gets its
/// rights with every run of the migrations, if it exists.
pub const RUNTIME_ROLE: &str = "feishu_mcp_app";

/// Functions with the rights of the schema's owner that the runtime role may call.
const FUNCTIONS: &[&str] = &["ledger_retire(bigint)", "tenant_erase(text, bigint)"];

/// Two programs that migrate one database wait for each other under this number.
const LOCK: i64 = 0x6665_6973_6875_6d63;

/// The schema could not be brought up to date, or not be read.
#[derive(Debug, thiserror::Error)]
#[error("the database could not be migrated")]
pub struct MigrateError(#[from] pub DbErr);

struct Step(&'static Migration);

impl MigrationName for Step {
    fn name(&self) -> &str {
        self.0.name
    }
}

#[async_trait]
impl MigrationTrait for Step {
    #[expect(
        elided_lifetimes_in_paths,
        reason = "the trait's macro needs the same form as its declaration"
    )]
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = backend(manager.get_database_backend());
        let created = (self.0.tables)()
            .into_iter()
            .flat_map(|table| table.create(backend));
        for statement in created.chain((self.0.statements)(backend)) {
            manager
                .get_connection()
                .execute_unprepared(&statement)
                .await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        ALL.iter()
            .map(|step| Box::new(Step(step)) as Box<dyn MigrationTrait>)
            .collect()
    }
}

/// Applies what is missing, as the owner of the schema, and gives the names of what was applied.
/// On Postgres it also gives the role `role` its rights on every table, if that role exists.
///
/// # Errors
/// Fails when the database cannot be reached or refuses a statement; each migration is applied
/// as a whole or not at all.
pub async fn up(url: &str, role: &str) -> Result<Vec<String>, MigrateError> {
    let db = connect(url).await?;
    let applied = apply(&db, role).await;
    db.close().await?;
    Ok(applied?)
}

async fn apply(db: &DatabaseConnection, role: &str) -> Result<Vec<String>, DbErr> {
    let postgres = db.get_database_backend() == DbBackend::Postgres;
    if postgres {
        // One connection: the lock belongs to the session and goes with it.
        db.execute_unprepared(&format!("SELECT pg_advisory_lock({LOCK})"))
            .await?;
    }
    let names = names(&Migrator::get_pending_migrations(db).await?);
    Migrator::up(db, None).await?;
    if postgres {
        grant(db, role).await?;
        db.execute_unprepared(&format!("SELECT pg_advisory_unlock({LOCK})"))
            .await?;
    }
    Ok(names)
}

async fn grant(db: &DatabaseConnection, role: &str) -> Result<(), DbErr> {
    let known = db
        .query_one_raw(Statement::from_sql_and_values(
            DbBackend::Postgres,
            "SELECT 1 FROM pg_roles WHERE rolname = $1 AND rolname <> current_user",
            [role.into()],
        ))
        .await?
        .is_some();
    if !known {
        return Ok(());
    }
    let role = role.replace('"', "\"\"");
    for table in tables() {
        for statement in table.grants(&role) {
            db.execute_unprepared(&statement).await?;
        }
    }
    for function in FUNCTIONS {
        db.execute_unprepared(&format!(
            "GRANT EXECUTE ON FUNCTION {function} TO \"{role}\""
        ))
        .await?;
    }
    let read = format!("GRANT SELECT ON seaql_migrations TO \"{role}\"");
    db.execute_unprepared(&read).await?;
    Ok(())
}

/// Names of the migrations that `db` lacks. Changes nothing.
///
/// # Errors
/// Fails when the database cannot be read.
pub async fn pending(db: &DatabaseConnection) -> Result<Vec<String>, MigrateError> {
    Ok(names(
        &Migrator::get_pending_migrations_read_only(db).await?,
    ))
}

/// As [`pending`], for a database that is not open yet.
///
/// # Errors
/// Fails when the database cannot be reached.
pub async fn pending_at(url: &str) -> Result<Vec<String>, MigrateError> {
    let db = connect(url).await?;
    let found = pending(&db).await;
    db.close().await?;
    found
}

async fn connect(url: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    options.map_sqlx_sqlite_opts(|options| {
        options
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
    });
    Database::connect(options).await
}

fn backend(backend: DbBackend) -> Backend {
    if backend == DbBackend::Postgres {
        Backend::Postgres
    } else {
        Backend::Sqlite
    }
}

fn names(found: &[sea_orm_migration::Migration]) -> Vec<String> {
    found.iter().map(|step| step.name().to_owned()).collect()
}
