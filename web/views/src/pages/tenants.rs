//! The organisations whose consoles an account may open.

use askama::Template;

use super::page;
use crate::{
    Shell,
    text::{self, tenants::TenantsText},
};

/// An organisation.
#[derive(Debug, Clone)]
pub struct TenantLink {
    /// Name.
    pub name: String,
    /// Its name in paths.
    pub slug: String,
    /// Path of its console.
    pub path: String,
}

/// The list.
#[derive(Debug, Clone, Template)]
#[template(path = "tenants.html")]
pub struct TenantsPage {
    /// Frame.
    pub shell: Shell,
    /// The organisations.
    pub tenants: Vec<TenantLink>,
    /// Whether the person runs the platform.
    pub operator: bool,
}
page!(TenantsPage);

impl TenantsPage {
    fn t(&self) -> &'static TenantsText {
        text::tenants::of(self.shell.lang)
    }

    fn platform(&self) -> &'static str {
        text::operator::of(self.shell.lang).platform
    }
}
