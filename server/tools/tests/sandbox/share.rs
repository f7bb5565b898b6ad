//! `share`: what is given is really given, and nothing reaches outside by itself.

use model::policy::Reason;
use sandbox::demo::{ADMIN, TENANT_KEY};

use super::*;

impl World {
    async fn share(&self, op: &str, mut arguments: Value) -> ToolOutput {
        arguments["op"] = op.into();
        self.ok("share", arguments).await
    }

    async fn no_share(&self, op: &str, mut arguments: Value) -> ToolError {
        arguments["op"] = op.into();
        self.err("share", arguments).await
    }

    fn id(&self, person: &str) -> String {
        self.sandbox.open_id(APP_ID, person).unwrap()
    }

    /// The same sandbox in somebody else's name.
    async fn seen_by(&self, person: &str, thing: &str) -> bool {
        let scopes: Vec<String> = Capability::scopes_of(&[Capability::DocsRead])
            .into_iter()
            .collect();
        let cx = context(&self.sandbox, person, &scopes).await;
        run(&cx, "doc_read", json!({"ref": thing})).await.is_ok()
    }

    fn allowing_outside(mut self) -> Self {
        let mut facts = (*self.cx.facts).clone();
        facts.reach_outside = Ok(());
        self.cx.facts = Arc::new(facts);
        self
    }
}

#[tokio::test]
async fn a_member_gains_changes_and_loses_access() {
    let world = World::full().await;
    let thing = world.made("Mine.").await;
    assert!(!world.seen_by(END_USER, &thing).await);
    let who = json!([world.id(END_USER)]);
    let given = world.share("add", json!({"ref": thing, "who": who})).await;
    assert!(given.text.contains("view access given"), "{}", given.text);
    assert!(world.seen_by(END_USER, &thing).await);
    let changed = json!({"ref": thing, "who": who, "role": "edit"});
    let changed = world.share("update", changed).await;
    let items = changed.structured.unwrap()["items"].clone();
    let roles: Vec<&str> = items
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["role"].as_str().unwrap())
        .collect();
    assert_eq!(roles, ["full_access", "edit"]);
    let told = world.share("get", json!({"ref": thing})).await;
    assert!(told.text.contains("owner") && told.text.contains("only members"));
    world
        .share("remove", json!({"ref": thing, "who": who}))
        .await;
    assert!(!world.seen_by(END_USER, &thing).await);
    let again = world
        .no_share("remove", json!({"ref": thing, "who": who}))
        .await;
    assert_eq!(again.kind, ErrorKind::NotFound);
}

#[tokio::test]
async fn a_page_of_a_wiki_is_shared_by_itself() {
    let world = World::full().await;
    let made = json!({"op": "create", "name": "Page", "to": format!("wiki:{}", demo::WIKI_NODE)});
    let made = world.ok("files", made).await.target.unwrap();
    let who = json!([world.id(END_USER)]);
    let given = world
        .share("add", json!({"ref": made, "who": who, "role": "edit"}))
        .await;
    assert!(given.text.contains("this page alone"), "{}", given.text);
}

#[tokio::test]
async fn names_are_found_and_several_of_one_name_are_candidates() {
    let world = World::full().await;
    let thing = world.made("Mine.").await;
    let nobody = json!({"ref": thing, "who": ["Nobody Atall"]});
    assert_eq!(
        world.no_share("add", nobody).await.kind,
        ErrorKind::NotFound
    );
    world.sandbox.change_tenant(TENANT_KEY, |tenant| {
        for person in [ADMIN, END_USER] {
            if let Some(user) = tenant.users.get_mut(person) {
                "同名".clone_into(&mut user.name);
            }
        }
    });
    let several = json!({"ref": thing, "who": ["同名"]});
    let error = world.no_share("add", several).await;
    assert_eq!(error.kind, ErrorKind::Ambiguous);
    assert_eq!(error.details["candidates"].as_array().unwrap().len(), 2);
    for wrong in [json!([]), json!(["group:a/b"]), json!(["a b@c"])] {
        let error = world
            .no_share("add", json!({"ref": thing, "who": wrong}))
            .await;
        assert_eq!(error.kind, ErrorKind::Invalid);
    }
}

