//! Every endpoint of the facts: known, guarded, and strict about what it is sent.

use reqwest::Method;
use sandbox::{SandboxOptions, demo};
use serde_json::{Value, json};

use crate::{Outcome, World};

fn facts() -> Result<Vec<Value>, serde_json::Error> {
    serde_json::from_str(include_str!("../../facts/endpoints.json"))
}

fn filled(path: &str) -> String {
    path.split('/')
        .map(|part| {
            if part.starts_with(':') {
                "abcdefghijklmnopqrstuvwxyz0"
            } else {
                part
            }
        })
        .collect::<Vec<_>>()
        .join("/")
}

#[tokio::test]
async fn every_endpoint_is_routed_and_asks_for_a_token() -> Outcome {
    let world = World::start().await?;
    for endpoint in facts()? {
        let (method, path) = (endpoint["m"].as_str(), endpoint["p"].as_str());
        let method: Method = method.unwrap_or_default().parse()?;
        let path = filled(path.unwrap_or_default());
        let answer = world.send(world.request(method, &path)).await?;
        assert_ne!(answer.body, Value::from("404 page not found"), "{path}");
        if endpoint["k"] != "" {
            assert_eq!(answer.code(), 99_991_661, "{path}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_missing_required_field_is_named_by_every_endpoint() -> Outcome {
    let world = World::with(SandboxOptions {
        rate_limits: false,
        ..SandboxOptions::default()
    })
    .await?;
    let every: Vec<String> = facts()?
        .iter()
        .flat_map(|endpoint| endpoint["s"].as_array().cloned().unwrap_or_default())
        .filter_map(|scope| scope.as_str().map(str::to_owned))
        .collect();
    world
        .sandbox
        .change_app(demo::APP_ID, |app| app.tenant_scopes.extend(every));
    let token = world.tenant_token().await?;
    let mut checked = 0;
    for endpoint in facts()? {
        if !endpoint["k"]
            .as_str()
            .is_some_and(|kinds| kinds.contains('t'))
            || endpoint["mp"] == 1
        {
            continue;
        }
        let fields = ["q", "b"]
            .into_iter()
            .filter_map(|place| endpoint[place].as_object());
        let Some(name) = fields
            .flatten()
            .find(|(_, field)| field["r"] == 1)
            .map(|(name, _)| name.clone())
        else {
            continue;
        };
        let method: Method = endpoint["m"].as_str().unwrap_or_default().parse()?;
        let path = filled(endpoint["p"].as_str().unwrap_or_default());
        let request = world
            .request(method, &path)
            .bearer_auth(&token)
            .json(&json!({}));
        let answer = world.send(request).await?;
        assert_eq!(answer.code(), 99_992_402, "{path}: {}", answer.body);
        let named = answer.body["error"]["field_violations"]
            .as_array()
            .is_some_and(|rows| rows.iter().any(|row| row["field"] == name.as_str()));
        assert!(named, "{path} does not name {name}: {}", answer.body);
        checked += 1;
    }
    assert!(
        checked > 150,
        "only {checked} endpoints have required fields"
    );
    Ok(())
}

#[tokio::test]
async fn an_endpoint_that_is_not_simulated_says_so() -> Outcome {
    let world = World::start().await?;
    world.sandbox.change_app(demo::APP_ID, |app| {
        app.tenant_scopes.insert("event:ip_list".to_owned());
    });
    let token = world.tenant_token().await?;
    let answer = world.get("/open-apis/event/v1/outbound_ip", &token).await?;
    assert_eq!((answer.status, answer.code()), (501, 501));
    assert!(answer.text("msg").contains("event.v1.outboundIp.list"));
    Ok(())
}
