"""Dates in mails, in every language of designs. They have the form of certificates, without a library of locales.

A test compares this table with the Unicode CLDR.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from certificates.rendering.texts import base_language


class LongDate(NamedTuple):
    """`written` contains {d}, {y}, and {month} (the name) or {m} (the number). `first` is the first day of a month."""

    written: str
    months: tuple[str, ...] = ()
    first: str = "1"

    def of(self, day: date) -> str:
        number = self.first if day.day == 1 and self.months else str(day.day)
        month = self.months[day.month - 1] if self.months else ""
        return self.written.format(d=number, m=day.month, month=month, y=day.year)


def long_date(day: date, language: str) -> str:
    """The day in a design's language. Raises DesignFault `unknown-language`."""
    return (_DATES.get(language) or _DATES[base_language(language)]).of(day)


def _months(names: str) -> tuple[str, ...]:
    return tuple(names.split())


_DATES = {
    "en": LongDate(
        "{month} {d}, {y}",
        _months("January February March April May June July August September October November December"),
    ),
    "en-GB": LongDate(
        "{d} {month} {y}",
        _months("January February March April May June July August September October November December"),
    ),
    "es": LongDate(
        "{d} de {month} de {y}",
        _months("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"),
    ),
    "fr": LongDate(
        "{d} {month} {y}",
        _months("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
        "1er",
    ),
    "de": LongDate(
        "{d}. {month} {y}",
        _months("Januar Februar März April Mai Juni Juli August September Oktober November Dezember"),
    ),
    "pt": LongDate(
        "{d} de {month} de {y}",
        _months("janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"),
    ),
    "it": LongDate(
        "{d} {month} {y}",
        _months("gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"),
    ),
    "nl": LongDate(
        "{d} {month} {y}",
        _months("januari februari maart april mei juni juli augustus september oktober november december"),
    ),
    "pl": LongDate(
        "{d} {month} {y}",
        _months("stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia"),
    ),
    "ru": LongDate(
        "{d} {month} {y}\u202fг.",
        _months("января февраля марта апреля мая июня июля августа сентября октября ноября декабря"),
    ),
    "uk": LongDate(
        "{d} {month} {y}\u202fр.",
        _months("січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня"),
    ),
    "tr": LongDate(
        "{d} {month} {y}", _months("Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık")
    ),
    "ar": LongDate(
        "{d} {month} {y}", _months("يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر")
    ),
    "he": LongDate(
        "{d} ב{month} {y}", _months("ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר")
    ),
    "hi": LongDate("{d} {month} {y}", _months("जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर")),
    "zh": LongDate("{y}年{m}月{d}日"),
    "zh-Hant": LongDate("{y}年{m}月{d}日"),
    "ja": LongDate("{y}年{m}月{d}日"),
    "ko": LongDate("{y}년 {month} {d}일", _months("1월 2월 3월 4월 5월 6월 7월 8월 9월 10월 11월 12월")),
    "id": LongDate(
        "{d} {month} {y}",
        _months("Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember"),
    ),
    "vi": LongDate("{d} {month}, {y}", tuple(f"tháng {number}" for number in range(1, 13))),
}
