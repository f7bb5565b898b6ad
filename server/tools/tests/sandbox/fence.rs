//! Rules about places hold for the thing that a link means, however it is spelt.

use model::policy::{
    CallTool, Caller, Effect, Fence, Place, PlaceKind, Places, Reason, RoleRules, Rules, ToolFacts,
    fence,
};

use super::*;

fn place(kind: PlaceKind, token: &str) -> Place {
    Place::at(kind, token)
}

/// A fence as the gate makes it.
fn around(only: &[Place], never: &[Place]) -> Arc<Fence> {
    let tenant = TenantId::mint(&SystemClock, &SeededEntropy::new(1));
    let mut rules = Rules::open(tenant, Capability::ALL.to_vec());
    rules.roles.push(RoleRules {
        places: Places {
            only: only.to_vec(),
            never: never.to_vec(),
        },
        ..RoleRules::open(Role::Developer)
    });
    let principal = model::Principal::establish(model::PrincipalParts {
        tenant,
        subject: model::Subject::Member {
            id: MemberId::mint(&SystemClock, &SeededEntropy::new(1)),
            open_id: "ou_1".to_owned(),
            name: "Chen Yu".to_owned(),
        },
        roles: RoleSet::of(&[Role::Developer]),
        access: Access::Write,
        client: model::ClientRef::unregistered("test"),
        grant: None,
        channel: model::Channel::Mcp,
        locale: Locale::En,
        expires_at: None,
    });
    let facts = ToolFacts {
        name: "doc_read",
        effect: Effect::Read,
        capability: None,
    };
    assert!(model::policy::decide::<CallTool>(&rules, &principal, &facts).is_ok());
    Arc::new(fence(&rules, &Caller::from(&principal), &facts).unwrap())
}

impl World {
    pub(super) fn fenced(mut self, only: &[Place], never: &[Place]) -> Self {
        self.cx.fence = Some(around(only, never));
        self
    }

    async fn refused(&self, tool: &str, arguments: Value) -> Reason {
        let shown = arguments.to_string();
        let error = match self.call(tool, arguments).await {
            Err(error) => error,
            Ok(output) => panic!("{tool} {shown}: {}", output.text),
        };
        assert_eq!(error.kind, ErrorKind::BlockedByPolicy, "{tool} {shown}");
        error.reason().unwrap()
    }

    /// Every way to name one wiki page.
    async fn spellings(&self) -> Vec<String> {
        let node = feishu::api::wiki::get_node(&self.cx.feishu, demo::WIKI_NODE, "wiki");
        let node = node.await.unwrap();
        let (page, thing) = (node.node_token, node.obj_token);
        let origin = self.sandbox.base_url();
        vec![
            format!("wiki:{page}"),
            page.clone(),
            format!("{origin}/wiki/{page}"),
            format!("{origin}/wiki/{page}?from=copylink#part"),
            format!("docx:{thing}"),
            thing.clone(),
            format!("{origin}/docx/{thing}"),
            format!("https://acme.feishu.cn/docx/{thing}"),
        ]
    }
}

#[tokio::test]
async fn eight_spellings_of_a_wiki_page_get_one_answer() {
    let space = place(PlaceKind::WikiSpace, demo::WIKI_SPACE);
    let inside = World::full()
        .await
        .fenced(std::slice::from_ref(&space), &[]);
    for spelling in inside.spellings().await {
        inside.ok("doc_read", json!({"ref": spelling})).await;
    }
    let barred = World::full().await.fenced(&[], &[space]);
    for spelling in barred.spellings().await {
        for tool in ["doc_read", "inspect"] {
            let reason = barred.refused(tool, json!({"ref": spelling})).await;
            assert_eq!(reason, Reason::PlaceBarred, "{tool} {spelling}");
        }
        let comment = json!({"ref": spelling, "op": "add", "text": "x"});
        assert_eq!(
            barred.refused("comments", comment).await,
            Reason::PlaceBarred
        );
    }
    let elsewhere = place(PlaceKind::WikiSpace, "7300000000000009999");
    let outside = World::full().await.fenced(&[elsewhere], &[]);
    for spelling in outside.spellings().await {
        let reason = outside.refused("doc_read", json!({"ref": spelling})).await;
        assert_eq!(reason, Reason::PlaceOutside, "{spelling}");
    }
}