#[tokio::test]
async fn the_link_opens_inside_and_outside_only_where_the_rules_allow_it() {
    let world = World::full().await;
    let thing = world.made("Mine.").await;
    let opened = json!({"ref": thing, "audience": "tenant_view"});
    world.share("link", opened).await;
    assert!(world.seen_by(END_USER, &thing).await);
    world
        .share("link", json!({"ref": thing, "audience": "closed"}))
        .await;
    assert!(!world.seen_by(END_USER, &thing).await);
    let anyone = json!({"ref": thing, "audience": "anyone_view"});
    let refused = world.no_share("link", anyone.clone()).await;
    assert_eq!(refused.reason(), Some(Reason::ExternalSharing));
    assert_eq!(world.sandbox.calls_of("drive.v2.permissionPublic.patch"), 2);
    let world = world.allowing_outside();
    // The organisation's own settings in Feishu still hold.
    let refused = world.no_share("link", anyone.clone()).await;
    assert_eq!(refused.kind, ErrorKind::Invalid, "{}", refused.render().0);
    world
        .sandbox
        .change_tenant(TENANT_KEY, |tenant| tenant.shares_outside = true);
    let opened = world.share("link", anyone).await;
    assert!(opened.text.contains("anyone may view"), "{}", opened.text);
    // Now the door is open: addresses may be anybody's.
    let strict = World {
        cx: ToolCx {
            facts: Arc::new(Facts {
                reach_outside: Err(Reason::ExternalSharing),
                ..(*world.cx.facts).clone()
            }),
            ..world.cx.clone()
        },
        ..world
    };
    let address = json!({"ref": thing, "who": ["stranger@elsewhere.test"]});
    let refused = strict.no_share("add", address).await;
    assert_eq!(refused.reason(), Some(Reason::ExternalSharing));
    let inside = json!({"ref": thing, "who": [strict.id(ADMIN)]});
    strict.share("add", inside).await;
}

#[tokio::test]
async fn an_owner_gives_a_thing_away_and_nobody_else_does() {
    let world = World::full().await;
    let thing = world.made("Mine.").await;
    let who = json!([world.id(END_USER)]);
    let dry = json!({"ref": thing, "who": who, "dry_run": true});
    let asked = world.share("transfer", dry).await;
    assert!(asked.text.contains("keeps full access"), "{}", asked.text);
    let given = world
        .share("transfer", json!({"ref": thing, "who": who}))
        .await;
    assert!(given.text.contains("owns it now"), "{}", given.text);
    let again = json!({"ref": thing, "who": [world.id(ADMIN)]});
    let refused = world.no_share("transfer", again).await;
    assert_eq!(refused.kind, ErrorKind::ForbiddenResource);
    let two = json!({"ref": thing, "who": [world.id(ADMIN), world.id(END_USER)]});
    assert_eq!(
        world.no_share("transfer", two).await.kind,
        ErrorKind::Invalid
    );
}

#[tokio::test]
async fn what_is_forbidden_deleted_or_half_done_is_said_so() {
    let world = World::full().await;
    let private = json!({"ref": format!("docx:{}", demo::PRIVATE_DOC)});
    let error = world.no_share("get", private).await;
    assert_eq!(error.kind, ErrorKind::ForbiddenResource);
    let deleted = json!({"ref": format!("docx:{}", demo::DELETED_DOC)});
    assert_eq!(
        world.no_share("get", deleted).await.kind,
        ErrorKind::NotFound
    );
    let thing = world.made("Mine.").await;
    let mut second = Fault::new("/open-apis/drive/v1/permissions/*/members", FaultKind::Code);
    second.method = Some("POST".to_owned());
    second.skip = 1;
    second.code = Some(1_063_003);
    world.sandbox.add_fault(second);
    let both = json!({"ref": thing, "who": [world.id(END_USER), world.id(ADMIN)]});
    let half = world.share("add", both).await;
    assert!(
        half.partial && half.text.starts_with("[partial]"),
        "{}",
        half.text
    );
    assert!(world.seen_by(END_USER, &thing).await);
    assert!(!world.seen_by(ADMIN, &thing).await);
}
