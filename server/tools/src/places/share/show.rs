//! Who may open a thing now.

use feishu::api::permissions::{self, Member, Public};
use serde_json::json;

use crate::{
    ToolCx, ToolError, ToolOutput,
    args::kind::Kind,
    places::{
        refusal::explain,
        source::{Card, Source},
    },
    render::{Listing, clean_line},
};

/// Members that are shown.
const MAX_SHOWN: usize = 200;

/// The access that a thing has, below a line on what was done.
pub(super) async fn show(
    cx: &ToolCx,
    source: &Source,
    card: &Card,
    done: &str,
) -> Result<ToolOutput, ToolError> {
    let (members, public) = futures::join!(
        permissions::members(&cx.feishu, source.for_access()),
        public(cx, source)
    );
    let mut members = members.map_err(|fault| explain(cx, fault))?;
    let named = card.describe(cx, source.target.kind);
    let mut heading = format!("{named} · {}", source.reference());
    if !done.is_empty() {
        heading = format!("{done}\n{heading}");
    }
    if let Some(public) = &public {
        heading.push_str(&format!(
            "\n{}: {}",
            cx.say("link", "链接"),
            reach(cx, public)
        ));
        if !is_closed(public) {
            heading.push_str(cx.say(
                "\npeople outside the organisation may be let in",
                "\n允许分享给企业外部人员",
            ));
        }
    }
    let more = members.len().saturating_sub(MAX_SHOWN);
    members.truncate(MAX_SHOWN);
    let mut listing = Listing::new(heading);
    for member in &members {
        let owner = member.member_id == card.owner_id;
        listing.push(line(cx, member, owner), item(member, owner));
    }
    if more > 0 {
        listing.note(format!("+{more}"));
    }
    if source.target.kind != Kind::Folder {
        listing.note(cx.say(
            "whoever may open what it lies in may open it, too",
            "能打开其所在位置的人也能打开它",
        ));
    }
    let output = listing.finish(cx.locale);
    Ok(output
        .with_target(source.target.kind.word(), &source.target.token)
        .with_link(source.link(cx), card.title.clone()))
}

/// How far the link reaches; folders have no such setting.
pub(super) async fn public(cx: &ToolCx, source: &Source) -> Option<Public> {
    if source.target.kind == Kind::Folder {
        return None;
    }
    permissions::public(&cx.feishu, source.for_access())
        .await
        .ok()
}

/// Whether Feishu itself keeps people outside the organisation out.
pub(super) fn is_closed(public: &Public) -> bool {
    public.external_access_entity == "closed"
}

fn reach(cx: &ToolCx, public: &Public) -> String {
    match public.link_share_entity.as_str() {
        "closed" => cx.say("only members", "仅成员").to_owned(),
        "tenant_readable" => cx
            .say("the organisation may view", "企业内可查看")
            .to_owned(),
        "tenant_editable" => cx
            .say("the organisation may edit", "企业内可编辑")
            .to_owned(),
        "anyone_readable" => cx.say("anyone may view", "任何人可查看").to_owned(),
        "anyone_editable" => cx.say("anyone may edit", "任何人可编辑").to_owned(),
        other => clean_line(other, 40),
    }
}

fn kind(member: &Member) -> &'static str {
    match member.member_type.as_str() {
        "openchat" => "chat",
        "opendepartmentid" => "department",
        "groupid" => "group",
        "wikispaceid" => "wiki_space",
        "appid" => "app",
        _ => "user",
    }
}

fn name(member: &Member) -> String {
    if member.name.is_empty() {
        clean_line(&member.member_id, 100)
    } else {
        clean_line(&member.name, 100)
    }
}

fn line(cx: &ToolCx, member: &Member, owner: bool) -> String {
    let role = if owner {
        cx.say("owner", "所有者")
    } else {
        member.perm.as_str()
    };
    let mut line = format!(
        "- {} · {}:{} · {}",
        name(member),
        kind(member),
        clean_line(&member.member_id, 100),
        clean_line(role, 20)
    );
    if member.external_label {
        line.push_str(cx.say(" · outside the organisation", " · 企业外部"));
    }
    if member.perm_type == "single_page" {
        line.push_str(cx.say(" · this page alone", " · 仅此页面"));
    }
    line
}

fn item(member: &Member, owner: bool) -> serde_json::Value {
    json!({
        "name": name(member),
        "kind": kind(member),
        "id": member.member_id,
        "role": member.perm,
        "owner": owner,
        "external": member.external_label,
    })
}
