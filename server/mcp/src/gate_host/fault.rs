//! Why a resource, or the content of a prompt, is not given: as errors of the protocol.
//!
//! Tools fail with results that a model can read. A resource is read by the client itself, so its
//! failures are JSON-RPC errors, with the tool's own error in `data.error`.

use serde_json::{Map, Value, json};
use tools::{ErrorKind, ToolError};

use crate::{
    Revision, RpcError,
    rpc::{CONTENT_REFUSED, INTERNAL_ERROR, TOO_MANY},
};

/// The error of a read of `uri`.
///
/// What does not exist and what the member may not see are told in the same words.
pub(super) fn of_resource(error: &ToolError, uri: &str, revision: Revision) -> RpcError {
    match error.kind {
        ErrorKind::NotFound | ErrorKind::ForbiddenResource => {
            RpcError::resource_not_found(uri, revision)
        }
        ErrorKind::Invalid | ErrorKind::Ambiguous => {
            let told = told(error, Some(uri));
            RpcError::resource_not_found(uri, revision).with_data(told)
        }
        kind => RpcError::new(code(kind), error.message.clone()).with_data(told(error, Some(uri))),
    }
}

/// The error of a prompt whose content is not given.
pub(super) fn of_prompt(error: &ToolError, argument: &str) -> RpcError {
    match error.kind {
        ErrorKind::NotFound
        | ErrorKind::ForbiddenResource
        | ErrorKind::Invalid
        | ErrorKind::Ambiguous => {
            RpcError::invalid_params(format!("{argument}: {}", error.message))
                .with_data(told(error, None))
        }
        kind => RpcError::new(code(kind), error.message.clone()).with_data(told(error, None)),
    }
}

const fn code(kind: ErrorKind) -> i64 {
    match kind {
        ErrorKind::RateLimited | ErrorKind::QuotaExhausted => TOO_MANY,
        ErrorKind::Internal => INTERNAL_ERROR,
        _ => CONTENT_REFUSED,
    }
}

fn told(error: &ToolError, uri: Option<&str>) -> Value {
    let (_, mut structured) = error.render();
    let mut data = Map::new();
    if let Some(uri) = uri {
        data.insert("uri".to_owned(), json!(uri));
    }
    data.insert("error".to_owned(), structured["error"].take());
    Value::Object(data)
}

#[cfg(test)]
mod tests {
    use super::*;

    const URI: &str = "feishu://doc/docx:abc";

    fn read(kind: ErrorKind, revision: Revision) -> RpcError {
        let error = ToolError::new(kind, "told").with_hint("do this");
        of_resource(&error, URI, revision)
    }

    #[test]
    fn what_is_missing_and_what_is_hidden_look_alike_in_each_revision() {
        for revision in Revision::ALL {
            let missing = read(ErrorKind::NotFound, revision);
            assert_eq!(missing, read(ErrorKind::ForbiddenResource, revision));
            let code = if revision.is_stateless() {
                -32602
            } else {
                -32002
            };
            assert_eq!(
                (missing.code, missing.data),
                (code, Some(json!({ "uri": URI })))
            );
        }
    }

    #[test]
    fn every_other_failure_says_what_to_do_and_mints_no_code_of_the_protocol() {
        for kind in ErrorKind::ALL {
            if matches!(kind, ErrorKind::NotFound | ErrorKind::ForbiddenResource) {
                continue;
            }
            let error = read(kind, Revision::V2026_07_28);
            assert!([TOO_MANY, CONTENT_REFUSED, -32602, -32603].contains(&error.code));
            let data = error.data.unwrap();
            assert_eq!(data["error"]["kind"], kind.name());
            assert_eq!(data["error"]["hint"], "do this");
            assert_eq!(data["uri"], URI);
        }
    }
}
