//! Spreadsheets: tabs, rows and columns, and what is around the cells.

use model::policy::PlaceKind;

use super::{
    sheets::{budget, rows},
    *,
};

impl World {
    async fn manage(&self, arguments: Value) -> String {
        self.ok("sheet_manage", arguments).await.text
    }

    async fn layout(&self, reference: &str, tab: &str) -> String {
        self.read(reference, tab, "layout").await
    }
}

#[tokio::test]
async fn tabs_are_made_copied_changed_moved_and_deleted() {
    let world = World::full().await;
    let sheet = world.sheet().await;
    world
        .write(json!({"ref": sheet, "op": "set", "values": "a\tb"}))
        .await;
    let create =
        json!({"op": "create", "ref": sheet, "name": "Plan", "to": "1", "idempotency_key": "p"});
    let told = world.manage(create.clone()).await;
    assert!(told.starts_with("created tab Plan ("), "{told}");
    assert!(world.manage(create).await.starts_with("done before"));
    let taken = json!({"op": "create", "ref": sheet, "name": "Plan"});
    assert_eq!(
        world.err("sheet_manage", taken).await.kind,
        ErrorKind::Conflict
    );
    world
        .manage(json!({"op": "create", "ref": sheet, "name": "Copy", "range": "Sheet1"}))
        .await;
    assert_eq!(
        rows(&world.read(&sheet, "Copy", "values").await),
        ["1\ta\tb"]
    );
    let change = json!({"op": "tab", "ref": sheet, "range": "Copy", "name": "Copied",
        "set": ["freeze_rows=1", "hidden=true"]});
    let told = world.manage(change).await;
    assert!(
        told.contains("renamed to Copied") && told.contains("1 rows and 0 columns frozen"),
        "{told}"
    );
    let seen = world.layout(&sheet, "Copied").await;
    assert!(
        seen.contains("tab 3/3") && seen.contains("hidden") && seen.contains("frozen: 1 rows"),
        "{seen}"
    );
    world
        .manage(json!({"op": "move", "ref": sheet, "range": "Copied", "to": "1"}))
        .await;
    assert!(world.layout(&sheet, "Copied").await.contains("tab 1/3"));
    let told = world
        .manage(json!({"op": "delete", "ref": sheet, "range": "Copied"}))
        .await;
    assert!(
        told.contains("deleted the whole tab Copied") && told.contains("2 cells with content"),
        "{told}"
    );
    let delete = json!({"op": "delete", "ref": sheet, "range": "Sheet1!A1:B2"});
    assert_eq!(
        world.err("sheet_manage", delete.clone()).await.kind,
        ErrorKind::Invalid
    );
    let tool = tools::find("sheet_manage").unwrap();
    assert!(tool.needs_confirmation(&delete, Locale::En).unwrap());
    let question = json!({"op": "delete", "ref": budget(), "range": "支出明细!2:9"});
    let question = tool.question(&world.cx, question).await.unwrap();
    assert!(
        question.contains("rows 2:9") && question.contains("支出明细"),
        "{question}"
    );
    for name in ["", "a/b", "x!y"] {
        let wrong = json!({"op": "create", "ref": sheet, "name": name});
        assert_eq!(
            world.err("sheet_manage", wrong).await.kind,
            ErrorKind::Invalid,
            "{name}"
        );
    }
    world
        .manage(json!({"op": "tab", "ref": sheet, "name": "New title"}))
        .await;
    assert!(
        world
            .ok("inspect", json!({"ref": sheet}))
            .await
            .text
            .contains("New title")
    );
}

