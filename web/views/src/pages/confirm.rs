//! The page on which a member agrees to one call, or declines it: who asks, what becomes of which
//! thing, until when.

use askama::Template;

use super::page;
use crate::{
    Moment, Shell, clean,
    consent::ClientProof,
    text::{self, confirm::ConfirmText, fill},
};

/// Who makes the call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AskedThrough {
    /// A client that the member connected.
    Client(ClientProof),
    /// A key of the member.
    Key,
    /// The console.
    Console,
}

/// How far the question is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfirmStage {
    /// It waits for the member.
    Waiting,
    /// The member agreed; the call can be made.
    Agreed,
    /// The member declined.
    Declined,
    /// The call was made.
    Used,
    /// Its time is over.
    Expired,
}

impl ConfirmStage {
    /// All stages.
    pub const ALL: [Self; 5] = [
        Self::Waiting,
        Self::Agreed,
        Self::Declined,
        Self::Used,
        Self::Expired,
    ];
}

/// The page. The form posts `csrf` and `decision=agree` or `decision=decline`.
#[derive(Debug, Clone, Template)]
#[template(path = "confirm.html")]
pub struct ConfirmPage {
    /// Frame, with the member in it.
    pub shell: Shell,
    /// Path that takes the POST.
    pub action: String,
    /// Value of the `csrf` field.
    pub csrf: String,
    /// Name that the client gave itself, or that the member gave the key.
    pub client: String,
    /// Who makes the call.
    pub through: AskedThrough,
    /// Name of the organisation (tenant).
    pub organisation: String,
    /// What the member is asked.
    pub question: String,
    /// Title of the tool, in the reader's language.
    pub title: String,
    /// Name of the tool.
    pub tool: String,
    /// When it was asked.
    pub asked: Moment,
    /// Until when it can be answered, and the call then made.
    pub expires: Moment,
    /// Now.
    pub now: Moment,
    /// How far it is.
    pub stage: ConfirmStage,
    /// Path of the member's connections.
    pub connections: String,
}
page!(ConfirmPage);

impl ConfirmPage {
    fn t(&self) -> &'static ConfirmText {
        text::confirm::of(self.shell.lang)
    }

    fn client_name(&self) -> String {
        let name = clean(&self.client);
        if name.is_empty() {
            self.t().nameless.to_owned()
        } else {
            name
        }
    }

    fn say(&self, text: &str) -> String {
        fill(text, &[("client", &self.client_name())])
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "templates pass references"
)]
impl ConfirmPage {
    fn full(&self, moment: &Moment) -> String {
        moment.full(self.shell.lang)
    }

    fn relative(&self, moment: &Moment) -> String {
        moment.relative(self.now, self.shell.lang)
    }
}
