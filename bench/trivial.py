"""A minimal FastAPI server, the reference for the time of a plan request."""

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse

app = FastAPI()


@app.get("/", response_class=PlainTextResponse)
async def answer() -> str:
    return "action=reject&cause=21"
