//! Takes the bytes of one file for a place that `media_put` has made: the second half of that
//! tool, run through the same gate in the same member's name.
//!
//! The link is the credential. It is taken before the first byte is read; what ends without effect
//! gives it back, so that a broken upload is repeated with the same line.

use std::{sync::Arc, time::Duration};

use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use edge::{ApiFault, UploadEnd, UploadFault, UploadPass};
use futures::{Stream, StreamExt as _};
use http::{HeaderMap, StatusCode, header};
use model::{Locale, Slug};
use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;
use tools::Incoming;

use super::{Shared, plain};
use crate::{
    Peer, Revision,
    host::{Caller, FollowUp, Reply, ToolCall},
    server::Server,
    streams::Owner,
};

/// The tool whose second half this is.
const TOOL: &str = "media_put";

/// `PUT /t/{slug}/uploads/{link}`.
pub(super) async fn put(State(server): Shared, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let reader = edge::ReaderLocale::of(parts.uri.query(), &parts.headers);
    let found = match target(parts.uri.path()) {
        Some((slug, secret)) => {
            let pass = server.state.auth.upload(&parts.headers, &slug, secret);
            pass.await.map(|pass| (slug, pass))
        }
        None => Err(UploadFault::Unknown),
    };
    let (slug, pass) = match found {
        Ok(found) => found,
        Err(fault) => return refusal(fault, reader.unwrap_or_default()),
    };
    let locale = pass.principal.locale();
    let size = match announced(&parts.headers, &pass, locale) {
        Ok(size) => size,
        Err(refused) => return refused,
    };
    // The work goes on when the sender is gone: the link has to be settled either way.
    let work = tokio::spawn(async move { run(&server, slug, pass, size, body).await });
    work.await.unwrap_or_else(|_panic| {
        let text = locale.pick("The upload failed on our side.", "上传在服务端失败。");
        ApiFault::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", text).into_response()
    })
}

/// Tenant and secret of the path.
fn target(path: &str) -> Option<(Slug, &str)> {
    let mut segments = path.strip_prefix("/t/")?.split('/');
    let slug = segments.next()?.parse().ok()?;
    (segments.next()? == "uploads").then_some(())?;
    Some((slug, segments.next()?))
}

/// The size that the sender announces; Feishu wants to know it first.
#[expect(clippy::result_large_err, reason = "the refusal is the answer")]
fn announced(headers: &HeaderMap, pass: &UploadPass, locale: Locale) -> Result<u64, Response> {
    let length = headers.get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    let Some(size) = length else {
        let text = locale.pick(
            "The size must be announced (Content-Length).",
            "必须声明大小（Content-Length）。",
        );
        let hint = locale.pick(
            "Send a file, not a stream: curl -T FILE URL.",
            "请直接发送文件：curl -T FILE URL。",
        );
        let fault = ApiFault::new(StatusCode::LENGTH_REQUIRED, "invalid", text);
        return Err(fault.hint(hint).into_response());
    };
    let most = pass.link.made.max_bytes;
    if size > most {
        let text = match locale {
            Locale::En => format!("This link takes at most {most} bytes; the file has {size}."),
            Locale::Zh => format!("该链接最多接收 {most} 字节，文件为 {size} 字节。"),
        };
        let hint = locale.pick(
            "The link is still good: send a smaller file.",
            "链接仍然有效，请上传更小的文件。",
        );
        let fault = ApiFault::new(StatusCode::PAYLOAD_TOO_LARGE, "invalid", text);
        return Err(fault.hint(hint).into_response());
    }
    Ok(size)
}

async fn run(
    server: &Arc<Server>,
    slug: Slug,
    pass: UploadPass,
    size: u64,
    body: Body,
) -> Response {
    let locale = pass.principal.locale();
    let cancel = CancellationToken::new();
    let owner = Owner::from(&pass.principal);
    let Ok(_running) = server.streams.begin(owner, None, cancel.clone()) else {
        let text = locale.pick("Too many calls at once.", "同时运行的调用过多。");
        return ApiFault::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", text)
            .header(header::RETRY_AFTER, "1")
            .into_response();
    };
    if let Err(fault) = server.state.auth.take_upload(&pass).await {
        return refusal(fault, locale);
    }
    let chunks = unhurried(body, server.state.options.upload_pause);
    let caller = Caller {
        principal: pass.principal.clone(),
        slug,
        revision: Revision::NEWEST_WITH_SESSIONS,
        profile: calls::Profile::default(),
        capabilities: Arc::default(),
    };
    let call = ToolCall {
        name: TOOL.to_owned(),
        arguments: arguments(&pass),
        follow_up: FollowUp::default(),
        cancel,
        peer: Peer::silent(),
        incoming: Some(Incoming::new(size, chunks)),
    };
    let reply = server.host(&caller.slug).call(&caller, call).await;
    let mut fields = match reply {
        Ok(Reply::Complete(fields) | Reply::NeedsWrite(fields)) => fields,
        Ok(Reply::InputRequired { .. }) | Err(_) => unanswered(locale),
    };
    let end = end_of(&pass, &fields);
    server.state.auth.settle_upload(&pass, end).await;
    if end == UploadEnd::Nothing
        && let Some(Value::Object(error)) = fields
            .get_mut("structuredContent")
            .and_then(|data| data.get_mut("error"))
    {
        error.insert("link_still_good".to_owned(), true.into());
    }
    plain::result(fields, locale)
}