#[tokio::test]
async fn a_page_lies_in_the_pages_above_it() {
    let top = place(PlaceKind::WikiPage, demo::WIKI_NODE);
    let world = World::full().await;
    let made = world
        .ok(
            "doc_create",
            json!({"title": "Below", "markdown": "x", "into": format!("wiki:{}", demo::WIKI_NODE)}),
        )
        .await;
    let below = made.target.unwrap();
    let world = world.fenced(&[top], &[]);
    world.ok("doc_read", json!({"ref": below})).await;
    let reason = world
        .refused("doc_read", json!({"ref": demo::WELCOME_DOC}))
        .await;
    assert_eq!(reason, Reason::PlaceOutside);
}

#[tokio::test]
async fn a_folder_holds_what_is_below_it_and_what_is_made_there() {
    let team = place(PlaceKind::Folder, demo::TEAM_FOLDER);
    let world = World::full().await;
    let own = world.made("Mine.").await;
    let world = world.fenced(std::slice::from_ref(&team), &[]);
    let into = format!("folder:{}", demo::TEAM_FOLDER);
    let filed = json!({"title": "Filed", "markdown": "x", "into": into});
    let filed = world.ok("doc_create", filed).await.target.unwrap();
    world.ok("doc_read", json!({"ref": filed})).await;
    let read = json!({"ref": own});
    assert_eq!(world.refused("doc_read", read).await, Reason::PlaceOutside);
    let rootless = json!({"title": "Root", "markdown": "x"});
    assert_eq!(
        world.refused("doc_create", rootless).await,
        Reason::PlaceOutside
    );
    // The other way round: all but that folder.
    let world = World {
        cx: ToolCx {
            fence: Some(around(&[], &[team])),
            ..world.cx.clone()
        },
        ..world
    };
    assert_eq!(
        world.refused("doc_read", json!({"ref": filed})).await,
        Reason::PlaceBarred
    );
    world.ok("doc_read", json!({"ref": own})).await;
}

#[tokio::test]
async fn what_feishu_does_not_tell_counts_as_forbidden() {
    let space = place(PlaceKind::WikiSpace, demo::WIKI_SPACE);
    let world = World::full().await.fenced(&[], &[space]);
    world.fail("/open-apis/wiki/v2/spaces/get_node", FaultKind::Status);
    let read = json!({"ref": demo::WELCOME_DOC});
    assert_eq!(
        world.refused("doc_read", read.clone()).await,
        Reason::PlaceUnknown
    );
    world.sandbox.clear_faults();
    // The doubt is not remembered.
    world.ok("doc_read", read).await;
    let folder = place(PlaceKind::Folder, "fldcnNobodySeesThisOne0001");
    let world = World::full().await.fenced(&[], &[folder]);
    let shared = json!({"ref": demo::WELCOME_DOC});
    assert_eq!(
        world.refused("doc_read", shared).await,
        Reason::PlaceUnknown
    );
    // What lies in the member's own root lies in nobody else's folder.
    let own = world.made("Mine.").await;
    world.ok("doc_read", json!({"ref": own})).await;
}

