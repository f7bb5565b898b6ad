//! Reading one block of a request: every field checked, defaults filled, costly things counted.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::super::common::{fault, invalid};
use super::kinds::{self, Create, Kind};
use super::schema::{ELEMENTS, Ty, check, check_object};
use super::tree::plain_style;
use crate::gateway::ApiError;
use crate::ids::IdSource;

/// Most UTF-16 units of one text block.
const TEXT_UNITS_MAX: usize = 100_000;

/// What the caller may do besides what the blocks themselves allow.
pub(crate) struct Writer<'a> {
    /// Makes block ids.
    pub(crate) mint: &'a mut IdSource,
    /// Whether a person calls (OKR blocks need one).
    pub(crate) is_user: bool,
    /// Whether the document stands in a wiki (sub-page lists need one).
    pub(crate) in_wiki: bool,
    /// The document as the caller saw it, when that was not the newest revision.
    pub(crate) seen: Option<&'a super::tree::Document>,
    /// Turns a caller's person id into the stored one.
    pub(crate) person: &'a dyn Fn(&str) -> Option<String>,
}

/// A block of a request after its own fields were checked.
pub(crate) struct Draft<'v> {
    /// Its type.
    pub(crate) kind: &'static Kind,
    /// Checked and normalised.
    pub(crate) payload: Map<String, Value>,
    /// The temporary id.
    pub(crate) block_id: Option<&'v str>,
    /// Temporary ids of its children.
    pub(crate) children: Vec<&'v str>,
}

/// Checks one block of a request by itself.
pub(crate) fn read<'v>(
    value: &'v Value,
    at: &str,
    writer: &Writer<'_>,
    budget: &mut Budget,
) -> Result<Draft<'v>, ApiError> {
    let object = value
        .as_object()
        .ok_or_else(|| invalid(at, "must be an object"))?;
    let number = object
        .get("block_type")
        .ok_or_else(|| invalid(&format!("{at}.block_type"), "is required"))?
        .as_u64()
        .and_then(|number| u16::try_from(number).ok())
        .ok_or_else(|| invalid(&format!("{at}.block_type"), "must be an integer"))?;
    let kind = kinds::by_number(number).ok_or_else(|| fault(1_770_001))?;
    let mut payload = None;
    let mut children = Vec::new();
    for (key, member) in object {
        let place = format!("{at}.{key}");
        match key.as_str() {
            "block_type" => {}
            "block_id" | "parent_id" => check(&Ty::Text, member, &place)?,
            "comment_ids" => check(&Ty::List(&Ty::Text), member, &place)?,
            "children" => {
                check(&Ty::List(&Ty::Text), member, &place)?;
                children = member
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_str)
                    .collect();
            }
            _ if key == kind.key => payload = Some((member, place)),
            _ if kinds::by_key(key).is_some() => return Err(fault(1_770_006)),
            _ => return Err(invalid(&place, "unknown field")),
        }
    }
    match kind.create {
        Create::No => return Err(fault(1_770_029)),
        Create::ByUser if !writer.is_user => return Err(fault(1_770_029)),
        _ if number == kinds::SUB_PAGE_LIST && !writer.in_wiki => return Err(fault(1_770_029)),
        _ => {}
    }
    let payload = match payload {
        None if kind.fields.iter().any(|field| field.required) => return Err(fault(1_770_006)),
        None => Map::new(),
        Some((member, place)) => {
            let body = member
                .as_object()
                .ok_or_else(|| invalid(&place, "must be an object"))?;
            if number == kinds::TABLE
                && body
                    .get("property")
                    .is_some_and(|p| p.get("merge_info").is_some())
            {
                // Read-only: a converted table has to lose it first.
                return Err(fault(1_770_001));
            }
            check_object(kind.fields, body, &place)?;
            let mut body = body.clone();
            if kinds::is_text(number) {
                settle_text(number, &mut body, &place, writer, budget)?;
            }
            body
        }
    };
    budget.resource(kind.key)?;
    let block_id = object.get("block_id").and_then(Value::as_str);
    Ok(Draft {
        kind,
        payload,
        block_id,
        children,
    })
}

