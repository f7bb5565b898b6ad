//! The console's parts on one page, as an example of each.

use askama::Template;

use super::{Names, console::shell};
use crate::{
    Lang, RenderError,
    console::{ConsoleShell, Tab},
};

#[derive(Debug, Template)]
#[template(path = "console/parts_sample.html")]
struct PartsSample {
    console: ConsoleShell,
    newer: Option<String>,
    older: Option<String>,
    person: String,
}

impl PartsSample {
    /// Words of the example: the product's words are in the catalogues.
    const fn say(&self, en: &'static str, zh: &'static str) -> &'static str {
        match self.console.lang() {
            Lang::En => en,
            Lang::Zh => zh,
        }
    }
}

pub(super) fn page(lang: Lang, names: &Names) -> Result<String, RenderError> {
    let sample = PartsSample {
        console: shell(lang, names, Tab::Developer),
        newer: Some("/console/t/acme/audit?before=1".to_owned()),
        older: Some("/console/t/acme/audit?after=9".to_owned()),
        person: names.person.clone(),
    };
    Ok(sample.render()?)
}
