"""The Model Context Protocol's door (modelcontextprotocol.io): six tools over the same services, on the official SDK.

A tool's text is for a model to read, its structured content is the body of the HTTP contract. What fails is an error
of the tool, never an empty result.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp.types import CallToolResult, TextContent, ToolAnnotations
from pydantic import Field
from starlette.applications import Starlette

from qa.answer import MAX_K

from .answer_text import reply_text
from .errors import DOMAIN_ERRORS, problem_of
from .schemas import AskRequest, Body, FiltersIn, SearchRequest
from .service import AnswerService, DocumentService
from .version import VERSION
from .wire import parse

INSTRUCTIONS = (
    "Documents about migration from Tajikistan to Russia, in English, Russian and Tajik. `ask` quotes sentences "
    "word for word, each with its source [n], or declines with a reason: say so then, and do not fill the gap. "
    "Offsets count Unicode code points."
)
Question = Annotated[str, Field(description="A whole question in English, Russian or Tajik.")]
Count = Annotated[int, Field(ge=1, le=MAX_K, description="How many passages.")]
Style = Literal["refworld", "bibtex", "ris", "csl-json"]
_READS = ToolAnnotations(read_only_hint=True, open_world_hint=False)
_LOCAL_HOSTS = ["127.0.0.1:*", "localhost:*", "[::1]:*"]


def mcp_server(answers: AnswerService, documents: DocumentService) -> MCPServer:
    server = MCPServer("muhojir", title="Muhojir", instructions=INSTRUCTIONS, version=VERSION)
    tool = server.tool(annotations=_READS, structured_output=False)

    @tool
    def ask(
        question: Question,
        k: Count = 5,
        mode: Literal["extractive", "passages", "written"] = "extractive",
        filters: FiltersIn | None = None,
        history: list[str] | None = None,
    ) -> CallToolResult:
        """Answer with the documents' own sentences, each cited; or decline. `history`: earlier questions."""
        turns = [{"question": one} for one in history or []]
        values = {"question": question, "k": k, "mode": mode, "filters": filters or FiltersIn(), "history": turns}
        return _told(lambda: answers.ask(parse(AskRequest, values)), reply_text)

    @tool
    def search(question: Question, k: Count = 5, filters: FiltersIn | None = None) -> CallToolResult:
        """The passages nearest to the question, without an answer."""
        values = {"question": question, "k": k, "filters": filters or FiltersIn()}
        return _told(lambda: answers.search(parse(SearchRequest, values)))

    @tool
    def get_passage(passage_id: str) -> CallToolResult:
        """The words of a passage or a quote: document@version:start-end."""
        return _told(lambda: documents.passage(passage_id))

    @tool
    def get_document(document_id: str, version: str | None = None) -> CallToolResult:
        """A document's whole text and record."""
        return _told(lambda: documents.document(document_id, version))

    @tool
    def cite(document_id: str, format: Style = "refworld") -> CallToolResult:  # noqa: A002  (the contract's name)
        """A document's citation."""
        with_text = _safely(lambda: documents.citation(document_id, format))
        return CallToolResult(content=[TextContent(type="text", text=with_text.text)])

    @tool
    def coverage() -> CallToolResult:
        """What can be asked about: counts by year, publisher, type, topic and language, and questions to begin with."""
        return _told(answers.coverage)

    return server


def http_routes(server: MCPServer, public_url: str, is_local: bool) -> Starlette:
    """Streamable HTTP at /mcp, without sessions, so that any worker answers any request.

    A service on this machine alone answers to its own names only: else a page could reach it by a name that it
    resolves to this machine (DNS rebinding).
    """
    hosts = ([urlsplit(public_url).netloc] if public_url else []) + _LOCAL_HOSTS
    security = TransportSecuritySettings(
        enable_dns_rebinding_protection=is_local,
        allowed_hosts=hosts,
        allowed_origins=[f"{scheme}://{host}" for host in hosts for scheme in ("http", "https")],
    )
    return server.streamable_http_app(stateless_http=True, json_response=True, transport_security=security)


def _told(work: Callable[[], Any], text: Callable[[Any], str] | None = None) -> CallToolResult:
    body: Body = _safely(work)
    shown = text(body) if text else body.json_text()
    return CallToolResult(
        content=[TextContent(type="text", text=shown)], structured_content=body.model_dump(mode="json", by_alias=True)
    )


def _safely(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except DOMAIN_ERRORS as error:
        raise ToolError(f"{problem_of(error).title}: {error}") from error
