//! Pages: askama templates, plain view structs, zh/en catalogues and static assets.
//!
//! Nothing here knows the rest of the platform: a handler fills a struct of strings and calls
//! `render`. Every text is in a catalogue ([`text`]) that has both languages side by side, so a
//! missing translation does not compile. No page has an inline script or style; the strictest
//! content security policy fits all of them.

mod assets;
mod clean;
mod href;
mod lang;
mod pages;
mod shell;
mod text;

pub use assets::{Asset, assets};
pub use clean::clean;
pub use href::Href;
pub use lang::Lang;
pub use pages::{chooser, consent, error, proceed};
pub use shell::{RenderError, Shell, Visitor};
