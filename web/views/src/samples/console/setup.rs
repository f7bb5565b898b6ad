//! Example values of the set-up of an app.

use super::{HOUR, NOW, Names, shell, visitor};
use crate::{
    Href, Lang, Moment, RenderError, Shell,
    console::{
        Tab, Tone,
        app_change::{AppChangePage, ReplaceFault},
        events::{EventsFault, EventsPage, Intake},
        setup::{
            AppEntry, EntryFault, Findings, FirstAdmin, HandoverState, Mark, ProbeLine, ScopeLine,
            SetupPage, Step,
        },
    },
    handover::{HandoverPage, HandoverStage},
    new_tenant::{NewTenantFault, NewTenantPage},
};

const REDIRECT: &str = "https://mcp.example.com/callback";

pub(super) fn all(lang: Lang, names: &Names) -> Vec<(&'static str, Result<String, RenderError>)> {
    let permissions = page(lang, names, Step::Permissions);
    let mut fresh = page(lang, names, Step::App);
    fresh.app = AppEntry::default();
    fresh.findings = Findings::default();
    fresh.marks = Step::ALL.map(|step| (step, Mark::Unknown)).to_vec();
    let mut wrong = fresh.clone();
    wrong.app = entered(names);
    wrong.app.fault = Some(EntryFault::Refused {
        seen: lang
            .pick("The App Secret is wrong.", "App Secret 不正确。")
            .to_owned(),
        fix: lang.pick("Copy it again.", "请重新复制。").to_owned(),
    });
    let mut sign_in = page(lang, names, Step::SignIn);
    sign_in.admin = FirstAdmin::CouldBe(names.person.clone());
    sign_in.handover = HandoverState::Open {
        made_by: names.person.clone(),
        until: Moment(NOW.0 + HOUR / 6),
        opened: true,
    };
    let mut done = page(lang, names, Step::Done);
    done.handover = HandoverState::Fresh {
        link: "https://mcp.example.com/handover/fmln_sample".to_owned(),
        until: Moment(NOW.0 + HOUR / 4),
    };
    done.first_call = Some("7 min".to_owned());
    done.console = done
        .console
        .with_notice(Tone::Good, lang.pick("Done", "完成"));
    let mut pages = vec![
        ("setup-app-new", fresh.render()),
        ("setup-app-wrong", wrong.render()),
        ("setup-app", page(lang, names, Step::App).render()),
        ("setup-redirect", page(lang, names, Step::Redirect).render()),
        ("setup-permissions", permissions.render()),
        ("setup-publish", page(lang, names, Step::Publish).render()),
        ("setup-sign-in", sign_in.render()),
        ("setup-done", done.render()),
    ];
    for (name, page) in handovers(lang, names) {
        pages.push((name, page.render()));
    }
    let mut change = change(lang, names);
    pages.push(("setup-change", change.render()));
    change.announced_until = Some(Moment(NOW.0 + HOUR / 4));
    change.replaced_at = Some(Moment(NOW.0 - HOUR));
    change.replace_fault = Some(ReplaceFault::NotConfirmed);
    change.secret_fault = Some(EntryFault::TooOften);
    pages.push(("setup-change-busy", change.render()));
    for (name, page) in events(lang, names) {
        pages.push((name, page.render()));
    }
    for (name, page) in new_tenants(lang, names) {
        pages.push((name, page.render()));
    }
    pages
}

fn place(path: &str) -> Option<Href> {
    Href::web(&format!("https://open.feishu.cn/app/{path}"))
}

fn places() -> [Option<Href>; 3] {
    [
        "",
        "cli_a1b2c3d4e5f60718/safe",
        "cli_a1b2c3d4e5f60718/version",
    ]
    .map(place)
}

fn findings(lang: Lang, names: &Names) -> Findings {
    let line = |title: &str, mark, fix: &str| ProbeLine {
        title: title.to_owned(),
        mark,
        seen: names.person.clone(),
        fix: fix.to_owned(),
        link: place("cli_a1b2c3d4e5f60718/auth").filter(|_| !fix.is_empty()),
    };
    let scope = |name: &str, mark| ScopeLine {
        name: name.to_owned(),
        for_people: true,
        mark,
        needed_by: lang.pick("Write documents", "写文档").to_owned(),
    };
    Findings {
        probes: vec![
            line(lang.pick("Permissions", "应用权限"), Mark::Missing, "…"),
            line(
                lang.pick("Published version", "已发布的版本"),
                Mark::Waiting,
                "…",
            ),
            line(lang.pick("Redirect URL", "重定向 URL"), Mark::Good, ""),
            line(lang.pick("Availability", "可用范围"), Mark::Unknown, ""),
            line(lang.pick("Bot", "机器人"), Mark::NotNeeded, ""),
            line(lang.pick("Clock", "时钟"), Mark::Broken, "…"),
        ],
        scopes: vec![
            scope("docx:document:create", Mark::Missing),
            scope("wiki:node:create", Mark::Waiting),
            scope("docx:document:readonly", Mark::Good),
        ],
        spare: vec!["im:message".to_owned()],
        import: Some(
            "{\n  \"scopes\": {\n    \"tenant\": [],\n    \"user\": [\n      \
             \"docx:document:create\"\n    ]\n  }\n}"
                .to_owned(),
        ),
        import_link: place("cli_a1b2c3d4e5f60718/auth"),
        checked: Some(Moment(NOW.0 - HOUR)),
    }
}

