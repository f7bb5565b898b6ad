//! Blocks that are there, as new blocks: Feishu cannot move a block.

use feishu::api::docx::BlockKind;
use serde_json::{Map, Value, json};

use super::{super::markdown::compile::Built, doc::Doc, rules};

/// A block and all below it as new ones; the caller has asked [`rules::obstacle`] before.
pub(crate) fn recreate(doc: &Doc, id: &str, next: &mut usize) -> Option<Built> {
    let block = doc.get(id)?;
    let kind = block.kind()?;
    let children = block.children.iter();
    let children = children
        .filter_map(|child| recreate(doc, child, next))
        .collect();
    *next += 1;
    let body = block.body().cloned().unwrap_or_default();
    Some(Built::tree(
        format!("n{next}"),
        kind,
        payload(kind, body),
        children,
    ))
}

/// What Feishu prints, without what it does not take back.
fn payload(kind: BlockKind, mut body: Map<String, Value>) -> Value {
    match kind {
        BlockKind::Table => {
            let mut property = body.remove("property").unwrap_or_else(|| json!({}));
            if let Some(property) = property.as_object_mut() {
                property.remove("merge_info");
            }
            return json!({ "property": property });
        }
        kind if rules::is_text(kind) => {
            if let Some(Value::Object(style)) = body.get_mut("style") {
                style.remove("sequence");
            }
            if let Some(Value::Array(elements)) = body.get_mut("elements") {
                for doc in elements
                    .iter_mut()
                    .filter_map(|one| one.get_mut("mention_doc")?.as_object_mut())
                {
                    doc.remove("title");
                }
            }
        }
        _ => {}
    }
    Value::Object(body)
}
