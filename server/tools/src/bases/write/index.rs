//! The records that rows may mean, by key and by id.

use std::collections::{BTreeSet, HashMap};

use feishu::api::bitable::{
    fields::Field,
    records::{self, Condition, Filter, Query, Record},
};
use serde_json::{Map, Value};

use super::value::canon;
use crate::{
    ToolCx, ToolError,
    bases::{
        cell::kind,
        grid::Grid,
        read::query::{Asked, Where},
    },
};

/// Up to so many rows, records are looked for by their key instead of reading the whole table.
const FEW: usize = 50;

/// The key of a row or record: what its key fields hold.
pub(super) fn key_of(keys: &[&Field], values: &Map<String, Value>) -> Option<String> {
    let parts: Vec<String> = keys
        .iter()
        .map(|field| {
            let value = values.get(&field.field_name);
            value.map_or_else(String::new, |value| canon(field.kind, value).join("\u{2}"))
        })
        .collect();
    let empty = parts.iter().all(String::is_empty);
    (!empty).then(|| parts.join("\u{1}"))
}

/// Records by key, with the values that are compared.
pub(super) type Index = HashMap<String, Vec<Record>>;

/// Reads the records that the rows may mean.
pub(super) async fn index(
    cx: &ToolCx,
    grid: &Grid,
    keys: &[&Field],
    wanted: &[(usize, Map<String, Value>)],
    fields: BTreeSet<String>,
) -> Result<Index, ToolError> {
    let names: Vec<String> = fields.into_iter().collect();
    let mut index = Index::new();
    let mut add = |record: &Record| {
        if let Some(key) = key_of(keys, &record.fields) {
            index.entry(key).or_default().push(record.clone());
        }
    };
    let single = match keys {
        [one] if matches!(one.kind, kind::TEXT | kind::NUMBER | kind::SELECT | 13) => Some(*one),
        _ => None,
    };
    if let Some(field) = single
        && wanted.len() <= FEW
    {
        let texts = wanted
            .iter()
            .filter_map(|(_, values)| values.get(&field.field_name));
        let conditions: Vec<Condition> = texts
            .map(|value| Condition {
                field_name: field.field_name.clone(),
                operator: "is",
                value: canon(field.kind, value),
            })
            .filter(|condition| condition.value.len() == 1)
            .collect();
        if conditions.is_empty() {
            return Ok(index);
        }
        let query = Query {
            field_names: Some(names),
            filter: Some(Filter {
                conjunction: "or",
                conditions,
            }),
            ..Query::default()
        };
        let mut cursor: Option<String> = None;
        loop {
            let size = records::MAX_PAGE;
            let page = records::search(&cx.feishu, grid.at(), &query, size, cursor.as_deref());
            let page = page.await.map_err(|fault| cx.fault(fault))?;
            page.items.iter().for_each(&mut add);
            if !page.has_more || page.page_token.is_empty() {
                return Ok(index);
            }
            cursor = Some(page.page_token);
        }
    }
    let asked = Asked::new(grid, &Where::default(), Vec::new(), None, Some(names));
    let (_, cut) = asked.every(cx, grid, add).await?;
    if cut {
        return Err(ToolError::invalid(cx.say(
            "the table is too large to be matched by key",
            "数据表过大，无法按键匹配",
        ))
        .with_hint(cx.say(
            "Pass record ids in a column `record_id`, or at most 50 rows with one text or number as key.",
            "请在 `record_id` 列给出记录 id，或每次最多 50 行并以单个文本或数字字段为键。",
        )));
    }
    Ok(index)
}

/// Records by id, as they are now.
pub(super) async fn current<'i>(
    cx: &ToolCx,
    grid: &Grid,
    ids: impl Iterator<Item = &'i String>,
) -> Result<HashMap<String, Record>, ToolError> {
    let ids: Vec<String> = ids.cloned().collect();
    let mut found = HashMap::new();
    for part in ids.chunks(records::MAX_GET) {
        cx.check()?;
        let got = records::get(&cx.feishu, grid.at(), part).await;
        let got = got.map_err(|fault| cx.fault(fault))?;
        found.extend(
            got.records
                .into_iter()
                .map(|one| (one.record_id.clone(), one)),
        );
    }
    Ok(found)
}
