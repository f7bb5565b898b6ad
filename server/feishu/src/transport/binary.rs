//! Answers that are files: bytes when it worked, the usual envelope when it did not.

use bytes::Bytes;
use reqwest::{
    Response,
    header::{CONTENT_DISPOSITION, CONTENT_RANGE, CONTENT_TYPE, HeaderMap, RANGE},
};
use url::Url;

use super::{Transport, envelope, sending, text};
use crate::{FeishuError, Meter, Request};

/// A file, or the asked part of it.
#[derive(Debug, Clone)]
pub struct Download {
    /// `Content-Type`, without parameters, as Feishu says it; not to be trusted.
    pub content_type: String,
    /// File name of `Content-Disposition`, if there is one.
    pub name: Option<String>,
    /// Bytes of the whole file, where Feishu tells it.
    pub total: Option<u64>,
    /// The bytes.
    pub bytes: Bytes,
}

impl Transport {
    /// Fetches a file of at most `most` bytes. Retries as [`Transport::call`] does.
    pub(crate) async fn download(
        &self,
        host: &Url,
        token: &str,
        request: &Request,
        most: usize,
        meter: &Meter,
    ) -> Result<Download, FeishuError> {
        let once = || async {
            let mut builder = self.prepare(host, token, request)?;
            if let Some((first, last)) = request.range {
                builder = builder.header(RANGE, format!("bytes={first}-{last}"));
            }
            meter.sent();
            let response = builder.send().await.map_err(sending)?;
            meter.answered(text(response.headers(), "x-tt-logid").as_deref());
            receive(response, most).await
        };
        self.retrying(request, once).await
    }
}

async fn receive(response: Response, most: usize) -> Result<Download, FeishuError> {
    let headers = response.headers().clone();
    let is_json = content_type(&headers) == "application/json";
    let named = headers.contains_key(CONTENT_DISPOSITION);
    let worked = response.status().is_success();
    let length = response.content_length();
    let exchange = Transport::read(response, most).await?;
    if !worked {
        return Err(failed(envelope(exchange)));
    }
    // A file may itself be JSON; only an answer without a file name can be Feishu's own words.
    if is_json && !named && is_refusal(&exchange.body) {
        return Err(failed(envelope(exchange)));
    }
    Ok(Download {
        content_type: content_type(&headers),
        name: file_name(&headers),
        total: whole(&headers).or(length),
        bytes: exchange.body,
    })
}

fn failed<T>(answer: Result<T, FeishuError>) -> FeishuError {
    match answer {
        Err(error) => error,
        Ok(_) => FeishuError::Decode {
            log_id: None,
            http: 200,
        },
    }
}

/// Whether it is an envelope with a code other than 0.
fn is_refusal(body: &[u8]) -> bool {
    #[derive(serde::Deserialize)]
    struct Code {
        code: i64,
        #[serde(rename = "msg")]
        _msg: String,
    }
    serde_json::from_slice::<Code>(body).is_ok_and(|answer| answer.code != 0)
}

fn content_type(headers: &HeaderMap) -> String {
    let whole = text(headers, CONTENT_TYPE.as_str()).unwrap_or_default();
    let kind = whole.split(';').next().unwrap_or_default();
    kind.trim().to_ascii_lowercase()
}

/// The size behind the slash of `bytes 0-99/1234`.
fn whole(headers: &HeaderMap) -> Option<u64> {
    let range = text(headers, CONTENT_RANGE.as_str())?;
    range.rsplit('/').next()?.trim().parse().ok()
}

/// The name of `Content-Disposition` (RFC 6266): the extended form first.
fn file_name(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CONTENT_DISPOSITION)?.as_bytes();
    let value = String::from_utf8_lossy(value);
    let mut plain = None;
    for part in value.split(';').skip(1) {
        let (key, value) = part.split_once('=')?;
        let value = value.trim().trim_matches('"');
        match key.trim().to_ascii_lowercase().as_str() {
            "filename*" => {
                let encoded = value.rsplit('\'').next().unwrap_or_default();
                let decoded = percent_encoding::percent_decode_str(encoded).decode_utf8();
                return decoded.ok().map(std::borrow::Cow::into_owned);
            }
            "filename" => plain = Some(value.to_owned()),
            _ => {}
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    fn named(value: &'static str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_DISPOSITION, HeaderValue::from_static(value));
        file_name(&headers)
    }

    #[test]
    fn the_name_of_a_file_is_read_in_both_forms() {
        assert_eq!(
            named("attachment; filename=\"a.png\"").as_deref(),
            Some("a.png")
        );
        assert_eq!(
            named("attachment; filename=\"_.png\"; filename*=UTF-8''%E5%9B%BE.png").as_deref(),
            Some("图.png")
        );
        assert_eq!(named("inline"), None);
    }

    #[test]
    fn only_an_envelope_with_a_code_is_a_refusal() {
        assert!(is_refusal(br#"{"code":1061003,"msg":"not found."}"#));
        assert!(!is_refusal(br#"{"code":0,"msg":"ok"}"#));
        assert!(!is_refusal(br#"{"code":7}"#) && !is_refusal(b"[1]"));
    }
}
