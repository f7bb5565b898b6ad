//! `files`: one tree over drive and wiki, and what is said when it goes wrong.

use super::*;

impl World {
    pub(super) async fn files(&self, op: &str, mut arguments: Value) -> ToolOutput {
        arguments["op"] = op.into();
        self.ok("files", arguments).await
    }

    pub(super) async fn no_files(&self, op: &str, mut arguments: Value) -> ToolError {
        arguments["op"] = op.into();
        self.err("files", arguments).await
    }

    /// References in a place.
    pub(super) async fn listed(&self, at: &str) -> Vec<String> {
        let output = self.files("list", json!({"ref": at})).await;
        let data = output.structured.unwrap();
        let items = data["items"].as_array().unwrap();
        items
            .iter()
            .map(|item| item["ref"].as_str().unwrap().to_owned())
            .collect()
    }

    pub(super) async fn folder(&self, name: &str) -> String {
        self.files("create", json!({"name": name}))
            .await
            .target
            .unwrap()
    }

    /// What deleting would take, in the words that a person is asked with.
    pub(super) async fn doomed(&self, thing: &str) -> String {
        let asked = json!({"ref": thing, "dry_run": true});
        self.files("delete", asked).await.text
    }
}

/// The page of a wiki output.
pub(super) fn page(output: &ToolOutput) -> String {
    let line = output.text.lines().find(|line| line.starts_with("ref: "));
    line.unwrap().trim_start_matches("ref: ").to_owned()
}

#[tokio::test]
async fn a_list_tells_owner_time_and_reference_and_pages() {
    let world = World::full().await;
    let folder = world.folder("Many").await;
    for number in 0..53 {
        let made = json!({"name": format!("f{number}"), "to": folder});
        world.files("create", made).await;
    }
    let mut cursor = Value::Null;
    let mut seen = Vec::new();
    loop {
        let output = world
            .files("list", json!({"ref": folder, "cursor": cursor}))
            .await;
        assert!(output.text.contains("Chen Yu"), "{}", output.text);
        assert!(output.text.contains("+08:00"), "{}", output.text);
        let data = output.structured.unwrap();
        for item in data["items"].as_array().unwrap() {
            assert_eq!(item["kind"], "folder");
            seen.push(item["ref"].as_str().unwrap().to_owned());
        }
        assert_eq!(data["truncated"], data["next"].is_string());
        if data["next"].is_null() {
            break;
        }
        cursor = data["next"].clone();
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 53);
    assert!(world.listed("root").await.contains(&folder));
    let spaces = world.files("list", json!({"ref": "wiki"})).await;
    assert!(spaces.text.contains(demo::WIKI_SPACE), "{}", spaces.text);
    let top = world
        .listed(&format!("wiki_space:{}", demo::WIKI_SPACE))
        .await;
    assert!(top.contains(&format!("wiki:{}", demo::WIKI_NODE)));
    let below = world.listed(&format!("wiki:{}", demo::WIKI_NODE)).await;
    assert!(!below.is_empty());
    let wrong = world.no_files("list", json!({"cursor": "zzz"})).await;
    assert_eq!(wrong.kind, ErrorKind::Invalid);
}

#[tokio::test]
async fn things_are_made_named_copied_moved_and_deleted_in_the_drive() {
    let packs = [Capability::DocsRead, Capability::Files, Capability::People];
    let mut scopes = Capability::scopes_of(&packs);
    // Sign-in asks for neither, but who has granted them may rename sheets and bases, too.
    scopes.extend(["sheets:spreadsheet.meta:write_only", "base:app:update"].map(str::to_owned));
    let scopes: Vec<String> = scopes.into_iter().collect();
    let world = World::new(&scopes).await;
    let folder = world.folder("Plans").await;
    let twin = world.no_files("create", json!({"name": "Plans"})).await;
    assert_eq!(twin.kind, ErrorKind::Conflict);
    assert_eq!(twin.details["ref"], folder.as_str());
    for form in ["docx", "sheet", "base"] {
        let made = json!({"name": "Old", "as": form, "to": folder});
        let made = world.files("create", made).await.target.unwrap();
        let named = json!({"ref": made, "name": format!("New {form}")});
        world.files("rename", named).await;
        let told = world.ok("inspect", json!({"ref": made})).await;
        assert!(told.text.contains(&format!("New {form}")), "{}", told.text);
        let copy = world
            .files("copy", json!({"ref": made, "to": "root"}))
            .await;
        assert!(copy.text.contains("- copy"), "{}", copy.text);
        let copy = copy.target.unwrap();
        world
            .files("move", json!({"ref": copy, "to": folder}))
            .await;
        assert!(world.listed(&folder).await.contains(&copy));
    }
    assert_eq!(world.listed(&folder).await.len(), 6);
    let rename = world
        .no_files("rename", json!({"ref": folder, "name": "x"}))
        .await;
    assert_eq!(rename.kind, ErrorKind::Invalid);
    let asked = world.doomed(&folder).await;
    assert!(
        asked.contains("Plans") && asked.contains("folder"),
        "{asked}"
    );
    assert!(asked.contains("Chen Yu") && asked.contains('6'), "{asked}");
    let gone = world.files("delete", json!({"ref": folder})).await;
    assert!(!gone.partial, "{}", gone.text);
    assert!(!world.listed("root").await.contains(&folder));
    let again = world.no_files("delete", json!({"ref": folder})).await;
    assert_eq!(again.kind, ErrorKind::NotFound);
}

