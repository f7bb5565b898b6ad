//! The set-up of an app, against the sandbox.

use std::time::Duration;

use calls::app_care::checks::Region;
use feishu::Hosts;
use http::{StatusCode, header};
use model::{
    Brand, Clock as _, Principal, Purpose, Role, RoleSet,
    policy::{ManageTenant, authorize},
};
use sandbox::{
    RunningSandbox, SandboxOptions,
    demo::{self, ILL_APPS, Illness},
};
use store::{EntryFilter, Page};
use vault::{Token, TokenKind};

use super::{Answer, Keeper, World};
use crate::WebOptions;

const SAME: &str = "confirm=acme";

/// The world, a sandbox of the same time that knows our redirect URL, and the owner of a fresh
/// organisation.
async fn fresh() -> (World, RunningSandbox, Keeper) {
    let options = SandboxOptions {
        rate_limits: false,
        redirect_urls: vec!["https://mcp.example.com/callback".to_owned()],
        ..SandboxOptions::default()
    };
    let sandbox = sandbox::start(options).await.unwrap();
    let origin = url::Url::parse(&sandbox.base_url()).unwrap();
    let world = World::facing(WebOptions::default(), move |brand| {
        let region = match brand {
            Brand::Feishu => Region::Feishu,
            Brand::Lark => Region::Lark,
        };
        Hosts::stand_in(&origin, region)
    })
    .await;
    sandbox.advance_clock(world.clock.now().millis() - sandbox.state().now_ms());
    let ann = world
        .account(&world.other, "ann", RoleSet::of(&[Role::Owner]))
        .await;
    let csrf = world.look("/console/new", &ann.cookie).await.csrf();
    let form = format!("csrf={csrf}&name=Fresh+Fields&brand=feishu&act=make");
    let made = world.post_with("/console/new", &ann.cookie, &form).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    assert_eq!(
        made.location(),
        "/console/t/fresh-fields/setup?done=created"
    );
    (world, sandbox, ann)
}

const SETUP: &str = "/console/t/fresh-fields/setup";

impl World {
    async fn submit(&self, path: &str, keeper: &Keeper, fields: &str) -> Answer {
        let csrf = self.look(SETUP, &keeper.cookie).await.csrf();
        let form = format!("csrf={csrf}&{fields}");
        self.post_with(path, &keeper.cookie, &form).await
    }

    /// Administrative acts of the fresh organisation, oldest first, with their details.
    async fn acts(&self) -> Vec<(String, String)> {
        let slug = "fresh-fields".parse().unwrap();
        let entry = self
            .store
            .directory()
            .by_slug(&slug)
            .await
            .unwrap()
            .unwrap();
        let operator = Principal::platform(entry.tenant.id, Purpose::Operator);
        let tx = self.store.scope(&operator).read().await.unwrap();
        let filter = EntryFilter::default();
        let found = tx.ledger().list(&filter, &Page::first(100)).await.unwrap();
        let mut acts: Vec<(u64, String, String)> = found
            .items
            .into_iter()
            .map(|one| (one.seq, one.entry.action, one.entry.detail))
            .collect();
        acts.sort();
        acts.into_iter()
            .map(|(_, action, detail)| (action, detail))
            .collect()
    }
}

