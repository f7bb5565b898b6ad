//! Blocks that are there, as new blocks: Feishu cannot move a block.

use feishu::api::docx::BlockKind;
use serde_json::{Map, Value, json};

use super::{
    super::markdown::{
        compile::{Built, Fill, With},
        tree::Merge,
    },
    doc::Doc,
    rules,
};

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
    let temporary = format!("n{next}");
    let merges = merges(&body);
    let built = Built::tree(temporary.clone(), kind, payload(kind, body), children);
    if merges.is_empty() {
        return Some(built);
    }
    Some(built.with_fills(vec![Fill {
        block: temporary,
        with: With::Merge(merges),
    }]))
}

/// Merged cells, which Feishu tells and does not take when a table is made.
fn merges(body: &Map<String, Value>) -> Vec<Merge> {
    let property = body.get("property");
    let number = |value: Option<&Value>| {
        let number = value.and_then(Value::as_u64);
        number.and_then(|number| usize::try_from(number).ok())
    };
    let columns = number(property.and_then(|one| one.get("column_size"))).unwrap_or(0);
    let info = property.and_then(|one| one.get("merge_info")?.as_array());
    let mut found: Vec<Merge> = Vec::new();
    for (at, one) in info
        .into_iter()
        .flatten()
        .enumerate()
        .take_while(|_| columns > 0)
    {
        let merge = Merge {
            row: at / columns,
            column: at % columns,
            rows: number(one.get("row_span")).unwrap_or(1),
            columns: number(one.get("col_span")).unwrap_or(1),
        };
        let hidden = found.iter().any(|known| covers(known, &merge));
        if !hidden && merge.rows * merge.columns > 1 {
            found.push(merge);
        }
    }
    found
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

const fn covers(known: &Merge, other: &Merge) -> bool {
    other.row >= known.row
        && other.row < known.row + known.rows
        && other.column >= known.column
        && other.column < known.column + known.columns
}
