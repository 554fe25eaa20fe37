"""The fixed texts of a certificate, by language.

A certificate has the lines intro, name, completed, course, closing. Languages with the verb at the end use the closing
line. Languages that begin with the name have no intro. Sentences have no gender if the language allows it.
"""

from __future__ import annotations

from typing import NamedTuple

from .errors import DesignFault
from .flaws import design_flaw


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
    hours: str  # holds {value}
    grade: str  # holds {value}


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
        hours="Hours: {value}",
        grade="Grade: {value}",
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
        hours="Horas: {value}",
        grade="Calificación: {value}",
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
        hours="Heures : {value}",
        grade="Note : {value}",
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
        hours="Stunden: {value}",
        grade="Ergebnis: {value}",
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
        hours="Horas: {value}",
        grade="Nota: {value}",
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
        hours="عدد الساعات: {value}",
        grade="الدرجة: {value}",
    ),
    "he": Texts(
        title="תעודת סיום",
        intro="תעודה זו ניתנת לידי",
        completed="על השלמה בהצלחה של הקורס המקוון",
        closing="",
        issued="הוענקה ביום {date}",
        verify="לאימות התעודה",
        id="מספר תעודה",
        qr="קוד QR שפותח את {url}",
        signature="חתימה של {name}",
        sample="דוגמה",
        hours="שעות: {value}",
        grade="ציון: {value}",
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
        hours="घंटे: {value}",
        grade="प्राप्तांक: {value}",
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
        hours="学时：{value}",
        grade="成绩：{value}",
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
        hours="学習時間：{value}",
        grade="成績：{value}",
    ),
    "zh-Hant": Texts(
        title="結業證書",
        intro="茲證明",
        completed="已成功完成線上課程",
        closing="特發此證",
        issued="頒發日期：{date}",
        verify="證書驗證網址",
        id="證書編號",
        qr="開啟 {url} 的 QR 碼",
        signature="{name}的簽名",
        sample="樣本",
        hours="時數：{value}",
        grade="成績：{value}",
    ),
    "it": Texts(
        title="Certificato di completamento",
        intro="Si certifica che",
        completed="ha completato con successo il corso online",
        closing="",
        issued="Data di rilascio: {date}",
        verify="Verifica questo certificato su",
        id="ID del certificato",
        qr="Codice QR che apre {url}",
        signature="Firma di {name}",
        sample="FACSIMILE",
        hours="Ore: {value}",
        grade="Voto: {value}",
    ),
    "nl": Texts(
        title="Certificaat van voltooiing",
        intro="Hierbij wordt verklaard dat",
        completed="de onlinecursus",
        closing="met succes heeft afgerond",
        issued="Uitgereikt op {date}",
        verify="Controleer dit certificaat op",
        id="Certificaatnummer",
        qr="QR-code die {url} opent",
        signature="Handtekening van {name}",
        sample="VOORBEELD",
        hours="Uren: {value}",
        grade="Resultaat: {value}",
    ),
    "pl": Texts(
        title="Certyfikat ukończenia kursu",
        intro="Niniejszy certyfikat otrzymuje",
        completed="za pomyślne ukończenie kursu online",
        closing="",
        issued="Data wydania: {date}",
        verify="Sprawdź ten certyfikat pod adresem",
        id="Numer certyfikatu",
        qr="Kod QR, który otwiera {url}",
        signature="Podpis: {name}",
        sample="WZÓR",
        hours="Liczba godzin: {value}",
        grade="Wynik: {value}",
    ),
    "ru": Texts(
        title="Сертификат о прохождении курса",
        intro="Этот сертификат получает",
        completed="за успешное прохождение онлайн-курса",
        closing="",
        issued="Дата выдачи: {date}",
        verify="Проверить сертификат",
        id="Номер сертификата",
        qr="QR-код, открывающий {url}",
        signature="Подпись: {name}",
        sample="ОБРАЗЕЦ",
        hours="Количество часов: {value}",
        grade="Результат: {value}",
    ),
    "uk": Texts(
        title="Сертифікат про проходження курсу",
        intro="Цей сертифікат отримує",
        completed="за успішне проходження онлайн-курсу",
        closing="",
        issued="Дата видачі: {date}",
        verify="Перевірити сертифікат",
        id="Номер сертифіката",
        qr="QR-код, що відкриває {url}",
        signature="Підпис: {name}",
        sample="ЗРАЗОК",
        hours="Кількість годин: {value}",
        grade="Результат: {value}",
    ),
    "tr": Texts(
        title="Tamamlama Sertifikası",
        intro="",
        completed="aşağıdaki çevrim içi kursu",
        closing="başarıyla tamamlamıştır",
        issued="Veriliş tarihi: {date}",
        verify="Bu sertifikayı doğrulayın",
        id="Sertifika numarası",
        qr="{url} adresini açan QR kodu",
        signature="İmza: {name}",
        sample="ÖRNEK",
        hours="Saat: {value}",
        grade="Başarı notu: {value}",
    ),
    "ko": Texts(
        title="수료증",
        intro="",
        completed="위 사람은 아래의 온라인 과정을",
        closing="성공적으로 이수하였음을 증명합니다",
        issued="발급일: {date}",
        verify="수료증 확인",
        id="수료증 번호",
        qr="{url} 주소를 여는 QR 코드",
        signature="{name}의 서명",
        sample="견본",
        hours="교육 시간: {value}",
        grade="성적: {value}",
    ),
    "id": Texts(
        title="Sertifikat Penyelesaian",
        intro="Dengan ini menyatakan bahwa",
        completed="telah berhasil menyelesaikan kursus daring",
        closing="",
        issued="Diberikan pada {date}",
        verify="Verifikasi sertifikat ini di",
        id="Nomor sertifikat",
        qr="Kode QR yang membuka {url}",
        signature="Tanda tangan {name}",
        sample="CONTOH",
        hours="Jumlah jam: {value}",
        grade="Nilai: {value}",
    ),
    "vi": Texts(
        title="Chứng nhận hoàn thành",
        intro="Chứng nhận",
        completed="đã hoàn thành khóa học trực tuyến",
        closing="",
        issued="Cấp ngày {date}",
        verify="Xác minh chứng nhận này tại",
        id="Mã chứng nhận",
        qr="Mã QR mở {url}",
        signature="Chữ ký của {name}",
        sample="MẪU",
        hours="Số giờ: {value}",
        grade="Điểm: {value}",
    ),
}


# Scripts of Chinese for tags with a country and no script.
_TRADITIONAL = {"hant", "tw", "hk", "mo"}


def base_language(tag: str) -> str:
    """`pt-BR` → `pt`, `zh-TW` → `zh-Hant`. A language without texts is refused, not printed in another language."""
    base, *parts = tag.replace("_", "-").lower().split("-")
    if base == "zh" and _TRADITIONAL & set(parts):
        return "zh-Hant"
    if base not in TEXTS:
        raise DesignFault("unknown-language", design_flaw("unknown-language", tag=tag, tags=", ".join(sorted(TEXTS))))
    return base
