"""The steps of the main path, in order. Each is an action of one person, and what that person then sees."""

from playwright.sync_api import expect

from tests.walk import mailbox, portal, softphone
from tests.walk.browser import heard, wait_until
from tests.walk.desk_phone import share_of_tone
from tests.walk.steps import Step
from tests.walk.world import BROWSER_TONE, HOST, World

PASSWORD = "Zong-Guan-82"
USER_PASSWORD, OWN_PASSWORD = "Zhu-Yi-Tong-58", "Zi-Ji-De-Men-Suo-36"
ALICE, BOB, DESK, CAROL, NO_MAIL, NO_LINKUS = "1001", "1002", "1003", "1004", "1005", "1006"


def start(world: World) -> None:
    world.start_server()
    world.setup_link = world.server.setup_link()


def become_administrator(world: World) -> None:
    portal.become_administrator(world.administrator, world.setup_link, "admin", PASSWORD)


def add_by_form(world: World) -> None:
    portal.add_extension(world.administrator, ALICE, "张伟", f"{ALICE}@example.com")


def add_many(world: World) -> None:
    portal.add_many(world.administrator, BOB, 3, "同事 {n}", "{number}@example.com", USER_PASSWORD)
    portal.add_many(world.administrator, NO_MAIL, 2, "{number}", "")


def switch_linkus(world: World) -> None:
    portal.switch_on_linkus(world.administrator, ALICE)
    portal.switch_off_linkus(world.administrator, NO_LINKUS)


def codes_on_screen(world: World) -> None:
    """Without a mail server the dialog shows the reason, and the code and link."""
    dialog = portal.send_welcome_mails(world.administrator, ALICE)
    expect(dialog).to_contain_text("还没有设置邮件服务器")
    expect(dialog.get_by_role("link", name=f"{world.portal}/login/web#t=")).to_be_visible()
    portal.close(dialog)


def set_mail_server(world: World) -> None:
    box = world.mailbox
    portal.fill_mail_server(world.administrator, box.host, box.port, box.username, box.password, box.username)
    dialog = portal.send_test_mail(world.administrator, "boss@example.com")
    expect(dialog).to_contain_text("250 2.0.0 kept as walk-1")
    assert box.wait_for("boss@example.com")
    portal.close(dialog)
    portal.save(world.administrator)


def send_welcome_mails(world: World) -> None:
    numbers = (ALICE, BOB, DESK, CAROL)
    dialog = portal.send_welcome_mails(world.administrator, *numbers, NO_MAIL, NO_LINKUS)
    # before sending: who would get none, and why
    expect(portal.result(dialog, NO_MAIL)).to_contain_text("邮箱")
    expect(portal.result(dialog, NO_LINKUS)).to_contain_text("Linkus")
    dialog.get_by_role("button", name=f"发送给其余 {len(numbers)} 个分机").click()
    for number in (NO_MAIL, NO_LINKUS):
        expect(portal.result(dialog, number)).to_contain_text("未发送")
    expect(dialog).to_contain_text(f"{len(numbers)} 封欢迎邮件已发送")
    for number in numbers:
        expect(portal.result(dialog, number)).to_contain_text("已发送")
    portal.close(dialog)
    for number in numbers:
        mail = world.mailbox.wait_for(f"{number}@example.com")
        world.links[number], world.codes[number] = mailbox.links(mail), mailbox.codes(mail)


def read_the_mail(world: World) -> None:
    """The mail has the links of all clients, and its pictures contain the same ones."""
    for number in (ALICE, BOB, CAROL):
        assert set(world.links[number]) == {"mobile", "desktop", "web"}, world.links[number]
        assert set(world.codes[number]) == set(world.links[number].values()), world.codes[number]
        body = world.mailbox.wait_for(f"{number}@example.com").get_body(("html",))
        assert body is not None
        assert number in body.get_content()


