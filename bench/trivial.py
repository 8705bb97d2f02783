"""The least that a FastAPI server can do: what the plan's time is compared to."""

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse

app = FastAPI()


@app.get("/", response_class=PlainTextResponse)
async def answer() -> str:
    return "action=reject&cause=21"
