//! Parameters of a request, read strictly: one form, no parameter twice.

use std::collections::BTreeMap;

use http::{HeaderMap, header};

/// Most parameters of one request.
const MAX_PARAMS: usize = 64;

/// Why parameters could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// The body is declared as something else.
    #[error("the body must be application/x-www-form-urlencoded")]
    ContentType,
    /// A parameter came twice (forbidden by RFC 6749, section 3.1).
    #[error("a parameter was sent more than once")]
    Repeated,
    /// Not a form, or too many parameters.
    #[error("the parameters cannot be read")]
    Malformed,
}

/// The parameters of a request.
#[derive(Debug, Clone, Default)]
pub struct Params(BTreeMap<String, String>);

impl Params {
    /// Reads a query string.
    pub fn query(query: &str) -> Result<Self, FormError> {
        Self::read(query.as_bytes())
    }

    /// Reads a body, whose type must be stated, and as exactly one type.
    pub fn body(headers: &HeaderMap, body: &[u8]) -> Result<Self, FormError> {
        let mut types = headers.get_all(header::CONTENT_TYPE).iter();
        let (Some(stated), None) = (types.next(), types.next()) else {
            return Err(FormError::ContentType);
        };
        let stated = stated.to_str().map_err(|_| FormError::ContentType)?;
        let mut fields = stated.split(';');
        let media = fields.next().unwrap_or_default().trim();
        if !media.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(FormError::ContentType);
        }
        let utf8 = fields.all(|field| {
            field.trim().split_once('=').is_some_and(|(name, value)| {
                name.eq_ignore_ascii_case("charset")
                    && value.trim_matches('"').eq_ignore_ascii_case("utf-8")
            })
        });
        if !utf8 {
            return Err(FormError::ContentType);
        }
        Self::read(body)
    }

    fn read(text: &[u8]) -> Result<Self, FormError> {
        let pairs: Vec<(String, String)> =
            serde_urlencoded::from_bytes(text).map_err(|_| FormError::Malformed)?;
        if pairs.len() > MAX_PARAMS {
            return Err(FormError::Malformed);
        }
        let mut params = BTreeMap::new();
        for (name, value) in pairs {
            // No parameter may hold control characters (RFC 6749, appendix A), and PostgreSQL
            // takes no text with a zero byte.
            if name.chars().chain(value.chars()).any(char::is_control) {
                return Err(FormError::Malformed);
            }
            if params.insert(name, value).is_some() {
                return Err(FormError::Repeated);
            }
        }
        Ok(Self(params))
    }

    /// A parameter; one without a value counts as absent (RFC 6749, section 3.1).
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(content_type: &[&str], text: &str) -> Result<Params, FormError> {
        let mut headers = HeaderMap::new();
        for value in content_type {
            headers.append(header::CONTENT_TYPE, value.parse().unwrap());
        }
        Params::body(&headers, text.as_bytes())
    }

    #[test]
    fn only_a_form_is_read_as_a_form() {
        let form = "application/x-www-form-urlencoded";
        assert!(body(&[form], "a=b").is_ok());
        assert!(body(&["Application/X-WWW-Form-Urlencoded; charset=UTF-8"], "a=b").is_ok());
        for types in [
            &[][..],
            &["application/json"],
            &["application/json, application/x-www-form-urlencoded"],
            &["application/x-www-form-urlencoded, application/json"],
            &["application/x-www-form-urlencoded; charset=utf-16"],
            &["application/x-www-form-urlencoded; boundary=x"],
            &["multipart/form-data"],
            &[form, "application/json"],
        ] {
            assert_eq!(
                body(types, "a=b").unwrap_err(),
                FormError::ContentType,
                "{types:?}"
            );
        }
    }

    #[test]
    fn no_parameter_may_come_twice() {
        for text in ["a=1&a=1", "a=1&a=2", "code=x&b=1&code=", "a=1&%61=2"] {
            assert_eq!(
                Params::query(text).unwrap_err(),
                FormError::Repeated,
                "{text}"
            );
        }
        assert_eq!(Params::query("a=&b=x%20y").unwrap().get("b"), Some("x y"));
        assert_eq!(Params::query("a=&b=x").unwrap().get("a"), None);
    }
}
