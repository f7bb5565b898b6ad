//! Documents to files and back: Feishu does both in jobs that a caller polls.

use std::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::super::loose;
use crate::{FeishuError, Request, Session};

/// Bytes of a file that goes up in one piece.
pub const MAX_FILE: usize = 20_971_520;
/// Time for sending or fetching as much.
const PATIENCE: Duration = Duration::from_secs(50);

/// What to export.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct NewExport<'a> {
    /// `docx`, `pdf`, `xlsx` or `csv`.
    pub file_extension: &'a str,
    /// The document.
    pub token: &'a str,
    /// Its kind: `doc`, `docx`, `sheet` or `bitable`.
    #[serde(rename = "type")]
    pub kind: &'a str,
    /// The tab or table; needed for `csv`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub_id: Option<&'a str>,
}

/// How far an export is.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct ExportState {
    /// 0 done; 1 and 2 running; 3 failed, 107 too large, 108 took too long, 109 a block that the
    /// caller may not see, 110 forbidden, 111 deleted, 122 being copied, 123 missing, 6000 too
    /// many pictures.
    #[serde(default, deserialize_with = "loose::int")]
    pub job_status: i64,
    /// Feishu's words for it.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub job_error_msg: String,
    /// Name of the result without its extension.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub file_name: String,
    /// Token of the result, good for ten minutes and only for the download of exports.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub file_token: String,
    /// Bytes of the result.
    #[serde(default, deserialize_with = "loose::int")]
    pub file_size: i64,
}

/// What to import.
#[derive(Debug, Clone, Copy)]
pub struct NewImport<'a> {
    /// Extension of the uploaded file; must be that of its name.
    pub file_extension: &'a str,
    /// Token of the upload, good for five minutes.
    pub file_token: &'a str,
    /// `docx`, `sheet` or `bitable`.
    pub kind: &'a str,
    /// Title of the result.
    pub file_name: &'a str,
    /// Folder of the result; empty is the root.
    pub folder: &'a str,
}

/// How far an import is.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct ImportState {
    /// 0 done; 1 and 2 running; 3 failed, 100 encrypted, 104 quota, 105 folder full, 108 took too
    /// long, 110 and 116 forbidden, 112 and 113 wrong format, 115 too large, others by message.
    #[serde(default, deserialize_with = "loose::int")]
    pub job_status: i64,
    /// Feishu's words for it.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub job_error_msg: String,
    /// The result.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub token: String,
    /// Its address.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub url: String,
    /// Its kind.
    #[serde(default, rename = "type", deserialize_with = "loose::nullable")]
    pub kind: String,
    /// Codes of what was lost.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub extra: Vec<String>,
}

#[derive(Deserialize)]
struct Ticket {
    ticket: String,
}

#[derive(Deserialize)]
struct Outcome<T> {
    result: T,
}

/// `drive.v1.exportTask.create`: gives the ticket. A second job harms nothing, so it may be
/// repeated.
pub async fn export(session: &Session, order: &NewExport<'_>) -> Result<String, FeishuError> {
    let request = Request::post("/open-apis/drive/v1/export_tasks")
        .json(order)
        .idempotent(true);
    Ok(session.fetch::<Ticket>(request).await?.ticket)
}

/// `drive.v1.exportTask.get`.
pub async fn exported(
    session: &Session,
    ticket: &str,
    document: &str,
) -> Result<ExportState, FeishuError> {
    let request = Request::get("/open-apis/drive/v1/export_tasks/{ticket}")
        .path("ticket", ticket)?
        .query("token", document);
    Ok(session.fetch::<Outcome<ExportState>>(request).await?.result)
}

/// `drive.v1.importTask.create`: gives the ticket. A second job would make a second document.
pub async fn import(session: &Session, order: &NewImport<'_>) -> Result<String, FeishuError> {
    #[derive(Serialize)]
    struct Point<'a> {
        mount_type: u8,
        mount_key: &'a str,
    }
    #[derive(Serialize)]
    struct Body<'a> {
        file_extension: &'a str,
        file_token: &'a str,
        #[serde(rename = "type")]
        kind: &'a str,
        file_name: &'a str,
        point: Point<'a>,
    }
    let request = Request::post("/open-apis/drive/v1/import_tasks").json(&Body {
        file_extension: order.file_extension,
        file_token: order.file_token,
        kind: order.kind,
        file_name: order.file_name,
        point: Point {
            mount_type: 1,
            mount_key: order.folder,
        },
    });
    Ok(session.fetch::<Ticket>(request).await?.ticket)
}

/// `drive.v1.importTask.get`.
pub async fn imported(session: &Session, ticket: &str) -> Result<ImportState, FeishuError> {
    let request =
        Request::get("/open-apis/drive/v1/import_tasks/{ticket}").path("ticket", ticket)?;
    Ok(session.fetch::<Outcome<ImportState>>(request).await?.result)
}

/// `drive.v1.exportTask.download`: the result of an export, within ten minutes.
pub async fn exported_file(session: &Session, file_token: &str) -> Result<Bytes, FeishuError> {
    let request = Request::get("/open-apis/drive/v1/export_tasks/file/{file_token}/download")
        .path("file_token", file_token)?
        .within(PATIENCE);
    Ok(session.download(request, MAX_FILE).await?.bytes)
}

/// `drive.v1.media.uploadAll` for an import: the source of a job, which has to begin within five
/// minutes. Nobody sees what no job names, so it may be sent again.
pub async fn import_source(
    session: &Session,
    name: &str,
    (kind, extension): (&str, &str),
    bytes: Bytes,
) -> Result<String, FeishuError> {
    #[derive(Deserialize)]
    struct Uploaded {
        file_token: String,
    }
    let extra = serde_json::json!({ "obj_type": kind, "file_extension": extension });
    let fields = vec![
        ("file_name", name.to_owned()),
        ("parent_type", "ccm_import_open".to_owned()),
        ("parent_node", String::new()),
        ("size", bytes.len().to_string()),
        ("extra", extra.to_string()),
    ];
    let request = Request::post("/open-apis/drive/v1/medias/upload_all")
        .form(fields, name, bytes)
        .within(PATIENCE)
        .idempotent(true);
    Ok(session.fetch::<Uploaded>(request).await?.file_token)
}
