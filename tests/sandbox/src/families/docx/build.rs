//! Making blocks from a request: the children call and the descendant call.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value, json};

use super::super::common::{fault, invalid};
use super::kinds::{self, Create, Kind};
use super::schema::{check, check_object, ELEMENTS, Ty};
use super::tree::{Block, Document, plain_style};
use crate::gateway::ApiError;
use crate::ids::IdSource;

/// Most children of one children call.
const CHILDREN_MAX: usize = 50;
/// Most blocks of one descendant call.
const DESCENDANTS_MAX: usize = 1_000;
/// Most UTF-16 units of one text block.
const TEXT_UNITS_MAX: usize = 100_000;
/// Most columns and cells of a table.
pub(crate) const TABLE_COLUMNS_MAX: usize = 100;
pub(crate) const TABLE_CELLS_MAX: usize = 2_000;
/// Rows and columns of a table made by the children call.
const SMALL_TABLE_MAX: usize = 9;
/// Columns of a grid.
pub(crate) const GRID_COLUMNS_MAX: usize = 5;
/// The sandbox's own bounds for depth and size; Feishu has both but prints no numbers.
const DEPTH_MAX: usize = 60;
const BLOCKS_MAX: usize = 40_000;

/// What the caller may do besides what the blocks themselves allow.
pub(crate) struct Writer<'a> {
    /// Makes block ids.
    pub(crate) mint: &'a mut IdSource,
    /// Whether a person calls (OKR blocks need one).
    pub(crate) is_user: bool,
    /// Whether the document stands in a wiki (sub-page lists need one).
    pub(crate) in_wiki: bool,
    /// Turns a caller's person id into the stored one.
    pub(crate) person: &'a dyn Fn(&str) -> Option<String>,
}

/// What a creating call made.
#[derive(Debug)]
pub(crate) struct Made {
    /// The new direct children, in order.
    pub(crate) top: Vec<String>,
    /// Temporary id → block id, in request order (descendant call only).
    pub(crate) relations: Vec<(String, String)>,
}

/// A block of a request after its own fields were checked.
struct Draft<'v> {
    kind: &'static Kind,
    payload: Map<String, Value>,
    block_id: Option<&'v str>,
    children: Vec<&'v str>,
}

impl Document {
    /// The children call: flat siblings only.
    ///
    /// # Errors
    /// The module's codes for a bad index, parent, kind or payload.
    pub(crate) fn create_children(
        &mut self,
        parent: &str,
        children: &[Value],
        index: i64,
        writer: &mut Writer<'_>,
    ) -> Result<Made, ApiError> {
        if children.is_empty() || children.len() > CHILDREN_MAX {
            return Err(invalid("children", &format!("the len must be between 1 and {CHILDREN_MAX}")));
        }
        let holder = self.holder(parent)?;
        let at = position(index, self.block(parent)?.children.len())?;
        let depth = self.depth(parent);
        let mut budget = Budget::default();
        let mut top = Vec::with_capacity(children.len());
        let mut blocks = Vec::with_capacity(children.len());
        for (number, value) in children.iter().enumerate() {
            let draft = read(value, &format!("children[{number}]"), writer, &mut budget)?;
            if !draft.children.is_empty() {
                return Err(fault(1_770_014));
            }
            if draft.kind.create == Create::Inside {
                return Err(fault(1_770_029));
            }
            if !kinds::may_hold(holder, draft.kind.number) {
                return Err(fault(1_770_030));
            }
            let id = writer.mint.token27();
            let id = assemble(id, parent, draft, writer, &mut blocks, true)?;
            top.push(id);
        }
        self.room(depth + 3, blocks.len())?;
        self.graft(parent, at, top.clone(), blocks);
        Ok(Made { top, relations: Vec::new() })
    }

