//! The passkeys of one's own account, as a part of its page.

use askama::Template;

use crate::{
    Lang, Moment,
    browser::browser_name,
    passkey::{PasskeyFault, PasskeyForm},
    text::{self, passkey::PasskeyText},
};

/// One passkey.
#[derive(Debug, Clone)]
pub struct PasskeyRow {
    /// Last segment of the path that changes it.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// When it was added.
    pub added: Moment,
    /// Latest use.
    pub used: Option<Moment>,
}

/// The part of the page.
#[derive(Debug, Clone, Template)]
#[template(path = "account_passkeys.html")]
pub struct PasskeyPanel {
    /// Language.
    pub lang: Lang,
    /// Value of the `csrf` fields.
    pub csrf: String,
    /// Oldest first.
    pub rows: Vec<PasskeyRow>,
    /// What adds one; `None` where this address can have none.
    pub form: Option<PasskeyForm>,
    /// What went wrong.
    pub fault: Option<PasskeyFault>,
    /// Now, for ages.
    pub now: Moment,
}

impl PasskeyPanel {
    fn t(&self) -> &'static PasskeyText {
        text::passkey::of(self.lang)
    }

    fn time(&self, at: Moment) -> String {
        at.element(self.now, self.lang)
    }

    fn fault_text(&self) -> Option<String> {
        self.fault.map(|fault| fault.words(self.lang))
    }
}

/// What a passkey is called when its owner does not say.
pub fn passkey_name(agent: &str, lang: Lang) -> String {
    browser_name(agent).unwrap_or_else(|| text::passkey::of(lang).unnamed.to_owned())
}
