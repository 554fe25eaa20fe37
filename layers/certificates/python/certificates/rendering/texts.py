"""The fixed texts of a certificate and the written form of its date, per language.

A certificate reads intro, name, completed, course, closing: languages that put the verb last use the closing line,
those that open with the name leave the intro empty. Sentences name no gender where the language allows it.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from .errors import DesignFault

RIGHT_TO_LEFT = frozenset({"ar", "he"})


class Texts(NamedTuple):
    title: str
    intro: str
    completed: str
    closing: str
    issued: str  # holds {date}
    verify: str
    id: str
    qr: str  # what the QR code is, for those who cannot see it; holds {url}
    signature: str  # holds {name}
    sample: str


class DateFormat(NamedTuple):
    """A long date without a locale library at hand: `parts` are d, M, y, MMMM or literal texts in quotes."""

    parts: tuple[str, ...]
    months: tuple[str, ...]
    first: str  # how the first day of a month is written; French says 1er

    def format(self, day: date) -> str:
        values = {
            "d": self.first if day.day == 1 else str(day.day),
            "M": str(day.month),
            "MMMM": self.months[day.month - 1],
            "y": str(day.year),
        }
        return "".join(values[part] if part in values else part[1:] for part in self.parts)


TEXTS = {
    "en": Texts(
        title="Certificate of Completion",
        intro="This is to certify that",
        completed="has successfully completed the online course",
        closing="",
        issued="Awarded on {date}",
        verify="Verify this certificate at",
        id="Certificate ID",
        qr="QR code that opens {url}",
        signature="Signature of {name}",
        sample="SAMPLE",
    ),
    "es": Texts(
        title="Certificado de finalización",
        intro="Se certifica que",
        completed="ha completado con éxito el curso en línea",
        closing="",
        issued="Otorgado el {date}",
        verify="Verifique este certificado en",
        id="ID del certificado",
        qr="Código QR que abre {url}",
        signature="Firma de {name}",
        sample="MUESTRA",
    ),
    "fr": Texts(
        title="Certificat de réussite",
        intro="Il est certifié que",
        completed="a suivi avec succès le cours en ligne",
        closing="",
        issued="Délivré le {date}",
        verify="Vérifiez ce certificat sur",
        id="N° du certificat",
        qr="Code QR qui ouvre {url}",
        signature="Signature de {name}",
        sample="SPÉCIMEN",
    ),
    "de": Texts(
        title="Abschlusszertifikat",
        intro="Hiermit wird bescheinigt, dass",
        completed="den Onlinekurs",
        closing="erfolgreich abgeschlossen hat",
        issued="Ausgestellt am {date}",
        verify="Echtheit prüfen unter",
        id="Zertifikatsnummer",
        qr="QR-Code, der {url} öffnet",
        signature="Unterschrift von {name}",
        sample="MUSTER",
    ),
    "pt": Texts(
        title="Certificado de Conclusão",
        intro="Certificamos que",
        completed="concluiu com êxito o curso online",
        closing="",
        issued="Emitido em {date}",
        verify="Verifique este certificado em",
        id="ID do certificado",
        qr="Código QR que abre {url}",
        signature="Assinatura de {name}",
        sample="AMOSTRA",
    ),
    "ar": Texts(
        title="شهادة إتمام",
        intro="تُمنح هذه الشهادة إلى",
        completed="لإتمام المقرر الإلكتروني التالي بنجاح",
        closing="",
        issued="صدرت بتاريخ {date}",
        verify="للتحقق من صحة الشهادة",
        id="رقم الشهادة",
        qr="رمز استجابة سريعة يفتح {url}",
        signature="توقيع {name}",
        sample="نموذج",
    ),
    "he": Texts(
        title="תעודת סיום",
        intro="תעודה זו מעידה כי",
        completed="השלים/ה בהצלחה את הקורס המקוון",
        closing="",
        issued="הוענקה ביום {date}",
        verify="לאימות התעודה",
        id="מספר תעודה",
        qr="קוד QR שפותח את {url}",
        signature="חתימה של {name}",
        sample="דוגמה",
    ),
    "hi": Texts(
        title="पूर्णता प्रमाणपत्र",
        intro="प्रमाणित किया जाता है कि",
        completed="ने निम्नलिखित ऑनलाइन पाठ्यक्रम",
        closing="सफलतापूर्वक पूर्ण किया है",
        issued="{date} को प्रदान किया गया",
        verify="इस प्रमाणपत्र का सत्यापन करें",
        id="प्रमाणपत्र संख्या",
        qr="QR कोड जो {url} खोलता है",
        signature="{name} के हस्ताक्षर",
        sample="नमूना",
    ),
    "zh": Texts(
        title="结业证书",
        intro="兹证明",
        completed="已成功完成在线课程",
        closing="特发此证",
        issued="颁发日期：{date}",
        verify="证书验证网址",
        id="证书编号",
        qr="打开 {url} 的二维码",
        signature="{name}的签名",
        sample="样本",
    ),
    "ja": Texts(
        title="修了証書",
        intro="",
        completed="上記の者は、以下のオンライン講座の課程を",
        closing="修了したことを証します",
        issued="発行日：{date}",
        verify="証明書の確認",
        id="証明書番号",
        qr="{url} を開くQRコード",
        signature="{name}の署名",
        sample="見本",
    ),
}


def base_language(tag: str) -> str:
    """`pt-BR` → `pt`; a language without texts is refused rather than printed in another."""
    base = tag.replace("_", "-").split("-")[0].lower()
    if base not in TEXTS:
        raise DesignFault("unknown-language", f"no texts for language {tag!r}; there are {', '.join(sorted(TEXTS))}")
    return base


def text_language(text: str, language: str, learners: str = "") -> str:
    """The language of a text, by which Han characters take their regional forms: its own script tells, else the
    learner's language, else the course's.
    """
    if text.isascii():
        return language
    # Kana, and the variants of ideographs that Japanese names are registered with.
    if any("\u3040" <= char <= "\u30ff" or "\U000e0100" <= char <= "\U000e01ef" for char in text):
        return "ja"
    if any("\uac00" <= char <= "\ud7a3" for char in text):
        return "ko"
    if any(
        "\u3400" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff" or "\U00020000" <= char <= "\U000323af"
        for char in text
    ):
        return next((known for known in (learners, language) if known.split("-")[0] in ("zh", "ja", "ko")), "zh")
    if learners.split("-")[0] == "ur" and any("\u0600" <= char <= "\u06ff" for char in text):
        return learners
    return language


def date_format(tag: str) -> DateFormat:
    """The language's long date, from the Unicode CLDR."""
    from babel import Locale
    from babel.dates import parse_pattern, tokenize_pattern

    locale = Locale.parse(base_language(tag))
    tokens = tokenize_pattern(parse_pattern(locale.date_formats["long"].pattern).pattern)
    parts = tuple(_part(value) for _, value in tokens)
    months = tuple(locale.months["format"]["wide"][month] for month in range(1, 13))
    return DateFormat(parts=parts, months=months, first="1er" if locale.language == "fr" else "1")


def _part(token: str | tuple[str, int]) -> str:
    """Babel gives a field as letter and count, a literal as its text."""
    return "'" + token if isinstance(token, str) else token[0] * token[1]
