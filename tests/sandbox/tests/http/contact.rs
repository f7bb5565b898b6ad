//! Who is who: field scopes, ids per app, groups, tenants that never meet.

use sandbox::demo;

use crate::{CALLBACK, Outcome, World};

#[tokio::test]
async fn user_info_shows_what_the_scopes_unlock() -> Outcome {
    let world = World::start().await?;
    let path = "/open-apis/authen/v1/user_info";
    let bare = world.user_token(demo::ADMIN, &[]).await?;
    let data = world.get(path, &bare).await?.body["data"].clone();
    assert_eq!(data["name"], "林伟");
    assert_eq!(data["tenant_key"], demo::TENANT_KEY);
    assert!(data.get("email").is_none() && data.get("user_id").is_none());
    let more = [
        "contact:user.email:readonly",
        "contact:user.employee_id:readonly",
    ];
    let token = world.user_token(demo::ADMIN, &more).await?;
    let data = world.get(path, &token).await?.body["data"].clone();
    assert_eq!(data["email"], "lin.wei@acme.example");
    assert_eq!(data["user_id"].as_str().map(str::len), Some(8));
    Ok(())
}

#[tokio::test]
async fn roles_can_be_mapped_from_groups() -> Outcome {
    let world = World::start().await?;
    let token = world.tenant_token().await?;
    let groups_of = async |user: &str, kind: i64| {
        let id = world
            .sandbox
            .open_id(demo::APP_ID, user)
            .unwrap_or_default();
        let path =
            format!("/open-apis/contact/v3/group/member_belong?member_id={id}&group_type={kind}");
        world
            .get(&path, &token)
            .await
            .map(|answer| answer.body["data"]["group_list"].to_string())
    };
    assert_eq!(
        groups_of(demo::ADMIN, 1).await?,
        format!("[\"{}\"]", demo::GROUP_ADMINS)
    );
    assert_eq!(
        groups_of(demo::DEVELOPER, 1).await?,
        format!("[\"{}\"]", demo::GROUP_DEVELOPERS)
    );
    // Through their department, and through the whole tenant.
    assert_eq!(
        groups_of(demo::END_USER, 1).await?,
        format!("[\"{}\"]", demo::GROUP_PRODUCT)
    );
    assert_eq!(
        groups_of(demo::END_USER, 2).await?,
        format!("[\"{}\"]", demo::GROUP_EVERYONE)
    );
    Ok(())
}

#[tokio::test]
async fn an_id_of_another_app_or_tenant_is_refused() -> Outcome {
    let world = World::start().await?;
    let token = world.tenant_token().await?;
    let foreign = world
        .sandbox
        .open_id(demo::OTHER_APP_ID, demo::OTHER_USER)
        .unwrap_or_default();
    let answer = world
        .get(&format!("/open-apis/contact/v3/users/{foreign}"), &token)
        .await?;
    assert_eq!((answer.status, answer.code()), (400, 99_992_361));
    Ok(())
}

#[tokio::test]
async fn lists_are_paged_and_a_token_does_not_fit_another_query() -> Outcome {
    let world = World::start().await?;
    let token = world.tenant_token().await?;
    let list = "/open-apis/contact/v3/departments/0/children?department_id_type=department_id";
    let first = world
        .get(&format!("{list}&page_size=4"), &token)
        .await?
        .body["data"]
        .clone();
    assert_eq!(first["items"].as_array().map(Vec::len), Some(4));
    assert_eq!(first["has_more"], true);
    let next = first["page_token"].as_str().unwrap_or_default();
    let rest = world
        .get(&format!("{list}&page_size=4&page_token={next}"), &token)
        .await?;
    assert_eq!(rest.body["data"]["items"].as_array().map(Vec::len), Some(2));
    assert_eq!(rest.body["data"]["has_more"], false);
    let wrong = world
        .get(
            &format!("{list}&fetch_child=true&page_token={next}"),
            &token,
        )
        .await?;
    assert_eq!(wrong.code(), 40_012);
    Ok(())
}

