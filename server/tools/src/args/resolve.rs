//! From a reference to the thing itself. What wiki pages and bare tokens stand for is remembered
//! per member.

use std::sync::Arc;

use feishu::{
    ErrorClass, FeishuError,
    api::{drive, wiki},
};

use super::{kind::Kind, reference::Reference};
use crate::{
    ErrorKind, ResolvedNode, ToolCx, ToolError,
    fence::{self, Admitted},
};

/// A thing in Feishu.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub(crate) kind: Kind,
    pub(crate) token: String,
    /// The wiki page in front of it.
    pub(crate) node: Option<Arc<ResolvedNode>>,
    /// The place in it.
    pub(crate) anchor: Option<String>,
    /// The member's roles may work on it.
    _admitted: Admitted,
}

impl Target {
    /// The thing, if the member's roles may work where it lies.
    async fn admitted(
        cx: &ToolCx,
        kind: Kind,
        token: String,
        node: Option<Arc<ResolvedNode>>,
        anchor: Option<String>,
    ) -> Result<Self, ToolError> {
        Ok(Self {
            _admitted: fence::admit(cx, kind, &token).await?,
            kind,
            token,
            node,
            anchor,
        })
    }

    /// `docx:TOKEN`: the shortest reference that needs no look-up.
    pub(crate) fn reference(&self) -> String {
        format!("{}:{}", self.kind.word(), self.token)
    }

    /// The address when Feishu has not told one.
    pub(crate) fn page(&self, cx: &ToolCx) -> String {
        match &self.node {
            Some(node) => cx.facts.page(&format!("/wiki/{}", node.node_token)),
            None => cx
                .facts
                .page(&format!("{}{}", self.kind.page(), self.token)),
        }
    }
}

/// Reads and looks up.
pub(crate) async fn resolve(cx: &ToolCx, text: &str) -> Result<Target, ToolError> {
    let reference = Reference::read(text, cx)?;
    if reference.space {
        return Err(ToolError::invalid(cx.say(
            "this is a whole wiki space, not a page",
            "这是整个知识库，而不是页面",
        ))
        .with_hint(cx.say(
            "Pass the link of a page in it.",
            "请传入其中某个页面的链接。",
        )));
    }
    match reference.kind {
        Some(Kind::Wiki) => page(cx, &reference).await,
        Some(kind) => Target::admitted(cx, kind, reference.token, None, reference.anchor).await,
        None => bare(cx, reference).await,
    }
}

async fn page(cx: &ToolCx, reference: &Reference) -> Result<Target, ToolError> {
    let node = node(cx, &reference.token)
        .await
        .map_err(|fault| cx.fault(fault))?;
    target(cx, &node, reference.anchor.clone()).await
}

async fn target(
    cx: &ToolCx,
    node: &Arc<ResolvedNode>,
    anchor: Option<String>,
) -> Result<Target, ToolError> {
    let kind = Kind::from_word(&node.obj_type).ok_or_else(|| {
        ToolError::invalid(format!(
            "{}: {}",
            cx.say(
                "no tool reads pages of this kind yet",
                "暂不支持读取此类页面"
            ),
            crate::render::clean_line(&node.obj_type, 30)
        ))
    })?;
    let page = (!node.node_token.is_empty()).then(|| Arc::clone(node));
    Target::admitted(cx, kind, node.obj_token.clone(), page, anchor).await
}

/// What a wiki page stands for.
pub(crate) async fn node(cx: &ToolCx, token: &str) -> Result<Arc<ResolvedNode>, FeishuError> {
    if let Some(known) = cx.refs.get(token) {
        return Ok(known);
    }
    let found = wiki::get_node(&cx.feishu, token, "wiki").await?;
    let node = Arc::new(ResolvedNode::from(found));
    cx.refs.put(token, Arc::clone(&node));
    Ok(node)
}

/// A bare token says nothing of its kind: ask for all kinds at once, then the wiki.
async fn bare(cx: &ToolCx, reference: Reference) -> Result<Target, ToolError> {
    let token = reference.token.as_str();
    if let Some(known) = cx.refs.get(token) {
        return target(cx, &known, reference.anchor).await;
    }
    let kinds: Vec<(&str, &str)> = Kind::ALL
        .iter()
        .filter(|kind| **kind != Kind::Wiki)
        .map(|kind| (token, kind.feishu()))
        .collect();
    let metas = match drive::metas(&cx.feishu, &kinds).await {
        Ok(metas) => metas,
        // Without the scope for metadata a document is the best guess.
        Err(fault) if class(&fault).is_some_and(lacks_scope) => {
            let token = reference.token;
            return Target::admitted(cx, Kind::Docx, token, None, reference.anchor).await;
        }
        Err(fault) => return Err(cx.fault(fault)),
    };
    if let Some(meta) = metas.metas.first()
        && let Some(kind) = Kind::from_word(&meta.doc_type)
    {
        cx.refs.put(
            token,
            Arc::new(ResolvedNode {
                space_id: String::new(),
                node_token: String::new(),
                parent: String::new(),
                obj_token: token.to_owned(),
                obj_type: meta.doc_type.clone(),
                title: meta.title.clone(),
            }),
        );
        return Target::admitted(cx, kind, reference.token, None, reference.anchor).await;
    }
    let hidden = metas
        .failed_list
        .iter()
        .any(|failure| failure.code == 970_003);
    match node(cx, token).await {
        Ok(node) => target(cx, &node, reference.anchor).await,
        Err(fault) if class(&fault) == Some(ErrorClass::Forbidden) || hidden => Err(no_access(cx)),
        Err(fault) => {
            let found = class(&fault);
            match found {
                Some(ErrorClass::NotFound | ErrorClass::Invalid) => Err(ToolError::new(
                    ErrorKind::NotFound,
                    cx.say(
                        "nothing in Feishu has this token",
                        "飞书中没有使用该 token 的内容",
                    ),
                )
                .with_hint(cx.say(
                    "Check the token, or find the thing with `search`.",
                    "请检查 token，或用 `search` 查找。",
                ))),
                Some(class) if lacks_scope(class) => Err(ToolError::new(
                    ErrorKind::NotFound,
                    cx.say(
                        "nothing in Feishu has this token",
                        "飞书中没有使用该 token 的内容",
                    ),
                )),
                _ => Err(cx.fault(fault)),
            }
        }
    }
}

pub(crate) fn no_access(cx: &ToolCx) -> ToolError {
    ToolError::new(
        ErrorKind::ForbiddenResource,
        cx.say("the user may not see this", "该用户无权查看此内容"),
    )
    .with_hint(cx.say(
        "Ask the owner to share it with the user, or choose another document.",
        "请联系所有者授权，或选择其他文档。",
    ))
}

/// The class of a refusal; `None` when Feishu was not reached.
pub(crate) const fn class(fault: &FeishuError) -> Option<ErrorClass> {
    match fault {
        FeishuError::Api { class, .. } => Some(*class),
        FeishuError::RateLimited { .. } => Some(ErrorClass::RateLimited),
        _ => None,
    }
}

/// Whether a part of an answer may be left out because of it.
pub(crate) const fn lacks_scope(class: ErrorClass) -> bool {
    matches!(
        class,
        ErrorClass::AppScopeMissing | ErrorClass::UserScopeMissing
    )
}
