//! What the gate says in its own name, in the caller's language, always with what to do next.

use std::time::Duration;

use model::{Confirmation, Locale, Timestamp, Unfit};
use serde_json::json;
use tools::{ErrorKind, ToolError, ToolOutput};

use crate::Asked;

/// What to do when nobody knows how far a writing call came.
const LOOK_FIRST: (&str, &str) = (
    "A part may have had its effect: look before you call again.",
    "部分操作可能已生效，请先检查再重试。",
);

/// There is no such tool.
pub(crate) fn unknown_tool(locale: Locale) -> ToolError {
    ToolError::new(
        ErrorKind::NotFound,
        locale.pick("there is no such tool", "没有该工具"),
    )
    .with_hint(locale.pick(
        "List the tools and use one of their names.",
        "请先列出工具并使用其中的名称。",
    ))
}

/// The client chose a profile without this.
pub(crate) fn left_out(locale: Locale) -> ToolError {
    ToolError::new(
        ErrorKind::BlockedByPolicy,
        locale.pick(
            "the address that this client uses leaves this out",
            "该客户端所用的地址不包含此操作",
        ),
    )
    .with_hint(locale.pick(
        "Use the tools that are listed. The connect page has addresses with more of them.",
        "请使用已列出的工具。连接页面提供包含更多工具的地址。",
    ))
    .with_detail("reason", json!("profile"))
}

/// A person would have to agree, and a rule has none.
pub(crate) fn nobody_agrees(locale: Locale) -> ToolError {
    ToolError::new(
        ErrorKind::BlockedByPolicy,
        locale.pick(
            "a person must agree to this call, and a rule has nobody who can",
            "此操作须由人确认，自动化规则无法确认",
        ),
    )
    .with_hint(locale.pick(
        "Let the rule send a message that asks somebody to do it.",
        "请让规则发送消息，由相关人员执行。",
    ))
    .with_detail("reason", json!("confirmation"))
}

/// Too fast.
pub(crate) fn limited(retry_after: Duration, locale: Locale) -> ToolError {
    let seconds = retry_after.as_secs() + u64::from(retry_after.subsec_nanos() > 0);
    ToolError::new(
        ErrorKind::RateLimited,
        locale.pick("too many calls in a short time", "短时间内调用过多"),
    )
    .with_hint(match locale {
        Locale::En => format!("Wait {seconds} s and call again."),
        Locale::Zh => format!("请等待 {seconds} 秒后重试。"),
    })
    .with_detail("retry_after", json!(seconds.max(1)))
}

/// The month's calls are used up.
pub(crate) fn quota(limit: u64, locale: Locale) -> ToolError {
    ToolError::new(
        ErrorKind::QuotaExhausted,
        match locale {
            Locale::En => format!("the {limit} calls of this month are used up"),
            Locale::Zh => format!("本月 {limit} 次调用额度已用完"),
        },
    )
    .with_hint(locale.pick(
        "The quota renews on the first of the month (UTC); an admin can raise the plan.",
        "额度将于每月 1 日（UTC）重置；管理员可升级套餐。",
    ))
}

/// Feishu needs the person.
pub(crate) fn sign_in(link: &str, locale: Locale) -> ToolError {
    ToolError::new(
        ErrorKind::Reauthorize,
        locale.pick("your Feishu sign-in has ended", "飞书登录已失效"),
    )
    .with_hint(match locale {
        Locale::En => format!("Ask the user to open {link} and sign in once; then call again."),
        Locale::Zh => format!("请用户打开 {link} 登录一次，然后重试。"),
    })
    .with_detail("link", link)
}

/// The token ended in the middle of a writing call and was renewed: what was done before stays.
pub(crate) fn interrupted(locale: Locale) -> ToolError {
    ToolError::new(
        ErrorKind::Upstream,
        locale.pick(
            "Feishu ended the access token in the middle of this call; it is renewed",
            "调用过程中飞书访问令牌失效，现已更新",
        ),
    )
    .with_hint(locale.pick(LOOK_FIRST.0, LOOK_FIRST.1))
}

/// A writing call ended in its middle: whatever else is to be done, looking comes first.
pub(crate) fn half_done(mut error: ToolError, locale: Locale) -> ToolError {
    let look = locale.pick(LOOK_FIRST.0, LOOK_FIRST.1);
    let hint = error.hint.take().unwrap_or_default();
    let gap = locale.pick(" ", "");
    error.with_hint(format!("{hint}{gap}{look}").trim())
}

/// Feishu cannot be asked right now; nothing is lost.
pub(crate) fn unavailable(log_id: Option<String>, locale: Locale) -> ToolError {
    let mut error = ToolError::new(
        ErrorKind::Upstream,
        locale.pick("Feishu cannot be reached right now", "飞书暂时不可用"),
    )
    .with_hint(locale.pick(
        "Try again in a minute; the sign-in is kept.",
        "请稍后重试，登录状态不会丢失。",
    ))
    .with_detail("retry_after", json!(30));
    error.log_id = log_id;
    error
}

