//! The whole policy, printed as role × credential × action, and compared with the committed grid:
//! a change of policy is a readable change of `policy_grid.txt`.

use std::fmt::Write as _;

use model::{
    Access, Capability, Channel, ClientRef, Id, Locale, MemberId, Principal, PrincipalParts,
    Purpose, Role, RoleSet, Subject, TenantId,
    policy::{
        Action, CallTool, ConnectClient, Decision, Effect, ManageOwnConnections, ManageTenant,
        ReadLedger, Rules, ToolFacts, decide,
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
    Principal::establish(PrincipalParts {
        tenant,
        subject: Subject::Member {
            id: member(1),
            open_id: "ou_1".into(),
            name: "One".into(),
        },
        roles,
        access,
        client: ClientRef {
            id: None,
            name: "grid".into(),
        },
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
    ];
    for role in Role::ALL {
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
    let admin = RoleSet::EMPTY.with(Role::Admin);
    callers.push((
        "admin of another tenant".into(),
        principal(tenant(2), admin, Access::Write),
    ));
    callers
}

fn rules() -> Vec<(&'static str, Rules)> {
    let usual = Rules {
        tenant: tenant(1),
        capabilities: Capability::ALL.to_vec(),
        read_only: false,
        disabled_tools: Vec::new(),
        version: 1,
    };
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
            "tool switched off",
            Rules {
                disabled_tools: vec!["doc".into()],
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
        row::<ManageTenant>(&mut grid, &rules, "", &());
        row::<ReadLedger>(&mut grid, &rules, "", &());
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
