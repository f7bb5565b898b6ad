//! Reading the enterprise from Feishu, page by page, no faster than Feishu allows.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use feishu::{
    ErrorClass, FeishuError, Session,
    api::directory::{
        self, Department, Found, GroupKind, MAX_PEOPLE, MemberKind, Person, ROOT, UserGroup,
        missing_scopes, too_large,
    },
};
use tokio::time::Instant;

use super::{DirectoryOptions, SyncReport};

/// How often one call is asked again after Feishu limited it.
const AGAIN: u32 = 3;
/// Most pages of one list.
const MOST_PAGES: usize = 2_000;

/// Asks, and again after a pause where Feishu says how long to wait.
macro_rules! patiently {
    ($walk:expr, $call:expr) => {{
        let mut again = 0;
        loop {
            $walk.breathe().await;
            match $call.await {
                Err(error) => match $walk.pause_after(&error, again) {
                    Some(pause) => {
                        tokio::time::sleep(pause).await;
                        again += 1;
                    }
                    None => break Err(error),
                },
                done => break done,
            }
        }
    }};
}

/// Reads a list to its end.
macro_rules! whole {
    ($walk:expr, $cursor:ident => $call:expr) => {{
        let mut all = Vec::new();
        let mut next: Option<String> = None;
        let mut pages = 0;
        loop {
            let $cursor = next.as_deref();
            match patiently!($walk, $call) {
                Ok(page) => {
                    all.extend(page.items);
                    pages += 1;
                    next = page.next;
                    if next.is_none() || pages >= MOST_PAGES {
                        break Ok(all);
                    }
                }
                Err(error) => break Err(error),
            }
        }
    }};
}

/// A user group and who was put into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Membership {
    pub(super) group: UserGroup,
    pub(super) people: BTreeSet<String>,
    /// Ids of departments, of either kind.
    pub(super) departments: BTreeSet<String>,
}

/// A walk under way.
pub(super) struct Walk<'a> {
    session: Session,
    options: &'a DirectoryOptions,
    latest: Option<Instant>,
    pub(super) report: SyncReport,
}

impl<'a> Walk<'a> {
    pub(super) fn new(session: Session, options: &'a DirectoryOptions) -> Self {
        Self {
            session,
            options,
            latest: None,
            report: SyncReport::default(),
        }
    }

    async fn breathe(&mut self) {
        if let Some(latest) = self.latest {
            tokio::time::sleep_until(latest + self.options.pace).await;
        }
        self.latest = Some(Instant::now());
    }

    /// How long to wait before the same call is asked again.
    fn pause_after(&self, error: &FeishuError, again: u32) -> Option<Duration> {
        let FeishuError::RateLimited { retry_after, .. } = error else {
            return None;
        };
        let pause = retry_after.unwrap_or(Duration::from_secs(2 << again));
        (again < AGAIN && pause <= self.options.patience).then_some(pause)
    }

    /// `None`, noted, when scopes are missing; another failure ends the walk.
    fn unless_scopes<T>(&mut self, done: Result<T, FeishuError>) -> Result<Option<T>, FeishuError> {
        match done {
            Ok(value) => Ok(Some(value)),
            Err(error) => match missing_scopes(&error) {
                Some(scopes) => {
                    self.report.lacks(scopes.to_vec());
                    Ok(None)
                }
                None => Err(error),
            },
        }
    }

    /// All departments; `None` when the app may not read them.
    pub(super) async fn departments(&mut self) -> Result<Option<Vec<Department>>, FeishuError> {
        let session = self.session.clone();
        let deep = whole!(self, cursor => directory::departments(&session, ROOT, true, cursor));
        let done = match deep {
            Err(error) if too_large(&error) => self.departments_by_level().await,
            other => other,
        };
        self.unless_scopes(done)
    }

    async fn departments_by_level(&mut self) -> Result<Vec<Department>, FeishuError> {
        let session = self.session.clone();
        let mut all: Vec<Department> = Vec::new();
        let mut seen = BTreeSet::from([ROOT.to_owned()]);
        let mut open = vec![ROOT.to_owned()];
        while let Some(parent) = open.pop() {
            let below = whole!(self, cursor =>
                directory::departments(&session, &parent, false, cursor))?;
            for mut department in below {
                if seen.insert(department.open_department_id.clone()) {
                    open.push(department.open_department_id.clone());
                    if department.parent_department_id.is_empty() {
                        department.parent_department_id.clone_from(&parent);
                    }
                    all.push(department);
                }
            }
        }
        Ok(all)
    }

