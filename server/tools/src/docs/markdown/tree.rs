//! The tree between Markdown and Feishu's blocks.

use feishu::api::docx::ElementStyle;
use model::Locale;

/// A run of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Inline {
    /// Text; a newline is a line break inside the block.
    Text {
        content: String,
        style: ElementStyle,
    },
    /// A mention of a person, by open id.
    Mention { open_id: String },
    /// A formula in KaTeX.
    Equation { content: String },
}

/// The text of a block.
pub(crate) type Rich = Vec<Inline>;

/// The five callouts of the dialect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Callout {
    Note,
    Tip,
    Important,
    Warning,
    Caution,
}

impl Callout {
    pub(crate) const ALL: [Self; 5] = [
        Self::Note,
        Self::Tip,
        Self::Important,
        Self::Warning,
        Self::Caution,
    ];

    /// The word in `> [!WORD]`.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Note => "NOTE",
            Self::Tip => "TIP",
            Self::Important => "IMPORTANT",
            Self::Warning => "WARNING",
            Self::Caution => "CAUTION",
        }
    }

    /// Feishu's emoji name.
    pub(crate) const fn emoji(self) -> &'static str {
        match self {
            Self::Note => "memo",
            Self::Tip => "bulb",
            Self::Important => "pushpin",
            Self::Warning => "warning",
            Self::Caution => "no_entry",
        }
    }

    /// Background and border colour: blue, green, purple, orange, red.
    pub(crate) const fn colours(self) -> (u8, u8) {
        match self {
            Self::Note => (5, 5),
            Self::Tip => (4, 4),
            Self::Important => (6, 6),
            Self::Warning => (2, 2),
            Self::Caution => (1, 1),
        }
    }
}

/// What a block is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    Text(Rich),
    Heading(u8, Rich),
    Bullet(Rich),
    Ordered(Rich),
    Todo(bool, Rich),
    Code {
        language: u16,
        text: String,
    },
    Divider,
    Quote,
    Callout(Callout),
    /// Rows of cells; all rows have the same width.
    Table {
        rows: Vec<Vec<Rich>>,
    },
}

/// A block and the blocks inside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) children: Vec<Node>,
}

impl Node {
    pub(crate) const fn leaf(kind: Kind) -> Self {
        Self {
            kind,
            children: Vec::new(),
        }
    }
}

/// What could not be represented as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Warning {
    ImageAsLink,
    Html,
    TooDeep,
    BlockLifted,
    CodeInCallout,
    TableSplit,
    TableNarrowed,
    TextSplit,
    UnknownLanguage,
    BadMention,
    UnsafeLink,
    Placeholder,
    Frontmatter,
}

impl Warning {
    pub(crate) const fn text(self, locale: Locale) -> &'static str {
        match self {
            Self::ImageAsLink => locale.pick(
                "images were written as links; Feishu did not fetch them",
                "图片已写为链接，未上传到飞书",
            ),
            Self::Html => locale.pick(
                "HTML is not supported and was kept as text (only <br> and <u> are)",
                "不支持 HTML，已按文本保留（仅支持 <br> 与 <u>）",
            ),
            Self::TooDeep => locale.pick(
                "nesting deeper than 10 levels was flattened",
                "超过 10 层的嵌套已展平",
            ),
            Self::BlockLifted => locale.pick(
                "a table, divider or callout inside another block was moved after it",
                "嵌套在其他块中的表格、分割线或高亮块已移到其后",
            ),
            Self::CodeInCallout => locale.pick(
                "code blocks inside a callout became inline code",
                "高亮块中的代码块已转为行内代码",
            ),
            Self::TableSplit => locale.pick(
                "a large table was split into several, each with the header row",
                "大表格已拆分为多个，并重复表头",
            ),
            Self::TableNarrowed => locale.pick(
                "a table with more than 100 columns was split by columns",
                "超过 100 列的表格已按列拆分",
            ),
            Self::TextSplit => locale.pick(
                "a text of more than 100,000 characters was split",
                "超过 100,000 字符的文本已拆分",
            ),
            Self::UnknownLanguage => locale.pick(
                "a code language that Feishu does not know became plain text",
                "飞书不支持的代码语言已按纯文本处理",
            ),
            Self::BadMention => locale.pick(
                "a mention without an open id (user:ou_…) was kept as text",
                "没有 open_id（user:ou_…）的提及已按文本保留",
            ),
            Self::UnsafeLink => locale.pick(
                "links that are not http, https or mailto were kept as text",
                "非 http、https、mailto 的链接已按文本保留",
            ),
            Self::Placeholder => locale.pick(
                "lines such as [[sheet …]] stand for blocks that Markdown cannot create; kept as text",
                "[[sheet …]] 等占位行无法通过 Markdown 创建，已按文本保留",
            ),
            Self::Frontmatter => locale.pick(
                "the metadata block at the top was kept as a code block",
                "顶部的元数据已保留为代码块",
            ),
        }
    }
}

/// The warnings of one document, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Warnings(std::collections::BTreeSet<Warning>);

impl Warnings {
    pub(crate) fn add(&mut self, warning: Warning) {
        self.0.insert(warning);
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Warning> + '_ {
        self.0.iter().copied()
    }

    #[cfg(test)]
    pub(crate) fn has(&self, warning: Warning) -> bool {
        self.0.contains(&warning)
    }
}
