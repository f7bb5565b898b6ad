//! Example values of the operator's pages and of the status page.

use super::{HOUR, NOW, Names, account::visitor};
use crate::{
    Lang, Moment, RenderError, Shell,
    operator::{
        AppState, ComponentRow, ComponentState, FreshLink, JobRow, KeyRow, MonthRow,
        OperatorAccountPage, OperatorAccountRow, OperatorAccountsPage, OperatorFault,
        OperatorShell, OperatorTab, OperatorTenantPage, OperatorTenantsPage, SuspendedFor,
        SystemPage, TenantRow,
    },
    status::StatusPage,
};

type Rendered = Vec<(&'static str, Result<String, RenderError>)>;

/// The pages, in each of their states.
pub(super) fn all(lang: Lang, names: &Names) -> Rendered {
    let mut pages = tenants(lang, names);
    pages.extend(tenant(lang, names));
    pages.extend(system(lang, names));
    pages.extend(accounts(lang, names));
    pages
}

fn frame(lang: Lang, names: &Names, tab: OperatorTab) -> OperatorShell {
    let shell = Shell::at(lang, "/console/operator").with_visitor(visitor(names));
    OperatorShell::new(shell, tab)
}

fn tenants(lang: Lang, names: &Names) -> Rendered {
    let row = |slug: &str, plan, active, calls, app| TenantRow {
        name: names.organisation.clone(),
        slug: slug.to_owned(),
        path: format!("/console/operator/tenants/{slug}"),
        plan,
        active,
        ends: (slug == "initech").then_some(Moment(NOW.0 + 50 * HOUR)),
        calls,
        app,
        since: Moment(NOW.0 - 900 * HOUR),
    };
    let tenants = OperatorTenantsPage {
        console: frame(lang, names, OperatorTab::Tenants),
        query: names.client.clone(),
        status: String::new(),
        counts: (41, 2),
        calls: Some((1_204_118, false)),
        rows: vec![
            row("acme", "team", true, 38_911, AppState::Well),
            row("globex", "enterprise", true, 1_120_007, AppState::Faults(2)),
            row("initech", "free", false, 0, AppState::Missing),
        ],
        more: Some("/console/operator?after=x".to_owned()),
        now: NOW,
    };
    let none = OperatorTenantsPage {
        rows: Vec::new(),
        calls: None,
        more: None,
        ..tenants.clone()
    };
    vec![
        ("operator-tenants", tenants.render()),
        ("operator-tenants-none", none.render()),
    ]
}

fn tenant(lang: Lang, names: &Names) -> Rendered {
    let tenant = OperatorTenantPage {
        console: frame(lang, names, OperatorTab::Tenants),
        name: names.organisation.clone(),
        slug: "acme".to_owned(),
        brand: lang.pick("Feishu", "飞书").to_owned(),
        app_id: "cli_a4f1c2d3e5f6".to_owned(),
        app: AppState::Well,
        since: Moment(NOW.0 - 900 * HOUR),
        active: true,
        suspended: None,
        ends: None,
        plan: "team",
        next: Some(("free", "2026-12".to_owned())),
        months: vec![MonthRow {
            month: "2026-11".to_owned(),
            plan: "team",
            delivered: 38_911,
            free: 412,
        }],
        members: 214,
        connections: 391,
        entries: 1_204_118,
        master_key: "k2".to_owned(),
        reason: String::new(),
        fault: Some(OperatorFault::NoReason),
        now: NOW,
    };
    let suspended = OperatorTenantPage {
        active: false,
        suspended: Some(SuspendedFor {
            reason: names.client.clone(),
            by: names.person.clone(),
            at: Moment(NOW.0 - HOUR),
        }),
        ends: Some(Moment(NOW.0 + 90 * HOUR)),
        months: Vec::new(),
        ..tenant.clone()
    };
    vec![
        ("operator-tenant", tenant.render()),
        ("operator-tenant-suspended", suspended.render()),
    ]
}

fn system(lang: Lang, names: &Names) -> Rendered {
    let part = |name, state| ComponentRow {
        name,
        state,
        detail: String::new(),
    };
    let components = vec![
        part("web", ComponentState::Up),
        part("database", ComponentState::Up),
        part("bus", ComponentState::Degraded),
        part("feishu", ComponentState::Down),
        part("lark", ComponentState::Up),
        part("jobs", ComponentState::Up),
    ];
    let job = |name: &str, error: Option<(String, Moment)>| JobRow {
        name: name.to_owned(),
        node: "7Q2M4X".to_owned(),
        started: Moment(NOW.0 - 60_000),
        took: error.as_ref().map(|_| 1_250),
        next: error.as_ref().map(|_| Moment(NOW.0 + 240_000)),
        late: error.is_some(),
        rounds: (1_288, u64::from(error.is_some())),
        error,
    };
    let system = SystemPage {
        console: frame(lang, names, OperatorTab::System),
        version: "0.1.0".to_owned(),
        node: "nod_01jd3v8s2k".to_owned(),
        components: components.clone(),
        keys: [
            ("k2", true, true, 40),
            ("k1", false, true, 2),
            ("k0", false, false, 1),
        ]
        .map(|(id, primary, at_hand, tenants)| KeyRow {
            id: id.to_owned(),
            primary,
            at_hand,
            tenants,
        })
        .to_vec(),
        jobs: vec![
            job("refresh", None),
            job("stream", Some((names.client.clone(), Moment(NOW.0 - HOUR)))),
            job("another", None),
        ],
        now: NOW,
    };
    let status = StatusPage {
        shell: Shell::at(lang, "/status"),
        components,
        at: NOW,
    };
    let well = StatusPage {
        components: vec![part("web", ComponentState::Up)],
        ..status.clone()
    };
    vec![
        ("operator-system", system.render()),
        ("status", status.render()),
        ("status-well", well.render()),
    ]
}

fn accounts(lang: Lang, names: &Names) -> Rendered {
    let row = |operator, second, blocked| OperatorAccountRow {
        name: names.person.clone(),
        email: "lin@example.com".to_owned(),
        path: "/console/operator/accounts/acc_1".to_owned(),
        operator,
        second,
        blocked,
        since: Moment(NOW.0 - 900 * HOUR),
        seen: second.then_some(Moment(NOW.0 - HOUR)),
    };
    let list = OperatorAccountsPage {
        console: frame(lang, names, OperatorTab::Accounts),
        query: String::new(),
        rows: vec![
            row(true, true, false),
            row(false, true, false),
            row(false, false, true),
        ],
        more: Some("/console/operator/accounts?after=x".to_owned()),
        fresh: None,
        email: String::new(),
        bad_email: false,
        now: NOW,
    };
    let link = FreshLink {
        whose: names.person.clone(),
        url: "https://mcp.example.com/invite/fmln_sample".to_owned(),
    };
    let refused = OperatorAccountsPage {
        query: names.person.clone(),
        rows: Vec::new(),
        more: None,
        fresh: Some(link.clone()),
        email: names.person.clone(),
        bad_email: true,
        ..list.clone()
    };
    let one = OperatorAccountPage {
        console: frame(lang, names, OperatorTab::Accounts),
        account: row(false, true, false),
        own: false,
        sessions: 2,
        tenants: vec![(names.organisation.clone(), "acme".to_owned())],
        fresh: Some(link),
        now: NOW,
    };
    let own = OperatorAccountPage {
        account: row(true, true, false),
        own: true,
        tenants: Vec::new(),
        fresh: None,
        ..one.clone()
    };
    let blocked = OperatorAccountPage {
        account: row(false, false, true),
        sessions: 0,
        ..own.clone()
    };
    vec![
        ("operator-accounts", list.render()),
        ("operator-accounts-none", refused.render()),
        ("operator-account", one.render()),
        ("operator-account-own", own.render()),
        ("operator-account-blocked", blocked.render()),
    ]
}
