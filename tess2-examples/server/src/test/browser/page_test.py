#!/usr/bin/env python3
"""Tests the page in a real headless Chromium, against a running server.

    java -jar tess2-examples/cli/target/tess2.jar serve --port 8080 &
    python3 tess2-examples/server/src/test/browser/page_test.py http://127.0.0.1:8080 --shots docs/server

Installs Playwright into a separate virtual environment. Uses the machine's Chromium if there is one;
otherwise installs one with Playwright, or with apt if Playwright cannot download it.
Not part of the Maven build.
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
import venv

# Unlike the training data, so that the text does not settle at once.
UNSURE = "Reverse the words: the cat sat on the mat"
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def with_playwright():
    """Runs this script again in an environment that has Playwright."""
    folder = pathlib.Path(os.environ.get("TESS2_VENV", tempfile.gettempdir() + "/tess2-page-test"))
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "-q", "playwright"], check=True)
    os.environ["TESS2_IN_VENV"] = "1"
    os.execv(python, [str(python), __file__, *sys.argv[1:]])


def browser_path():
    """The machine's Chromium; None if Playwright has its own."""
    installed = next((shutil.which(name) for name in BROWSERS if shutil.which(name)), None)
    if installed:
        return installed
    if subprocess.run([sys.executable, "-m", "playwright", "install", "chromium-headless-shell"]).returncode == 0:
        return None
    sudo = [] if os.geteuid() == 0 else ["sudo"]
    if shutil.which("apt-get"):
        subprocess.run([*sudo, "apt-get", "install", "-q", "-y", "chromium-headless-shell"])
    installed = shutil.which("chromium-headless-shell")
    if not installed:
        sys.exit("there is no Chromium, and neither Playwright nor apt-get could install it;"
                 " install one of these and run this again: " + ", ".join(BROWSERS))
    return installed


def await_server(base, seconds=60):
    """Waits until the server has loaded its model."""
    for _ in range(seconds):
        try:
            with urllib.request.urlopen(base + "/health/ready"):
                return
        except OSError:
            time.sleep(1)
    sys.exit(f"{base} is not ready after {seconds} s")


def generate(page, prompt, **fields):
    """Types an instruction and waits until its answer is complete."""
    page.get_by_label("Instruction", exact=True).fill(prompt)
    for label, value in fields.items():
        page.locator(label if label.startswith("#") else f"[data-name={label}]").first.fill(value)
    page.get_by_role("button", name="Generate").click()
    ended(page)


def ended(page):
    page.wait_for_selector('#go:enabled', timeout=60_000)


def text(page, nth=0):
    return page.locator(".result .text").nth(nth).inner_text()


def strip(page, nth=0):
    """The strip that shows how sure each position is."""
    return page.locator(".result .strip").nth(nth).inner_html()


def check(name, holds, seen=""):
    print(("ok    " if holds else "FAILS ") + name + (f": {seen!r}" if seen != "" else ""))
    check.failed |= not holds


check.failed = False


