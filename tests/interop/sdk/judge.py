"""The official Python SDK judges the sandbox: python judge.py http://127.0.0.1:PORT"""

import json
import sys
import urllib.request

import lark_oapi as lark
from lark_oapi.api.authen.v1 import GetUserInfoRequest
from lark_oapi.api.contact.v3 import MemberBelongGroupRequest, SimplelistGroupRequest
from lark_oapi.api.docx.v1 import (
    BatchDeleteDocumentBlockChildrenRequest,
    BatchDeleteDocumentBlockChildrenRequestBody,
    BatchUpdateDocumentBlockRequest,
    BatchUpdateDocumentBlockRequestBody,
    ConvertDocumentRequest,
    ConvertDocumentRequestBody,
    CreateDocumentBlockDescendantRequest,
    CreateDocumentBlockDescendantRequestBody,
    CreateDocumentRequest,
    CreateDocumentRequestBody,
    GetDocumentRequest,
    ListDocumentBlockRequest,
    RawContentDocumentRequest,
    TextElement,
    TextRun,
    UpdateBlockRequest,
    UpdateTextElementsRequest,
)
from lark_oapi.api.drive.v1 import (
    BatchQueryMetaRequest,
    CopyFileRequest,
    CopyFileRequestBody,
    CreateExportTaskRequest,
    CreateFolderFileRequest,
    CreateFolderFileRequestBody,
    CreatePermissionMemberRequest,
    DeleteFileRequest,
    DownloadExportTaskRequest,
    ExportTask,
    GetExportTaskRequest,
    BaseMember,
    ListPermissionMemberRequest,
    TaskCheckFileRequest,
    TransferOwnerPermissionMemberRequest,
    Owner,
    ListFileCommentRequest,
    ListFileRequest,
    MetaRequest,
    PatchFileCommentRequest,
    PatchFileCommentRequestBody,
    RequestDoc,
)
from lark_oapi.api.wiki.v2 import GetNodeSpaceRequest, ListSpaceNodeRequest, ListSpaceRequest

ORIGIN = sys.argv[1]
APP_ID, APP_SECRET = "cli_a1b2c3d4e5f60718", "sandbox-secret-acme-2026"
REDIRECT = "http://localhost:8788/callback"
SCOPES = (
    "offline_access docx:document docx:document:readonly docx:document:create"
    " docx:document:write_only docx:document.block:convert space:document:retrieve"
    " drive:drive.metadata:readonly docs:document.comment:read docs:document.comment:create"
    " docs:document.comment:update wiki:space:retrieve wiki:space:read wiki:node:read"
    " wiki:node:retrieve search:docs:read contact:user:search contact:contact.base:readonly"
    " space:folder:create space:document:delete docs:document:copy docs:document:export"
    " docs:permission.member:create docs:permission.member:retrieve docs:permission.member:transfer"
)


def post(path, body):
    request = urllib.request.Request(
        ORIGIN + path, json.dumps(body).encode(), {"content-type": "application/json"}
    )
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
        return json.load(answer)


def sign_in(user, scopes=SCOPES):
    asked = {"client_id": APP_ID, "redirect_uri": REDIRECT, "scope": scopes, "user": user}
    code = post("/sandbox/admin/approve", asked)["code"]
    grant = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT}
    credentials = {"client_id": APP_ID, "client_secret": APP_SECRET}
    return post("/open-apis/authen/v2/oauth/token", grant | credentials)["access_token"]


def option(token):
    return lark.RequestOption.builder().user_access_token(token).build()


client = (
    lark.Client.builder()
    .app_id(APP_ID)
    .app_secret(APP_SECRET)
    .domain(ORIGIN)
    .enable_set_token(True)
    .log_level(lark.LogLevel.CRITICAL)
    .build()
)
counts = {"ok": 0, "FAIL": 0}
known = {}


def check(name):
    def run(body):
        try:
            body()
            counts["ok"] += 1
            print(f"ok    {name}")
        except Exception as error:  # every failure is one line, the rest still runs
            counts["FAIL"] += 1
            print(f"FAIL  {name}: {error!r}")

    return run


