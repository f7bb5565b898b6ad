//! The ledger as a file, exactly as filtered, and its manifest.

use axum::{
    body::{Body, Bytes},
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
};
use http::header;
use model::{
    ExportId, Timestamp,
    audit::{ExportFormat, ExportOrder, ExportWriter},
    policy::ReadLedger,
};
use serde::Deserialize;
use serde_json::json;
use store::{EntryFilter, Names, StoreError, StoredEntry, TenantScope};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use views::error::Trouble;

use super::{Asked, Away, enter, look};
use crate::{WebState, page::PageFault, visit::Visit};

/// Entries that are read at a time.
const PART: u64 = 2_000;
/// Parts that may wait for the reader of the file.
const AHEAD: usize = 4;

/// Which form is wanted, beside the filter.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Form {
    #[serde(default)]
    format: String,
}

/// Sends the file. A part at a time is read, in a transaction of its own: a slow reader holds
/// nothing up. The manifest is kept when the last part was handed over.
///
/// Permissions: [`ReadLedger`].
pub(super) async fn send(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
    Query(form): Query<Form>,
    visit: Visit,
) -> Result<Response, Away> {
    let desk = enter::<ReadLedger>(&state, &visit, &slug).await?;
    let Some(format) = ExportFormat::from_name(&form.format) else {
        return Err(PageFault::new(Trouble::NotFound, &visit).into());
    };
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    let scope = desk.scope(&state);
    let tx = scope.read().await.map_err(internal)?;
    let now = state.clock.now();
    let mut filter = asked.filter(&tx, now).await.map_err(internal)?;
    let head = tx.ledger().head().await.map_err(internal)?;
    drop(tx);
    filter.through = Some(head.seq);
    let id = ExportId::mint(state.clock.as_ref(), state.entropy.as_ref());
    let query = if asked.is_all() {
        String::new()
    } else {
        // Also without a choice the list leaves something out: the looks at itself.
        Some(asked.query())
            .filter(|query| !query.is_empty())
            .unwrap_or_else(|| "kind=".to_owned())
    };
    let file = file_name(desk.entry.tenant.slug.as_str(), now, id, format);
    let told =
        json!({ "query": query, "format": format.name(), "file": file, "through": head.seq });
    look::note(&state, &desk, "audit.export", Some(id.to_string()), &told)
        .await
        .map_err(internal)?;
    let order = ExportOrder {
        file: file.clone(),
        tenant: desk.entry.tenant.id,
        filter: query,
        through: (head.seq, head.hash),
        by: desk.principal().name().to_owned(),
        at: now.millis(),
    };
    let (parts, sent) = mpsc::channel(AHEAD);
    let locale = visit.locale;
    tokio::spawn(async move {
        let (writer, begin) = ExportWriter::begin(format, locale);
        let job = Job {
            scope,
            filter,
            parts,
        };
        if let Err(error) = job.run(writer, begin, id, order).await {
            tracing::error!(%error, "an export ended before its time");
        }
    });
    let kind = match format {
        ExportFormat::Csv => "text/csv; charset=utf-8",
        ExportFormat::Jsonl => "application/x-ndjson",
    };
    let body = Body::from_stream(ReceiverStream::new(sent));
    Ok(attachment(kind, &file, body))
}

struct Job {
    scope: TenantScope,
    filter: EntryFilter,
    parts: mpsc::Sender<Result<Bytes, Broken>>,
}

/// Ends the transfer so that the browser knows the file is not whole.
#[derive(Debug)]
struct Broken;

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the export could not be read to its end")
    }
}

impl std::error::Error for Broken {}

impl Job {
    async fn run(
        self,
        mut writer: ExportWriter,
        begin: String,
        id: ExportId,
        order: ExportOrder,
    ) -> Result<(), StoreError> {
        let mut text = begin;
        let mut names = Names::default();
        let mut after = None;
        loop {
            // Nobody reads on: there is no file, and no manifest.
            if !text.is_empty() && self.parts.send(Ok(text.into())).await.is_err() {
                return Ok(());
            }
            let read = async {
                let tx = self.scope.read().await?;
                let entries = tx.ledger().after(&self.filter, after, PART).await?;
                let last = entries.last().map(StoredEntry::place);
                let rows = tx.ledger().rows(entries, &mut names).await?;
                Ok((rows, last))
            };
            let (rows, last) = match read.await {
                Ok(found) => found,
                Err(error) => {
                    let _ = self.parts.send(Err(Broken)).await;
                    return Err(error);
                }
            };
            if rows.is_empty() {
                break;
            }
            after = last;
            text = writer.rows(&rows);
        }
        let tx = self.scope.write().await?;
        tx.audit().keep_export(id, writer.end(order)).await?;
        tx.commit().await
    }
}

/// Sends the manifest of an export.
///
/// Permissions: [`ReadLedger`].
pub(super) async fn manifest(
    State(state): State<WebState>,
    Path((slug, export)): Path<(String, String)>,
    visit: Visit,
) -> Result<Response, Away> {
    let desk = enter::<ReadLedger>(&state, &visit, &slug).await?;
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    let missing = || PageFault::new(Trouble::NotFound, &visit);
    let id: ExportId = export.parse().map_err(|_| missing())?;
    let tx = desk.scope(&state).read().await.map_err(internal)?;
    let found = tx.audit().export(id).await.map_err(internal)?;
    let found = found.ok_or_else(missing)?;
    let text = serde_json::to_string_pretty(&found.manifest).unwrap_or_default();
    let file = format!("{}.manifest.json", found.manifest.statement.file);
    Ok(attachment("application/json", &file, Body::from(text)))
}

fn file_name(slug: &str, now: Timestamp, id: ExportId, format: ExportFormat) -> String {
    let id = id.to_string();
    let tail = id.get(id.len().saturating_sub(6)..).unwrap_or_default();
    let day = model::Day::of(now);
    format!("audit-{slug}-{day}-{tail}.{}", format.name())
}

/// A file for the disk, never for the window.
pub(crate) fn attachment(kind: &'static str, file: &str, body: Body) -> Response {
    let headers = [
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox".to_owned(),
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::CONTENT_TYPE, kind.to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{file}\""),
        ),
    ];
    (headers, body).into_response()
}
