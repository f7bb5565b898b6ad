//! People.

use feishu::api::search::{self, UserHit};
use serde_json::json;

use crate::{
    ToolCx, ToolError, ToolOutput,
    render::{Listing, clean_line},
};

pub(super) async fn found(
    cx: &ToolCx,
    query: &str,
    limit: usize,
    token: Option<&str>,
) -> Result<ToolOutput, ToolError> {
    if query.is_empty() {
        return Err(
            ToolError::invalid(cx.say("a name is needed", "请提供姓名")).with_hint(cx.say(
                "Feishu lists no people without a name.",
                "飞书不支持无关键词列出人员。",
            )),
        );
    }
    let hits = search::users(&cx.feishu, query, limit, token)
        .await
        .map_err(|fault| cx.fault(fault))?;
    let mut list = Listing::new(format!(
        "{}: {}{}",
        cx.say("people", "人员"),
        hits.users.len(),
        if hits.has_more { "+" } else { "" }
    ));
    for user in &hits.users {
        push(&mut list, user);
    }
    if hits.users.is_empty() {
        list.note(cx.say(
            "nobody whom the user can see has this name",
            "没有用户可见的匹配人员",
        ));
    }
    if hits.has_more && !hits.page_token.is_empty() {
        list.next(Some(format!("0.{}", hits.page_token)));
    }
    Ok(list.finish(cx.locale))
}

/// People among other hits: the first few.
pub(super) async fn among(
    cx: &ToolCx,
    list: &mut Listing,
    query: &str,
    limit: usize,
) -> Result<(), ToolError> {
    let users = search::users(&cx.feishu, query, limit, None)
        .await
        .map_err(|fault| cx.fault(fault))?;
    for user in &users.users {
        push(list, user);
    }
    if users.has_more {
        list.note(cx.say(
            "more people fit: search kinds=[\"user\"] alone",
            "还有更多人员：请单独用 kinds=[\"user\"] 搜索",
        ));
    }
    Ok(())
}

fn push(list: &mut Listing, user: &UserHit) {
    let name = clean_line(&user.name, 60);
    list.push(
        format!("- {name} · user · user:{}", user.open_id),
        json!({"title": name, "kind": "user", "ref": format!("user:{}", user.open_id)}),
    );
}
