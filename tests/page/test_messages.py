"""What people see of each other's and the bot's messages."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect
from slack_sdk import WebClient

from tests.page import gallery
from tests.page.conftest import Sit
from tests.workspace import Workspace

EVIL = "<img src=x onerror=\"document.title='hacked'\"> <!channel> <script>alert(1)</script> *fet*"


def test_two_people_in_two_tabs_see_the_same_channel(slack: Workspace, sit: Sit):
    anna, kjell = sit(slack.address, "U_ANNA"), sit(slack.address, "U_KJELL")
    anna.write("Hej Kjell, ses vi den 29:e?")
    expect(kjell.last).to_contain_text("Hej Kjell, ses vi den 29:e?")
    kjell.write("Ja! @Anna Ek")
    expect(anna.last).to_contain_text("Ja! @Anna Ek")
    expect(anna.last.locator(".mention-me")).to_have_text("@Anna Ek")
    expect(anna.last).to_contain_text("annan organisation")


def test_an_ephemeral_message_is_unseen_by_the_other(slack: Workspace, sit: Sit, bot: WebClient):
    anna, bjorn = sit(slack.address, "U_ANNA"), sit(slack.address, "U_BJORN")
    bot.chat_postEphemeral(channel="C_KULTUR", user="U_ANNA", text="Bara till Anna.")
    bot.chat_postMessage(channel="C_KULTUR", text="Till alla.")
    expect(anna.messages.filter(has_text="Bara till Anna.")).to_contain_text("Bara du ser detta")
    expect(bjorn.last).to_contain_text("Till alla.")
    expect(bjorn.page.locator("body")).not_to_contain_text("Bara till Anna.")


def test_edits_happen_in_place_and_deleted_messages_go(slack: Workspace, sit: Sit, bot: WebClient):
    seat = sit(slack.address, "U_ANNA")
    ts = bot.chat_postMessage(channel="C_KULTUR", text="först")["ts"]
    bot.chat_postMessage(channel="C_KULTUR", text="efter")
    expect(seat.messages).to_have_count(2)
    bot.chat_update(channel="C_KULTUR", ts=ts, text="ändrat")
    expect(seat.messages.first).to_contain_text("ändrat(redigerad)")
    expect(seat.page.locator("#announcer")).to_contain_text("Ändrat av Följsam: ändrat")
    bot.chat_delete(channel="C_KULTUR", ts=ts)
    expect(seat.messages).to_have_count(1)
    expect(seat.last).to_contain_text("efter")


def test_a_thread_opens_beside_and_refuses_commands(slack: Workspace, sit: Sit, bot: WebClient):
    seat = sit(slack.address, "U_ANNA")
    ts = bot.chat_postMessage(channel="C_KULTUR", text="Ska vi boka?")["ts"]
    bot.chat_postMessage(channel="C_KULTUR", text="I tråden.", thread_ts=ts)
    expect(seat.messages).to_have_count(1)
    seat.page.get_by_role("button", name="1 svar").click()
    thread = seat.page.locator("#thread")
    expect(thread.locator("li.message")).to_have_count(2)
    field = thread.locator(".write-field")
    expect(field).to_be_focused()
    field.fill("/iop status")
    field.press("Enter")
    expect(thread.locator("li.message").last).to_contain_text(
        "/iop is not supported in threads. Sorry!"
    )
    assert not slack.deliveries("slash_commands")
    field.fill("Ja, den 29:e.")
    field.press("Enter")
    expect(seat.page.get_by_role("button", name="3 svar")).to_be_visible()
    seat.page.keyboard.press("Escape")
    expect(thread).to_be_hidden()
    expect(seat.messages.first).to_be_focused()


def test_what_is_unread_is_marked_until_it_is_opened(slack: Workspace, sit: Sit, bot: WebClient):
    seat = sit(slack.address, "U_ANNA")
    bot.chat_postMessage(channel="U_ANNA", text="En påminnelse.")
    place = seat.page.locator('.place[data-place="app"]')
    expect(place.locator(".badge")).to_have_text("1")
    expect(place).to_contain_text("1 olästa")
    place.click()
    expect(seat.last).to_contain_text("En påminnelse.")
    expect(place.locator(".badge")).to_have_count(0)


def test_names_and_texts_never_become_markup(slack: Workspace, sit: Sit, bot: WebClient):
    slack.person("U_BJORN").change(name=EVIL[:40])
    slack.add_channel("C_EVIL", name='x"><img-src', members=["U_ANNA", "U_BJORN"])
    evil = slack.person("U_BJORN").writes(EVIL, in_channel="C_KULTUR")
    assert evil.problem is None
    bot.chat_postMessage(
        channel="C_KULTUR",
        text="x",
        blocks=[
            {"type": "header", "text": gallery.plain(EVIL)},
            {"type": "section", "text": gallery.plain(EVIL)},
            {"type": "rich_text", "elements": [gallery.section(gallery.text(EVIL))]},
            {"type": "actions", "elements": [{"type": "button", "text": gallery.plain(EVIL[:70])}]},
        ],
    )
    seat = sit(slack.address, "U_ANNA")
    expect(seat.messages).to_have_count(2)
    expect(seat.last.locator("h3")).to_have_text(EVIL)
    expect(seat.last.locator(".block-section")).to_have_text(EVIL)
    expect(seat.last.locator(".block-rich_text")).to_have_text(EVIL)
    expect(seat.messages.first).to_contain_text("<img src=x")
    expect(seat.messages.first).to_contain_text("<!channel>")
    assert seat.page.locator("#conversation img:not(.avatar)").count() == 0
    assert seat.page.locator("#conversation .mention").count() == 0
    assert "hacked" not in seat.page.title()


def test_text_that_is_no_mrkdwn_stands_as_it_is_written(slack: Workspace, sit: Sit, bot: WebClient):
    bot.chat_postMessage(channel="C_KULTUR", text="*inte fet* &lt;b&gt; _x_", mrkdwn=False)
    bot.chat_postMessage(channel="C_KULTUR", text="*fet* _kursiv_ 2*3*4 <https://a.se|länk>")
    seat = sit(slack.address, "U_ANNA")
    expect(seat.messages.first.locator(".text")).to_have_text("*inte fet* <b> _x_")
    expect(seat.last.locator("strong")).to_have_text("fet")
    expect(seat.last.locator("em")).to_have_text("kursiv")
    expect(seat.last.locator(".text")).to_contain_text("2*3*4")
    expect(seat.last.locator("a")).to_have_attribute("href", "https://a.se")


def test_links_with_other_schemes_are_only_text(slack: Workspace, sit: Sit, bot: WebClient):
    bot.chat_postMessage(
        channel="C_KULTUR", text="<javascript:alert(1)|tryck> <data:text/html,x|y>"
    )
    seat = sit(slack.address, "U_ANNA")
    expect(seat.last).to_contain_text("<javascript:alert(1)|tryck>")
    assert seat.page.locator("#conversation a").count() == 0


def test_files_and_pictures_are_shown_to_those_in_the_channel(
    slack: Workspace, sit: Sit, bot: WebClient
):
    seat = sit(slack.address, "U_ANNA")
    picture = seat.page.screenshot(clip={"x": 0, "y": 0, "width": 40, "height": 30})
    bot.files_upload_v2(channel="C_KULTUR", content=picture, filename="bild.png", title="En bild")
    bot.files_upload_v2(channel="C_KULTUR", content=b"a,b", filename="rader.csv", title="Raderna")
    image = seat.page.get_by_role("img", name="En bild")
    expect(image).to_be_visible()
    assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") == 40
    expect(seat.last.locator("a.file")).to_contain_text("Raderna")
    address = seat.last.locator("a.file").get_attribute("href") or ""
    outsider = address.replace("U_ANNA", "U_OTTO")
    assert seat.page.request.get(slack.address + address).ok
    assert seat.page.request.get(slack.address + outsider).status == 404


def test_every_kind_of_block_is_drawn(slack: Workspace, sit: Sit, bot: WebClient):
    bot.chat_postMessage(channel="C_KULTUR", text="Alla slag", blocks=gallery.BLOCKS)
    seat = sit(slack.address, "U_ANNA")
    blocks = seat.last.locator(".block")
    expect(blocks).to_have_count(len(gallery.BLOCKS))
    expect(seat.last.locator("table th").first).to_have_text("År")
    expect(seat.last.locator(".block-rich_text ol")).to_have_attribute("start", "3")
    expect(seat.last.locator("time", has_text="29 oktober 2021").first).to_be_visible()
    expect(seat.last).to_contain_text("Bild: ett diagram")


def test_what_is_chosen_in_a_message_is_told_to_the_bot(slack: Workspace, sit: Sit, bot: WebClient):
    slack.settings(request_url=None)
    bot.chat_postMessage(channel="C_KULTUR", text="Alla slag", blocks=gallery.BLOCKS)
    seat = sit(slack.address, "U_ANNA")
    inside = seat.last.locator(".block-actions").last
    inside.locator("select").first.select_option("konst")
    inside.get_by_role("radio", name="Konstkollektivet").check()
    inside.locator("input[type=date]").fill("2021-11-05")
    inside.get_by_role("button", name="Fler val").click()
    seat.page.get_by_role("menuitem", name="Skjut upp").click()
    slack.wait_for(lambda: len(_actions(slack)) == 4)
    told = _actions(slack)
    assert told["one"]["selected_option"]["value"] == "konst"
    assert told["radio"]["selected_option"]["value"] == "konst"
    assert told["day"]["selected_date"] == "2021-11-05"
    assert told["rest"]["selected_option"]["value"] == "later"
    expect(seat.last).to_contain_text("Det gick inte: dispatch_failed")


def _actions(slack: Workspace) -> dict[str, Any]:
    payloads = [delivery["payload"] for delivery in slack.deliveries("interactive")]
    return {p["actions"][0]["action_id"]: p["actions"][0] for p in payloads}


def test_a_question_answered_with_no_does_nothing(slack: Workspace, sit: Sit, bot: WebClient):
    bot.chat_postMessage(channel="C_KULTUR", text="Alla slag", blocks=gallery.BLOCKS)
    seat = sit(slack.address, "U_ANNA")
    seat.press("Ta bort")
    question = seat.page.locator("dialog[open]")
    expect(question).to_contain_text("Utbetalningen 350 000 kr tas bort.")
    seat.page.keyboard.press("Escape")
    expect(question).to_have_count(0)
    expect(seat.page.get_by_role("button", name="Ta bort")).to_be_focused()
    assert not slack.deliveries("interactive")


def test_completion_offers_what_slack_offers(slack: Workspace, sit: Sit):
    anna, kjell = sit(slack.address, "U_ANNA"), sit(slack.address, "U_KJELL")
    for seat, typed, offered in (
        (anna, "/io", ["/iop [status", "/iop-status", "/iop-medel", "/iop-kontakter"]),
        (kjell, "/io", []),
        (anna, "hej @kj", ["Kjell Svensson"]),
        (kjell, "@", ["Följsam", "Anna Ek", "Björn Alm", "Greta Lind"]),
        (anna, "se #iop-v", ["#iop-varmland"]),
    ):
        seat.field.fill("")
        seat.field.press_sequentially(typed)
        listed = seat.page.locator(".offer strong").filter(visible=True)
        expect(listed).to_have_count(len(offered))
        for place, words in enumerate(offered):
            expect(listed.nth(place)).to_contain_text(words)


def test_what_has_been_read_stays_read(slack: Workspace, sit: Sit, bot: WebClient):
    bot.chat_postMessage(channel="C_KULTUR", text="hej")
    bot.chat_postMessage(channel="C_VARMLAND", text="hej")
    seat = sit(slack.address, "U_ANNA")
    badges = seat.page.locator(".place .badge")
    expect(badges).to_have_count(1)
    seat.go("C_VARMLAND")
    expect(badges).to_have_count(0)
    seat.page.reload()
    seat.page.wait_for_selector("body.ready")
    expect(badges).to_have_count(0)