/// The call took too long.
pub(crate) fn deadline(after: Duration, locale: Locale) -> ToolError {
    let seconds = after.as_secs();
    ToolError::new(
        ErrorKind::Upstream,
        match locale {
            Locale::En => format!("the call was stopped after {seconds} s"),
            Locale::Zh => format!("调用超过 {seconds} 秒，已停止"),
        },
    )
    .with_hint(locale.pick(
        "Ask for less at once. A write may have had its effect: look before you repeat it.",
        "请缩小范围。写入可能已生效，重试前请先检查。",
    ))
}

/// The record could not be written, so there is no result.
pub(crate) fn unrecorded(locale: Locale) -> ToolError {
    ToolError::new(
        ErrorKind::Internal,
        locale.pick(
            "the platform could not record this call, so its result is withheld",
            "平台无法记录本次调用，因此不返回结果",
        ),
    )
    .with_hint(locale.pick(
        "Try again later. A write may have had its effect: look before you repeat it.",
        "请稍后重试。写入可能已生效，重试前请先检查。",
    ))
}

/// A person must agree first. An ordinary result: some clients hide failures from their people.
pub(crate) fn asked(asked: &Asked, tool: &str, now: Timestamp, locale: Locale) -> ToolOutput {
    let seconds = asked.expires_at.since(now).as_secs();
    let minutes = seconds.div_ceil(60).max(1);
    let because = asked.because.map_or("", |unfit| again(unfit, locale));
    let (question, link) = (&asked.question, &asked.link);
    let text = match locale {
        Locale::En => format!(
            "Nothing was done yet: a person must agree to this call first. {because}\n\
             Question: {question}\n\
             Ask the user to open {link} and decide there within {minutes} min. After they agree, \
             call {tool} again with exactly the same arguments. You cannot agree for them."
        ),
        Locale::Zh => format!(
            "尚未执行：此调用须先由本人确认。{because}\n\
             问题：{question}\n\
             请用户在 {minutes} 分钟内打开 {link} 作出决定。用户同意后，请以完全相同的参数再次调用 \
             {tool}。你不能代替用户确认。"
        ),
    };
    let mut facts = json!({
        "state": "needed",
        "id": asked.id.to_string(),
        "question": question,
        "link": link,
        "expires_in": seconds,
    });
    if let (Some(unfit), Some(fields)) = (asked.because, facts.as_object_mut()) {
        fields.insert("because".to_owned(), unfit.name().into());
    }
    ToolOutput::text(text).with_structured(json!({ "confirmation": facts }))
}

/// Why an agreement that was given does not cover the call.
const fn again(unfit: Unfit, locale: Locale) -> &'static str {
    let (en, zh) = match unfit {
        Unfit::Used => (
            "The earlier agreement was used: it is good for one call.",
            "先前的确认已使用，每次确认仅对一次调用有效。",
        ),
        Unfit::Expired => (
            "The earlier question has expired.",
            "先前的确认请求已过期。",
        ),
        Unfit::Arguments => (
            "The agreement that was given is for other arguments.",
            "已给出的确认针对的是其他参数。",
        ),
        Unfit::Caller => (
            "The agreement that was given is for another client or key.",
            "已给出的确认针对的是其他客户端或密钥。",
        ),
        Unfit::Rules => (
            "The organisation's rules have changed since the agreement was given.",
            "给出确认后，企业规则已变更。",
        ),
        Unfit::Pending | Unfit::Declined | Unfit::Tool => ("", ""),
    };
    match locale {
        Locale::En => en,
        Locale::Zh => zh,
    }
}

/// The person said no. An ordinary result as well: the call ended as it should.
pub(crate) fn declined(locale: Locale) -> ToolOutput {
    let text = locale.pick(
        "Nothing was done: the user declined this call. Do not make it again unless they ask for it.",
        "未执行：用户已拒绝此调用。除非用户提出要求，请勿再次调用。",
    );
    ToolOutput::text(text).with_structured(json!({ "confirmation": { "state": "declined" } }))
}

/// Too many questions wait for one person.
pub(crate) fn too_many_questions(link: &str, locale: Locale) -> ToolError {
    let most = Confirmation::WAITING_MAX;
    ToolError::new(
        ErrorKind::RateLimited,
        match locale {
            Locale::En => format!("{most} calls wait for this person's agreement already"),
            Locale::Zh => format!("已有 {most} 个调用等待本人确认"),
        },
    )
    .with_hint(match locale {
        Locale::En => format!("Ask the user to answer them at {link}; then call again."),
        Locale::Zh => format!("请用户在 {link} 处理这些确认请求，然后重试。"),
    })
    .with_detail("link", link)
}
