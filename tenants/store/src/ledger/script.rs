//! The statements of one batch, and how they reach the database.

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, Statement, Value};

use crate::StoreError;

/// One statement that writes.
#[derive(Debug)]
pub(super) struct Step {
    /// SQL.
    pub(super) text: String,
    /// Its values.
    pub(super) values: Vec<Value>,
    /// Rows that it must touch.
    pub(super) rows: usize,
}

/// Most steps that are sent as one. An entry that comes alone has three; the texts of larger
/// batches differ too much to be worth keeping prepared.
const JOINED: usize = 3;

/// Runs the steps in their order. On SQLite a few go as one text: each switch to the connection's
/// thread and back costs a lonely entry more than its statement.
///
/// # Errors
/// [`StoreError::Contended`] when a step touched other rows than it must.
pub(super) async fn run(db: &DatabaseTransaction, steps: Vec<Step>) -> Result<(), StoreError> {
    let backend = db.get_database_backend();
    if backend == DbBackend::Sqlite && steps.len() <= JOINED {
        let mut joined = Step {
            text: String::new(),
            values: Vec::new(),
            rows: 0,
        };
        for step in steps {
            joined.text.push_str(&step.text);
            joined.text.push(';');
            joined.values.extend(step.values);
            joined.rows += step.rows;
        }
        return one(db, backend, joined).await;
    }
    for step in steps {
        one(db, backend, step).await?;
    }
    Ok(())
}

async fn one(db: &DatabaseTransaction, backend: DbBackend, step: Step) -> Result<(), StoreError> {
    let statement = Statement::from_sql_and_values(backend, step.text, step.values);
    let done = db.execute_raw(statement).await?;
    if usize::try_from(done.rows_affected()) == Ok(step.rows) {
        Ok(())
    } else {
        Err(StoreError::Contended)
    }
}
