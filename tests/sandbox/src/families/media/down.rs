//! The way out: downloads, and addresses that give the bytes to whoever has them.

use axum::Router;
use axum::extract::{Path, State as Place};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::{Value, json};

use super::super::access::{Level, Viewer};
use super::super::common::{fault, path};
use super::super::drive::reach;
use super::Upload;
use crate::State;
use crate::clock;
use crate::gateway::{ApiError, Call, Reply, answer};
use crate::ids::link_code;
use crate::shared::SharedState;

/// Most tokens per call for download addresses.
const URLS_MAX: usize = 5;

/// The upload, after the caller's right to the document it belongs to was checked.
fn readable<'s>(state: &'s State, viewer: &Viewer, token: &str) -> Result<&'s Upload, ApiError> {
    let upload = state
        .media
        .files
        .get(token)
        .ok_or_else(|| fault(1_061_003))?;
    if upload.document.is_empty() {
        return if upload.actor == viewer.actor {
            Ok(upload)
        } else {
            Err(fault(1_061_004))
        };
    }
    reach(state, viewer, &upload.document, Level::View)?;
    Ok(upload)
}

/// `GET drive/v1/medias/:file_token/download` and `GET drive/v1/files/:file_token/download`.
pub(crate) fn download(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let upload = readable(state, &viewer, path(call, "file_token"))?;
    let body = STANDARD
        .decode(&upload.data)
        .map_err(|_| fault(1_061_003))?;
    Ok(Reply::File {
        content_type: content_type(&upload.name).to_owned(),
        name: upload.name.clone(),
        body: Bytes::from(body),
    })
}

fn content_type(name: &str) -> &'static str {
    match name
        .rsplit('.')
        .next()
        .unwrap_or_default()
        .to_lowercase()
        .as_str()
    {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "pdf" => "application/pdf",
        "txt" | "md" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// `GET drive/v1/medias/batch_get_tmp_download_url`: what cannot be read is left out.
pub(crate) fn urls(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let tokens: Vec<&str> = call.query.get_all("file_tokens").collect();
    if tokens.is_empty() || tokens.len() > URLS_MAX {
        return Err(fault(1_061_002));
    }
    let urls: Vec<Value> = tokens
        .iter()
        .filter(|token| readable(state, &viewer, token).is_ok())
        .map(|token| {
            let until = call.now_ms + LINK_LIFE_MS;
            let code = link_code(token, until);
            let url = format!("{}/sandbox/box/{token}/{until}/{code}", call.origin);
            json!({ "file_token": token, "tmp_download_url": url })
        })
        .collect();
    Ok(Reply::Data(json!({ "tmp_download_urls": urls })))
}

/// How long a download address works.
const LINK_LIFE_MS: i64 = 24 * 60 * 60 * 1_000;

/// Where download addresses lead: whoever has one gets the bytes, until its end.
pub(crate) fn pages() -> Router<SharedState> {
    Router::new().route("/sandbox/box/{token}/{until}/{code}", get(linked))
}

async fn linked(
    Place(shared): Place<SharedState>,
    Path((token, until, code)): Path<(String, i64, String)>,
    headers: HeaderMap,
) -> Response {
    let range = headers.get("range").and_then(|range| range.to_str().ok());
    let found = shared.visit(|state, _| {
        let now = clock::now_ms(state.clock_offset_ms);
        let good = now < until && code == link_code(&token, until);
        let upload = good.then(|| state.media.files.get(&token)).flatten()?;
        let body = STANDARD.decode(&upload.data).ok()?;
        Some((upload.name.clone(), Bytes::from(body)))
    });
    match found {
        Some((name, body)) => answer::file(content_type(&name), &name, body, range),
        None => answer::not_found(),
    }
}
