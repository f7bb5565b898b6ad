//! Properties of all pages at once.

use crate::{
    Lang, assets,
    samples::{Names, all},
    text,
};

fn pages(lang: Lang) -> Vec<(String, String)> {
    all(lang, &Names::usual(lang))
        .into_iter()
        .map(|sample| (sample.name, sample.html.unwrap()))
        .collect()
}

/// The tags of a page, each from `<` to `>`.
fn tags(html: &str) -> impl Iterator<Item = &str> {
    html.split('<')
        .skip(1)
        .map(|rest| rest.split('>').next().unwrap())
}

/// The values of one attribute.
fn values<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let marker = format!(" {name}=\"");
    tags(html)
        .flat_map(|tag| tag.split(marker.as_str()).skip(1))
        .map(|rest| rest.split('"').next().unwrap())
        .collect()
}

#[test]
fn every_page_renders_small_and_whole_in_both_languages() {
    for lang in Lang::ALL {
        for (name, html) in pages(lang) {
            assert!(html.len() <= 100_000, "{name}: {} bytes", html.len());
            assert!(html.starts_with("<!doctype html>"), "{name}");
            assert!(html.contains(&format!("<html lang=\"{}\">", lang.tag())));
            assert!(
                !html.contains('{')
                    || name == "connect"
                    || name.starts_with("home")
                    // The text for the developer console is JSON.
                    || name.starts_with("setup"),
                "{name}: a placeholder is left"
            );
            for landmark in ["<header", "<main id=\"main\"", "<footer", "class=\"skip\""] {
                assert!(html.contains(landmark), "{name}: {landmark}");
            }
            assert_eq!(html.matches("<h1").count(), 1, "{name}");
        }
    }
}

/// The text of every Rust file below `folder`.
fn sources(folder: &std::path::Path) -> String {
    let mut all = String::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.push_str(&sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            all.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
    all
}

#[test]
fn every_page_has_a_sample_so_that_these_tests_see_it() {
    let src = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut samples = sources(&src.join("samples"));
    samples.push_str(&std::fs::read_to_string(src.join("samples.rs")).unwrap());
    let known: Vec<&str> = samples.split(|c: char| !c.is_alphanumeric()).collect();
    let pages = sources(&src.join("pages"));
    let mut count = 0;
    for rest in pages.split("\npage!(").skip(1) {
        let page = rest.split(')').next().unwrap();
        // Once in the list of imports, once where it is filled.
        let named = known.iter().filter(|word| **word == page).count();
        assert!(named >= 2, "{page} is in no sample");
        count += 1;
    }
    assert!(count > 40, "{count} pages were found");
}

#[test]
fn no_placeholder_reaches_a_reader() {
    for lang in Lang::ALL {
        for (name, html) in pages(lang) {
            for key in [
                "brand",
                "client",
                "organisation",
                "host",
                "name",
                "path",
                "n",
                "max",
                "length",
                "version",
                "address",
            ] {
                assert!(!html.contains(&format!("{{{key}}}")), "{name}: {{{key}}}");
            }
        }
    }
}

#[test]
fn pages_hold_no_inline_code_so_the_strictest_policy_fits() {
    for (name, html) in pages(Lang::En) {
        assert!(!html.contains("<style"), "{name}");
        for tag in tags(&html) {
            if tag.starts_with("script") {
                assert!(tag.contains(" src=\"/assets/"), "{name}: {tag}");
            }
            let attributes = tag.split_whitespace().skip(1);
            for attribute in attributes {
                assert!(!attribute.starts_with("style="), "{name}: {tag}");
                let handler = attribute.starts_with("on") && attribute.contains('=');
                assert!(!handler, "{name}: {tag}");
            }
        }
        for source in values(&html, "src") {
            assert!(source.starts_with("/assets/"), "{name}: {source}");
        }
    }
}

#[test]
fn every_asset_that_a_page_names_exists() {
    for (name, html) in pages(Lang::Zh) {
        let sources = values(&html, "src")
            .into_iter()
            .chain(values(&html, "href"));
        for path in sources.filter(|path| path.starts_with("/assets/")) {
            assert!(
                assets()
                    .iter()
                    .any(|asset| Some(asset.path.as_str()) == path.split('#').next()),
                "{name}: {path}"
            );
        }
    }
}

#[test]
fn hostile_names_stay_text() {
    let hostile = "\u{202E}\"><script>alert(1)</script>'`{{7*7}}javascript:alert(1)\u{2066}";
    let names = Names {
        client: hostile.to_owned(),
        organisation: hostile.to_owned(),
        person: hostile.to_owned(),
    };
    for lang in Lang::ALL {
        for sample in all(lang, &names) {
            let (name, html) = (sample.name, sample.html.unwrap());
            assert!(!html.contains("<script>"), "{name}");
            let ours = html.matches("<script src=\"/assets/").count();
            assert_eq!(html.matches("<script").count(), ours, "{name}");
            for target in values(&html, "href")
                .into_iter()
                .chain(values(&html, "action"))
            {
                assert!(
                    !target.to_lowercase().starts_with("javascript"),
                    "{name}: {target}"
                );
            }
        }
    }
}

#[test]
fn names_of_strangers_lose_their_deceptive_characters_wherever_they_are_read() {
    let names = Names {
        client: "Cur\u{202E}sor".to_owned(),
        organisation: "Ac\u{200F}me".to_owned(),
        person: "Li\u{2067}n".to_owned(),
    };
    for sample in all(Lang::En, &names) {
        let html = sample.html.unwrap();
        // Hidden fields and install links carry values verbatim; people do not read those.
        let read: String = html
            .split('<')
            .filter(|part| {
                !part.starts_with("input type=\"hidden\"")
                    && !part.starts_with("a class=\"button slim")
            })
            .collect();
        assert!(
            !read.contains(['\u{202E}', '\u{200F}', '\u{2067}']),
            "{}",
            sample.name
        );
    }
}

#[test]
fn forms_that_change_something_carry_the_token() {
    for (name, html) in pages(Lang::En) {
        // Before a sign-in there is no session whose token a form could carry: the origin decides.
        if name.starts_with("sign-in") || name.starts_with("sign-up") || name == "invite" {
            continue;
        }
        for form in html.split("<form ").skip(1) {
            let form = form.split("</form>").next().unwrap();
            // A filter is part of the address and changes nothing.
            if form.split('>').next().unwrap().contains("method=\"get\"") {
                continue;
            }
            assert!(form.contains("method=\"post\""), "{name}");
            assert!(
                form.contains("name=\"csrf\" value=\"fmcx_sample\""),
                "{name}"
            );
        }
    }
}

#[test]
fn every_control_and_every_column_has_a_name() {
    for lang in Lang::ALL {
        for (name, html) in pages(lang) {
            let labelled = values(&html, "for");
            for tag in tags(&html) {
                let visible = (tag.starts_with("input") && !tag.contains("type=\"hidden\""))
                    || tag.starts_with("select");
                if visible {
                    let id = values(&format!("<{tag}>"), "id")
                        .first()
                        .copied()
                        .unwrap_or_default()
                        .to_owned();
                    let named = !values(&format!("<{tag}>"), "aria-label").is_empty();
                    assert!(named || labelled.contains(&id.as_str()), "{name}: {tag}");
                }
                if tag.starts_with("th ") || tag == "th" {
                    assert!(tag.contains("scope="), "{name}: {tag}");
                }
                if tag.starts_with("img") {
                    assert!(tag.contains("alt="), "{name}: {tag}");
                }
            }
            let mut ids = values(&html, "id");
            let count = ids.len();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), count, "{name}: an id is used twice");
            let references = values(&html, "aria-labelledby")
                .into_iter()
                .chain(values(&html, "aria-describedby"))
                .chain(values(&html, "data-copy"));
            for id in references.flat_map(|list| list.split(' ')) {
                assert!(ids.contains(&id), "{name}: {id}");
            }
        }
    }
}