def alice_signs_in(world: World) -> None:
    """Requests as of mail scanners come first, and consume nothing."""
    link = world.links[ALICE]["web"]
    for _ in range(2):
        assert world.alice.request.head(link).ok
        assert world.alice.request.get(link).ok
    softphone.redeem(world.alice, link, ALICE)
    softphone.is_ready_as(world.alice, ALICE)


def second_use(world: World) -> None:
    stranger = world.browser.person()
    stranger.goto(world.links[ALICE]["web"])
    expect(stranger.get_by_role("heading", name="此链接已被使用")).to_be_visible()
    expect(stranger.get_by_role("button", name="登录", exact=True)).to_have_count(0)
    stranger.context.close()


def bob_signs_in(world: World) -> None:
    """The administrator set the password. A user who came by a link can choose their own without knowing it."""
    softphone.redeem(world.bob, world.links[BOB]["web"], BOB)
    softphone.choose_own_password(world.bob, OWN_PASSWORD)
    softphone.is_ready_as(world.bob, BOB)


def portal_shows_online(world: World) -> None:
    for number in (ALICE, BOB):
        portal.is_online(world.administrator, number, "网页端")
    world.picture(world.administrator, "portal-extensions")


def call(world: World) -> None:
    softphone.dial(world.alice, BOB)
    softphone.rings(world.bob, ALICE)
    softphone.answer(world.bob)
    for page in (world.alice, world.bob):
        softphone.in_call(page)
        softphone.hears(page)
    world.picture(world.alice, "client-call")


def mute(world: World) -> None:
    softphone.press(world.alice, "静音")
    softphone.in_call(world.alice, "已静音")
    softphone.hears_nothing(world.bob)
    softphone.hears(world.alice)
    softphone.press(world.alice, "取消静音")
    softphone.hears(world.bob)


def hold(world: World) -> None:
    softphone.press(world.bob, "保持")
    softphone.in_call(world.bob, "已保持")
    softphone.hears_nothing(world.bob)
    softphone.hears_music(world.alice)
    softphone.press(world.bob, "恢复")
    for page in (world.alice, world.bob):
        softphone.in_call(page)
        softphone.hears(page)


def keypad_and_hang_up(world: World) -> None:
    softphone.press(world.alice, "拨号盘")
    softphone.press(world.alice, "5")
    expect(world.alice.get_by_label("已发送的按键")).to_have_text("5")
    softphone.hang_up(world.alice)
    for page in (world.alice, world.bob):
        softphone.no_call(page)


def miss_a_call(world: World) -> None:
    softphone.dial(world.alice, BOB)
    softphone.rings(world.bob, ALICE)
    softphone.hang_up(world.alice)
    softphone.no_call(world.alice)
    softphone.missed_call(world.bob, "张伟")


def desk_phone_registers(world: World) -> None:
    name, password = portal.renew_registration_password(world.administrator, DESK)
    world.desk_phone.start(HOST, f"{DESK}.phone", name, password)
    wait_until(world.desk_phone.is_registered, "the desk phone registers", world.administrator)
    portal.is_online(world.administrator, DESK, "话机")


def desk_phone_calls(world: World) -> None:
    """G.711 on the phone, Opus in the browser."""
    world.desk_phone.dial(ALICE)
    softphone.rings(world.alice, DESK)
    softphone.answer(world.alice)
    world.desk_phone.wait_for("CALL_ESTABLISHED")
    softphone.hears(world.alice)
    codec = heard(world.alice).codec
    assert codec is not None
    assert codec.lower() == "opus", codec
    world.alice.wait_for_timeout(1000)
    world.desk_phone.hang_up()
    softphone.no_call(world.alice)
    phone_heard_the_browser(world)


