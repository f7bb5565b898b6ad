//! The people of the demo tenants, their departments and groups.

use crate::demo;
use crate::identity::{Department, Tenant, User, UserGroup};
use crate::ids;
use crate::state::State;

/// Key, Chinese name, English name, parent, leader.
type DepartmentRow = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);
/// Key, name, English name, job title, city, gender, department, leader.
type UserRow = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    i64,
    &'static str,
    &'static str,
);
/// Id, name, description, kind, people, departments.
type GroupRow = (
    &'static str,
    &'static str,
    &'static str,
    i64,
    &'static [&'static str],
    &'static [&'static str],
);

const DEPARTMENTS: &[DepartmentRow] = &[
    ("rd", "研发中心", "Research & Development", "0", "wang.fang"),
    (
        "platform",
        "平台研发部",
        "Platform Engineering",
        "rd",
        "liu.yang",
    ),
    (
        "mobile",
        "客户端研发部",
        "Mobile Engineering",
        "rd",
        "sun.jie",
    ),
    (
        "product",
        "产品设计部",
        "Product & Design",
        "0",
        "zhou.ting",
    ),
    ("it", "信息技术部", "Information Technology", "0", "lin.wei"),
    (
        "sales",
        "销售与市场部",
        "Sales & Marketing",
        "0",
        "james.miller",
    ),
    ("people", "人力资源部", "People Operations", "0", "li.na"),
    ("finance", "财务与法务部", "Finance & Legal", "0", "wu.hao"),
];

const USERS: &[UserRow] = &[
    (
        "zhang.lei",
        "张磊",
        "Lei Zhang",
        "首席执行官 CEO",
        "深圳",
        1,
        "rd",
        "",
    ),
    (
        "lin.wei",
        "林伟",
        "Wei Lin",
        "信息技术总监 Head of IT",
        "深圳",
        1,
        "it",
        "zhang.lei",
    ),
    (
        "wang.fang",
        "王芳",
        "Fang Wang",
        "首席技术官 CTO",
        "北京",
        2,
        "rd",
        "zhang.lei",
    ),
    (
        "chen.yu",
        "陈雨",
        "Yu Chen",
        "高级后端工程师 Senior Backend Engineer",
        "北京",
        2,
        "platform",
        "liu.yang",
    ),
    (
        "liu.yang",
        "刘洋",
        "Yang Liu",
        "平台研发经理 Platform Engineering Manager",
        "北京",
        1,
        "platform",
        "wang.fang",
    ),
    (
        "sun.jie",
        "孙杰",
        "Jie Sun",
        "客户端负责人 Mobile Lead",
        "杭州",
        1,
        "mobile",
        "wang.fang",
    ),
    (
        "zhou.ting",
        "周婷",
        "Ting Zhou",
        "产品设计总监 Director of Product Design",
        "上海",
        2,
        "product",
        "zhang.lei",
    ),
    (
        "zhao.min",
        "赵敏",
        "Min Zhao",
        "产品运营专员 Product Operations Specialist",
        "上海",
        2,
        "product",
        "zhou.ting",
    ),
    (
        "emma.wilson",
        "Emma Wilson",
        "Emma Wilson",
        "Product Marketing Manager",
        "Singapore",
        2,
        "product",
        "zhou.ting",
    ),
    (
        "priya.sharma",
        "Priya Sharma",
        "Priya Sharma",
        "Data Scientist",
        "Singapore",
        2,
        "platform",
        "liu.yang",
    ),
    (
        "james.miller",
        "James Miller",
        "James Miller",
        "Sales Director",
        "London",
        1,
        "sales",
        "zhang.lei",
    ),
    (
        "li.na",
        "李娜",
        "Na Li",
        "人力资源总监 Head of People",
        "深圳",
        2,
        "people",
        "zhang.lei",
    ),
    (
        "wu.hao",
        "吴昊",
        "Hao Wu",
        "财务总监 CFO",
        "深圳",
        1,
        "finance",
        "zhang.lei",
    ),
    (
        "xu.jing",
        "徐静",
        "Jing Xu",
        "法务顾问 Legal Counsel",
        "深圳",
        2,
        "finance",
        "wu.hao",
    ),
];