#[tokio::test]
async fn search_and_listings_leave_out_what_may_not_be_read() {
    let free = World::full().await;
    let query = json!({"query": "", "owner": "me", "limit": 20});
    let all = free.ok("search", query.clone()).await.structured.unwrap();
    let count = all["items"].as_array().unwrap().len();
    assert!(count > 1);
    let one = place(PlaceKind::Document, demo::WELCOME_DOC);
    let fenced = free.fenced(&[], &[one]);
    let found = fenced.ok("search", query).await;
    assert!(!found.text.contains(demo::WELCOME_DOC), "{}", found.text);
    let folder = json!({"ref": format!("folder:{}", demo::TEAM_FOLDER)});
    let listed = fenced.ok("inspect", folder).await;
    assert!(!listed.text.contains(demo::WELCOME_DOC), "{}", listed.text);
}

#[tokio::test]
async fn things_move_only_between_places_that_are_allowed() {
    let world = World::full().await;
    let mine = world.made("Mine.").await;
    let barred = world
        .ok("files", json!({"op": "create", "name": "Barred"}))
        .await;
    let barred = barred.target.unwrap();
    let inside = json!({"op": "create", "name": "Inside", "as": "docx", "to": barred});
    let inside = world.ok("files", inside).await.target.unwrap();
    let outer = world.ok("files", json!({"op": "create", "name": "Outer"}));
    let outer = outer.await.target.unwrap();
    let token = barred.trim_start_matches("folder:");
    let world = world.fenced(&[], &[place(PlaceKind::Folder, token)]);
    for call in [
        json!({"op": "list", "ref": barred}),
        json!({"op": "create", "name": "x", "to": barred}),
        json!({"op": "move", "ref": mine, "to": barred}),
        json!({"op": "copy", "ref": mine, "to": barred}),
        json!({"op": "shortcut", "ref": mine, "to": barred}),
        json!({"op": "export", "ref": mine, "as": "pdf", "to": barred}),
        json!({"op": "move", "ref": inside, "to": "root"}),
        json!({"op": "copy", "ref": inside, "to": "root"}),
        json!({"op": "export", "ref": inside, "as": "md"}),
        json!({"op": "delete", "ref": inside}),
        json!({"op": "delete", "ref": barred}),
        json!({"op": "job", "ref": format!("import.1.{barred}")}),
        json!({"op": "job", "ref": format!("export.1.docx.{}.pdf.root", &inside[5..])}),
    ] {
        assert_eq!(world.refused("files", call).await, Reason::PlaceBarred);
    }
    let get = json!({"op": "get", "ref": inside});
    assert_eq!(world.refused("share", get).await, Reason::PlaceBarred);
    let root = world.ok("files", json!({"op": "list"})).await;
    assert!(
        root.text.contains("Outer") && !root.text.contains("Barred"),
        "{}",
        root.text
    );
    // What holds something barred does not go anywhere, nor is it shared.
    let free = World {
        cx: ToolCx {
            fence: None,
            ..world.cx.clone()
        },
        ..world
    };
    free.ok("files", json!({"op": "move", "ref": barred, "to": outer}))
        .await;
    let fence = around(&[], &[place(PlaceKind::Folder, token)]);
    let world = World {
        cx: ToolCx {
            fence: Some(fence),
            refs: RefCache::new().scoped(
                TenantId::mint(&SystemClock, &SeededEntropy::new(1)),
                Some(MemberId::mint(&SystemClock, &SeededEntropy::new(1))),
            ),
            ..free.cx.clone()
        },
        ..free
    };
    for call in [
        json!({"op": "delete", "ref": outer}),
        json!({"op": "move", "ref": outer, "to": "root"}),
    ] {
        assert_eq!(world.refused("files", call).await, Reason::PlaceBarred);
    }
    let share = json!({"op": "add", "ref": outer, "who": ["me"]});
    assert_eq!(world.refused("share", share).await, Reason::PlaceBarred);
}