def data(answer):
    assert answer.success(), f"{answer.code} {answer.msg} {answer.get_log_id()}"
    assert answer.get_log_id(), "no log id"
    return answer.data


post("/sandbox/admin/limits", {"enabled": False})
USER = option(sign_in("chen.yu"))


@check("the SDK gets a tenant token and uses it")
def _():
    request = SimplelistGroupRequest.builder().type(1).build()
    assert len(data(client.contact.v3.group.simplelist(request)).grouplist) >= 3


@check("user_info names the person")
def _():
    info = data(client.authen.v1.user_info.get(GetUserInfoRequest.builder().build(), USER))
    assert info.name == "陈雨", info.name
    known["open_id"] = info.open_id


@check("groups of a person")
def _():
    request = (
        MemberBelongGroupRequest.builder()
        .member_id(known["open_id"])
        .member_id_type("open_id")
        .group_type(1)
        .build()
    )
    assert len(data(client.contact.v3.group.member_belong(request)).group_list) == 1


@check("a document is created")
def _():
    body = CreateDocumentRequestBody.builder().title("Python 评审").build()
    request = CreateDocumentRequest.builder().request_body(body).build()
    known["document"] = data(client.docx.v1.document.create(request, USER)).document.document_id


@check("Markdown becomes blocks and is inserted")
def _():
    content = "# 标题\n\n正文\n\n1. one\n2. two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    body = ConvertDocumentRequestBody.builder().content_type("markdown").content(content).build()
    request = ConvertDocumentRequest.builder().request_body(body).build()
    made = data(client.docx.v1.document.convert(request, USER))
    for block in made.blocks:
        if block.table is not None and block.table.property is not None:
            block.table.property.merge_info = None
    body = (
        CreateDocumentBlockDescendantRequestBody.builder()
        .children_id(made.first_level_block_ids)
        .descendants(made.blocks)
        .index(0)
        .build()
    )
    request = (
        CreateDocumentBlockDescendantRequest.builder()
        .document_id(known["document"])
        .block_id(known["document"])
        .request_body(body)
        .build()
    )
    data(client.docx.v1.document_block_descendant.create(request, USER))


@check("blocks are listed page by page")
def _():
    known["blocks"], token, more = [], None, True
    while more:
        request = ListDocumentBlockRequest.builder().document_id(known["document"]).page_size(4)
        request = request.page_token(token).build() if token else request.build()
        page = data(client.docx.v1.document_block.list(request, USER))
        known["blocks"] += page.items
        token, more = page.page_token, page.has_more
    assert known["blocks"][0].block_id == known["document"]


@check("texts are updated in a batch")
def _():
    heading = next(block for block in known["blocks"] if block.heading1)
    run = TextRun.builder().content("新标题").build()
    elements = [TextElement.builder().text_run(run).build()]
    update = UpdateBlockRequest.builder().block_id(heading.block_id)
    update = update.update_text_elements(
        UpdateTextElementsRequest.builder().elements(elements).build()
    ).build()
    body = BatchUpdateDocumentBlockRequestBody.builder().requests([update]).build()
    request = BatchUpdateDocumentBlockRequest.builder().document_id(known["document"])
    data(client.docx.v1.document_block.batch_update(request.request_body(body).build(), USER))


@check("children are deleted by range and the text shows it")
def _():
    body = BatchDeleteDocumentBlockChildrenRequestBody.builder().start_index(1).end_index(2).build()
    request = (
        BatchDeleteDocumentBlockChildrenRequest.builder()
        .document_id(known["document"])
        .block_id(known["document"])
        .request_body(body)
        .build()
    )
    data(client.docx.v1.document_block_children.batch_delete(request, USER))
    request = RawContentDocumentRequest.builder().document_id(known["document"]).build()
    text = data(client.docx.v1.document.raw_content(request, USER)).content
    assert "新标题" in text and "正文" not in text, text


