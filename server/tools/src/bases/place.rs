//! Which base, table and view a call means.

use feishu::api::bitable;
use url::form_urlencoded;

use super::near;
use crate::{
    ToolCx, ToolError,
    args::{
        kind::Kind,
        resolve::{Target, resolve},
    },
    render::clean_line,
};

/// A base, with what its link says of table and view.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) target: Target,
    table: Option<String>,
    pub(crate) view: Option<String>,
}

impl Place {
    /// The token of the base.
    pub(crate) fn app(&self) -> &str {
        &self.target.token
    }

    /// Whether the link names a table.
    pub(crate) const fn names_table(&self) -> bool {
        self.table.is_some()
    }

    /// The address of one table.
    pub(crate) fn link(&self, cx: &ToolCx, table: &str) -> String {
        format!("{}?table={table}", self.target.page(cx))
    }

    /// The table that is meant: the named one, the one of the link, or the only one.
    pub(crate) async fn table(
        &self,
        cx: &ToolCx,
        asked: Option<&str>,
    ) -> Result<bitable::Table, ToolError> {
        let page = bitable::tables(&cx.feishu, self.app()).await;
        let tables = page.map_err(|fault| cx.fault(fault))?.items;
        let asked = asked.map(str::trim).filter(|text| !text.is_empty());
        let asked = asked.or(self.table.as_deref());
        let names = || tables.iter().map(|table| table.name.as_str());
        match (asked, tables.as_slice()) {
            (Some(asked), all) => {
                let found = near::pick(all, asked, |one| &one.table_id, |one| &one.name);
                let missing = || near::unknown(cx, cx.say("table", "数据表"), asked, names());
                found.cloned().ok_or_else(missing)
            }
            (None, [only]) => Ok(only.clone()),
            (None, _) => {
                let candidates: Vec<String> = names().map(|name| clean_line(name, 80)).collect();
                Err(ToolError::invalid(
                    cx.say("this base has several tables", "该多维表格有多个数据表"),
                )
                .with_hint(cx.say(
                    "Name one of them in `table`.",
                    "请用 `table` 指明其中一个。",
                ))
                .with_detail("candidates", candidates))
            }
        }
    }
}

/// The base behind a link, `base:TOKEN` or a bare token; wiki pages are followed.
pub(crate) async fn base(cx: &ToolCx, text: &str) -> Result<Place, ToolError> {
    let (table, view) = parts(text);
    let target = resolve(cx, text).await?;
    if target.kind != Kind::Base {
        return Err(ToolError::invalid(match cx.locale {
            model::Locale::En => format!("this is a {}, not a base", target.kind.title(cx.locale)),
            model::Locale::Zh => format!("这是{}，不是多维表格", target.kind.title(cx.locale)),
        })
        .with_hint(cx.say(
            "Pass the link of a base; `inspect` tells what a link is.",
            "请传入多维表格的链接；可用 `inspect` 识别链接类型。",
        )));
    }
    Ok(Place {
        target,
        table,
        view,
    })
}

/// `table` and `view` of a link's query.
fn parts(text: &str) -> (Option<String>, Option<String>) {
    let text = text.trim().trim_matches(['<', '>', '"', '`', '\'']);
    let Some((_, query)) = text.split_once('?') else {
        return (None, None);
    };
    let query = query.split('#').next().unwrap_or_default();
    let (mut table, mut view) = (None, None);
    for (key, value) in form_urlencoded::parse(query.as_bytes()) {
        match &*key {
            "table" if !value.is_empty() => table = Some(value.into_owned()),
            "view" if !value.is_empty() => view = Some(value.into_owned()),
            _ => {}
        }
    }
    (table, view)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_tell_table_and_view() {
        let read = |text: &str| parts(text);
        let both = read("https://a.feishu.cn/base/Abc?table=tbl1&view=vew2#x");
        assert_eq!(both, (Some("tbl1".to_owned()), Some("vew2".to_owned())));
        assert_eq!(read("https://a.feishu.cn/base/Abc?view="), (None, None));
        assert_eq!(read("base:Abc"), (None, None));
    }
}
