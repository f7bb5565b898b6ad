//! The findings in words, English and Chinese.

use super::{ProbeId, Region, Words};

/// What a probe is called.
pub(super) fn title(probe: ProbeId) -> Words {
    let (en, zh) = match probe {
        ProbeId::Network => ("Connection to Feishu", "与飞书的连接"),
        ProbeId::Clock => ("Clock", "时钟"),
        ProbeId::Brand => ("Feishu or Lark", "飞书或 Lark"),
        ProbeId::Credentials => ("App ID and App Secret", "App ID 与 App Secret"),
        ProbeId::Enabled => ("App installed and in use", "应用已安装并启用"),
        ProbeId::Published => ("Published version", "已发布的版本"),
        ProbeId::Scopes => ("Permissions (scopes)", "应用权限（scope）"),
        ProbeId::OfflineAccess => (
            "Lasting access (offline_access)",
            "持续访问（offline_access）",
        ),
        ProbeId::Redirect => ("Redirect URL", "重定向 URL"),
        ProbeId::Availability => ("Availability", "可用范围"),
        ProbeId::Bot => ("Bot", "机器人"),
    };
    Words::new(en, zh)
}

/// What was seen. Each case knows its words: what it is, and what to do next.
pub(super) enum Case<'a> {
    /// Another probe has to be mended first.
    After(ProbeId),
    Reached,
    Unreachable,
    AddressList,
    ClockAgrees,
    /// Seconds that we are ahead.
    Skew(i64),
    BrandIs(Region),
    /// The chosen brand, which is the wrong one.
    OtherBrand(Region),
    CredentialsGood,
    WrongSecret,
    UnknownApp(Region),
    /// A code without a meaning here.
    Code(i64),
    InUse,
    Stopped,
    NotInstalled,
    Published,
    NeverPublished,
    FirstUnderReview,
    /// The scopes that wait for it.
    UnderReview(Vec<String>),
    SeenBySignIn,
    /// How many.
    ScopesComplete(usize),
    ScopesMissing(Vec<String>),
    ScopesWait(Vec<String>),
    OfflineGood,
    NoOffline,
    OfflineWaits,
    RefreshOff,
    RedirectThere,
    RedirectMissing(&'a str),
    RedirectDiffers {
        near: &'a str,
        ours: &'a str,
    },
    Available,
    NotAvailable,
    NobodySignedIn,
    Bot,
}

