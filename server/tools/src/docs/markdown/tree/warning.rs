//! What the engine says about text that it could not represent as it was written.

use std::collections::BTreeSet;

use model::Locale;

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
    FileAsLink,
    DiagramAsCode,
    CellsNotMerged,
    GridSplit,
    Numbering,
    Attributes,
    BadReminder,
    Emoji,
}

impl Warning {
    #[expect(clippy::too_many_lines, reason = "one text after the other")]
    pub(crate) const fn text(self, locale: Locale) -> &'static str {
        match self {
            Self::ImageAsLink => locale.pick(
                "images were written as links; Feishu did not fetch them",
                "图片已写为链接，未上传到飞书",
            ),
            Self::Html => locale.pick(
                "HTML that the dialect does not know was kept as text; see help, topic markdown",
                "语法之外的 HTML 已按文本保留，见 help 的 markdown 主题",
            ),
            Self::TooDeep => locale.pick(
                "nesting deeper than 10 levels was flattened",
                "超过 10 层的嵌套已展平",
            ),
            Self::BlockLifted => locale.pick(
                "a block that a callout, cell or column cannot hold was moved after it",
                "高亮块、单元格或分栏中不能容纳的块已移到其后",
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
            Self::FileAsLink => locale.pick(
                "files were written as text; Feishu did not get them",
                "文件已写为文本，未上传到飞书",
            ),
            Self::DiagramAsCode => locale.pick(
                "diagrams were written as code; they were not drawn",
                "图表已写为代码，未绘制",
            ),
            Self::CellsNotMerged => locale.pick(
                "cells of a table were not merged",
                "表格单元格未合并",
            ),
            Self::GridSplit => locale.pick(
                "a grid has 2 to 5 columns; others were divided or dissolved",
                "分栏需为 2–5 栏，其他的已拆分或取消",
            ),
            Self::Numbering => locale.pick(
                "Feishu numbers lists itself; a list that starts with another number starts with 1",
                "飞书自动编号，指定的起始编号未保留",
            ),
            Self::Attributes => locale.pick(
                "attributes in braces that a block cannot have were left out",
                "花括号中不适用于该块的属性已忽略",
            ),
            Self::BadReminder => locale.pick(
                "a reminder without a time or person was kept as text",
                "缺少时间或人员的提醒已按文本保留",
            ),
            Self::Emoji => locale.pick(
                "a callout's emoji that Feishu has no known name for was left out",
                "高亮块中无法识别的表情已忽略",
            ),
        }
    }
}

/// The warnings of one document, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Warnings(BTreeSet<Warning>);

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
