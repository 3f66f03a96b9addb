"""Every page of the console in a real browser, for whoever reads it by ear, by keyboard, in English or on a tablet."""

from __future__ import annotations

from typing import Any

import pytest

from tests.admin.conftest import HELD, PASSWORD
from tests.admin.every_page import ADA, NOWHERE, TABLE, every_page  # noqa: F401
from tests.admin.windows import DESKTOP, TABLET

pytestmark = pytest.mark.browser

LANGUAGES = {"zh-CN": "zh_CN", "en": "en"}
POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
EDITOR = "[data-rule-editor]"
WIDE = "document.documentElement.scrollWidth > innerWidth"
SIZES = pytest.mark.parametrize("window", [DESKTOP, TABLET], indirect=True, ids=["1280", "820"])
OPEN_FOLDS = "document.querySelectorAll('main details:not([open])').forEach((each) => { each.open = true; })"
OPEN_DIALOG = "(id) => document.getElementById(id).showModal()"


@pytest.fixture(scope="session")
def axe() -> str:
    """axe-core, as a script."""
    return pytest.importorskip("axe_playwright_python.base").AXE_SCRIPT


def sign_in(page: Any, language: str = "zh_CN", name: str = "ann") -> None:
    speak(page, language)
    page.locator('[name="username"]').fill(name)
    page.locator('[name="password"]').fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/orders")


def speak(page: Any, language: str) -> None:
    page.goto(f"/console/language/{language}?next=/console/sign-in")


def ready(page: Any) -> None:
    """Wait until scripts have drawn what they draw."""
    if page.locator(EDITOR).count():
        page.wait_for_selector(f"{EDITOR}[data-ready]")


def violations(page: Any, axe: str, where: str = "html") -> list[str]:
    """What axe finds serious or critical in that part of the page, each with the element."""
    page.evaluate("Promise.all(document.getAnimations().map((each) => each.finished.catch(() => {})))")
    page.evaluate("typeof axe") == "object" or page.evaluate(axe)
    found = page.evaluate("(where) => axe.run(where, { resultTypes: ['violations'] })", where)["violations"]
    return [
        f"{each['impact']} {each['id']}: {node['html'][:160]} {node['failureSummary']}"
        for each in found if each["impact"] in ("serious", "critical") for node in each["nodes"]
    ]  # fmt: skip


def violations_of_what_opens(page: Any, axe: str) -> list[str]:
    """The same for what the page keeps folded up: menus, folds, dialogs."""
    page.evaluate(OPEN_FOLDS)
    found = violations(page, axe, "main")
    for dialog in page.locator("dialog[id]").all():
        name = dialog.get_attribute("id")
        page.evaluate(OPEN_DIALOG, name)
        found += [f"in its dialog {name}: {each}" for each in violations(page, axe, f"#{name}")]
        page.keyboard.press("Escape")
        found += [f"its dialog {name} stays open"] * dialog.is_visible()
    return found


def wrong_with(page: Any, path: str, language: str, axe: str) -> list[str]:
    """Everything that is wrong with the page at that address."""
    answer = page.goto(path)
    headers = answer.all_headers()
    ready(page)
    found = violations(page, axe)
    is_wide = page.evaluate(WIDE)
    found += violations_of_what_opens(page, axe)
    said = page.locator("html").get_attribute("lang")
    found += [f"its language is {said}"] * (said != language)
    found += ["it is wider than the screen"] * is_wide
    found += [f"it has {page.locator('h1').count()} first headings"] * (page.locator("h1:visible").count() != 1)
    found += ["it has no main part"] * (page.locator("main").count() != 1)
    found += [f"its status is {answer.status}"] * (answer.status != (404 if path == NOWHERE else 200))
    found += ["its policy is not strict"] * (headers.get("content-security-policy") != POLICY)
    return [f"{path}: {each}" for each in found]


@pytest.mark.slow
@SIZES
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_can_be_used_by_everybody(window, every_page, axe, language):  # noqa: F811
    sign_in(window, LANGUAGES[language], ADA)
    found = [each for path in every_page for each in wrong_with(window, path, language, axe)]
    window.wrong[:] = [each for each in window.wrong if "404" not in each]  # NOWHERE
    assert len(every_page) > 30
    assert found == [], "\n".join(found)


def test_the_page_to_sign_in_can_be_used_by_everybody(window, axe):
    found = []
    for language, code in LANGUAGES.items():
        found += wrong_with(window, f"/console/language/{code}?next=/console/sign-in", language, axe)
    assert found == [], "\n".join(found)


