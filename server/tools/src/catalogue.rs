//! The list of all tools. No link-time magic: the order is the order of `tools/list`.

use crate::{
    ToolDef, bases, docs,
    find::{inspect, search},
    help, identity, media, places, sheets,
};

static TOOLS: [ToolDef; 24] = [
    ToolDef::of::<identity::whoami::Whoami>(),
    ToolDef::of::<search::Search>(),
    ToolDef::of::<inspect::Inspect>(),
    ToolDef::of::<docs::read::DocRead>(),
    ToolDef::of::<docs::create::DocCreate>(),
    ToolDef::of::<docs::edit::DocEdit>(),
    ToolDef::of::<docs::blocks::DocBlocks>(),
    ToolDef::of::<docs::table::DocTable>(),
    ToolDef::of::<docs::history::DocHistory>(),
    ToolDef::of::<media::get::MediaGet>(),
    ToolDef::of::<media::put::MediaPut>(),
    ToolDef::of::<media::board::Board>(),
    ToolDef::of::<bases::read::BaseRead>(),
    ToolDef::of::<bases::write::BaseWrite>(),
    ToolDef::of::<bases::manage::BaseManage>(),
    ToolDef::of::<docs::comments::Comments>(),
    ToolDef::of::<sheets::read::SheetRead>(),
    ToolDef::of::<sheets::write::SheetWrite>(),
    ToolDef::of::<sheets::manage::SheetManage>(),
    ToolDef::of::<sheets::calc::SheetCalc>(),
    ToolDef::of::<media::chart::ChartCreate>(),
    ToolDef::of::<places::files::Files>(),
    ToolDef::of::<places::share::Share>(),
    ToolDef::of::<help::Help>(),
];

/// All tools, in the order in which they are listed.
pub fn catalogue() -> &'static [ToolDef] {
    &TOOLS
}

/// The tool of this name.
pub fn find(name: &str) -> Option<&'static ToolDef> {
    catalogue().iter().find(|tool| tool.name() == name)
}

#[cfg(test)]
mod tests;
