//! Example values of the console's pages.

mod setup;

use super::{HOUR, NOW, Names, account::visitor};
use crate::{
    Lang, Moment, RenderError, Shell,
    console::{
        Banner, ConsoleShell, Tab, Tone,
        connections::{ClientRow, ConnectionsPage, EndManyPage, KeyRow},
        members::{MemberPage, MemberRow, MembersPage, role_name},
        overview::{OverviewPage, Setback, SetbackKind, Start},
        people::{
            AccountRow, FreshInvite, InviteRow, MemberAccess, PeopleFault, PeoplePage, PersonPage,
            RoleBox,
        },
        stops::{StopsPage, Switch},
    },
};

/// The console's pages, in each of their states.
pub(super) fn all(lang: Lang, names: &Names) -> Vec<(&'static str, Result<String, RenderError>)> {
    let busy = overview(lang, names);
    let mut quiet = busy.clone();
    quiet.setbacks.clear();
    quiet.included = None;
    quiet.console.banners.clear();
    let fresh = OverviewPage {
        calls_today: 0,
        calls_month: 0,
        included: Some(1_000),
        people: 1,
        connections: 0,
        days: Vec::new(),
        start: Start {
            app: true,
            person: true,
            client: false,
            call: false,
        },
        ..quiet.clone()
    };
    let mut samples = setup::all(lang, names);
    samples.extend([
        ("console-overview-fresh", fresh.render()),
        ("console-overview", busy.render()),
        ("console-overview-quiet", quiet.render()),
        ("console-connections", connections(lang, names).render()),
        (
            "console-connections-none",
            no_connections(lang, names).render(),
        ),
        ("console-connections-sure", end_many(lang, names).render()),
        ("console-members", members(lang, names).render()),
        ("console-member", member_page(lang, names).render()),
        ("console-switches", switches(lang, names).render()),
        ("console-people", people(lang, names).render()),
        ("console-people-fresh", fresh_invite(lang, names).render()),
        ("console-person", person(lang, names).render()),
    ]);
    samples
}

/// The frame of a page for somebody who may go everywhere.
pub(super) fn shell(lang: Lang, names: &Names, tab: Tab) -> ConsoleShell {
    let base = "/console/t/acme".to_owned();
    ConsoleShell {
        shell: Shell::at(lang, format!("{base}{}", tab.path())).with_visitor(visitor(names)),
        tenant: names.organisation.clone(),
        base,
        others: true,
        operator: true,
        tab,
        tabs: Tab::ALL.to_vec(),
        banners: Vec::new(),
        notice: None,
    }
}

fn overview(lang: Lang, names: &Names) -> OverviewPage {
    let mut console = shell(lang, names, Tab::Overview);
    console.banners.push(Banner {
        tone: Tone::Warn,
        text: lang
            .pick(
                "The Feishu app lacks two permissions that your policy needs.",
                "飞书应用缺少访问策略所需的两项权限。",
            )
            .to_owned(),
        link: Some((
            lang.pick("See what to add", "查看需要添加的权限")
                .to_owned(),
            "/console/t/acme/setup".to_owned(),
        )),
    });
    let setback = |hours: i64, tool: &str, outcome| Setback {
        path: "/console/t/acme/audit".to_owned(),
        at: Moment(NOW.0 - hours * HOUR),
        who: names.person.clone(),
        tool: tool.to_owned(),
        outcome,
    };
    OverviewPage {
        console,
        calls_today: 1_284,
        calls_month: 38_911,
        included: Some(100_000),
        people: 214,
        connections: 391,
        days: (0..30)
            .map(|day: u64| {
                if day % 7 < 2 {
                    190
                } else {
                    900 + day * 37 % 500
                }
            })
            .collect(),
        start: Start {
            app: true,
            person: true,
            client: true,
            call: true,
        },
        may: (true, true),
        setbacks: vec![
            setback(1, "doc_create", SetbackKind::Denied),
            setback(3, "doc_read", SetbackKind::Upstream),
            setback(7, "search", SetbackKind::Limited),
            setback(9, "doc_read", SetbackKind::Reauthorize),
            setback(30, "comments", SetbackKind::Invalid),
            setback(50, "doc_read", SetbackKind::Failed),
        ],
        connect: "https://mcp.example.com/t/acme/connect".to_owned(),
        now: NOW,
    }
}

const fn ago(hours: i64) -> Moment {
    Moment(NOW.0 - hours * HOUR)
}