const GROUPS: &[GroupRow] = &[
    (
        demo::GROUP_ADMINS,
        "IT 管理员 IT Admins",
        "管理平台与应用",
        1,
        &["lin.wei"],
        &[],
    ),
    (
        demo::GROUP_DEVELOPERS,
        "开发者 Developers",
        "可以使用开发者工具",
        1,
        &["chen.yu", "liu.yang", "priya.sharma"],
        &["mobile"],
    ),
    (
        demo::GROUP_PRODUCT,
        "产品团队 Product",
        "产品、设计与运营",
        1,
        &["wang.fang"],
        &["product"],
    ),
    (
        demo::GROUP_EVERYONE,
        "全体员工 Everyone",
        "动态用户组",
        2,
        &[],
        &["0"],
    ),
];

const OTHER_USERS: &[UserRow] = &[
    (
        "sophie.martin",
        "Sophie Martin",
        "Sophie Martin",
        "IT Manager",
        "Paris",
        2,
        "hq",
        "",
    ),
    (
        "tanaka.ken",
        "田中 健",
        "Ken Tanaka",
        "营业部长 Sales Manager",
        "東京",
        1,
        "hq",
        "sophie.martin",
    ),
];

/// Adds the two tenants.
pub(super) fn seed(state: &mut State) {
    let mut acme = tenant(
        demo::TENANT_KEY,
        "Acme 极光科技",
        "acme",
        DEPARTMENTS,
        USERS,
    );
    for (id, name, description, kind, users, departments) in GROUPS {
        let group = UserGroup {
            id: (*id).to_owned(),
            name: (*name).to_owned(),
            description: (*description).to_owned(),
            kind: *kind,
            users: users.iter().map(|key| (*key).to_owned()).collect(),
            departments: departments.iter().map(|key| (*key).to_owned()).collect(),
        };
        acme.groups.insert(group.id.clone(), group);
    }
    if let Some(admin) = acme.users.get_mut(demo::ADMIN) {
        admin.is_admin = true;
    }
    let hq = [("hq", "总部", "Headquarters", "0", "sophie.martin")];
    let globex = tenant(
        demo::OTHER_TENANT_KEY,
        "Globex 环球贸易",
        "globex",
        &hq,
        OTHER_USERS,
    );
    for tenant in [acme, globex] {
        state.identity.tenants.insert(tenant.key.clone(), tenant);
    }
}

fn tenant(
    key: &str,
    name: &str,
    domain: &str,
    departments: &[DepartmentRow],
    users: &[UserRow],
) -> Tenant {
    let mut tenant = Tenant {
        key: key.to_owned(),
        name: name.to_owned(),
        domain: format!("{domain}.feishu.cn"),
        ..Tenant::default()
    };
    for (order, (key, name, en_name, parent, leader)) in (1..).zip(departments) {
        let department = Department {
            key: (*key).to_owned(),
            name: (*name).to_owned(),
            en_name: (*en_name).to_owned(),
            parent: (*parent).to_owned(),
            leader: Some((*leader).to_owned()),
            order: order * 1000,
        };
        tenant
            .departments
            .insert(department.key.clone(), department);
    }
    for (number, row) in (1..).zip(users) {
        let user = person(&tenant.key, domain, number, row);
        tenant.users.insert(user.key.clone(), user);
    }
    tenant
}

fn person(tenant_key: &str, domain: &str, number: i64, row: &UserRow) -> User {
    let (key, name, en_name, job_title, city, gender, department, leader) = *row;
    User {
        key: key.to_owned(),
        user_id: ids::user_id(tenant_key, key),
        name: name.to_owned(),
        en_name: en_name.to_owned(),
        email: format!("{key}@{domain}.example"),
        mobile: format!("+861380000{:04}", 1000 + number),
        employee_no: format!("A{:04}", 1000 + number),
        job_title: job_title.to_owned(),
        city: city.to_owned(),
        gender,
        departments: vec![department.to_owned()],
        leader: (!leader.is_empty()).then(|| leader.to_owned()),
        // One joins a month after the other, from September 2019.
        join_time: 1_567_296_000 + number * 2_629_800,
        ..User::default()
    }
}
