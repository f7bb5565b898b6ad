//! Names of people. A missing scope leaves open ids in their place; it fails no call.

use std::collections::{BTreeSet, HashMap};

use feishu::api::{contact, search};

use crate::{
    ErrorKind, ToolCx, ToolError, cx::KnownName, docs::markdown::inline::is_open_id,
    render::clean_line,
};

/// Most names that one answer looks up.
const MAX_NAMES: usize = 100;

/// Names by open id, as far as the caller may see them.
pub(crate) async fn names(
    cx: &ToolCx,
    ids: impl IntoIterator<Item = impl AsRef<str>>,
) -> HashMap<String, String> {
    let mut names = HashMap::from([(cx.facts.open_id.clone(), cx.facts.member_name.clone())]);
    if !cx.facts.has_scope("contact:contact.base:readonly") {
        return names;
    }
    let wanted = unknown(cx, ids, &mut names);
    let batches = wanted
        .chunks(contact::MAX_IDS)
        .map(async |batch| (batch, contact::users(&cx.feishu, batch).await));
    for (batch, users) in futures::future::join_all(batches).await {
        let Ok(users) = users else { continue };
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
        for id in batch {
            let known = names.get(id).map_or(KnownName::Hidden, |name| {
                KnownName::Shown(name.as_str().into())
            });
            cx.refs.put_name(id, known);
        }
    }
    names
}

/// The ids that have to be asked for; the names of the others go to `names`.
fn unknown(
    cx: &ToolCx,
    ids: impl IntoIterator<Item = impl AsRef<str>>,
    names: &mut HashMap<String, String>,
) -> Vec<String> {
    let mut wanted = BTreeSet::new();
    let mut hidden = BTreeSet::new();
    for id in ids {
        let id = id.as_ref();
        if !is_open_id(id) || names.contains_key(id) || wanted.contains(id) || hidden.contains(id) {
            continue;
        }
        match cx.refs.name(id) {
            Some(KnownName::Shown(name)) => {
                names.insert(id.to_owned(), (*name).to_owned());
            }
            Some(KnownName::Hidden) => {
                hidden.insert(id.to_owned());
            }
            None if wanted.len() < MAX_NAMES => {
                wanted.insert(id.to_owned());
            }
            None => {}
        }
    }
    wanted.into_iter().collect()
}

/// Names of the people that blocks mention.
pub(crate) async fn named_in<'a>(
    cx: &ToolCx,
    blocks: impl Iterator<Item = &'a feishu::api::docx::Block>,
) -> HashMap<String, String> {
    let mentioned: Vec<&str> = blocks
        .filter_map(feishu::api::docx::Block::text)
        .flat_map(|text| &text.elements)
        .filter_map(|element| Some(element.mention_user.as_ref()?.user_id.as_str()))
        .collect();
    names(cx, mentioned).await
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
