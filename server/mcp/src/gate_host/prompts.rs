//! Prompts that members start by hand: the table, the list, and filling one in.

mod table;

use calls::Via;
use model::{Access, Locale};
use serde_json::{Map, Value, json};
use tokio_util::sync::CancellationToken;
use tools::{ErrorKind, Text};

use self::table::PROMPTS;
use super::{GateHost, Shown, ToolGate, complete::Source, fault, resources};
use crate::{
    Revision, RpcError,
    core::one,
    host::{Caller, PromptRequest, Reply},
};

/// Longest value of an argument in characters: pasted minutes fit.
const LONGEST: usize = 100_000;
/// Tokens of a document that is put into a prompt.
const BUDGET: u32 = 8_000;

/// A prompt.
struct Prompt {
    name: &'static str,
    title: Text,
    description: Text,
    arguments: &'static [Argument],
    /// The tools that it has the model use.
    needs: &'static [&'static str],
    /// It ends in a change: left out where the client may only read.
    writes: bool,
    /// The argument whose document is put into the prompt.
    embeds: Option<&'static str>,
    /// The text, with `{argument}` where a value belongs.
    text: Text,
}

/// An argument of a prompt.
struct Argument {
    name: &'static str,
    title: Text,
    about: Text,
    /// What stands for it when it is left out; without one it is required.
    default: Option<Text>,
    source: Source,
}

/// Whether the caller can do what the prompt asks for.
fn offered(prompt: &Prompt, shown: &Shown, caller: &Caller) -> bool {
    let writes = !caller.profile.read_only && caller.principal.access() == Access::Write;
    (writes || !prompt.writes) && prompt.needs.iter().all(|tool| shown.has(tool))
}

fn find(name: &str, shown: &Shown, caller: &Caller) -> Result<&'static Prompt, RpcError> {
    let mut known = PROMPTS.iter();
    known
        .find(|prompt| prompt.name == name && offered(prompt, shown, caller))
        .ok_or_else(|| RpcError::invalid_params("Unknown prompt"))
}

/// The prompts of a caller.
pub(super) fn list(shown: &Shown, caller: &Caller) -> Vec<Value> {
    let locale = caller.principal.locale();
    let titled = caller.revision >= Revision::V2025_06_18;
    let argument = |argument: &Argument| {
        let mut fields = one("name", argument.name.into());
        if titled {
            fields.insert("title".to_owned(), argument.title.pick(locale).into());
        }
        fields.insert("description".to_owned(), argument.about.pick(locale).into());
        fields.insert("required".to_owned(), argument.default.is_none().into());
        Value::Object(fields)
    };
    PROMPTS
        .iter()
        .filter(|prompt| offered(prompt, shown, caller))
        .map(|prompt| {
            let arguments: Vec<Value> = prompt.arguments.iter().map(argument).collect();
            json!({
                "name": prompt.name,
                "title": prompt.title.pick(locale),
                "description": prompt.description.pick(locale),
                "arguments": arguments,
            })
        })
        .collect()
}

/// What completes an argument of a prompt.
pub(super) fn source(
    shown: &Shown,
    caller: &Caller,
    name: &str,
    argument: &str,
) -> Result<Source, RpcError> {
    let mut arguments = find(name, shown, caller)?.arguments.iter();
    arguments
        .find(|known| known.name == argument)
        .map(|known| known.source)
        .ok_or_else(|| RpcError::invalid_params("Unknown argument"))
}

/// The value of an argument, as the text says it. Of a completed value the ref is enough.
fn value(
    argument: &Argument,
    given: &Map<String, Value>,
    locale: Locale,
) -> Result<String, RpcError> {
    let given = match given.get(argument.name) {
        None | Some(Value::Null) => "",
        Some(Value::String(text)) => text.trim(),
        Some(_) => {
            let message = format!("{} must be a text", argument.name);
            return Err(RpcError::invalid_params(message));
        }
    };
    if given.chars().count() > LONGEST {
        let message = format!("{} is too long", argument.name);
        return Err(RpcError::invalid_params(message));
    }
    match (given, argument.default) {
        ("", None) => {
            let message = format!("{} is missing", argument.name);
            Err(RpcError::invalid_params(message))
        }
        ("", Some(default)) => Ok(default.pick(locale).to_owned()),
        (given, _) if matches!(argument.source, Source::Documents | Source::Pages) => {
            Ok(reference(given).unwrap_or(given).to_owned())
        }
        (given, _) => Ok(given.to_owned()),
    }
}

