//! Code languages: Feishu's numbers and the words that people write after a fence.

/// Number of plain text.
pub(crate) const PLAIN: u16 = 1;

/// Number, the word that is printed, further words that are understood.
const LANGUAGES: &[(u16, &str, &[&str])] = &[
    (1, "", &["text", "txt", "plain", "plaintext", "none"]),
    (2, "abap", &[]),
    (3, "ada", &[]),
    (4, "apache", &["apacheconf"]),
    (5, "apex", &[]),
    (6, "asm", &["assembly", "nasm"]),
    (7, "bash", &[]),
    (8, "csharp", &["cs", "c#"]),
    (9, "cpp", &["c++", "cc", "cxx", "hpp"]),
    (10, "c", &["h"]),
    (11, "cobol", &[]),
    (12, "css", &[]),
    (13, "coffeescript", &["coffee"]),
    (14, "d", &[]),
    (15, "dart", &[]),
    (16, "delphi", &["pascal"]),
    (17, "django", &["jinja", "jinja2"]),
    (18, "dockerfile", &["docker"]),
    (19, "erlang", &["erl"]),
    (20, "fortran", &[]),
    (21, "foxpro", &[]),
    (22, "go", &["golang"]),
    (23, "groovy", &["gradle"]),
    (24, "html", &["htm", "vue", "svelte"]),
    (25, "htmlbars", &["handlebars", "hbs"]),
    (26, "http", &[]),
    (27, "haskell", &["hs"]),
    (28, "json", &["jsonc", "json5"]),
    (29, "java", &[]),
    (30, "javascript", &["js", "jsx", "mjs", "node"]),
    (31, "julia", &["jl"]),
    (32, "kotlin", &["kt", "kts"]),
    (33, "latex", &["tex"]),
    (34, "lisp", &["clojure", "elisp"]),
    (35, "logo", &[]),
    (36, "lua", &[]),
    (37, "matlab", &["octave"]),
    (38, "makefile", &["make", "mk"]),
    (39, "markdown", &["md", "mdx"]),
    (40, "nginx", &[]),
    (41, "objectivec", &["objc", "objective-c"]),
    (42, "openedge", &["abl"]),
    (43, "php", &[]),
    (44, "perl", &["pl"]),
    (45, "postscript", &["ps"]),
    (46, "powershell", &["ps1", "pwsh"]),
    (47, "prolog", &[]),
    (48, "protobuf", &["proto"]),
    (49, "python", &["py", "python3"]),
    (50, "r", &[]),
    (51, "rpg", &[]),
    (52, "ruby", &["rb"]),
    (53, "rust", &["rs"]),
    (54, "sas", &[]),
    (55, "scss", &["sass", "less"]),
    (56, "sql", &["mysql", "pgsql", "postgresql", "sqlite"]),
    (57, "scala", &[]),
    (58, "scheme", &["racket"]),
    (59, "scratch", &[]),
    (60, "shell", &["sh", "zsh", "console", "shellsession"]),
    (61, "swift", &[]),
    (62, "thrift", &[]),
    (63, "typescript", &["ts", "tsx"]),
    (64, "vbscript", &["vbs"]),
    (65, "vb", &["visualbasic", "vbnet"]),
    (66, "xml", &["svg", "xsd", "plist"]),
    (67, "yaml", &["yml"]),
    (68, "cmake", &[]),
    (69, "diff", &["patch"]),
    (70, "gherkin", &["cucumber", "feature"]),
    (71, "graphql", &["gql"]),
    (72, "glsl", &["opengl"]),
    (73, "properties", &["ini", "dotenv", "env"]),
    (74, "solidity", &["sol"]),
    (75, "toml", &[]),
];

/// The word of a number; nothing for plain text and unknown numbers.
pub(crate) fn word(number: u16) -> &'static str {
    LANGUAGES
        .iter()
        .find(|(known, _, _)| *known == number)
        .map_or("", |(_, word, _)| word)
}

/// The number of a word; `None` when Feishu has no such language.
pub(crate) fn number(info: &str) -> Option<u16> {
    let word = info
        .split([' ', ',', '{', '\t'])
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    LANGUAGES
        .iter()
        .find(|(_, printed, others)| *printed == word || others.contains(&word.as_str()))
        .map(|(number, _, _)| *number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_is_written_and_read_as_the_same_number() {
        for (n, printed, others) in LANGUAGES {
            assert_eq!(number(printed), Some(*n));
            assert_eq!(word(*n), *printed);
            for other in *others {
                assert_eq!(number(other), Some(*n), "{other}");
            }
        }
        assert_eq!(LANGUAGES.len(), 75);
        assert_eq!(number("Rust,ignore"), Some(53));
        assert_eq!(number("mermaid"), None);
    }
}
