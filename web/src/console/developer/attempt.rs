//! Trying a tool, through the same gate as every client.

use std::{collections::HashMap, fmt::Write as _};

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use calls::CallRequest;
use edge::Entrance;
use http::StatusCode;
use model::{
    Principal,
    policy::{Effect, UseDeveloperDesk},
};
use serde_json::{Map, Value, json};
use store::{EntryFilter, Page, StoreError};
use tools::ToolDef;
use views::{
    console::{
        Tab,
        developer::{ArgumentField, Given, Input, TryPage},
    },
    error::Trouble,
};

use super::{Away, Desk, come_in, enter, reference};
use crate::{
    WebState,
    page::{self, PageFault},
    visit::Visit,
};

/// Shows the form.
///
/// Permissions: [`UseDeveloperDesk`].
pub(super) async fn show(
    State(state): State<WebState>,
    Path((slug, tool)): Path<(String, String)>,
    visit: Visit,
) -> Result<Response, Away> {
    let desk = enter::<UseDeveloperDesk>(&state, &visit, &slug).await?;
    let tool = find(&visit, &tool)?;
    let who = member(&state, &visit, &desk).await?;
    let page = build(&visit, &desk, tool, who.as_ref(), &HashMap::new());
    Ok(page::show(page.render()))
}

/// Runs the tool in the name of the member who is signed in at Feishu in this browser. What
/// changes something needs a tick.
///
/// Permissions: [`UseDeveloperDesk`], and whatever the gate asks of the member. Ledger: the call.
pub(super) async fn act(
    State(state): State<WebState>,
    Path((slug, tool)): Path<(String, String)>,
    visit: Visit,
    Form(form): Form<Vec<(String, String)>>,
) -> Result<Response, Away> {
    let form: HashMap<String, String> = form.into_iter().collect();
    let csrf = form.get("csrf").map(String::as_str).unwrap_or_default();
    let desk = come_in::<UseDeveloperDesk>(&state, &visit, &slug, csrf).await?;
    let tool = find(&visit, &tool)?;
    let who = member(&state, &visit, &desk).await?;
    let mut page = build(&visit, &desk, tool, who.as_ref(), &form);
    let unprocessable =
        |page: &TryPage| page::answer(StatusCode::UNPROCESSABLE_ENTITY, page.render());
    let Some(who) = who else {
        return Ok(unprocessable(&page));
    };
    let mut arguments = Map::new();
    for field in &mut page.fields {
        match value(field) {
            Ok(Some(value)) => {
                arguments.insert(field.name.clone(), value);
            }
            Ok(None) => {}
            Err(NoValue) => field.wrong = true,
        }
    }
    if page.fields.iter().any(|field| field.wrong) {
        return Ok(unprocessable(&page));
    }
    let arguments = Value::Object(arguments);
    // Arguments that do not fit are the gate's to refuse, as for every client.
    let effect = tool.effect_in(&arguments, visit.locale);
    let changes = effect.is_ok_and(|effect| effect != Effect::Read);
    if changes && form.get("sure").is_none_or(|sure| sure != "yes") {
        page.unconfirmed = true;
        return Ok(unprocessable(&page));
    }
    let given = run(&state, &desk, tool, &who, arguments)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    page.given = Some(given);
    Ok(page::show(page.render()))
}

fn find(visit: &Visit, name: &str) -> Result<&'static ToolDef, PageFault> {
    tools::find(name).ok_or_else(|| PageFault::new(Trouble::NotFound, visit))
}

/// Who is signed in at Feishu here: whoever came in as a member, or the member beside an account.
async fn member(
    state: &WebState,
    visit: &Visit,
    desk: &Desk<UseDeveloperDesk>,
) -> Result<Option<Principal>, PageFault> {
    let session = match &desk.session.entrance {
        Entrance::Member(session) => Some(session.clone()),
        Entrance::Account(_) => {
            let slug = &desk.entry.tenant.slug;
            let known = state.auth.page(&visit.headers, slug).await;
            known.map_err(|error| PageFault::internal(&error, visit))?
        }
    };
    Ok(session.map(|session| {
        session
            .principal
            .through(model::Channel::Console, visit.locale)
    }))
}

fn build(
    visit: &Visit,
    desk: &Desk<UseDeveloperDesk>,
    tool: &'static ToolDef,
    who: Option<&Principal>,
    form: &HashMap<String, String>,
) -> TryPage {
    let spec = tool.spec();
    let back = desk.path(&format!("/developer/tools/{}", spec.name));
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("return_to", &back)
        .finish();
    let fields = reference::arguments(tool, visit.locale)
        .into_iter()
        .map(|one| ArgumentField {
            value: form
                .get(&format!("arg.{}", one.name))
                .cloned()
                .unwrap_or_default(),
            input: input(&one.name, &one.kind, one.values),
            name: one.name,
            about: one.about,
            required: one.required,
            wrong: false,
        });
    TryPage {
        console: desk.shell(visit, Tab::Developer),
        tool: spec.name.to_owned(),
        title: spec.title.pick(visit.locale).to_owned(),
        about: spec.description.pick(visit.locale).to_owned(),
        effect: spec.effect.name(),
        mixed: !spec.reading_ops.is_empty(),
        member: who.map(|who| who.name().to_owned()),
        sign_in: format!("/t/{}/sign-in?{query}", desk.entry.tenant.slug),
        fields: fields.collect(),
        unconfirmed: false,
        given: None,
    }
}

