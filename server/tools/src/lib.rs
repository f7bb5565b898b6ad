//! The tool catalogue: one tool, one file.
//!
//! A tool is a [`Tool`] implementation that is registered in [`catalogue`]; callers see the
//! erased [`ToolDef`]. Tools know nothing of transports, tenants' stores or policy: they get a
//! Feishu session and the facts of the caller in a [`ToolCx`] and answer with compact text.

#![expect(
    clippy::format_push_string,
    reason = "`write!` to a `String` returns an error that cannot happen"
)]

mod args;
mod automation;
mod bases;
mod catalogue;
mod cx;
mod docs;
mod error;
mod fence;
mod find;
mod help;
mod identity;
mod media;
mod output;
mod pace;
mod places;
mod profile;
mod render;
mod schema;
mod sheets;
mod spec;
mod text;
mod tool;
mod watch;

pub use args::reference::{place_of, place_ref};
pub use automation::for_rules;
pub use catalogue::{catalogue, find};
pub use cx::{Facts, MemberRefs, Progress, RefCache, ResolvedNode, ToolCx};
pub use error::{ErrorKind, ToolError};
pub use help::{help_page, help_topics};
pub use media::{Incoming, UploadKind, UploadLink, UploadTarget, Uploads};
pub use output::{Image, Link, ToolOutput, wire};
pub use pace::{Pace, Paces};
pub use profile::{PROFILES, Selection, UnknownChoice};
pub use spec::{Annotations, ToolSpec};
pub use text::Text;
pub use tool::{Tool, ToolDef};
pub use watch::{Seen, look};
