//! Apps of the developer console.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::gateway::scopes;

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
    /// Published and not stopped.
    pub enabled: bool,
    /// Console switch "refresh user_access_token".
    pub allow_refresh: bool,
    /// Keys of people outside the app's availability.
    pub unavailable_to: BTreeSet<String>,
    /// Verification token of events.
    pub verification_token: String,
    /// Encrypt key of events; empty = events are sent in the clear and unsigned.
    pub encrypt_key: String,
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
            enabled: true,
            allow_refresh: true,
            unavailable_to: BTreeSet::new(),
            verification_token: String::new(),
            encrypt_key: String::new(),
        }
    }
}

impl App {
    /// Whether a scope can be asked of a person.
    pub(crate) fn offers_to_users(&self, scope: &str) -> bool {
        scopes::holds_in(&self.user_scopes, scope)
    }
}

/// All apps by id.
pub(crate) type Apps = BTreeMap<String, App>;
