//! Everything that the console of one organisation names, in every place of a path and of a form
//! of another's: as if it did not exist, and nothing of it has changed.

use std::collections::BTreeSet;

use edge::routes::{ALL, Audience};
use sandbox::demo;

use super::console_grid::{Asker, Scene};
use crate::support::oauth_flow::{self, Browser, Page};

/// Pages that name what an organisation has.
const NAMING: &[&str] = &[
    "/connections",
    "/connections/members",
    "/connections/switches",
    "/people",
    "/audit",
    "/audit/keeping",
    "/audit/proof",
    "/roles",
    "/policy",
    "/rules",
];
/// Names of form fields that hold ids, and some that no form has.
const FIELDS: &[&str] = &[
    "account", "client", "export", "grant", "id", "invite", "key", "mapping", "member", "shown",
    "stream", "subject", "tenant", "tool",
];
const ID_LENGTH: usize = 26;

/// Ids in a page: three letters, an underscore and 26 letters and digits.
fn ids(page: &str) -> BTreeSet<String> {
    page.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .filter(|word| {
            word.split_once('_')
                .is_some_and(|(kind, rest)| kind.len() == 3 && rest.len() == ID_LENGTH)
        })
        .map(str::to_owned)
        .collect()
}

/// The same id with its last character changed.
fn nobodys(id: &str) -> String {
    let (head, last) = id.split_at(id.len() - 1);
    format!("{head}{}", if last == "0" { "1" } else { "0" })
}

fn path_with(path: &str, id: &str) -> String {
    path.split('/')
        .map(|part| match part {
            "{slug}" => "acme",
            _ if part.starts_with('{') => id,
            _ => part,
        })
        .collect::<Vec<_>>()
        .join("/")
}

/// What can be told from an answer, without the id that was asked for.
fn seen(page: &Page, id: &str) -> (u16, String, String) {
    let request = page.header("x-request-id");
    let plain = |text: &str| text.replace(id, "(id)").replace(request, "(request)");
    // A page that is shown may hold something fresh, such as a new link.
    let body = if page.status.is_success() {
        String::new()
    } else {
        plain(&page.body)
    };
    (page.status.as_u16(), plain(page.header("location")), body)
}

/// Everything of the second organisation but its ledger, which tells of our own looking.
async fn everything(scene: &Scene, owner: &Asker) -> BTreeSet<String> {
    let path = "/console/t/globex/settings/data/export";
    let file = scene.send(owner, "GET", path, &[]).await;
    assert_eq!(file.status, 200, "{}", file.body);
    let lines = file
        .body
        .lines()
        .filter(|line| !line.contains("\"table\":\"ledger") && !line.contains("\"manifest\""));
    lines.map(str::to_owned).collect()
}

#[tokio::test]
async fn what_another_organisation_has_does_not_exist_here() {
    let scene = Scene::set().await;
    let (ours, theirs) = (scene.who("owner"), scene.who("stranger"));
    let _tokens = oauth_flow::connect(&scene.program, "globex", demo::OTHER_USER, true).await;
    let mut browser = Browser::new(scene.program.origin());
    browser.sign_in("globex", demo::OTHER_USER).await;
    let _key = browser.make_key("globex", "theirs", true).await;
    let invited = [("email", "guest@globex.example"), ("role", "auditor")];
    let made = scene
        .send(theirs, "POST", "/console/t/globex/people", &invited)
        .await;
    assert!(made.body.contains("/invite/"), "{}", made.body);
    let rule = [
        ("name", "theirs"),
        ("kind", "hook"),
        ("role", "end_user"),
        ("per_minute", "60"),
        ("steps", r#"[{"tool": "whoami"}]"#),
    ];
    let path = "/console/t/globex/rules/new";
    let made = scene.send(theirs, "POST", path, &rule).await;
    assert!(
        made.header("location").contains("/rules/rul_"),
        "{}",
        made.body
    );

    let mut foreign = BTreeSet::new();
    for page in NAMING {
        let path = format!("/console/t/globex{page}");
        let page = scene.send(theirs, "GET", &path, &[]).await;
        foreign.extend(ids(&page.body));
    }
    let kinds: BTreeSet<_> = foreign.iter().map(|id| &id[..3]).collect();
    assert!(
        kinds.len() >= 5,
        "grants, keys, members and so on: {kinds:?}"
    );
    let before = everything(&scene, theirs).await;
    assert!(before.len() > 5, "{before:?}");

    let mut wrong = Vec::new();
    for route in ALL {
        let tenants = matches!(route.audience, Audience::Console | Audience::Member);
        if !tenants || !route.path.contains("/t/{slug}") || route.path.contains("sign-out") {
            continue;
        }
        for id in &foreign {
            let other = nobodys(id);
            let in_path = route.path.matches('{').count() > 1;
            for method in route.methods {
                // Without a place in the path there is one in the form.
                if *method == "GET" && !in_path {
                    continue;
                }
                let (one, two) = (path_with(route.path, id), path_with(route.path, &other));
                let fields = |id| FIELDS.iter().map(move |name| (*name, id));
                let mine: Vec<_> = fields(id.as_str()).collect();
                let none: Vec<_> = fields(other.as_str()).collect();
                let found = scene.send(ours, method, &one, &mine).await;
                let missing = scene.send(ours, method, &two, &none).await;
                if seen(&found, id) != seen(&missing, &other) {
                    let (was, instead) = (seen(&found, id), seen(&missing, &other));
                    wrong.push(format!(
                        "{method} {one}: {} {} instead of {} {}",
                        was.0, was.1, instead.0, instead.1
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let after = everything(&scene, scene.who("stranger")).await;
    let changed: Vec<_> = before.symmetric_difference(&after).collect();
    assert!(changed.is_empty(), "{changed:?}");
}
