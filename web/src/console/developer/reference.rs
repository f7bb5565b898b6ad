//! The tools with their arguments, from the catalogue that clients get.

use axum::{
    extract::{Path, State},
    response::Response,
};
use model::{Locale, policy::UseDeveloperDesk};
use serde_json::{Map, Value, json};
use tools::{ErrorKind, ToolDef};
use views::{
    console::{Tab, developer::DeveloperToolsPage},
    reference::{Argument, ToolCard},
};

use super::{Away, enter};
use crate::{WebState, page, visit::Visit};

/// Shows the tools in the console.
///
/// Permissions: [`UseDeveloperDesk`].
pub(super) async fn inside(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
) -> Result<Response, Away> {
    let desk = enter::<UseDeveloperDesk>(&state, &visit, &slug).await?;
    let base = desk.path("/developer/tools");
    let page = DeveloperToolsPage {
        console: desk.shell(&visit, Tab::Developer),
        tools: cards(visit.locale, Some(&base)),
        errors: errors(),
    };
    Ok(page::show(page.render()))
}

/// The errors, by their stable names.
pub(crate) fn errors() -> Vec<&'static str> {
    ErrorKind::ALL.into_iter().map(ErrorKind::name).collect()
}

/// The tools; with `base` each leads to the page that tries it.
pub(crate) fn cards(locale: Locale, base: Option<&str>) -> Vec<ToolCard> {
    tools::catalogue()
        .iter()
        .map(|tool| card(tool, locale, base))
        .collect()
}

fn card(tool: &'static ToolDef, locale: Locale, base: Option<&str>) -> ToolCard {
    let spec = tool.spec();
    let arguments = arguments(tool, locale);
    let given: Map<String, Value> = arguments
        .iter()
        .filter(|one| one.required)
        .map(|one| (one.name.clone(), example(one)))
        .collect();
    let call = json!({
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": { "name": spec.name, "arguments": given },
    });
    ToolCard {
        name: spec.name.to_owned(),
        title: spec.title.pick(locale).to_owned(),
        about: spec.description.pick(locale).to_owned(),
        effect: spec.effect.name(),
        reading: spec.reading_ops.iter().map(|op| (*op).to_owned()).collect(),
        scopes: spec.scopes.iter().map(|one| (*one).to_owned()).collect(),
        arguments,
        example: serde_json::to_string_pretty(&call).unwrap_or_default(),
        attempt: base.map(|base| format!("{base}/{}", spec.name)),
    }
}

/// A value that an argument could have.
fn example(argument: &Argument) -> Value {
    match argument.values.first() {
        Some(first) if argument.kind == "array" => return json!([first]),
        Some(first) => return json!(first),
        None => {}
    }
    match argument.kind.as_str() {
        "integer" | "number" => json!(10),
        "boolean" => json!(true),
        "array" => json!(["…"]),
        _ if argument.name == "ref" => json!("https://acme.feishu.cn/docx/…"),
        _ => json!("…"),
    }
}

/// The arguments of a tool, in the order that the tool declares.
pub(super) fn arguments(tool: &'static ToolDef, locale: Locale) -> Vec<Argument> {
    let schema = tool.input_schema(locale);
    let required = schema["required"].as_array();
    let Some(properties) = schema["properties"].as_object() else {
        return Vec::new();
    };
    let declared = tool.spec().args.iter().map(|(name, _)| *name);
    let mut names: Vec<&str> = declared
        .filter(|name| properties.contains_key(*name))
        .collect();
    let others = properties.keys().map(String::as_str);
    let others: Vec<&str> = others.filter(|name| !names.contains(name)).collect();
    names.extend(others);
    names
        .into_iter()
        .filter_map(|name| Some((name, properties.get(name)?)))
        .map(|(name, property)| Argument {
            name: name.to_owned(),
            kind: property["type"].as_str().unwrap_or("object").to_owned(),
            required: required.is_some_and(|all| all.iter().any(|one| one == name)),
            values: if property["enum"].is_array() {
                texts(&property["enum"])
            } else {
                texts(&property["items"]["enum"])
            },
            about: property["description"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
        })
        .collect()
}

fn texts(value: &Value) -> Vec<String> {
    let items = value.as_array().into_iter().flatten();
    items
        .filter_map(|one| Some(one.as_str()?.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tool_and_argument_is_in_the_reference_in_both_languages() {
        for locale in [Locale::En, Locale::Zh] {
            let cards = cards(locale, None);
            assert_eq!(cards.len(), tools::catalogue().len());
            for (card, tool) in cards.iter().zip(tools::catalogue()) {
                let schema = tool.input_schema(locale);
                let known = schema["properties"].as_object().unwrap();
                assert_eq!(card.arguments.len(), known.len(), "{}", card.name);
                for argument in &card.arguments {
                    let place = format!("{} {}", card.name, argument.name);
                    assert!(!argument.about.is_empty(), "{place} is not explained");
                }
                let example: Value = serde_json::from_str(&card.example).unwrap();
                assert_eq!(example["params"]["name"], card.name.as_str());
            }
        }
    }
}