#[tokio::test]
async fn rows_and_columns_are_inserted_moved_and_deleted() {
    let world = World::full().await;
    let sheet = world.sheet().await;
    world
        .write(json!({"ref": sheet, "op": "set", "values": "1\ta\n2\tb\n3\tc"}))
        .await;
    let insert = json!({"op": "insert", "ref": sheet, "range": "2:3", "idempotency_key": "rows"});
    world.manage(insert.clone()).await;
    world.manage(insert).await;
    let back = world.read(&sheet, "", "values").await;
    assert_eq!(rows(&back), ["1\t1\ta", "4\t2\tb", "5\t3\tc"], "{back}");
    assert!(back.contains("2–3\t⟨…⟩"), "{back}");
    world
        .manage(json!({"op": "delete", "ref": sheet, "range": "Sheet1!2:3"}))
        .await;
    world
        .manage(json!({"op": "move", "ref": sheet, "range": "1:1", "to": "4"}))
        .await;
    world
        .manage(json!({"op": "move", "ref": sheet, "range": "B:B", "to": "A"}))
        .await;
    let back = world.read(&sheet, "", "values").await;
    assert_eq!(rows(&back), ["1\tb\t2", "2\tc\t3", "3\ta\t1"], "{back}");
    for (op, range, to) in [
        ("insert", "A1:B2", ""),
        ("insert", "900:901", ""),
        ("move", "1:3", "2"),
        ("move", "1:1", "B"),
        ("delete", "1:200", ""),
        ("delete", "Sheet1!300:301", ""),
    ] {
        let wrong = json!({"op": op, "ref": sheet, "range": range, "to": to});
        let error = world.err("sheet_manage", wrong).await;
        assert_eq!(error.kind, ErrorKind::Invalid, "{op} {range}: {error:?}");
    }
}

#[tokio::test]
async fn looks_are_set_and_mistakes_are_named_before_anything_happens() {
    let world = World::full().await;
    let sheet = world.sheet().await;
    world
        .write(json!({"ref": sheet, "op": "set", "values": "1234.5\tx"}))
        .await;
    let format = json!({"op": "format", "ref": sheet, "range": "A1:A2",
        "set": ["bold", "fill=#FFF2CC", "number=#,##0.00", "border=all"]});
    world.manage(format).await;
    let seen = world.read(&sheet, "A1", "formatted").await;
    assert_eq!(rows(&seen), ["1\t1,234.50"], "{seen}");
    world
        .manage(json!({"op": "format", "ref": sheet, "range": "C1:D2", "set": ["merge=all"]}))
        .await;
    assert!(
        world
            .layout(&sheet, "")
            .await
            .contains("merged: 1\n- C1:D2")
    );
    world
        .manage(json!({"op": "format", "ref": sheet, "range": "C1:D2", "set": ["merge=none"]}))
        .await;
    world.manage(json!({"op": "format", "ref": sheet, "range": "B:C", "set": ["width=120", "hidden=false"]})).await;
    for set in [
        json!(["bold=perhaps"]),
        json!(["fill=red"]),
        json!(["size=99"]),
        json!(["merge=some"]),
        json!(["colour=#ffffff"]),
        json!(["width=100"]),
        json!([]),
    ] {
        let wrong = json!({"op": "format", "ref": sheet, "range": "A1:B2", "set": set});
        let error = world.err("sheet_manage", wrong).await;
        assert_eq!(error.kind, ErrorKind::Invalid, "{set}: {error:?}");
        assert!(error.hint.is_some(), "{set}");
    }
    let stray = json!({"op": "create", "ref": sheet, "name": "Stray", "set": ["bold"]});
    assert_eq!(
        world.err("sheet_manage", stray).await.kind,
        ErrorKind::Invalid
    );
    let gone = world
        .err("sheet_read", json!({"ref": sheet, "range": "Stray"}))
        .await;
    assert_eq!(gone.kind, ErrorKind::NotFound);
}

#[tokio::test]
async fn protected_rows_are_kept_from_others() {
    let world = World::full().await;
    let protect =
        json!({"op": "protect", "ref": budget(), "range": "Q4 预算!1:1", "set": ["note=header"]});
    let told = world.manage(protect.clone()).await;
    assert!(told.contains("protected (protect:"), "{told}");
    assert!(world.manage(protect).await.contains("is protected already"));
    assert!(
        world
            .layout(&budget(), "Q4 预算")
            .await
            .contains("- 1:1 protect:")
    );
    let admin = World {
        cx: context(&world.sandbox, demo::ADMIN, &world.cx.facts.scopes_granted).await,
        sandbox: world.sandbox,
    };
    let set = json!({"ref": budget(), "op": "set", "range": "Q4 预算!A1", "values": "mine"});
    let error = admin.err("sheet_write", set).await;
    assert_eq!(error.kind, ErrorKind::ForbiddenResource);
    assert!(error.message.contains("locked"), "{error:?}");
}

