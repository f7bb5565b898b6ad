//! Where in Feishu a role may work, decided on the thing itself: never on the link that named it.

use serde::{Deserialize, Serialize};

use super::{Decision, Reason};

/// Kinds of places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceKind {
    /// A wiki space with all its pages; the token is its id.
    WikiSpace,
    /// A wiki page with the pages below it; the token is the page's (`node_token`).
    WikiPage,
    /// A folder with everything below it.
    Folder,
    /// A base.
    Base,
    /// A spreadsheet.
    Sheet,
    /// A document.
    Document,
    /// Any other file of the drive.
    File,
    /// A chat.
    Chat,
}

impl PlaceKind {
    /// All kinds.
    pub const ALL: [Self; 8] = [
        Self::WikiSpace,
        Self::WikiPage,
        Self::Folder,
        Self::Base,
        Self::Sheet,
        Self::Document,
        Self::File,
        Self::Chat,
    ];

    /// Stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::WikiSpace => "wiki_space",
            Self::WikiPage => "wiki_page",
            Self::Folder => "folder",
            Self::Base => "base",
            Self::Sheet => "sheet",
            Self::Document => "document",
            Self::File => "file",
            Self::Chat => "chat",
        }
    }
}

/// One place in Feishu.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Place {
    /// Kind.
    pub kind: PlaceKind,
    /// Token.
    pub token: String,
    /// Name at the time when it was chosen, for people.
    #[serde(default)]
    pub name: String,
}

impl Place {
    /// A place without a name.
    pub fn at(kind: PlaceKind, token: impl Into<String>) -> Self {
        Self {
            kind,
            token: token.into(),
            name: String::new(),
        }
    }
}

/// The name is for people: it makes no other place.
impl PartialEq for Place {
    fn eq(&self, other: &Self) -> bool {
        (self.kind, &self.token) == (other.kind, &other.token)
    }
}

impl Eq for Place {}

/// Where a role may work.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Places {
    /// In these and below; empty is anywhere.
    #[serde(default)]
    pub only: Vec<Place>,
    /// Never in these and below, wherever else that is.
    #[serde(default)]
    pub never: Vec<Place>,
}

impl Places {
    /// Whether every place will do.
    pub const fn is_anywhere(&self) -> bool {
        self.only.is_empty() && self.never.is_empty()
    }

    fn decide(&self, found: &Whereabouts) -> Decision {
        let inside = |places: &[Place]| found.places.iter().any(|place| places.contains(place));
        if inside(&self.never) {
            return Err(Reason::PlaceBarred);
        }
        let known = |places: &[Place]| places.iter().all(|place| found.knows(place));
        if !known(&self.never) {
            return Err(Reason::PlaceUnknown);
        }
        if self.only.is_empty() || inside(&self.only) {
            return Ok(());
        }
        Err(if known(&self.only) {
            Reason::PlaceOutside
        } else {
            Reason::PlaceUnknown
        })
    }
}

/// Where a thing was found to be: itself, and what it lies in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Whereabouts {
    /// The thing and everything around it that was found.
    pub places: Vec<Place>,
    /// Places of which Feishu did not tell whether the thing lies in them.
    pub unknown: Vec<Place>,
}

impl Whereabouts {
    fn knows(&self, place: &Place) -> bool {
        !self.unknown.contains(place)
    }
}

/// The places of the roles that allow a call, if none of them allows it everywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fence {
    roles: Vec<Places>,
}

impl Fence {
    /// `None` when one of the roles works everywhere.
    pub(super) fn around(roles: Vec<Places>) -> Option<Self> {
        let fenced = !roles.is_empty() && roles.iter().all(|places| !places.is_anywhere());
        fenced.then_some(Self { roles })
    }

    /// Every place that a decision depends on.
    pub fn mentioned(&self) -> impl Iterator<Item = &Place> {
        self.roles
            .iter()
            .flat_map(|places| places.only.iter().chain(&places.never))
    }

    /// Whether a thing that lies there may be worked on: one role must allow it.
    ///
    /// # Errors
    /// [`Reason::PlaceBarred`], [`Reason::PlaceOutside`], or [`Reason::PlaceUnknown`] when it
    /// could not be found out.
    pub fn decide(&self, found: &Whereabouts) -> Decision {
        let mut refused = Reason::PlaceOutside;
        for places in &self.roles {
            match places.decide(found) {
                Ok(()) => return Ok(()),
                Err(reason) => refused = reason,
            }
        }
        Err(refused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(token: &str) -> Place {
        Place::at(PlaceKind::Folder, token)
    }

    fn found(places: &[&str], unknown: &[&str]) -> Whereabouts {
        Whereabouts {
            places: places.iter().map(|token| folder(token)).collect(),
            unknown: unknown.iter().map(|token| folder(token)).collect(),
        }
    }

    fn places(only: &[&str], never: &[&str]) -> Places {
        Places {
            only: only.iter().map(|token| folder(token)).collect(),
            never: never.iter().map(|token| folder(token)).collect(),
        }
    }

    #[test]
    fn a_thing_must_be_inside_and_not_barred_and_doubt_refuses() {
        let rule = places(&["a", "b"], &["x"]);
        assert_eq!(rule.decide(&found(&["a"], &[])), Ok(()));
        assert_eq!(rule.decide(&found(&["b", "z"], &["a"])), Ok(()));
        let refused = |around: &[&str], unknown: &[&str]| rule.decide(&found(around, unknown));
        assert_eq!(refused(&["z"], &[]), Err(Reason::PlaceOutside));
        assert_eq!(refused(&["a", "x"], &[]), Err(Reason::PlaceBarred));
        assert_eq!(refused(&["a"], &["x"]), Err(Reason::PlaceUnknown));
        assert_eq!(refused(&["z"], &["b"]), Err(Reason::PlaceUnknown));
        // Barred is barred, whatever else is unknown.
        assert_eq!(refused(&["x"], &["a"]), Err(Reason::PlaceBarred));
    }

    #[test]
    fn a_role_that_works_everywhere_takes_the_fence_down() {
        assert_eq!(Fence::around(vec![]), None);
        assert_eq!(
            Fence::around(vec![places(&["a"], &[]), Places::default()]),
            None
        );
        let fence = Fence::around(vec![places(&["a"], &["x"]), places(&["b"], &[])]).unwrap();
        assert_eq!(fence.mentioned().count(), 3);
        // Each role is asked for itself: what one bars, another may allow.
        assert_eq!(fence.decide(&found(&["b", "x"], &[])), Ok(()));
        assert_eq!(fence.decide(&found(&["a"], &[])), Ok(()));
        assert_eq!(
            fence.decide(&found(&["a", "x"], &[])),
            Err(Reason::PlaceOutside)
        );
    }

    #[test]
    fn the_name_makes_no_other_place() {
        let named = Place {
            name: "Plans".to_owned(),
            ..folder("a")
        };
        assert_eq!(named, folder("a"));
        assert_ne!(folder("a"), Place::at(PlaceKind::Document, "a"));
    }
}
