//! Askama templates, view structs, zh/en catalogues, assets.
