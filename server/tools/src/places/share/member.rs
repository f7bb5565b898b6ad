//! Whom a call means: people by id, name or address, chats, departments and groups.

use feishu::api::{contact, permissions::Member};

use super::MAX_WHO;
use crate::{
    ToolCx, ToolError, args::people, docs::markdown::inline::is_open_id, render::clean_line,
};

/// Somebody, and whether it is certain that it belongs to the organisation.
#[derive(Debug, Clone)]
pub(super) struct Who {
    pub(super) member: Member,
    /// Name or address, for people.
    pub(super) name: String,
    /// Feishu says that it belongs to the organisation.
    pub(super) inside: bool,
}

/// Whether this form of a member can mean somebody outside: a person must agree to it first.
pub(super) fn may_be_outside(text: &str) -> bool {
    let text = bare(text);
    text.contains('@') || text.starts_with("oc_")
}

/// Without the word that `search` puts in front.
fn bare(text: &str) -> &str {
    let text = text.trim();
    ["user:", "chat:", "department:"]
        .into_iter()
        .find_map(|word| text.strip_prefix(word))
        .unwrap_or(text)
}

fn member(member_type: &str, id: &str, kind: &str) -> Member {
    Member {
        member_type: member_type.to_owned(),
        member_id: id.to_owned(),
        kind: kind.to_owned(),
        ..Member::default()
    }
}

fn is_id(text: &str) -> bool {
    text.len() <= 128
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

impl Who {
    /// All of a call, each found.
    pub(super) async fn all(cx: &ToolCx, texts: &[String]) -> Result<Vec<Self>, ToolError> {
        if texts.is_empty() || texts.len() > MAX_WHO {
            return Err(ToolError::invalid(
                cx.say("`who` names 1 to 10 members", "`who` 需包含 1–10 个成员"),
            ));
        }
        let mut found = Vec::with_capacity(texts.len());
        for text in texts {
            found.push(Self::find(cx, text).await?);
        }
        Ok(found)
    }

    async fn find(cx: &ToolCx, text: &str) -> Result<Self, ToolError> {
        let text = bare(text);
        let plain = |member, inside| Self {
            member,
            name: clean_line(text, 100),
            inside,
        };
        if let Some(id) = text.strip_prefix("group:") {
            return Ok(plain(member("groupid", checked(cx, id)?, "group"), true));
        }
        if text.contains('@') {
            let short = text.len() <= 254 && !text.contains(char::is_whitespace);
            if !short || text.contains('/') {
                return Err(unknown(cx, text));
            }
            return Ok(plain(member("email", text, "user"), false));
        }
        if text.starts_with("oc_") {
            return Ok(plain(member("openchat", checked(cx, text)?, "chat"), false));
        }
        if text.starts_with("od-") {
            let id = checked(cx, text)?;
            return Ok(plain(member("opendepartmentid", id, "department"), true));
        }
        let open_id = if is_open_id(text) {
            text.to_owned()
        } else {
            people::person(cx, text).await?
        };
        Self::person(cx, &open_id).await
    }

    /// A person by open id. Feishu's directory knows people of the organisation alone.
    async fn person(cx: &ToolCx, open_id: &str) -> Result<Self, ToolError> {
        let own = open_id == cx.facts.open_id;
        let known = contact::users(&cx.feishu, &[open_id.to_owned()]).await;
        let known = known.unwrap_or_default().into_iter();
        let known = known.into_iter().find(|user| user.open_id == open_id);
        let name = known.as_ref().map(|user| clean_line(&user.name, 60));
        let names = people::names(cx, [open_id]).await;
        Ok(Self {
            inside: own || known.is_some(),
            name: name
                .filter(|name| !name.is_empty())
                .or_else(|| names.get(open_id).cloned())
                .unwrap_or_else(|| open_id.to_owned()),
            member: member("openid", open_id, "user"),
        })
    }

    /// For people: name and id.
    pub(super) fn describe(&self) -> String {
        if self.name == self.member.member_id {
            self.name.clone()
        } else {
            format!("{} ({})", self.name, self.member.member_id)
        }
    }
}

fn checked<'a>(cx: &ToolCx, id: &'a str) -> Result<&'a str, ToolError> {
    if is_id(id) && !id.is_empty() {
        Ok(id)
    } else {
        Err(unknown(cx, id))
    }
}

fn unknown(cx: &ToolCx, text: &str) -> ToolError {
    ToolError::invalid(format!(
        "{}: {}",
        cx.say("this names no member", "无法识别该成员"),
        clean_line(text, 60)
    ))
    .with_hint(cx.say(
        "Pass ou_…, a name, an e-mail address, oc_…, od-… or group:ID.",
        "请传入 ou_…、姓名、邮箱、oc_…、od-… 或 group:ID。",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_chats_may_be_anybodys() {
        for text in ["a@b.test", "user:a@b.test", "oc_1", "chat:oc_1", " oc_1"] {
            assert!(may_be_outside(text), "{text}");
        }
        for text in ["ou_1", "user:ou_1", "od-1", "group:1", "Lin Wei", "me"] {
            assert!(!may_be_outside(text), "{text}");
        }
    }
}
