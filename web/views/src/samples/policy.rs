//! Example values of the policy's pages.

use super::{HOUR, NOW, Names, console::shell};
use crate::{
    Lang, Moment, RenderError,
    console::{
        Tab,
        policy::{
            Chosen, DraftPage, HistoryPage, PackRow, PolicyPage, Question, Replayed, ReplayedRow,
            RoleAnswer, RoleFault, RolePage, RoleRow, RoleSummary, Tick, VersionRow, WhyAnswer,
            WhyPage, changes, question, refusal,
        },
    },
};

type Rendered = Vec<(&'static str, Result<String, RenderError>)>;

/// The pages, in each of their states.
pub(super) fn all(lang: Lang, names: &Names) -> Rendered {
    let mut pages = overview(lang, names);
    pages.extend(role(lang, names));
    pages.extend(draft(lang, names));
    pages.extend(why(lang, names));
    pages
}

fn held(names: &Names) -> RoleSummary {
    RoleSummary {
        tools: Chosen::Except(vec!["doc_create".to_owned()]),
        ceiling: "read",
        only: vec![names.organisation.clone()],
        never: vec![names.person.clone()],
        clients: Chosen::Only(vec![names.client.clone()]),
        keys: false,
        days: Some(30),
    }
}

fn overview(lang: Lang, names: &Names) -> Rendered {
    let row = |name: &str, summary| RoleRow {
        path: "/console/t/acme/policy/roles/end_user".to_owned(),
        name: name.to_owned(),
        summary,
    };
    let pack = |id, on| PackRow {
        id,
        on,
        scopes: vec!["docx:document:readonly"],
    };
    let usual = PolicyPage {
        console: shell(lang, names, Tab::Policy),
        draft: Some(2),
        external_sharing: true,
        packs: vec![
            pack("docs_read", true),
            pack("docs_write", true),
            pack("media", true),
            pack("files", true),
            pack("sharing", false),
            pack("comments", false),
            pack("search", true),
            pack("people", false),
            pack("sheets_read", true),
            pack("sheets_write", false),
            pack("bases_read", true),
            pack("bases_write", false),
        ],
        roles: vec![
            row(lang.pick("End user", "普通用户"), RoleSummary::OPEN),
            row(&names.person, held(names)),
        ],
        fresh: (String::new(), String::new()),
        fault: None,
    };
    let refused = PolicyPage {
        draft: None,
        fresh: (names.person.clone(), String::new()),
        fault: Some(RoleFault::Name),
        ..usual.clone()
    };
    vec![
        ("console-policy", usual.render()),
        ("console-policy-fault", refused.render()),
    ]
}

fn tick(id: &str, name: &str, hint: &str, on: bool) -> Tick {
    Tick {
        id: id.to_owned(),
        name: name.to_owned(),
        hint: hint.to_owned(),
        on,
    }
}

fn role(lang: Lang, names: &Names) -> Rendered {
    let usual = RolePage {
        console: shell(lang, names, Tab::Policy),
        action: "/console/t/acme/policy/roles/custom_0".to_owned(),
        name: names.person.clone(),
        names: Some((names.person.clone(), names.person.clone())),
        tool_mode: "except",
        tools: vec![
            tick("doc_read", "doc_read", "Reads a document.", false),
            tick("doc_create", "doc_create", &names.client, true),
        ],
        ceiling: "write",
        only: names.organisation.clone(),
        never: String::new(),
        client_mode: "only",
        clients: vec![tick("cli_1", &names.client, "cursor.com", true)],
        keys: false,
        days: "30".to_owned(),
        fault: None,
    };
    let built_in = RolePage {
        names: None,
        tool_mode: "all",
        client_mode: "any",
        clients: Vec::new(),
        keys: true,
        fault: Some(RoleFault::Line(names.organisation.clone())),
        ..usual.clone()
    };
    vec![
        ("console-policy-role", usual.render()),
        ("console-policy-role-fault", built_in.render()),
    ]
}

fn draft(lang: Lang, names: &Names) -> Rendered {
    let change = changes(lang, &names.person, None, Some(&held(names)));
    let row = |calls| ReplayedRow {
        person: names.person.clone(),
        tool: "doc_create".to_owned(),
        reason: refusal(lang, "role_effect").to_owned(),
        calls,
    };
    let usual = DraftPage {
        console: shell(lang, names, Tab::Policy),
        changes: change.clone(),
        replayed: Replayed {
            looked: 1_284,
            refused: vec![row(41), row(3)],
            allowed: vec![row(7)],
            by_place: 12,
            cut: true,
        },
        days: 30,
        overtaken: None,
    };
    let overtaken = DraftPage {
        overtaken: Some(13),
        ..usual.clone()
    };
    let none = DraftPage {
        changes: Vec::new(),
        replayed: Replayed::default(),
        ..usual.clone()
    };
    let version = |version, days: Option<i64>| VersionRow {
        version,
        at: days.map(|days| Moment(NOW.0 - days * 24 * HOUR)),
        by: names.person.clone(),
        changes: if version == 2 {
            change.clone()
        } else {
            Vec::new()
        },
        current: version == 3,
    };
    let history = HistoryPage {
        console: shell(lang, names, Tab::Policy),
        versions: vec![version(3, Some(1)), version(2, Some(9)), version(1, None)],
        older: Some("/console/t/acme/policy/history?before=1".to_owned()),
        older_words: lang.pick("Older", "更早"),
        now: NOW,
    };
    vec![
        ("console-policy-draft", usual.render()),
        ("console-policy-draft-overtaken", overtaken.render()),
        ("console-policy-draft-none", none.render()),
        ("console-policy-history", history.render()),
    ]
}

fn why(lang: Lang, names: &Names) -> Rendered {
    let ask = |reason, answer| question(lang, reason).map(|words| Question { words, answer });
    let role = |refused| RoleAnswer {
        name: names.person.clone(),
        path: "/console/t/acme/policy/roles/custom_0".to_owned(),
        refused,
        places: vec![(lang.pick("Only", "仅限"), names.organisation.clone())],
    };
    let refused = WhyPage {
        console: shell(lang, names, Tab::Policy),
        people: vec![tick("mem_1", &names.person, "", true)],
        tools: vec![tick("doc_create", "doc_create", "", true)],
        clients: vec![tick("cli_1", &names.client, "", true)],
        effect: "write",
        answer: Some(WhyAnswer {
            allowed: false,
            by_place: true,
            questions: [
                ask("role_missing", Some(true)),
                ask("role_effect", Some(false)),
                ask("role_client", None),
            ]
            .into_iter()
            .flatten()
            .collect(),
            roles: vec![role(Some(refusal(lang, "role_effect"))), role(None)],
        }),
    };
    let nobody = WhyPage {
        people: Vec::new(),
        answer: None,
        ..refused.clone()
    };
    vec![
        ("console-policy-why", refused.render()),
        ("console-policy-why-nobody", nobody.render()),
    ]
}
