//! Rules that hold for source files.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Lines of a file of tests, and of any file with its in-file tests, at most.
const MAX_LINES: usize = 800;
/// Lines before the in-file tests at most.
const MAX_PRODUCTION_LINES: usize = 400;

/// Files that are too long, with the lines they have. This list may only shrink.
const TOO_LONG: &[(&str, usize)] = &[("tests/sandbox/src/families/docx/import.rs", 437)];

/// The only files that may vouch for a principal: each has verified a credential first.
const ESTABLISHERS: &[&str] = &[
    "tenants/model/src/principal.rs",
    "server/automation/src/service.rs",
    "server/edge/src/bearer.rs",
    "server/edge/src/bearer/upload.rs",
    "server/edge/src/console_session.rs",
    "server/edge/src/page_session.rs",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the workspace")
        .to_path_buf()
}

/// All tracked Rust files, as (path from the root, text).
fn sources() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for top in ["server", "web", "migrations", "tenants", "tests"] {
        collect(&root().join(top), &mut found);
    }
    found.sort();
    found
}

fn collect(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            if !name.starts_with('.') && name != "target" && name != "node_modules" {
                collect(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("a source file");
            let short = path
                .strip_prefix(root())
                .expect("inside")
                .to_string_lossy()
                .into_owned();
            found.push((short, text));
        }
    }
}

/// Whether a file holds nothing but tests.
fn is_test(path: &str) -> bool {
    let sandbox = path.starts_with("tests/sandbox/");
    path.ends_with("/tests.rs")
        || path.ends_with("/testing.rs")
        || path.contains("/tests/")
        || (path.starts_with("tests/") && !sandbox)
}

#[test]
fn no_file_grows_into_a_list_of_everything() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let all = text.lines().count();
        let production = text
            .lines()
            .take_while(|line| line.trim() != "#[cfg(test)]")
            .count();
        let known = TOO_LONG
            .iter()
            .find(|(known, _)| *known == path)
            .map(|(_, lines)| *lines);
        let fits = all <= MAX_LINES && (is_test(&path) || production <= MAX_PRODUCTION_LINES);
        match known {
            Some(lines) if all > lines => wrong.push(format!("{path}: grew to {all} lines")),
            Some(_) if fits => wrong.push(format!("{path}: fits now, take it off the list")),
            None if !fits => wrong.push(format!("{path}: {production} lines, {all} with tests")),
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "split these:\n{}", wrong.join("\n"));
}

#[test]
fn only_verified_credentials_become_a_principal() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let production = text.split("#[cfg(test)]").next().unwrap_or_default();
        let vouches = production.contains("Principal::establish(");
        if vouches && !is_test(&path) && !ESTABLISHERS.contains(&path.as_str()) {
            wrong.push(path);
        }
    }
    assert!(
        wrong.is_empty(),
        "these files vouch for principals: {wrong:?}"
    );
}
