//! Kinds of things in Feishu's drive and wiki, in our words and in Feishu's.

use model::Locale;

/// A kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Docx,
    Doc,
    Sheet,
    Base,
    Wiki,
    Folder,
    File,
    Mindnote,
    Slides,
}

impl Kind {
    pub(crate) const ALL: [Self; 9] = [
        Self::Docx,
        Self::Doc,
        Self::Sheet,
        Self::Base,
        Self::Wiki,
        Self::Folder,
        Self::File,
        Self::Mindnote,
        Self::Slides,
    ];

    /// The word in references, `kind:TOKEN`.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Base => "base",
            _ => self.feishu(),
        }
    }

    /// Feishu's word in parameters.
    pub(crate) const fn feishu(self) -> &'static str {
        match self {
            Self::Docx => "docx",
            Self::Doc => "doc",
            Self::Sheet => "sheet",
            Self::Base => "bitable",
            Self::Wiki => "wiki",
            Self::Folder => "folder",
            Self::File => "file",
            Self::Mindnote => "mindnote",
            Self::Slides => "slides",
        }
    }

    /// Reads our words, Feishu's words and Feishu's upper-case words of search results.
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        let word = word.to_ascii_lowercase();
        Self::ALL
            .into_iter()
            .find(|kind| kind.word() == word || kind.feishu() == word)
    }

    /// The path of its pages.
    pub(crate) const fn page(self) -> &'static str {
        match self {
            Self::Docx => "/docx/",
            Self::Doc => "/docs/",
            Self::Sheet => "/sheets/",
            Self::Base => "/base/",
            Self::Wiki => "/wiki/",
            Self::Folder => "/drive/folder/",
            Self::File => "/file/",
            Self::Mindnote => "/mindnotes/",
            Self::Slides => "/slides/",
        }
    }

    /// For people.
    pub(crate) const fn title(self, locale: Locale) -> &'static str {
        match self {
            Self::Docx => locale.pick("document", "文档"),
            Self::Doc => locale.pick("document (old format)", "旧版文档"),
            Self::Sheet => locale.pick("spreadsheet", "电子表格"),
            Self::Base => locale.pick("base", "多维表格"),
            Self::Wiki => locale.pick("wiki page", "知识库页面"),
            Self::Folder => locale.pick("folder", "文件夹"),
            Self::File => locale.pick("file", "文件"),
            Self::Mindnote => locale.pick("mind note", "思维笔记"),
            Self::Slides => locale.pick("slides", "幻灯片"),
        }
    }
}
