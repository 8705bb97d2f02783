"""Obstacles to a call are shown with their remedy: the browser, the microphone, the network."""

from __future__ import annotations

import json
import os
import signal

import pytest
from playwright.sync_api import expect

from tests.browser.client.conftest import OpenClient
from tests.browser.conftest import OpenPage
from tests.browser.portal_api import Person
from tests.browser.product import Product
from tests.walk import softphone

AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) {} Safari/537.36"


@pytest.mark.manual("OV-4")
@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Chrome/86.0.4240.198", "Chrome 86"),
        ("Chrome/86.0.4240.198 Edg/86.0.622.69", "Microsoft Edge 86"),
        ("Chrome/85.0.4183.121 OPR/71.0.3770.284", "Opera 71"),
    ],
)
def test_a_browser_that_is_too_old(product: Product, open_page: OpenPage, agent: str, name: str) -> None:
    page = open_page(f"{product.address}/", user_agent=AGENT.format(agent))
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text(f"你正在使用 {name}")
    expect(alert).to_contain_text("Chrome 87、Edge 87、Opera 72")
    expect(page.get_by_role("button")).to_have_count(0)


@pytest.mark.manual("OV-4")
@pytest.mark.parametrize(
    "agent", ["Chrome/87.0.4280.66", "Chrome/87.0.4280.66 Edg/87.0.664.41", "Chrome/86.0.4240.198 OPR/72.0.3815.148"]
)
def test_the_oldest_browsers_that_do(product: Product, open_page: OpenPage, agent: str) -> None:
    page = open_page(f"{product.address}/login", user_agent=AGENT.format(agent))
    expect(page.get_by_label("用户名")).to_be_visible()


@pytest.mark.manual("OV-4")
def test_a_browser_without_calls(product: Product, open_page: OpenPage) -> None:
    page = open_page(locale="en-GB")
    page.add_init_script("delete window.RTCPeerConnection")
    page.goto(f"{product.address}/")
    expect(page.get_by_role("alert")).to_contain_text("It does not support: WebRTC calls.")


def test_a_microphone_that_is_not_allowed(open_client: OpenClient, alice: Person, bob: Person) -> None:
    page = open_client(alice)
    page.evaluate(
        """() => { navigator.mediaDevices.getUserMedia = () =>
            Promise.reject(new DOMException("Permission denied", "NotAllowedError")) }"""
    )
    softphone.dial(page, bob.number)
    expect(page.get_by_role("alert").filter(has_text="无法使用麦克风")).to_contain_text("将“麦克风”设为“允许”")
    softphone.no_call(page)


def test_an_answer_without_a_microphone_leaves_the_call_ringing(
    open_client: OpenClient, alice: Person, bob: Person
) -> None:
    caller, callee = open_client(alice), open_client(bob)
    callee.evaluate(
        """() => {
            const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
            navigator.mediaDevices.getUserMedia = () => {
                navigator.mediaDevices.getUserMedia = real;
                return Promise.reject(new DOMException("Requested device not found", "NotFoundError"));
            };
        }"""
    )
    softphone.dial(caller, bob.number)
    softphone.answer(callee)
    expect(callee.get_by_role("alert").filter(has_text="未找到麦克风")).to_be_visible()
    # Now there is a microphone, and the same call can still be answered.
    softphone.answer(callee)
    softphone.hears(caller)
    softphone.hang_up(caller)


def test_an_edge_that_is_started_again(product: Product, open_client: OpenClient, alice: Person, bob: Person) -> None:
    caller, callee = open_client(alice), open_client(bob)
    parts = json.loads((product.home / "run.json").read_text())["parts"]
    os.kill(parts["kamailio"]["pid"], signal.SIGKILL)
    status = caller.get_by_role("status")
    expect(status.get_by_text("离线", exact=True)).to_be_visible()
    for page in (caller, callee):
        expect(page.get_by_role("status").get_by_text("已就绪")).to_be_visible(timeout=40_000)
        softphone.is_ready(page)
    softphone.dial(caller, bob.number)
    softphone.answer(callee)
    softphone.hears(caller)
    softphone.hang_up(caller)


def test_a_browser_that_finds_no_network_says_so(open_client: OpenClient, alice: Person, bob: Person) -> None:
    """A computer whose only interface is loopback gathers for ever and names no candidate."""
    page = open_client(alice)
    page.evaluate(
        """() => {
            const prototype = RTCPeerConnection.prototype;
            const listen = prototype.addEventListener;
            prototype.addEventListener = function (type, ...rest) {
                if (!["icecandidate", "icegatheringstatechange"].includes(type)) listen.call(this, type, ...rest);
            };
            Object.defineProperty(prototype, "iceGatheringState", { get: () => "gathering" });
        }"""
    )
    softphone.dial(page, bob.number)
    call = page.get_by_role("region", name="通话", exact=True)
    expect(call).to_contain_text("正在连接…")
    expect(call).to_contain_text("此设备没有可用的网络")
