//! Examples of one's own account.

use super::{HOUR, NOW, Names};
use crate::{
    Lang, Moment, RenderError, Shell, Visitor,
    account::{AccountChange, AccountPage, ChangeFault, SessionRow},
    sign_in::PasswordFault,
};

/// An account in the header.
pub(super) fn visitor(names: &Names) -> Visitor {
    Visitor {
        name: names.person.clone(),
        sign_out: "/sign-out".to_owned(),
        csrf: "fmcx_sample".to_owned(),
        own: Some("/console/account".to_owned()),
    }
}

/// The account, in each of its states.
pub(super) fn all(lang: Lang, names: &Names) -> Vec<(&'static str, Result<String, RenderError>)> {
    let usual = AccountPage {
        shell: Shell::at(lang, "/console/account").with_visitor(visitor(names)),
        csrf: "fmcx_sample".to_owned(),
        name: names.person.clone(),
        email: "lin.yue@example.com".to_owned(),
        zh: lang == Lang::Zh,
        sessions: sessions(),
        change: Some(AccountChange::EndedOthers),
        name_fault: false,
        fault: None,
        now: NOW,
    };
    let refused = AccountPage {
        change: None,
        name_fault: true,
        fault: Some(ChangeFault::New(PasswordFault::Common)),
        ..usual.clone()
    };
    vec![
        ("account", usual.render()),
        ("account-refused", refused.render()),
    ]
}

fn sessions() -> Vec<SessionRow> {
    let row = |id: &str, agent: &str, address: &str, hours: i64, here| SessionRow {
        id: id.to_owned(),
        agent: agent.to_owned(),
        address: address.to_owned(),
        started: Moment(NOW.0 - hours * HOUR),
        seen: Moment(NOW.0 - hours * HOUR / 4),
        here,
    };
    vec![
        row(
            "ses_1",
            "Mozilla/5.0 (Macintosh) Chrome/129.0 Safari/537.36",
            "192.0.2.10",
            0,
            true,
        ),
        row(
            "ses_2",
            "Mozilla/5.0 (iPhone) Safari/604.1",
            "2001:db8::7",
            9,
            false,
        ),
        row("ses_3", "", "198.51.100.4", 11, false),
    ]
}
