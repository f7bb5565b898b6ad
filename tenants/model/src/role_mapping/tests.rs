use proptest::prelude::*;

use super::*;
use crate::CustomRole;

fn group(id: &str) -> Whom {
    Whom::Group { id: id.to_owned() }
}

fn department(id: &str, below: bool) -> Whom {
    Whom::Department {
        id: id.to_owned(),
        below,
    }
}

fn person(id: &str) -> Whom {
    Whom::Person { id: id.to_owned() }
}

fn gives(whom: Whom, role: Role) -> RoleMapping {
    RoleMapping::new(whom, Gives::Role(role), "")
}

fn refuses(whom: Whom) -> RoleMapping {
    RoleMapping::new(whom, Gives::NoAccess, "")
}

fn lin() -> PersonFacts {
    PersonFacts {
        open_id: "ou_lin".to_owned(),
        union_id: Some("on_lin".to_owned()),
        standing: Standing::Works,
        groups: Some(["g_it".to_owned()].into()),
        departments: Some(vec![vec!["od-platform".to_owned(), "od-rd".to_owned()]]),
    }
}

fn set(rules: Vec<RoleMapping>) -> RoleMappings {
    RoleMappings { rules, version: 1 }
}

#[test]
fn roles_of_all_rules_that_fit_are_held_together_and_explained() {
    let rules = [
        gives(group("g_it"), Role::Admin),
        gives(group("g_other"), Role::Auditor),
        gives(department("od-rd", true), Role::Developer),
        gives(department("od-rd", false), Role::Billing),
        gives(person("on_lin"), Role::Custom(CustomRole::at(3).unwrap())),
        RoleMapping::newcomers(),
    ];
    let verdict = evaluate(&rules, &lin());
    assert_eq!(verdict.roles.names(), "end_user developer admin custom_3");
    let places: Vec<_> = verdict.steps.iter().map(|step| step.rule).collect();
    assert_eq!(places, [0, 2, 4, 5]);
    assert_eq!((verdict.ended, verdict.sure), (None, true));
}

#[test]
fn no_access_ends_the_reading_and_leaves_what_stands_above() {
    let rules = [
        gives(person("ou_lin"), Role::Auditor),
        refuses(department("od-platform", false)),
        RoleMapping::newcomers(),
    ];
    let verdict = evaluate(&rules, &lin());
    assert_eq!(verdict.roles, RoleSet::of(&[Role::Auditor]));
    assert_eq!(verdict.ended, Some(Ended::Refused(1)));
}

#[test]
fn who_left_or_is_frozen_has_nothing_whatever_was_held() {
    for (standing, ended) in [
        (Standing::Left, Ended::Left),
        (Standing::Frozen, Ended::Frozen),
    ] {
        let facts = PersonFacts { standing, ..lin() };
        for mappings in [
            RoleMappings::unset(),
            set(vec![gives(person("ou_lin"), Role::Admin)]),
        ] {
            let settled = mappings.settle(&facts, Some(RoleSet::of(&[Role::Owner, Role::Admin])));
            assert_eq!(settled.roles, RoleSet::EMPTY);
            assert_eq!(settled.verdict.ended, Some(ended));
        }
    }
}

#[test]
fn what_is_not_known_gives_a_newcomer_nothing_and_takes_nothing_from_a_member() {
    let facts = PersonFacts {
        groups: None,
        departments: None,
        ..lin()
    };
    let rules = set(vec![
        gives(group("g_it"), Role::Admin),
        refuses(group("g_contractors")),
        RoleMapping::newcomers(),
    ]);
    let settled = rules.settle(&facts, None);
    assert_eq!(settled.roles, RoleSet::EMPTY);
    assert_eq!(settled.verdict.ended, Some(Ended::Unclear(1)));
    let held = RoleSet::of(&[Role::Admin, Role::EndUser]);
    assert_eq!(rules.settle(&facts, Some(held)).roles, held);
}

#[test]
fn before_anybody_sets_rules_newcomers_use_tools_and_members_keep_what_they_have() {
    let unset = RoleMappings::unset();
    let tools = RoleSet::of(&[Role::EndUser]);
    assert_eq!(unset.settle(&lin(), None).roles, tools);
    assert_eq!(
        unset.settle(&lin(), Some(RoleSet::EMPTY)).roles,
        tools,
        "came back"
    );
    let admin = RoleSet::of(&[Role::Admin]);
    assert_eq!(unset.settle(&lin(), Some(admin)).roles, admin);
}

#[test]
fn rules_neither_make_nor_unmake_an_owner() {
    assert_eq!(Gives::from_name("owner"), None);
    assert!(serde_json::from_str::<Gives>("\"owner\"").is_err());
    let owner = [gives(Whom::Everyone, Role::Owner)];
    assert_eq!(RoleMappings::check(&owner), Err(MappingFault::Owner));
    let rules = set(vec![RoleMapping::newcomers()]);
    let held = RoleSet::of(&[Role::Owner, Role::Admin]);
    let settled = rules.settle(&lin(), Some(held));
    assert_eq!(settled.roles, RoleSet::of(&[Role::Owner, Role::EndUser]));
}

