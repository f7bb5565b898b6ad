"""The official Python SDK over Streamable HTTP and HTTP+SSE.

python python_sdk.py BASE TOKEN     BASE is a tenant's address such as http://127.0.0.1:8788/t/acme
"""

import asyncio
import sys
import traceback

import httpx2
from mcp import ClientSession, MCPError
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import PromptReference, ResourceTemplateReference


async def call(session, name, arguments):
    """Calls a tool; waits as long as a limit asks for."""
    for _ in range(40):
        result = await session.call_tool(name, arguments)
        structured = getattr(result, "structured_content", None) or {}
        error = structured.get("error", {}) if isinstance(structured, dict) else {}
        if error.get("kind") != "rate_limited":
            return result
        await asyncio.sleep(error["retry_after"])
    raise AssertionError("limited for ever")


async def content(session):
    """Resources, templates with completion, and prompts with a document in them."""
    uris = [str(one.uri) for one in (await session.list_resources()).resources]
    document = next(uri for uri in uris if uri.startswith("feishu://doc/"))
    for uri in (document, "feishu://recent", "feishu://help/markdown"):
        page = await session.read_resource(uri)
        assert len(page.contents[0].text) > 50, f"{uri} is empty"
    templates = (await session.list_resource_templates()).resource_templates
    assert any(one.uri_template == "feishu://doc/{ref}" for one in templates), templates
    prompts = (await session.list_prompts()).prompts
    assert len(prompts) >= 7, prompts
    prompt = PromptReference(type="ref/prompt", name="summarise_document")
    found = await session.complete(prompt, {"name": "document", "value": "OKR"})
    template = ResourceTemplateReference(type="ref/resource", uri="feishu://doc/{ref}")
    again = await session.complete(template, {"name": "ref", "value": "OKR"})
    assert found.completion.values and found.completion.values == again.completion.values, again
    document = found.completion.values[0]
    filled = await session.get_prompt("summarise_document", {"document": document})
    assert len(filled.messages[1].content.resource.text) > 50, filled
    try:
        await session.read_resource("feishu://doc/docx:ZZZZQPYz9nFuL36OHKJxrs4asZZ")
    except MCPError as missing:
        assert missing.error.code in (-32002, -32602), missing
    else:
        raise AssertionError("an unknown document was read")


async def journey(read, write):
    async with ClientSession(read, write) as session:
        await session.initialize()
        tools = (await session.list_tools()).tools
        assert tools, "no tools are listed"
        for name in ("help", "whoami"):
            result = await call(session, name, {})
            assert not (getattr(result, "is_error", False) or getattr(result, "isError", False)), result
            assert result.content, f"{name} is empty"
        wrong = await call(session, "help", {"nonsense": 1})
        assert getattr(wrong, "is_error", None) or getattr(wrong, "isError", None), wrong
        await content(session)
        many = await asyncio.gather(*(session.call_tool("help", {}) for _ in range(8)))
        assert all(one.content for one in many)
        return f"{len(tools)} tools"


async def over_http(base, headers):
    async with httpx2.AsyncClient(headers=headers, timeout=30) as client:
        async with streamable_http_client(f"{base}/mcp", http_client=client) as streams:
            return await journey(streams[0], streams[1])


async def over_sse(base, headers):
    async with sse_client(f"{base}/sse", headers=headers) as streams:
        return await journey(streams[0], streams[1])


async def main():
    base, token = sys.argv[1:3]
    headers = {"Authorization": f"Bearer {token}"}
    failed = 0
    for name, work in (("streamable http", over_http), ("http+sse", over_sse)):
        try:
            said = await asyncio.wait_for(work(base, headers), 60)
            print(f"ok    python, {name} ({said})")
        except BaseException:
            failed += 1
            print(f"FAIL  python, {name}: {traceback.format_exc()}")
    print(f"{2 - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


asyncio.run(main())
