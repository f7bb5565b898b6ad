//! Two prompts that members start by hand.

use model::Locale;
use serde_json::{Map, Value, json};

use crate::RpcError;

struct Prompt {
    name: &'static str,
    title: (&'static str, &'static str),
    description: (&'static str, &'static str),
    argument: &'static str,
    about: (&'static str, &'static str),
    text: (&'static str, &'static str),
}

const PROMPTS: [Prompt; 2] = [
    Prompt {
        name: "summarise_document",
        title: ("Summarise a document", "总结文档"),
        description: (
            "Reads a Feishu document and tells the main points, decisions and open questions.",
            "阅读一篇飞书文档，给出要点、结论与待解决的问题。",
        ),
        argument: "document",
        about: ("Link or token of the document", "文档链接或 token"),
        text: (
            "Read this Feishu document with the tools (outline first, then what matters): {}\nTell \
             me its main points, the decisions in it, and the questions that are still open. Name \
             the section that each comes from.",
            "请用工具阅读这篇飞书文档（先看大纲，再读重要部分）：{}\n请总结要点、其中的结论，以及仍待解决的问题，\
             并注明各自出自哪一节。",
        ),
    },
    Prompt {
        name: "answer_from_documents",
        title: ("Answer from our documents", "根据文档回答"),
        description: (
            "Searches the organisation's Feishu and answers with sources.",
            "在企业飞书中搜索，并附出处作答。",
        ),
        argument: "question",
        about: ("The question", "要回答的问题"),
        text: (
            "Search our Feishu for what answers this question, read the best finds, and answer \
             with links to the sources. Say so if nothing fits.\nQuestion: {}",
            "请在我们的飞书中搜索与下列问题相关的内容，阅读最合适的结果，并附来源链接作答；若没有合适内容请直接说明。\n问题：{}",
        ),
    },
];

/// The list.
pub(super) fn list(locale: Locale) -> Vec<Value> {
    PROMPTS
        .iter()
        .map(|prompt| {
            json!({
                "name": prompt.name,
                "title": locale.pick(prompt.title.0, prompt.title.1),
                "description": locale.pick(prompt.description.0, prompt.description.1),
                "arguments": [{
                    "name": prompt.argument,
                    "description": locale.pick(prompt.about.0, prompt.about.1),
                    "required": true,
                }],
            })
        })
        .collect()
}

/// A prompt with its argument filled in.
pub(super) fn get(
    name: &str,
    arguments: &Map<String, Value>,
    locale: Locale,
) -> Result<Map<String, Value>, RpcError> {
    let prompt = PROMPTS
        .iter()
        .find(|prompt| prompt.name == name)
        .ok_or_else(|| RpcError::invalid_params("Unknown prompt"))?;
    let value = arguments
        .get(prompt.argument)
        .and_then(Value::as_str)
        .filter(|value| !value.trim().is_empty())
        .ok_or_else(|| RpcError::invalid_params(format!("{} is missing", prompt.argument)))?;
    let text = locale
        .pick(prompt.text.0, prompt.text.1)
        .replace("{}", value);
    let mut fields = Map::new();
    fields.insert(
        "description".to_owned(),
        locale
            .pick(prompt.description.0, prompt.description.1)
            .into(),
    );
    fields.insert(
        "messages".to_owned(),
        json!([{ "role": "user", "content": { "type": "text", "text": text } }]),
    );
    Ok(fields)
}
