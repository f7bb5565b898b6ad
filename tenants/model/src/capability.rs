//! Capabilities: named bundles of tools and the Feishu scopes that they need.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::scopes;

/// A set of Feishu scope names, ordered.
pub type ScopeSet = BTreeSet<String>;

/// A bundle that an admin switches on as a whole. The scopes are those of Feishu's own minimal
/// tables; `authorize` asks for the enabled ones that the app really has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Capability {
    /// Read documents, wiki pages and their metadata.
    DocsRead,
    /// Create and change documents.
    DocsWrite,
    /// Images, files and boards inside documents, both ways.
    Media,
    /// List, make, move, copy, delete, export and import what lies in drive and wiki.
    Files,
    /// See and change who may open a thing.
    Sharing,
    /// Read and write comments.
    Comments,
    /// Find documents, wiki pages and people.
    Search,
    /// Resolve people, departments and groups.
    People,
    /// Read spreadsheets, calculate with them, draw them.
    SheetsRead,
    /// Create and change spreadsheets.
    SheetsWrite,
    /// Read bases: tables, records, views.
    BasesRead,
    /// Create and change bases.
    BasesWrite,
}

/// The scopes of [`Capability::Files`].
const FILES: &[&str] = &[
    "space:document:retrieve",
    "space:folder:create",
    "space:document:move",
    "docs:document:copy",
    "space:document:delete",
    "space:document:shortcut",
    "wiki:space:read",
    "wiki:space:retrieve",
    "wiki:node:read",
    "wiki:node:retrieve",
    "wiki:node:create",
    "wiki:node:move",
    "wiki:node:copy",
    "wiki:node:update",
    "docx:document:create",
    "docx:document:write_only",
    "sheets:spreadsheet:create",
    "base:app:create",
    "docs:document:export",
    "docs:document:import",
    "docs:document.media:upload",
    "drive:drive.metadata:readonly",
    "drive:file:download",
    "drive:file:upload",
];

impl Capability {
    /// All capabilities, in the order of the console.
    pub const ALL: [Self; 12] = [
        Self::DocsRead,
        Self::DocsWrite,
        Self::Media,
        Self::Files,
        Self::Sharing,
        Self::Comments,
        Self::Search,
        Self::People,
        Self::SheetsRead,
        Self::SheetsWrite,
        Self::BasesRead,
        Self::BasesWrite,
    ];

    /// What a new organisation starts with: everything but sharing, which reaches outwards.
    pub const USUAL: [Self; 11] = [
        Self::DocsRead,
        Self::DocsWrite,
        Self::Media,
        Self::Files,
        Self::Comments,
        Self::Search,
        Self::People,
        Self::SheetsRead,
        Self::SheetsWrite,
        Self::BasesRead,
        Self::BasesWrite,
    ];

    /// Stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DocsRead => "docs_read",
            Self::DocsWrite => "docs_write",
            Self::Media => "media",
            Self::Files => "files",
            Self::Sharing => "sharing",
            Self::Comments => "comments",
            Self::Search => "search",
            Self::People => "people",
            Self::SheetsRead => "sheets_read",
            Self::SheetsWrite => "sheets_write",
            Self::BasesRead => "bases_read",
            Self::BasesWrite => "bases_write",
        }
    }

    /// Reads a stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|capability| capability.name() == name)
    }

    /// The user scopes that the tools of this bundle need.
    pub const fn user_scopes(self) -> &'static [&'static str] {
        match self {
            Self::DocsRead => &[
                "docx:document:readonly",
                "wiki:node:read",
                "wiki:space:read",
                "wiki:space:retrieve",
                "wiki:node:retrieve",
                "space:document:retrieve",
                "drive:drive.metadata:readonly",
                "docs:permission.member:auth",
                "sheets:spreadsheet:readonly",
                "base:app:read",
                "base:table:read",
            ],
            Self::DocsWrite => &[
                "docx:document",
                "docx:document:create",
                "docx:document:write_only",
                "drive:drive:version:readonly",
                "wiki:node:create",
            ],
            Self::Media => &[
                "docs:document.media:download",
                "docs:document.media:upload",
                "drive:file:download",
                "drive:file:upload",
                "board:whiteboard:node:read",
                "board:whiteboard:node:create",
            ],
            Self::Files => FILES,
            Self::Sharing => &[
                "docs:permission.member:retrieve",
                "docs:permission.member:create",
                "docs:permission.member:update",
                "docs:permission.member:delete",
                "docs:permission.member:transfer",
                "docs:permission.setting:read",
                "docs:permission.setting:write_only",
                "docs:permission.member:auth",
                "drive:drive.metadata:readonly",
                "wiki:node:read",
                "contact:user:search",
            ],
            Self::Comments => &[
                "docs:document.comment:read",
                "docs:document.comment:create",
                "docs:document.comment:update",
                "docs:document.comment:delete",
            ],
            Self::Search => &["search:docs:read", "contact:user:search"],
            Self::People => &[
                "contact:contact.base:readonly",
                "contact:user.base:readonly",
            ],
            Self::SheetsRead => &[
                "sheets:spreadsheet:readonly",
                "docs:document.media:download",
            ],
            Self::SheetsWrite => &["sheets:spreadsheet", "docs:document.media:upload"],
            Self::BasesRead => &["bitable:app:readonly", "docs:document.media:download"],
            Self::BasesWrite => &["bitable:app", "docs:document.media:upload"],
        }
    }

    /// User scopes that are asked for where there is room (Feishu takes a limited number): nothing
    /// fails without them. With this one Feishu tells at once of changes that are looked for
    /// otherwise.
    pub const SPARE_SCOPES: &[&str] = &["docs:event:subscribe"];

    /// The scopes of a selection, with those that every sign-in needs, and without those that a
    /// broader one of the same selection covers.
    pub fn scopes_of(selection: &[Self]) -> ScopeSet {
        scopes::condensed(Self::every_scope_of(selection))
    }

    /// The scopes of a selection as its packs name them.
    pub fn every_scope_of(selection: &[Self]) -> ScopeSet {
        selection
            .iter()
            .flat_map(|capability| capability.user_scopes())
            .chain(&["offline_access"])
            .map(|scope| (*scope).to_owned())
            .collect()
    }
}
