//! Where a thing can lie: the user's root, a folder, a wiki space, or below a wiki page.

use std::sync::Arc;

use feishu::api::{files, wiki};

use crate::{
    ResolvedNode, ToolCx, ToolError,
    args::{
        kind::Kind,
        reference::Reference,
        resolve::{self, Target, resolve},
    },
    fence::{self, Admitted},
    places::source,
};

/// A place where the member's roles may work.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) at: At,
    _admitted: Admitted,
}

/// The place itself.
#[derive(Debug, Clone)]
pub(crate) enum At {
    /// The user's own root folder.
    Root,
    /// A folder; its token.
    Folder(String),
    /// The top of a wiki space; its id.
    Space(String),
    /// Below a page of a wiki.
    Page(Arc<ResolvedNode>),
}

impl Place {
    /// Reads and looks up a place; none is the root.
    pub(crate) async fn find(cx: &ToolCx, text: Option<&str>) -> Result<Self, ToolError> {
        let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
            return Self::root(cx).await;
        };
        if text.eq_ignore_ascii_case("root") || text == "根目录" {
            return Self::root(cx).await;
        }
        let reference = Reference::read(text, cx)?;
        if reference.space {
            return Self::space(cx, reference.token).await;
        }
        if reference.kind == Some(Kind::Wiki) {
            let node = resolve::node(cx, &reference.token)
                .await
                .map_err(|fault| cx.fault(fault))?;
            return Self::below(cx, node).await;
        }
        let target = resolve(cx, text).await?;
        if target.kind == Kind::Folder {
            return Ok(Self {
                _admitted: fence::admit_into(cx, Some(&target.token)).await?,
                at: At::Folder(target.token),
            });
        }
        match source::page_of(cx, &target).await? {
            Some(node) => Self::below(cx, Arc::new(node.into())).await,
            None => Err(not_a_place(cx, &target)),
        }
    }

    pub(crate) async fn root(cx: &ToolCx) -> Result<Self, ToolError> {
        Ok(Self {
            _admitted: fence::admit_into(cx, None).await?,
            at: At::Root,
        })
    }

    async fn space(cx: &ToolCx, id: String) -> Result<Self, ToolError> {
        // A space has one id, but "my_library" is another name of the caller's own.
        let id = if id.bytes().all(|b| b.is_ascii_digit()) {
            id
        } else {
            let space = wiki::space(&cx.feishu, &id).await;
            space.map_err(|fault| cx.fault(fault))?.space_id
        };
        Ok(Self {
            _admitted: fence::admit_into_wiki(cx, &id, None).await?,
            at: At::Space(id),
        })
    }

    async fn below(cx: &ToolCx, node: Arc<ResolvedNode>) -> Result<Self, ToolError> {
        Ok(Self {
            _admitted: fence::admit_into_wiki(cx, &node.space_id, Some(&node)).await?,
            at: At::Page(node),
        })
    }

    /// The place in a wiki; `None` for the drive.
    pub(crate) fn in_wiki(&self) -> Option<wiki::Placed<'_>> {
        match &self.at {
            At::Root | At::Folder(_) => None,
            At::Space(space_id) => Some(wiki::Placed {
                space_id,
                parent: None,
            }),
            At::Page(node) => Some(wiki::Placed {
                space_id: &node.space_id,
                parent: Some(&node.node_token),
            }),
        }
    }

    /// The token of the folder, asked for when it is the root; empty in a wiki.
    pub(crate) async fn folder(&self, cx: &ToolCx) -> Result<String, ToolError> {
        match &self.at {
            At::Folder(token) => Ok(token.clone()),
            At::Root => files::root(&cx.feishu)
                .await
                .map_err(|fault| cx.fault(fault)),
            At::Space(_) | At::Page(_) => Ok(String::new()),
        }
    }

    /// As [`Self::find`] reads it.
    pub(crate) fn reference(&self) -> String {
        match &self.at {
            At::Root => "root".to_owned(),
            At::Folder(token) => format!("folder:{token}"),
            At::Space(id) => format!("wiki_space:{id}"),
            At::Page(node) => format!("wiki:{}", node.node_token),
        }
    }

    /// For people.
    pub(crate) fn describe(&self, cx: &ToolCx) -> String {
        match &self.at {
            At::Root => cx.say("the user's root folder", "用户根目录").to_owned(),
            _ => self.reference(),
        }
    }

    /// Remembers that a thing lies here now, so that rules about places find it at once.
    pub(crate) fn took(&self, cx: &ToolCx, token: &str) {
        match &self.at {
            At::Root => cx.refs.put_parent(token, ""),
            At::Folder(folder) => cx.refs.put_parent(token, folder),
            At::Space(_) | At::Page(_) => {}
        }
    }
}

fn not_a_place(cx: &ToolCx, target: &Target) -> ToolError {
    let kind = target.kind.title(cx.locale);
    ToolError::invalid(match cx.locale {
        model::Locale::En => format!("a {kind} that is in no wiki is not a place"),
        model::Locale::Zh => format!("不在知识库中的{kind}不是一个位置"),
    })
    .with_hint(cx.say(
        "Pass a folder, a wiki page or space (wiki_space:ID), or `root`.",
        "请传入文件夹、知识库页面或知识库（wiki_space:ID），或 `root`。",
    ))
    .with_detail("ref", target.reference())
}