RULE = "fraud.high-value"  # conditions in groups, two effects, examples


def open_rule(page: Any, gatehouse: Any, rule: str = RULE) -> None:
    stage = rule.partition(".")[0]
    draft = gatehouse.drafts.create(stage, gatehouse.people.person("ann"))
    page.goto(f"/console/rules/{stage}/drafts/{draft['id']}#rule={rule}")
    page.wait_for_selector(f"{EDITOR}[data-ready]")


@SIZES
def test_a_table_with_its_bench_can_be_used_by_everybody(window, gatehouse, axe):
    sign_in(window)
    open_rule(window, gatehouse, "carrier.choose-by-weight-and-sla")
    window.locator("button[aria-controls=bench]").click()
    window.locator(".bench").get_by_role("button", name="自己填").click()
    window.locator(".decision-grid tr.is-fired").wait_for()
    assert violations(window, axe) == []
    assert not window.evaluate(WIDE)


@SIZES
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_rule_being_edited_can_be_used_by_everybody(window, gatehouse, axe, language):
    sign_in(window, LANGUAGES[language])
    open_rule(window, gatehouse)
    window.locator(".sentence-card .said", has_text="¥5,000.00").wait_for()
    window.locator(".bench-result:not(.is-stale)").wait_for()
    window.evaluate(OPEN_FOLDS)
    for fold in window.locator(".examples .fold").all()[:2]:
        fold.click()
    found = violations(window, axe)
    for opener in (".picker.fact", ".row-menu", ".effect-name", ".parts-menu"):
        if not window.locator(opener).count():
            continue
        window.locator(opener).first.click()
        window.locator(".popover-list").wait_for()
        found += [f"{opener}: {each}" for each in violations(window, axe)]
        window.keyboard.press("Escape")
        assert window.locator(opener).first.evaluate("(one) => one === document.activeElement"), "the focus comes back"
    assert not window.evaluate(WIDE)
    assert found == [], "\n".join(found)


@SIZES
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_table_being_edited_can_be_used_by_everybody(window, gatehouse, axe, language):
    sign_in(window, LANGUAGES[language])
    open_rule(window, gatehouse, TABLE)
    window.locator(".editor-body table").wait_for()
    found = violations(window, axe)
    assert not window.evaluate(WIDE)
    assert found == [], "\n".join(found)


@pytest.mark.parametrize("window", [TABLET], indirect=True)
def test_the_sidebar_on_a_tablet_opens_and_closes_from_the_keyboard(window, axe):
    sign_in(window)
    button = window.get_by_role("button", name="菜单")
    button.focus()
    window.keyboard.press("Enter")
    window.locator("#sidebar").wait_for()
    window.wait_for_timeout(200)  # until it has slid in
    assert violations(window, axe, "#sidebar") == []
    window.keyboard.press("Tab")
    window.keyboard.press("Tab")
    assert window.evaluate("document.activeElement.closest('#sidebar') !== null")
    window.keyboard.press("Escape")
    assert button.get_attribute("aria-expanded") == "false"
    assert button.evaluate("(one) => one === document.activeElement")


def test_a_menu_closes_by_escape_and_a_dialog_leads_back_to_it(window):
    sign_in(window)
    window.goto(f"/console/orders/{HELD}")
    menu = window.locator("details.menu summary").first
    menu.focus()
    window.keyboard.press("Enter")
    assert window.locator("details.menu").first.get_attribute("open") is not None
    window.keyboard.press("Escape")
    assert window.locator("details.menu").first.get_attribute("open") is None
    window.keyboard.press("Enter")
    window.keyboard.press("Tab")
    window.keyboard.press("Enter")
    window.locator("dialog[open]").wait_for()
    window.keyboard.press("Escape")
    assert window.locator("dialog[open]").count() == 0
    assert menu.evaluate("(one) => one === document.activeElement")


HOW_IT_LOOKS = """
const lookOf = (one) => {
  const { outline, boxShadow, borderColor, backgroundColor, opacity } = getComputedStyle(one);
  return [outline, boxShadow, borderColor, backgroundColor, opacity].join();
};
"""
REMEMBER = f"""() => {{
  {HOW_IT_LOOKS}
  window.plain = new Map([...document.querySelectorAll('*')].map((one) => [one, lookOf(one)]));
}}"""
WHERE_IT_IS = f"""() => {{
  {HOW_IT_LOOKS}
  const one = document.activeElement;
  if (one === document.body) return null;
  const around = [one, one.parentElement, one.parentElement.parentElement, one.closest('label, li')].filter(Boolean);
  const {{ left, right, width }} = one.getBoundingClientRect();
  const inside = right > 0 && left < innerWidth && width > 0;
  const seen = around.some((each) => window.plain.get(each) !== lookOf(each));
  return {{ html: one.outerHTML.slice(0, 160), seen, inside }};
}}"""