    /// The descendant call: whole subtrees under temporary ids.
    ///
    /// # Errors
    /// 1770019 for a repeated id, 1770014 for relations that do not fit, and the codes of the children call.
    pub(crate) fn create_descendants(
        &mut self,
        parent: &str,
        top_ids: &[&str],
        descendants: &[Value],
        index: i64,
        writer: &mut Writer<'_>,
    ) -> Result<Made, ApiError> {
        for (name, len) in [("children_id", top_ids.len()), ("descendants", descendants.len())] {
            if len == 0 || len > DESCENDANTS_MAX {
                return Err(invalid(name, &format!("the len must be between 1 and {DESCENDANTS_MAX}")));
            }
        }
        let holder = self.holder(parent)?;
        let at = position(index, self.block(parent)?.children.len())?;
        let mut budget = Budget::default();
        let mut drafts: HashMap<&str, Draft<'_>> = HashMap::with_capacity(descendants.len());
        let mut relations = Vec::with_capacity(descendants.len());
        let mut order = Vec::with_capacity(descendants.len());
        for (number, value) in descendants.iter().enumerate() {
            let at = format!("descendants[{number}]");
            let draft = read(value, &at, writer, &mut budget)?;
            let Some(temporary) = draft.block_id.filter(|id| !id.is_empty()) else {
                return Err(invalid(&format!("{at}.block_id"), "is required"));
            };
            if drafts.insert(temporary, draft).is_some() {
                return Err(fault(1_770_019));
            }
            relations.push((temporary.to_owned(), writer.mint.token27()));
            order.push(temporary);
        }
        let depth = relate(holder, top_ids, &drafts)?;
        let names: HashMap<&str, String> =
            order.iter().copied().zip(relations.iter().map(|(_, id)| id.clone())).collect();
        let name = |temporary: &str| names.get(temporary).cloned().unwrap_or_default();
        let mut parents: HashMap<&str, String> = HashMap::with_capacity(drafts.len());
        for (temporary, draft) in &drafts {
            for child in &draft.children {
                parents.insert(child, name(temporary));
            }
        }
        let mut blocks = Vec::with_capacity(drafts.len());
        let mut real = HashMap::with_capacity(order.len());
        for temporary in &order {
            let Some(draft) = drafts.remove(temporary) else { continue };
            let children: Vec<String> = draft.children.iter().map(|child| name(child)).collect();
            let under = parents.remove(temporary).unwrap_or_else(|| parent.to_owned());
            let made = assemble(name(temporary), &under, draft, writer, &mut blocks, false)?;
            if let Some(block) = blocks.iter_mut().rev().find(|block| block.id == name(temporary))
                && !children.is_empty()
            {
                block.children = children;
            }
            real.insert(name(temporary), made);
        }
        // A file comes wrapped in a view, so its parent has to point at the wrapper.
        let outer = |id: &String| real.get(id).cloned().unwrap_or_else(|| id.clone());
        for block in &mut blocks {
            if block.kind != kinds::VIEW {
                for child in &mut block.children {
                    *child = outer(child);
                }
            }
        }
        self.room(self.depth(parent) + depth + 2, blocks.len())?;
        let top: Vec<String> = top_ids.iter().map(|id| outer(&name(id))).collect();
        self.graft(parent, at, top.clone(), blocks);
        Ok(Made { top, relations })
    }

    /// The kind of a block that is about to get children.
    fn holder(&self, parent: &str) -> Result<u16, ApiError> {
        let kind = self.block(parent)?.kind;
        if kinds::holds_children(kind) { Ok(kind) } else { Err(fault(1_770_028)) }
    }

    fn room(&self, depth: usize, more: usize) -> Result<(), ApiError> {
        if depth > DEPTH_MAX {
            return Err(fault(1_770_005));
        }
        if self.blocks.len() + more > BLOCKS_MAX {
            return Err(fault(1_770_004));
        }
        Ok(())
    }
}

/// Where to insert: -1 is the end.
pub(crate) fn position(index: i64, len: usize) -> Result<usize, ApiError> {
    if index == -1 {
        return Ok(len);
    }
    usize::try_from(index).ok().filter(|index| *index <= len).ok_or_else(|| fault(1_770_001))
}

/// Checks that the drafts form trees below `top` that respect every kind's rules. Gives their depth.
fn relate(holder: u16, top: &[&str], drafts: &HashMap<&str, Draft<'_>>) -> Result<usize, ApiError> {
    let mut seen: HashSet<&str> = HashSet::with_capacity(drafts.len());
    let mut deepest = 0;
    let mut stack: Vec<(&str, u16, usize)> = top.iter().map(|id| (*id, holder, 1)).collect();
    while let Some((id, parent, depth)) = stack.pop() {
        let draft = drafts.get(id).ok_or_else(|| fault(1_770_014))?;
        if !seen.insert(id) {
            return Err(fault(1_770_014));
        }
        deepest = deepest.max(depth);
        let number = draft.kind.number;
        if !kinds::may_hold(parent, number) {
            return Err(fault(1_770_030));
        }
        match number {
            kinds::TABLE => {
                let (rows, columns) = table_size(&draft.payload);
                if draft.children.len() != rows.saturating_mul(columns) {
                    return Err(fault(1_770_014));
                }
            }
            kinds::GRID => {
                let columns = draft.payload.get("column_size").and_then(Value::as_u64).unwrap_or(0);
                if draft.children.len() as u64 != columns {
                    return Err(fault(1_770_014));
                }
            }
            _ if !draft.children.is_empty() && !kinds::holds_children(number) => return Err(fault(1_770_028)),
            _ if draft.children.is_empty() && kinds::needs_child(number) => return Err(fault(1_770_041)),
            _ => {}
        }
        stack.extend(draft.children.iter().map(|child| (*child, number, depth + 1)));
    }
    // A block that nobody refers to would vanish silently.
    if seen.len() == drafts.len() { Ok(deepest) } else { Err(fault(1_770_014)) }
}

