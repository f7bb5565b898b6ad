//! Faults of a tenant's Feishu app, in words that say what to do next.

use crate::TokenFault;

/// What is wrong with the app, its settings or the person's right to use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Diagnosis {
    /// 20029, 20071: the redirect URL is not registered.
    RedirectUri,
    /// 20027, 20043, 20068: a scope is not enabled.
    Scope,
    /// 20002, 10015: the App Secret is wrong.
    AppSecret,
    /// 20048, 10003, 10014: the App ID is wrong, or the app belongs to the other brand.
    AppId,
    /// 20009: the app is not installed, or no version is published.
    NotInstalled,
    /// 20069: the app is disabled.
    Disabled,
    /// 20010: the person is outside the app's availability.
    Availability,
    /// 20008, 20066: the person left or is frozen.
    Person,
    /// 20074: refreshing user tokens is switched off.
    RefreshOff,
    /// 20003, 20004, 20065, 20049: the login took too long or was repeated.
    LoginExpired,
    /// The clocks differ by minutes.
    Clock,
    /// Feishu failed or could not be reached.
    Unavailable,
    /// A person refused on Feishu's page.
    Refused,
}

impl Diagnosis {
    /// From a refused token request.
    pub const fn of_token_fault(fault: &TokenFault) -> Self {
        Self::of_code(fault.code)
    }

    /// From an OAuth code of Feishu.
    pub const fn of_code(code: i64) -> Self {
        match code {
            20029 | 20071 => Self::RedirectUri,
            20027 | 20043 | 20067 | 20068 => Self::Scope,
            20002 | 10015 => Self::AppSecret,
            20048 | 10003 | 10014 => Self::AppId,
            20009 => Self::NotInstalled,
            20069 => Self::Disabled,
            20010 => Self::Availability,
            20008 | 20021 | 20022 | 20023 | 20066 => Self::Person,
            20074 => Self::RefreshOff,
            20003 | 20004 | 20024 | 20049 | 20065 => Self::LoginExpired,
            _ => Self::Unavailable,
        }
    }

    /// Stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RedirectUri => "redirect_uri",
            Self::Scope => "scope",
            Self::AppSecret => "app_secret",
            Self::AppId => "app_id",
            Self::NotInstalled => "not_installed",
            Self::Disabled => "disabled",
            Self::Availability => "availability",
            Self::Person => "person",
            Self::RefreshOff => "refresh_off",
            Self::LoginExpired => "login_expired",
            Self::Clock => "clock",
            Self::Unavailable => "unavailable",
            Self::Refused => "refused",
        }
    }

    /// What is wrong and what to do next, in Chinese or English.
    pub const fn text(self, chinese: bool) -> &'static str {
        let (english, chinese_text) = match self {
            Self::RedirectUri => (
                "Feishu does not know our redirect URL. An admin of the Feishu app adds it under \
                 Security settings, Redirect URLs, and tries again.",
                "飞书应用未登记本平台的重定向 URL。请应用管理员在「安全设置 → 重定向 URL」中添加后重试。",
            ),
            Self::Scope => (
                "A permission is not enabled in the Feishu app. An admin enables it under \
                 Permissions & scopes, publishes a version, and you sign in again.",
                "飞书应用缺少所需权限。请应用管理员在「权限管理」中开通并发布版本，然后重新登录。",
            ),
            Self::AppSecret => (
                "The App Secret is wrong. Copy it again from Credentials & basic info in the \
                 Feishu developer console.",
                "App Secret 不正确。请从飞书开发者后台「凭证与基础信息」重新复制。",
            ),
            Self::AppId => (
                "Feishu does not know this App ID. Check it (cli_…) and whether the app belongs to \
                 Feishu (feishu.cn) or Lark (larksuite.com).",
                "飞书不存在该 App ID。请检查 App ID（cli_…），以及应用属于飞书还是 Lark。",
            ),
            Self::NotInstalled => (
                "The Feishu app is not published in this enterprise. An admin creates a version \
                 and publishes it.",
                "飞书应用尚未在本企业发布。请应用管理员创建版本并发布。",
            ),
            Self::Disabled => (
                "The Feishu app is disabled. An enterprise admin enables it in the Feishu admin \
                 console.",
                "飞书应用已停用。请企业管理员在飞书管理后台启用。",
            ),
            Self::Availability => (
                "You are outside the availability of the Feishu app. An admin adds you (or \
                 everybody) under Version management, Availability.",
                "你不在飞书应用的可用范围内。请应用管理员在「版本管理 → 可用范围」中添加。",
            ),
            Self::Person => (
                "Feishu says that this account is frozen or has left the enterprise. Ask your admin.",
                "飞书提示该账号已冻结或已离职，请联系管理员。",
            ),
            Self::RefreshOff => (
                "The Feishu app may not refresh user tokens. An admin switches it on under Security \
                 settings, and you sign in again.",
                "飞书应用未开启刷新用户令牌。请应用管理员在「安全设置」中开启，然后重新登录。",
            ),
            Self::LoginExpired => (
                "This login has expired or was used before. Start again from your AI client.",
                "本次登录已过期或已使用。请在 AI 客户端中重新发起连接。",
            ),
            Self::Clock => (
                "The clock of this server differs from Feishu's by minutes. The operator corrects \
                 it (NTP).",
                "服务器时间与飞书相差数分钟，请运维校准时钟（NTP）。",
            ),
            Self::Unavailable => (
                "Feishu could not be reached or failed. Try again in a minute; nothing was lost.",
                "飞书暂时不可用，请稍后重试；数据没有丢失。",
            ),
            Self::Refused => (
                "The access was refused on Feishu's page. Start again if that was a mistake.",
                "你在飞书页面上拒绝了授权。如为误操作，请重新发起。",
            ),
        };
        if chinese { chinese_text } else { english }
    }
}
