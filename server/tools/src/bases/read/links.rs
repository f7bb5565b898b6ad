//! Linked records by what people call them.

use std::collections::HashMap;

use feishu::api::bitable::{
    fields::{self, Field},
    records::{self, Query},
};

use crate::{
    ErrorKind, ToolCx, ToolError,
    bases::{
        cell::{Cell, Look},
        grid::{self, Grid},
        near,
    },
    render::clean_line,
};

/// Most pages of a linked table that names are looked for in.
const MAX_PAGES: usize = 40;

/// Record ids by primary value, for one linked table.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    ids: HashMap<String, Vec<String>>,
    /// The table is larger than what was looked at.
    pub(crate) cut: bool,
}

impl Names {
    /// Reads the primary column of the table that a link field leads to.
    pub(crate) async fn load(cx: &ToolCx, app: &str, field: &Field) -> Result<Self, ToolError> {
        let table = field.setting("table_id");
        let fields = fields::list(&cx.feishu, app, table).await;
        let fields = fields.map_err(|fault| cx.fault(fault))?;
        let Some(primary) = fields.into_iter().find(|field| field.is_primary) else {
            return Ok(Self::default());
        };
        let query = Query {
            field_names: Some(vec![primary.field_name.clone()]),
            ..Query::default()
        };
        let mut names = Self::default();
        let mut cursor: Option<String> = None;
        for _ in 0..MAX_PAGES {
            let page = records::search(
                &cx.feishu,
                (app, table),
                &query,
                records::MAX_PAGE,
                cursor.as_deref(),
            );
            let page = page.await.map_err(|fault| cx.fault(fault))?;
            for record in page.items {
                let name = match grid::cell(&primary, &record) {
                    Cell::Empty => continue,
                    cell => cell.show(&Look::plain()),
                };
                names.ids.entry(name).or_default().push(record.record_id);
            }
            if !page.has_more || page.page_token.is_empty() {
                return Ok(names);
            }
            cursor = Some(page.page_token);
            cx.check()?;
        }
        names.cut = true;
        Ok(names)
    }

    /// The id behind a name, or the id itself.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] with near names, [`ErrorKind::Ambiguous`] with the ids.
    pub(crate) fn id(&self, cx: &ToolCx, text: &str) -> Result<String, ToolError> {
        if is_id(text) {
            return Ok(text.to_owned());
        }
        match self.ids.get(text).map(Vec::as_slice) {
            Some([one]) => Ok(one.clone()),
            Some(several) => Err(ToolError::new(
                ErrorKind::Ambiguous,
                format!(
                    "{}: {}",
                    cx.say(
                        "several linked records have this name",
                        "有多条同名的关联记录"
                    ),
                    clean_line(text, 60)
                ),
            )
            .with_hint(cx.say("Pass a record id instead.", "请改用记录 id。"))
            .with_detail("candidates", several.to_vec())),
            None => {
                let names = self.ids.keys().map(String::as_str);
                Err(near::unknown(
                    cx,
                    cx.say("linked record", "关联记录"),
                    text,
                    names,
                ))
            }
        }
    }
}

/// Whether a text has the form of a record's id.
pub(crate) fn is_id(text: &str) -> bool {
    text.len() >= 8
        && text.starts_with("rec")
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The ids of linked records that a condition names.
pub(super) async fn ids(
    cx: &ToolCx,
    grid: &Grid,
    field: &Field,
    texts: &[String],
) -> Result<Vec<String>, ToolError> {
    if texts.iter().all(|text| is_id(text)) {
        return Ok(texts.to_vec());
    }
    let names = Names::load(cx, &grid.app, field).await?;
    texts.iter().map(|text| names.id(cx, text)).collect()
}