#[tokio::test]
async fn a_sheet_keeps_its_name_where_nobody_may_change_it() {
    let without = [Capability::DocsRead, Capability::Files];
    let scopes: Vec<String> = Capability::every_scope_of(&without).into_iter().collect();
    let world = World::new(&scopes).await;
    let made = world
        .files("create", json!({"name": "Old", "as": "sheet"}))
        .await;
    let named = json!({"ref": made.target.unwrap(), "name": "New"});
    let error = world.no_files("rename", named).await;
    assert_eq!(error.kind, ErrorKind::Invalid);
}

#[tokio::test]
async fn pages_are_made_named_copied_and_moved_in_a_wiki() {
    let world = World::full().await;
    let top = format!("wiki:{}", demo::WIKI_NODE);
    let made = world
        .files("create", json!({"name": "Page", "to": top}))
        .await;
    let made = page(&made);
    world
        .files("rename", json!({"ref": made, "name": "Renamed"}))
        .await;
    let told = world.ok("inspect", json!({"ref": made})).await;
    assert!(told.text.contains("Renamed"), "{}", told.text);
    let space = format!("wiki_space:{}", demo::WIKI_SPACE);
    let copy = world
        .files("copy", json!({"ref": made, "to": space, "name": "Second"}))
        .await;
    let copy = page(&copy);
    assert!(world.listed(&space).await.contains(&copy));
    world.files("move", json!({"ref": copy, "to": made})).await;
    assert_eq!(world.listed(&made).await, std::slice::from_ref(&copy));
    let own_child = world
        .no_files("move", json!({"ref": made, "to": copy}))
        .await;
    assert_eq!(own_child.kind, ErrorKind::Invalid);
    let itself = world
        .no_files("move", json!({"ref": made, "to": made}))
        .await;
    assert_eq!(itself.kind, ErrorKind::Invalid);
    let linked = world
        .files("shortcut", json!({"ref": made, "to": space}))
        .await;
    let linked = page(&linked);
    let kept = world.no_files("delete", json!({"ref": linked})).await;
    assert_eq!(kept.kind, ErrorKind::Invalid, "the page itself must stay");
    let folder = world.no_files("create", json!({"name": "x", "as": "folder", "to": space}));
    assert_eq!(folder.await.kind, ErrorKind::Invalid);
    let asked = world.doomed(&made).await;
    assert!(asked.contains("with 1 pages below it"), "{asked}");
    world.files("delete", json!({"ref": made})).await;
    let gone = world.err("inspect", json!({"ref": made})).await;
    assert_eq!(gone.kind, ErrorKind::NotFound);
}

#[tokio::test]
async fn things_go_from_the_drive_into_a_wiki_and_back() {
    let world = World::full().await;
    let top = format!("wiki:{}", demo::WIKI_NODE);
    for form in ["docx", "sheet"] {
        let thing = json!({"name": "Wanderer", "as": form});
        let thing = world.files("create", thing).await.target.unwrap();
        let moved = world.files("move", json!({"ref": thing, "to": top})).await;
        let moved_page = page(&moved);
        assert!(world.listed(&top).await.contains(&moved_page), "{form}");
        assert!(!world.listed("root").await.contains(&thing));
        // The object's own reference means the page just as well.
        let back = world
            .files("move", json!({"ref": thing, "to": "root"}))
            .await;
        assert_eq!(page(&back), thing);
        assert!(world.listed("root").await.contains(&thing), "{form}");
        assert!(!world.listed(&top).await.contains(&moved_page));
        let copied = world.files("copy", json!({"ref": thing, "to": top})).await;
        assert!(page(&copied).starts_with("wiki:"), "{}", copied.text);
    }
    let folder = world.folder("Stays").await;
    let refused = world
        .no_files("move", json!({"ref": folder, "to": top}))
        .await;
    assert_eq!(refused.kind, ErrorKind::Invalid);
}

