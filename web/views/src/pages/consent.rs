//! The consent page: who asks, for what, where the answer goes. The member decides here, before
//! anything reaches Feishu.

use askama::Template;

use super::page;
use crate::{
    Shell, clean,
    text::{self, consent::ConsentText, fill},
};

/// What is known about the client that asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientProof {
    /// The client's metadata was fetched from this host, which its id names.
    VerifiedHost(String),
    /// Anybody could have registered under this name.
    Unverified,
}

/// Where the answer goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReturnPlace {
    /// A web site; its host (with port, if any).
    Site(String),
    /// A program on this computer (loopback); host and port.
    ThisComputer(String),
    /// An installed application; its scheme, such as `cursor`.
    Application(String),
}

/// Whether writing can be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteChoice {
    /// Offered, not ticked.
    Offered,
    /// The client asked for reading only.
    NotAsked,
    /// The organisation is switched to read-only.
    OrganisationReadOnly,
}

/// The consent page. The form posts `csrf`, the hidden fields, `write=yes` when ticked, and
/// `decision=approve` or `decision=deny`.
#[derive(Debug, Clone, Template)]
#[template(path = "consent.html")]
pub struct ConsentPage {
    /// Frame.
    pub shell: Shell,
    /// Path that takes the POST.
    pub action: String,
    /// Further fields of the form, name and value.
    pub hidden: Vec<(String, String)>,
    /// Value of the `csrf` field.
    pub csrf: String,
    /// Name that the client gave itself; cleaned when shown.
    pub client_name: String,
    /// What is known about the client.
    pub proof: ClientProof,
    /// Where the answer goes.
    pub returns_to: ReturnPlace,
    /// Name of the organisation (tenant).
    pub organisation: String,
    /// `Feishu` / `飞书` or `Lark`, in the page's language.
    pub brand: String,
    /// Whether writing can be given.
    pub write: WriteChoice,
}
page!(ConsentPage);

impl ConsentPage {
    fn t(&self) -> &'static ConsentText {
        text::consent::of(self.shell.lang)
    }

    fn client(&self) -> String {
        let name = clean(&self.client_name);
        if name.is_empty() {
            self.t().nameless.to_owned()
        } else {
            name
        }
    }

    fn say(&self, text: &str) -> String {
        fill(
            text,
            &[
                ("brand", &self.brand),
                ("organisation", &clean(&self.organisation)),
                ("client", &self.client()),
            ],
        )
    }
}
