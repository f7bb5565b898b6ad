//! What the classes of refusals mean, for people and models.

use feishu::ErrorClass;

use super::ErrorKind;

/// Message and hint for each class, in both languages.
pub(super) struct Words {
    pub(super) kind: ErrorKind,
    pub(super) message: (&'static str, &'static str),
    pub(super) hint: (&'static str, &'static str),
}

/// The words of a class.
#[expect(clippy::too_many_lines, reason = "a table of texts")]
pub(super) const fn words(class: ErrorClass) -> Words {
    match class {
        ErrorClass::TokenInvalid => Words {
            kind: ErrorKind::Reauthorize,
            message: ("the Feishu sign-in has ended", "飞书登录已失效"),
            hint: (
                "Ask the user to sign in to Feishu again on the connect page, then retry.",
                "请用户在连接页重新登录飞书，然后重试。",
            ),
        },
        ErrorClass::AppScopeMissing => Words {
            kind: ErrorKind::MissingScope,
            message: (
                "the organisation's Feishu app lacks a scope for this",
                "企业的飞书应用缺少所需权限",
            ),
            hint: (
                "An admin must enable one of the scopes in Feishu's developer console and \
                 publish the app. Do not retry before.",
                "需由管理员在飞书开发者后台开通其中一项权限并发布应用，在此之前无需重试。",
            ),
        },
        ErrorClass::UserScopeMissing => Words {
            kind: ErrorKind::MissingScope,
            message: (
                "the user has not granted the scope that this needs",
                "用户尚未授予所需权限",
            ),
            hint: (
                "Ask the user to sign in again on the connect page and to accept the scope.",
                "请用户在连接页重新登录并同意该权限。",
            ),
        },
        ErrorClass::Forbidden => Words {
            kind: ErrorKind::ForbiddenResource,
            message: (
                "Feishu does not let this user do this here",
                "该用户在飞书中无权执行此操作",
            ),
            hint: (
                "Ask the owner to share it with the user, or choose another document.",
                "请联系所有者授权，或选择其他文档。",
            ),
        },
        ErrorClass::NotFound => Words {
            kind: ErrorKind::NotFound,
            message: (
                "Feishu finds nothing under this reference",
                "飞书中找不到该引用对应的内容",
            ),
            hint: (
                "Check the reference, or find it with `search`. It may be deleted.",
                "请检查引用，或用 `search` 查找；它可能已被删除。",
            ),
        },
        ErrorClass::Conflict => Words {
            kind: ErrorKind::Conflict,
            message: (
                "it was changed by somebody else at the same time",
                "内容正被其他人同时修改",
            ),
            hint: ("Read it again, then retry.", "请重新读取后再试。"),
        },
        ErrorClass::RateLimited => Words {
            kind: ErrorKind::RateLimited,
            message: ("Feishu limits the rate of calls", "飞书接口触发频率限制"),
            hint: ("Wait, then retry once.", "请稍候再重试一次。"),
        },
        ErrorClass::QuotaExhausted => Words {
            kind: ErrorKind::QuotaExhausted,
            message: (
                "the organisation's Feishu API quota is used up",
                "企业的飞书接口调用额度已用尽",
            ),
            hint: (
                "Stop calling; tell the user that an admin must raise the quota.",
                "请停止调用，并告知用户需由管理员提升额度。",
            ),
        },
        ErrorClass::Invalid => Words {
            kind: ErrorKind::Invalid,
            message: ("Feishu refuses the request", "飞书拒绝了该请求"),
            hint: (
                "Check the arguments; see `help` for limits and forms.",
                "请检查参数；可用 `help` 查看限制与格式。",
            ),
        },
        ErrorClass::AppConfig => Words {
            kind: ErrorKind::Upstream,
            message: (
                "the organisation's Feishu app is not in order",
                "企业的飞书应用配置异常",
            ),
            hint: (
                "Tell the user that an admin must check the Feishu app.",
                "请告知用户需由管理员检查飞书应用。",
            ),
        },
        ErrorClass::Upstream => UPSTREAM,
    }
}

/// Feishu failed.
pub(super) const UPSTREAM: Words = Words {
    kind: ErrorKind::Upstream,
    message: ("Feishu failed to answer", "飞书服务暂时异常"),
    hint: (
        "Retry once after a moment. A write may have happened: look before repeating it.",
        "请稍后重试一次；写操作可能已生效，重复前请先确认。",
    ),
};
