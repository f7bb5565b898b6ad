//! Reading the rules for one person.

use super::{Gives, PersonFacts, RoleMapping, Standing, Whom};
use crate::RoleSet;

/// Why no further rule was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The person left the enterprise.
    Left,
    /// The person's account is frozen.
    Frozen,
    /// The rule at this place says "no access".
    Refused(usize),
    /// The rule at this place says "no access", and it is not known whether it fits.
    Unclear(usize),
}

/// A rule that was read and matters for the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Its place in the list, from 0.
    pub rule: usize,
    /// Whether it fits; `None` when that is not known.
    pub fits: Option<bool>,
}

/// What the rules say about a person, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The roles that the rules give.
    pub roles: RoleSet,
    /// The rules that fit or may fit, in order.
    pub steps: Vec<Step>,
    /// Why the reading ended before the last rule.
    pub ended: Option<Ended>,
    /// Whether everything that mattered was known.
    pub sure: bool,
}

/// The roles of a person from now on, and how they come about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// The roles.
    pub roles: RoleSet,
    /// What the rules say.
    pub verdict: Verdict,
}

/// Reads the rules for a person.
pub fn evaluate(rules: &[RoleMapping], facts: &PersonFacts) -> Verdict {
    let mut verdict = Verdict {
        roles: RoleSet::EMPTY,
        steps: Vec::new(),
        ended: match facts.standing {
            Standing::Left => Some(Ended::Left),
            Standing::Frozen => Some(Ended::Frozen),
            Standing::Works | Standing::Unknown => None,
        },
        sure: true,
    };
    if verdict.ended.is_some() {
        return verdict;
    }
    for (place, rule) in rules.iter().enumerate() {
        let fits = fits(&rule.whom, facts);
        if fits == Some(false) {
            continue;
        }
        verdict.steps.push(Step { rule: place, fits });
        verdict.sure &= fits.is_some();
        match rule.gives {
            Gives::Role(role) if fits == Some(true) => verdict.roles = verdict.roles.with(role),
            Gives::Role(_) => {}
            Gives::NoAccess => {
                verdict.ended = Some(match fits {
                    Some(_) => Ended::Refused(place),
                    None => Ended::Unclear(place),
                });
                break;
            }
        }
    }
    verdict
}

/// Whether a rule fits a person; `None` when what it asks for is not known.
fn fits(whom: &Whom, facts: &PersonFacts) -> Option<bool> {
    match whom {
        Whom::Everyone => Some(true),
        Whom::Group { id } => facts.groups.as_ref().map(|groups| groups.contains(id)),
        Whom::Department { id, below } => {
            let chains = facts.departments.as_ref()?;
            Some(chains.iter().any(|chain| {
                if *below {
                    chain.contains(id)
                } else {
                    chain.first() == Some(id)
                }
            }))
        }
        Whom::Person { id } => {
            Some(*id == facts.open_id || facts.union_id.as_deref() == Some(id.as_str()))
        }
    }
}