/// `row_size` and `column_size` of a table payload.
pub(crate) fn table_size(payload: &Map<String, Value>) -> (usize, usize) {
    let size = |key: &str| {
        payload
            .get("property")
            .and_then(|property| property.get(key))
            .and_then(Value::as_u64)
            .and_then(|size| usize::try_from(size).ok())
            .unwrap_or(0)
    };
    (size("row_size"), size("column_size"))
}

/// Checks one block of a request by itself.
fn read<'v>(
    value: &'v Value,
    at: &str,
    writer: &Writer<'_>,
    budget: &mut Budget,
) -> Result<Draft<'v>, ApiError> {
    let object = value.as_object().ok_or_else(|| invalid(at, "must be an object"))?;
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
                children = member.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
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
            let body = member.as_object().ok_or_else(|| invalid(&place, "must be an object"))?;
            if number == kinds::TABLE && body.get("property").is_some_and(|p| p.get("merge_info").is_some()) {
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
    Ok(Draft { kind, payload, block_id, children })
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
    let elements = body.remove("elements").unwrap_or_else(|| Value::Array(Vec::new()));
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
    let Value::Array(mut list) = elements else { return Ok(Value::Array(Vec::new())) };
    let mut units = 0;
    let (mut people, mut docs, mut reminders) = (0, 0, 0);
    for (index, element) in list.iter_mut().enumerate() {
        let place = format!("{at}.elements[{index}]");
        let Some(object) = element.as_object_mut().filter(|object| object.len() == 1) else {
            return Err(invalid(&place, "must have exactly one kind of element"));
        };
        let Some((key, body)) = object.iter_mut().next() else { continue };
        let Some(body) = body.as_object_mut() else { continue };
        match key.as_str() {
            "text_run" | "equation" => {
                units += body.get("content").and_then(Value::as_str).map_or(0, |text| text.encode_utf16().count());
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
        if let (Some(Value::Object(given)), Value::Object(all)) = (body.remove("text_element_style"), &mut style) {
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

fn settle_person(body: &mut Map<String, Value>, key: &str, writer: &Writer<'_>) -> Result<(), ApiError> {
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
        if *used > most { Err(fault(1_770_035)) } else { Ok(()) }
    }
}

/// An empty paragraph.
pub(crate) fn empty_text(id: String, parent: &str) -> Block {
    let mut payload = Map::new();
    payload.insert("style".to_owned(), json!({"align": 1, "folded": false}));
    payload.insert(
        "elements".to_owned(),
        json!([{"text_run": {"content": "", "text_element_style": plain_style()}}]),
    );
    Block { id, parent: parent.to_owned(), children: Vec::new(), kind: kinds::TEXT_BLOCK, payload, comment_ids: Vec::new() }
}

/// A table cell or grid column with one empty paragraph; pushes both and gives the container's id.
pub(crate) fn empty_slot(
    kind: u16,
    payload: Map<String, Value>,
    parent: &str,
    mint: &mut IdSource,
    blocks: &mut Vec<Block>,
) -> String {
    let (slot, text) = (mint.token27(), mint.token27());
    blocks.push(Block {
        id: slot.clone(),
        parent: parent.to_owned(),
        children: vec![text.clone()],
        kind,
        payload,
        comment_ids: Vec::new(),
    });
    blocks.push(empty_text(text, &slot));
    slot
}

/// Turns a draft into blocks. `fill` makes the cells and columns that a flat request cannot carry.
/// Gives the id that the parent has to hold (the view's, for a file).
fn assemble(
    id: String,
    parent: &str,
    draft: Draft<'_>,
    writer: &mut Writer<'_>,
    blocks: &mut Vec<Block>,
    fill: bool,
) -> Result<String, ApiError> {
    let mut payload = draft.payload;
    let mut children = Vec::new();
    let mut outer = id.clone();
    let mut parent = parent.to_owned();
    match draft.kind.number {
        kinds::TABLE => {
            let (rows, columns) = table_size(&payload);
            if fill && (rows > SMALL_TABLE_MAX || columns > SMALL_TABLE_MAX) {
                return Err(fault(1_770_001));
            }
            if columns > TABLE_COLUMNS_MAX {
                return Err(fault(1_770_010));
            }
            if rows.saturating_mul(columns) > TABLE_CELLS_MAX {
                return Err(fault(1_770_011));
            }
            settle_table(&mut payload, rows, columns)?;
            if fill {
                for _ in 0..rows * columns {
                    children.push(empty_slot(kinds::TABLE_CELL, Map::new(), &id, writer.mint, blocks));
                }
            }
        }
        kinds::GRID => {
            let columns = payload.get("column_size").and_then(Value::as_i64).unwrap_or(0);
            let columns = usize::try_from(columns).unwrap_or(0);
            if columns < 2 {
                return Err(fault(1_770_001));
            }
            if columns > GRID_COLUMNS_MAX {
                return Err(fault(1_770_012));
            }
            if fill {
                let mut column = Map::new();
                column.insert("width_ratio".to_owned(), Value::from(100 / columns));
                for _ in 0..columns {
                    children.push(empty_slot(kinds::GRID_COLUMN, column.clone(), &id, writer.mint, blocks));
                }
            }
        }
        kinds::CALLOUT if fill => {
            let text = writer.mint.token27();
            children.push(text.clone());
            blocks.push(empty_text(text, &id));
        }
        kinds::FILE => {
            let view = writer.mint.token27();
            let mut body = Map::new();
            body.insert("view_type".to_owned(), payload.remove("view_type").unwrap_or_else(|| Value::from(1)));
            blocks.push(Block {
                id: view.clone(),
                parent: parent.clone(),
                children: vec![id.clone()],
                kind: kinds::VIEW,
                payload: body,
                comment_ids: Vec::new(),
            });
            parent.clone_from(&view);
            outer = view;
            settle_token(&mut payload)?;
        }
        kinds::IMAGE => {
            settle_token(&mut payload)?;
            for (key, size) in [("width", 100), ("height", 100)] {
                payload.entry(key).or_insert_with(|| Value::from(size));
            }
            payload.entry("align").or_insert_with(|| Value::from(2));
        }
        kinds::SHEET => {
            settle_token(&mut payload)?;
            payload.insert("token".to_owned(), Value::from(format!("{}_{}", writer.mint.token27(), writer.mint.hex(6))));
            payload.remove("row_size");
            payload.remove("column_size");
        }
        kinds::BITABLE => {
            settle_token(&mut payload)?;
            payload.insert("token".to_owned(), Value::from(format!("{}_tbl{}", writer.mint.token27(), writer.mint.hex(13))));
            payload.entry("view_type").or_insert_with(|| Value::from(1));
        }
        kinds::BOARD => {
            settle_token(&mut payload)?;
            payload.insert("token".to_owned(), Value::from(writer.mint.token27()));
        }
        _ => {}
    }
    blocks.push(Block { id, parent, children, kind: draft.kind.number, payload, comment_ids: Vec::new() });
    Ok(outer)
}

/// Tokens of embedded things are given by Feishu; a request may only leave them empty.
fn settle_token(payload: &mut Map<String, Value>) -> Result<(), ApiError> {
    match payload.get("token").and_then(Value::as_str) {
        Some(token) if !token.is_empty() => Err(fault(1_770_013)),
        _ => {
            payload.insert("token".to_owned(), Value::from(""));
            Ok(())
        }
    }
}

fn settle_table(payload: &mut Map<String, Value>, rows: usize, columns: usize) -> Result<(), ApiError> {
    payload.remove("cells");
    let Some(Value::Object(property)) = payload.get_mut("property") else { return Ok(()) };
    match property.get("column_width").and_then(Value::as_array) {
        Some(widths) if !widths.is_empty() && widths.len() != columns => return Err(fault(1_770_001)),
        Some(widths) if !widths.is_empty() => {}
        _ => {
            property.insert("column_width".to_owned(), Value::from(vec![100; columns]));
        }
    }
    property.entry("header_row").or_insert(Value::Bool(false));
    property.entry("header_column").or_insert(Value::Bool(false));
    property.insert("merge_info".to_owned(), Value::from(vec![json!({"row_span": 1, "col_span": 1}); rows * columns]));
    Ok(())
}