#[tokio::test]
async fn shortcuts_are_shown_with_their_goal_and_deleted_alone() {
    let world = World::full().await;
    let folder = world.folder("Links").await;
    let doc = format!("docx:{}", demo::OKR_DOC);
    let made = world
        .files("shortcut", json!({"ref": doc, "to": folder}))
        .await
        .target
        .unwrap();
    assert!(made.starts_with("shortcut:"), "{made}");
    let shown = world.files("list", json!({"ref": folder})).await;
    assert!(
        shown.text.contains(&format!("{made} → {doc}")),
        "{}",
        shown.text
    );
    world.files("delete", json!({"ref": made})).await;
    assert!(world.listed(&folder).await.is_empty());
    world.ok("doc_read", json!({"ref": doc})).await;
}

#[tokio::test]
async fn a_folder_does_not_go_into_its_own_child() {
    let world = World::full().await;
    let outer = world.folder("Outer").await;
    let inner = world
        .files("create", json!({"name": "Inner", "to": outer}))
        .await;
    let inner = inner.target.unwrap();
    for to in [&outer, &inner] {
        let refused = world
            .no_files("move", json!({"ref": outer, "to": to}))
            .await;
        assert_eq!(refused.kind, ErrorKind::Invalid);
        assert!(
            refused.message.contains("into itself"),
            "{}",
            refused.message
        );
    }
}

#[tokio::test]
async fn what_is_forbidden_deleted_or_not_there_is_said_so() {
    let world = World::full().await;
    let private = format!("docx:{}", demo::PRIVATE_DOC);
    let deleted = format!("docx:{}", demo::DELETED_DOC);
    for (op, more) in [
        ("move", json!({"to": "root"})),
        ("copy", json!({"to": "root"})),
        ("delete", json!({})),
        ("export", json!({"as": "pdf"})),
    ] {
        for (thing, kind) in [
            (&private, ErrorKind::ForbiddenResource),
            (&deleted, ErrorKind::NotFound),
        ] {
            let mut arguments = more.clone();
            arguments["ref"] = thing.as_str().into();
            let error = world.no_files(op, arguments).await;
            assert_eq!(error.kind, kind, "{op} {thing}: {}", error.render().0);
        }
    }
    let nowhere = json!({"name": "x", "to": "folder:fldcnNotThereAtAll00000000"});
    let error = world.no_files("create", nowhere).await;
    assert_eq!(error.kind, ErrorKind::NotFound, "{}", error.render().0);
    let in_nothing = json!({"ref": private, "to": private});
    assert!(world.call("files", in_nothing).await.is_err());
}

#[tokio::test]
async fn nothing_happens_in_a_dry_run() {
    let world = World::full().await;
    let doc = format!("docx:{}", demo::OKR_DOC);
    let before = world.listed("root").await;
    for (op, arguments) in [
        ("create", json!({"name": "x"})),
        ("move", json!({"ref": doc})),
        ("copy", json!({"ref": doc})),
        ("rename", json!({"ref": doc, "name": "x"})),
        ("delete", json!({"ref": doc})),
        ("shortcut", json!({"ref": doc})),
        ("export", json!({"ref": doc, "as": "pdf"})),
    ] {
        let mut arguments = arguments;
        arguments["dry_run"] = true.into();
        let told = world.files(op, arguments).await;
        assert!(told.text.starts_with("dry run"), "{}", told.text);
    }
    assert_eq!(world.listed("root").await, before);
    for endpoint in ["copy", "move", "delete", "createFolder", "createShortcut"] {
        let calls = world.sandbox.calls_of(&format!("drive.v1.file.{endpoint}"));
        assert_eq!(calls, 0, "{endpoint}");
    }
}

#[tokio::test]
async fn a_lost_answer_makes_no_second_thing() {
    let world = World::full().await;
    world.fail(
        "/open-apis/drive/v1/files/create_folder",
        FaultKind::DropAfter,
    );
    let made = world.files("create", json!({"name": "Once"})).await;
    assert!(made.text.contains("answer was lost"), "{}", made.text);
    world.sandbox.clear_faults();
    let known = made.target.unwrap();
    assert!(world.listed("root").await.contains(&known));
    world.fail("/open-apis/drive/v1/files/*/copy", FaultKind::DropBefore);
    let doc = format!("docx:{}", demo::OKR_DOC);
    let copy = json!({"ref": doc, "name": "Never made"});
    let error = world.no_files("copy", copy).await;
    assert_eq!(error.kind, ErrorKind::Upstream);
    assert!(error.hint.unwrap().contains("may be tried again"));
    world.sandbox.clear_faults();
    let before = world.sandbox.calls_of("drive.v1.file.copy");
    let keyed = json!({"ref": doc, "name": "Keyed", "idempotency_key": "k1"});
    let first = world.files("copy", keyed.clone()).await.target;
    let second = world.files("copy", keyed).await;
    assert_eq!(first, second.target);
    assert_eq!(world.sandbox.calls_of("drive.v1.file.copy"), before + 1);
}
