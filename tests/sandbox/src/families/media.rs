//! Uploads and downloads: pictures and files of documents, and files of the cloud space.

mod checksum;
pub(crate) mod down;

use std::collections::{BTreeMap, HashMap};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub(in crate::families) use self::checksum::adler32;
use super::access::{Level, Viewer};
use super::common::{body_text, fault, invalid};
use super::drive::folders::destination;
use super::drive::{Entry, reach};
use crate::State;
use crate::families::Route;
use crate::gateway::{ApiError, Call, Multipart, Reply};

/// Most bytes of a one-step upload, and the part size of the others.
const WHOLE_MAX: usize = 20_971_520;
const PART_SIZE: usize = 4_194_304;
/// Longest file name.
const NAME_MAX: usize = 250;

/// Uploaded bytes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Upload {
    /// File name.
    pub(crate) name: String,
    /// `docx_image`, `explorer`, …
    pub(crate) parent_type: String,
    /// The block, folder, … it belongs to.
    pub(crate) parent_node: String,
    /// The document whose readers may download it; for cloud files their own token.
    pub(crate) document: String,
    /// The tenant that owns it.
    pub(crate) tenant: String,
    /// Who uploaded it.
    pub(crate) actor: String,
    /// The bytes in base64.
    pub(crate) data: String,
    /// Epoch milliseconds.
    #[serde(default)]
    pub(crate) at_ms: i64,
}

/// An upload in parts.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Session {
    upload: Upload,
    size: usize,
    media: bool,
    parts: BTreeMap<usize, String>,
}

/// All uploads of all tenants.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Media {
    /// By file token.
    pub(crate) files: HashMap<String, Upload>,
    /// Unfinished uploads by id.
    pub(crate) sessions: HashMap<String, Session>,
}

/// The form fields of an upload.
struct Form<'a>(&'a Multipart);

impl Form<'_> {
    fn text(&self, name: &str) -> Result<&str, ApiError> {
        self.0
            .text(name)
            .ok_or_else(|| invalid(name, "is required"))
    }

    fn number(&self, name: &str) -> Result<usize, ApiError> {
        self.text(name)?
            .trim()
            .parse()
            .map_err(|_| invalid(name, "must be a non-negative integer"))
    }

    /// The bytes, after size and checksum were compared with what the form says.
    fn bytes(&self, most: usize) -> Result<Bytes, ApiError> {
        let bytes = self
            .0
            .part("file")
            .map(|part| part.bytes.clone())
            .ok_or_else(|| invalid("file", "is required"))?;
        let size = self.number("size")?;
        if size > most {
            return Err(fault(1_061_043));
        }
        if size != bytes.len() {
            return Err(fault(1_062_009));
        }
        match self.0.text("checksum").filter(|text| !text.is_empty()) {
            Some(sum) if sum.parse() != Ok(adler32(&bytes)) => Err(fault(1_062_008)),
            _ => Ok(bytes),
        }
    }
}

fn form<'c>(call: &Call<'c>) -> Result<Form<'c>, ApiError> {
    call.multipart
        .map(Form)
        .ok_or_else(|| invalid("file", "the body must be multipart/form-data"))
}

/// Checks where an upload shall go and gives it without its bytes.
fn place(
    state: &mut State,
    call: &mut Call<'_>,
    media: bool,
    (name, parent_type, parent_node, extra): (&str, &str, &str, Option<&str>),
) -> Result<Upload, ApiError> {
    let viewer = Viewer::of(state, call);
    if name.is_empty() || name.len() > NAME_MAX {
        return Err(fault(1_061_008));
    }
    let mut parent_node = parent_node.to_owned();
    let mut document = String::new();
    match (media, parent_type) {
        (false, "explorer") => parent_node = destination(state, call, &viewer, &parent_node)?,
        (true, "docx_image" | "docx_file") => {
            let hint = extra.and_then(|extra| serde_json::from_str::<Value>(extra).ok());
            let hint = hint
                .as_ref()
                .and_then(|extra| extra.get("drive_route_token"))
                .and_then(Value::as_str);
            let holder = match hint.and_then(|hint| state.docx.documents.get(hint)) {
                Some(document) if document.blocks.contains_key(&parent_node) => Some(document),
                Some(_) => None,
                None => state
                    .docx
                    .documents
                    .values()
                    .find(|document| document.blocks.contains_key(&parent_node)),
            };
            document = holder
                .map(|document| document.id.clone())
                .ok_or_else(|| fault(1_061_044))?;
            reach(state, &viewer, &document, Level::Edit)?;
        }
        (true, "ccm_import_open") => {}
        (true, _) => {
            reach(state, &viewer, &parent_node, Level::Edit).map_err(|error| match error.code {
                1_061_003 => fault(1_061_044),
                1_061_007 => fault(1_061_041),
                _ => error,
            })?;
            document.clone_from(&parent_node);
        }
        (false, _) => return Err(invalid("parent_type", "must be one of [explorer]")),
    }
    Ok(Upload {
        name: name.to_owned(),
        parent_type: parent_type.to_owned(),
        parent_node,
        document,
        tenant: viewer.tenant,
        actor: viewer.actor,
        data: String::new(),
        at_ms: call.now_ms,
    })
}

