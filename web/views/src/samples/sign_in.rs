//! Examples of signing in.

use super::{Names, account::passkey_form};
use crate::{
    Lang, RenderError, Shell,
    passkey::PasskeyUse,
    sign_in::{
        PasswordFault, SetPasswordPage, SignInFault, SignInLinkPage, SignInOnwardPage, SignInPage,
        StepUpPage,
    },
    tenants::{TenantLink, TenantsPage},
};

/// Signing in, a fresh proof, choosing a password, and where it leads.
pub(super) fn all(lang: Lang, names: &Names) -> Vec<(&'static str, Result<String, RenderError>)> {
    let sign_in = SignInPage {
        shell: Shell::at(lang, "/sign-in"),
        return_to: "/console".to_owned(),
        email: String::new(),
        organisation: String::new(),
        unknown: false,
        sign_up: true,
        fault: None,
        passkey: Some(passkey_form(lang, PasskeyUse::SignIn)),
    };
    let failed = |fault| SignInPage {
        email: "lin@example.com".to_owned(),
        fault: Some(fault),
        ..sign_in.clone()
    };
    let link = SignInLinkPage {
        shell: Shell::answer(lang),
        name: Some(names.person.clone()),
        sign_in: "/sign-in".to_owned(),
    };
    let onward = SignInOnwardPage {
        shell: Shell::answer(lang),
        name: names.organisation.clone(),
        target: "/t/acme/sign-in?return_to=%2Fconsole%2Ft%2Facme".to_owned(),
    };
    let gone = SignInLinkPage {
        name: None,
        ..link.clone()
    };
    let step_up = StepUpPage {
        shell: Shell::at(lang, "/console/step-up"),
        csrf: "fmcx_sample".to_owned(),
        return_to: "/console/t/acme/settings".to_owned(),
        code: false,
        password: true,
        passkey: Some(passkey_form(lang, PasskeyUse::StepUp)),
        fault: Some(SignInFault::Wrong.words(lang)),
    };
    let set_password = SetPasswordPage {
        shell: Shell::answer(lang),
        email: Some("lin@example.com".to_owned()),
        fault: Some(PasswordFault::Common),
    };
    let password_gone = SetPasswordPage {
        email: None,
        ..set_password.clone()
    };
    let tenants = TenantsPage {
        shell: Shell::at(lang, "/console"),
        tenants: vec![
            TenantLink {
                name: names.organisation.clone(),
                slug: "acme".to_owned(),
                path: "/console/t/acme".to_owned(),
            },
            TenantLink {
                name: "Globex".to_owned(),
                slug: "globex".to_owned(),
                path: "/console/t/globex".to_owned(),
            },
        ],
        operator: true,
    };
    let nowhere = TenantsPage {
        tenants: Vec::new(),
        operator: false,
        ..tenants.clone()
    };
    vec![
        ("sign-in", sign_in.render()),
        ("sign-in-onward", onward.render()),
        ("sign-in-wrong", failed(SignInFault::Wrong).render()),
        ("sign-in-slow", failed(SignInFault::Slow(40)).render()),
        ("sign-in-link", link.render()),
        ("sign-in-link-gone", gone.render()),
        ("step-up", step_up.render()),
        ("sign-in-password", set_password.render()),
        ("sign-in-password-gone", password_gone.render()),
        ("tenants", tenants.render()),
        ("tenants-none", nowhere.render()),
    ]
}
