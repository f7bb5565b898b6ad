//! `share`: who may open a thing, and changing that.
//!
//! Endpoints: `drive.v1.permissionMember.*`, `drive.v2.permissionPublic.get` and `.patch`,
//! `search/v1/user` and `contact.v3.user.batch` for people. Giving the same access twice changes
//! nothing more, so every call may be repeated.
//!
//! What may reach people outside the organisation needs the organisation's rules to allow it and
//! a person to agree. That is: a link that opens for anybody, and a member of whom Feishu does
//! not say that it belongs to the organisation, on a thing whose door to outside is open.

mod change;
mod link;
mod member;
mod show;

use model::{Capability, Locale, policy::Effect};
use schemars::JsonSchema;
use serde::Deserialize;

use self::member::Who;
use crate::{
    Text, Tool, ToolCx, ToolError, ToolOutput, ToolSpec, fence,
    places::source::{Card, Source},
};

pub(crate) struct Share;

/// Members of one call.
const MAX_WHO: usize = 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Op {
    Get,
    Add,
    Update,
    Remove,
    Link,
    Transfer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Role {
    View,
    Edit,
    FullAccess,
}

impl Role {
    const fn word(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Edit => "edit",
            Self::FullAccess => "full_access",
        }
    }

    /// For people.
    const fn title(self, locale: Locale) -> &'static str {
        match self {
            Self::View => locale.pick("view access", "查看权限"),
            Self::Edit => locale.pick("edit access", "编辑权限"),
            Self::FullAccess => locale.pick("full access", "管理权限"),
        }
    }
}

/// Whom the link of a thing opens for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Audience {
    Closed,
    TenantView,
    TenantEdit,
    AnyoneView,
    AnyoneEdit,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    op: Op,
    r#ref: String,
    #[serde(default)]
    who: Vec<String>,
    #[serde(default)]
    role: Option<Role>,
    #[serde(default)]
    audience: Option<Audience>,
    #[serde(default)]
    below: Option<bool>,
    #[serde(default)]
    notify: Option<bool>,
    #[serde(default)]
    dry_run: Option<bool>,
}

impl Tool for Share {
    const SPEC: ToolSpec = ToolSpec {
        name: "share",
        title: Text::new("Share a thing", "分享与权限"),
        description: Text::new(
            "Tells and changes who may open a thing: members (people, chats, departments, groups), \
             its link, its owner. Reaching outside the organisation needs its rules to allow it and \
             a person to agree. Answers with the access that results. help topic: sharing.",
            "查看和更改谁可以打开内容：成员（人员、群、部门、用户组）、链接范围、所有者。分享给企业外部需企业规则允许并经人工确认。返回更改后的权限。详见 help 的 sharing 主题。",
        ),
        args: &[
            (
                "op",
                Text::new(
                    "link sets `audience`; transfer gives it to who[0].",
                    "link 设置 `audience`；transfer 转给 who[0]。",
                ),
            ),
            (
                "ref",
                Text::new(
                    "Feishu link, wiki link, kind:TOKEN or bare token.",
                    "飞书链接、知识库链接、kind:TOKEN 或 token。",
                ),
            ),
            (
                "who",
                Text::new(
                    "Up to 10: ou_…, name, e-mail, chat oc_…, department od-…, group:ID.",
                    "最多 10 个：ou_…、姓名、邮箱、群 oc_…、部门 od-…、group:ID。",
                ),
            ),
            (
                "role",
                Text::new(
                    "For add and update; default view.",
                    "add、update 用，默认 view。",
                ),
            ),
            (
                "audience",
                Text::new("For link: whom it opens for.", "link 用：链接对谁有效。"),
            ),
            (
                "below",
                Text::new(
                    "Wiki: the pages below too; default false.",
                    "知识库：是否包含子页面，默认 false。",
                ),
            ),
            (
                "notify",
                Text::new("add: tell them in Feishu.", "add：在飞书中通知对方。"),
            ),
            (
                "dry_run",
                Text::new("Only tell what would change.", "仅预览，不实际更改。"),
            ),
        ],
        effect: Effect::Write,
        reading_ops: &["get"],
        capability: Some(Capability::Sharing),
        scopes: &["docs:permission.member:retrieve"],
        idempotent: true,
        open_world: true,
    };
    type Input = Input;

    fn effect(input: &Input) -> Effect {
        match input.op {
            Op::Get => Effect::Read,
            _ => Effect::Write,
        }
    }

    fn needs_confirmation(input: &Input) -> bool {
        let reaches = match input.op {
            Op::Transfer => true,
            Op::Link => input.audience.is_some_and(link::reaches_outside),
            // An address or a chat may be anybody's.
            Op::Add | Op::Update => input.who.iter().any(|who| member::may_be_outside(who)),
            Op::Get | Op::Remove => false,
        };
        reaches && input.dry_run != Some(true)
    }

    async fn question(cx: &ToolCx, input: &Input) -> Result<String, ToolError> {
        let (source, card) = thing(cx, input).await?;
        let named = card.describe(cx, source.target.kind);
        Ok(match input.op {
            Op::Transfer => {
                let heir = change::heir(cx, input).await?;
                change::transfer_words(cx, &heir, &named, &card)
            }
            Op::Link => link::words(cx, link::wanted(cx, input)?, &named),
            _ => {
                let who = Who::all(cx, &input.who).await?;
                change::words(cx, input, &who, &named)
            }
        })
    }

    async fn call(cx: &ToolCx, input: Input) -> Result<ToolOutput, ToolError> {
        let (source, card) = thing(cx, &input).await?;
        match input.op {
            Op::Get => show::show(cx, &source, &card, "").await,
            Op::Add | Op::Update => change::give(cx, &input, &source, &card).await,
            Op::Remove => change::remove(cx, &input, &source, &card).await,
            Op::Link => link::set(cx, &input, &source, &card).await,
            Op::Transfer => change::transfer(cx, &input, &source, &card).await,
        }
    }
}

/// The thing, and what people call it. Who may open a folder, or a page with those below it, may
/// open what is in it: nothing that the rules forbid may lie there.
async fn thing(cx: &ToolCx, input: &Input) -> Result<(Source, Card), ToolError> {
    let source = Source::find(cx, &input.r#ref).await?;
    if input.op != Op::Get {
        match &source.page {
            None if source.target.kind == crate::args::kind::Kind::Folder => {
                fence::admit_below_folder(cx, &source.target.token).await?;
            }
            Some(page) if input.below == Some(true) || input.op == Op::Link => {
                fence::admit_below_page(cx, &page.node_token).await?;
            }
            _ => {}
        }
    }
    let card = source.card(cx).await?;
    Ok((source, card))
}

/// What would change, and that nothing did.
fn preview(cx: &ToolCx, would: &str) -> ToolOutput {
    ToolOutput::text(format!(
        "{}: {would}",
        cx.say("dry run, nothing was changed", "预览，未做任何修改")
    ))
}
