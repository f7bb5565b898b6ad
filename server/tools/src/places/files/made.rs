//! What was made, and finding it again: after a repeated key, and after a lost answer.

use std::sync::Arc;

use feishu::{
    FeishuError,
    api::{drive, files, wiki},
};

use crate::{
    ResolvedNode, ToolCx, ToolError, ToolOutput,
    args::kind::Kind,
    places::{
        place::{At, Place},
        refusal::explain,
    },
    render::{clean_line, from_seconds},
};

/// Seconds by which Feishu's clock may be behind.
const CLOCKS: i64 = 5;
/// Pages of a wiki that are looked through.
const LOOKS: usize = 4;

/// A thing that a call made.
#[derive(Debug, Clone)]
pub(super) struct Made {
    /// Kind of the object; `None` for a shortcut of the drive.
    pub(super) kind: Option<Kind>,
    pub(super) token: String,
    /// The page in a wiki.
    pub(super) node: Option<String>,
    pub(super) title: String,
    /// The address that Feishu told; may be empty.
    pub(super) url: String,
}

impl Made {
    pub(super) fn of_node(node: &wiki::Node) -> Self {
        Self {
            kind: Kind::from_word(&node.obj_type),
            token: node.obj_token.clone(),
            node: Some(node.node_token.clone()),
            title: clean_line(&node.title, 200),
            url: String::new(),
        }
    }

    pub(super) fn of_file(file: &drive::File) -> Self {
        Self {
            kind: Kind::from_word(&file.kind),
            token: file.token.clone(),
            node: None,
            title: clean_line(&file.name, 200),
            url: file.url.clone(),
        }
    }

    /// What an answer says was made.
    pub(super) fn of_output(output: &ToolOutput) -> Option<Self> {
        let (kind, token) = output.target.as_deref()?.split_once(':')?;
        let link = output.links.first();
        Some(Self {
            kind: Kind::from_word(kind),
            token: token.to_owned(),
            node: None,
            title: link.map_or_else(String::new, |link| link.title.clone()),
            url: link.map_or_else(String::new, |link| link.url.clone()),
        })
    }

    fn word(&self) -> &'static str {
        self.kind.map_or("shortcut", Kind::word)
    }

    pub(super) fn link(&self, cx: &ToolCx) -> String {
        match (&self.node, self.kind) {
            (Some(node), _) => cx.facts.page(&format!("/wiki/{node}")),
            (None, _) if !self.url.is_empty() => clean_line(&self.url, 500),
            (None, Some(kind)) => cx.facts.page(&format!("{}{}", kind.page(), self.token)),
            (None, None) => String::new(),
        }
    }

    pub(super) fn reference(&self) -> String {
        match &self.node {
            Some(node) => format!("wiki:{node}"),
            None => format!("{}:{}", self.word(), self.token),
        }
    }

    /// The answer: what happened, and where it is now.
    pub(super) fn output(&self, cx: &ToolCx, what: &str) -> ToolOutput {
        let mut lines = vec![what.to_owned(), format!("ref: {}", self.reference())];
        if self.node.is_some() {
            let object = format!("{}:{}", self.word(), self.token);
            lines.push(format!("{}: {object}", cx.say("object", "对象")));
        }
        let link = self.link(cx);
        if !link.is_empty() {
            lines.push(format!("{}: {link}", cx.say("link", "链接")));
        }
        let output = ToolOutput::text(lines.join("\n")).with_target(self.word(), &self.token);
        if link.is_empty() {
            output
        } else {
            output.with_link(link, self.title.clone())
        }
    }

    /// Remembers it for a repetition of the same key.
    pub(super) fn remember(&self, cx: &ToolCx, op: &str, key: Option<&str>) {
        let Some(memory) = memory(op, key) else {
            return;
        };
        cx.refs.put(
            &memory,
            Arc::new(ResolvedNode {
                space_id: String::new(),
                node_token: self.node.clone().unwrap_or_default(),
                parent: self.url.clone(),
                obj_token: self.token.clone(),
                obj_type: self.kind.map_or("shortcut", Kind::feishu).to_owned(),
                title: self.title.clone(),
            }),
        );
    }

    /// What this key made before.
    pub(super) fn before(cx: &ToolCx, op: &str, key: Option<&str>) -> Option<Self> {
        let known = cx.refs.get(&memory(op, key)?)?;
        Some(Self {
            kind: Kind::from_word(&known.obj_type),
            token: known.obj_token.clone(),
            node: (!known.node_token.is_empty()).then(|| known.node_token.clone()),
            title: known.title.clone(),
            url: known.parent.clone(),
        })
    }

    /// The answer to a repeated key.
    pub(super) fn again(&self, cx: &ToolCx) -> ToolOutput {
        self.output(
            cx,
            cx.say(
                "done before with this idempotency_key; nothing was repeated",
                "该 idempotency_key 此前已完成，未重复执行",
            ),
        )
    }
}