#[tokio::test]
async fn people_are_found_by_part_of_their_names_inside_the_tenant_only() -> Outcome {
    let world = World::start().await?;
    let token = world
        .user_token(demo::END_USER, &["contact:user:search"])
        .await?;
    let names = async |query: &str| {
        let path = format!("/open-apis/search/v1/user?query={query}");
        world.get(&path, &token).await.map(|answer| {
            let users = answer.body["data"]["users"]
                .as_array()
                .cloned()
                .unwrap_or_default();
            users
                .iter()
                .map(|user| user["name"].to_string())
                .collect::<Vec<_>>()
        })
    };
    assert_eq!(names("wilson").await?, ["\"Emma Wilson\""]);
    assert_eq!(names("%E9%99%88").await?, ["\"陈雨\""]);
    assert!(names("sophie").await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn the_app_reports_its_scopes_and_redirect_urls() -> Outcome {
    let world = World::start().await?;
    let token = world.tenant_token().await?;
    let scopes = world
        .get("/open-apis/application/v6/scopes", &token)
        .await?;
    let list = scopes.body["data"]["scopes"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let has = |kind: &str, name: &str| {
        list.iter()
            .any(|row| row["scope_type"] == kind && row["scope_name"] == name)
    };
    assert!(has("user", "offline_access") && !has("tenant", "offline_access"));
    assert!(has("tenant", "contact:group:readonly") && !has("user", "contact:group:readonly"));
    let path = format!(
        "/open-apis/application/v6/applications/{}?lang=zh_cn",
        demo::APP_ID
    );
    let app = world.get(&path, &token).await?;
    assert_eq!(app.body["data"]["app"]["redirect_urls"][0], CALLBACK);
    Ok(())
}

#[tokio::test]
async fn answers_have_only_published_fields() -> Outcome {
    let world = World::start().await?;
    let id = world
        .sandbox
        .open_id(demo::APP_ID, demo::ADMIN)
        .unwrap_or_default();
    let all = demo::all_scopes();
    let mut user = String::new();
    for scopes in all.chunks(50) {
        let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
        user = world.user_token(demo::ADMIN, &scopes).await?;
    }
    let tenant = world.tenant_token().await?;
    let contact = "/open-apis/contact/v3";
    let paths = [
        (&user, "/open-apis/authen/v1/user_info".to_owned()),
        (&user, format!("{contact}/users/{id}")),
        (&user, format!("{contact}/users/batch?user_ids={id}")),
        (
            &user,
            format!("{contact}/users/find_by_department?department_id=0"),
        ),
        (&user, format!("{contact}/departments/0")),
        (
            &user,
            format!("{contact}/departments/0/children?fetch_child=true"),
        ),
        (&user, "/open-apis/search/v1/user?query=a".to_owned()),
        (&tenant, format!("{contact}/group/simplelist")),
        (&tenant, format!("{contact}/group/{}", demo::GROUP_PRODUCT)),
        (
            &tenant,
            format!("{contact}/group/{}/member/simplelist", demo::GROUP_PRODUCT),
        ),
        (
            &tenant,
            format!("{contact}/group/member_belong?member_id={id}"),
        ),
        (&tenant, format!("{contact}/scopes")),
        (&tenant, "/open-apis/application/v6/scopes".to_owned()),
        (
            &tenant,
            format!(
                "/open-apis/application/v6/applications/{}?lang=en_us",
                demo::APP_ID
            ),
        ),
        (&tenant, "/open-apis/tenant/v2/tenant/query".to_owned()),
        (&user, "/open-apis/drive/v1/files".to_owned()),
        (&user, "/open-apis/wiki/v2/spaces".to_owned()),
        (
            &user,
            format!("/open-apis/docx/v1/documents/{}/blocks", demo::WELCOME_DOC),
        ),
        (
            &user,
            format!(
                "/open-apis/drive/v1/files/{}/comments?file_type=docx",
                demo::WELCOME_DOC
            ),
        ),
    ];
    for (token, path) in paths {
        let answer = world.get(&path, token).await?;
        assert_eq!(answer.code(), 0, "{path}: {}", answer.body);
    }
    assert_eq!(world.sandbox.unpublished_fields(), Vec::<String>::new());
    Ok(())
}
