//! Example values of the log's pages.

use super::{HOUR, NOW, Names, console::shell};
use crate::{
    Lang, Moment, RenderError,
    console::{
        Tab,
        audit::{AuditForm, AuditPage, AuditRow},
        audit_entry::{AuditEntryPage, Difference},
        audit_keeping::{AuditKeepingPage, StreamRow},
        audit_proof::{AuditProofPage, Break, Check, CheckView, CheckpointView, ExportRow},
    },
};

type Rendered = Vec<(&'static str, Result<String, RenderError>)>;

/// The pages, in each of their states.
pub(super) fn all(lang: Lang, names: &Names) -> Rendered {
    let mut pages = list(lang, names);
    pages.extend(entry(lang, names));
    pages.extend(proof(lang, names));
    pages.extend(keeping(lang, names));
    pages
}

fn list(lang: Lang, names: &Names) -> Rendered {
    let row = |seq: u64, kind, action: &str, outcome| AuditRow {
        seq,
        path: format!("/console/t/acme/audit/{seq}"),
        at: Moment(NOW.0 - HOUR),
        who: names.person.clone(),
        who_path: Some("/console/t/acme/audit?who=mem_1".to_owned()),
        kind,
        action: action.to_owned(),
        target: names.organisation.clone(),
        client: names.client.clone(),
        outcome,
    };
    let usual = AuditPage {
        console: shell(lang, names, Tab::Audit),
        form: AuditForm::default(),
        filtered: false,
        rows: vec![
            row(4_118, "call", "doc_read", "ok"),
            row(4_117, "call", "doc_create", "denied"),
            row(4_116, "admin", "policy.publish", "ok"),
            row(4_115, "sign_in", "feishu", "reauthorize"),
        ],
        newer: None,
        older: Some("/console/t/acme/audit?before=4114".to_owned()),
        looked_to: None,
        csv: "/console/t/acme/audit/export?format=csv".to_owned(),
        jsonl: "/console/t/acme/audit/export?format=jsonl".to_owned(),
        keeper: true,
        now: NOW,
    };
    let none = AuditPage {
        form: AuditForm {
            who: names.person.clone(),
            target: names.organisation.clone(),
            client: names.client.clone(),
            ..AuditForm::default()
        },
        filtered: true,
        rows: Vec::new(),
        looked_to: Some(Moment(NOW.0 - 700 * HOUR)),
        keeper: false,
        ..usual.clone()
    };
    vec![
        ("console-audit", usual.render()),
        ("console-audit-none", none.render()),
    ]
}

fn entry(lang: Lang, names: &Names) -> Rendered {
    let refused = AuditEntryPage {
        console: shell(lang, names, Tab::Audit),
        seq: 4_117,
        kind: "call",
        outcome: "denied",
        action: "doc_create".to_owned(),
        at: Moment(NOW.0 - HOUR),
        who: names.person.clone(),
        client: names.client.clone(),
        channel: "MCP",
        target: names.organisation.clone(),
        effect: "write".to_owned(),
        fault: "blocked_by_policy".to_owned(),
        feishu_log_id: "202611230901020304".to_owned(),
        upstream_calls: 0,
        millis: 2,
        id: "cal_01jd3v8s2k".to_owned(),
        policy_version: Some(12),
        decision: "role_effect".to_owned(),
        why: Some("/console/t/acme/policy/why?tool=doc_create".to_owned()),
        change: Some((
            "/console/t/acme/audit/4116".to_owned(),
            "policy.publish".to_owned(),
        )),
        begun: None,
        ended: None,
        changes: None,
        detail: "title: 24".to_owned(),
        prev: "8f3b".repeat(16),
        hash: "c41d".repeat(16),
        holds: true,
        now: NOW,
    };
    let act = AuditEntryPage {
        kind: "admin",
        outcome: "ok",
        action: "policy.publish".to_owned(),
        fault: String::new(),
        feishu_log_id: String::new(),
        why: None,
        change: None,
        changes: Some(vec![Difference {
            field: "roles.end_user.effect".to_owned(),
            before: "\"write\"".to_owned(),
            after: format!("\"{}\"", names.person),
        }]),
        holds: false,
        ..refused.clone()
    };
    vec![
        ("console-audit-entry", refused.render()),
        ("console-audit-entry-act", act.render()),
    ]
}

fn proof(lang: Lang, names: &Names) -> Rendered {
    let check = |state| Check {
        state,
        done: 1_204_118,
        all: 1_204_118,
        at: Moment(NOW.0 - HOUR),
        by: names.person.clone(),
    };
    let holds = AuditProofPage {
        console: shell(lang, names, Tab::Audit),
        head: 1_204_118,
        sealed: 800,
        check: Some(check(CheckView::Holds(24))),
        checkpoint: Some(CheckpointView {
            seq: 1_204_000,
            hash: "8f3b".repeat(16),
            at: Moment(NOW.0 - HOUR),
            key: "c41d".repeat(16),
        }),
        exports: vec![ExportRow {
            file: "acme-audit.csv".to_owned(),
            at: Moment(NOW.0 - 3 * HOUR),
            by: names.person.clone(),
            rows: 38_911,
            manifest: "/console/t/acme/audit/exports/exp_1".to_owned(),
        }],
        now: NOW,
    };
    let broken = AuditProofPage {
        check: Some(check(CheckView::Broken(Break::Changed(4_117)))),
        exports: Vec::new(),
        ..holds.clone()
    };
    let running = AuditProofPage {
        check: Some(check(CheckView::Running)),
        checkpoint: None,
        sealed: 0,
        ..broken.clone()
    };
    vec![
        ("console-audit-proof", holds.render()),
        ("console-audit-proof-broken", broken.render()),
        ("console-audit-proof-running", running.render()),
    ]
}

fn keeping(lang: Lang, names: &Names) -> Rendered {
    let stream = |kind, active, behind, attempts| StreamRow {
        path: "/console/t/acme/audit/streams/str_1".to_owned(),
        name: names.client.clone(),
        kind,
        url: "https://siem.example.com/in".to_owned(),
        active,
        behind,
        attempts,
        error: names.person.clone(),
        dead: u64::from(attempts),
        delivered: Some(Moment(NOW.0 - HOUR)),
    };
    let usual = AuditKeepingPage {
        console: shell(lang, names, Tab::Audit),
        days: "365".to_owned(),
        hold: true,
        version: 3,
        streams: vec![
            stream("webhook", true, 0, 0),
            stream("otlp", true, 41, 3),
            stream("webhook", false, 7, 0),
        ],
        typed: (String::new(), String::new()),
        now: NOW,
    };
    let none = AuditKeepingPage {
        hold: false,
        streams: Vec::new(),
        typed: (names.client.clone(), names.person.clone()),
        ..usual.clone()
    };
    vec![
        ("console-audit-keeping", usual.render()),
        ("console-audit-keeping-none", none.render()),
    ]
}