/// The ref that a value names, if it is one: a link, `kind:TOKEN`, a token, or a title with one of
/// these behind it.
fn reference(value: &str) -> Option<&str> {
    let bare = resources::bare(value);
    let token = |text: &str, least: usize| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        text.len() >= least && text.bytes().all(plain)
    };
    let link = bare.starts_with("https://") || bare.starts_with("http://");
    let named = || {
        let (kind, rest) = bare.split_once(':')?;
        (token(kind, 3) && token(rest, 10)).then_some(())
    };
    let one_line = !value.contains(['\n', '\r']) && !bare.contains(char::is_whitespace);
    (one_line && (link || token(bare, 20) || named().is_some())).then_some(bare)
}

impl<G: ToolGate> GateHost<G> {
    /// Fills in a prompt, with the document that it is about.
    pub(super) async fn fill_prompt(
        &self,
        caller: &Caller,
        request: PromptRequest,
    ) -> Result<Reply, RpcError> {
        let locale = caller.principal.locale();
        let shown = self.shown(caller).await?;
        let prompt = find(&request.name, &shown, caller)?;
        let known = |name: &String| prompt.arguments.iter().any(|one| one.name == name);
        if let Some(unknown) = request.arguments.keys().find(|name| !known(name)) {
            let shown: String = unknown.chars().take(64).collect();
            return Err(RpcError::invalid_params(format!(
                "Unknown argument: {shown}"
            )));
        }
        let mut text = prompt.text.pick(locale).to_owned();
        let mut document = None;
        // Values are put in last to first by their places in the table's text, never into each
        // other: a value that holds `{…}` stays as it is.
        let mut parts: Vec<(usize, &str, String)> = Vec::new();
        for argument in prompt.arguments {
            let filled = value(argument, &request.arguments, locale)?;
            if prompt.embeds == Some(argument.name) {
                document = reference(&filled).map(str::to_owned);
            }
            for (at, _) in text.match_indices(&format!("{{{}}}", argument.name)) {
                parts.push((at, argument.name, filled.clone()));
            }
        }
        parts.sort_by_key(|(at, ..)| std::cmp::Reverse(*at));
        for (at, name, filled) in parts {
            text.replace_range(at..at + name.len() + 2, &filled);
        }
        let mut messages = vec![said(json!({ "type": "text", "text": text }))];
        if let (Some(document), Some(argument)) = (document, prompt.embeds) {
            let content = self
                .content(caller, &document, argument, &request.cancel)
                .await?;
            messages.extend(content);
        }
        let mut fields = one("description", prompt.description.pick(locale).into());
        fields.insert("messages".to_owned(), messages.into());
        Ok(Reply::Complete(fields))
    }

    /// The document as an embedded resource. What passes by itself costs nothing but the content:
    /// the text of the prompt says how to read it.
    async fn content(
        &self,
        caller: &Caller,
        document: &str,
        argument: &str,
        cancel: &CancellationToken,
    ) -> Result<Option<Value>, RpcError> {
        let arguments = json!({ "ref": document, "budget": BUDGET });
        let call = ("doc_read", arguments);
        let reply = self.ask(caller, Via::Prompt, call, cancel).await;
        match reply.result {
            Ok(output) => {
                let uri = resources::document(document);
                let resource = json!({
                    "uri": uri, "mimeType": "text/markdown", "text": output.text,
                });
                Ok(Some(said(
                    json!({ "type": "resource", "resource": resource }),
                )))
            }
            Err(error)
                if matches!(
                    error.kind,
                    ErrorKind::RateLimited
                        | ErrorKind::QuotaExhausted
                        | ErrorKind::Upstream
                        | ErrorKind::Internal
                ) =>
            {
                Ok(None)
            }
            Err(error) => Err(fault::of_prompt(&error, argument)),
        }
    }
}

fn said(content: Value) -> Value {
    let mut message = one("role", "user".into());
    message.insert("content".to_owned(), content);
    Value::Object(message)
}

#[cfg(test)]
mod tests;
