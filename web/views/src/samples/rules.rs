//! Example values of the rules' pages.

use super::{HOUR, NOW, Names, console::shell};
use crate::{
    Lang, Moment, RenderError,
    console::{
        Tab,
        rules::{DryView, RuleForm, RulePage, RuleRow, RulesPage, RunPage, RunRow, StepLine},
    },
};

type Rendered = Vec<(&'static str, Result<String, RenderError>)>;

/// The pages, in each of their states.
pub(super) fn all(lang: Lang, names: &Names) -> Rendered {
    let row = |kind, active, flooded| RuleRow {
        path: "/console/t/acme/rules/rul_1".to_owned(),
        name: names.client.clone(),
        kind,
        active,
        flooded,
        last: active.then_some(Moment(NOW.0 - HOUR)),
        dead: u64::from(flooded),
    };
    let list = RulesPage {
        console: shell(lang, names, Tab::Rules),
        rows: vec![
            row("hook", true, false),
            row("schedule", false, true),
            row("record", false, false),
            row("edited", true, false),
        ],
        now: NOW,
    };
    let none = RulesPage {
        rows: Vec::new(),
        ..list.clone()
    };
    let (new, known) = forms(lang, names);
    let run = run(lang, names);
    let failed = RunPage {
        one: RunRow {
            state: "done",
            ..run.one.clone()
        },
        dry: DryView {
            condition: Err(names.client.clone()),
            steps: Vec::new(),
        },
        ..run.clone()
    };
    vec![
        ("console-rules", list.render()),
        ("console-rules-none", none.render()),
        ("console-rule-new", new.render()),
        ("console-rule", known.render()),
        ("console-rule-run", run.render()),
        ("console-rule-run-done", failed.render()),
    ]
}

fn forms(lang: Lang, names: &Names) -> (RulePage, RulePage) {
    let new = RulePage {
        console: shell(lang, names, Tab::Rules),
        path: "/console/t/acme/rules/new".to_owned(),
        known: false,
        active: false,
        version: 0,
        form: RuleForm {
            kind: "hook".to_owned(),
            role: "end_user".to_owned(),
            ..RuleForm::default()
        },
        faults: Vec::new(),
        roles: vec![(
            "end_user".to_owned(),
            lang.pick("Employee", "员工").to_owned(),
        )],
        tools: "doc_read".to_owned(),
        has_address: false,
        address: None,
        runs: Vec::new(),
        older: None,
        now: NOW,
    };
    let fields = [
        "name",
        "trigger",
        "condition",
        "steps",
        "role",
        "per_minute",
    ];
    let known = RulePage {
        path: "/console/t/acme/rules/rul_1".to_owned(),
        known: true,
        active: true,
        version: 2,
        form: RuleForm {
            name: names.client.clone(),
            kind: "hook".to_owned(),
            signed: true,
            change: "changed".to_owned(),
            condition: names.client.clone(),
            steps: "[]".to_owned(),
            ..new.form.clone()
        },
        faults: fields
            .map(|field| (field.to_owned(), names.client.clone()))
            .to_vec(),
        has_address: true,
        address: Some((
            "https://mcp.example/t/acme/hooks/x".to_owned(),
            "x".to_owned(),
        )),
        runs: vec![
            row(names, "waiting", ""),
            row(names, "skipped", "own_write"),
        ],
        older: Some("/console/t/acme/rules/rul_1?after=x".to_owned()),
        ..new.clone()
    };
    (new, known)
}

fn row(names: &Names, state: &'static str, reason: &str) -> RunRow {
    RunRow {
        path: "/console/t/acme/rules/rul_1/runs/run_1".to_owned(),
        at: Moment(NOW.0 - HOUR),
        event: names.client.clone(),
        state,
        reason: reason.to_owned(),
        error: names.client.clone(),
        attempts: 2,
    }
}

fn run(lang: Lang, names: &Names) -> RunPage {
    RunPage {
        console: shell(lang, names, Tab::Rules),
        rule: "/console/t/acme/rules/rul_1".to_owned(),
        name: names.client.clone(),
        one: row(names, "dead", "unclear"),
        event: names.client.clone(),
        steps: vec![StepLine {
            tool: "doc_read".to_owned(),
            state: "open".to_owned(),
            outcome: "ok".to_owned(),
            call: "call_1".to_owned(),
            attempts: 1,
        }],
        dry: DryView {
            condition: Ok(true),
            steps: vec![
                ("doc_read".to_owned(), Ok("[]".to_owned())),
                ("doc_read".to_owned(), Err(names.client.clone())),
            ],
        },
        now: NOW,
    }
}
