//! What a client that watches a thing needs to know of it: that the member may still see it, and
//! when it was last changed. Nothing that it holds.

use feishu::api::drive;

use crate::{
    ErrorKind, ToolCx, ToolError,
    args::{kind::Kind, resolve},
};

/// Which kinds of things the tool reads behind which they are watched: what may be watched is what
/// may be read.
const READ: [(&str, &[Kind]); 3] = [
    ("doc_read", &[Kind::Docx]),
    ("sheet_read", &[Kind::Sheet]),
    ("base_read", &[Kind::Base]),
];

/// A thing that the member may see now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Feishu's word for its kind.
    pub kind: &'static str,
    /// Its token, never that of a wiki page in front of it.
    pub token: String,
    /// When it was last changed, seconds since 1970.
    pub modified: i64,
}

impl Seen {
    /// `docx:TOKEN`: finds it again without a look-up.
    pub fn reference(&self) -> String {
        let word = Kind::from_word(self.kind).map_or(self.kind, Kind::word);
        format!("{word}:{}", self.token)
    }
}

/// Looks at the thing behind a reference, for whom `tool` reads such things.
///
/// # Errors
/// As of the tool: what is not there, what the member may not see, and what lies where the rules
/// forbid it. [`ErrorKind::Invalid`] for a thing of a kind that the tool does not read.
pub async fn look(cx: &ToolCx, tool: &str, reference: &str) -> Result<Seen, ToolError> {
    let target = resolve::resolve(cx, reference).await?;
    let kinds = READ.iter().find(|(name, _)| *name == tool);
    if !kinds.is_some_and(|(_, kinds)| kinds.contains(&target.kind)) {
        let what = cx.say("this is another kind of thing: ", "这是其他类型的内容：");
        let what = format!("{what}{}", target.kind.title(cx.locale));
        return Err(ToolError::invalid(what).with_hint(cx.say(
            "Subscribe to documents as feishu://doc/, sheets as feishu://sheet/, bases as \
             feishu://base/.",
            "文档用 feishu://doc/、电子表格用 feishu://sheet/、多维表格用 feishu://base/ 订阅。",
        )));
    }
    let kind = target.kind.feishu();
    let found = drive::metas(&cx.feishu, &[(&target.token, kind)]).await;
    let found = found.map_err(|fault| cx.fault(fault))?;
    if let Some(meta) = found.metas.first() {
        return Ok(Seen {
            kind,
            token: target.token,
            modified: meta.latest_modify_time,
        });
    }
    match found.failed_list.first() {
        Some(failure) if failure.code == 970_003 => Err(resolve::no_access(cx)),
        _ => Err(ToolError::new(
            ErrorKind::NotFound,
            cx.say("it does not exist any more", "该内容已不存在"),
        )),
    }
}
