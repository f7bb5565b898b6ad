//! Making an organisation.

use askama::Template;

use super::page;
use crate::{
    Shell,
    text::{self, fill, new_tenant::NewTenantText},
};

/// Why an organisation was not made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewTenantFault {
    /// No name.
    Name,
    /// The short name has another form.
    Slug,
    /// The short name is taken; another one that is free.
    Taken(String),
    /// This account has enough.
    TooMany,
}

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "new_tenant.html")]
pub struct NewTenantPage {
    /// Frame.
    pub shell: Shell,
    /// Value of the `csrf` field.
    pub csrf: String,
    /// Name for people.
    pub name: String,
    /// Name in paths.
    pub slug: String,
    /// Whether Lark is chosen.
    pub lark: bool,
    /// Why it was not made.
    pub fault: Option<NewTenantFault>,
    /// The short name was looked up and is free.
    pub free: bool,
    /// What stands before the short name in addresses.
    pub address: String,
}
page!(NewTenantPage);

impl NewTenantPage {
    fn t(&self) -> &'static NewTenantText {
        text::new_tenant::of(self.shell.lang)
    }

    fn fault(&self) -> Option<String> {
        let t = self.t();
        self.fault.as_ref().map(|fault| match fault {
            NewTenantFault::Name => t.fault_name.to_owned(),
            NewTenantFault::Slug => t.fault_slug.to_owned(),
            NewTenantFault::Taken(other) => fill(t.fault_taken, &[("other", other)]),
            NewTenantFault::TooMany => t.fault_many.to_owned(),
        })
    }

    fn slug_is_wrong(&self) -> bool {
        let fault = self.fault.as_ref();
        matches!(fault, Some(NewTenantFault::Slug | NewTenantFault::Taken(_)))
    }
}
