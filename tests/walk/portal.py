"""Actions of an administrator in the portal."""

import re

from playwright.sync_api import Locator, Page, expect

# The component library puts a space between the two characters of a short button.
SAVE = re.compile("^保\\s*存$")
OFF = re.compile("^禁\\s*用$")
CLOSE = re.compile("^(关\\s*闭|取\\s*消)$")


def become_administrator(page: Page, link: str, username: str, password: str) -> None:
    page.goto(link)
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码", exact=True).fill(password)
    page.get_by_label("再次输入密码").fill(password)
    page.get_by_role("button", name="创建并进入").click()
    expect(page.get_by_role("menu").get_by_text("分机和中继")).to_be_visible()


def open_page(page: Page, name: str) -> None:
    page.get_by_role("menu").get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def choose(page: Page, label: str, option: str) -> None:
    """Choose an option in a drop-down list of the portal's component library."""
    page.get_by_label(label).click()
    page.locator(".ant-select-item-option").get_by_text(option, exact=True).click()


def save(page: Page) -> None:
    page.get_by_role("button", name=SAVE).click()
    expect(page.get_by_text(re.compile("^已保存"))).to_be_visible()


def fill_mail_server(page: Page, host: str, port: int, username: str, password: str, sender: str) -> None:
    open_page(page, "邮箱")
    page.get_by_label("服务器地址").fill(host)
    choose(page, "加密方式", "不加密")
    page.get_by_label("端口").fill(str(port))
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码", exact=True).fill(password)
    page.get_by_label("发件人地址").fill(sender)


def send_test_mail(page: Page, recipient: str) -> Locator:
    """Send a test mail. Return the dialog with the result: how far it came, in the mail server's own words."""
    page.get_by_role("button", name="发送测试邮件").click()
    dialog = page.get_by_role("dialog", name="发送测试邮件")
    dialog.get_by_label("收件人").fill(recipient)
    dialog.get_by_role("button", name=re.compile("^发\\s*送$")).click()
    return dialog


def close(dialog: Locator) -> None:
    dialog.get_by_role("button", name=CLOSE).first.click()
    expect(dialog).to_be_hidden()


def add_extension(page: Page, number: str, first_name: str, email: str) -> None:
    open_page(page, "分机")
    page.get_by_role("button", name=re.compile("^添\\s*加$")).click()
    page.get_by_role("textbox", name="分机号码").fill(number)
    page.get_by_role("textbox", name="名", exact=True).fill(first_name)
    page.get_by_role("textbox", name="邮箱地址").fill(email)
    page.get_by_role("button", name=SAVE).click()
    expect(row(page, number)).to_be_visible()


def add_many(page: Page, start: str, count: int, first_name: str, email: str, password: str = "") -> None:
    open_page(page, "分机")
    page.get_by_role("button", name="批量添加").click()
    drawer = page.get_by_role("dialog", name="批量添加分机")
    drawer.get_by_label("起始号码").fill(start)
    drawer.get_by_label("数量").fill(str(count))
    drawer.get_by_label("名", exact=True).fill(first_name)
    drawer.get_by_label("邮箱地址").fill(email)
    drawer.get_by_label("用户密码").fill(password)
    drawer.get_by_role("button", name=SAVE).click()
    for number in range(int(start), int(start) + count):
        expect(row(page, str(number))).to_be_visible()


def row(page: Page, number: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("cell", name=number, exact=True))


def tick(page: Page, *numbers: str) -> None:
    open_page(page, "分机")
    for number in numbers:
        row(page, number).get_by_role("checkbox").check()


def switch_off_linkus(page: Page, number: str) -> None:
    tick(page, number)
    page.get_by_role("button", name="禁用 Linkus").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("现在没有已登录的客户端")  # it says who will be signed out, before it does so
    dialog.get_by_role("button", name=OFF).click()
    expect(row(page, number)).to_contain_text("已禁用")


def edit(page: Page, number: str, tab: str) -> None:
    open_page(page, "分机")
    row(page, number).get_by_role("button", name=re.compile("^编\\s*辑$")).click()
    page.get_by_role("tab", name=tab).click()


def switch_on_linkus(page: Page, number: str) -> None:
    """Enable Linkus as the manual says: the tab Linkus客户端, the switch, 保存."""
    edit(page, number, "Linkus客户端")
    page.get_by_role("switch", name="Linkus通话功能(Mobile/PC/Web)", exact=True).click()
    save(page)


def send_welcome_mails(page: Page, *numbers: str) -> Locator:
    """Return the dialog. It shows who would get no mail, or the outcome of each, or the codes instead of mails."""
    tick(page, *numbers)
    page.get_by_role("button", name="欢迎邮件").click()
    dialog = page.get_by_role("dialog", name="欢迎邮件")
    expect(dialog.get_by_role("row").or_(dialog.get_by_role("article")).first).to_be_visible()
    return dialog


def result(dialog: Locator, number: str) -> Locator:
    return dialog.get_by_role("row").filter(has_text=number)


def renew_registration_password(page: Page, number: str) -> tuple[str, str]:
    """Return registration name and password, as the portal shows them once."""
    edit(page, number, "话机")
    page.get_by_role("button", name="生成新密码").click()
    page.get_by_role("tooltip").get_by_role("button", name="生成新密码").click()
    dialog = page.get_by_role("dialog", name="话机的注册密码")
    name, password = (dialog.locator("dd code").nth(n).inner_text() for n in (0, 1))
    close(dialog)
    return name, password


def is_online(page: Page, number: str, kind: str) -> None:
    open_page(page, "分机")
    expect(row(page, number)).to_contain_text(kind)
