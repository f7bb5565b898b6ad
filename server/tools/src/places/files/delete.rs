//! Deleting: to the trash of the owner, after a person agreed.

use feishu::api::{drive, files, wiki};
use model::Locale;

use super::{Input, made, preview, thing, ticket::Ticket};
use crate::{
    ToolCx, ToolError, ToolOutput,
    args::kind::Kind,
    fence::{self, Admitted},
    places::{refusal::explain, source::Source},
};

/// How a shortcut of the drive is named; it has no kind of its own.
const SHORTCUT: &str = "shortcut:";

/// What is to be deleted.
enum Doomed {
    Thing(Box<Source>),
    /// A shortcut of the drive; what it leads to stays.
    Shortcut(String, Admitted),
}

impl Doomed {
    async fn find(cx: &ToolCx, text: &str) -> Result<Self, ToolError> {
        if let Some(token) = text.strip_prefix(SHORTCUT) {
            let admitted = fence::admit(cx, Kind::File, token).await?;
            return Ok(Self::Shortcut(token.to_owned(), admitted));
        }
        let source = Source::find(cx, text).await?;
        if source.page.as_ref().is_some_and(wiki::Node::is_shortcut) {
            return Err(ToolError::invalid(cx.say(
                "Feishu lets no app delete a shortcut in a wiki; what it leads to would be deleted instead",
                "飞书不允许应用删除知识库中的快捷方式，否则会删除其指向的内容",
            ))
            .with_hint(cx.say(
                "Ask the user to delete it in Feishu.",
                "请用户在飞书中删除。",
            )));
        }
        if source.target.kind == Kind::Folder {
            fence::admit_below_folder(cx, &source.target.token).await?;
        } else if let Some(page) = &source.page {
            fence::admit_below_page(cx, &page.node_token).await?;
        }
        Ok(Self::Thing(Box::new(source)))
    }

    /// Names it, for the question and for the answer.
    async fn describe(&self, cx: &ToolCx) -> Result<String, ToolError> {
        match self {
            Self::Shortcut(token, _) => Ok(match cx.locale {
                Locale::En => format!("the shortcut {SHORTCUT}{token} (what it leads to stays)"),
                Locale::Zh => format!("快捷方式 {SHORTCUT}{token}（不影响其指向的内容）"),
            }),
            Self::Thing(source) => {
                let card = source.card(cx).await?;
                let named = card.describe(cx, source.target.kind);
                Ok(match below(cx, source).await {
                    Some(below) => format!("{named}, {below}"),
                    None => named,
                })
            }
        }
    }
}

/// How much lies below it.
async fn below(cx: &ToolCx, source: &Source) -> Option<String> {
    let (count, more) = if source.target.kind == Kind::Folder {
        let page = drive::list(&cx.feishu, &source.target.token, None)
            .await
            .ok()?;
        (page.files.len(), page.has_more)
    } else {
        let page = source.page.as_ref()?;
        let pages = wiki::children(&cx.feishu, &page.space_id, &page.node_token).await;
        let pages = pages.ok()?;
        (pages.items.len(), pages.has_more)
    };
    let more = if more { "+" } else { "" };
    Some(match (cx.locale, source.target.kind) {
        (Locale::En, Kind::Folder) => {
            format!("with all that is in it ({count}{more} entries at its top)")
        }
        (Locale::Zh, Kind::Folder) => format!("及其中全部内容（顶层 {count}{more} 个条目）"),
        (Locale::En, _) => format!("with {count}{more} pages below it"),
        (Locale::Zh, _) => format!("其下有 {count}{more} 个子页面"),
    })
}

pub(super) async fn question(cx: &ToolCx, text: &str) -> Result<String, ToolError> {
    let named = Doomed::find(cx, text).await?.describe(cx).await?;
    Ok(match cx.locale {
        Locale::En => format!("Delete {named}? It goes to the trash of its owner in Feishu."),
        Locale::Zh => format!("确定删除{named}吗？它将进入其所有者的飞书回收站。"),
    })
}

pub(super) async fn delete(cx: &ToolCx, input: &Input) -> Result<ToolOutput, ToolError> {
    let doomed = Doomed::find(cx, thing(cx, input)?).await?;
    let named = doomed.describe(cx).await?;
    if input.only_tells() {
        return Ok(preview(
            cx,
            &match cx.locale {
                Locale::En => format!("would delete {named}"),
                Locale::Zh => format!("将删除{named}"),
            },
        ));
    }
    cx.check()?;
    let (token, kind) = match &doomed {
        Doomed::Shortcut(token, _) => (token.as_str(), "shortcut"),
        Doomed::Thing(source) => source.object(),
    };
    let task = files::delete(&cx.feishu, token, kind).await;
    let task = task.map_err(|fault| {
        let lost = made::is_unclear(&fault);
        let error = explain(cx, fault);
        if lost {
            error.with_hint(cx.say(
                "It may be deleted: look for it with `inspect` before you repeat this.",
                "可能已删除：重试前请先用 `inspect` 查看。",
            ))
        } else {
            error
        }
    })?;
    cx.refs.forget(token);
    if let Doomed::Thing(source) = &doomed
        && let Some(page) = &source.page
    {
        cx.refs.forget(&page.node_token);
    }
    let done = match cx.locale {
        Locale::En => format!("deleted {named}; it is in the trash of its owner"),
        Locale::Zh => format!("已删除{named}，可在其所有者的回收站中找回"),
    };
    let Some(task) = task else {
        let word = Kind::from_word(kind).map_or("shortcut", Kind::word);
        return Ok(ToolOutput::text(done).with_target(word, token));
    };
    let folder = token.to_owned();
    Ticket::Folder { task, folder }.follow(cx, &done).await
}
