"""Headings of exception files, in the languages of certificates. A heading must not be a likely username."""

from __future__ import annotations

import re
from collections.abc import Sequence
from unicodedata import normalize


def headings(values: Sequence[str]) -> list[str]:
    """The cells in the form of IDENTIFIERS and NOTES: in small letters, with a blank for each sign between words."""
    return [_plain(value) for value in values]


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[_\-/:]", " ", normalize("NFC", text)).casefold().split())


IDENTIFIERS = frozenset(
    map(
        _plain,
        (
            "username", "user name", "email", "e-mail", "email address", "e-mail address", "identifier",
            "username or email", "username or e-mail", "email or username", "e-mail or username", "username/email",
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
        ),
    )
)  # fmt: skip