/// What the tool is called with: the place that was named when the link was made.
fn arguments(pass: &UploadPass) -> Map<String, Value> {
    let made = &pass.link.made;
    let named = [
        ("ref", &made.reference),
        ("at", &made.block),
        ("name", &made.name),
    ];
    let named = named
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value.clone()?.into())));
    named.collect()
}

/// Whether the link is used up. A block is filled anew by a second upload, so every failure may
/// be repeated; a file in a folder would lie there twice when it is not known whether it arrived.
fn end_of(pass: &UploadPass, fields: &Map<String, Value>) -> UploadEnd {
    if fields.get("isError").and_then(Value::as_bool) != Some(true) {
        return UploadEnd::Done;
    }
    let error = fields
        .get("structuredContent")
        .and_then(|data| data.get("error"));
    let kind = error.and_then(|error| error.get("kind")?.as_str());
    let unclear = matches!(kind, Some("upstream" | "internal" | "cancelled") | None);
    if unclear && pass.link.made.block.is_none() {
        UploadEnd::Done
    } else {
        UploadEnd::Nothing
    }
}

/// The body, as long as it does not pause for too long.
fn unhurried(
    body: Body,
    pause: Duration,
) -> impl Stream<Item = Result<Bytes, std::io::Error>> + Send + 'static {
    let chunks = Box::pin(body.into_data_stream());
    futures::stream::unfold(Some(chunks), move |chunks| async move {
        let mut chunks = chunks?;
        match tokio::time::timeout(pause, chunks.next()).await {
            Ok(None) => None,
            Ok(Some(Ok(chunk))) => Some((Ok(chunk), Some(chunks))),
            Ok(Some(Err(fault))) => Some((Err(std::io::Error::other(fault)), None)),
            Err(_slow) => Some((Err(std::io::ErrorKind::TimedOut.into()), None)),
        }
    })
}

/// The host gave no result.
fn unanswered(locale: Locale) -> Map<String, Value> {
    let message = locale.pick("the upload failed on our side", "上传在服务端失败");
    let mut fields = Map::new();
    fields.insert("isError".to_owned(), true.into());
    fields.insert(
        "structuredContent".to_owned(),
        serde_json::json!({ "error": { "kind": "internal", "message": message } }),
    );
    fields
}

fn refusal(fault: UploadFault, locale: Locale) -> Response {
    let (status, code, text) = match fault {
        UploadFault::Unknown => (
            StatusCode::NOT_FOUND,
            "not_found",
            ("There is no such upload link.", "没有该上传链接。"),
        ),
        UploadFault::Expired => (
            StatusCode::GONE,
            "expired",
            ("This upload link has expired.", "该上传链接已过期。"),
        ),
        UploadFault::Used => (
            StatusCode::GONE,
            "used",
            ("This upload link was used already.", "该上传链接已被使用。"),
        ),
        UploadFault::Busy => (
            StatusCode::CONFLICT,
            "conflict",
            (
                "Another upload to this link is running, or was broken off.",
                "该链接正在上传，或上次上传已中断。",
            ),
        ),
        UploadFault::Ended => (
            StatusCode::FORBIDDEN,
            "ended",
            (
                "The connection that made this link has ended.",
                "创建该链接的连接已失效。",
            ),
        ),
        UploadFault::Unavailable => (
            StatusCode::SERVICE_UNAVAILABLE,
            "temporarily_unavailable",
            ("Links cannot be checked at present.", "暂时无法验证链接。"),
        ),
    };
    let hint = match fault {
        UploadFault::Busy | UploadFault::Unavailable => locale.pick(
            "Try again in a few seconds; if it lasts, ask the assistant for a new link.",
            "请几秒后重试；若仍失败，请让助手重新获取链接。",
        ),
        _ => locale.pick(
            "Nothing was stored. Ask the assistant for a new link: `media_put` with the same \
             block in `at`.",
            "未保存任何内容。请让助手用 `media_put`（`at` 为同一个块）重新获取链接。",
        ),
    };
    ApiFault::new(status, code, locale.pick(text.0, text.1))
        .hint(hint)
        .into_response()
}