@check("drive lists the document and its metadata")
def _():
    files = data(client.drive.v1.file.list(ListFileRequest.builder().build(), USER)).files
    assert any(file.token == known["document"] for file in files)
    wanted = RequestDoc.builder().doc_token(known["document"]).doc_type("docx").build()
    body = MetaRequest.builder().request_docs([wanted]).with_url(True).build()
    request = BatchQueryMetaRequest.builder().request_body(body).build()
    assert data(client.drive.v1.meta.batch_query(request, USER)).metas[0].title == "Python 评审"


@check("a folder takes a copy and goes with it")
def _():
    body = CreateFolderFileRequestBody.builder().name("judge.py").folder_token("").build()
    request = CreateFolderFileRequest.builder().request_body(body).build()
    folder = data(client.drive.v1.file.create_folder(request, USER)).token
    body = CopyFileRequestBody.builder().name("Copy").type("docx").folder_token(folder).build()
    request = CopyFileRequest.builder().file_token(known["document"]).request_body(body).build()
    assert data(client.drive.v1.file.copy(request, USER)).file.parent_token == folder
    request = DeleteFileRequest.builder().file_token(folder).type("folder").build()
    task = data(client.drive.v1.file.delete(request, USER)).task_id
    request = TaskCheckFileRequest.builder().task_id(task).build()
    states = [data(client.drive.v1.file.task_check(request, USER)).status for _ in range(2)]
    assert states == ["process", "success"], states


@check("a document is exported and fetched")
def _():
    order = ExportTask.builder().file_extension("docx").token(known["document"]).type("docx")
    request = CreateExportTaskRequest.builder().request_body(order.build()).build()
    ticket = data(client.drive.v1.export_task.create(request, USER)).ticket
    request = GetExportTaskRequest.builder().ticket(ticket).token(known["document"]).build()
    states = [data(client.drive.v1.export_task.get(request, USER)).result for _ in range(2)]
    assert [state.job_status for state in states] == [2, 0]
    request = DownloadExportTaskRequest.builder().file_token(states[1].file_token).build()
    answer = client.drive.v1.export_task.download(request, USER)
    assert answer.success() and answer.file.read(4) == b"PK\x03\x04"


@check("members are added, and the owner changes")
def _():
    member = BaseMember.builder().member_type("openid").member_id(known["open_id"]).perm("edit")
    request = CreatePermissionMemberRequest.builder().token(known["document"]).type("docx")
    answer = client.drive.v1.permission_member.create(
        request.request_body(member.build()).build(), USER
    )
    assert answer.code == 1063003, "the owner is no other member"
    listing = ListPermissionMemberRequest.builder().token(known["document"]).type("docx").build()
    assert len(data(client.drive.v1.permission_member.list(listing, USER)).items) == 1
    owner = Owner.builder().member_type("openid").member_id(known["open_id"]).build()
    request = TransferOwnerPermissionMemberRequest.builder().token(known["document"])
    request = request.type("docx").request_body(owner).build()
    assert client.drive.v1.permission_member.transfer_owner(request, USER).code == 1063003


@check("wiki spaces and nodes")
def _():
    spaces = data(client.wiki.v2.space.list(ListSpaceRequest.builder().build(), USER)).items
    request = ListSpaceNodeRequest.builder().space_id(spaces[0].space_id).build()
    node = data(client.wiki.v2.space_node.list(request, USER)).items[0]
    request = GetNodeSpaceRequest.builder().token(node.node_token).build()
    assert data(client.wiki.v2.space.get_node(request, USER)).node.obj_token == node.obj_token


def raw(method, uri, body=None, queries=None, token=USER):
    request = lark.BaseRequest.builder().http_method(method).uri(uri)
    request = request.token_types({lark.AccessTokenType.USER})
    if body is not None:
        request = request.body(body)
    if queries is not None:
        request = request.queries(queries)
    answer = client.request(request.build(), token)
    return json.loads(answer.raw.content)


