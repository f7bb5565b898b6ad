//! A new folder, or an empty document, spreadsheet or base, in the drive or a wiki.

use feishu::api::{docx, drive, files, wiki};
use model::Locale;

use super::{
    Form, Input,
    made::{Made, certain, lost},
    needed_name, preview,
};
use crate::{
    ErrorKind, ToolCx, ToolError, ToolOutput,
    args::kind::Kind,
    places::{
        place::{At, Place},
        refusal::explain,
    },
};

pub(super) async fn create(cx: &ToolCx, input: &Input) -> Result<ToolOutput, ToolError> {
    let name = needed_name(cx, input)?;
    let place = Place::find(cx, input.to.as_deref()).await?;
    let kind = kind_of(cx, input.form, &place)?;
    let key = input.idempotency_key.as_deref();
    if let Some(made) = Made::before(cx, "create", key) {
        return Ok(made.again(cx));
    }
    if kind == Kind::Folder {
        refuse_twin(cx, &place, &name).await?;
    }
    let what = kind.title(cx.locale);
    if input.only_tells() {
        let place = place.describe(cx);
        return Ok(preview(
            cx,
            &match cx.locale {
                Locale::En => format!("would create a {what} \"{name}\" in {place}"),
                Locale::Zh => format!("将在 {place} 新建{what}《{name}》"),
            },
        ));
    }
    cx.check()?;
    let answer = make(cx, kind, &name, &place).await;
    let (made, was_lost) = certain(cx, answer, &place, &name, kind.feishu()).await?;
    place.took(cx, &made.token);
    made.remember(cx, "create", key);
    let place = place.describe(cx);
    let done = match cx.locale {
        Locale::En => format!("created {what} \"{name}\" in {place}"),
        Locale::Zh => format!("已在 {place} 新建{what}《{name}》"),
    };
    Ok(made.output(cx, &format!("{done}{}", lost(cx, was_lost))))
}

fn kind_of(cx: &ToolCx, form: Option<Form>, place: &Place) -> Result<Kind, ToolError> {
    let in_wiki = place.in_wiki().is_some();
    let kind = match form {
        None if in_wiki => Kind::Docx,
        None | Some(Form::Folder) => Kind::Folder,
        Some(Form::Docx) => Kind::Docx,
        Some(Form::Sheet) => Kind::Sheet,
        Some(Form::Base) => Kind::Base,
        Some(Form::Mindnote) => Kind::Mindnote,
        Some(Form::Slides) => Kind::Slides,
        Some(Form::Pdf | Form::Md | Form::Xlsx | Form::Csv) => {
            return Err(ToolError::invalid(cx.say(
                "this is a format of files, not a kind that can be created",
                "这是文件格式，不能新建为此类型",
            ))
            .with_hint(cx.say(
                "Use as=folder, docx, sheet or base.",
                "请使用 as=folder、docx、sheet 或 base。",
            )));
        }
    };
    match (kind, in_wiki) {
        (Kind::Folder, true) => Err(ToolError::invalid(cx.say(
            "a wiki has pages and no folders",
            "知识库中只有页面，没有文件夹",
        ))
        .with_hint(cx.say(
            "Create a page (as=docx) and put the others below it.",
            "请新建一个页面（as=docx），再将其他页面放在其下。",
        ))),
        (Kind::Mindnote | Kind::Slides, false) => Err(ToolError::invalid(cx.say(
            "Feishu lets apps create this only as a page of a wiki",
            "飞书仅允许应用在知识库中新建此类型",
        ))
        .with_hint(cx.say(
            "Pass a wiki page or space in `to`.",
            "请在 `to` 中传入知识库页面。",
        ))),
        _ => Ok(kind),
    }
}

/// Feishu would make a second folder of the same name.
async fn refuse_twin(cx: &ToolCx, place: &Place, name: &str) -> Result<(), ToolError> {
    let folder = match &place.at {
        At::Folder(token) => token.as_str(),
        _ => "",
    };
    let there = files::newest(&cx.feishu, folder).await;
    let there = there.map_err(|fault| explain(cx, fault))?;
    let twin = |file: &&drive::File| file.kind == "folder" && file.name == name;
    let Some(twin) = there.iter().find(twin) else {
        return Ok(());
    };
    Err(ToolError::new(
        ErrorKind::Conflict,
        cx.say(
            "a folder of this name is there already",
            "该位置已有同名文件夹",
        ),
    )
    .with_hint(cx.say(
        "Use it, or choose another name.",
        "请直接使用，或更换名称。",
    ))
    .with_detail("ref", format!("folder:{}", twin.token)))
}

async fn make(
    cx: &ToolCx,
    kind: Kind,
    name: &str,
    place: &Place,
) -> Result<Made, feishu::FeishuError> {
    if let Some(at) = place.in_wiki() {
        let page = wiki::NewPage {
            obj_type: kind.feishu(),
            origin: None,
            title: name,
        };
        let node = wiki::create_page(&cx.feishu, at, page).await?;
        return Ok(Made::of_node(&node));
    }
    let folder = match &place.at {
        At::Folder(token) => Some(token.as_str()),
        _ => None,
    };
    let created = match kind {
        Kind::Folder => files::create_folder(&cx.feishu, name, folder.unwrap_or_default()).await?,
        Kind::Sheet => files::create_sheet(&cx.feishu, name, folder).await?,
        Kind::Base => files::create_base(&cx.feishu, name, folder).await?,
        _ => files::Created {
            token: docx::create(&cx.feishu, name, folder).await?.document_id,
            url: String::new(),
        },
    };
    Ok(Made {
        kind: Some(kind),
        token: created.token,
        node: None,
        title: name.to_owned(),
        url: created.url,
    })
}