#[test]
fn both_languages_have_the_same_placeholders_and_no_empty_text() {
    let placeholders = |text: &str| -> Vec<String> {
        let mut found: Vec<_> = text
            .split('{')
            .skip(1)
            .map(|rest| rest.split('}').next().unwrap().to_owned())
            .collect();
        found.sort();
        found
    };
    for (key, en, zh) in text::all_pairs() {
        assert!(!en.is_empty() && !zh.is_empty(), "{key}");
        assert_eq!(placeholders(en), placeholders(zh), "{key}");
    }
}

#[test]
fn chinese_texts_use_chinese_punctuation() {
    let han = |c: char| ('\u{4E00}'..='\u{9FFF}').contains(&c);
    for (key, _, zh) in text::all_pairs() {
        let chars: Vec<char> = zh.chars().collect();
        for pair in chars.windows(2) {
            assert!(!(han(pair[0]) && ",:;?!(".contains(pair[1])), "{key}: {zh}");
        }
    }
}

#[test]
fn chinese_pages_are_chinese() {
    let han = |c: char| ('\u{4E00}'..='\u{9FFF}').contains(&c);
    for (key, en, zh) in text::all_pairs() {
        let untranslatable = ["mcp", "sse", "example"].contains(&key) || key == "switch";
        assert!(untranslatable || zh.contains(han), "{key}: {zh}");
        assert!(key == "switch" || !en.contains(han), "{key}: {en}");
    }
}

#[test]
fn text_keeps_its_contrast_in_light_and_dark() {
    let css = std::str::from_utf8(assets()[0].bytes).unwrap();
    let (light, dark) = css.split_once("prefers-color-scheme: dark").unwrap();
    let token = |part: &str, name: &str| -> f64 {
        let marker = format!("--{name}: #");
        let hex = &part.split(marker.as_str()).nth(1).unwrap()[..6];
        luminance(u32::from_str_radix(hex, 16).unwrap())
    };
    let readable = [
        ("text", "bg"),
        ("text", "surface"),
        ("text", "sunken"),
        ("text", "accent-soft"),
        ("muted", "bg"),
        ("muted", "surface"),
        ("muted", "sunken"),
        ("muted", "accent-soft"),
        ("accent", "bg"),
        ("accent", "surface"),
        ("accent-strong", "accent-soft"),
        ("on-accent", "accent"),
        ("on-accent", "accent-strong"),
        ("good", "good-soft"),
        ("good", "sunken"),
        ("warn", "warn-soft"),
        ("bad", "bad-soft"),
        ("bad", "surface"),
    ];
    for part in [light, dark] {
        for (text, ground) in readable {
            let contrast = ratio(token(part, text), token(part, ground));
            assert!(contrast >= 4.5, "{text} on {ground}: {contrast:.2}");
        }
        let edge = ratio(token(part, "line-strong"), token(part, "surface"));
        assert!(edge >= 3.0, "edges of controls: {edge:.2}");
    }
}

/// Relative luminance (WCAG 2.2).
fn luminance(rgb: u32) -> f64 {
    let channel = |shift: u32| {
        let value = f64::from((rgb >> shift) & 255) / 255.0;
        if value <= 0.040_45 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * channel(16) + 0.7152 * channel(8) + 0.0722 * channel(0)
}

fn ratio(a: f64, b: f64) -> f64 {
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}
