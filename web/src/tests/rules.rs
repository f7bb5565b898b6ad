//! Rules in the console: made, pointed at, begun by their address, looked at.

use http::StatusCode;
use model::{Outcome, Role, RoleSet};
use tower::ServiceExt as _;
use url::form_urlencoded::Serializer;

use super::{Answer, Keeper, World};

const RULES: &str = "/console/t/acme/rules";
const STEPS: &str = r#"[{"tool": "help", "arguments": {"topic": "{{ event.body.topic }}"}}]"#;

impl World {
    async fn maker(&self) -> Keeper {
        let roles = RoleSet::of(&[Role::Developer]);
        self.account(&self.acme, "dev", roles).await
    }

    async fn rule_form(&self, who: &Keeper, path: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = self.look(&format!("{RULES}/new"), &who.cookie).await.csrf();
        let form = Serializer::new(String::new())
            .append_pair("csrf", &csrf)
            .extend_pairs(fields)
            .finish();
        self.post_with(path, &who.cookie, &form).await
    }

    async fn save_rule(
        &self,
        who: &Keeper,
        path: &str,
        version: &str,
        name: &str,
        condition: &str,
    ) -> Answer {
        let fields = [
            ("version", version),
            ("name", name),
            ("kind", "hook"),
            ("condition", condition),
            ("steps", STEPS),
            ("role", "end_user"),
            ("per_minute", "60"),
        ];
        self.rule_form(who, path, &fields).await
    }
}

/// The path that an answer sends to, without its question.
fn goes(page: &Answer) -> String {
    let to = page.location();
    to.split('?').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_rule_is_made_begun_and_looked_at() {
    let world = World::new().await;
    let dev = world.maker().await;
    let new = format!("{RULES}/new");
    let wrong = world
        .save_rule(&dev, &new, "0", "Help <b>me</b>", "evnt.x == 1")
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        wrong.body.contains("evnt") && wrong.body.contains("line 1"),
        "{}",
        wrong.body
    );
    assert!(
        wrong.body.contains("{{ event.body.topic }}"),
        "what was typed stays"
    );

    let made = world
        .save_rule(&dev, &new, "0", "Help <b>me</b>", "event.body.topic != ''")
        .await;
    let path = goes(&made);
    assert!(path.starts_with(&format!("{RULES}/rul_")), "{}", made.body);
    let list = world.look(RULES, &dev.cookie).await;
    assert!(list.body.contains("Help &#60;b&#62;me") && list.body.contains("Paused"));
    let stale = world.save_rule(&dev, &path, "7", "Other", "").await;
    assert!(
        stale.location().ends_with("done=stale"),
        "{}",
        stale.location()
    );

    world
        .rule_form(&dev, &format!("{path}/state"), &[("act", "resume")])
        .await;
    let opened = world
        .rule_form(&dev, &format!("{path}/state"), &[("act", "address")])
        .await;
    let at = opened.body.find("/t/acme/hooks/fmhk_").expect("an address");
    let address: String = opened.body[at..]
        .chars()
        .take_while(|c| !matches!(c, '<' | '"'))
        .collect();
    let call = |key: &'static str, body: &'static str| {
        let request = http::Request::post(&address)
            .header("content-type", "application/json")
            .header("idempotency-key", key)
            .body(axum::body::Body::from(body))
            .unwrap();
        let app = world.app.clone();
        async move { app.oneshot(request).await.unwrap().status() }
    };
    let body = r#"{"topic": "errors"}"#;
    assert_eq!(call("1", body).await, StatusCode::ACCEPTED);
    assert_eq!(call("1", body).await, StatusCode::OK);
    assert_eq!(call("2", "{").await, StatusCode::BAD_REQUEST);
    for _ in 0..100 {
        world.state.rules.round(world.acme.id).await.unwrap();
        let done = world.look(&path, &dev.cookie).await.body.contains("Done");
        if done {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let page = world.look(&path, &dev.cookie).await;
    let at = page.body.find("/runs/run_").expect("a run");
    let run = &page.body[at..at + "/runs/run_".len() + 26];
    let run = world.look(&format!("{path}{run}"), &dev.cookie).await;
    assert!(run.body.contains("The condition holds"), "{}", run.body);
    assert!(run.body.contains("hook:1"));
    let call = world
        .entries(&world.acme)
        .await
        .into_iter()
        .find(|one| one.entry.action == "help")
        .expect("the call is in the ledger");
    assert_eq!(call.entry.outcome, Outcome::Ok);
    assert_eq!(call.entry.channel.name(), "rule");

    world
        .rule_form(&dev, &format!("{path}/state"), &[("act", "pause")])
        .await;
    let paused = http::Request::post(&address)
        .body(axum::body::Body::empty())
        .unwrap();
    let paused = world.app.clone().oneshot(paused).await.unwrap();
    assert_eq!(paused.status(), StatusCode::NOT_FOUND);
    world
        .rule_form(&dev, &format!("{path}/state"), &[("act", "remove")])
        .await;
    let gone = world.look(&path, &dev.cookie).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn rules_are_for_those_who_may_manage_them() {
    let world = World::new().await;
    let auditor = RoleSet::of(&[Role::Auditor]);
    let auditor = world.account(&world.acme, "audit", auditor).await;
    let page = world.look(RULES, &auditor.cookie).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    let dev = world.maker().await;
    let made = world
        .save_rule(&dev, &format!("{RULES}/new"), "0", "Own", "")
        .await;
    let elsewhere = goes(&made).replace("/acme/", "/other/");
    let page = world.look(&elsewhere, &dev.cookie).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
}
