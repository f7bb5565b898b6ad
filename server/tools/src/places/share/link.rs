//! Whom the link of a thing opens for.

use feishu::api::permissions;
use model::Locale;

use super::{Audience, Input, preview, show};
use crate::{
    ToolCx, ToolError, ToolOutput,
    args::kind::Kind,
    places::{
        refusal::explain,
        source::{Card, Source},
    },
};

/// Whether it opens for people outside the organisation.
pub(super) const fn reaches_outside(audience: Audience) -> bool {
    matches!(audience, Audience::AnyoneView | Audience::AnyoneEdit)
}

const fn feishu(audience: Audience) -> &'static str {
    match audience {
        Audience::Closed => "closed",
        Audience::TenantView => "tenant_readable",
        Audience::TenantEdit => "tenant_editable",
        Audience::AnyoneView => "anyone_readable",
        Audience::AnyoneEdit => "anyone_editable",
    }
}

pub(super) fn wanted(cx: &ToolCx, input: &Input) -> Result<Audience, ToolError> {
    input.audience.ok_or_else(|| {
        ToolError::invalid(cx.say("`audience` is needed", "缺少 `audience`")).with_hint(cx.say(
            "closed, tenant_view, tenant_edit, anyone_view or anyone_edit.",
            "closed、tenant_view、tenant_edit、anyone_view 或 anyone_edit。",
        ))
    })
}

/// What a person is asked.
pub(super) fn words(cx: &ToolCx, audience: Audience, named: &str) -> String {
    let (en, zh) = match audience {
        Audience::Closed => ("only its members", "仅其成员"),
        Audience::TenantView => ("everybody in the organisation, to view", "企业内所有人查看"),
        Audience::TenantEdit => ("everybody in the organisation, to edit", "企业内所有人编辑"),
        Audience::AnyoneView => (
            "ANYONE on the internet who has the link, to view",
            "互联网上任何获得链接的人查看",
        ),
        Audience::AnyoneEdit => (
            "ANYONE on the internet who has the link, to edit",
            "互联网上任何获得链接的人编辑",
        ),
    };
    match cx.locale {
        Locale::En => format!("Open {named} by its link for {en}?"),
        Locale::Zh => format!("确定让{named}的链接可供{zh}吗？"),
    }
}

pub(super) async fn set(
    cx: &ToolCx,
    input: &Input,
    source: &Source,
    card: &Card,
) -> Result<ToolOutput, ToolError> {
    let audience = wanted(cx, input)?;
    let outside = reaches_outside(audience);
    if outside {
        cx.facts
            .reach_outside
            .map_err(|reason| ToolError::refused(reason, cx.locale))?;
    }
    if source.target.kind == Kind::Folder {
        return Err(ToolError::invalid(cx.say(
            "Feishu lets no app set the link of a folder",
            "飞书不允许应用设置文件夹的链接范围",
        ))
        .with_hint(cx.say("Add members to it instead.", "请改为添加成员。")));
    }
    let named = card.describe(cx, source.target.kind);
    if input.dry_run == Some(true) {
        return Ok(preview(cx, &words(cx, audience, &named)));
    }
    cx.check()?;
    // Anyone gets in only where the thing's own door to outside is open.
    let door = outside.then_some("open");
    let set = permissions::set_public(&cx.feishu, source.for_access(), feishu(audience), door);
    set.await.map_err(|fault| explain(cx, fault))?;
    let done = cx.say("the link was changed", "已更改链接范围");
    show::show(cx, source, card, done).await
}