@pytest.mark.parametrize("path", ["orders", f"orders/{HELD}", "exceptions", "tasks", "stock", "rules/fraud", "rule"])
def test_the_keyboard_gets_everywhere_and_is_seen_there(window, gatehouse, path):
    window.emulate_media(reduced_motion="reduce")
    sign_in(window)
    if path == "rule":
        open_rule(window, gatehouse)
    else:
        window.goto(f"/console/{path}")
    ready(window)
    window.evaluate(REMEMBER)
    reached = []
    for _ in range(500):
        window.keyboard.press("Tab")
        at = window.evaluate(WHERE_IT_IS)
        if at is None:
            break
        reached.append(at)
    assert at is None, "the focus never leaves"
    assert len(reached) > 15
    seen = {each["html"] for each in reached if each["seen"]}  # of a date's several stops one is the browser's own
    assert [each["html"] for each in reached if each["html"] not in seen or not each["inside"]] == []


@pytest.mark.parametrize("path", ["orders", f"orders/{HELD}", "rules"])
@SIZES
def test_the_first_stop_skips_to_the_page_itself(window, path):
    sign_in(window)
    window.goto(f"/console/{path}")
    window.keyboard.press("Tab")
    skip = window.get_by_role("link", name="跳到正文")
    assert skip.evaluate("(one) => one === document.activeElement && one.getBoundingClientRect().left >= 0")
    window.keyboard.press("Enter")
    window.keyboard.press("Tab")
    assert window.evaluate("document.activeElement.closest('main') !== null")


def tab_to(page: Any, target: Any, key: str = "Tab") -> None:
    """Press Tab until the focus is there, as somebody without a mouse does."""
    for _ in range(300):
        if target.evaluate("(one) => one === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"the keyboard does not get to {target}")


def test_a_day_at_work_without_a_mouse(window, gatehouse):
    """Sign in, find an order, release it, open a rule, change its threshold, save."""
    press, write = window.keyboard.press, window.keyboard.type
    tab_to(window, window.get_by_label("用户名"))
    write("ann")
    press("Tab")
    write(PASSWORD)
    press("Enter")
    window.wait_for_url("**/console/orders")

    tab_to(window, window.get_by_role("searchbox"))
    write("JD-DEMO-0002")
    press("Enter")
    window.wait_for_url("**/console/orders?q=JD-DEMO-0002")
    tab_to(window, window.get_by_role("link", name="JD-DEMO-0002"))
    press("Enter")
    window.wait_for_url(f"**/console/orders/{HELD}")
    tab_to(window, window.get_by_role("link", name="放行…"))
    press("Enter")
    tab_to(window, window.get_by_label("放行说明"))
    write("已电话核实")
    tab_to(window, window.get_by_role("button", name="确认放行"))
    press("Enter")
    window.get_by_text("已放行 大额待确认。重新审单的结论：通过").wait_for()
    assert gatehouse.orders.order(HELD)["status"] == "approved"

    tab_to(window, window.locator("#sidebar").get_by_role("link", name="规则"))
    press("Enter")
    window.wait_for_url("**/console/rules")
    tab_to(window, window.get_by_role("link", name="风控"))
    press("Enter")
    window.wait_for_url("**/console/rules/fraud")
    tab_to(window, window.get_by_role("button", name=f"编辑: {RULE}"))
    press("Enter")
    window.wait_for_selector(f"{EDITOR}[data-ready]")
    amount = window.locator('[data-focus="when.all.0.any.0:value"]')
    tab_to(window, amount)
    press("Control+a")
    write("4500")
    press("Tab")
    window.locator(".sentence-card .said", has_text="¥4,500.00").wait_for()
    window.locator(".save-state.is-saved").wait_for()
    (draft,) = gatehouse.drafts.of("fraud")
    (rule,) = [each for each in gatehouse.drafts.get("fraud", draft["id"])["rules"] if each["id"] == RULE]
    assert "450000" in str(rule["when"])


def test_the_interface_is_described_without_help_from_elsewhere(window):
    window.goto("/docs")
    window.locator(".opblock").first.wait_for()
