//! Example values of the pages about who gets which role.

use super::{HOUR, NOW, Names, console::shell};
use crate::{
    Lang, Moment, RenderError,
    console::{
        Tab,
        roles::{
            AddPage, Because, ChangeRow, Hit, PeopleLookPage, PersonLook, PersonRow, PreviewView,
            ReadRule, RolesPage, RuleRow, SyncView, WhomView, because, fault_words, role_words,
        },
    },
};

type Rendered = Vec<(&'static str, Result<String, RenderError>)>;

/// The pages, in each of their states.
pub(super) fn all(lang: Lang, names: &Names) -> Rendered {
    let mut pages = rules(lang, names);
    pages.extend(add(lang, names));
    pages.extend(people(lang, names));
    pages
}

fn whom(kind: &'static str, name: &str) -> WhomView {
    WhomView {
        kind,
        name: name.to_owned(),
        below: kind == "department",
        known: kind != "person",
    }
}

fn rules(lang: Lang, names: &Names) -> Rendered {
    let rule = |kind, role, refuses, fresh| RuleRow {
        whom: whom(kind, &names.organisation),
        gives: role_words(lang, role, &names.person),
        refuses,
        reach: 38,
        fresh,
    };
    let usual = RolesPage {
        console: shell(lang, names, Tab::Roles),
        rules: vec![
            rule("person", "no_access", true, false),
            rule("group", "admin", false, true),
            rule("department", "custom_0", false, false),
            rule("everyone", "end_user", false, false),
        ],
        version: 4,
        changed: Some((names.person.clone(), Moment(NOW.0 - HOUR))),
        preview: None,
        open: true,
        sync: Some(SyncView {
            good_at: Some(Moment(NOW.0 - HOUR)),
            counts: [214, 12, 5],
            ..SyncView::default()
        }),
        fault: "",
        now: NOW,
    };
    let change = |before: &str, after: &str, reason| ChangeRow {
        name: names.person.clone(),
        path: "/console/t/acme/roles/people?person=ou_1".to_owned(),
        before: before.to_owned(),
        after: after.to_owned(),
        why: because(lang, &[reason]),
    };
    let admin = role_words(lang, "admin", "");
    let preview = RolesPage {
        preview: Some(PreviewView {
            rows: vec![
                change(&admin, "", Because::Refused(1)),
                change("", &admin, Because::Rule(2)),
            ],
            more: true,
            gain: 1,
            lose: 1,
            out: 1,
            later: 3,
            removed: vec![(whom("group", &names.client), admin.clone())],
            opens: vec![(admin, whom("group", &names.organisation), 38)],
            own: true,
            stale: true,
        }),
        sync: Some(SyncView {
            trouble: "scopes",
            missing: vec!["contact:group:readonly".to_owned()],
            code: Some(99_991_672),
            blind: true,
            more: true,
            ..SyncView::default()
        }),
        fault: fault_words(lang, "lock"),
        ..usual.clone()
    };
    let fresh = RolesPage {
        rules: Vec::new(),
        changed: None,
        open: false,
        sync: None,
        ..usual.clone()
    };
    vec![
        ("console-roles", usual.render()),
        ("console-roles-preview", preview.render()),
        ("console-roles-fresh", fresh.render()),
    ]
}

fn add(lang: Lang, names: &Names) -> Rendered {
    let role = |name: &str, on| (name.to_owned(), role_words(lang, name, ""), on);
    let hit = |id: &str, name: &str| Hit {
        id: id.to_owned(),
        name: name.to_owned(),
        hint: names.organisation.clone(),
    };
    let usual = AddPage {
        console: shell(lang, names, Tab::Roles),
        kind: "department",
        query: names.person.clone(),
        hits: vec![hit("od_1", &names.person), hit("od_2", &names.client)],
        pasted: false,
        chosen: "od_1".to_owned(),
        below: true,
        roles: vec![role("end_user", true), role("admin", false)],
        fault: "",
    };
    let none = AddPage {
        kind: "person",
        hits: Vec::new(),
        pasted: true,
        fault: fault_words(lang, "id"),
        ..usual.clone()
    };
    vec![
        ("console-roles-add", usual.render()),
        ("console-roles-add-none", none.render()),
    ]
}

fn people(lang: Lang, names: &Names) -> Rendered {
    let row = |standing, member| PersonRow {
        name: names.person.clone(),
        path: "/console/t/acme/roles/people?person=ou_1".to_owned(),
        department: names.organisation.clone(),
        standing,
        roles: role_words(lang, "end_user", ""),
        member,
    };
    let read = |kind, result| ReadRule {
        whom: whom(kind, &names.organisation),
        gives: role_words(lang, "end_user", ""),
        refuses: kind == "group",
        result,
    };
    let list = PeopleLookPage {
        console: shell(lang, names, Tab::Roles),
        query: String::new(),
        rows: vec![row("works", true), row("frozen", true), row("left", false)],
        person: None,
    };
    let one = PeopleLookPage {
        query: names.person.clone(),
        person: Some(PersonLook {
            row: row("works", true),
            departments: vec![names.organisation.clone()],
            groups: None,
            rules: vec![
                read("person", "no"),
                read("department", "yes"),
                read("group", "unknown"),
                read("everyone", "unread"),
            ],
            why: because(lang, &[Because::Rule(2), Because::Kept]),
            blocked: true,
        }),
        ..list.clone()
    };
    let none = PeopleLookPage {
        query: names.person.clone(),
        rows: Vec::new(),
        ..list.clone()
    };
    vec![
        ("console-roles-people", list.render()),
        ("console-roles-person", one.render()),
        ("console-roles-people-none", none.render()),
    ]
}
