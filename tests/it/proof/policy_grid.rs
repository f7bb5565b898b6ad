//! The whole policy, printed as role × credential × action, and compared with the committed grid:
//! a change of policy is a readable change of `policy_grid.txt`.

use std::fmt::Write as _;

use model::{
    Access, Capability, Channel, ClientRef, CustomRole, Id, Locale, MemberId, Principal,
    PrincipalParts, Purpose, Role, RoleSet, Subject, TenantId,
    policy::{
        Action, CallTool, ConnectClient, Decision, Effect, EraseTenant, ManageBilling,
        ManageConnections, ManageOwnConnections, ManagePeople, ManageRules, ManageTenant,
        ReadLedger, ReadUsage, ReplaceApp, RoleRules, Rules, SetUpApp, SuspendTenant, ToolChoice,
        ToolFacts, UseDeveloperDesk, ViewConsole, decide, reach_outside,
    },
};

fn tenant(number: u8) -> TenantId {
    Id::from_uuid(uuid_of(number))
}

fn member(number: u8) -> MemberId {
    Id::from_uuid(uuid_of(number))
}

fn uuid_of(number: u8) -> uuid::Uuid {
    uuid::Uuid::from_bytes([number; 16])
}

fn principal(tenant: TenantId, roles: RoleSet, access: Access) -> Principal {
    let member = Subject::Member {
        id: member(1),
        open_id: "ou_1".into(),
        name: "One".into(),
    };
    acting(member, tenant, roles, access)
}

fn acting(subject: Subject, tenant: TenantId, roles: RoleSet, access: Access) -> Principal {
    Principal::establish(PrincipalParts {
        tenant,
        subject,
        roles,
        access,
        client: ClientRef::unregistered("grid"),
        grant: None,
        channel: Channel::Mcp,
        locale: Locale::En,
        expires_at: None,
    })
}

fn callers() -> Vec<(String, Principal)> {
    let mut callers = vec![
        (
            "nobody's role, write".to_owned(),
            principal(tenant(1), RoleSet::EMPTY, Access::Write),
        ),
        (
            "platform, refresh".to_owned(),
            Principal::platform(tenant(1), Purpose::Refresh),
        ),
        (
            "platform, operator".to_owned(),
            Principal::platform(tenant(1), Purpose::Operator),
        ),
        (
            "platform, link".to_owned(),
            Principal::platform(tenant(1), Purpose::Link),
        ),
    ];
    for role in Role::BUILT_IN {
        for access in [Access::Read, Access::Write] {
            let name = if access == Access::Read {
                "read"
            } else {
                "write"
            };
            let roles = RoleSet::EMPTY.with(role);
            callers.push((
                format!("{}, {name}", role.name()),
                principal(tenant(1), roles, access),
            ));
        }
    }
    if let Some(first) = CustomRole::at(0) {
        let roles = RoleSet::of(&[Role::Custom(first)]);
        let caller = principal(tenant(1), roles, Access::Write);
        callers.push(("custom role, write".into(), caller));
    }
    let admin = RoleSet::EMPTY.with(Role::Admin);
    let account = Subject::Account {
        id: Id::from_uuid(uuid_of(1)),
        name: "One".into(),
    };
    callers.push((
        "account, admin, write".into(),
        acting(account, tenant(1), admin, Access::Write),
    ));
    let service = Subject::Service {
        id: Id::from_uuid(uuid_of(1)),
        name: "One".into(),
    };
    let works = RoleSet::EMPTY.with(Role::EndUser);
    callers.push((
        "rule, end user, write".into(),
        acting(service, tenant(1), works, Access::Write),
    ));
    callers.push((
        "admin of another tenant".into(),
        principal(tenant(2), admin, Access::Write),
    ));
    callers
}

