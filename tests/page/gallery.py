"""One message with every kind of block and element that the stand-in accepts, and a home."""

from __future__ import annotations

from typing import Any


def plain(text: str, *, emoji: bool = False) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": emoji}


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def option(text: str, value: str, **more: Any) -> dict[str, Any]:
    return {"text": plain(text), "value": value, **more}


OPTIONS = [option("Kultur 1740", "kultur"), option("Konstkollektivet", "konst")]
CONFIRM = {
    "title": plain("Ta bort?"),
    "text": plain("Utbetalningen 350 000 kr tas bort."),
    "confirm": plain("Ta bort"),
    "deny": plain("Tillbaka"),
    "style": "danger",
}

MENUS: list[dict[str, Any]] = [
    {
        "type": "static_select",
        "action_id": "one",
        "options": OPTIONS,
        "placeholder": plain("Avtal"),
    },
    {"type": "multi_static_select", "action_id": "many", "options": OPTIONS},
    {"type": "users_select", "action_id": "who", "placeholder": plain("Samordnare")},
    {"type": "conversations_select", "action_id": "talk"},
    {"type": "channels_select", "action_id": "channel"},
    {"type": "datepicker", "action_id": "day", "initial_date": "2021-10-29"},
    {"type": "timepicker", "action_id": "time", "initial_time": "09:30"},
    {"type": "datetimepicker", "action_id": "moment", "initial_date_time": 1_635_490_800},
    {
        "type": "overflow",
        "action_id": "rest",
        "options": [option("Skjut upp", "later"), option("Inte aktuellt", "never")],
    },
    {"type": "radio_buttons", "action_id": "radio", "options": OPTIONS},
    {"type": "checkboxes", "action_id": "boxes", "options": OPTIONS},
]
BUTTONS: list[dict[str, Any]] = [
    {"type": "button", "action_id": "first", "text": plain("Boka datum"), "style": "primary"},
    {"type": "button", "action_id": "last", "text": plain("Ta bort"), "style": "danger"}
    | {"confirm": CONFIRM},
    {"type": "button", "action_id": "plain", "text": plain("Visa")},
]


def text(said: str, **style: bool) -> dict[str, Any]:
    return {"type": "text", "text": said, **({"style": style} if style else {})}


def section(*pieces: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": list(pieces)}


RICH: dict[str, Any] = {
    "type": "rich_text",
    "elements": [
        section(
            text("Fet ", bold=True),
            text("kursiv ", italic=True),
            text("struken ", strike=True),
            text("kod", code=True),
            text(" "),
            {"type": "user", "user_id": "U_BJORN"},
            text(" "),
            {"type": "channel", "channel_id": "C_KULTUR"},
            text(" "),
            {"type": "link", "url": "https://example.se/avtal", "text": "avtalet"},
            text(" "),
            {"type": "date", "timestamp": 1_635_490_800, "format": "{date_long} {time}"},
            text(" "),
            {"type": "emoji", "name": "tada", "unicode": "1f389"},
            text(" "),
            {"type": "broadcast", "range": "here"},
        ),
        {
            "type": "rich_text_list",
            "style": "bullet",
            "elements": [section(text("första")), section(text("andra"))],
        },
        {
            "type": "rich_text_list",
            "style": "ordered",
            "indent": 1,
            "offset": 2,
            "elements": [section(text("tredje"))],
        },
        {"type": "rich_text_quote", "elements": [text("Så står det i avtalet.")]},
        {"type": "rich_text_preformatted", "elements": [text("foljsam check\n  allt väl")]},
    ],
}
TABLE: dict[str, Any] = {
    "type": "table",
    "column_settings": [{"align": "left"}, {"align": "right"}],
    "rows": [
        [{"type": "raw_text", "text": "År"}, {"type": "raw_text", "text": "Belopp"}],
        [{"type": "raw_text", "text": "2021"}, {"type": "raw_text", "text": "700 000 kr"}],
    ],
}
SAID = (
    "*Fet* _kursiv_ ~struken~ `kod` <@U_BJORN> <#C_KULTUR> <https://example.se|länk> &lt;b&gt; "
    ":tada:\n&gt; ett citat\n```förformaterat```"
)

BLOCKS: list[dict[str, Any]] = [
    {"type": "header", "text": plain("Alla slag av block")},
    {"type": "context", "elements": [plain("gäller · Nummer IOP-1"), mrkdwn("*Dnr* saknas")]},
    {"type": "section", "text": mrkdwn(SAID)},
    {
        "type": "section",
        "text": plain("Text med något vid sidan"),
        "fields": [plain("Beslutat\n2 100 000 kr"), mrkdwn("*Utbetalt*\n0 kr")],
        "accessory": {"type": "button", "action_id": "beside", "text": plain("Visa läget")},
    },
    {"type": "divider"},
    RICH,
    {"type": "image", "image_url": "https://example.se/bild.png", "alt_text": "ett diagram"},
    TABLE,
    {"type": "actions", "elements": BUTTONS},
    {"type": "actions", "elements": MENUS},
]
HOME: dict[str, Any] = {
    "type": "home",
    "blocks": [
        {"type": "header", "text": plain("Mina överenskommelser")},
        {"type": "section", "text": plain("Kultur 1740, nästa utvärdering 29 oktober 2021")},
        {"type": "actions", "elements": [BUTTONS[2]]},
    ],
}
