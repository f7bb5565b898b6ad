//! Documents to files.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::{Value, json};

use super::super::super::access::{Level, Viewer};
use super::super::super::common::{body_text, fault, path, wanted};
use super::super::super::people::People;
use super::super::super::sheets::text_of;
use super::{Export, Exported, POLLS, files};
use crate::State;
use crate::gateway::{ApiError, Call, Reply};

/// How long a result can be fetched.
const KEPT_MS: i64 = 600_000;

/// `POST drive/v1/export_tasks`.
pub(crate) fn create(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let (token, kind) = (body_text(call, "token")?, body_text(call, "type")?);
    let extension = body_text(call, "file_extension")?;
    let fits = match kind {
        "doc" | "docx" => matches!(extension, "docx" | "pdf"),
        "sheet" | "bitable" => matches!(extension, "xlsx" | "csv"),
        _ => false,
    };
    if !fits {
        return Err(fault(1_069_918));
    }
    let entry = state
        .drive
        .entries
        .get(token)
        .filter(|entry| entry.kind == kind);
    let entry = entry.ok_or_else(|| fault(1_069_914))?;
    if entry.deleted {
        return Err(gone(404));
    }
    if state.level(token, &viewer) < Level::View {
        return Err(fault(1_069_902));
    }
    let name = entry.title.clone();
    let part = call.body.get("sub_id").and_then(Value::as_str);
    let bytes = content(state, call, token, kind, extension, part)?;
    let file = call.ids.token27();
    state.drive.exported.insert(
        file.clone(),
        Exported {
            actor: viewer.actor.clone(),
            name,
            data: STANDARD.encode(bytes),
            until_ms: call.now_ms + KEPT_MS,
        },
    );
    let ticket = call.ids.number19();
    state.drive.exports.insert(
        ticket.clone(),
        Export {
            actor: viewer.actor,
            token: token.to_owned(),
            kind: kind.to_owned(),
            extension: extension.to_owned(),
            file,
            polls: POLLS,
        },
    );
    Ok(Reply::Data(json!({ "ticket": ticket })))
}

fn gone(http: u16) -> ApiError {
    let mut error = fault(1_069_906);
    error.http = http;
    error
}

fn content(
    state: &State,
    call: &Call<'_>,
    token: &str,
    kind: &str,
    extension: &str,
    part: Option<&str>,
) -> Result<Vec<u8>, ApiError> {
    if matches!(kind, "doc" | "docx") {
        let people = People::of(state, call);
        let document = state.docx.documents.get(token);
        let text = document
            .map(|document| document.to_plain(&|key| people.name(key, false)))
            .unwrap_or_default();
        return Ok(if extension == "pdf" {
            files::pdf(&text)
        } else {
            files::docx(&text)
        });
    }
    let (title, rows) = rows(state, token, kind, part)?;
    Ok(if extension == "csv" {
        if part.is_none() {
            return Err(fault(1_069_904));
        }
        files::csv(&rows)
    } else {
        files::xlsx(&title, &rows)
    })
}

/// Title and rows of a tab or table; the sandbox keeps no cells of sheets.
fn rows(
    state: &State,
    token: &str,
    kind: &str,
    part: Option<&str>,
) -> Result<(String, Vec<Vec<String>>), ApiError> {
    if kind == "bitable" {
        let tables = state
            .bases
            .apps
            .get(token)
            .map(|base| base.tables.as_slice());
        let mut tables = tables.unwrap_or_default().iter();
        let table = match part {
            Some(id) => Some(
                tables
                    .find(|table| table.id == id)
                    .ok_or_else(|| fault(1_069_904))?,
            ),
            None => tables.next(),
        };
        return Ok(table.map_or_else(Default::default, |table| (table.name.clone(), table.rows())));
    }
    let tabs = state.sheets.spreadsheets.get(token).map(Vec::as_slice);
    let mut tabs = tabs.unwrap_or_default().iter();
    let tab = match part {
        Some(id) => Some(
            tabs.find(|tab| tab.id == id)
                .ok_or_else(|| fault(1_069_904))?,
        ),
        None => tabs.next(),
    };
    Ok(tab.map_or_else(Default::default, |tab| {
        let used = (
            tab.used_rows(0, tab.columns).max(1),
            tab.used_columns().max(1),
        );
        let text = |row, column| {
            tab.cell(row, column)
                .map_or_else(String::new, |c| text_of(&c.value))
        };
        let rows = (0..used.0).map(|row| (0..used.1).map(|column| text(row, column)).collect());
        (tab.title.clone(), rows.collect())
    }))
}

/// `GET drive/v1/export_tasks/:ticket`.
pub(crate) fn get(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let ticket = path(call, "ticket").to_owned();
    let token = wanted(call, "token")?.to_owned();
    let job = state.drive.exports.get_mut(&ticket);
    let job = job.filter(|job| job.actor == viewer.actor && job.token == token);
    let job = job.ok_or_else(|| fault(1_069_904))?;
    let running = job.polls > 0;
    job.polls = job.polls.saturating_sub(1);
    let job = job.clone();
    let entry = state.drive.entries.get(&token);
    if entry.is_none_or(|entry| entry.deleted) {
        return Err(gone(410));
    }
    let allowed = state.level(&token, &viewer) >= Level::View;
    let done = allowed && !running;
    let file = state.drive.exported.get(&job.file);
    let size = file.map_or(0, |file| {
        STANDARD.decode(&file.data).map_or(0, |bytes| bytes.len())
    });
    let (status, message) = match (allowed, running) {
        (false, _) => (110, "no permission"),
        (true, true) => (2, "processing"),
        (true, false) => (0, "success"),
    };
    Ok(Reply::Data(json!({ "result": {
        "file_extension": job.extension,
        "type": job.kind,
        "file_name": file.map(|file| file.name.as_str()).unwrap_or_default(),
        "file_token": if done { job.file.as_str() } else { "" },
        "file_size": if done { size } else { 0 },
        "job_error_msg": message,
        "job_status": status,
    }})))
}

/// `GET drive/v1/export_tasks/file/:file_token/download`.
pub(crate) fn download(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let file = state.drive.exported.get(path(call, "file_token"));
    let file = file.filter(|file| file.actor == viewer.actor && call.now_ms < file.until_ms);
    let file = file.ok_or_else(|| fault(1_060_001))?;
    let body = STANDARD.decode(&file.data).map_err(|_| fault(1_060_001))?;
    Ok(Reply::Bytes {
        content_type: "application/octet-stream".to_owned(),
        body: Bytes::from(body),
    })
}