fn memory(op: &str, key: Option<&str>) -> Option<String> {
    let key = key.map(str::trim).filter(|key| !key.is_empty())?;
    Some(format!("files {op} {}", clean_line(key, 200)))
}

/// Whether a call may have had its effect though its answer did not come.
pub(super) const fn is_unclear(fault: &FeishuError) -> bool {
    match fault {
        FeishuError::Timeout
        | FeishuError::Transport(_)
        | FeishuError::Decode { .. }
        | FeishuError::TooLarge { .. } => true,
        FeishuError::Api { http, .. } => *http >= 500,
        FeishuError::RateLimited { .. } | FeishuError::BadId { .. } => false,
    }
}

/// Gives what a call made; after an unclear failure, what it left behind. The flag says that the
/// answer was lost.
pub(super) async fn certain(
    cx: &ToolCx,
    answer: Result<Made, FeishuError>,
    place: &Place,
    title: &str,
    kind: &str,
) -> Result<(Made, bool), ToolError> {
    let fault = match answer {
        Ok(made) => return Ok((made, false)),
        Err(fault) => fault,
    };
    if !is_unclear(&fault) {
        return Err(explain(cx, fault));
    }
    match left_behind(cx, place, title, kind).await {
        Ok(Some(made)) => Ok((made, true)),
        Ok(None) => Err(explain(cx, fault).with_hint(cx.say(
            "The answer was lost. Looked in the place: nothing new with this name is there, so it may be tried again.",
            "未收到飞书的答复。已查看目标位置，没有同名的新内容，可以重试。",
        ))),
        Err(()) => Err(explain(cx, fault).with_hint(cx.say(
            "The answer was lost and the place could not be looked at: list it before you repeat this.",
            "未收到飞书的答复，也无法查看目标位置：重试前请先列出该位置。",
        ))),
    }
}

async fn left_behind(
    cx: &ToolCx,
    place: &Place,
    title: &str,
    kind: &str,
) -> Result<Option<Made>, ()> {
    let since = cx.now.seconds() - CLOCKS;
    if let Some(at) = place.in_wiki() {
        let mut cursor: Option<String> = None;
        for _ in 0..LOOKS {
            let parent = at.parent.unwrap_or_default();
            let page = wiki::pages(&cx.feishu, at.space_id, parent, cursor.as_deref()).await;
            let page = page.map_err(drop)?;
            let found = page.items.iter().find(|node| {
                node.title == title && node.obj_type == kind && node.obj_create_time >= since
            });
            if let Some(node) = found {
                return Ok(Some(Made::of_node(node)));
            }
            if !page.has_more || page.page_token.is_empty() {
                return Ok(None);
            }
            cursor = Some(page.page_token);
        }
        return Err(());
    }
    let folder = match &place.at {
        At::Folder(token) => token.as_str(),
        _ => "",
    };
    let newest = files::newest(&cx.feishu, folder).await.map_err(drop)?;
    let found = newest
        .iter()
        .find(|file| file.name == title && file.kind == kind && file.created_time >= since);
    Ok(found.map(Made::of_file))
}

/// What is said of a thing that was found instead of told.
pub(super) fn lost(cx: &ToolCx, lost: bool) -> String {
    if !lost {
        return String::new();
    }
    let now = from_seconds(cx.now.seconds(), &cx.facts.time_zone);
    format!(
        "\n{} ({now})",
        cx.say(
            "Feishu's answer was lost; this is what was found there, made just now",
            "未收到飞书的答复；以下是在目标位置找到的刚刚创建的内容"
        )
    )
}
