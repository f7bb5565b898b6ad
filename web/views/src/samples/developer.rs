//! Example values of the developer's desk and of the tool reference.

use super::{HOUR, NOW, Names, console::shell};
use crate::{
    Lang, Moment, RenderError, Shell,
    console::{
        Tab,
        developer::{
            ArgumentField, CallPage, CallRow, DeveloperPage, DeveloperToolsPage, Given, Input,
            TryPage,
        },
    },
    reference::{Argument, ReferencePage, ToolCard},
};

type Rendered = Vec<(&'static str, Result<String, RenderError>)>;

/// The pages, in each of their states.
pub(super) fn all(lang: Lang, names: &Names) -> Rendered {
    let mut pages = calls(lang, names);
    pages.extend(tools(lang, names));
    pages.extend(tries(lang, names));
    pages
}

fn calls(lang: Lang, names: &Names) -> Rendered {
    let row = |minutes: i64, outcome, fault: &str| CallRow {
        path: "/console/t/acme/developer/calls/7".to_owned(),
        at: Moment(NOW.0 - minutes * HOUR / 60),
        tool: "doc_read".to_owned(),
        who: names.person.clone(),
        client: names.client.clone(),
        outcome,
        fault: fault.to_owned(),
        millis: 184,
        upstream: 2,
    };
    let list = DeveloperPage {
        console: shell(lang, names, Tab::Developer),
        tools: vec![("doc_read".to_owned(), false), ("search".to_owned(), true)],
        wrong: true,
        rows: vec![
            row(2, "ok", ""),
            row(9, "upstream", "upstream"),
            row(40, "denied", "blocked_by_policy"),
        ],
        older: Some("/console/t/acme/developer?older=x".to_owned()),
        filtered: true,
        now: NOW,
    };
    let none = DeveloperPage {
        rows: Vec::new(),
        filtered: false,
        ..list.clone()
    };
    let call = CallPage {
        console: shell(lang, names, Tab::Developer),
        one: row(9, "upstream", "upstream"),
        id: "cal_01jd3v8s2k".to_owned(),
        effect: "read".to_owned(),
        channel: "mcp",
        target: names.client.clone(),
        policy: Some(4),
        decision: "allowed".to_owned(),
        log_id: "20261123130000AAAA".to_owned(),
        arguments: "[]".to_owned(),
        attempt: Some("/console/t/acme/developer/tools/doc_read".to_owned()),
        now: NOW,
    };
    vec![
        ("console-developer", list.render()),
        ("console-developer-none", none.render()),
        ("console-developer-call", call.render()),
    ]
}

fn tools(lang: Lang, names: &Names) -> Rendered {
    let about = lang.pick("Reads a document.", "读取文档。").to_owned();
    let card = ToolCard {
        name: "doc_read".to_owned(),
        title: lang.pick("Read a document", "读取文档").to_owned(),
        about: about.clone(),
        effect: "read",
        reading: vec!["list".to_owned()],
        scopes: vec!["docx:document:readonly".to_owned()],
        arguments: vec![Argument {
            name: "ref".to_owned(),
            kind: "string".to_owned(),
            required: true,
            values: vec!["outline".to_owned()],
            about,
        }],
        example: "[]".to_owned(),
        attempt: Some("/console/t/acme/developer/tools/doc_read".to_owned()),
    };
    let bare = ToolCard {
        name: "whoami".to_owned(),
        effect: "destroy",
        reading: Vec::new(),
        scopes: Vec::new(),
        arguments: Vec::new(),
        attempt: None,
        ..card.clone()
    };
    let errors = vec!["invalid", "upstream", "internal"];
    let inside = DeveloperToolsPage {
        console: shell(lang, names, Tab::Developer),
        tools: vec![card.clone(), bare.clone()],
        errors: errors.clone(),
    };
    let outside = ReferencePage {
        shell: Shell::at(lang, "/reference"),
        tools: vec![card, bare],
        errors,
    };
    vec![
        ("console-developer-tools", inside.render()),
        ("reference", outside.render()),
    ]
}

fn tries(lang: Lang, names: &Names) -> Rendered {
    let field = |name: &str, input| ArgumentField {
        name: name.to_owned(),
        about: lang.pick("A link or a token.", "链接或 token。").to_owned(),
        required: name == "ref",
        input,
        value: names.client.clone(),
        wrong: name == "limit",
    };
    let form = TryPage {
        console: shell(lang, names, Tab::Developer),
        tool: "comments".to_owned(),
        title: lang.pick("Comments", "评论").to_owned(),
        about: lang
            .pick("Lists and adds comments.", "列出或添加评论。")
            .to_owned(),
        effect: "write",
        mixed: true,
        member: Some(names.person.clone()),
        sign_in: "/t/acme/sign-in?return_to=x".to_owned(),
        fields: vec![
            field("ref", Input::Line),
            field("op", Input::Choice(vec!["list".to_owned()])),
            field("limit", Input::Number),
            field("text", Input::Text),
            field("mention", Input::List),
            field("all", Input::Flag),
            field("more", Input::Json),
        ],
        unconfirmed: true,
        given: None,
    };
    let nobody = TryPage {
        member: None,
        fields: Vec::new(),
        unconfirmed: false,
        ..form.clone()
    };
    let given = TryPage {
        fields: Vec::new(),
        effect: "read",
        unconfirmed: false,
        given: Some(Given {
            request: "[]".to_owned(),
            response: "[]".to_owned(),
            text: names.client.clone(),
            failed: false,
            millis: 184,
            path: Some("/console/t/acme/developer/calls/7".to_owned()),
        }),
        ..form.clone()
    };
    vec![
        ("console-developer-try", form.render()),
        ("console-developer-try-nobody", nobody.render()),
        ("console-developer-try-given", given.render()),
    ]
}
