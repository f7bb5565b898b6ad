//! Changing one block: the operations of the patch and batch-update calls.

use serde_json::{Map, Value};

use super::super::common::{fault, invalid};
use super::kinds;
use super::request::{Budget, Writer, settle_elements};
use super::schema::{COUNT, ELEMENTS, Field, INT, TEXT_STYLE, Ty, check_object, opt, req};
use super::table::Axis;
use super::tree::{Document, plain};
use crate::gateway::ApiError;

/// Longest title in characters.
pub(crate) const TITLE_MAX: usize = 800;

const INDEX: Ty = Ty::Int(-1, i64::MAX);
const END: Ty = Ty::Int(1, i64::MAX);
const STYLE_FIELDS: Field = req("fields", Ty::List(&Ty::Int(1, 7)));

/// Every operation with its fields.
const OPERATIONS: &[(&str, &[Field])] = &[
    ("update_text_elements", &[req("elements", ELEMENTS)]),
    (
        "update_text_style",
        &[req("style", Ty::Object(TEXT_STYLE)), STYLE_FIELDS],
    ),
    (
        "update_text",
        &[
            req("elements", ELEMENTS),
            req("style", Ty::Object(TEXT_STYLE)),
            STYLE_FIELDS,
        ],
    ),
    (
        "update_table_property",
        &[
            opt("column_width", Ty::Int(50, i64::MAX)),
            opt("column_index", COUNT),
            opt("header_row", Ty::Bool),
            opt("header_column", Ty::Bool),
        ],
    ),
    ("insert_table_row", &[req("row_index", INDEX)]),
    ("insert_table_column", &[req("column_index", INDEX)]),
    (
        "delete_table_rows",
        &[req("row_start_index", COUNT), req("row_end_index", END)],
    ),
    (
        "delete_table_columns",
        &[
            req("column_start_index", COUNT),
            req("column_end_index", END),
        ],
    ),
    (
        "merge_table_cells",
        &[
            req("row_start_index", COUNT),
            req("row_end_index", END),
            req("column_start_index", COUNT),
            req("column_end_index", END),
        ],
    ),
    (
        "unmerge_table_cells",
        &[req("row_index", COUNT), req("column_index", COUNT)],
    ),
    ("insert_grid_column", &[req("column_index", INDEX)]),
    ("delete_grid_column", &[req("column_index", INDEX)]),
    (
        "update_grid_column_width_ratio",
        &[req("width_ratios", Ty::List(&INT))],
    ),
    (
        "replace_image",
        &[
            req("token", Ty::Text),
            opt("width", COUNT),
            opt("height", COUNT),
            opt("align", Ty::Int(1, 3)),
            opt("caption", Ty::Object(&[opt("content", Ty::Text)])),
            opt("scale", Ty::Number),
        ],
    ),
    ("replace_file", &[req("token", Ty::Text)]),
    (
        "update_task",
        &[opt("task_id", Ty::Text), opt("folded", Ty::Bool)],
    ),
];

/// The one operation of a request.
pub(crate) struct Operation<'v> {
    name: &'static str,
    body: &'v Map<String, Value>,
}

/// Media as far as block updates need it.
pub(crate) struct Attached<'a> {
    /// The upload's `parent_node`, if the token is known.
    pub(crate) parent_of: &'a dyn Fn(&str) -> Option<String>,
    /// The upload's file name.
    pub(crate) name_of: &'a dyn Fn(&str) -> Option<String>,
}

/// Finds the one operation of a request object and checks its fields. `block_id` may stand beside it.
pub(crate) fn operation<'v>(request: &'v Value, at: &str) -> Result<Operation<'v>, ApiError> {
    let object = request
        .as_object()
        .ok_or_else(|| invalid(at, "must be an object"))?;
    let mut found = None;
    for (key, value) in object {
        let place = if at.is_empty() {
            key.clone()
        } else {
            format!("{at}.{key}")
        };
        if key == "block_id" && !at.is_empty() {
            continue;
        }
        let Some((name, fields)) = OPERATIONS.iter().find(|(name, _)| name == key) else {
            return Err(invalid(&place, "unknown field"));
        };
        let body = value
            .as_object()
            .ok_or_else(|| invalid(&place, "must be an object"))?;
        check_object(fields, body, &place)?;
        if found.replace(Operation { name, body }).is_some() {
            return Err(fault(1_770_001));
        }
    }
    found.ok_or_else(|| fault(1_770_001))
}

