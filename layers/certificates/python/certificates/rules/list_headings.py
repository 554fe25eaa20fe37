"""Headings of exception files, in the languages of certificates and in others. A heading is no likely username."""

from __future__ import annotations

import re
from collections.abc import Sequence
from unicodedata import normalize


def headings(values: Sequence[str]) -> list[str]:
    """The cells in the form of IDENTIFIERS and NOTES: in small letters, without remarks in brackets, with a blank for
    each sign between words, and with `or` for a stroke."""
    return [_plain(value) for value in values]


def is_of_identifiers(heading: str) -> bool:
    """Whether a column with this heading, in the form of `headings`, has usernames, e-mail addresses, or both."""
    return all(part in IDENTIFIERS or _WHOSE.sub("", part) in IDENTIFIERS for part in _OR.split(heading))


_WHOSE = re.compile(r"(?:open edx|edx|lms|learner|student|user)(?:['’]?s['’]?)? ")
_OR = re.compile(
    r"\s+(?:or|and|o|ou|oder|und|et|y|of|en|lub|i|eller|tai|ή|sau|nebo|vagy|یا|или|и|або|та|veya|ve|أو|או|या|atau|dan|hoặc|và)\s+"
    r"|\s*(?:或者|或|または|또는)\s*"
)
_REMARK = re.compile(r"\([^()]*\)|（[^（）]*）|\*")


def _plain(text: str) -> str:
    bare = _REMARK.sub(" ", normalize("NFC", text)).replace("/", " or ")
    return " ".join(re.sub(r"[_\-:]", " ", bare).casefold().split())


IDENTIFIERS = frozenset(
    map(
        _plain,
        (
            "username", "user name", "email", "e-mail", "email address", "e-mail address", "identifier",
            "usernames", "user names", "emails", "e-mails", "email addresses", "e-mail addresses", "identifiers",
            "nombre de usuario", "correo", "correo electrónico", "correo electronico", "dirección de correo",
            "nom d'utilisateur", "nom d’utilisateur", "courriel", "adresse e-mail", "adresse électronique",
            "identifiant",
            "Benutzername", "Nutzername", "Anmeldename", "E-Mail-Adresse", "E-Mail Adresse", "Mailadresse",
            "nome de usuário", "nome de utilizador", "endereço de e-mail", "correio eletrônico", "correio eletrónico",
            "nome utente", "indirizzo e-mail", "indirizzo email", "posta elettronica",
            "gebruikersnaam", "e-mailadres",
            "nazwa użytkownika", "adres e-mail",
            "имя пользователя", "электронная почта", "эл. почта", "адрес электронной почты",
            "ім'я користувача", "ім’я користувача", "електронна пошта",
            "kullanıcı adı", "e-posta", "eposta", "e-posta adresi",
            "اسم المستخدم", "البريد الإلكتروني", "البريد الالكتروني", "بريد إلكتروني",
            "שם משתמש", 'דוא"ל', "דוא״ל", "אימייל", "דואר אלקטרוני",
            "उपयोगकर्ता नाम", "ईमेल", "ई-मेल",
            "用户名", "电子邮件", "邮箱", "电子邮箱", "使用者名稱", "用戶名", "用戶名稱", "電子郵件", "電郵",
            "ユーザー名", "ユーザ名", "メールアドレス", "Eメール",
            "사용자 이름", "사용자 아이디", "사용자명", "이메일", "이메일 주소",
            "nama pengguna", "alamat email", "surel",
            "tên người dùng", "tên đăng nhập", "địa chỉ email", "thư điện tử",
            "användarnamn", "e-post", "e-postadress", "brugernavn", "brukernavn", "e-mailadresse", "e-postadresse",
            "käyttäjätunnus", "käyttäjänimi", "sähköposti", "sähköpostiosoite",
            "όνομα χρήστη", "ηλεκτρονικό ταχυδρομείο",
            "nume utilizator", "nume de utilizator", "adresă de e-mail", "adresa de e-mail",
            "uživatelské jméno", "e-mailová adresa", "používateľské meno", "felhasználónév", "e-mail cím",
            "nom d'usuari", "nom d’usuari", "correu electrònic", "erabiltzaile izena", "helbide elektronikoa",
            "потребителско име", "имейл", "korisničko ime", "uporabniško ime", "корисничко име",
            "نام کاربری", "ایمیل", "ชื่อผู้ใช้", "อีเมล",
        ),
    )
)  # fmt: skip

NOTES = frozenset(
    map(
        _plain,
        (
            "note", "notes", "reason", "comment", "comments", "remark", "remarks",
            "nota", "notas", "motivo", "comentario", "comentarios", "observaciones",
            "remarque", "remarques", "motif", "raison", "commentaire", "commentaires",
            "Bemerkung", "Bemerkungen", "Grund", "Notiz", "Notizen", "Kommentar", "Anmerkung",
            "observação", "observações", "comentário", "comentários",
            "commento", "osservazioni", "opmerking", "opmerkingen", "reden", "notitie",
            "uwagi", "uwaga", "powód", "komentarz", "notatka",
            "примечание", "заметка", "комментарий", "причина", "примітка", "коментар",
            "not", "notlar", "açıklama", "gerekçe", "neden",
            "ملاحظة", "ملاحظات", "السبب", "הערה", "הערות", "סיבה", "टिप्पणी", "कारण",
            "备注", "原因", "說明", "備註", "备注说明", "備考", "メモ", "理由", "비고", "메모", "사유",
            "catatan", "alasan", "keterangan", "ghi chú", "lý do",
            "anteckning", "kommentarer", "bemærkning", "merknad", "merknader", "begrundelse", "begrunnelse", "orsak",
            "huomautus", "perustelu", "σημείωση", "παρατηρήσεις", "observații", "notă", "poznámka", "důvod",
            "megjegyzés", "motiu", "oharra", "бележка", "napomena", "opomba", "یادداشت", "توضیحات", "หมายเหตุ",
        ),
    )
)  # fmt: skip