fn input(name: &str, kind: &str, values: Vec<String>) -> Input {
    match kind {
        _ if !values.is_empty() && kind != "array" => Input::Choice(values),
        "integer" | "number" => Input::Number,
        "boolean" => Input::Flag,
        "array" => Input::List,
        "string" if ["markdown", "text", "content", "comment"].contains(&name) => Input::Text,
        "string" => Input::Line,
        _ => Input::Json,
    }
}

/// What was written is no value of the argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct NoValue;

/// The value; `None` when nothing was written.
fn value(field: &ArgumentField) -> Result<Option<Value>, NoValue> {
    let text = field.value.replace("\r\n", "\n");
    if text.trim().is_empty() {
        return Ok(None);
    }
    let line = text.trim();
    Ok(Some(match &field.input {
        Input::Line | Input::Choice(_) => json!(line),
        Input::Text => json!(text),
        Input::Number => match line.parse::<i64>() {
            Ok(whole) => json!(whole),
            Err(_) => json!(line.parse::<f64>().map_err(|_| NoValue)?),
        },
        Input::Flag => json!(line == "true"),
        Input::List if line.starts_with('[') => serde_json::from_str(line).map_err(|_| NoValue)?,
        Input::List => {
            let items = text.lines().map(str::trim);
            items.filter(|item| !item.is_empty()).collect()
        }
        Input::Json => serde_json::from_str(line).map_err(|_| NoValue)?,
    }))
}

async fn run(
    state: &WebState,
    desk: &Desk<UseDeveloperDesk>,
    tool: &'static ToolDef,
    who: &Principal,
    arguments: Value,
) -> Result<Given, StoreError> {
    let request = json!({
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": { "name": tool.name(), "arguments": arguments },
    });
    let began = state.clock.now();
    let reply = state
        .gate
        .call(who, CallRequest::new(tool.name(), arguments))
        .await;
    let took = state.clock.now().since(began);
    let fields = tools::wire(&reply.call_id.to_string(), &reply.result);
    let text = fields["content"][0]["text"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let response = json!({ "jsonrpc": "2.0", "id": 1, "result": fields });
    let tx = desk.scope(state).read().await?;
    let filter = EntryFilter {
        id: Some(reply.call_id),
        kinds: vec![model::EntryKind::Call],
        ..EntryFilter::default()
    };
    let found = tx.ledger().list(&filter, &Page::first(1)).await?;
    Ok(Given {
        request: pretty(&request),
        response: pretty(&response),
        text,
        failed: reply.result.is_err(),
        millis: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        path: found
            .items
            .first()
            .map(|one| desk.path(&format!("/developer/calls/{}", one.seq))),
    })
}

/// JSON for people: signs that would change how the rest reads are written as escapes, which is
/// the same JSON.
fn pretty(value: &Value) -> String {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{061c}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}' => {
                let _ = write!(shown, "\\u{:04x}", u32::from(c));
            }
            c => shown.push(c),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(input: Input, value_of: &str) -> Result<Option<Value>, NoValue> {
        value(&ArgumentField {
            name: "x".to_owned(),
            about: String::new(),
            required: false,
            input,
            value: value_of.to_owned(),
            wrong: false,
        })
    }

    #[test]
    fn what_is_written_becomes_the_value_that_the_schema_asks_for() {
        assert_eq!(read(Input::Line, "  "), Ok(None));
        assert_eq!(read(Input::Line, " a "), Ok(Some(json!("a"))));
        assert_eq!(read(Input::Text, "a\r\n b"), Ok(Some(json!("a\n b"))));
        assert_eq!(read(Input::Number, "7"), Ok(Some(json!(7))));
        assert_eq!(read(Input::Number, "7.5"), Ok(Some(json!(7.5))));
        assert_eq!(read(Input::Number, "seven"), Err(NoValue));
        assert_eq!(read(Input::Flag, "false"), Ok(Some(json!(false))));
        assert_eq!(read(Input::List, "a\n\n b"), Ok(Some(json!(["a", "b"]))));
        assert_eq!(read(Input::List, "[1]"), Ok(Some(json!([1]))));
        assert_eq!(read(Input::Json, "{"), Err(NoValue));
        assert_eq!(read(Input::Json, "{\"a\":1}"), Ok(Some(json!({ "a": 1 }))));
    }

    #[test]
    fn signs_that_turn_a_text_around_are_shown_as_escapes() {
        let value = json!({ "title": "a\u{202e}b\u{feff}" });
        let shown = pretty(&value);
        assert!(shown.contains("a\\u202eb\\ufeff"), "{shown}");
        assert_eq!(serde_json::from_str::<Value>(&shown).unwrap(), value);
    }
}
