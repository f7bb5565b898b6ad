//! Example values of an invitation.

use super::Names;
use crate::{
    Lang, RenderError, Shell,
    invite::{InvitePage, InviteStep},
    sign_in::PasswordFault,
};

/// The invitation, in each of its states.
pub(super) fn all(lang: Lang, names: &Names) -> Vec<(&'static str, Result<String, RenderError>)> {
    vec![
        ("invite", invite(lang, names).render()),
        (
            "invite-accept",
            InvitePage {
                tenant: None,
                roles: Vec::new(),
                step: Some(InviteStep::Accept {
                    csrf: "fmcx_sample".to_owned(),
                }),
                ..invite(lang, names)
            }
            .render(),
        ),
        (
            "invite-other",
            InvitePage {
                step: Some(InviteStep::Other {
                    email: "wei@example.com".to_owned(),
                    csrf: "fmcx_sample".to_owned(),
                }),
                ..invite(lang, names)
            }
            .render(),
        ),
        (
            "invite-sign-in",
            InvitePage {
                step: Some(InviteStep::SignIn("/sign-in".to_owned())),
                ..invite(lang, names)
            }
            .render(),
        ),
        (
            "invite-gone",
            InvitePage::gone(Shell::answer(lang)).render(),
        ),
    ]
}

fn invite(lang: Lang, names: &Names) -> InvitePage {
    InvitePage {
        shell: Shell::at(lang, "/invite/fmln_sample"),
        by: names.person.clone(),
        tenant: Some(names.organisation.clone()),
        email: "lin@example.com".to_owned(),
        roles: vec!["admin".to_owned(), "billing".to_owned()],
        step: Some(InviteStep::Make {
            name: "Lin".to_owned(),
            fault: Some(PasswordFault::Short.words(lang).to_owned()),
        }),
    }
}
