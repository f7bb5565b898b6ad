//! What people do in the console, while clients go on calling.

mod leave;
mod rotate;
mod suspend;
mod try_it;

use crate::support::{Program, oauth_flow::Browser};

/// The browser of the demo's owner, who also runs the platform.
pub(crate) async fn owner(program: &Program) -> Browser {
    let mut browser = Browser::new(program.origin());
    let link = program.text("console_url").to_owned();
    let page = browser.get(&link).await;
    let csrf = page
        .body
        .contains("name=\"csrf\"")
        .then(|| page.field("csrf"));
    let fields: Vec<(&str, &str)> = csrf.iter().map(|csrf| ("csrf", csrf.as_str())).collect();
    let opened = browser.post(&link, &fields).await;
    assert_eq!(opened.status, 303, "{}", opened.body);
    browser
}

/// The form token of the owner's pages.
pub(crate) async fn csrf(browser: &mut Browser, page: &str) -> String {
    let page = browser.get(page).await;
    assert_eq!(page.status, 200, "{}", page.body);
    page.field("csrf")
}