impl Case<'_> {
    /// What was seen, and what to do next (empty when nothing is to be done).
    pub(super) fn words(self) -> (Words, Words) {
        let nothing = Words::default;
        let seen = |en: &str, zh: &str| (Words::new(en, zh), nothing());
        match self {
            Self::After(probe) => {
                let name = title(probe);
                let en = format!("Not checked: it depends on “{}”.", name.en);
                let zh = format!("未检查：取决于「{}」。", name.zh);
                (Words::new(en, zh), nothing())
            }
            Self::Reached => seen("Feishu answers.", "飞书可以访问。"),
            Self::ClockAgrees => seen("Agrees with Feishu's.", "与飞书一致。"),
            Self::BrandIs(region) => seen(region.name(false), region.name(true)),
            Self::CredentialsGood => seen("Feishu accepts them.", "飞书已接受。"),
            Self::InUse => seen("Installed and in use.", "已安装并启用。"),
            Self::Published => seen("A version is in force.", "已有生效版本。"),
            Self::SeenBySignIn => seen("A sign-in has worked.", "已有一次登录成功。"),
            Self::ScopesComplete(count) => {
                let en = format!("All {count} are in force.");
                (
                    Words::new(en, format!("所需 {count} 项均已生效。")),
                    nothing(),
                )
            }
            Self::OfflineGood => seen("People stay signed in.", "员工无需反复登录。"),
            Self::RedirectThere => seen("Registered.", "已登记。"),
            Self::Available => seen("The administrator may use the app.", "管理员可使用该应用。"),
            Self::NobodySignedIn => seen("Checked with the first sign-in.", "将在首次登录时检查。"),
            Self::Bot => seen(
                "Nothing that is switched on needs a bot.",
                "当前开启的能力都不需要机器人。",
            ),
            fault => fault.fault(),
        }
    }

    /// The cases in which somebody has to do something.
    #[expect(clippy::too_many_lines, reason = "a list of texts, one case each")]
    fn fault(self) -> (Words, Words) {
        let pair = |seen_en: &str, seen_zh: &str, fix_en: &str, fix_zh: &str| {
            (Words::new(seen_en, seen_zh), Words::new(fix_en, fix_zh))
        };
        match self {
            Self::Unreachable => pair(
                "Feishu could not be reached.",
                "无法访问飞书。",
                "Check again in a minute; the operator allows https to the open platform.",
                "请一分钟后重试；运维需允许通过 https 访问开放平台。",
            ),
            Self::AddressList => pair(
                "The app's IP allow list refuses this server.",
                "应用的 IP 白名单拒绝了本服务器。",
                "Under Security settings, IP allow list, add this server's address or empty the list.",
                "在「安全设置 → IP 白名单」中加入本服务器地址，或清空白名单。",
            ),
            Self::Skew(skew) => {
                let en = format!("This server is {} s {}.", skew.abs(), ahead(skew));
                let zh = format!("本服务器比飞书{} {} 秒。", ahead_zh(skew), skew.abs());
                let fix = Words::new(
                    "The operator of this platform sets the server's clock (NTP).",
                    "请平台运维校准服务器时钟（NTP）。",
                );
                (Words::new(en, zh), fix)
            }
            Self::OtherBrand(chosen) => {
                let other = chosen.other();
                let en = format!("This app belongs to {}.", other.name(false));
                let zh = format!("该应用属于 {}。", other.name(true));
                let fix = Words::new(
                    format!("Choose {} in the first step.", other.name(false)),
                    format!("请在第一步选择 {}。", other.name(true)),
                );
                (Words::new(en, zh), fix)
            }
            Self::WrongSecret => pair(
                "The App Secret is wrong.",
                "App Secret 不正确。",
                "Copy it again from Credentials & basic info. If it was reset there, enter the new one here.",
                "请从「凭证与基础信息」重新复制；若已重置，请在此填写新的 Secret。",
            ),
            Self::UnknownApp(region) => {
                let en = format!("{} does not know this App ID.", region.name(false));
                let zh = format!("{}不存在该 App ID。", region.name(true));
                let fix = Words::new(
                    "Copy the App ID (cli_…) from Credentials & basic info.",
                    "请从「凭证与基础信息」复制 App ID（cli_…）。",
                );
                (Words::new(en, zh), fix)
            }
            Self::Code(code) => {
                let en = format!("Feishu answered with code {code}.");
                let zh = format!("飞书返回错误码 {code}。");
                let fix = Words::new(
                    "Check again; if it stays, give the code to the operator.",
                    "请重新检查；若仍如此，请将错误码告知运维。",
                );
                (Words::new(en, zh), fix)
            }
            Self::Stopped => pair(
                "The app is disabled in the enterprise.",
                "应用已在企业内停用。",
                "An enterprise admin enables it in the admin console under Workplace, App management.",
                "请企业管理员在管理后台「工作台 → 应用管理」中启用。",
            ),
            Self::NotInstalled => pair(
                "The app is not installed in the enterprise.",
                "应用尚未安装到企业。",
                "Create a version under Version management & release, and publish it.",
                "请在「版本管理与发布」中创建版本并发布。",
            ),
            Self::NeverPublished => pair(
                "No version has been published.",
                "从未发布过版本。",
                "Create a version under Version management & release, and publish it.",
                "请在「版本管理与发布」中创建版本并发布。",
            ),
            Self::FirstUnderReview => pair(
                "The first version is under review.",
                "首个版本正在审核。",
                "An enterprise admin approves it in the admin console.",
                "请企业管理员在管理后台审核通过。",
            ),
            Self::UnderReview(scopes) => {
                let en = format!("A version under review brings: {}", scopes.join(", "));
                let zh = format!("审核中的版本包含：{}", scopes.join("、"));
                let fix = Words::new(
                    "An enterprise admin approves it in the admin console.",
                    "请企业管理员在管理后台审核通过。",
                );
                (Words::new(en, zh), fix)
            }
            Self::ScopesMissing(scopes) => {
                let en = format!("Missing: {}", scopes.join(", "));
                let zh = format!("缺少：{}", scopes.join("、"));
                let fix = Words::new(
                    "Paste the JSON under Permissions & scopes, Batch import, then publish a version.",
                    "在「权限管理 → 批量导入」中粘贴 JSON，然后发布版本。",
                );
                (Words::new(en, zh), fix)
            }
            Self::ScopesWait(scopes) => {
                let en = format!("Waiting for approval: {}", scopes.join(", "));
                let zh = format!("等待审批：{}", scopes.join("、"));
                let fix = Words::new(
                    "Publish a version with them; an enterprise admin approves it in the admin console.",
                    "请发布包含这些权限的版本，并由企业管理员在管理后台审批。",
                );
                (Words::new(en, zh), fix)
            }
            Self::NoOffline => pair(
                "The scope offline_access is not enabled: sign-ins would last two hours.",
                "未开通 offline_access 权限：登录两小时后即失效。",
                "Enable it under Permissions & scopes (user token), then publish a version.",
                "在「权限管理」（用户身份）中开通，然后发布版本。",
            ),
            Self::OfflineWaits => pair(
                "offline_access waits for approval.",
                "offline_access 等待审批。",
                "An enterprise admin approves it in the admin console.",
                "请企业管理员在管理后台审批。",
            ),
            Self::RefreshOff => pair(
                "Refreshing user tokens is switched off: sign-ins last two hours.",
                "未开启刷新 user_access_token：登录两小时后即失效。",
                "Switch on “Refresh user_access_token” under Security settings.",
                "请在「安全设置」中开启「刷新 user_access_token」。",
            ),
            Self::RedirectMissing(ours) => {
                let en = format!("Not registered: {ours}");
                let zh = format!("未登记：{ours}");
                let fix = Words::new(
                    "Add exactly this address under Security settings, Redirect URLs.",
                    "请在「安全设置 → 重定向 URL」中添加此地址，须完全一致。",
                );
                (Words::new(en, zh), fix)
            }
            Self::RedirectDiffers { near, ours } => {
                let en = format!("Registered is {near}; it must be {ours}");
                let zh = format!("已登记的是 {near}；应为 {ours}");
                let fix = Words::new(
                    "Feishu compares every character, also the last slash. Add the exact address.",
                    "飞书逐字符比较，包括末尾的斜杠。请添加完全一致的地址。",
                );
                (Words::new(en, zh), fix)
            }
            Self::NotAvailable => pair(
                "The administrator is outside the app's availability.",
                "管理员不在应用的可用范围内。",
                "Under Version management & release, set the availability to everybody (or add the people) and publish.",
                "在「版本管理与发布」中将可用范围设为全员（或添加相关人员）并发布。",
            ),
            // `words` has answered the others.
            _ => (Words::default(), Words::default()),
        }
    }
}

const fn ahead(skew: i64) -> &'static str {
    if skew > 0 {
        "ahead of Feishu"
    } else {
        "behind Feishu"
    }
}

const fn ahead_zh(skew: i64) -> &'static str {
    if skew > 0 { "快" } else { "慢" }
}