impl Document {
    /// Applies one operation to a block.
    ///
    /// # Errors
    /// 1770025 when the operation is for another kind of block, and the codes of each operation.
    pub(crate) fn apply(
        &mut self,
        id: &str,
        operation: &Operation<'_>,
        writer: &mut Writer<'_>,
        media: &Attached<'_>,
    ) -> Result<(), ApiError> {
        let body = operation.body;
        let index = |key: &str| body.get(key).and_then(Value::as_i64).unwrap_or(0);
        let place = |key: &str| usize::try_from(index(key)).unwrap_or(usize::MAX);
        match operation.name {
            "update_text_elements" => self.set_elements(id, body, writer),
            "update_text_style" => self.set_style(id, body),
            "update_text" => {
                self.set_elements(id, body, writer)?;
                self.set_style(id, body)
            }
            "update_table_property" => self.set_table_property(id, body),
            "insert_table_row" => self.insert_line(id, Axis::Row, index("row_index"), writer.mint),
            "insert_table_column" => {
                self.insert_line(id, Axis::Column, index("column_index"), writer.mint)
            }
            "delete_table_rows" => self.delete_lines(
                id,
                Axis::Row,
                place("row_start_index"),
                place("row_end_index"),
            ),
            "delete_table_columns" => self.delete_lines(
                id,
                Axis::Column,
                place("column_start_index"),
                place("column_end_index"),
            ),
            "merge_table_cells" => self.merge_cells(
                id,
                (place("row_start_index"), place("row_end_index")),
                (place("column_start_index"), place("column_end_index")),
            ),
            "unmerge_table_cells" => {
                self.unmerge_cells(id, place("row_index"), place("column_index"))
            }
            "insert_grid_column" => self.insert_grid_column(id, index("column_index"), writer.mint),
            "delete_grid_column" => self.delete_grid_column(id, index("column_index")),
            "update_grid_column_width_ratio" => {
                let list = body.get("width_ratios").and_then(Value::as_array);
                let ratios: Vec<i64> = list
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_i64)
                    .collect();
                self.set_grid_ratios(id, &ratios)
            }
            "replace_image" => self.replace_media(id, kinds::IMAGE, body, media),
            "replace_file" => self.replace_media(id, kinds::FILE, body, media),
            _ => {
                self.of_kind(id, kinds::TASK)?;
                self.block_mut(id)?.payload.extend(body.clone());
                Ok(())
            }
        }
    }

    fn set_elements(
        &mut self,
        id: &str,
        body: &Map<String, Value>,
        writer: &Writer<'_>,
    ) -> Result<(), ApiError> {
        let kind = self.block(id)?.kind;
        if !kinds::is_text(kind) {
            return Err(fault(1_770_025));
        }
        let elements = body.get("elements").cloned().unwrap_or_default();
        let elements = settle_elements(
            elements,
            "update_text_elements",
            writer,
            &mut Budget::default(),
        )?;
        if kind == kinds::PAGE {
            let mut title = Map::new();
            title.insert("elements".to_owned(), elements.clone());
            if plain(&title).chars().count() > TITLE_MAX {
                return Err(fault(1_770_001));
            }
        }
        self.block_mut(id)?
            .payload
            .insert("elements".to_owned(), elements);
        Ok(())
    }

    fn set_style(&mut self, id: &str, body: &Map<String, Value>) -> Result<(), ApiError> {
        let kind = self.block(id)?.kind;
        if !kinds::is_text(kind) {
            return Err(fault(1_770_025));
        }
        let empty = Map::new();
        let given = body
            .get("style")
            .and_then(Value::as_object)
            .unwrap_or(&empty);
        let block = self.block_mut(id)?;
        let Some(Value::Object(style)) = block.payload.get_mut("style") else {
            return Ok(());
        };
        for field in body
            .get("fields")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            let key = match field.as_i64() {
                Some(1) => "align",
                Some(2) if kind == kinds::TODO => "done",
                Some(3) => "folded",
                Some(4) if kind == kinds::CODE => "language",
                Some(5) if kind == kinds::CODE => "wrap",
                Some(6) => "background_color",
                Some(7) => "indentation_level",
                _ => return Err(fault(1_770_025)),
            };
            match given.get(key) {
                Some(value) => style.insert(key.to_owned(), value.clone()),
                None => style.remove(key),
            };
        }
        Ok(())
    }

    fn replace_media(
        &mut self,
        id: &str,
        kind: u16,
        body: &Map<String, Value>,
        media: &Attached<'_>,
    ) -> Result<(), ApiError> {
        self.of_kind(id, kind)?;
        let token = body
            .get("token")
            .and_then(Value::as_str)
            .unwrap_or_default();
        match (media.parent_of)(token) {
            None => return Err(fault(1_770_038)),
            // The upload has to name this very block as its parent.
            Some(parent) if parent != id => return Err(fault(1_770_013)),
            Some(_) => {}
        }
        let block = self.block_mut(id)?;
        block.payload.extend(body.clone());
        if kind == kinds::FILE {
            block.payload.insert(
                "name".to_owned(),
                Value::from((media.name_of)(token).unwrap_or_default()),
            );
        }
        Ok(())
    }
}
