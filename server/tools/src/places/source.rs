//! A thing that is to be moved, copied or shared: the object, and the wiki page in front of it.

use feishu::{
    ErrorClass,
    api::{drive, wiki},
};

use crate::{
    ErrorKind, ResolvedNode, ToolCx, ToolError,
    args::{
        kind::Kind,
        people,
        resolve::{self, Target, lacks_scope, resolve},
    },
    fence,
    render::clean_line,
};

/// A thing with its page, whichever of the two was named.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub(crate) target: Target,
    /// The page in a wiki, as it is now.
    pub(crate) page: Option<wiki::Node>,
}

impl Source {
    /// Reads and looks up.
    pub(crate) async fn find(cx: &ToolCx, text: &str) -> Result<Self, ToolError> {
        let target = resolve(cx, text).await?;
        let page = page_of(cx, &target).await?;
        if let Some(page) = page.as_ref().filter(|page| page.is_shortcut()) {
            // What a shortcut leads to was admitted; the shortcut lies somewhere else.
            let place = ResolvedNode::from(page.clone());
            fence::admit_into_wiki(cx, &place.space_id, Some(&place)).await?;
        }
        Ok(Self { target, page })
    }

    /// Token and kind for calls about access, which take a page by its own token. A shortcut has
    /// the access of what it leads to.
    pub(crate) fn for_access(&self) -> (&str, &'static str) {
        match self.page.as_ref().filter(|page| !page.is_shortcut()) {
            Some(page) => (&page.node_token, Kind::Wiki.feishu()),
            None => self.object(),
        }
    }

    /// Token and kind of the object.
    pub(crate) fn object(&self) -> (&str, &'static str) {
        (&self.target.token, self.target.kind.feishu())
    }

    /// The shortest reference: of the page, where there is one.
    pub(crate) fn reference(&self) -> String {
        match &self.page {
            Some(page) => format!("wiki:{}", page.node_token),
            None => self.target.reference(),
        }
    }

    /// Where to look at it.
    pub(crate) fn link(&self, cx: &ToolCx) -> String {
        match &self.page {
            Some(page) => cx.facts.page(&format!("/wiki/{}", page.node_token)),
            None => self.target.page(cx),
        }
    }

    /// What people call it.
    pub(crate) async fn card(&self, cx: &ToolCx) -> Result<Card, ToolError> {
        let (token, kind) = self.object();
        let metas = drive::metas(&cx.feishu, &[(token, kind)]).await;
        let metas = metas.map_err(|fault| cx.fault(fault))?;
        let mut card = match metas.metas.into_iter().next() {
            Some(meta) => Card {
                title: clean_line(&meta.title, 200),
                owner_id: meta.owner_id,
                owner: String::new(),
            },
            None if metas.failed_list.iter().any(|one| one.code == 970_003) => {
                return Err(resolve::no_access(cx));
            }
            None if metas.failed_list.iter().any(|one| one.code == 970_005) => {
                return Err(ToolError::new(
                    ErrorKind::NotFound,
                    cx.say(
                        "Feishu finds nothing under this reference",
                        "飞书中找不到该引用对应的内容",
                    ),
                )
                .with_hint(cx.say(
                    "It may be deleted, or of another kind. Find it with `search`.",
                    "它可能已被删除，或类型不符。请用 `search` 查找。",
                )));
            }
            // Feishu tells nothing of some kinds.
            None => Card {
                title: self
                    .page
                    .as_ref()
                    .map_or_else(String::new, |page| clean_line(&page.title, 200)),
                owner_id: String::new(),
                owner: String::new(),
            },
        };
        if !card.owner_id.is_empty() {
            let names = people::names(cx, [card.owner_id.as_str()]).await;
            card.owner = names.get(&card.owner_id).unwrap_or(&card.owner_id).clone();
        }
        Ok(card)
    }
}

/// Title and owner of a thing.
#[derive(Debug, Clone)]
pub(crate) struct Card {
    pub(crate) title: String,
    pub(crate) owner_id: String,
    pub(crate) owner: String,
}

impl Card {
    /// "Plan" (document, owned by Ann).
    pub(crate) fn describe(&self, cx: &ToolCx, kind: Kind) -> String {
        let kind = kind.title(cx.locale);
        let title = if self.title.is_empty() {
            cx.say("untitled", "无标题")
        } else {
            &self.title
        };
        match (cx.locale, self.owner.is_empty()) {
            (model::Locale::En, false) => format!("\"{title}\" ({kind}, owner: {})", self.owner),
            (model::Locale::En, true) => format!("\"{title}\" ({kind})"),
            (model::Locale::Zh, false) => format!("《{title}》（{kind}，所有者：{}）", self.owner),
            (model::Locale::Zh, true) => format!("《{title}》（{kind}）"),
        }
    }
}

/// The page in front of an object, if it is in a wiki. Asked anew: what a page is now decides how
/// it is moved.
pub(crate) async fn page_of(cx: &ToolCx, target: &Target) -> Result<Option<wiki::Node>, ToolError> {
    if target.kind == Kind::Folder {
        return Ok(None);
    }
    let found = match &target.node {
        Some(node) => wiki::get_node(&cx.feishu, &node.node_token, "wiki").await,
        None => wiki::get_node(&cx.feishu, &target.token, target.kind.feishu()).await,
    };
    match found {
        Ok(node) => Ok(Some(node)),
        Err(fault) if target.node.is_none() => match resolve::class(&fault) {
            // In no wiki; or nothing is known of wikis, and the drive will say.
            Some(ErrorClass::NotFound) => Ok(None),
            Some(class) if lacks_scope(class) => Ok(None),
            _ => Err(cx.fault(fault)),
        },
        Err(fault) => Err(cx.fault(fault)),
    }
}
