//! Pages: askama templates, plain view structs, zh/en catalogues and static assets.
//!
//! Nothing here knows the rest of the platform: a handler fills a struct of strings and calls
//! `render`. Every text is in a catalogue ([`text`]) that has both languages side by side, so a
//! missing translation does not compile. No page has an inline script or style; the strictest
//! content security policy fits all of them.

mod assets;
mod browser;
mod calendar;
pub mod chart;
mod clean;
pub mod console;
mod href;
pub mod install;
mod lang;
mod moment;
pub mod money;
mod pages;
mod qr;
pub mod samples;
mod shell;
mod text;

pub use assets::{Asset, assets};
pub use calendar::{day_short, machine_time, month, weekday_and_day};
pub use clean::{clean, clean_lines, clean_text};
pub use href::Href;
pub use lang::Lang;
pub use moment::Moment;
pub use pages::{
    account, chooser, confirm, connect, connections, consent, erasure, error, handover, home,
    invite, new_tenant, operator, passkey, proceed, reference, sign_in, sign_up, signed_out,
    status, tenants,
};
pub use shell::{RenderError, Shell, Visitor};

#[cfg(test)]
mod tests;
