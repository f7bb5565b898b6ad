//! The connections of a tenant, and the question before many of them end.

use askama::Template;

use crate::{
    Moment, clean,
    console::ConsoleShell,
    pages::page,
    text::{self, console::connections::ConnectionsText, fill},
};

/// A client's connection.
#[derive(Debug, Clone)]
pub struct ClientRow {
    /// Value of its check box.
    pub id: String,
    /// Name that the client gives itself.
    pub client: String,
    /// Path that shows this client only.
    pub client_path: String,
    /// Host that vouches for the name, if one does.
    pub verified: Option<String>,
    /// Whose.
    pub person: String,
    /// Path of the person.
    pub person_path: String,
    /// Whether it may write.
    pub write: bool,
    /// When it was connected.
    pub created: Moment,
    /// Latest use.
    pub used: Moment,
}

/// A key.
#[derive(Debug, Clone)]
pub struct KeyRow {
    /// Value of its check box.
    pub id: String,
    /// Name that its owner gave it.
    pub name: String,
    /// Last characters.
    pub hint: String,
    /// Whose.
    pub person: String,
    /// Path of the person.
    pub person_path: String,
    /// Whether it may write.
    pub write: bool,
    /// Latest use.
    pub used: Option<Moment>,
    /// End.
    pub expires: Moment,
}

/// The connections.
#[derive(Debug, Clone, Template)]
#[template(path = "console/connections.html")]
pub struct ConnectionsPage {
    /// Frame.
    pub console: ConsoleShell,
    /// Newest first.
    pub clients: Vec<ClientRow>,
    /// Newest first.
    pub keys: Vec<KeyRow>,
    /// What the list is narrowed to, by name; empty for all.
    pub only: Vec<String>,
    /// The narrowing, as fields that go with the form.
    pub narrowed: Vec<(&'static str, String)>,
    /// Path of older clients.
    pub older: Option<String>,
    /// Path of older keys.
    pub older_keys: Option<String>,
    /// Now, for ages.
    pub now: Moment,
}
page!(ConnectionsPage);

impl ConnectionsPage {
    fn t(&self) -> &'static ConnectionsText {
        text::console::connections::of(self.console.lang())
    }

    fn verified(&self, host: &str) -> String {
        fill(self.t().verified, &[("host", &clean(host))])
    }

    fn key_used(&self, row: &KeyRow) -> String {
        row.used.map_or_else(
            || self.t().never.to_owned(),
            |used| self.console.time(used, self.now),
        )
    }

    fn filtered(&self, name: &str) -> String {
        fill(self.t().filtered, &[("name", &clean(name))])
    }

    fn select(&self, what: &str, whose: &str) -> String {
        format!("{} {} · {}", self.t().select, clean(what), clean(whose))
    }
}

/// The question before many connections end.
#[derive(Debug, Clone, Template)]
#[template(path = "console/connections_sure.html")]
pub struct EndManyPage {
    /// Frame.
    pub console: ConsoleShell,
    /// How many.
    pub count: u64,
    /// The narrowing, as fields that go with the form.
    pub narrowed: Vec<(&'static str, String)>,
}
page!(EndManyPage);

impl EndManyPage {
    fn t(&self) -> &'static ConnectionsText {
        text::console::connections::of(self.console.lang())
    }

    fn title(&self) -> String {
        fill(self.t().sure_title, &[("n", &text::grouped(self.count))])
    }
}

/// What was done, for the notice.
pub fn ended(lang: crate::Lang, count: u64) -> String {
    let t = text::console::connections::of(lang);
    if count == 0 {
        t.nothing.to_owned()
    } else {
        fill(t.ended, &[("n", &text::grouped(count))])
    }
}