fn credentials(app_id: &str, secret: &str) -> String {
    format!("brand=feishu&app_id={app_id}&app_secret={secret}")
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_are_saved_only_when_feishu_takes_them_and_never_shown() {
    let (world, _sandbox, ann) = fresh().await;
    let enter = format!("{SETUP}/app");
    let empty = world.look(SETUP, &ann.cookie).await;
    assert!(empty.body.contains("id=\"save-app\""));

    let wrong = credentials(demo::APP_ID, "certainly-wrong-secret");
    let refused = world.submit(&enter, &ann, &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("The App Secret is wrong."));
    assert!(refused.body.contains(demo::APP_ID), "what was typed stays");
    assert!(!refused.body.contains("certainly-wrong-secret"));
    for (app_id, secret) in [("../../x", "s"), ("cli_", "s"), (demo::APP_ID, "")] {
        let refused = world
            .submit(&enter, &ann, &credentials(app_id, secret))
            .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{app_id}");
    }
    // The other brand's app is told apart from an unknown one.
    let lark = ILL_APPS.iter().find(|app| app.illness == Illness::Brand);
    let lark = lark.unwrap();
    let refused = world
        .submit(&enter, &ann, &credentials(lark.app_id, lark.secret))
        .await;
    assert!(refused.body.contains("belongs to Lark"));

    let right = credentials(demo::APP_ID, demo::APP_SECRET);
    let saved = world.submit(&enter, &ann, &right).await;
    assert_eq!(saved.location(), format!("{SETUP}?done=saved"));
    let page = world.look(&format!("{SETUP}?step=app"), &ann.cookie).await;
    assert!(page.body.contains(demo::APP_ID));
    assert!(!page.body.contains(demo::APP_SECRET));
    for step in ["redirect", "permissions", "publish", "sign-in", "done", "x"] {
        let page = world
            .look(&format!("{SETUP}?step={step}"), &ann.cookie)
            .await;
        assert_eq!(page.status, StatusCode::OK, "{step}");
        assert!(page.body.contains("id=\"check-again\""), "{step}");
    }
    let acts = world.acts().await;
    let names: Vec<&str> = acts.iter().map(|(action, _)| action.as_str()).collect();
    assert_eq!(names, ["tenant.create", "app.set_up"]);
    assert!(acts[1].1.contains(demo::APP_ID));
    for (_, detail) in &acts {
        assert!(!detail.contains(demo::APP_SECRET), "{detail}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_scope_is_shown_with_what_to_paste_and_goes_after_a_check() {
    let (world, sandbox, ann) = fresh().await;
    let app = ILL_APPS
        .iter()
        .find(|app| app.illness == Illness::ScopeMissing);
    let app = app.unwrap();
    let form = credentials(app.app_id, app.secret);
    world.submit(&format!("{SETUP}/app"), &ann, &form).await;
    let overview = world.look("/console/t/fresh-fields", &ann.cookie).await;
    assert!(overview.body.contains("The Feishu app has a fault."));
    let page = world.look(SETUP, &ann.cookie).await;
    assert!(
        page.body.contains("id=\"import-json\""),
        "the step that is not done"
    );
    assert!(page.body.contains("wiki:node:create"));
    assert!(page.body.contains("Writing documents"));
    let deep = format!("https://open.feishu.cn/app/{}/auth", app.app_id);
    assert!(page.body.contains(&deep));

    sandbox.change_app(app.app_id, |app| {
        app.user_scopes.insert("wiki:node:create".to_owned());
    });
    let checked = world
        .submit(&format!("{SETUP}/check"), &ann, "step=permissions")
        .await;
    assert_eq!(
        checked.location(),
        format!("{SETUP}?step=permissions&done=checked")
    );
    let page = world.look(checked.location(), &ann.cookie).await;
    assert!(page.body.contains("Every permission is in force."));
    let overview = world.look("/console/t/fresh-fields", &ann.cookie).await;
    assert!(!overview.body.contains("fault"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_serves_one_browser_one_purpose_and_a_quarter_of_an_hour() {
    let (world, _sandbox, ann) = fresh().await;
    let made = world.submit(&format!("{SETUP}/handover"), &ann, "").await;
    assert_eq!(made.status, StatusCode::OK);
    let path = link(&made.body);

    // A preview binds nothing and tells nothing about the app.
    let closed = world.look(&path, "").await;
    assert_eq!(closed.status, StatusCode::OK);
    assert!(closed.body.contains("id=\"open-handover\""));
    assert!(!closed.body.contains("save-app"));
    let opened = world.post_with(&path, "", "").await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER);
    let cookie = opened.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("Secure"));
    let cookie = cookie.split(';').next().unwrap().to_owned();

    // Whoever comes second, with the right address or a cookie of its own, finds nothing.
    let foreign = Token::mint(TokenKind::Browser, world.entropy.as_ref());
    let name = cookie.split('=').next().unwrap();
    let other = format!("{name}={}", foreign.expose());
    for second in ["", other.as_str(), ann.cookie.as_str()] {
        assert_eq!(world.look(&path, second).await.status, StatusCode::GONE);
        let again = world.post_with(&path, second, "").await;
        assert_eq!(again.status, StatusCode::GONE);
    }
    let inside = world.look(&path, &cookie).await;
    assert!(inside.body.contains("save-app"));
    let csrf = inside.csrf();
    let enter = format!("{path}/app");
    let right = credentials(demo::APP_ID, demo::APP_SECRET);
    for wrong in ["", "csrf=", "csrf=x"] {
        let form = format!("{wrong}&{right}");
        let refused = world.post_with(&enter, &cookie, &form).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{wrong}");
    }
    let form = format!("csrf={csrf}&{right}");
    let saved = world.post_with(&enter, &cookie, &form).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let inside = world.look(saved.location(), &cookie).await;
    assert!(inside.body.contains("Feishu accepts the credentials."));
    assert!(!inside.body.contains(demo::APP_SECRET));
    // Another app is not its holder's to choose.
    let well = &ILL_APPS[0];
    let form = format!("csrf={csrf}&{}", credentials(well.app_id, well.secret));
    let refused = world.post_with(&enter, &cookie, &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let checked = world
        .post_with(&format!("{path}/check"), &cookie, &format!("csrf={csrf}"))
        .await;
    assert_eq!(checked.location(), format!("{path}?done=checked"));

    // The cookie opens nothing else.
    for door in [
        "/console/t/fresh-fields",
        SETUP,
        "/console",
        "/t/fresh-fields/connections",
    ] {
        let away = world.look(door, &cookie).await;
        assert_eq!(away.status, StatusCode::SEE_OTHER, "{door}");
        assert!(away.location().contains("sign-in"), "{door}");
    }
    let actions: Vec<String> = world
        .acts()
        .await
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(
        actions,
        [
            "tenant.create",
            "handover.make",
            "handover.open",
            "app.set_up"
        ]
    );

    world.clock.advance(Duration::from_mins(15));
    assert_eq!(world.look(&path, &cookie).await.status, StatusCode::GONE);
    let form = format!("csrf={csrf}");
    let late = world
        .post_with(&format!("{path}/check"), &cookie, &form)
        .await;
    assert_eq!(late.status, StatusCode::GONE);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_link_and_one_for_something_else_open_nothing() {
    let (world, _sandbox, ann) = fresh().await;
    let made = world.submit(&format!("{SETUP}/handover"), &ann, "").await;
    let first = link(&made.body);
    let made = world.submit(&format!("{SETUP}/handover"), &ann, "").await;
    let second = link(&made.body);
    assert_eq!(world.look(&first, "").await.status, StatusCode::GONE);
    assert_eq!(world.look(&second, "").await.status, StatusCode::OK);
    world
        .submit(&format!("{SETUP}/handover/end"), &ann, "")
        .await;
    assert_eq!(world.look(&second, "").await.status, StatusCode::GONE);
    // A link that was made for another thing.
    let operator = Principal::platform(world.acme.id, Purpose::Operator);
    let entry = world.store.directory().by_id(world.acme.id).await.unwrap();
    let permit = authorize::<ManageTenant>(&entry.unwrap().rules, &operator, &()).unwrap();
    let token = Token::mint(TokenKind::Link, world.entropy.as_ref());
    let tx = world.store.scope(&operator).write().await.unwrap();
    let until = tx.now() + Duration::from_mins(15);
    let hash = token.hash();
    let links = tx.handovers();
    links
        .make(&permit, &hash, "erase", "Ann", until)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let path = format!("/handover/{}", token.expose());
    assert_eq!(world.look(&path, "").await.status, StatusCode::GONE);
    // A token of another kind in the same place.
    let other = Token::mint(TokenKind::PageSession, world.entropy.as_ref());
    let path = format!("/handover/{}", other.expose());
    assert_eq!(world.look(&path, "").await.status, StatusCode::GONE);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_app_takes_the_typed_name_a_fresh_proof_and_feishus_word() {
    let (world, _sandbox, ann) = fresh().await;
    let form = credentials(demo::APP_ID, demo::APP_SECRET);
    world.submit(&format!("{SETUP}/app"), &ann, &form).await;
    let replace = format!("{SETUP}/app/replace");
    let well = &ILL_APPS[0];
    let new = credentials(well.app_id, well.secret);
    let wrong = credentials(well.app_id, "wrong");
    for refused in [
        new.clone(),
        format!("{new}&{SAME}"),
        format!("{wrong}&confirm=fresh-fields"),
        format!("{form}&confirm=fresh-fields"),
    ] {
        let answer = world.submit(&replace, &ann, &refused).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{refused}");
        assert!(answer.body.contains("replace-fault"));
    }
    let confirmed = format!("{new}&confirm=fresh-fields");
    let changed = world.submit(&replace, &ann, &confirmed).await;
    assert_eq!(changed.location(), format!("{SETUP}?done=replaced"));
    let page = world.look(&format!("{SETUP}?step=app"), &ann.cookie).await;
    assert!(page.body.contains(well.app_id));
    let acts = world.acts().await;
    let (action, detail) = &acts[acts.len() - 1];
    assert_eq!(action, "app.replace");
    assert!(detail.contains(demo::APP_ID) && detail.contains(well.app_id));
    // Who is there must have been proven a short while ago.
    world.clock.advance(Duration::from_mins(11));
    let back = format!("{form}&confirm=fresh-fields");
    let stale = world.submit(&replace, &ann, &back).await;
    assert_eq!(stale.location(), "/console/step-up");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_secret_changes_and_comes_back() {
    let (world, sandbox, ann) = fresh().await;
    let form = credentials(demo::APP_ID, demo::APP_SECRET);
    world.submit(&format!("{SETUP}/app"), &ann, &form).await;
    let change = format!("{SETUP}/app");
    let said = world.submit(&format!("{change}/announce"), &ann, "").await;
    assert_eq!(said.location(), format!("{change}?done=announced"));
    let early = world
        .submit(
            &format!("{change}/secret"),
            &ann,
            "app_secret=second-secret",
        )
        .await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!early.body.contains("second-secret"));
    let reset = |secret: &'static str| {
        sandbox.change_app(demo::APP_ID, |app| secret.clone_into(&mut app.secret));
    };
    reset("second-secret");
    let taken = world
        .submit(
            &format!("{change}/secret"),
            &ann,
            "app_secret=second-secret",
        )
        .await;
    assert_eq!(taken.location(), format!("{change}?done=secret"));
    let undo = format!("{change}/undo");
    let refused = world.submit(&undo, &ann, "").await;
    assert_eq!(refused.location(), format!("{change}?done=refused"));
    reset(demo::APP_SECRET);
    let undone = world.submit(&undo, &ann, "").await;
    assert_eq!(undone.location(), format!("{change}?done=undone"));
    let told: Vec<String> = world
        .acts()
        .await
        .into_iter()
        .map(|(_, told)| told)
        .collect();
    let told = told.join(" ");
    assert!(!told.contains("second-secret") && !told.contains(demo::APP_SECRET));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_short_name_is_looked_up_and_another_one_offered() {
    let (world, _sandbox, ann) = fresh().await;
    let csrf = world.look("/console/new", &ann.cookie).await.csrf();
    let ask = async |fields: &str| {
        let form = format!("csrf={csrf}&{fields}");
        world.post_with("/console/new", &ann.cookie, &form).await
    };
    let free = ask("name=&slug=North-Star&act=check").await;
    assert_eq!(free.status, StatusCode::OK);
    assert!(free.body.contains("value=\"north-star\""));
    for taken in ["acme", "fresh-fields", "conformance"] {
        let answer = ask(&format!("name=x&slug={taken}&act=make")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains(&format!("{taken}-2")), "{taken}");
    }
    let answer = ask("name=x&slug=9lives&act=make").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let foreign = world.post_with("/console/new", &ann.cookie, "name=x&act=make");
    assert_eq!(foreign.await.status, StatusCode::FORBIDDEN);
    let nobody = world.look("/console/new", "").await;
    assert_eq!(nobody.location(), "/sign-in?return_to=%2Fconsole%2Fnew");
    // Somebody else's organisation does not exist.
    let ben = world
        .account(&world.acme, "ben", RoleSet::of(&[Role::Owner]))
        .await;
    assert_eq!(
        world.look(SETUP, &ben.cookie).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signed_in_at_feishu_becomes_the_first_administrator_and_nobody_after() {
    let (world, _sandbox, ann) = fresh().await;
    let slug = "fresh-fields".parse().unwrap();
    let entry = world
        .store
        .directory()
        .by_slug(&slug)
        .await
        .unwrap()
        .unwrap();
    let lin = world.person(&entry.tenant, "Lin").await;
    let both = format!("{}; {}", ann.cookie, lin.cookie);
    let page = world.look(&format!("{SETUP}?step=sign-in"), &both).await;
    let offer = "Make <bdi>Lin</bdi> the Feishu administrator";
    assert!(page.body.contains(offer), "{}", page.body);
    let form = format!("csrf={}", page.csrf());
    // Without the member's own session nobody is made.
    world
        .post_with(&format!("{SETUP}/admin"), &ann.cookie, &form)
        .await;
    let admins = async || {
        let operator = Principal::platform(entry.tenant.id, Purpose::Operator);
        let tx = world.store.scope(&operator).read().await.unwrap();
        tx.members()
            .first_admin()
            .await
            .unwrap()
            .map(|one| one.name)
    };
    assert_eq!(admins().await, None);
    world
        .post_with(&format!("{SETUP}/admin"), &both, &form)
        .await;
    assert_eq!(admins().await.as_deref(), Some("Lin"));
    let eve = world.person(&entry.tenant, "Eve").await;
    let both = format!("{}; {}", ann.cookie, eve.cookie);
    world
        .post_with(&format!("{SETUP}/admin"), &both, &form)
        .await;
    let operator = Principal::platform(entry.tenant.id, Purpose::Operator);
    let tx = world.store.scope(&operator).read().await.unwrap();
    let known = tx.members().get(eve.member.id).await.unwrap().unwrap();
    assert!(!known.roles.has(Role::Admin));
}

/// The path of the link that a page shows.
fn link(body: &str) -> String {
    let rest = body.split("id=\"handover-link\"").nth(1).unwrap();
    let rest = rest.split("https://mcp.example.com").nth(1).unwrap();
    rest.split('<').next().unwrap().to_owned()
}
