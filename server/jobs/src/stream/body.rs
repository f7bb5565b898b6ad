//! What a stream's requests hold.

use model::{Timestamp, audit::Row};
use serde_json::{Value, json};
use store::AuditStream;
use vault::Secret;

type Request = (Vec<(&'static str, String)>, Vec<u8>);

/// JSON with an HMAC-SHA256 over `<seconds>.<body>`, so that neither can be changed and an old
/// request is known as one.
pub(super) fn webhook(
    stream: &AuditStream,
    secret: &Secret,
    rows: &[Row],
    now: Timestamp,
) -> Request {
    let events: Vec<Value> = rows
        .iter()
        .map(|row| json!({ "id": event_id(row), "entry": row }))
        .collect();
    let body = json!({ "stream": stream.id, "events": events })
        .to_string()
        .into_bytes();
    let at = now.seconds().to_string();
    let mut signed = at.clone().into_bytes();
    signed.push(b'.');
    signed.extend_from_slice(&body);
    let signature = format!("v1={}", hex::encode(secret.mac(&signed)));
    let headers = vec![
        ("content-type", "application/json".to_owned()),
        ("feishu-mcp-timestamp", at),
        ("feishu-mcp-signature", signature),
    ];
    (headers, body)
}

/// The same for every sending of an entry.
fn event_id(row: &Row) -> String {
    format!("{}.{}", row.id, row.kind)
}

/// An `ExportLogsServiceRequest` in the JSON form of OTLP 1.
pub(super) fn otlp(secret: &Secret, rows: &[Row]) -> Request {
    let text = |key: &str, value: &str| json!({ "key": key, "value": { "stringValue": value } });
    let records: Vec<Value> = rows
        .iter()
        .map(|row| {
            let bad = !matches!(row.outcome.as_str(), "ok" | "partial" | "pending");
            json!({
                "timeUnixNano": format!("{}000000", row.at),
                "severityNumber": if bad { 13 } else { 9 },
                "severityText": if bad { "WARN" } else { "INFO" },
                "eventName": format!("feishu_mcp.audit.{}", row.kind),
                "body": { "stringValue": row.json() },
                "attributes": [
                    text("event.id", &event_id(row)),
                    text("audit.action", &row.action),
                    text("audit.outcome", &row.outcome),
                    text("audit.actor", &row.who),
                    text("audit.client", &row.client_name),
                    text("audit.target", row.target.as_deref().unwrap_or_default()),
                    { "key": "audit.seq", "value": { "intValue": row.seq.to_string() } },
                ],
            })
        })
        .collect();
    let tenant = rows.first().map(|row| row.tenant.to_string());
    let body = json!({ "resourceLogs": [{
        "resource": { "attributes": [
            text("service.name", "feishu-mcp"),
            text("tenant.id", tenant.as_deref().unwrap_or_default()),
        ] },
        "scopeLogs": [{ "scope": { "name": "feishu-mcp.audit" }, "logRecords": records }],
    }] });
    let mut headers = vec![("content-type", "application/json".to_owned())];
    if !secret.expose().is_empty() {
        headers.push(("authorization", format!("Bearer {}", secret.expose())));
    }
    (headers, body.to_string().into_bytes())
}
