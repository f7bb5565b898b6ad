//! Giving and taking access, and giving a thing away.

use feishu::api::permissions::{self, Member};
use model::Locale;

use super::{Input, Op, Role, member::Who, preview, show};
use crate::{
    ErrorKind, ToolCx, ToolError, ToolOutput,
    args::kind::Kind,
    places::{
        refusal::explain,
        source::{Card, Source},
    },
};

/// What a person is asked.
pub(super) fn words(cx: &ToolCx, input: &Input, who: &[Who], named: &str) -> String {
    let role = input.role.unwrap_or(Role::View).title(cx.locale);
    let names: Vec<String> = who
        .iter()
        .map(|one| {
            let outside = if one.inside {
                ""
            } else {
                cx.say(", possibly outside the organisation", "，可能在企业外部")
            };
            format!("{}{outside}", one.describe())
        })
        .collect();
    let below = if input.below == Some(true) {
        cx.say(" with all pages below it", "及其全部子页面")
    } else {
        ""
    };
    match cx.locale {
        Locale::En => format!("Give {} {role} to {named}{below}?", names.join("; ")),
        Locale::Zh => format!("确定将{named}{below}的{role}授予 {} 吗？", names.join("；")),
    }
}

/// Refuses whoever may be outside where the rules or Feishu's own door do not let outsiders in.
async fn guard(cx: &ToolCx, source: &Source, who: &[Who]) -> Result<(), ToolError> {
    if who.iter().all(|one| one.inside) {
        return Ok(());
    }
    // With its door closed, Feishu itself gives no outsider access.
    let public = show::public(cx, source).await;
    if public.as_ref().is_some_and(show::is_closed) {
        return Ok(());
    }
    cx.facts
        .reach_outside
        .map_err(|reason| ToolError::refused(reason, cx.locale))?;
    // A person must have been asked, and only an address or a chat makes the question be asked.
    let unasked = who
        .iter()
        .find(|one| !one.inside && one.member.member_type == "openid");
    if let Some(one) = unasked {
        return Err(ToolError::invalid(format!(
            "{}: {}",
            cx.say(
                "this person may belong to another organisation",
                "该人员可能属于其他企业"
            ),
            one.describe()
        ))
        .with_hint(cx.say(
            "Name them by e-mail address, so that the user is asked.",
            "请改用邮箱，以便由用户确认。",
        )));
    }
    Ok(())
}

pub(super) async fn give(
    cx: &ToolCx,
    input: &Input,
    source: &Source,
    card: &Card,
) -> Result<ToolOutput, ToolError> {
    let who = Who::all(cx, &input.who).await?;
    guard(cx, source, &who).await?;
    let role = input.role.unwrap_or(Role::View);
    let target = source.for_access();
    let known = if input.op == Op::Update {
        let known = permissions::members(&cx.feishu, target).await;
        known.map_err(|fault| explain(cx, fault))?
    } else {
        Vec::new()
    };
    let mut wanted = Vec::new();
    for one in &who {
        let mut member = match input.op {
            Op::Update => known_as(cx, &known, one)?,
            _ => one.member.clone(),
        };
        role.word().clone_into(&mut member.perm);
        if source.page.is_some() && input.op == Op::Add {
            let reach = if input.below == Some(true) {
                "container"
            } else {
                "single_page"
            };
            reach.clone_into(&mut member.perm_type);
        }
        wanted.push((one, member));
    }
    if input.dry_run == Some(true) {
        let named = card.describe(cx, source.target.kind);
        return Ok(preview(cx, &words(cx, input, &who, &named)));
    }
    let mut done = Vec::new();
    for (one, member) in &wanted {
        cx.check()?;
        // Folders have no call for changes; adding again sets the access as well.
        let answer = if input.op == Op::Update && source.target.kind != Kind::Folder {
            permissions::update(&cx.feishu, target, member).await
        } else {
            permissions::add(&cx.feishu, target, member, input.notify == Some(true)).await
        };
        if let Err(fault) = answer {
            return stopped(cx, source, card, &done, one, explain(cx, fault)).await;
        }
        done.push(one.describe());
    }
    let role = role.title(cx.locale);
    let said = match cx.locale {
        Locale::En => format!("{role} given to: {}", done.join("; ")),
        Locale::Zh => format!("已授予{role}：{}", done.join("；")),
    };
    show::show(cx, source, card, &said).await
}

