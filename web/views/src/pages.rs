//! One file per page.

pub mod chooser;
pub mod consent;
pub mod error;
pub mod proceed;

/// Gives a page its `render`, so that callers need not know the template engine.
macro_rules! page {
    ($name:ident) => {
        impl $name {
            /// The page as HTML.
            pub fn render(&self) -> Result<String, crate::RenderError> {
                Ok(askama::Template::render(self)?)
            }
        }
    };
}
pub(crate) use page;
