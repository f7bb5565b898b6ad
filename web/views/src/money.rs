//! Money for readers: whole minor units, never a floating-point number.

use std::borrow::Borrow;

use crate::{Lang, text::grouped};

/// An amount of `minor` hundredths in a currency (code of ISO 4217): "CNY 1,299.00", "¥1,299.00".
pub fn amount(minor: i64, currency: &str, lang: Lang) -> String {
    let sign = if minor < 0 { "−" } else { "" };
    let size = minor.unsigned_abs();
    let digits = format!("{}.{:02}", grouped(size / 100), size % 100);
    format!("{sign}{}{digits}", mark(currency, lang))
}

/// A price that is written out already: "CNY 0.02", "¥0.02".
pub fn price(digits: &str, currency: &str, lang: Lang) -> String {
    format!("{}{digits}", mark(currency, lang))
}

/// A count, by value or by reference: templates hand over either.
pub(crate) fn count<N: Borrow<u64>>(count: N) -> String {
    grouped(*count.borrow())
}

fn mark(currency: &str, lang: Lang) -> String {
    match (currency, lang) {
        ("CNY", Lang::Zh) => "¥".to_owned(),
        ("USD", Lang::Zh) => "US$".to_owned(),
        ("USD", Lang::En) => "$".to_owned(),
        (code, _) => format!("{code} "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_keep_both_places() {
        assert_eq!(amount(129_900, "CNY", Lang::En), "CNY 1,299.00");
        assert_eq!(amount(129_905, "CNY", Lang::Zh), "¥1,299.05");
        assert_eq!(amount(-7, "USD", Lang::En), "−$0.07");
        assert_eq!(price("0.0018", "USD", Lang::Zh), "US$0.0018");
        assert_eq!(
            amount(i64::MIN, "USD", Lang::En),
            "−$92,233,720,368,547,758.08"
        );
    }
}
