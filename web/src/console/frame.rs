//! The frame of a tenant's console, filled with what the asker may see.

use edge::Entrance;
use model::policy::{
    Action, ManageConnections, ManagePeople, ManageTenant, ReadLedger, ReadUsage, UseDeveloperDesk,
};
use views::{
    Visitor,
    console::{ConsoleShell, Tab},
};

use super::Desk;
use crate::visit::Visit;

impl<A: Action<Target = ()>> Desk<A> {
    /// The frame of a page below `tab`.
    pub(crate) fn shell(&self, visit: &Visit, tab: Tab) -> ConsoleShell {
        let slug = &self.entry.tenant.slug;
        let sign_out = match self.session.entrance {
            Entrance::Account(_) => "/sign-out".to_owned(),
            Entrance::Member(_) => format!("/t/{slug}/sign-out"),
        };
        let visitor = Visitor {
            name: self.principal().name().to_owned(),
            sign_out,
            csrf: self.csrf(),
        };
        ConsoleShell {
            shell: visit.shell().with_visitor(visitor),
            tenant: self.entry.tenant.name.clone(),
            base: self.path(""),
            others: matches!(self.session.entrance, Entrance::Account(_)),
            tab,
            tabs: Tab::ALL.into_iter().filter(|tab| self.sees(*tab)).collect(),
            banners: Vec::new(),
            notice: None,
        }
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
                Tab::Developer => self.may::<UseDeveloperDesk>(),
            }
    }
}

/// The parts whose pages exist.
const BUILT: &[Tab] = &[Tab::Overview, Tab::Connections, Tab::Usage, Tab::Billing];