#[tokio::test]
async fn a_page_stays_where_a_barred_page_is_below_it() {
    let world = World::full().await;
    let make = |name: &str, to: &str| json!({"op": "create", "name": name, "to": to});
    let page = |output: &ToolOutput| {
        let line = output.text.lines().find(|line| line.starts_with("ref: "));
        line.unwrap().trim_start_matches("ref: ").to_owned()
    };
    let top = format!("wiki:{}", demo::WIKI_NODE);
    let above = page(&world.ok("files", make("Above", &top)).await);
    let below = page(&world.ok("files", make("Below", &above)).await);
    let barred = place(PlaceKind::WikiPage, below.trim_start_matches("wiki:"));
    let world = world.fenced(&[], &[barred]);
    for call in [
        json!({"op": "move", "ref": above, "to": "root"}),
        json!({"op": "delete", "ref": above}),
        json!({"op": "list", "ref": below}),
    ] {
        assert_eq!(world.refused("files", call).await, Reason::PlaceBarred);
    }
    let shown = world.ok("files", json!({"op": "list", "ref": above})).await;
    assert!(!shown.text.contains("Below"), "{}", shown.text);
    let colleague = world.sandbox.open_id(APP_ID, END_USER).unwrap();
    let alone = json!({"op": "add", "ref": above, "who": [colleague]});
    world.ok("share", alone).await;
    let with_all = json!({"op": "add", "ref": above, "who": [colleague], "below": true});
    assert_eq!(world.refused("share", with_all).await, Reason::PlaceBarred);
}

#[tokio::test]
async fn what_a_document_holds_is_judged_by_the_document() {
    let world = World::full().await;
    let code = "graph TD\nA --> B";
    let document = world.made("x").await;
    let drawn = json!({"ref": document, "op": "write", "code": code});
    let drawn = world.ok("board", drawn).await;
    let board = drawn
        .text
        .lines()
        .find_map(|line| line.strip_prefix("ref: "));
    let board = board.unwrap().to_owned();
    let own = place(PlaceKind::Document, document.strip_prefix("docx:").unwrap());
    let inside = world.fenced(std::slice::from_ref(&own), &[]);
    inside
        .ok("board", json!({"ref": document, "op": "read"}))
        .await;
    inside.ok("media_get", json!({"ref": document})).await;
    // A bare token does not say where it lies.
    for (tool, arguments) in [
        ("board", json!({"ref": board, "op": "read"})),
        ("board", json!({"ref": board, "op": "write", "code": code})),
        ("media_get", json!({"ref": board})),
        (
            "media_get",
            json!({"ref": "media:boxcnABCDEFGHIJKLMNOPQRSTUV"}),
        ),
        (
            "media_put",
            json!({"ref": document, "url": "media:boxcnABCDEFGHIJKLMNOPQRSTUV"}),
        ),
    ] {
        assert_eq!(inside.refused(tool, arguments).await, Reason::PlaceUnknown);
    }
    let root = json!({"base64": "aGk=", "name": "a.txt"});
    assert_eq!(
        inside.refused("media_put", root).await,
        Reason::PlaceOutside
    );
    let barred = World {
        cx: ToolCx {
            fence: Some(around(&[], &[own])),
            ..inside.cx.clone()
        },
        ..inside
    };
    for (tool, arguments) in [
        ("board", json!({"ref": document, "op": "read"})),
        ("media_get", json!({"ref": document})),
        ("media_put", json!({"ref": document, "base64": "aGk="})),
    ] {
        assert_eq!(barred.refused(tool, arguments).await, Reason::PlaceBarred);
    }
}

#[tokio::test]
async fn calculating_and_drawing_stay_inside_the_places_of_a_role() {
    let sheet = place(PlaceKind::Sheet, demo::SHEET);
    let world = World::full().await.fenced(&[], &[sheet]);
    let calc = json!({ "ref": demo::SHEET, "formulas": ["=A1"] });
    world.refused("sheet_calc", calc).await;
    let read = json!({ "kind": "bar", "ref": demo::SHEET });
    world.refused("chart_create", read).await;
    let put = json!({ "kind": "bar", "data": "a\t1", "to": demo::SHEET });
    world.refused("chart_create", put).await;
}
