//! Apps with exactly one thing wrong, to try a set-up against.

use std::collections::BTreeSet;

use crate::apps::{App, AppBrand};
use crate::demo;
use crate::state::State;

/// What is wrong with an app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Illness {
    /// Nothing: the app that all others differ from in one thing.
    None,
    /// The secret is another one than [`IllApp::secret`].
    Secret,
    /// The app belongs to the other brand.
    Brand,
    /// An administrator stopped it.
    Disabled,
    /// It is not installed in its tenant.
    NotInstalled,
    /// No version was ever published.
    NeverPublished,
    /// A version with further scopes waits for its review.
    UnderReview,
    /// One scope was never applied for.
    ScopeMissing,
    /// One scope was applied for and not approved.
    ScopeWaiting,
    /// No redirect URL is registered.
    RedirectMissing,
    /// The redirect URL is registered with one slash too many.
    RedirectSlash,
    /// The administrator is outside its availability.
    Availability,
    /// People cannot give lasting access.
    NoOfflineAccess,
    /// The switch "refresh user_access_token" is off.
    RefreshOff,
    /// The list of allowed addresses does not hold ours.
    AddressList,
}

/// One such app, in the demo tenant.
#[derive(Debug, Clone, Copy)]
pub struct IllApp {
    /// Its id.
    pub app_id: &'static str,
    /// The secret to try it with.
    pub secret: &'static str,
    /// What is wrong.
    pub illness: Illness,
}

const SECRET: &str = "sandbox-secret-ill-2026";

const fn ill(app_id: &'static str, illness: Illness) -> IllApp {
    IllApp {
        app_id,
        secret: SECRET,
        illness,
    }
}

/// All of them; the first is well.
pub const ILL_APPS: &[IllApp] = &[
    ill("cli_00d0000000000000", Illness::None),
    ill("cli_00d0000000000001", Illness::Secret),
    ill("cli_00d0000000000002", Illness::Brand),
    ill("cli_00d0000000000003", Illness::Disabled),
    ill("cli_00d0000000000004", Illness::NotInstalled),
    ill("cli_00d0000000000005", Illness::NeverPublished),
    ill("cli_00d0000000000006", Illness::UnderReview),
    ill("cli_00d0000000000007", Illness::ScopeMissing),
    ill("cli_00d0000000000008", Illness::ScopeWaiting),
    ill("cli_00d0000000000009", Illness::RedirectMissing),
    ill("cli_00d000000000000a", Illness::RedirectSlash),
    ill("cli_00d000000000000b", Illness::Availability),
    ill("cli_00d000000000000c", Illness::NoOfflineAccess),
    ill("cli_00d000000000000d", Illness::RefreshOff),
    ill("cli_00d000000000000e", Illness::AddressList),
];

/// Adds the apps.
pub(super) fn seed(state: &mut State) {
    for one in ILL_APPS {
        let name = format!("{:?}", one.illness);
        let mut app = super::apps::complete(one.app_id, one.secret, demo::TENANT_KEY, &name);
        infect(&mut app, one.illness);
        state.apps.insert(app.app_id.clone(), app);
    }
}

/// Registers redirect URLs, as each app's illness allows.
pub(super) fn allow_redirects(state: &mut State, urls: &[String]) {
    for one in ILL_APPS {
        let Some(app) = state.apps.get_mut(one.app_id) else {
            continue;
        };
        for url in urls {
            let url = match one.illness {
                Illness::RedirectMissing => continue,
                Illness::RedirectSlash => format!("{url}/"),
                _ => url.clone(),
            };
            if !app.redirect_urls.contains(&url) {
                app.redirect_urls.push(url);
            }
        }
    }
}

fn infect(app: &mut App, illness: Illness) {
    match illness {
        Illness::None | Illness::RedirectMissing | Illness::RedirectSlash => {}
        Illness::Secret => "sandbox-secret-nobody-knows".clone_into(&mut app.secret),
        Illness::Brand => app.brand = AppBrand::Lark,
        Illness::Disabled => app.enabled = false,
        Illness::NotInstalled => app.installed = false,
        Illness::NeverPublished => app.online_version.clear(),
        Illness::UnderReview => {
            "oav_review".clone_into(&mut app.review_version);
            for scope in [
                "docs:document.comment:create",
                "docs:document.comment:update",
            ] {
                wait(app, scope);
            }
        }
        Illness::ScopeMissing => {
            app.user_scopes.remove("wiki:node:create");
        }
        Illness::ScopeWaiting => wait(app, "wiki:node:create"),
        Illness::Availability => app.unavailable_to = BTreeSet::from([demo::ADMIN.to_owned()]),
        Illness::NoOfflineAccess => {
            app.user_scopes.remove("offline_access");
        }
        Illness::RefreshOff => app.allow_refresh = false,
        Illness::AddressList => app.refuses_address = true,
    }
}

fn wait(app: &mut App, scope: &str) {
    app.user_scopes.remove(scope);
    app.waiting_user_scopes.insert(scope.to_owned());
}
