//! One file per page.

pub mod account;
pub mod chooser;
pub mod confirm;
pub mod connect;
pub mod connections;
pub mod consent;
pub(crate) mod console;
pub mod erasure;
pub mod error;
pub mod handover;
pub mod home;
pub mod invite;
pub mod new_tenant;
pub mod operator;
pub mod passkey;
pub mod proceed;
pub mod reference;
pub mod sign_in;
pub mod sign_up;
pub mod signed_out;
pub mod status;
pub mod tenants;

/// Gives a page its `render`, so that callers need not know the template engine.
macro_rules! page {
    ($name:ident) => {
        impl $name {
            /// The page as HTML.
            pub fn render(&self) -> Result<String, crate::RenderError> {
                Ok(askama::Template::render(self)?)
            }
        }
    };
}
pub(crate) use page;

/// The first letter of a name, for its tile.
pub(crate) fn initial(name: &str) -> String {
    crate::clean(name)
        .chars()
        .find(|c| c.is_alphanumeric())
        .map_or_else(|| "·".to_owned(), |c| c.to_uppercase().collect())
}