    /// Everybody in `departments` and at the top, by `open_id`.
    pub(super) async fn people(
        &mut self,
        departments: &[Department],
    ) -> Result<BTreeMap<String, Person>, FeishuError> {
        let session = self.session.clone();
        let mut all: BTreeMap<String, Person> = BTreeMap::new();
        let ids = departments
            .iter()
            .map(|one| one.open_department_id.as_str());
        for department in std::iter::once(ROOT).chain(ids) {
            let found = whole!(self, cursor => directory::people_of(&session, department, cursor));
            let found = match found {
                // Out of the app's sight: the people there are not shown.
                Err(error) if error.class() == ErrorClass::Forbidden => continue,
                other => self.unless_scopes(other)?,
            };
            let Some(found) = found else {
                return Ok(all);
            };
            for person in found {
                if all.len() >= self.options.most_people && !all.contains_key(&person.open_id) {
                    self.report.more = true;
                    return Ok(all);
                }
                let known = all.entry(person.open_id.clone()).or_insert(person);
                // Without its scope the field is absent, and the list itself says the place.
                let own = known.department_ids.get_or_insert_default();
                if department != ROOT && !own.iter().any(|id| id == department) {
                    own.push(department.to_owned());
                }
            }
        }
        Ok(all)
    }

    /// All user groups; `None` when the app may not read them.
    pub(super) async fn groups(&mut self) -> Result<Option<Vec<UserGroup>>, FeishuError> {
        let session = self.session.clone();
        let mut all = Vec::new();
        for kind in GroupKind::ALL {
            let found = whole!(self, cursor => directory::groups(&session, kind, cursor));
            match self.unless_scopes(found)? {
                Some(found) => all.extend(found),
                None => return Ok(None),
            }
        }
        Ok(Some(all))
    }

    /// Who was put into a group; `None` when it is out of the app's sight.
    pub(super) async fn membership(
        &mut self,
        group: UserGroup,
    ) -> Result<Option<Membership>, FeishuError> {
        let session = self.session.clone();
        let mut lists = Vec::with_capacity(2);
        for kind in [MemberKind::People, MemberKind::Departments] {
            let found =
                whole!(self, cursor => directory::members(&session, &group.id, kind, cursor));
            match found {
                Ok(ids) => lists.push(ids.into_iter().collect::<BTreeSet<String>>()),
                Err(error) if error.class() == ErrorClass::Forbidden => return Ok(None),
                Err(error) => return Err(error),
            }
        }
        let departments = lists.pop().unwrap_or_default();
        let people = lists.pop().unwrap_or_default();
        Ok(Some(Membership {
            group,
            people,
            departments,
        }))
    }

    /// People by their ids, one answer for each that Feishu knows something about.
    pub(super) async fn by_ids(
        &mut self,
        ids: &[String],
    ) -> Result<BTreeMap<String, Found>, FeishuError> {
        let session = self.session.clone();
        let mut all = BTreeMap::new();
        for part in ids.chunks(MAX_PEOPLE) {
            let found = patiently!(self, directory::people(&session, part));
            // One wrong id makes Feishu refuse them all; then each is asked for alone.
            let found = match found {
                Err(error) if error.class() == ErrorClass::Invalid => Vec::new(),
                other => match self.unless_scopes(other)? {
                    Some(found) => found,
                    None => return Ok(all),
                },
            };
            for person in found {
                all.insert(person.open_id.clone(), Found::Person(person));
            }
            for id in part {
                if !all.contains_key(id) {
                    let one = patiently!(self, directory::person(&session, id));
                    let one = match one {
                        Err(error) if error.class() == ErrorClass::Invalid => Some(Found::Hidden),
                        other => self.unless_scopes(other)?,
                    };
                    if let Some(one) = one {
                        all.insert(id.clone(), one);
                    }
                }
            }
        }
        Ok(all)
    }
}