#[test]
fn ids_are_feishus_and_a_rule_stands_once() {
    for (kind, id) in [
        ("person", "lin.wei"),
        ("person", ""),
        ("group", ""),
        ("group", "a b"),
        ("department", "od-1/.."),
        ("chat", "oc_1"),
    ] {
        assert_eq!(
            Whom::read(kind, id, true),
            Err(MappingFault::BadId),
            "{kind} {id}"
        );
    }
    let rule = gives(Whom::read("group", " g_1 ", false).unwrap(), Role::Admin);
    let twice = [rule.clone(), rule];
    assert_eq!(RoleMappings::check(&twice), Err(MappingFault::Twice));
    let many: Vec<_> = (0..=MAX_RULES)
        .map(|n| gives(group(&format!("g_{n}")), Role::Admin))
        .collect();
    assert_eq!(RoleMappings::check(&many), Err(MappingFault::TooMany));
}

#[test]
fn a_rule_is_read_back_from_what_is_stored() {
    for rule in [
        gives(group("g"), Role::Custom(CustomRole::at(0).unwrap())),
        refuses(department("od-1", true)),
        RoleMapping::newcomers(),
    ] {
        let text = serde_json::to_string(&rule).unwrap();
        assert_eq!(serde_json::from_str::<RoleMapping>(&text).unwrap(), rule);
    }
}

fn any_whom() -> impl Strategy<Value = Whom> {
    let ids = || proptest::sample::select(vec!["a", "b", "c"]);
    prop_oneof![
        Just(Whom::Everyone),
        ids().prop_map(group),
        (ids(), any::<bool>()).prop_map(|(id, below)| department(id, below)),
        proptest::sample::select(vec!["ou_lin", "on_lin", "ou_other"]).prop_map(person),
    ]
}

fn any_rule() -> impl Strategy<Value = RoleMapping> {
    let roles = vec![
        Gives::NoAccess,
        Gives::Role(Role::EndUser),
        Gives::Role(Role::Developer),
        Gives::Role(Role::Admin),
        Gives::Role(Role::Auditor),
    ];
    (any_whom(), proptest::sample::select(roles))
        .prop_map(|(whom, gives)| RoleMapping::new(whom, gives, ""))
}

fn any_facts() -> impl Strategy<Value = PersonFacts> {
    let ids = || proptest::collection::btree_set("[abc]", 0..3);
    let chains = proptest::collection::vec(proptest::collection::vec("[abc]", 1..3), 0..3);
    (ids(), chains).prop_map(|(groups, departments)| PersonFacts {
        groups: Some(groups),
        departments: Some(departments),
        ..lin()
    })
}

proptest! {
    #[test]
    fn the_result_is_the_union_of_what_fits_above_the_first_refusal(
        rules in proptest::collection::vec(any_rule(), 0..8), facts in any_facts(),
    ) {
        let verdict = evaluate(&rules, &facts);
        let alone = |rule: &RoleMapping| evaluate(std::slice::from_ref(rule), &facts);
        let stops = rules.iter().position(|rule| alone(rule).ended.is_some());
        let read = &rules[..stops.unwrap_or(rules.len())];
        let union = read.iter().fold(RoleSet::EMPTY, |set, rule| set.or(alone(rule).roles));
        prop_assert_eq!(verdict.roles, union);
        prop_assert_eq!(verdict.ended, stops.map(Ended::Refused));
    }

    #[test]
    fn without_refusals_the_order_does_not_matter(
        rules in proptest::collection::vec(any_rule(), 0..8), facts in any_facts(),
    ) {
        let mut rules: Vec<_> =
            rules.into_iter().filter(|rule| rule.gives != Gives::NoAccess).collect();
        let forwards = evaluate(&rules, &facts).roles;
        rules.reverse();
        prop_assert_eq!(evaluate(&rules, &facts).roles, forwards);
    }

    #[test]
    fn a_refusal_never_adds_and_a_role_never_takes(
        rules in proptest::collection::vec(any_rule(), 0..8), facts in any_facts(),
        more in any_rule(), place in 0..8_usize,
    ) {
        let before = evaluate(&rules, &facts).roles;
        let mut longer = rules.clone();
        longer.insert(place.min(rules.len()), more.clone());
        let after = evaluate(&longer, &facts).roles;
        if more.gives == Gives::NoAccess {
            prop_assert_eq!(before.or(after), before);
        } else {
            prop_assert_eq!(before.or(after), after);
        }
    }

    #[test]
    fn knowing_less_never_gives_more(
        rules in proptest::collection::vec(any_rule(), 0..8), facts in any_facts(),
        groups: bool, departments: bool,
    ) {
        let known = evaluate(&rules, &facts).roles;
        let mut less = facts;
        if groups { less.groups = None; }
        if departments { less.departments = None; }
        let given = evaluate(&rules, &less);
        prop_assert_eq!(known.or(given.roles), known);
        prop_assert!(!given.roles.has(Role::Owner));
    }
}
