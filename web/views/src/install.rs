//! How to add a server to each client: one table, from which the connect page and the printed
//! commands come. Formats follow each client's own documentation.
//!
//! No link holds a secret: links end up in browser histories and shared documents. What a link
//! adds is shown next to it, decoded.

mod clients;
mod encode;

use crate::{Href, Lang, text::install::InstallText};
pub use clients::CLIENTS;

/// The server that is being installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Name in the client's settings, such as `acme-feishu`.
    pub name: String,
    /// One line for people, such as the organisation's name.
    pub description: String,
    /// Streamable HTTP address.
    pub mcp: String,
    /// HTTP+SSE address.
    pub sse: String,
    /// Address of the plain HTTP door.
    pub tools: String,
}

/// How a client is added in the quickest way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// By a link that opens the application.
    OneClick,
    /// By a command, a settings file or a form.
    ByHand,
}

/// One client of the table.
#[derive(Debug)]
pub struct Client {
    /// Anchor and test name.
    pub id: &'static str,
    /// Product name, the same in both languages; empty for "any other".
    pub name: &'static str,
    /// Links, best first.
    links: &'static [LinkSpec],
    /// Texts to copy, best first.
    snippets: &'static [SnippetSpec],
    /// What to know, from the catalogue.
    note: fn(&'static InstallText) -> &'static str,
}

#[derive(Debug)]
struct LinkSpec {
    label: fn(&'static InstallText) -> &'static str,
    /// Address and what it adds, before encoding.
    build: fn(&Server) -> (String, String),
}

#[derive(Debug)]
struct SnippetSpec {
    place: Place,
    build: fn(&Server) -> String,
}

/// Where a text to copy belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// A terminal.
    Terminal,
    /// A settings file.
    File(&'static str),
    /// A field of the client's settings that takes JSON.
    Json,
    /// A field of the client's settings that takes an address.
    Address,
}

/// A link that installs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Label in the page's language.
    pub label: String,
    /// The address.
    pub href: Href,
    /// What it adds, readable.
    pub adds: String,
}

/// A text to copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// Name of the element on the page.
    pub id: String,
    /// Where it belongs, in the page's language.
    pub place: String,
    /// The text.
    pub code: String,
}

/// Everything that the page shows about one client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guide {
    /// Anchor.
    pub id: &'static str,
    /// Product name.
    pub name: &'static str,
    /// Links, best first.
    pub links: Vec<Link>,
    /// Texts to copy, best first.
    pub snippets: Vec<Snippet>,
    /// What to know.
    pub note: &'static str,
}

impl Client {
    /// The quickest way.
    pub const fn way(&self) -> Way {
        if self.links.is_empty() {
            Way::ByHand
        } else {
            Way::OneClick
        }
    }

    /// The guide for one server in one language.
    pub fn guide(&self, server: &Server, lang: Lang) -> Guide {
        let t = crate::text::install::of(lang);
        let links = self.links.iter().filter_map(|spec| {
            let (address, adds) = (spec.build)(server);
            Some(Link {
                label: crate::text::fill((spec.label)(t), &[("client", self.name)]),
                href: Href::app(&address)?,
                adds,
            })
        });
        let snippets = self.snippets.iter().zip(1..).map(|(spec, number)| Snippet {
            id: format!("{}-{number}", self.id),
            place: spec.place.words(t),
            code: (spec.build)(server),
        });
        Guide {
            id: self.id,
            name: if self.name.is_empty() {
                t.other_name
            } else {
                self.name
            },
            links: links.collect(),
            snippets: snippets.collect(),
            note: (self.note)(t),
        }
    }
}

impl Place {
    fn words(self, t: &'static InstallText) -> String {
        match self {
            Self::Terminal => t.terminal.to_owned(),
            Self::File(path) => crate::text::fill(t.file, &[("path", path)]),
            Self::Json => t.json.to_owned(),
            Self::Address => t.address.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests;
