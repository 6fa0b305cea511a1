"""The shapes of OpenAI's chat completions, and the two-way mapping to our own; pure.

https://platform.openai.com/docs/api-reference/chat. Fields that mean nothing here (temperature, tools ...) are let
pass: clients send them unasked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from qa.answer import MAX_HISTORY
from qa.errors import InvalidQuery

from .answer_text import reply_text
from .events import Event
from .fields import Count, Flag, QuestionText
from .marks import cited
from .schemas import AskRequest, AskResponse, Body, FiltersIn, Request, SentenceOut
from .wire import parse

MODEL = "muhojir"
DONE = b"data: [DONE]\n\n"


class Part(BaseModel):
    type: Literal["text"]
    text: QuestionText


class Asked(BaseModel):
    role: Literal["user"]
    content: Annotated[
        Annotated[QuestionText, Tag("text")] | Annotated[list[Part], Field(min_length=1), Tag("parts")],
        Discriminator(lambda content: "parts" if isinstance(content, list) else "text"),
    ]

    def words(self) -> str:
        return self.content if isinstance(self.content, str) else "\n".join(part.text for part in self.content)


class Other(BaseModel):
    """Said by anybody else; not read."""

    role: Literal["assistant", "developer", "function", "system", "tool"]


Message = Annotated[Asked | Other, Field(discriminator="role")]
_ONE_ASKED = {"contains": {"type": "object", "properties": {"role": {"const": "user"}}, "required": ["role"]}}


class Options(Request):
    """What our own contract has and OpenAI's has not."""

    k: Count = 5
    mode: Literal["extractive", "passages", "written"] = "extractive"
    explain: Flag = False
    filters: FiltersIn = FiltersIn()


class ChatRequest(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    model: Literal["muhojir"]
    messages: Annotated[list[Message], Field(min_length=1, json_schema_extra=_ONE_ASKED)]
    stream: Flag = False
    muhojir: Options = Options()

    def asked(self) -> AskRequest:
        """The user's last message as the question, earlier ones as history. Raises InvalidQuery."""
        asked = [message.words() for message in self.messages if isinstance(message, Asked)]
        if not asked:
            raise InvalidQuery("messages", "one message must be the user's")
        *earlier, last = asked
        history = [{"question": words} for words in earlier[-MAX_HISTORY:]]
        return parse(AskRequest, {"question": last, "history": history, **self.muhojir.model_dump()})


class ReplyMessage(Body):
    role: Literal["assistant"] = "assistant"
    content: str


class Choice(Body):
    index: int = 0
    message: ReplyMessage
    finish_reason: Literal["stop"] = "stop"


class ChatResponse(Body):
    """`muhojir` is the body of /v1/ask."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str = MODEL
    choices: list[Choice]
    muhojir: AskResponse


class ModelOut(Body):
    id: str = MODEL
    object: Literal["model"] = "model"
    created: int
    owned_by: str = MODEL


class ModelList(Body):
    object: Literal["list"] = "list"
    data: list[ModelOut]


def chat_response(body: AskResponse, created: int) -> ChatResponse:
    choice = Choice(message=ReplyMessage(content=reply_text(body)))
    return ChatResponse(id=f"chatcmpl-{body.id}", created=created, choices=[choice], muhojir=body)


def chat_chunks(events: Iterator[Event], created: int) -> Iterator[bytes]:
    """The stream of an answer as chat.completion.chunk frames; their texts joined are the unstreamed text."""
    identity, sent = "", ""
    for name, data in events:
        if name == "question":
            identity = f"chatcmpl-{data.id}"  # type: ignore[attr-defined]
            yield _chunk(identity, created, {"role": "assistant", "content": ""})
        elif isinstance(data, SentenceOut):
            words = (" " if sent else "") + cited(data.written or data.text, data.citations)
            sent += words
            yield _chunk(identity, created, {"content": words})
        elif isinstance(data, AskResponse):
            rest = reply_text(data).removeprefix(sent)
            yield _chunk(identity, created, {"content": rest})
            yield _chunk(identity, created, {}, finish="stop", muhojir=json.loads(data.json_text()))
    yield DONE


def chat_error(body: dict[str, Any]) -> bytes:
    """A problem on the way, as OpenAI's clients recognise it."""
    return _frame({"error": {"message": body["detail"], "type": body["type"], "code": body["status"]}})


def _chunk(identity: str, created: int, delta: dict[str, str], finish: str | None = None, **more: Any) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    head = {"id": identity, "object": "chat.completion.chunk", "created": created, "model": MODEL}
    return _frame({**head, "choices": [choice], **more})


def _frame(value: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n".encode()