def desk_phone_is_called(world: World) -> None:
    softphone.dial(world.bob, DESK)
    world.desk_phone.wait_for("CALL_INCOMING")
    world.desk_phone.answer()
    softphone.in_call(world.bob)
    softphone.hears(world.bob)
    softphone.press(world.bob, "拨号盘")
    softphone.press(world.bob, "7")
    assert world.desk_phone.wait_for("CALL_DTMF_START")["param"] == "7"
    world.bob.wait_for_timeout(1000)
    softphone.hang_up(world.bob)
    world.desk_phone.wait_for("CALL_CLOSED")
    phone_heard_the_browser(world)


def phone_heard_the_browser(world: World) -> None:
    share = 0.0

    def loud_enough() -> bool:
        nonlocal share
        share = share_of_tone(world.desk_phone.recording(), BROWSER_TONE)
        return share > 0.5

    wait_until(loud_enough, "the desk phone recorded the browser's tone", world.alice, 3)


def sign_in_by_hand(world: World) -> None:
    """At the Linkus port, by number and by address. A wrong password is refused."""
    carol = world.browser.person()
    softphone.sign_in_by_hand(carol, world.linkus, CAROL, "Not-The-Password-1")
    expect(carol.get_by_role("alert")).not_to_be_empty()
    softphone.sign_in_by_hand(carol, world.linkus, CAROL, USER_PASSWORD)
    softphone.choose_own_password(carol, OWN_PASSWORD, USER_PASSWORD)
    softphone.is_ready_as(carol, CAROL)
    carol.context.close()
    again = world.browser.person()
    softphone.sign_in_by_hand(again, world.linkus, f"{CAROL}@example.com", OWN_PASSWORD)
    softphone.is_ready_as(again, CAROL)
    again.context.close()


def scan_the_code(world: World) -> None:
    """A phone opens the link of the mail's picture, which also works only once."""
    code = next(code for code in world.codes[CAROL] if "/login/mobile#" in code)
    for works in (True, False):
        phone = world.browser.person(viewport={"width": 390, "height": 844}, has_touch=True)
        if works:
            softphone.redeem(phone, code, CAROL)
            softphone.is_ready(phone)
            phone.get_by_role("link", name="设置", exact=True).click()
            expect(phone.get_by_role("region", name="账号")).to_contain_text(CAROL)
        else:
            phone.goto(code)
            expect(phone.get_by_role("heading", name="此链接已被使用")).to_be_visible()
        phone.context.close()


def stop(world: World) -> None:
    left = world.server.stop()
    assert not left, f"still running after Ctrl-C: {left}"


STEPS: list[Step[World]] = [
    Step("an empty home starts and prints the first administrator's link", start),
    Step("the link makes the first administrator", become_administrator),
    Step("an extension is added with the form", add_by_form),
    Step("several are added in one step", add_many),
    Step("Linkus is switched on and off", switch_linkus),
    Step("without a mail server the code and the link are shown on the screen", codes_on_screen),
    Step("the mail server is set, and its own answer to a test mail is shown", set_mail_server),
    Step("welcome mails go out; who gets none is named with the reason", send_welcome_mails),
    Step("the mail holds a link for each client, and its QR codes read as the same links", read_the_mail),
    Step("1001 opens the web link, confirms and is ready", alice_signs_in),
    Step("the same link a second time says that it was used", second_use),
    Step("1002 opens the web link and is ready", bob_signs_in),
    Step("the portal shows both online", portal_shows_online),
    Step("1001 calls 1002, and both hear each other", call),
    Step("mute: the other hears nothing, then again", mute),
    Step("hold: one hears nothing, the other music, then both again", hold),
    Step("a key is sent, and the call ends for both", keypad_and_hang_up),
    Step("a missed call is shown", miss_a_call),
    Step("a desk phone registers with what the portal says", desk_phone_registers),
    Step("the desk phone calls the browser: G.711 and Opus, heard by both", desk_phone_calls),
    Step("the browser calls the desk phone, which hears voice and keys", desk_phone_is_called),
    Step("1004 signs in by hand: server, user name, password", sign_in_by_hand),
    Step("the QR code signs a phone in, once", scan_the_code),
    Step("Ctrl-C stops everything and leaves no process", stop),
]
