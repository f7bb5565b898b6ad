//! The frame of a tenant's console, filled with what the asker may see.

use edge::Entrance;
use model::{
    Locale,
    policy::{
        Action, EraseTenant, ManageConnections, ManagePeople, ManageRules, ManageTenant,
        ReadLedger, ReadUsage, UseDeveloperDesk,
    },
};
use views::{
    Moment,
    console::{Banner, ConsoleShell, Tab, Tone},
};

use super::{Desk, visitor_of};
use crate::{member, visit::Visit};

impl<A: Action<Target = ()>> Desk<A> {
    /// The frame of a page below `tab`.
    pub(crate) fn shell(&self, visit: &Visit, tab: Tab) -> ConsoleShell {
        let visitor = match &self.session.entrance {
            Entrance::Account(known) => visitor_of(known),
            Entrance::Member(session) => member::visitor(&self.entry, session),
        };
        ConsoleShell {
            shell: visit.shell().with_visitor(visitor),
            tenant: self.entry.tenant.name.clone(),
            base: self.path(""),
            others: matches!(self.session.entrance, Entrance::Account(_)),
            operator: match &self.session.entrance {
                Entrance::Account(visit) => visit.account.operator,
                Entrance::Member(_) => false,
            },
            tab,
            tabs: Tab::ALL.into_iter().filter(|tab| self.sees(*tab)).collect(),
            banners: self
                .end_banner(visit)
                .into_iter()
                .chain(self.app_banner(visit, tab))
                .collect(),
            notice: None,
        }
    }

    /// What every page says once the tenant was given up.
    fn end_banner(&self, visit: &Visit) -> Option<Banner> {
        let day = Moment(self.erased_at?.millis()).day(visit.lang());
        let link = self.may::<EraseTenant>().then(|| {
            let label = visit.locale.pick("Look at it", "查看");
            (label.to_owned(), self.path("/settings/data"))
        });
        Some(Banner {
            tone: Tone::Warn,
            text: match visit.locale {
                Locale::En => format!("This organisation will be erased on {day}."),
                Locale::Zh => format!("该企业将于 {day} 抹除。"),
            },
            link,
        })
    }

    /// What every page says until the Feishu app is set up and in order. Not on the set-up's own
    /// pages, which say it better.
    fn app_banner(&self, visit: &Visit, tab: Tab) -> Option<Banner> {
        let none = self.entry.tenant.app_id.is_empty();
        if tab == Tab::Setup || (!none && self.app_faults == 0) {
            return None;
        }
        let (tone, text, label) = if none {
            (
                Tone::Info,
                visit
                    .locale
                    .pick(
                        "The Feishu app is not set up yet: nobody can connect.",
                        "尚未设置飞书应用，员工无法接入。",
                    )
                    .to_owned(),
                visit.locale.pick("Set it up", "前往设置"),
            )
        } else {
            let n = self.app_faults;
            (
                Tone::Bad,
                match visit.locale {
                    Locale::En if n == 1 => "The Feishu app has a fault.".to_owned(),
                    Locale::En => format!("The Feishu app has {n} faults."),
                    Locale::Zh => format!("飞书应用有 {n} 项问题。"),
                },
                visit.locale.pick("See what to mend", "查看修复方法"),
            )
        };
        let link = self
            .may::<ManageTenant>()
            .then(|| (label.to_owned(), self.path("/setup")));
        Some(Banner { tone, text, link })
    }

    /// Whether the navigation shows a part: its pages exist, and their action is allowed.
    fn sees(&self, tab: Tab) -> bool {
        BUILT.contains(&tab)
            && match tab {
                Tab::Overview => true,
                Tab::Setup | Tab::Roles | Tab::Policy | Tab::Settings => self.may::<ManageTenant>(),
                Tab::Connections => self.may::<ManageConnections>(),
                Tab::Audit => self.may::<ReadLedger>(),
                Tab::Usage | Tab::Billing => self.may::<ReadUsage>(),
                Tab::People => self.may::<ManagePeople>(),
                Tab::Rules => self.may::<ManageRules>(),
                Tab::Developer => self.may::<UseDeveloperDesk>(),
            }
    }
}

/// The parts whose pages exist.
const BUILT: &[Tab] = &[
    Tab::Audit,
    Tab::Billing,
    Tab::Connections,
    Tab::Developer,
    Tab::Overview,
    Tab::People,
    Tab::Policy,
    Tab::Roles,
    Tab::Rules,
    Tab::Settings,
    Tab::Setup,
    Tab::Usage,
];
