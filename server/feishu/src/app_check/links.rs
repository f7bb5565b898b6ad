//! Addresses in Feishu's consoles.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};

/// The brand that an app belongs to: it decides in which console it is mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Region {
    /// feishu.cn.
    Feishu,
    /// larksuite.com.
    Lark,
}

impl Region {
    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Feishu => Self::Lark,
            Self::Lark => Self::Feishu,
        }
    }

    /// Name for people.
    pub const fn name(self, chinese: bool) -> &'static str {
        match (self, chinese) {
            (Self::Feishu, true) => "飞书（feishu.cn）",
            (Self::Feishu, false) => "Feishu (feishu.cn)",
            (Self::Lark, true) => "Lark（larksuite.com）",
            (Self::Lark, false) => "Lark (larksuite.com)",
        }
    }

    const fn developer_console(self) -> &'static str {
        match self {
            Self::Feishu => "https://open.feishu.cn/app",
            Self::Lark => "https://open.larksuite.com/app",
        }
    }

    const fn admin_console(self) -> &'static str {
        match self {
            Self::Feishu => "https://feishu.cn/admin",
            Self::Lark => "https://www.larksuite.com/admin",
        }
    }
}

/// Pages of one app in the consoles of its brand.
#[derive(Debug, Clone)]
pub struct ConsoleLinks {
    region: Region,
    app: String,
}

impl ConsoleLinks {
    /// For an app; a text that is no App ID leads to the list of apps.
    pub fn new(region: Region, app_id: &str) -> Self {
        let console = region.developer_console();
        let fits = app_id.len() <= 64
            && app_id.starts_with("cli_")
            && app_id
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'_');
        let app = if fits {
            format!("{console}/{app_id}")
        } else {
            console.to_owned()
        };
        Self { region, app }
    }

    fn page(&self, name: &str) -> String {
        if self.app == self.region.developer_console() {
            self.app.clone()
        } else {
            format!("{}/{name}", self.app)
        }
    }

    /// The list of apps, where a new one is made.
    pub fn apps(&self) -> String {
        self.region.developer_console().to_owned()
    }

    /// Credentials & basic info.
    pub fn credentials(&self) -> String {
        self.page("baseinfo")
    }

    /// Permissions & scopes, with the named ones looked up.
    pub fn scopes<'a>(&self, names: impl IntoIterator<Item = &'a str>, token: &str) -> String {
        let names: Vec<&str> = names.into_iter().collect();
        let page = self.page("auth");
        if names.is_empty() || page == self.app {
            return page;
        }
        let query = utf8_percent_encode(&names.join(","), NON_ALPHANUMERIC).to_string();
        format!("{page}?q={query}&token_type={token}")
    }

    /// Permissions & scopes, where the JSON is pasted.
    pub fn import(&self) -> String {
        self.page("auth")
    }

    /// Security settings: redirect URLs, address list, refreshing of user tokens.
    pub fn security(&self) -> String {
        self.page("safe")
    }

    /// Events & callbacks.
    pub fn events(&self) -> String {
        self.page("event")
    }

    /// Version management & release, with the availability.
    pub fn versions(&self) -> String {
        self.page("version")
    }

    /// The enterprise's admin console, where apps are approved and stopped.
    pub fn admin(&self) -> String {
        self.region.admin_console().to_owned()
    }
}