@check("a comment on a block is made, answered, listed and resolved")
def _():
    files = f"/open-apis/drive/v1/files/{known['document']}"
    block = next(block.block_id for block in known["blocks"] if block.heading1)
    made = raw(
        lark.HttpMethod.POST,
        f"{files}/new_comments",
        {
            "file_type": "docx",
            "anchor": {"block_id": block},
            "reply_elements": [{"type": "text", "text": "看看"}],
        },
    )
    comment = made["data"]["comment_id"]
    element = {"type": "text_run", "text_run": {"text": "好的"}}
    reply = raw(
        lark.HttpMethod.POST,
        f"{files}/comments/{comment}/replies",
        {"content": {"elements": [element]}},
        [("file_type", "docx")],
    )
    assert reply["code"] == 0, reply
    body = PatchFileCommentRequestBody.builder().is_solved(True).build()
    request = PatchFileCommentRequest.builder().file_token(known["document"]).comment_id(comment)
    data(client.drive.v1.file_comment.patch(request.file_type("docx").request_body(body).build(), USER))
    request = ListFileCommentRequest.builder().file_token(known["document"]).file_type("docx")
    listed = data(client.drive.v1.file_comment.list(request.is_solved(True).build(), USER)).items
    assert [one.comment_id for one in listed] == [comment]
    assert len(listed[0].reply_list.replies) == 2
    query = {"comment_ids": [comment, "1"]}
    some = raw(lark.HttpMethod.POST, f"{files}/comments/batch_query", query, [("file_type", "docx")])
    assert [one["comment_id"] for one in some["data"]["items"]] == [comment], some


@check("search finds the document and a colleague")
def _():
    body = {"query": "Python", "doc_filter": {}, "wiki_filter": {}}
    found = raw(lark.HttpMethod.POST, "/open-apis/search/v2/doc_wiki/search", body)
    units = found["data"]["res_units"]
    assert any(unit["result_meta"]["token"] == known["document"] for unit in units), found
    found = raw(lark.HttpMethod.GET, "/open-apis/search/v1/user", None, [("query", "赵敏")])
    assert [user["name"] for user in found["data"]["users"]] == ["赵敏"], found


def read(token):
    request = GetDocumentRequest.builder().document_id(known["document"]).build()
    return client.docx.v1.document.get(request, option(token)).code


@check("wrong, unprivileged and expired tokens have their codes")
def _():
    assert read("eyJwrong") == 99991668
    assert read(sign_in("xu.jing", "wiki:space:read")) == 99991679
    token = sign_in("wu.hao")
    post("/sandbox/admin/tokens/expire", {"token": token})
    assert read(token) == 99991677


@check("a wrong field and an unknown id have their codes")
def _():
    answer = raw(lark.HttpMethod.POST, "/open-apis/docx/v1/documents", {"titel": "x"})
    assert answer["code"] == 99992402, answer
    assert answer["error"]["field_violations"][0]["field"] == "titel", answer
    request = GetDocumentRequest.builder().document_id("a" * 27).build()
    assert client.docx.v1.document.get(request, USER).code == 1770002


@check("the SDK's dispatcher verifies and decrypts a pushed event")
def _():
    import http.server
    import threading

    seen = []
    handler = (
        lark.EventDispatcherHandler.builder("sandbox encrypt key", "verify-e5f60718", lark.LogLevel.CRITICAL)
        .register_p2_customized_event("drive.file.edit_v1", seen.append)
        .build()
    )

    class Receiver(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            request = lark.RawRequest()
            request.uri = self.path
            request.body = self.rfile.read(int(self.headers["content-length"]))
            request.headers = dict(self.headers.items())
            answer = handler.do(request)
            self.send_response(answer.status_code)
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Receiver) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        pushed = post(
            "/sandbox/admin/events",
            {
                "url": f"http://127.0.0.1:{server.server_port}/events",
                "app_id": APP_ID,
                "event_type": "drive.file.edit_v1",
                "event": {"file_type": "docx", "file_token": known["document"]},
            },
        )
    assert pushed["status"] == 200, pushed
    assert seen and seen[0].event["file_token"] == known["document"], seen


print(f"{counts['ok']} passed, {counts['FAIL']} failed")
sys.exit(1 if counts["FAIL"] else 0)