pub(super) async fn remove(
    cx: &ToolCx,
    input: &Input,
    source: &Source,
    card: &Card,
) -> Result<ToolOutput, ToolError> {
    let who = Who::all(cx, &input.who).await?;
    let target = source.for_access();
    let known = permissions::members(&cx.feishu, target).await;
    let known = known.map_err(|fault| explain(cx, fault))?;
    let mut wanted = Vec::new();
    for one in &who {
        wanted.push((one, known_as(cx, &known, one)?));
    }
    let names: Vec<String> = who.iter().map(Who::describe).collect();
    if input.dry_run == Some(true) {
        let named = card.describe(cx, source.target.kind);
        return Ok(preview(
            cx,
            &match cx.locale {
                Locale::En => format!("would take access to {named} from {}", names.join("; ")),
                Locale::Zh => format!("将移除 {} 对{named}的权限", names.join("；")),
            },
        ));
    }
    let mut done = Vec::new();
    for (one, member) in &wanted {
        cx.check()?;
        if let Err(fault) = permissions::remove(&cx.feishu, target, member).await {
            return stopped(cx, source, card, &done, one, explain(cx, fault)).await;
        }
        done.push(one.describe());
    }
    let said = match cx.locale {
        Locale::En => format!("access taken from: {}", done.join("; ")),
        Locale::Zh => format!("已移除：{}", done.join("；")),
    };
    show::show(cx, source, card, &said).await
}

/// The member as the thing has it.
fn known_as(cx: &ToolCx, known: &[Member], one: &Who) -> Result<Member, ToolError> {
    let found = known
        .iter()
        .find(|member| member.member_id == one.member.member_id);
    found.cloned().ok_or_else(|| {
        ToolError::new(
            ErrorKind::NotFound,
            format!(
                "{}: {}",
                cx.say("not a member of this", "不是该内容的成员"),
                one.describe()
            ),
        )
        .with_hint(cx.say(
            "op=get lists the members with their ids. Access may also come from the folder, the wiki or the link.",
            "op=get 会列出成员及其 id。权限也可能来自文件夹、知识库或链接。",
        ))
    })
}

/// What was done before a member was refused.
async fn stopped(
    cx: &ToolCx,
    source: &Source,
    card: &Card,
    done: &[String],
    at: &Who,
    error: ToolError,
) -> Result<ToolOutput, ToolError> {
    if done.is_empty() {
        return Err(error);
    }
    let (done, at) = (done.join("; "), at.describe());
    let said = match cx.locale {
        Locale::En => format!(
            "[partial] done for {done}; stopped at {at}: {}\n→ Call again for the rest alone.",
            error.message
        ),
        Locale::Zh => format!(
            "[partial] 已完成：{done}；在 {at} 处停止：{}\n→ 请仅对其余成员重新调用。",
            error.message
        ),
    };
    Ok(show::show(cx, source, card, &said).await?.partial(true))
}

/// Who shall own it.
pub(super) async fn heir(cx: &ToolCx, input: &Input) -> Result<Who, ToolError> {
    let [one] = input.who.as_slice() else {
        return Err(ToolError::invalid(
            cx.say("`who` names the one new owner", "`who` 需指定一位新所有者"),
        ));
    };
    let mut who = Who::all(cx, std::slice::from_ref(one)).await?;
    match who.pop() {
        Some(heir) if heir.member.member_type == "openid" && heir.inside => Ok(heir),
        _ => Err(ToolError::invalid(cx.say(
            "a new owner is a person of the organisation",
            "新所有者必须是企业内人员",
        ))
        .with_hint(cx.say("Pass a name or ou_….", "请传入姓名或 ou_…。"))),
    }
}

/// What a person is asked.
pub(super) fn transfer_words(cx: &ToolCx, heir: &Who, named: &str, card: &Card) -> String {
    let heir = heir.describe();
    let before = &card.owner;
    match cx.locale {
        Locale::En => format!(
            "Make {heir} the owner of {named}? {before} keeps full access, but only {heir} can give it back."
        ),
        Locale::Zh => format!(
            "确定将{named}的所有权转给 {heir} 吗？{before} 保留管理权限，但只有 {heir} 能转回。"
        ),
    }
}

pub(super) async fn transfer(
    cx: &ToolCx,
    input: &Input,
    source: &Source,
    card: &Card,
) -> Result<ToolOutput, ToolError> {
    let heir = heir(cx, input).await?;
    let named = card.describe(cx, source.target.kind);
    if input.dry_run == Some(true) {
        return Ok(preview(cx, &transfer_words(cx, &heir, &named, card)));
    }
    cx.check()?;
    let given = permissions::transfer(&cx.feishu, source.for_access(), &heir.member.member_id);
    given.await.map_err(|fault| explain(cx, fault))?;
    let said = match cx.locale {
        Locale::En => format!("{} owns it now", heir.describe()),
        Locale::Zh => format!("所有者已变更为 {}", heir.describe()),
    };
    let card = source.card(cx).await?;
    show::show(cx, source, &card, &said).await
}
