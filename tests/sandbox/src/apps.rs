//! Apps of the developer console.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::gateway::scopes;

/// The brand of the platform that an app belongs to: exactly one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AppBrand {
    /// feishu.cn: the sandbox's address itself.
    #[default]
    Feishu,
    /// larksuite.com: the sandbox's address followed by `/lark`.
    Lark,
}

/// A self-built app; it lives in exactly one tenant.
#[expect(
    clippy::struct_field_names,
    reason = "`app_id` is what the platform calls it"
)]
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default)]
pub struct App {
    /// `cli_` + 16 hexadecimal characters.
    pub app_id: String,
    /// Its secret.
    pub secret: String,
    /// Display name.
    pub name: String,
    /// The tenant it belongs to.
    pub tenant_key: String,
    /// Redirect URLs, compared exactly.
    pub redirect_urls: Vec<String>,
    /// Scopes enabled and published for calls with a user token.
    pub user_scopes: BTreeSet<String>,
    /// Scopes enabled and published for calls with a tenant token.
    pub tenant_scopes: BTreeSet<String>,
    /// The brand it belongs to; the other one does not know it.
    pub brand: AppBrand,
    /// Published and not stopped.
    pub enabled: bool,
    /// Installed in its tenant.
    pub installed: bool,
    /// The version in force; empty = none was ever published.
    pub online_version: String,
    /// The version that waits for its review; empty = none.
    pub review_version: String,
    /// Scopes applied for and not in force yet, for calls with a user token.
    pub waiting_user_scopes: BTreeSet<String>,
    /// The same, for calls with a tenant token.
    pub waiting_tenant_scopes: BTreeSet<String>,
    /// The app's list of allowed addresses does not hold ours.
    pub refuses_address: bool,
    /// Console switch "refresh user_access_token".
    pub allow_refresh: bool,
    /// Keys of people outside the app's availability.
    pub unavailable_to: BTreeSet<String>,
    /// Verification token of events.
    pub verification_token: String,
    /// Encrypt key of events; empty = events are sent in the clear and unsigned.
    pub encrypt_key: String,
    /// Where events are pushed to; empty = nowhere. Set by
    /// [`crate::RunningSandbox::subscribe`], which asks the receiver first.
    pub event_url: String,
}

impl Default for App {
    fn default() -> App {
        App {
            app_id: String::new(),
            secret: String::new(),
            name: String::new(),
            tenant_key: String::new(),
            redirect_urls: Vec::new(),
            user_scopes: BTreeSet::new(),
            tenant_scopes: BTreeSet::new(),
            brand: AppBrand::Feishu,
            enabled: true,
            installed: true,
            online_version: "oav_sandbox".to_owned(),
            review_version: String::new(),
            waiting_user_scopes: BTreeSet::new(),
            waiting_tenant_scopes: BTreeSet::new(),
            refuses_address: false,
            allow_refresh: true,
            unavailable_to: BTreeSet::new(),
            verification_token: String::new(),
            encrypt_key: String::new(),
            event_url: String::new(),
        }
    }
}

impl App {
    /// Whether people can use it at all.
    pub(crate) fn in_force(&self) -> bool {
        self.installed && !self.online_version.is_empty()
    }

    /// Whether a scope can be asked of a person.
    pub(crate) fn offers_to_users(&self, scope: &str) -> bool {
        scopes::holds_in(&self.user_scopes, scope)
    }
}

/// All apps by id.
pub(crate) type Apps = BTreeMap<String, App>;