fn entered(names: &Names) -> AppEntry {
    AppEntry {
        lark: false,
        app_id: "cli_a1b2c3d4e5f60718".to_owned(),
        app_name: names.client.clone(),
        fault: None,
    }
}

fn page(lang: Lang, names: &Names, step: Step) -> SetupPage {
    SetupPage {
        console: shell(lang, names, Tab::Setup),
        step,
        marks: vec![
            (Step::App, Mark::Good),
            (Step::Redirect, Mark::Good),
            (Step::Permissions, Mark::Missing),
            (Step::Publish, Mark::Waiting),
            (Step::SignIn, Mark::Unknown),
            (Step::Done, Mark::Unknown),
        ],
        app: entered(names),
        redirect_url: REDIRECT.to_owned(),
        findings: findings(lang, names),
        places: places(),
        admin: FirstAdmin::Nobody,
        handover: HandoverState::None,
        sign_in: "/t/acme/sign-in?return_to=%2Fconsole%2Ft%2Facme%2Fsetup".to_owned(),
        connect: "https://mcp.example.com/t/acme/connect".to_owned(),
        first_call: None,
        now: NOW,
    }
}

fn handovers(lang: Lang, names: &Names) -> [(&'static str, HandoverPage); 2] {
    let inside = HandoverPage {
        shell: Shell::at(lang, "/handover/fmln_sample"),
        path: "/handover/fmln_sample".to_owned(),
        csrf: "fmcx_sample".to_owned(),
        stage: HandoverStage::Inside,
        organisation: names.organisation.clone(),
        made_by: names.person.clone(),
        until: Moment(NOW.0 + HOUR / 4),
        app: entered(names),
        redirect_url: REDIRECT.to_owned(),
        findings: findings(lang, names),
        places: places(),
        notice: crate::handover::notice(lang, "checked").map(str::to_owned),
        now: NOW,
    };
    let closed = HandoverPage {
        stage: HandoverStage::Closed,
        ..inside.clone()
    };
    [
        ("setup-handover", inside),
        ("setup-handover-closed", closed),
    ]
}

fn change(lang: Lang, names: &Names) -> AppChangePage {
    AppChangePage {
        console: shell(lang, names, Tab::Setup),
        app_id: "cli_a1b2c3d4e5f60718".to_owned(),
        announced_until: None,
        replaced_at: None,
        secret_fault: None,
        slug: "acme".to_owned(),
        new_app_id: String::new(),
        lark: false,
        replace_fault: None,
        members: 214,
        connections: 391,
        now: NOW,
    }
}

fn events(lang: Lang, names: &Names) -> [(&'static str, EventsPage); 3] {
    let off = EventsPage {
        console: shell(lang, names, Tab::Setup),
        address: "https://mcp.example.com/t/acme/feishu/events".to_owned(),
        subscribe: vec!["contact.user.deleted_v3", "contact.scope.updated_v3"],
        intake: None,
        fault: Some(EventsFault::EncryptKey),
        place: place("cli_a1b2c3d4e5f60718/event"),
        now: NOW,
    };
    let intake = Intake {
        since: Moment(NOW.0 - 30 * HOUR),
        replaced: true,
        asked: Some(Moment(NOW.0 - 29 * HOUR)),
        received: Some((
            Moment(NOW.0 - HOUR / 6),
            "contact.user.deleted_v3".to_owned(),
        )),
        refused: None,
        events: 1_204,
        ignored: 17,
        refusals: 0,
        look: None,
    };
    let on = EventsPage {
        intake: Some(intake.clone()),
        fault: None,
        ..off.clone()
    };
    let refused = EventsPage {
        intake: Some(Intake {
            refused: Some((Moment(NOW.0 - HOUR / 60), "signature".to_owned())),
            refusals: 3,
            look: Some(Moment(NOW.0 + HOUR / 30)),
            ..intake
        }),
        ..on.clone()
    };
    [
        ("setup-events", off),
        ("setup-events-on", on),
        ("setup-events-refused", refused),
    ]
}

fn new_tenants(lang: Lang, names: &Names) -> [(&'static str, NewTenantPage); 2] {
    let empty = NewTenantPage {
        shell: Shell::at(lang, "/console/new").with_visitor(visitor(names)),
        csrf: "fmcx_sample".to_owned(),
        name: String::new(),
        slug: String::new(),
        lark: false,
        fault: None,
        free: false,
        address: "https://mcp.example.com/t/".to_owned(),
    };
    let taken = NewTenantPage {
        name: names.organisation.clone(),
        slug: "acme".to_owned(),
        fault: Some(NewTenantFault::Taken("acme-2".to_owned())),
        ..empty.clone()
    };
    [("setup-new", empty), ("setup-new-taken", taken)]
}
