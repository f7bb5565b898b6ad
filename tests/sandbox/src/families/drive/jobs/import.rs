//! Files to documents.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::super::super::access::{Level, Viewer};
use super::super::super::bases::Base;
use super::super::super::common::{body_or_empty, body_text, fault, path};
use super::super::super::docx::import::Builder;
use super::super::super::docx::tree::Document;
use super::super::super::sheets::Tab;
use super::super::Entry;
use super::{Import, POLLS};
use crate::State;
use crate::gateway::{ApiError, Call, Reply};

/// How long an upload can be imported.
const FRESH_MS: i64 = 300_000;

/// `POST drive/v1/import_tasks`.
pub(crate) fn create(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let extension = body_text(call, "file_extension")?;
    let kind = body_text(call, "type")?;
    let upload = state.media.files.get(body_text(call, "file_token")?);
    let upload = upload
        .filter(|upload| upload.parent_type == "ccm_import_open" && upload.actor == viewer.actor)
        .cloned()
        .ok_or_else(|| fault(1_069_914))?;
    if call.now_ms - upload.at_ms > FRESH_MS {
        return Err(fault(1_069_913));
    }
    if !upload
        .name
        .to_lowercase()
        .ends_with(&format!(".{extension}"))
    {
        return Err(fault(1_069_910));
    }
    let fits = match extension {
        "docx" | "doc" | "txt" | "md" | "mark" | "markdown" | "html" => kind == "docx",
        "xlsx" | "csv" => matches!(kind, "sheet" | "bitable"),
        "xls" => kind == "sheet",
        _ => return Err(fault(1_069_904)),
    };
    if !fits {
        return Err(fault(1_069_911));
    }
    let point = call.body.get("point");
    let mount = point
        .and_then(|point| point.get("mount_key"))
        .and_then(Value::as_str);
    let folder = match mount.unwrap_or_default() {
        "" => state.drive.root_of(&viewer, call.ids, call.now_ms),
        token => {
            let folder = state.drive.entries.get(token);
            folder
                .filter(|folder| !folder.deleted && folder.kind == "folder")
                .ok_or_else(|| fault(1_069_912))?;
            if state.level(token, &viewer) < Level::Edit {
                return Err(fault(1_069_908));
            }
            token.to_owned()
        }
    };
    let stem = upload.name.rsplit_once('.').map_or("", |(stem, _)| stem);
    let title = match body_or_empty(call, "file_name") {
        "" => stem,
        title => title,
    };
    let bytes = STANDARD.decode(&upload.data).unwrap_or_default();
    let outcome = if matches!(extension, "docx" | "xlsx") && !bytes.starts_with(b"PK\x03\x04") {
        // The file is not what its name says.
        Err(112)
    } else {
        Ok(make(
            state,
            call,
            &viewer,
            (kind, extension),
            title,
            &folder,
            &bytes,
        ))
    };
    let ticket = call.ids.number19();
    state.drive.imports.insert(
        ticket.clone(),
        Import {
            actor: viewer.actor,
            kind: kind.to_owned(),
            outcome,
            polls: POLLS,
        },
    );
    Ok(Reply::Data(json!({ "ticket": ticket })))
}

fn make(
    state: &mut State,
    call: &mut Call<'_>,
    viewer: &Viewer,
    (kind, extension): (&str, &str),
    title: &str,
    folder: &str,
    bytes: &[u8],
) -> String {
    let token = call.ids.token27();
    let text = String::from_utf8_lossy(bytes).into_owned();
    match kind {
        "docx" => {
            let mut builder = Builder::new(call.ids);
            match extension {
                "html" => builder.html(&text),
                "docx" | "doc" => builder.markdown(&paragraphs(&text), Builder::text),
                _ => builder.markdown(&text, Builder::text),
            }
            let made = builder.finish();
            let mut document = Document::new(&token, title);
            document.graft(&token, 0, made.first, made.blocks);
            state.docx.documents.insert(token.clone(), document);
        }
        "sheet" => {
            let lines = text.lines().count();
            let mut tab = Tab::empty(&call.ids.hex(6));
            if extension == "csv" {
                tab.rows = u32::try_from(lines).unwrap_or(u32::MAX).max(1);
                let widest = text.lines().map(|line| line.split(',').count()).max();
                tab.columns = u32::try_from(widest.unwrap_or(1)).unwrap_or(1);
                for (row, line) in (0..).zip(text.lines()) {
                    for (column, word) in (0..).zip(line.split(',')) {
                        let number = word.parse::<f64>().map(Value::from);
                        tab.put(row, column, number.unwrap_or_else(|_| word.into()));
                    }
                }
            }
            state.sheets.spreadsheets.insert(token.clone(), vec![tab]);
        }
        _ => {
            state.bases.apps.insert(token.clone(), Base::default());
        }
    }
    state.drive.add(Entry::new(
        &token,
        kind,
        title,
        viewer,
        Some(folder.to_owned()),
        call.now_ms,
    ));
    token
}

/// The texts of a package that was stored without compression; other packages give none.
fn paragraphs(package: &str) -> String {
    let texts = package.split("<w:t").skip(1).filter_map(|part| {
        let (_, rest) = part.split_once('>')?;
        rest.split_once("</w:t>").map(|(text, _)| text)
    });
    let plain: Vec<String> = texts
        .map(|text| {
            text.replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&")
        })
        .collect();
    plain.join("\n\n")
}

/// `GET drive/v1/import_tasks/:ticket`.
pub(crate) fn get(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let ticket = path(call, "ticket").to_owned();
    let job = state.drive.imports.get_mut(&ticket);
    let job = job.filter(|job| job.actor == viewer.actor);
    let job = job.ok_or_else(|| fault(1_069_904))?;
    let running = job.polls > 0;
    job.polls = job.polls.saturating_sub(1);
    let job = job.clone();
    let (status, message) = match (&job.outcome, running) {
        (_, true) => (2, "processing"),
        (Ok(_), false) => (0, "success"),
        (Err(status), false) => (*status, "the file cannot be read"),
    };
    let token = job.outcome.ok().filter(|_| !running).unwrap_or_default();
    let url = if token.is_empty() {
        String::new()
    } else {
        state.web_url(&viewer.tenant, &job.kind, &token)
    };
    Ok(Reply::Data(json!({ "result": {
        "ticket": ticket,
        "type": job.kind,
        "job_status": status,
        "job_error_msg": message,
        "token": token,
        "url": url,
        "extra": [],
    }})))
}
