//! Names of people. A missing scope leaves open ids in their place; it fails no call.

use std::collections::{BTreeSet, HashMap};

use feishu::api::{contact, search};

use crate::{ErrorKind, ToolCx, ToolError, docs::markdown::inline::is_open_id, render::clean_line};

/// Most names that one answer looks up.
const MAX_NAMES: usize = 100;

/// Names by open id, as far as the caller may see them.
pub(crate) async fn names(
    cx: &ToolCx,
    ids: impl IntoIterator<Item = String>,
) -> HashMap<String, String> {
    let mut names = HashMap::from([(cx.facts.open_id.clone(), cx.facts.member_name.clone())]);
    if !cx.facts.has_scope("contact:contact.base:readonly") {
        return names;
    }
    let wanted: BTreeSet<String> = ids
        .into_iter()
        .filter(|id| is_open_id(id) && !names.contains_key(id))
        .take(MAX_NAMES)
        .collect();
    let wanted: Vec<String> = wanted.into_iter().collect();
    let batches = wanted
        .chunks(contact::MAX_IDS)
        .map(|batch| contact::users(&cx.feishu, batch));
    for users in futures::future::join_all(batches)
        .await
        .into_iter()
        .flatten()
    {
        for user in users {
            let name = if user.name.is_empty() {
                user.en_name
            } else {
                user.name
            };
            if !name.is_empty() {
                names.insert(user.open_id, clean_line(&name, 60));
            }
        }
    }
    names
}

/// The open id of a person given as `me`, an open id or a name.
pub(crate) async fn person(cx: &ToolCx, text: &str) -> Result<String, ToolError> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("me") || text == "我" {
        return Ok(cx.facts.open_id.clone());
    }
    if is_open_id(text) {
        return Ok(text.to_owned());
    }
    let hits = search::users(&cx.feishu, text, 10, None)
        .await
        .map_err(|fault| cx.fault(fault))?;
    let exact: Vec<_> = hits.users.iter().filter(|user| user.name == text).collect();
    let found = if exact.is_empty() {
        hits.users.iter().collect()
    } else {
        exact
    };
    match found.as_slice() {
        [] => Err(ToolError::new(
            ErrorKind::NotFound,
            format!(
                "{}: {}",
                cx.say("nobody has this name", "找不到该用户"),
                clean_line(text, 60)
            ),
        )
        .with_hint(cx.say(
            "Pass an open id (ou_…) or `me`.",
            "请传入 open_id（ou_…）或 `me`。",
        ))),
        [one] => Ok(one.open_id.clone()),
        several => {
            let candidates: Vec<String> = several
                .iter()
                .map(|user| format!("{} {}", clean_line(&user.name, 60), user.open_id))
                .collect();
            Err(ToolError::new(
                ErrorKind::Ambiguous,
                cx.say("several people have this name", "有多位同名用户"),
            )
            .with_hint(cx.say(
                "Pass one of these open ids.",
                "请改用以下其中一个 open_id。",
            ))
            .with_detail("candidates", candidates))
        }
    }
}
