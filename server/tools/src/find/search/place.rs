//! Where to look: a folder, or a wiki space.

use feishu::api::search::Within;

use crate::{
    ToolCx, ToolError,
    args::{
        kind::Kind,
        reference::Reference,
        resolve::{self, Target},
    },
    fence,
};

/// A place that the caller's roles may work in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    Everywhere,
    Folder(String),
    Space {
        id: String,
        /// A page was named; Feishu looks through its whole space.
        from_page: bool,
    },
}

impl Place {
    pub(super) async fn find(cx: &ToolCx, text: &str) -> Result<Self, ToolError> {
        let reference = Reference::read(text, cx)?;
        if reference.space {
            fence::admit_into_wiki(cx, &reference.token, None).await?;
            return Ok(Self::Space {
                id: reference.token,
                from_page: false,
            });
        }
        let Target {
            kind, token, node, ..
        } = resolve::resolve(cx, text).await?;
        match (kind, node) {
            (_, Some(node)) => Ok(Self::Space {
                id: node.space_id.clone(),
                from_page: true,
            }),
            (Kind::Folder, None) => Ok(Self::Folder(token)),
            (kind, None) => Err(ToolError::invalid(format!(
                "{} ({})",
                cx.say(
                    "`in` takes a folder, a wiki page or a wiki space",
                    "`in` 需为文件夹、知识库页面或知识库"
                ),
                kind.title(cx.locale)
            ))
            .with_hint(cx.say(
                "For words inside one document use doc_read with view=find.",
                "在单篇文档内查找请用 doc_read 的 view=find。",
            ))),
        }
    }

    pub(super) fn within(&self) -> Within<'_> {
        match self {
            Self::Everywhere => Within::Everywhere,
            Self::Folder(token) => Within::Folder(token),
            Self::Space { id, .. } => Within::Space(id),
        }
    }
}
