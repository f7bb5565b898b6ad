//! Blocks that are frames of others: grids, tables; and those that are filled later.

use feishu::api::docx::BlockKind;
use serde_json::{Map, Value, json};

use super::{
    super::{
        markdown::{
            compile::{Built, Fill, With},
            tree::{File, Image, Merge, Source},
        },
        table::Area,
        write::rules,
    },
    build::Builder,
    fields,
};
use crate::ToolError;

/// Blocks of one request.
const MAX_BLOCKS: usize = 1000;

impl Builder<'_> {
    /// `{"t":"grid","w":[40,60],"c":[["left"],["right"]]}`
    pub(super) fn grid(&mut self, node: &Map<String, Value>, at: &str) -> Result<Built, ToolError> {
        let columns = node.get("c").and_then(Value::as_array);
        let columns = columns.filter(|columns| (2..=5).contains(&columns.len()));
        let Some(columns) = columns else {
            return Err(self.wrong(
                at,
                (
                    "a grid has 2 to 5 columns in `c`",
                    "分栏须在 `c` 中给出 2–5 列",
                ),
            ));
        };
        let id = self.id(BlockKind::Grid);
        let widths = node.get("w").and_then(Value::as_array);
        let mut built = Vec::new();
        for (number, column) in columns.iter().enumerate() {
            let slot = self.id(BlockKind::GridColumn);
            let content = column.get("c").unwrap_or(column);
            let mut children = self.all(content, &format!("{at}.c[{number}]"))?;
            if children.is_empty() {
                children.push(self.empty());
            }
            self.check(BlockKind::GridColumn, &children, at)?;
            let width = column.get("w").or_else(|| widths?.get(number));
            let payload = width.map_or_else(|| json!({}), |width| json!({ "width_ratio": width }));
            built.push(Built::tree(slot, BlockKind::GridColumn, payload, children));
        }
        let payload = json!({ "column_size": built.len() });
        Ok(Built::tree(id, BlockKind::Grid, payload, built))
    }

    /// `{"t":"table","rows":[["a","b"],["c","d"]],"merge":["A1:B1"]}`
    pub(super) fn table(
        &mut self,
        node: &Map<String, Value>,
        at: &str,
    ) -> Result<Built, ToolError> {
        let rows = node.get("rows").and_then(Value::as_array);
        let rows: Option<Vec<&Vec<Value>>> =
            rows.and_then(|rows| rows.iter().map(Value::as_array).collect());
        let width = rows
            .iter()
            .flatten()
            .map(|row| row.len())
            .max()
            .unwrap_or(0);
        let (Some(rows), true) = (rows, width > 0 && width <= 100) else {
            return Err(self.wrong(
                at,
                (
                    "a table has `rows`: arrays of cells, at most 100 wide",
                    "表格须有 `rows`：单元格数组，最多 100 列",
                ),
            ));
        };
        let id = self.id(BlockKind::Table);
        let mut cells = Vec::new();
        let mut blocks = 1;
        for (down, row) in rows.iter().enumerate() {
            for right in 0..width {
                let slot = self.id(BlockKind::TableCell);
                let content = row.get(right).unwrap_or(&Value::Null);
                let mut children = self.all(content, &format!("{at}.rows[{down}][{right}]"))?;
                if children.is_empty() {
                    children.push(self.empty());
                }
                self.check(BlockKind::TableCell, &children, at)?;
                blocks += 1 + children.iter().map(Built::size).sum::<usize>();
                cells.push(Built::tree(slot, BlockKind::TableCell, json!({}), children));
            }
        }
        if blocks > MAX_BLOCKS {
            return Err(self.wrong(
                at,
                (
                    "too large for one request; add rows with doc_table afterwards",
                    "超出单次请求上限，请随后用 doc_table 增加行",
                ),
            ));
        }
        let merges = self.merges(node, (rows.len(), width), at)?;
        if !merges.is_empty() {
            self.fills.push(Fill {
                block: id.clone(),
                with: With::Merge(merges),
            });
        }
        let header =
            |name: &str, usual: bool| node.get(name).and_then(Value::as_bool).unwrap_or(usual);
        let mut property = json!({
            "row_size": rows.len(),
            "column_size": width,
            "header_row": header("header", true),
            "header_column": header("header_column", false),
        });
        if let Some(widths) = node.get("widths") {
            property["column_width"] = widths.clone();
        }
        Ok(Built::tree(
            id,
            BlockKind::Table,
            json!({ "property": property }),
            cells,
        ))
    }

    fn merges(
        &self,
        node: &Map<String, Value>,
        (rows, columns): (usize, usize),
        at: &str,
    ) -> Result<Vec<Merge>, ToolError> {
        let wanted = node.get("merge").and_then(Value::as_array);
        wanted
            .into_iter()
            .flatten()
            .map(|one| {
                let area = one.as_str().and_then(Area::read);
                match area {
                    Some(Area {
                        rows: Some(down),
                        columns: Some(right),
                    }) if down.end <= rows && right.end <= columns => Ok(Merge {
                        row: down.start,
                        column: right.start,
                        rows: down.len(),
                        columns: right.len(),
                    }),
                    _ => Err(self.wrong(
                        at,
                        (
                            "`merge` takes ranges such as A1:B2",
                            "`merge` 须为 A1:B2 形式的范围",
                        ),
                    )),
                }
            })
            .collect()
    }

    /// `{"t":"image","src":"https://…","caption":"…"}`, `{"t":"file","src":"…","name":"…"}`
    pub(super) fn attachment(
        &mut self,
        word: &str,
        node: &Map<String, Value>,
        at: &str,
    ) -> Result<Built, ToolError> {
        let text = |name: &str| node.get(name).and_then(Value::as_str).unwrap_or_default();
        let source = text("src");
        let source = match Source::read(source) {
            Some(source) => Some(source),
            None if source.is_empty() => None,
            None => {
                return Err(self.wrong(
                    at,
                    (
                        "`src` is an https address, media:TOKEN or data:",
                        "`src` 须为 https 地址、media:TOKEN 或 data:",
                    ),
                ));
            }
        };
        if word == "file" {
            let id = self.id(BlockKind::File);
            let name = text("name").to_owned();
            self.fills.extend(source.map(|source| Fill {
                block: id.clone(),
                with: With::File(File {
                    source,
                    name,
                    preview: false,
                }),
            }));
            return Ok(Built::leaf(id, BlockKind::File, json!({ "token": "" })));
        }
        let id = self.id(BlockKind::Image);
        let caption = text("caption").to_owned();
        let align = node.get("align").and_then(fields::align);
        let mut payload = Map::new();
        payload.extend(align.map(|align| ("align".to_owned(), Value::from(align))));
        if !caption.is_empty() {
            payload.insert("caption".to_owned(), json!({ "content": caption }));
        }
        self.fills.extend(source.map(|source| Fill {
            block: id.clone(),
            with: With::Image(Image {
                source,
                caption,
                size: None,
                align: align.and_then(|align| u8::try_from(align).ok()),
                scale: None,
            }),
        }));
        Ok(Built::leaf(id, BlockKind::Image, Value::Object(payload)))
    }

    fn check(&self, holder: BlockKind, children: &[Built], at: &str) -> Result<(), ToolError> {
        let fits = |child: &Built| rules::may_hold(holder, child.block.kind);
        if children.iter().all(fits) {
            return Ok(());
        }
        Err(self.wrong(
            at,
            (
                "this kind may not hold such a child",
                "该类型不能包含此类子块",
            ),
        ))
    }
}
