//! A member's own connections and API keys.

use askama::Template;

use super::page;
use crate::{
    Moment, Shell, clean,
    text::{self, connections::ConnectionsText, fill},
};

/// One client that is connected in the member's name.
#[derive(Debug, Clone)]
pub struct Connection {
    /// Name that the client gave itself.
    pub client: String,
    /// Host that the client's metadata was fetched from; `None` is an unverified client.
    pub verified_host: Option<String>,
    /// Whether it may write.
    pub write: bool,
    /// When it was approved.
    pub created: Moment,
    /// Latest use.
    pub used: Option<Moment>,
    /// Path that ends it by POST.
    pub revoke: String,
}

/// A question about one call that waits for the member.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// Name of the client.
    pub client: String,
    /// What is asked.
    pub question: String,
    /// Until when it can be answered.
    pub expires: Moment,
    /// Path of the page that answers it.
    pub answer: String,
}

/// One API key.
#[derive(Debug, Clone)]
pub struct Key {
    /// Name that the member chose.
    pub name: String,
    /// Its last characters, to tell keys apart.
    pub hint: String,
    /// Whether it may write.
    pub write: bool,
    /// When it was made.
    pub created: Moment,
    /// Latest use.
    pub used: Option<Moment>,
    /// When it ends.
    pub expires: Moment,
    /// Path that ends it by POST.
    pub revoke: String,
}

/// A key that was just made. The only time that it is shown.
#[derive(Debug, Clone)]
pub struct FreshKey {
    /// Name that the member chose.
    pub name: String,
    /// The key.
    pub secret: String,
    /// Address to use it at.
    pub address: String,
}

/// What the last act did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// One connection was ended.
    Connection,
    /// All connections were ended.
    AllConnections,
    /// A key was ended.
    Key,
}

impl Notice {
    /// The value of the `done` parameter after a redirect.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Connection => "connection",
            Self::AllConnections => "all",
            Self::Key => "key",
        }
    }

    /// Reads the `done` parameter; anything else says nothing.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Connection, Self::AllConnections, Self::Key]
            .into_iter()
            .find(|notice| notice.code() == code)
    }
}

/// Why a key was not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyFault {
    /// No name, or one that is too long.
    Name,
    /// A lifetime that is not offered.
    Lifetime,
    /// Too many keys already.
    TooMany,
}

/// The lifetimes offered, in days.
pub const KEY_DAYS: [u16; 4] = [7, 30, 90, 365];

/// The lifetime chosen unless the member chooses another, in days.
pub const KEY_DAYS_DEFAULT: u16 = 30;

/// The longest name of a key, in characters.
pub const KEY_NAME_MAX: usize = 60;

/// The page. The key form posts `csrf`, `name`, `days` and `write=yes` when ticked.
#[derive(Debug, Clone, Template)]
#[template(path = "connections.html")]
pub struct ConnectionsPage {
    /// Frame, with the member in it.
    pub shell: Shell,
    /// Name of the organisation (tenant).
    pub organisation: String,
    /// Now.
    pub now: Moment,
    /// Value of the `csrf` field of every form.
    pub csrf: String,
    /// Path of the connect page.
    pub connect: String,
    /// Calls that wait for the member's agreement, the oldest first.
    pub waiting: Vec<Waiting>,
    /// Connected clients, the latest used first.
    pub connections: Vec<Connection>,
    /// Path that ends all connections by POST.
    pub revoke_all: String,
    /// Keys in force.
    pub keys: Vec<Key>,
    /// Path that makes a key by POST.
    pub make_key: String,
    /// Whether keys that write can be made.
    pub may_write: bool,
    /// A key that was just made.
    pub fresh: Option<FreshKey>,
    /// What the last act did.
    pub notice: Option<Notice>,
    /// Why no key was made, and the name that was typed.
    pub key_fault: Option<(KeyFault, String)>,
}
page!(ConnectionsPage);

impl ConnectionsPage {
    fn t(&self) -> &'static ConnectionsText {
        text::connections::of(self.shell.lang)
    }

    fn typed_name(&self) -> String {
        self.key_fault
            .as_ref()
            .map_or_else(String::new, |(_, name)| clean(name))
    }

    fn name_is_wrong(&self) -> bool {
        matches!(self.key_fault, Some((KeyFault::Name, _)))
    }

    fn key_end_label(&self, name: &str) -> String {
        fill(self.t().key_end_named, &[("name", &clean(name))])
    }

    fn end_label(&self, name: &str) -> String {
        fill(self.t().end_named, &[("name", &clean(name))])
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "templates pass references"
)]
impl ConnectionsPage {
    fn days(&self, days: &u16) -> String {
        fill(self.t().days, &[("n", &days.to_string())])
    }

    fn full(&self, moment: &Moment) -> String {
        moment.full(self.shell.lang)
    }

    fn relative(&self, moment: &Moment) -> String {
        moment.relative(self.now, self.shell.lang)
    }

    fn notice_text(&self, notice: &Notice) -> &'static str {
        match notice {
            Notice::Connection => self.t().done_connection,
            Notice::AllConnections => self.t().done_all,
            Notice::Key => self.t().done_key,
        }
    }

    fn fault_text(&self, fault: &KeyFault) -> String {
        let text = match fault {
            KeyFault::Name => self.t().fault_name,
            KeyFault::Lifetime => self.t().fault_lifetime,
            KeyFault::TooMany => self.t().fault_too_many,
        };
        fill(text, &[("max", &KEY_NAME_MAX.to_string())])
    }
}
