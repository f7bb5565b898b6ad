//! The page of somebody who manages the Feishu app and is not our user.

use askama::Template;

use super::page;
use crate::{
    Href, Lang, Moment, Shell,
    console::setup::{AppEntry, Findings, Mark},
    text::{self, console::setup::SetupText, fill, handover::HandoverText},
};

/// What the holder of the link sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HandoverStage {
    /// The link can be opened here, in this browser, for good.
    Closed,
    /// It is open in this browser.
    Inside,
}

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "handover.html")]
pub struct HandoverPage {
    /// Frame.
    pub shell: Shell,
    /// Path of the link.
    pub path: String,
    /// Value of the `csrf` field.
    pub csrf: String,
    /// What is seen.
    pub stage: HandoverStage,
    /// Name of the organisation.
    pub organisation: String,
    /// Who made the link.
    pub made_by: String,
    /// When the link ends.
    pub until: Moment,
    /// The app.
    pub app: AppEntry,
    /// Our redirect URL.
    pub redirect_url: String,
    /// What was found.
    pub findings: Findings,
    /// The app's pages in the developer console: apps, security, versions.
    pub places: [Option<Href>; 3],
    /// What the act before this page did.
    pub notice: Option<String>,
    /// Now, for ages.
    pub now: Moment,
}
page!(HandoverPage);

impl HandoverPage {
    fn h(&self) -> &'static HandoverText {
        text::handover::of(self.shell.lang)
    }

    fn t(&self) -> &'static SetupText {
        text::console::setup::of(self.shell.lang)
    }

    fn about(&self, text: &str) -> String {
        let organisation = crate::clean(&self.organisation);
        let made_by = crate::clean(&self.made_by);
        let values = [
            ("organisation", organisation.as_ref()),
            ("name", made_by.as_ref()),
        ];
        fill(text, &values)
    }

    fn word(&self, mark: Mark) -> &'static str {
        mark.word(self.t())
    }

    fn held(&self, n: usize) -> String {
        fill(self.t().held, &[("n", &n.to_string())])
    }

    fn spare(&self, n: usize) -> String {
        fill(self.t().spare, &[("n", &n.to_string())])
    }

    fn fault(&self) -> Option<String> {
        let fault = self.app.fault.as_ref()?;
        Some(fault.say(self.shell.lang))
    }

    fn entry_path(&self) -> String {
        format!("{}/app", self.path)
    }

    fn entry_csrf(&self) -> &str {
        &self.csrf
    }

    fn is_inside(&self) -> bool {
        self.stage == HandoverStage::Inside
    }

    fn time(&self, at: Moment) -> String {
        format!(
            "<time datetime=\"{}\" title=\"{}\" data-relative>{}</time>",
            at.machine(),
            at.full(self.shell.lang),
            at.relative(self.now, self.shell.lang)
        )
    }
}

/// What the `done` parameter after a redirect says.
pub fn notice(lang: Lang, code: &str) -> Option<&'static str> {
    let t = text::handover::of(lang);
    Some(match code {
        "saved" => t.done_saved,
        "checked" => t.done_checked,
        "busy" => t.done_busy,
        "away" => t.done_away,
        _ => return None,
    })
}
