//! What a block needs after it was made: bytes, a drawing, merged cells.

use super::super::tree::{Diagram, File, Image, Merge};

/// Work that is left for a block which a batch makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fill {
    /// The temporary id of the block.
    pub(crate) block: String,
    pub(crate) with: With,
}

/// What goes into the block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum With {
    /// An image block wants a picture: upload, then `replace_image`. It was made with its caption,
    /// place and scale.
    Image(Image),
    /// A file block wants a file: upload, then `replace_file`. Feishu puts the block into a view;
    /// the temporary id is that of the file.
    File(File),
    /// A board wants to be drawn: its token has to be read first.
    Diagram(Diagram),
    /// A table wants cells merged: `merge_table_cells`, in this order.
    Merge(Vec<Merge>),
}