fn finish(
    state: &mut State,
    call: &mut Call<'_>,
    media: bool,
    mut upload: Upload,
    bytes: &[u8],
) -> Reply {
    let token = call.ids.token27();
    upload.data = STANDARD.encode(bytes);
    if !media {
        let viewer = Viewer::of(state, call);
        upload.document.clone_from(&token);
        let folder = Some(upload.parent_node.clone());
        state.drive.add(Entry::new(
            &token,
            "file",
            &upload.name,
            &viewer,
            folder,
            call.now_ms,
        ));
    }
    state.media.files.insert(token.clone(), upload);
    Reply::Data(json!({ "file_token": token }))
}

fn whole(state: &mut State, call: &mut Call<'_>, media: bool) -> Result<Reply, ApiError> {
    let form = form(call)?;
    let (name, kind, node) = (
        form.text("file_name")?,
        form.text("parent_type")?,
        form.0.text("parent_node"),
    );
    let bytes = form.bytes(WHOLE_MAX)?;
    let upload = place(
        state,
        call,
        media,
        (name, kind, node.unwrap_or_default(), form.0.text("extra")),
    )?;
    Ok(finish(state, call, media, upload, &bytes))
}

/// `POST drive/v1/medias/upload_all`.
pub(crate) fn upload_media(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    whole(state, call, true)
}

/// `POST drive/v1/files/upload_all`.
pub(crate) fn upload_file(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    whole(state, call, false)
}

fn prepare(state: &mut State, call: &mut Call<'_>, media: bool) -> Result<Reply, ApiError> {
    let body = call.body;
    let (name, kind) = (
        body_text(call, "file_name")?,
        body_text(call, "parent_type")?,
    );
    let node = body_text(call, "parent_node")?;
    let size = body
        .get("size")
        .and_then(Value::as_u64)
        .and_then(|size| usize::try_from(size).ok());
    let size = size.ok_or_else(|| invalid("size", "must be a non-negative integer"))?;
    let extra = body.get("extra").and_then(Value::as_str);
    let upload = place(state, call, media, (name, kind, node, extra))?;
    let id = call.ids.number19();
    state.media.sessions.insert(
        id.clone(),
        Session {
            upload,
            size,
            media,
            parts: BTreeMap::new(),
        },
    );
    Ok(Reply::Data(json!({
        "upload_id": id,
        "block_size": PART_SIZE,
        "block_num": size.div_ceil(PART_SIZE).max(1),
    })))
}

/// `POST drive/v1/medias/upload_prepare`.
pub(crate) fn prepare_media(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    prepare(state, call, true)
}

/// `POST drive/v1/files/upload_prepare`.
pub(crate) fn prepare_file(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    prepare(state, call, false)
}

/// `POST …/upload_part` of either kind.
pub(crate) fn part(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let form = form(call)?;
    let (id, seq) = (form.text("upload_id")?, form.number("seq")?);
    let bytes = form.bytes(PART_SIZE)?;
    let session = state
        .media
        .sessions
        .get_mut(id)
        .ok_or_else(|| fault(1_061_021))?;
    if session.upload.actor != viewer.actor {
        return Err(fault(1_062_007));
    }
    if seq >= session.size.div_ceil(PART_SIZE).max(1) {
        return Err(fault(1_062_011));
    }
    session.parts.insert(seq, STANDARD.encode(&bytes));
    Ok(Reply::Data(json!({})))
}

/// `POST …/upload_finish` of either kind.
pub(crate) fn complete(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let id = body_text(call, "upload_id")?;
    let count = call
        .body
        .get("block_num")
        .and_then(Value::as_u64)
        .and_then(|n| usize::try_from(n).ok());
    let session = state
        .media
        .sessions
        .get(id)
        .ok_or_else(|| fault(1_061_021))?;
    if session.upload.actor != viewer.actor {
        return Err(fault(1_062_007));
    }
    if count != Some(session.parts.len())
        || session.parts.len() != session.size.div_ceil(PART_SIZE).max(1)
    {
        return Err(fault(1_062_010));
    }
    let bytes: Vec<u8> = session
        .parts
        .values()
        .flat_map(|part| STANDARD.decode(part).unwrap_or_default())
        .collect();
    if bytes.len() != session.size {
        return Err(fault(1_062_009));
    }
    let Some(session) = state.media.sessions.remove(id) else {
        return Err(fault(1_061_021));
    };
    Ok(finish(state, call, session.media, session.upload, &bytes))
}

/// Method, path and handler of each endpoint.
pub(crate) const ROUTES: &[Route] = &[
    (
        "POST",
        "/open-apis/drive/v1/medias/upload_all",
        upload_media,
    ),
    (
        "POST",
        "/open-apis/drive/v1/medias/upload_prepare",
        prepare_media,
    ),
    ("POST", "/open-apis/drive/v1/medias/upload_part", part),
    ("POST", "/open-apis/drive/v1/medias/upload_finish", complete),
    (
        "GET",
        "/open-apis/drive/v1/medias/:file_token/download",
        down::download,
    ),
    (
        "GET",
        "/open-apis/drive/v1/medias/batch_get_tmp_download_url",
        down::urls,
    ),
    ("POST", "/open-apis/drive/v1/files/upload_all", upload_file),
    (
        "POST",
        "/open-apis/drive/v1/files/upload_prepare",
        prepare_file,
    ),
    ("POST", "/open-apis/drive/v1/files/upload_part", part),
    ("POST", "/open-apis/drive/v1/files/upload_finish", complete),
    (
        "GET",
        "/open-apis/drive/v1/files/:file_token/download",
        down::download,
    ),
];