fn rules() -> Vec<(&'static str, Rules)> {
    let usual = Rules::open(tenant(1), Capability::ALL.to_vec());
    vec![
        ("usual rules", usual.clone()),
        (
            "read-only tenant",
            Rules {
                read_only: true,
                ..usual.clone()
            },
        ),
        (
            "no capability",
            Rules {
                capabilities: Vec::new(),
                ..usual.clone()
            },
        ),
        (
            "sharing outside allowed",
            Rules {
                external_sharing: true,
                ..usual.clone()
            },
        ),
        (
            "tool switched off",
            Rules {
                disabled_tools: vec!["doc".into()],
                ..usual.clone()
            },
        ),
        (
            "end users read, developers have other tools, keys are off for the first custom role",
            Rules {
                roles: vec![
                    RoleRules {
                        ceiling: Effect::Read,
                        ..RoleRules::open(Role::EndUser)
                    },
                    RoleRules {
                        tools: ToolChoice::Only(vec!["search".into()]),
                        ..RoleRules::open(Role::Developer)
                    },
                    RoleRules {
                        api_keys: false,
                        ..RoleRules::open(Role::Custom(CustomRole::at(0).expect("a slot")))
                    },
                ],
                ..usual
            },
        ),
    ]
}

fn cell(decision: Decision) -> &'static str {
    match decision {
        Ok(()) => "allowed",
        Err(reason) => reason.name(),
    }
}

fn row<A: Action>(grid: &mut String, rules: &Rules, label: &str, target: &A::Target) {
    for (caller, principal) in callers() {
        let decision = cell(decide::<A>(rules, &principal, target));
        writeln!(
            grid,
            "  {:<28} {caller:<26} {decision}",
            format!("{} {label}", A::NAME)
        )
        .expect("a string");
    }
}

fn grid() -> String {
    let mut grid = String::new();
    for (name, rules) in rules() {
        writeln!(grid, "{name}").expect("a string");
        for effect in [Effect::Read, Effect::Write, Effect::Destroy] {
            let facts = ToolFacts {
                name: "doc",
                effect,
                capability: Some(Capability::DocsRead),
            };
            row::<CallTool>(&mut grid, &rules, effect.name(), &facts);
        }
        let always = ToolFacts {
            name: "help",
            effect: Effect::Read,
            capability: None,
        };
        row::<CallTool>(&mut grid, &rules, "(always on)", &always);
        row::<ConnectClient>(&mut grid, &rules, "own", &member(1));
        row::<ConnectClient>(&mut grid, &rules, "other's", &member(2));
        row::<ManageOwnConnections>(&mut grid, &rules, "own", &member(1));
        row::<ManageOwnConnections>(&mut grid, &rules, "other's", &member(2));
        row::<ViewConsole>(&mut grid, &rules, "", &());
        row::<ManageTenant>(&mut grid, &rules, "", &());
        row::<SetUpApp>(&mut grid, &rules, "", &());
        row::<ReplaceApp>(&mut grid, &rules, "", &());
        row::<ManagePeople>(&mut grid, &rules, "", &());
        row::<ManageConnections>(&mut grid, &rules, "", &());
        row::<ReadLedger>(&mut grid, &rules, "", &());
        row::<ReadUsage>(&mut grid, &rules, "", &());
        row::<ManageBilling>(&mut grid, &rules, "", &());
        row::<UseDeveloperDesk>(&mut grid, &rules, "", &());
        row::<ManageRules>(&mut grid, &rules, "", &());
        row::<EraseTenant>(&mut grid, &rules, "", &());
        row::<SuspendTenant>(&mut grid, &rules, "", &());
        let outside = cell(reach_outside(&rules));
        writeln!(grid, "  share outside: {outside}").expect("a string");
    }
    grid
}

#[test]
fn the_policy_is_the_committed_grid() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/it/proof/policy_grid.txt");
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    let now = grid();
    if committed != now {
        let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/policy_grid.txt");
        std::fs::write(beside, &now).expect("the new grid can be written");
        panic!("policy changed: compare {path} with target/policy_grid.txt and commit it if meant");
    }
}