#[tokio::test]
async fn filters_dropdowns_and_pictures_come_and_go() {
    let world = World::full().await;
    let tab = |op: &str, range: &str, set: Value| json!({"op": op, "ref": budget(), "range": format!("支出明细!{range}"), "set": set});
    world
        .manage(tab(
            "filter",
            "A1:K85",
            json!(["C in 研发部|市场部", "F > 5000"]),
        ))
        .await;
    let mut view = tab("filter", "A1:K85", json!(["D contains 云"]));
    view["name"] = json!("Cloud");
    world.manage(view.clone()).await;
    view["set"] = json!(["D contains 差", "F between 1|9000"]);
    world.manage(view.clone()).await;
    world
        .manage(tab("dropdown", "J2:J9", json!(["todo", "done=#d9f5d6"])))
        .await;
    let png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    let told = world
        .manage(tab(
            "image",
            "K2",
            json!([format!("base64={png}"), "width=200"]),
        ))
        .await;
    let id = told
        .split("picture ")
        .nth(1)
        .and_then(|rest| rest.split(' ').next())
        .unwrap()
        .to_owned();
    let seen = world.layout(&budget(), "支出明细").await;
    for part in [
        "C in 研发部 | 市场部 · F greater 5000",
        "Cloud view:",
        "D contains 差 · F between 1 | 9000",
        "todo | done",
        "200×200 px",
    ] {
        assert!(seen.contains(part), "{part}: {seen}");
    }
    world
        .manage(tab("image", "", json!(["off", format!("id={id}")])))
        .await;
    world.manage(tab("dropdown", "J2:J9", json!(["off"]))).await;
    world.manage(tab("filter", "", json!(["off"]))).await;
    view["set"] = json!(["off"]);
    world.manage(view).await;
    let seen = world.layout(&budget(), "支出明细").await;
    assert!(
        seen.contains("filter: –") && seen.contains("filter views: –"),
        "{seen}"
    );
    assert!(
        seen.contains("pictures over cells: –") && !seen.contains("todo"),
        "{seen}"
    );
    for set in [
        json!(["Z in a"]),
        json!(["F > many"]),
        json!(["F between 1"]),
        json!(["C like x"]),
        json!([]),
    ] {
        let error = world
            .err("sheet_manage", tab("filter", "A1:K85", set.clone()))
            .await;
        assert_eq!(error.kind, ErrorKind::Invalid, "{set}: {error:?}");
    }
    let error = world
        .err("sheet_manage", tab("dropdown", "J2", json!(["a,b"])))
        .await;
    assert_eq!(error.kind, ErrorKind::Invalid);
    let error = world
        .err(
            "sheet_manage",
            tab("image", "A1", json!(["base64=aGVsbG8="])),
        )
        .await;
    assert_eq!(error.kind, ErrorKind::Invalid);
}

#[tokio::test]
async fn rules_about_places_hold_for_spreadsheets() {
    let place = model::policy::Place::at(PlaceKind::Sheet, demo::SHEET);
    let world = World::full().await.fenced(&[], &[place]);
    for (tool, arguments) in [
        ("sheet_read", json!({"ref": budget()})),
        (
            "sheet_write",
            json!({"ref": budget(), "op": "set", "values": "x"}),
        ),
        (
            "sheet_manage",
            json!({"ref": budget(), "op": "create", "name": "x"}),
        ),
    ] {
        let error = world.err(tool, arguments).await;
        assert_eq!(error.kind, ErrorKind::BlockedByPolicy, "{tool}");
    }
    let folder = model::policy::Place::at(PlaceKind::Folder, demo::TEAM_FOLDER);
    let world = World::full()
        .await
        .fenced(&[], std::slice::from_ref(&folder));
    let into = json!({"op": "create", "name": "x", "to": format!("folder:{}", demo::TEAM_FOLDER)});
    assert_eq!(
        world.err("sheet_manage", into).await.kind,
        ErrorKind::BlockedByPolicy
    );
}
