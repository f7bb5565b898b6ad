//! `title=…` and the other options of a chart.

use crate::{ToolCx, ToolError, render::clean_line};

/// Characters of a title.
const TITLE: usize = 120;

/// What was asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Options {
    pub(super) title: Option<String>,
    pub(super) x: Option<String>,
    pub(super) y: Option<String>,
    /// No legend.
    pub(super) bare: bool,
    /// Series are rows.
    pub(super) rows: bool,
    pub(super) svg: bool,
}

impl Options {
    /// Reads them.
    ///
    /// # Errors
    /// A name or value that is not known.
    pub(super) fn read(cx: &ToolCx, entries: &[String]) -> Result<Self, ToolError> {
        let mut options = Self::default();
        for entry in entries {
            let (name, value) = entry.split_once('=').unwrap_or((entry, ""));
            let value = value.trim();
            let title = || Some(clean_line(value, TITLE)).filter(|title| !title.is_empty());
            match (name.trim(), value) {
                ("title", _) => options.title = title(),
                ("x", _) => options.x = title(),
                ("y", _) => options.y = title(),
                ("legend", "on") | ("series", "columns") | ("as", "png") => {}
                ("legend", "off") => options.bare = true,
                ("series", "rows") => options.rows = true,
                ("as", "svg") => options.svg = true,
                _ => {
                    let error = ToolError::invalid(format!(
                        "{}: {}",
                        cx.say("unknown option", "未知选项"),
                        clean_line(entry, 60)
                    ));
                    return Err(error.with_hint(cx.say(
                        "Options are title=…, x=…, y=…, legend=on|off, series=columns|rows, as=png|svg.",
                        "可用选项：title=…、x=…、y=…、legend=on|off、series=columns|rows、as=png|svg。",
                    )));
                }
            }
        }
        Ok(options)
    }
}
