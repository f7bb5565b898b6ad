//! The set-up of an app, against the sandbox.

mod credentials;
mod links;

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
