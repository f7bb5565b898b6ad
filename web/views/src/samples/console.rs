//! Example values of the console's pages.

use super::{HOUR, NOW, Names};
use crate::{
    Lang, Moment, RenderError, Shell, Visitor,
    console::{
        Banner, ConsoleShell, Tab, Tone,
        overview::{OverviewPage, Setback, SetbackKind},
    },
};

/// The console's pages, in each of their states.
pub(super) fn all(lang: Lang, names: &Names) -> Vec<(&'static str, Result<String, RenderError>)> {
    let busy = overview(lang, names);
    let mut quiet = busy.clone();
    quiet.setbacks.clear();
    quiet.included = None;
    quiet.console.banners.clear();
    vec![
        ("console-overview", busy.render()),
        ("console-overview-quiet", quiet.render()),
    ]
}

/// The frame of a page for somebody who may go everywhere.
pub(super) fn shell(lang: Lang, names: &Names, tab: Tab) -> ConsoleShell {
    let base = "/console/t/acme".to_owned();
    ConsoleShell {
        shell: Shell::at(lang, format!("{base}{}", tab.path())).with_visitor(Visitor {
            name: names.person.clone(),
            sign_out: "/sign-out".to_owned(),
            csrf: "fmcx_sample".to_owned(),
        }),
        tenant: names.organisation.clone(),
        base,
        others: true,
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
