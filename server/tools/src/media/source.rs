//! Where bytes come from: an address, the call itself, or Feishu.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose};
use bytes::Bytes;
use feishu::{Fetch, GuardError, GuardedReply, api::media};
use url::Url;

use super::{FETCH_MAX, sniff, upload::Body};
use crate::{ErrorKind, ToolCx, ToolError, render::clean_line};

/// Most bytes that may come as base64: they pass through the model, which pays for each.
pub(crate) const INLINE_MAX: usize = 1 << 20;
/// Time for an address, with all its redirects.
const PATIENCE: Duration = Duration::from_secs(20);
/// Redirects that are followed; pictures often move to a content network.
const REDIRECTS: u8 = 3;

/// Where bytes come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// An address on the public internet.
    Url(String),
    /// Base64, with or without a `data:` head.
    Base64(String),
    /// A picture or file of a document that the caller was admitted to.
    Media(String),
    /// What came along with the call.
    Incoming,
}

/// Bytes, and the name that came with them.
pub(super) struct Found {
    pub(super) body: Body,
    pub(super) name: Option<String>,
}

impl Source {
    /// Gets the bytes, or begins to.
    pub(super) async fn open(&self, cx: &ToolCx) -> Result<Found, ToolError> {
        let whole = |bytes: Bytes, name| Found {
            body: Body::Whole(bytes),
            name,
        };
        let found = match self {
            Self::Url(url) => {
                let reply = fetch(cx, url).await?;
                let name = name_of(url);
                whole(reply.body.into(), name)
            }
            Self::Base64(text) => whole(decode(cx, text)?, None),
            Self::Media(token) => {
                let found = media::download(&cx.feishu, token, FETCH_MAX).await;
                let found = found.map_err(|fault| cx.fault(fault))?;
                whole(found.bytes, found.name)
            }
            Self::Incoming => {
                let incoming = cx.incoming.clone();
                let incoming = incoming.ok_or_else(|| ToolError::internal(cx.locale))?;
                Found {
                    body: Body::coming(cx, incoming).await?,
                    name: None,
                }
            }
        };
        if found.body.size() == 0 {
            return Err(ToolError::invalid(
                cx.say("the file is empty", "文件内容为空"),
            ));
        }
        Ok(found)
    }
}

/// Fetches what an address holds.
async fn fetch(cx: &ToolCx, url: &str) -> Result<GuardedReply, ToolError> {
    let fetch = Fetch {
        accept: "image/*, */*;q=0.8",
        cap_bytes: FETCH_MAX,
        deadline: PATIENCE,
        redirects: REDIRECTS,
    };
    let host = Url::parse(url).ok();
    let host = host.as_ref().and_then(Url::host_str).unwrap_or_default();
    let host = clean_line(host, 80);
    let reply = cx.web.fetch(url, fetch).await;
    let reply = reply.map_err(|fault| refused(cx, &host, &fault))?;
    if !(200..300).contains(&reply.status) {
        return Err(unfetched(
            cx,
            &format!(
                "{host} {} {}",
                cx.say("answered with HTTP status", "返回 HTTP 状态"),
                reply.status
            ),
        ));
    }
    if sniff::is_html(&reply.body) {
        return Err(unfetched(
            cx,
            &format!(
                "{host} {}",
                cx.say(
                    "gave a web page, not a file (a sign-in page?)",
                    "返回的是网页而非文件（可能需要登录）"
                )
            ),
        ));
    }
    Ok(reply)
}

fn refused(cx: &ToolCx, host: &str, fault: &GuardError) -> ToolError {
    let cause = match fault {
        GuardError::Refused(_) => {
            return ToolError::invalid(cx.say(
                "only public https addresses on port 443 are fetched",
                "只能抓取公网 https 地址（443 端口）",
            ))
            .with_hint(cx.say(
                "Leave `url` out: `media_put` then gives a link that the user's own computer \
                 sends the file to.",
                "不传 `url` 调用 `media_put` 可获得上传链接，由用户的电脑直接上传文件。",
            ));
        }
        GuardError::TooLarge(_) => {
            return ToolError::invalid(cx.say(
                "the address holds more than 20 MiB",
                "该地址的内容超过 20 MiB",
            ))
            .with_hint(cx.say(
                "Leave `url` out to get an upload link for larger files.",
                "不传 `url` 可获取上传链接以上传更大的文件。",
            ));
        }
        GuardError::Timeout => cx.say("did not answer within 20 seconds", "20 秒内未响应"),
        GuardError::Redirects => cx.say("redirects more than 3 times", "重定向超过 3 次"),
        GuardError::Failed(_) => cx.say("could not be reached", "无法访问"),
    };
    unfetched(cx, &format!("{host} {cause}"))
}

fn unfetched(cx: &ToolCx, cause: &str) -> ToolError {
    ToolError::new(ErrorKind::Invalid, cause).with_hint(cx.say(
        "Check that the address opens without signing in, or leave `url` out to get an upload \
         link.",
        "请确认该地址无需登录即可打开；或不传 `url` 以获取上传链接。",
    ))
}

/// Reads base64 in either alphabet, padded or not.
fn decode(cx: &ToolCx, text: &str) -> Result<Bytes, ToolError> {
    let text = match text.trim().strip_prefix("data:") {
        Some(data) => data.split_once(',').map_or("", |(_, data)| data),
        None => text,
    };
    if text.len() / 4 * 3 > INLINE_MAX + 3 {
        return Err(ToolError::invalid(cx.say(
            "more than 1 MiB cannot come as base64",
            "base64 内容不能超过 1 MiB",
        ))
        .with_hint(cx.say(
            "Leave `base64` out: the answer is then a link to send the file to.",
            "不传 `base64` 即可获得上传链接。",
        )));
    }
    let plain: String = text
        .chars()
        .filter(|letter| !letter.is_ascii_whitespace())
        .map(|letter| match letter {
            '-' => '+',
            '_' => '/',
            other => other,
        })
        .collect();
    let decoded = general_purpose::STANDARD_NO_PAD.decode(plain.trim_end_matches('='));
    decoded.map(Bytes::from).map_err(|_not_base64| {
        ToolError::invalid(cx.say("this is not base64", "base64 格式不正确"))
    })
}

/// The last part of an address's path.
fn name_of(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    let last = url.path_segments()?.next_back()?;
    let name = percent_encoding::percent_decode_str(last).decode_utf8_lossy();
    (!name.is_empty()).then(|| name.into_owned())
}
