#!/usr/bin/env python3
"""Sends requests to a running server with OpenAI's official Python client, unmodified.

    java -jar tess2-examples/cli/target/tess2.jar serve --port 8080 &
    python3 -m venv /tmp/openai && /tmp/openai/bin/pip install openai
    /tmp/openai/bin/python tess2-examples/server/src/test/clients/openai_client.py http://127.0.0.1:8080

Exits with status 1 if an answer is wrong. Not part of the Maven build.
"""

import os
import sys

import openai

QUESTION = [{"role": "user", "content": "What is 347 + 85?"}]
SHORT = {"model": "tess2", "seed": 3, "max_tokens": 32, "extra_body": {"steps": 5}}


def refused(error, call):
    """The message of the error that a call must raise."""
    try:
        call()
    except error as e:
        return str(e)
    raise AssertionError(f"{error.__name__} must be raised, but is not")


def main():
    base = sys.argv[1].rstrip("/")
    client = openai.OpenAI(base_url=base + "/v1", api_key=os.environ.get("TESS2_API_KEY", "none"), max_retries=0)
    chat = client.chat.completions.create

    whole = chat(messages=QUESTION, **SHORT)
    answer = whole.choices[0].message.content
    assert "432" in answer, answer
    assert whole.choices[0].finish_reason == "stop"
    assert whole.usage.total_tokens == whole.usage.prompt_tokens + whole.usage.completion_tokens

    chunks = list(chat(messages=QUESTION, stream=True, stream_options={"include_usage": True}, **SHORT))
    assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices) == answer
    assert chunks[-1].usage.total_tokens == whole.usage.total_tokens

    own = {"steps": 5, "diffusing": True}
    states = [
        c.choices[0].diffusing
        for c in chat(messages=QUESTION, stream=True, **{**SHORT, "extra_body": own})
        if c.choices and hasattr(c.choices[0], "diffusing")
    ]
    assert [s["step"] for s in states] == [1, 2, 3, 4, 5], states
    assert states[-1]["text"] == answer

    several = chat(messages=QUESTION, n=3, **SHORT)
    assert [c.index for c in several.choices] == [0, 1, 2]
    text = client.completions.create(prompt=["17 + 25 =", "9 - 4 ="], **SHORT)
    assert len(text.choices) == 2
    filled = client.completions.create(
        model="tess2", prompt="17 + 25 = __2__ .", seed=3, extra_body={"steps": 5, "infill": True})
    assert filled.choices[0].text.startswith("17 + 25 ="), filled
    assert [m.id for m in client.models.list()] == ["tess2"]

    assert "does not exist" in refused(
        openai.NotFoundError, lambda: chat(messages=QUESTION, **{**SHORT, "model": "gpt-5"}))
    assert "tools is not supported" in refused(
        openai.BadRequestError,
        lambda: chat(messages=QUESTION, tools=[{"type": "function", "function": {"name": "f"}}], **SHORT))
    assert "72 tokens" in refused(
        openai.BadRequestError, lambda: chat(messages=QUESTION, **{**SHORT, "max_tokens": 100}))
    print(f"openai {openai.__version__}: all checks passed; the first answer: {answer}")


if __name__ == "__main__":
    main()
