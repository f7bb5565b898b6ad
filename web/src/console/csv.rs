//! Files for spreadsheets.

use axum::{body::Body, response::Response};
use http::{HeaderValue, header};

/// A file of comma-separated values (RFC 4180), begun with a byte order mark so that spreadsheets
/// read Chinese.
#[derive(Debug)]
pub(crate) struct Csv(String);

impl Csv {
    /// An empty file.
    pub(crate) fn new() -> Self {
        Self("\u{FEFF}".to_owned())
    }

    /// Adds a line. Every field is quoted. A text that a spreadsheet would take for a formula gets
    /// an apostrophe before it: names of people and clients are chosen by strangers.
    pub(crate) fn line<F: AsRef<str>>(&mut self, fields: impl IntoIterator<Item = F>) {
        for (place, field) in fields.into_iter().enumerate() {
            if place > 0 {
                self.0.push(',');
            }
            self.0.push('"');
            let field = field.as_ref();
            if is_formula(field) {
                self.0.push('\'');
            }
            for c in field.chars().filter(|c| *c != '\0') {
                if c == '"' {
                    self.0.push('"');
                }
                self.0.push(c);
            }
            self.0.push('"');
        }
        self.0.push_str("\r\n");
    }

    /// The file as a download. The name is made of letters, digits, hyphens and dots.
    pub(crate) fn download(self, name: &str) -> Response {
        download("text/csv; charset=utf-8", name, Body::from(self.0))
    }
}

/// An answer that browsers save.
pub(crate) fn download(kind: &'static str, name: &str, body: Body) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let named = format!("attachment; filename=\"{name}\"");
    if let Ok(value) = HeaderValue::from_str(&named) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

fn is_formula(field: &str) -> bool {
    let starts = field
        .trim_start_matches([' ', '\u{3000}'])
        .starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    starts && field.parse::<f64>().is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_strangers_do_not_become_formulas() {
        let mut csv = Csv::new();
        csv.line([
            "=HYPERLINK(\"http://evil\")",
            " @SUM(A1)",
            "-1+2",
            "＝1",
            "\tx",
        ]);
        csv.line(["-12.50", "a,b", "two\nlines", "林\0伟", "plain"]);
        assert_eq!(
            csv.0,
            "\u{FEFF}\"'=HYPERLINK(\"\"http://evil\"\")\",\"' @SUM(A1)\",\"'-1+2\",\"'＝1\",\
             \"'\tx\"\r\n\"-12.50\",\"a,b\",\"two\nlines\",\"林伟\",\"plain\"\r\n"
        );
    }
}