/// Checks the elements of a text payload and fills what Feishu always prints.
pub(crate) fn settle_text(
    number: u16,
    body: &mut Map<String, Value>,
    at: &str,
    writer: &Writer<'_>,
    budget: &mut Budget,
) -> Result<(), ApiError> {
    let mut style = match body.remove("style") {
        Some(Value::Object(style)) => style,
        _ => Map::new(),
    };
    style.remove("sequence");
    style.entry("align").or_insert_with(|| Value::from(1));
    match number {
        kinds::TODO => {
            style.entry("done").or_insert(Value::Bool(false));
        }
        kinds::CODE => {
            style.entry("language").or_insert_with(|| Value::from(1));
            style.entry("wrap").or_insert(Value::Bool(false));
        }
        _ => {}
    }
    if number != kinds::PAGE && number != kinds::CODE {
        style.entry("folded").or_insert(Value::Bool(false));
    }
    let elements = body
        .remove("elements")
        .unwrap_or_else(|| Value::Array(Vec::new()));
    let elements = settle_elements(elements, at, writer, budget)?;
    body.insert("style".to_owned(), Value::Object(style));
    body.insert("elements".to_owned(), elements);
    Ok(())
}

/// Checks a list of text elements and gives the stored form: default styles filled, people as stored ids.
pub(crate) fn settle_elements(
    elements: Value,
    at: &str,
    writer: &Writer<'_>,
    budget: &mut Budget,
) -> Result<Value, ApiError> {
    check(&ELEMENTS, &elements, &format!("{at}.elements"))?;
    let Value::Array(mut list) = elements else {
        return Ok(Value::Array(Vec::new()));
    };
    let mut units = 0;
    let (mut people, mut docs, mut reminders) = (0, 0, 0);
    for (index, element) in list.iter_mut().enumerate() {
        let place = format!("{at}.elements[{index}]");
        let Some(object) = element.as_object_mut().filter(|object| object.len() == 1) else {
            return Err(invalid(&place, "must have exactly one kind of element"));
        };
        let Some((key, body)) = object.iter_mut().next() else {
            continue;
        };
        let Some(body) = body.as_object_mut() else {
            continue;
        };
        match key.as_str() {
            "text_run" | "equation" => {
                units += body
                    .get("content")
                    .and_then(Value::as_str)
                    .map_or(0, |text| text.encode_utf16().count());
            }
            "mention_user" => {
                people += 1;
                settle_person(body, "user_id", writer)?;
                budget.resource("mention_user")?;
            }
            "reminder" => {
                reminders += 1;
                settle_person(body, "create_user_id", writer)?;
            }
            "mention_doc" => {
                docs += 1;
                let known = body.get("obj_type").and_then(Value::as_i64);
                if !matches!(known, Some(1 | 3 | 8 | 11 | 12 | 15 | 16 | 22)) {
                    return Err(fault(1_770_001));
                }
                budget.resource("mention_doc")?;
            }
            // Output only.
            "file" | "inline_block" => return Err(fault(1_770_001)),
            _ => {}
        }
        let mut style = plain_style();
        if let (Some(Value::Object(given)), Value::Object(all)) =
            (body.remove("text_element_style"), &mut style)
        {
            all.extend(given);
        }
        body.insert("text_element_style".to_owned(), style);
    }
    if units > TEXT_UNITS_MAX {
        return Err(fault(4_000_027));
    }
    if people > 100 || docs > 50 || reminders > 30 {
        return Err(fault(1_770_035));
    }
    Ok(Value::Array(list))
}

fn settle_person(
    body: &mut Map<String, Value>,
    key: &str,
    writer: &Writer<'_>,
) -> Result<(), ApiError> {
    let given = body.get(key).and_then(Value::as_str).unwrap_or_default();
    let stored = (writer.person)(given).ok_or_else(|| fault(1_770_001))?;
    body.insert(key.to_owned(), Value::from(stored));
    Ok(())
}

/// How many of each costly thing one request has used so far.
#[derive(Debug, Default)]
pub(crate) struct Budget(HashMap<&'static str, usize>);

impl Budget {
    /// Counts one more of a kind.
    fn resource(&mut self, key: &'static str) -> Result<(), ApiError> {
        let most = match key {
            "chat_card" | "file" | "mention_doc" | "mention_user" => 200,
            "image" | "isv" => 20,
            "sheet" | "bitable" => 5,
            _ => return Ok(()),
        };
        let used = self.0.entry(key).or_insert(0);
        *used += 1;
        if *used > most {
            Err(fault(1_770_035))
        } else {
            Ok(())
        }
    }
}
