//! Examples of one's own account.

use super::{HOUR, NOW, Names};
use crate::{
    Lang, Moment, RenderError, Shell, Visitor,
    account::{
        AccountChange, AccountPage, ChangeFault, FactorPage, FactorStage, PasskeyPanel, PasskeyRow,
        SessionRow,
    },
    passkey::{PasskeyFault, PasskeyForm, PasskeyUse},
    sign_in::{CodeFault, PasswordFault, SecondFactorPage, StepUpPage},
    sign_up::{SignUpFault, SignUpPage},
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
        factor: Some((Moment(NOW.0 - 90 * 24 * HOUR), 3)),
        passkeys: passkeys(lang, names),
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
        factor: None,
        passkeys: PasskeyPanel {
            fault: Some(PasskeyFault::Last),
            ..passkeys(lang, names)
        },
        ..usual.clone()
    };
    vec![
        ("account", usual.render()),
        ("account-refused", refused.render()),
        ("account-factor", factor(lang, names).render()),
        ("account-codes", codes(lang, names).render()),
        ("sign-up", sign_up(lang, true, None).render()),
        (
            "sign-up-taken",
            sign_up(lang, true, Some(SignUpFault::Taken)).render(),
        ),
        ("sign-up-closed", sign_up(lang, false, None).render()),
        (
            "sign-in-code",
            SecondFactorPage {
                shell: Shell::at(lang, "/sign-in/second-factor"),
                fault: Some(CodeFault::Wrong),
            }
            .render(),
        ),
        (
            "step-up-code",
            StepUpPage {
                shell: Shell::at(lang, "/console/step-up").with_visitor(visitor(names)),
                csrf: "fmcx_sample".to_owned(),
                return_to: String::new(),
                code: true,
                password: true,
                passkey: None,
                fault: None,
            }
            .render(),
        ),
    ]
}

fn sign_up(lang: Lang, open: bool, fault: Option<SignUpFault>) -> SignUpPage {
    SignUpPage {
        shell: Shell::at(lang, "/sign-up"),
        open,
        name: String::new(),
        email: String::new(),
        return_to: String::new(),
        fault,
    }
}

fn factor(lang: Lang, names: &Names) -> FactorPage {
    let key = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    FactorPage {
        shell: Shell::at(lang, "/console/account/second-factor").with_visitor(visitor(names)),
        csrf: "fmcx_sample".to_owned(),
        return_to: "/console/t/acme".to_owned(),
        asked: true,
        stage: FactorStage::Offer {
            address: format!("otpauth://totp/Feishu%20MCP:lin.yue%40example.com?secret={key}"),
            key: key.to_owned(),
            fault: Some(CodeFault::Slow(40)),
        },
    }
}

fn codes(lang: Lang, names: &Names) -> FactorPage {
    let codes = (0..10).map(|n| format!("k3{n}f-9w2c-tq{n}8-zz5m"));
    FactorPage {
        asked: false,
        stage: FactorStage::Codes(codes.collect()),
        ..factor(lang, names)
    }
}

/// The form of a passkey.
pub(super) fn passkey_form(lang: Lang, purpose: PasskeyUse) -> PasskeyForm {
    PasskeyForm {
        lang,
        purpose,
        action: match purpose {
            PasskeyUse::SignIn => "/sign-in/passkey",
            PasskeyUse::StepUp => "/console/step-up/passkey",
            PasskeyUse::Make => "/console/account/passkeys",
        },
        csrf: (purpose != PasskeyUse::SignIn).then(|| "fmcx_sample".to_owned()),
        other_way: purpose != PasskeyUse::Make,
        return_to: None,
    }
}

fn passkeys(lang: Lang, names: &Names) -> PasskeyPanel {
    let row = |id: &str, name: &str, used: Option<i64>| PasskeyRow {
        id: id.to_owned(),
        name: name.to_owned(),
        added: Moment(NOW.0 - 40 * 24 * HOUR),
        used: used.map(|hours| Moment(NOW.0 - hours * HOUR)),
    };
    PasskeyPanel {
        lang,
        csrf: "fmcx_sample".to_owned(),
        rows: vec![
            row("pky_1", &names.person, Some(3)),
            row("pky_2", "Firefox · Windows", None),
        ],
        form: Some(passkey_form(lang, PasskeyUse::Make)),
        fault: None,
        now: NOW,
    }
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