fn connections(lang: Lang, names: &Names) -> ConnectionsPage {
    let row = |client: &str, verified: Option<&str>, write, hours| ClientRow {
        id: format!("gra_{hours}"),
        client: client.to_owned(),
        client_path: "/console/t/acme/connections?client=cli_1".to_owned(),
        verified: verified.map(str::to_owned),
        person: names.person.clone(),
        person_path: "/console/t/acme/connections/members/mem_1".to_owned(),
        write,
        created: ago(hours * 24),
        used: ago(hours),
    };
    ConnectionsPage {
        console: shell(lang, names, Tab::Connections)
            .with_notice(Tone::Good, crate::console::connections::ended(lang, 2)),
        clients: vec![
            row(&names.client, None, true, 1),
            row("Claude", Some("claude.ai"), false, 5),
            row("Visual Studio Code", Some("vscode.dev"), true, 29),
        ],
        keys: vec![KeyRow {
            id: "key_1".to_owned(),
            name: lang.pick("Nightly report", "每日报表").to_owned(),
            hint: "x7Qp".to_owned(),
            person: names.person.clone(),
            person_path: "/console/t/acme/connections/members/mem_1".to_owned(),
            write: false,
            used: None,
            expires: ago(-24 * 20),
        }],
        only: vec![names.person.clone()],
        narrowed: vec![("member", "mem_1".to_owned())],
        older: Some("/console/t/acme/connections?after=x".to_owned()),
        older_keys: None,
        now: NOW,
    }
}

fn no_connections(lang: Lang, names: &Names) -> ConnectionsPage {
    ConnectionsPage {
        console: shell(lang, names, Tab::Connections),
        clients: Vec::new(),
        keys: Vec::new(),
        only: Vec::new(),
        narrowed: Vec::new(),
        older: None,
        ..connections(lang, names)
    }
}

fn end_many(lang: Lang, names: &Names) -> EndManyPage {
    EndManyPage {
        console: shell(lang, names, Tab::Connections),
        count: 1_204,
        narrowed: Vec::new(),
    }
}

fn member(lang: Lang, names: &Names, blocked: bool) -> MemberRow {
    MemberRow {
        name: names.person.clone(),
        path: "/console/t/acme/connections/members/mem_1".to_owned(),
        roles: role_name(lang, "developer").to_owned(),
        blocked,
        seen: ago(3),
    }
}

fn members(lang: Lang, names: &Names) -> MembersPage {
    MembersPage {
        console: shell(lang, names, Tab::Connections),
        members: vec![member(lang, names, false), member(lang, names, true)],
        more: Some("/console/t/acme/connections/members?after=x".to_owned()),
        now: NOW,
    }
}

fn member_page(lang: Lang, names: &Names) -> MemberPage {
    MemberPage {
        console: shell(lang, names, Tab::Connections),
        member: member(lang, names, false),
        first: ago(24 * 90),
        connections: "/console/t/acme/connections?member=mem_1".to_owned(),
        act: "/console/t/acme/connections/members/mem_1".to_owned(),
        now: NOW,
    }
}

fn switches(lang: Lang, names: &Names) -> StopsPage {
    let switch = |id: &str, name: &str, on| Switch {
        id: id.to_owned(),
        name: name.to_owned(),
        hint: String::new(),
        on,
    };
    StopsPage {
        console: shell(lang, names, Tab::Connections),
        version: 4,
        writing: true,
        confirm_on_page: false,
        tools: vec![
            switch("doc_read", "doc_read", true),
            switch("doc_create", "doc_create", false),
        ],
        clients: vec![switch("cli_1", &names.client, true)],
    }
}

fn account(names: &Names, own: bool) -> AccountRow {
    AccountRow {
        name: names.person.clone(),
        email: "lin@example.com".to_owned(),
        roles: vec!["admin".to_owned(), "auditor".to_owned()],
        since: ago(24 * 40),
        seen: own.then(|| ago(1)),
        second: own,
        blocked: !own,
        own,
        path: "/console/t/acme/people/acc_1".to_owned(),
    }
}

fn boxes() -> Vec<RoleBox> {
    let role = |role, free| RoleBox {
        role,
        on: role == "admin",
        free,
    };
    vec![
        role("owner", false),
        role("admin", true),
        role("auditor", false),
        role("billing", true),
        role("developer", true),
    ]
}

fn people(lang: Lang, names: &Names) -> PeoplePage {
    PeoplePage {
        console: shell(lang, names, Tab::People),
        accounts: vec![account(names, true), account(names, false)],
        members: vec![MemberAccess {
            name: names.person.clone(),
            roles: vec!["developer".to_owned()],
            seen: ago(5),
        }],
        mapping: true,
        invites: vec![InviteRow {
            id: "00".to_owned(),
            email: "wei@example.com".to_owned(),
            roles: vec!["billing".to_owned()],
            until: ago(-24 * 6),
        }],
        second: false,
        owns: true,
        fresh: None,
        email: "wei".to_owned(),
        boxes: boxes(),
        fault: Some(PeopleFault::Email),
        now: NOW,
    }
}

fn fresh_invite(lang: Lang, names: &Names) -> PeoplePage {
    PeoplePage {
        accounts: Vec::new(),
        members: Vec::new(),
        fresh: Some(FreshInvite {
            email: "wei@example.com".to_owned(),
            url: "https://mcp.example.com/invite/fmln_sample".to_owned(),
        }),
        fault: None,
        ..people(lang, names)
    }
}

fn person(lang: Lang, names: &Names) -> PersonPage {
    PersonPage {
        console: shell(lang, names, Tab::People),
        account: account(names, false),
        was: "admin auditor".to_owned(),
        boxes: boxes(),
        free: true,
        fault: Some(PeopleFault::NotYours),
        now: NOW,
    }
}
