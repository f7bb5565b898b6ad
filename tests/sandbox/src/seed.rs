//! The content of the demo tenants: folders, documents, wikis, a sheet, a base, comments.

pub(crate) mod bases;
pub(crate) mod handbook;
pub(crate) mod library;
mod numbers;
pub(crate) mod strategy;
pub(crate) mod talk;
pub(crate) mod tokens;
pub(crate) mod writer;

use crate::State;
use crate::demo;
use crate::families::access::{Level, Viewer};
use crate::families::drive::{Entry, Link, Member};
use crate::ids::IdSource;
use tokens as t;

/// One day in milliseconds.
const DAY: i64 = 86_400_000;

/// Hands out content to one tenant.
pub(crate) struct Seeder<'s> {
    pub(crate) state: &'s mut State,
    pub(crate) ids: IdSource,
    pub(crate) now_ms: i64,
    pub(crate) tenant: &'static str,
}

/// What a document is like besides its text.
pub(crate) struct Card {
    token: &'static str,
    title: &'static str,
    owner: &'static str,
    folder: Option<&'static str>,
    /// Days since it was made and since it was changed.
    age: (i64, i64),
    link: Link,
    shared: &'static [(&'static str, Level)],
}

impl Seeder<'_> {
    /// The root folder of an actor.
    pub(crate) fn root(&mut self, owner: &str) -> String {
        let viewer = self.viewer(owner);
        self.state
            .drive
            .root_of(&viewer, &mut self.ids, self.now_ms - 400 * DAY)
    }

    fn viewer(&self, owner: &str) -> Viewer {
        Viewer {
            tenant: self.tenant.to_owned(),
            actor: owner.to_owned(),
            is_app: false,
            circles: Vec::new(),
        }
    }

    /// Adds an object of any kind.
    pub(crate) fn entry(&mut self, kind: &str, card: &Card, in_wiki: bool) {
        let folder = match card.folder {
            Some(folder) => Some(folder.to_owned()),
            None if in_wiki => None,
            None => Some(self.root(card.owner)),
        };
        let viewer = self.viewer(card.owner);
        let mut entry = Entry::new(
            card.token,
            kind,
            card.title,
            &viewer,
            folder,
            self.now_ms - card.age.0 * DAY,
        );
        entry.edited_ms = self.now_ms - card.age.1 * DAY;
        entry.link = card.link;
        entry.views = u64::try_from(card.age.0).unwrap_or(0) * 7;
        entry.members = card
            .shared
            .iter()
            .map(|(who, level)| Member {
                who: (*who).to_owned(),
                kind: if who.starts_with("cli_") {
                    "appid"
                } else {
                    "openid"
                }
                .to_owned(),
                level: *level,
                perm_type: "container".to_owned(),
            })
            .collect();
        self.state.drive.add(entry);
    }

    /// Adds a document.
    pub(crate) fn document(&mut self, card: &Card, source: &str, in_wiki: bool) {
        let mut document = writer::write(card.token, card.title, source, &mut self.ids);
        // As if it had been written in a few sittings.
        document.revision = 1 + card.age.0;
        self.state
            .docx
            .documents
            .insert(card.token.to_owned(), document);
        self.entry("docx", card, in_wiki);
    }
}

const fn card(
    token: &'static str,
    title: &'static str,
    owner: &'static str,
    folder: Option<&'static str>,
    age: (i64, i64),
) -> Card {
    Card {
        token,
        title,
        owner,
        folder,
        age,
        link: Link::Closed,
        shared: &[],
    }
}

const fn readable(mut card: Card) -> Card {
    card.link = Link::TenantReadable;
    card
}

const FOLDERS: &[Card] = &[
    Card {
        shared: &[
            (demo::DEVELOPER, Level::Edit),
            (demo::END_USER, Level::Edit),
            (demo::APP_ID, Level::View),
        ],
        ..card(
            t::TEAM_FOLDER,
            "平台组 Platform Team",
            demo::ADMIN,
            None,
            (320, 2),
        )
    },
    card(
        t::MINUTES_FOLDER,
        "周会纪要 Weekly minutes",
        demo::ADMIN,
        Some(t::TEAM_FOLDER),
        (300, 2),
    ),
    card(
        t::PROJECT_FOLDER,
        "项目 Projects",
        demo::DEVELOPER,
        Some(t::TEAM_FOLDER),
        (280, 3),
    ),
];

