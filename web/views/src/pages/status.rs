//! Whether the service works, for everybody.

use askama::Template;

use super::page;
use crate::{
    Moment, Shell,
    operator::{ComponentRow, ComponentState},
    pages::operator::component,
    text::{self, fill, operator::OperatorText},
};

/// The page. It holds nothing of a tenant.
#[derive(Debug, Clone, Template)]
#[template(path = "status.html")]
pub struct StatusPage {
    /// Frame.
    pub shell: Shell,
    /// The components.
    pub components: Vec<ComponentRow>,
    /// When they were looked at.
    pub at: Moment,
}
page!(StatusPage);

impl StatusPage {
    fn t(&self) -> &'static OperatorText {
        text::operator::of(self.shell.lang)
    }

    fn component(&self, row: &ComponentRow) -> &'static str {
        component(self.t(), row.name)
    }

    /// How the whole is: as bad as its worst part.
    fn whole(&self) -> (&'static str, &'static str) {
        let t = self.t();
        let has = |state| self.components.iter().any(|row| row.state == state);
        if has(ComponentState::Down) {
            ("bad", t.whole_down)
        } else if has(ComponentState::Degraded) {
            ("warn", t.whole_degraded)
        } else {
            ("good", t.whole_up)
        }
    }

    fn seen(&self) -> String {
        fill(self.t().seen, &[("day", &self.at.full(self.shell.lang))])
    }
}
