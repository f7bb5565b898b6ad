//! Pages with a total, as most lists of bases print them.

use serde_json::{Value, json};

use crate::families::common::{optional, page_size};
use crate::gateway::{ApiError, Call, Page, Reply};

/// One page of a list.
pub(super) fn totalled(
    items: &[Value],
    call: &Call<'_>,
    (key, scope): (&str, &str),
    most: usize,
) -> Result<Reply, ApiError> {
    let size = page_size(call, 20, most, 1_254_000)?;
    let token = optional(call, "page_token");
    let page = Page::of(items.len(), size, token, scope, 1_254_030)?;
    Ok(Reply::Data(json!({
        key: items.get(page.start..page.end).unwrap_or_default(),
        "page_token": page.page_token,
        "has_more": page.has_more,
        "total": items.len(),
    })))
}