const DOCUMENTS: &[(Card, &str)] = &[
    (
        Card {
            shared: &[(demo::APP_ID, Level::Edit)],
            ..readable(card(
                t::WELCOME_DOC,
                "欢迎来到极光科技 · Welcome to Acme",
                demo::ADMIN,
                None,
                (200, 4),
            ))
        },
        include_str!("seed/acme/welcome.md"),
    ),
    (
        card(
            t::OKR_DOC,
            "平台组 2026 Q4 OKR",
            demo::ADMIN,
            Some(t::TEAM_FOLDER),
            (52, 6),
        ),
        include_str!("seed/acme/okr.md"),
    ),
    (
        card(
            t::MINUTES_DOC,
            "平台组周会纪要 · 第 46 周",
            demo::DEVELOPER,
            Some(t::MINUTES_FOLDER),
            (3, 2),
        ),
        include_str!("seed/acme/minutes.md"),
    ),
    (
        card(
            t::LAST_MINUTES_DOC,
            "平台组周会纪要 · 第 45 周",
            demo::DEVELOPER,
            Some(t::MINUTES_FOLDER),
            (10, 9),
        ),
        include_str!("seed/acme/minutes-45.md"),
    ),
    (
        readable(card(
            t::API_DOC,
            "Open API design guidelines",
            demo::DEVELOPER,
            Some(t::PROJECT_FOLDER),
            (150, 11),
        )),
        include_str!("seed/acme/api.md"),
    ),
    (
        readable(card(
            t::ONBOARDING_DOC,
            "新员工入职指南",
            demo::ADMIN,
            None,
            (260, 20),
        )),
        include_str!("seed/acme/onboarding.md"),
    ),
    (
        card(
            t::RELEASE_DOC,
            "Release plan 5.2",
            demo::DEVELOPER,
            Some(t::PROJECT_FOLDER),
            (30, 1),
        ),
        include_str!("seed/acme/release.md"),
    ),
    (
        card(
            t::INCIDENT_DOC,
            "11·05 支付网关超时复盘",
            demo::DEVELOPER,
            Some(t::PROJECT_FOLDER),
            (17, 8),
        ),
        include_str!("seed/acme/incident.md"),
    ),
    (
        card(
            t::PRIVATE_DOC,
            "2026 年度薪酬调整方案(保密)",
            demo::ADMIN,
            None,
            (40, 5),
        ),
        include_str!("seed/acme/private.md"),
    ),
    (
        card(
            t::DELETED_DOC,
            "旧版发布流程(已废弃)",
            demo::DEVELOPER,
            Some(t::PROJECT_FOLDER),
            (600, 300),
        ),
        "旧的发布流程,已由新版替代。\n",
    ),
    (
        Card {
            link: Link::TenantEditable,
            ..card(
                t::INTERVIEWS_DOC,
                "客户访谈记录 Customer interviews",
                demo::END_USER,
                None,
                (25, 3),
            )
        },
        include_str!("seed/acme/interviews.md"),
    ),
    (
        Card {
            shared: &[(demo::DEVELOPER, Level::Edit)],
            ..card(
                t::BUDGET_DOC,
                "第四季度预算说明",
                demo::END_USER,
                None,
                (45, 12),
            )
        },
        include_str!("seed/acme/budget.md"),
    ),
    (
        card(
            t::RESEARCH_DOC,
            "Notes: vector search for the help centre",
            demo::DEVELOPER,
            None,
            (14, 7),
        ),
        include_str!("seed/acme/research.md"),
    ),
    (
        Card {
            shared: &[(demo::ADMIN, Level::Edit), (demo::DEVELOPER, Level::Edit)],
            ..card(
                t::APP_DOC,
                "机器人日报 Bot digest",
                demo::APP_ID,
                None,
                (9, 1),
            )
        },
        include_str!("seed/acme/digest.md"),
    ),
];

/// Fills a fresh state, in which the people of the demo tenants already are.
pub(crate) fn seed(state: &mut State, now_ms: i64) {
    let mut acme = Seeder {
        state,
        ids: IdSource::seeded("acme content"),
        now_ms,
        tenant: demo::TENANT_KEY,
    };
    for folder in FOLDERS {
        acme.entry("folder", folder, false);
    }
    for (card, source) in DOCUMENTS {
        acme.document(card, source, false);
    }
    let handbook = handbook::source();
    let card_of_handbook = readable(card(
        t::LONG_DOC,
        "极光平台架构手册 Platform handbook",
        demo::ADMIN,
        Some(t::TEAM_FOLDER),
        (310, 15),
    ));
    acme.document(&card_of_handbook, &handbook, false);
    acme.state.drive.trash(t::DELETED_DOC);
    library::shelve(&mut acme);
    talk::comment(&mut acme);
    let card_of_strategy = readable(card(
        t::STRATEGY_DOC,
        "2027 年度产品策略 Product strategy",
        demo::ADMIN,
        None,
        (20, 6),
    ));
    acme.document(&card_of_strategy, &strategy::source(), false);
    talk::comment_on_strategy(&mut acme);

    let mut globex = Seeder {
        state,
        ids: IdSource::seeded("globex content"),
        now_ms,
        tenant: demo::OTHER_TENANT_KEY,
    };
    globex.document(
        &card(
            t::OTHER_DOC,
            "Globex supplier handbook",
            demo::OTHER_USER,
            None,
            (90, 12),
        ),
        include_str!("seed/globex/suppliers.md"),
        false,
    );
    globex.document(
        &readable(card(
            t::OTHER_PLAN_DOC,
            "Globex 2027 market entry plan",
            demo::OTHER_USER,
            None,
            (30, 5),
        )),
        include_str!("seed/globex/plan.md"),
        false,
    );
}