def test_desk(page, base, shots):
    problems = []
    page.on("pageerror", lambda e: problems.append(str(e)))
    page.on("console", lambda m: problems.append(m.text) if m.type in ("error", "warning") else None)
    hosts = set()
    page.on("request", lambda r: hosts.add(r.url.split("/")[2]))
    page.goto(base)
    page.wait_for_selector("select[data-name=sampler] option:nth-child(3)", state="attached")

    generate(page, "What is 347 + 85?", steps="8", **{"#seed": "3", "#length": "32"})
    answer = text(page)
    check("an instruction is answered", "432" in answer, answer)
    slider = page.locator(".result input[type=range]")
    check("the slider has a place for each step", slider.get_attribute("max") == "8")
    slider.focus()
    page.keyboard.press("Home")
    check("the keyboard moves the slider to the first step", slider.input_value() == "1")
    check("the step is shown", page.locator(".result .at").inner_text() == "1 of 8")
    page.keyboard.press("End")
    check("the keyboard moves it back to the end", text(page) == answer)
    check("the end is announced", answer in page.locator("#status").inner_text())
    check("there is a cell for each position", page.locator(".strip i").count() == 32)
    check("text is coloured", page.locator(".text span.c4").count() > 0)

    generate(page, "What is 347 + 85?", steps="8")
    check("the same seed gives the same text", text(page) == answer)

    page.get_by_label("Compare two settings").check()
    page.locator("[data-name=steps]").nth(1).fill("2")
    page.locator("[data-name=noise_schedule]").nth(1).select_option("sigmoid")
    page.get_by_label("Instruction", exact=True).fill(UNSURE)
    page.get_by_role("button", name="Generate").click()
    ended(page)
    settled = strip(page)
    page.locator(".result input[type=range]").first.fill("1")
    check("positions are less sure at first", strip(page) != settled)
    check("two settings give two answers", page.locator(".result").count() == 2)
    facts = page.locator(".facts").all_inner_texts()
    check("both have the same seed", all("seed 3" in fact for fact in facts), facts)
    check("each has its own number of steps", "8 steps" in facts[0] and "2 steps" in facts[1])
    page.locator(".result input[type=range]").first.fill("2")
    shot(page, shots, "desk.png")
    page.emulate_media(color_scheme="dark")
    shot(page, shots, "desk-dark.png")
    page.emulate_media(color_scheme="light")

    page.get_by_label("Compare two settings").uncheck()
    generate(page, "17 + 25 = [[2]] .")
    check("blanks are filled", text(page).startswith("17 + 25 =") and "_" not in text(page), text(page))
    check("given text is marked", page.locator(".text span.given").count() >= 2)

    generate(page, "What is 347 + 85?", guidance="reward-function:reward=answer-length(max=5)", scale="4")
    check("guidance is accepted", "seed 3" in page.locator(".facts").inner_text(), page.locator(".facts").inner_text())
    check("the page has no errors so far", problems == [], problems)
    generate(page, "What is 347 + 85?", guidance="no-such-thing", scale="")
    status = page.locator("#status").inner_text()
    check("an error is shown", "no-such-thing" in status, status)
    page.locator("[data-name=guidance]").first.fill("")
    page.locator("[data-name=steps]").first.fill("1000")
    page.get_by_role("button", name="Generate").click()
    page.wait_for_selector(".strip i")
    page.get_by_role("button", name="Stop").click()
    ended(page)
    check("generation can be stopped", page.locator("#status").inner_text() == "Stopped.")
    check("the page loads nothing from other hosts", hosts == {base.split("/")[2]}, hosts)


def test_keyboard(page, base):
    page.goto(base)
    page.wait_for_selector("select[data-name=sampler] option:nth-child(3)", state="attached")
    reached = []
    for _ in range(30):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.dataset.name || document.activeElement.name || ''"))
    wanted = {"prompt", "seed", "length", "compare", "steps", "temperature", "top_p", "noise_schedule",
              "grid", "sampler", "guidance", "scale", "go"}
    check("the keyboard reaches every control", wanted <= set(reached), wanted - set(reached))
    page.locator("#prompt").focus()
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".facts:not(:empty)", timeout=60_000)
    check("Ctrl+Enter generates", True)
    unnamed = page.evaluate("""[...document.querySelectorAll('input, select, textarea, button')]
        .filter((e) => e.offsetParent && !e.labels?.length && !e.textContent.trim() && !e.getAttribute('aria-label'))
        .map((e) => e.outerHTML)""")
    check("every control has a name", unnamed == [], unnamed)


def test_phone(page, base, shots):
    page.goto(base)
    page.wait_for_selector("select[data-name=sampler] option:nth-child(3)", state="attached")
    generate(page, UNSURE, steps="12", **{"#seed": "3", "#length": "32"})
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    check("the page is not wider than a phone", not wide)
    page.locator(".result input[type=range]").fill("2")
    page.locator(".result").scroll_into_view_if_needed()
    shot(page, shots, "phone.png")
    page.emulate_media(color_scheme="light")
    shot(page, shots, "phone-light.png")
    page.emulate_media(color_scheme="dark")


def shot(page, shots, name):
    if shots:
        shots.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=shots / name, full_page=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("base", help="the server's URL")
    parser.add_argument("--shots", type=pathlib.Path, help="a folder for screenshots")
    arguments = parser.parse_args()
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        if os.environ.get("TESS2_IN_VENV"):
            raise
        with_playwright()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=["--no-sandbox"])
        base = arguments.base.rstrip("/")
        await_server(base)
        desk = browser.new_context(viewport={"width": 1100, "height": 800}, color_scheme="light")
        test_desk(desk.new_page(), base, arguments.shots)
        test_keyboard(desk.new_page(), base)
        phone = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme="dark")
        test_phone(phone.new_page(), base, arguments.shots)
        browser.close()
    sys.exit(1 if check.failed else 0)


if __name__ == "__main__":
    main()
