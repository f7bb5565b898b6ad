//! Everything of the tenant as one file, without its secrets.
//!
//! One JSON object a line: `{"table":…,"row":…}`, and at the end `{"manifest":…}` with the number
//! of rows of each table and a signed digest of all that stands before.

use axum::{
    body::{Body, Bytes},
    extract::{Path, State},
    response::Response,
};
use model::{
    Timestamp,
    audit::{Digest, TableRows, TakenOut},
    policy::EraseTenant,
};
use serde_json::{Value, json};
use store::{StoreError, TakeOut, TenantEntry, TenantScope};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::enter;
use crate::{
    WebState,
    console::{Away, audit::attachment},
    page::PageFault,
    visit::Visit,
};

/// Rows that are read at a time.
const PART: u32 = 1_000;
/// Parts that may wait for the reader of the file.
const AHEAD: usize = 4;

/// Sends the file. A part at a time is read, in a transaction of its own: a slow reader holds
/// nothing up.
///
/// Permissions: [`EraseTenant`]. Ledger: `tenant.export`.
pub(super) async fn send(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
) -> Result<Response, Away> {
    let desk = enter::<EraseTenant>(&state, &visit, &slug).await?;
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    let scope = desk.scope(&state);
    let tx = scope.write().await.map_err(internal)?;
    let told = json!({ "tables": TakeOut::tables().len() });
    desk.record(&state, &tx, "tenant.export", None, &Value::Null, &told)
        .await
        .map_err(internal)?;
    tx.commit().await.map_err(internal)?;
    let now = state.clock.now();
    let (parts, sent) = mpsc::channel(AHEAD);
    let mut file = File {
        parts,
        digest: Digest::default(),
        bytes: 0,
        tables: Vec::new(),
    };
    let (entry, by) = (desk.entry.clone(), desk.principal().name().to_owned());
    tokio::spawn(async move {
        if let Err(error) = file.write(&scope, &entry, by, now).await {
            tracing::error!(%error, "an export of a tenant ended before its time");
            let _ = file.parts.send(Err(Broken)).await;
        }
    });
    let name = format!("{}-{}.jsonl", slug, model::Day::of(now));
    let body = Body::from_stream(ReceiverStream::new(sent));
    Ok(attachment("application/x-ndjson", &name, body))
}

/// Ends the transfer so that the browser knows the file is not whole.
#[derive(Debug)]
struct Broken;

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the data could not be read to its end")
    }
}

impl std::error::Error for Broken {}

/// A file that is being written.
struct File {
    parts: mpsc::Sender<Result<Bytes, Broken>>,
    digest: Digest,
    bytes: u64,
    tables: Vec<TableRows>,
}

impl File {
    /// Writes all; ends early when nobody reads on.
    async fn write(
        &mut self,
        scope: &TenantScope,
        entry: &TenantEntry,
        by: String,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let head = scope.read().await?.ledger().head().await?;
        let own = [
            ("tenant", json!(entry.tenant)),
            ("rules", json!(entry.rules)),
        ];
        for (table, row) in own {
            let text = format!("{}\n", json!({ "table": table, "row": row }));
            self.count(table, 1);
            if !self.send(text).await {
                return Ok(());
            }
        }
        for table in TakeOut::tables() {
            let mut cursor = None;
            self.count(table, 0);
            loop {
                let tx = scope.read().await?;
                let (rows, next) = tx.take_out().rows(table, cursor, PART).await?;
                drop(tx);
                self.count(table, rows.len() as u64);
                let mut text = String::new();
                for row in rows {
                    text.push_str(&json!({ "table": table, "row": row }).to_string());
                    text.push('\n');
                }
                if !text.is_empty() && !self.send(text).await {
                    return Ok(());
                }
                cursor = next;
                if cursor.is_none() {
                    break;
                }
            }
        }
        let told = TakenOut {
            tenant: entry.tenant.id,
            slug: entry.tenant.slug.to_string(),
            by,
            at: now.millis(),
            tables: std::mem::take(&mut self.tables),
            without: TakeOut::without()
                .iter()
                .map(|name| (*name).to_owned())
                .collect(),
            ledger_seq: head.seq,
            ledger_hash: head.hash,
            bytes: self.bytes,
            sha256: self.digest.clone().hex(),
        };
        let signed = scope.read().await?.take_out().sign(told);
        self.send(format!("{}\n", json!({ "manifest": signed })))
            .await;
        Ok(())
    }

    fn count(&mut self, table: &str, rows: u64) {
        match self.tables.last_mut().filter(|last| last.table == table) {
            Some(last) => last.rows += rows,
            None => self.tables.push(TableRows {
                table: table.to_owned(),
                rows,
            }),
        }
    }

    /// `false` when nobody reads on.
    async fn send(&mut self, text: String) -> bool {
        self.digest.update(text.as_bytes());
        self.bytes += text.len() as u64;
        self.parts.send(Ok(text.into())).await.is_ok()
    }
}
