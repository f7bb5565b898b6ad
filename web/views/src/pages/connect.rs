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
}
page!(ConnectPage);

impl ConnectPage {
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
