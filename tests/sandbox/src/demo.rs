//! The demo content: names that other crates and tests may rely on.

mod apps;
mod ill;
mod people;

pub(crate) use apps::complete as complete_app;
pub use ill::{ILL_APPS, IllApp, Illness};

use crate::content;
use crate::families::messages::Chat;
use crate::state::State;

pub use crate::seed::tokens::{
    API_DOC, APP_DOC, BASE, BUDGET_DOC, DELETED_DOC, HR_NODE, HR_SPACE, INCIDENT_DOC,
    INTERVIEWS_DOC, LAST_MINUTES_DOC, LONG_DOC, MINUTES_DOC, MINUTES_FOLDER, OKR_DOC,
    ONBOARDING_DOC, OTHER_DOC, OTHER_PLAN_DOC, PRIVATE_DOC, PROJECT_FOLDER, RELEASE_DOC,
    RESEARCH_DOC, SHEET, STRATEGY_DOC, TABLE, TEAM_FOLDER, WELCOME_DOC, WIKI_DB_DOC, WIKI_DB_NODE,
    WIKI_HOME_DOC, WIKI_NODE, WIKI_SPACE,
};

/// App of the demo tenant.
pub const APP_ID: &str = "cli_a1b2c3d4e5f60718";
/// Its secret.
pub const APP_SECRET: &str = "sandbox-secret-acme-2026";
/// Tenant "Acme 极光科技".
pub const TENANT_KEY: &str = "2ed263bf32cf1651";
/// App of the second tenant, for isolation tests.
pub const OTHER_APP_ID: &str = "cli_b7c8d9e0f1a20314";
/// Its secret.
pub const OTHER_APP_SECRET: &str = "sandbox-secret-globex-2026";
/// Tenant "Globex 环球贸易".
pub const OTHER_TENANT_KEY: &str = "7f31c0a9d2e84b65";
/// Tenant administrator, member of the group "IT Admins".
pub const ADMIN: &str = "lin.wei";
/// Developer, member of the group "Developers".
pub const DEVELOPER: &str = "chen.yu";
/// Ordinary employee.
pub const END_USER: &str = "zhao.min";
/// A person of the second tenant.
pub const OTHER_USER: &str = "sophie.martin";
/// Group whose members administer the tenant.
pub const GROUP_ADMINS: &str = "g5b1f0a21";
/// Group of developers.
pub const GROUP_DEVELOPERS: &str = "g5b1f0a22";
/// Group of the product department and its friends.
pub const GROUP_PRODUCT: &str = "g5b1f0a23";
/// Dynamic group of everyone.
pub const GROUP_EVERYONE: &str = "g5b1f0a2f";

/// A group chat of the demo tenant that its app is in.
pub const CHAT: &str = "oc_a0553eda9014c201e6969b478895c230";

/// Redirect URLs the demo apps always accept.
const REDIRECT_URLS: &[&str] = &[
    "http://localhost:8788/callback",
    "http://127.0.0.1:8788/callback",
];

/// Fills an empty state with two tenants and their content.
pub(crate) fn seed(state: &mut State, redirect_urls: &[String], now_ms: i64) {
    people::seed(state);
    apps::seed(state);
    ill::seed(state);
    let fixed: Vec<String> = REDIRECT_URLS.iter().map(|url| (*url).to_owned()).collect();
    allow_redirects(state, &fixed);
    allow_redirects(state, redirect_urls);
    content::seed(state, now_ms);
    let chat = Chat {
        tenant: TENANT_KEY.to_owned(),
        apps: vec![APP_ID.to_owned()],
    };
    state.messages.chats.insert(CHAT.to_owned(), chat);
}

/// Adds redirect URLs to the demo apps and the ill ones.
pub(crate) fn allow_redirects(state: &mut State, urls: &[String]) {
    for app_id in [APP_ID, OTHER_APP_ID] {
        let Some(app) = state.apps.get_mut(app_id) else {
            continue;
        };
        for url in urls {
            if !app.redirect_urls.contains(url) {
                app.redirect_urls.push(url.clone());
            }
        }
    }
    ill::allow_redirects(state, urls);
}

/// The scopes that a platform with every feature on asks for.
pub fn all_scopes() -> Vec<String> {
    apps::SCOPES
        .iter()
        .map(|scope| (*scope).to_owned())
        .collect()
}
