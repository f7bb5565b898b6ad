//! The connect page: how an employee adds the organisation's server to an AI client.

use askama::Template;

use super::page;
use crate::{
    Shell, clean,
    install::{CLIENTS, Guide, Server, Way},
    text::{self, connect::ConnectText, fill},
};

/// The connect page of one organisation.
#[derive(Debug, Clone, Template)]
#[template(path = "connect.html")]
pub struct ConnectPage {
    /// Frame.
    pub shell: Shell,
    /// Name of the organisation (tenant).
    pub organisation: String,
    /// `Feishu` / `飞书` or `Lark`, in the page's language.
    pub brand: String,
    /// The server to add.
    pub server: Server,
    /// Path of the page with the reader's own connections.
    pub connections: String,
    /// The part of the tools that the addresses on the page lead to.
    pub set: ToolSet,
    /// The addresses lead to what changes nothing.
    pub read_only: bool,
}
page!(ConnectPage);

/// A part of the tools that an address can be for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToolSet {
    /// Everything.
    Daily,
    /// What belongs to documents.
    Docs,
    /// What belongs to the drive.
    Files,
    /// What belongs to spreadsheets and bases.
    Tables,
    /// A few, for clients that cut long lists.
    Mini,
}

impl ToolSet {
    /// All sets, in the order of the page.
    pub const ALL: [Self; 5] = [
        Self::Daily,
        Self::Docs,
        Self::Files,
        Self::Tables,
        Self::Mini,
    ];

    /// The word in addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::Docs => "docs",
            Self::Files => "files",
            Self::Tables => "tables",
            Self::Mini => "mini",
        }
    }

    /// Reads a word of an address.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|set| set.word() == word)
    }

    /// What an address has after its path.
    pub fn query(self, read_only: bool) -> String {
        let tools = (self != Self::Daily).then(|| format!("tools={}", self.word()));
        let reading = read_only.then(|| "readonly=1".to_owned());
        let parts: Vec<String> = tools.into_iter().chain(reading).collect();
        if parts.is_empty() {
            String::new()
        } else {
            format!("?{}", parts.join("&"))
        }
    }

    /// What a client calls the server is different for each, so that one client can have several.
    pub fn suffix(self, read_only: bool) -> String {
        let set = match self {
            Self::Daily => String::new(),
            _ => format!("-{}", self.word()),
        };
        format!("{set}{}", if read_only { "-read" } else { "" })
    }
}

/// A link to the same page for another choice.
struct Choice {
    label: &'static str,
    href: String,
    chosen: bool,
}

impl ConnectPage {
    /// The sets, with the one that is chosen.
    fn sets(&self) -> Vec<Choice> {
        let t = self.t();
        ToolSet::ALL
            .into_iter()
            .map(|set| Choice {
                label: match set {
                    ToolSet::Daily => t.set_daily,
                    ToolSet::Docs => t.set_docs,
                    ToolSet::Files => t.set_files,
                    ToolSet::Tables => t.set_tables,
                    ToolSet::Mini => t.set_mini,
                },
                href: Self::at(set, self.read_only),
                chosen: set == self.set,
            })
            .collect()
    }

    /// Reading and writing, or reading only.
    fn grades(&self) -> [Choice; 2] {
        let t = self.t();
        [(t.grade_all, false), (t.grade_read, true)].map(|(label, read_only)| Choice {
            label,
            href: Self::at(self.set, read_only),
            chosen: read_only == self.read_only,
        })
    }

    /// What the choice means.
    fn meaning(&self) -> [&'static str; 2] {
        let t = self.t();
        let set = match self.set {
            ToolSet::Daily => t.set_daily_help,
            ToolSet::Docs => t.set_docs_help,
            ToolSet::Files => t.set_files_help,
            ToolSet::Tables => t.set_tables_help,
            ToolSet::Mini => t.set_mini_help,
        };
        [
            set,
            if self.read_only {
                t.grade_read_help
            } else {
                ""
            },
        ]
    }

    /// This page for another choice. The whole choice stands in the address, also the usual one:
    /// an address of nothing but a path would keep the choice before.
    fn at(set: ToolSet, read_only: bool) -> String {
        match set.query(read_only) {
            query if query.is_empty() => "?tools=daily".to_owned(),
            query => query,
        }
    }

    fn t(&self) -> &'static ConnectText {
        text::connect::of(self.shell.lang)
    }

    fn say(&self, text: &str) -> String {
        fill(
            text,
            &[
                ("brand", &self.brand),
                ("organisation", &clean(&self.organisation)),
            ],
        )
    }

    fn all(&self) -> Vec<Guide> {
        self.guides(None)
    }

    fn one_click(&self) -> Vec<Guide> {
        self.guides(Some(Way::OneClick))
    }

    fn by_hand(&self) -> Vec<Guide> {
        self.guides(Some(Way::ByHand))
    }

    fn guides(&self, way: Option<Way>) -> Vec<Guide> {
        let server = Server {
            description: clean(&self.server.description),
            ..self.server.clone()
        };
        CLIENTS
            .iter()
            .filter(|client| way.is_none_or(|way| client.way() == way))
            .map(|client| client.guide(&server, self.shell.lang))
            .collect()
    }
}
