"""The texts of mails to learners, in every language of designs.

Names of values are in braces. Sentences avoid grammatical gender if the language allows it, and use the polite *you*.
"""

from __future__ import annotations

from typing import NamedTuple

from certificates.rendering.languages import RIGHT_TO_LEFT
from certificates.rendering.texts import base_language


class MailTexts(NamedTuple):
    """`{course}`, `{name}`, `{organization}`, `{site}`, `{day}` and `{id}` are values."""

    issued_subject: str
    regenerated_subject: str
    invalidated_subject: str
    withdrawn_subject: str
    revalidated_subject: str
    hello: str
    issued: str
    regenerated: str
    invalidated: str
    withdrawn: str
    revalidated: str
    issued_on: str
    page: str
    pdf: str
    linkedin: str
    linkedin_how: str
    check: str
    progress: str
    question: str
    why: str
    stop: str


def texts_of(language: str) -> MailTexts:
    """The texts of a design's language. Raises DesignFault `unknown-language`."""
    return MAIL_TEXTS[base_language(language)]


def direction_of(language: str) -> str:
    """`ltr` or `rtl`."""
    return "rtl" if base_language(language) in RIGHT_TO_LEFT else "ltr"


MAIL_TEXTS = {
    "en": MailTexts(
        issued_subject="Your certificate for {course}",
        regenerated_subject="Your certificate for {course} was renewed",
        invalidated_subject="Your certificate for {course} was invalidated",
        withdrawn_subject="Your certificate for {course} was withdrawn",
        revalidated_subject="Your certificate for {course} is valid again",
        hello="Hello {name},",
        issued="Congratulations! {organization} has issued your certificate for the course {course}.",
        regenerated="{organization} has renewed your certificate for the course {course}. Its address and its date of "
        "issue stay the same.",
        invalidated="{organization} invalidated your certificate for the course {course} on {day}. It is no longer "
        "valid, and its page says so.",
        withdrawn="Your certificate for the course {course} is not valid at present. Your progress page says why.",
        revalidated="Your certificate for the course {course} is valid again, at the same address.",
        issued_on="Date of issue: {day}",
        page="See your certificate",
        pdf="Download the PDF",
        linkedin="Add it to LinkedIn",
        linkedin_how="LinkedIn opens with a form that is filled in. Check it there and save it.",
        check="Anyone can check the certificate on its page. Its id is {id}.",
        progress="See your progress",
        question="Do you have a question? Answer this mail: your answer goes to the course team.",
        why="You get this mail because you took a course at {site}.",
        stop="Send me no more mails about certificates",
    ),
    "es": MailTexts(
        issued_subject="Su certificado de {course}",
        regenerated_subject="Su certificado de {course} se ha renovado",
        invalidated_subject="Su certificado de {course} ha sido invalidado",
        withdrawn_subject="Su certificado de {course} ha sido retirado",
        revalidated_subject="Su certificado de {course} vuelve a ser válido",
        hello="Hola, {name}:",
        issued="¡Enhorabuena! {organization} ha emitido su certificado del curso {course}.",
        regenerated="{organization} ha renovado su certificado del curso {course}. Su dirección y su fecha de emisión "
        "no cambian.",
        invalidated="{organization} invalidó su certificado del curso {course} el {day}. Ya no es válido, y su página "
        "lo indica.",
        withdrawn="Su certificado del curso {course} no es válido por ahora. Su página de progreso explica por qué.",
        revalidated="Su certificado del curso {course} vuelve a ser válido, en la misma dirección.",
        issued_on="Fecha de emisión: {day}",
        page="Ver el certificado",
        pdf="Descargar el PDF",
        linkedin="Añadirlo a LinkedIn",
        linkedin_how="LinkedIn se abre con un formulario ya rellenado. Revíselo y guárdelo allí.",
        check="Cualquier persona puede comprobar el certificado en su página. Su ID es {id}.",
        progress="Ver su progreso",
        question="¿Tiene alguna pregunta? Responda a este correo: su respuesta llega al equipo del curso.",
        why="Recibe este correo porque hizo un curso en {site}.",
        stop="No quiero recibir más correos sobre certificados",
    ),
    "fr": MailTexts(
        issued_subject="Votre certificat pour {course}",
        regenerated_subject="Votre certificat pour {course} a été renouvelé",
        invalidated_subject="Votre certificat pour {course} a été invalidé",
        withdrawn_subject="Votre certificat pour {course} a été retiré",
        revalidated_subject="Votre certificat pour {course} est de nouveau valide",
        hello="Bonjour {name},",
        issued="Félicitations ! {organization} a délivré votre certificat pour le cours {course}.",
        regenerated="{organization} a renouvelé votre certificat pour le cours {course}. Son adresse et sa date de "
        "délivrance restent les mêmes.",
        invalidated="{organization} a invalidé votre certificat pour le cours {course} le {day}. Il n’est plus valide, "
        "et sa page l’indique.",
        withdrawn="Votre certificat pour le cours {course} n’est pas valide actuellement. Votre page de progression en "
        "donne la raison.",
        revalidated="Votre certificat pour le cours {course} est de nouveau valide, à la même adresse.",
        issued_on="Date de délivrance : {day}",
        page="Voir le certificat",
        pdf="Télécharger le PDF",
        linkedin="L’ajouter à LinkedIn",
        linkedin_how="LinkedIn s’ouvre avec un formulaire déjà rempli. Vérifiez-le et enregistrez-le.",
        check="Chacun peut vérifier le certificat sur sa page. Son numéro est {id}.",
        progress="Voir votre progression",
        question="Une question ? Répondez à ce courriel : votre réponse parvient à l’équipe du cours.",
        why="Vous recevez ce courriel parce que vous avez suivi un cours sur {site}.",
        stop="Ne plus recevoir de courriels sur les certificats",
    ),
    "de": MailTexts(
        issued_subject="Ihr Zertifikat für {course}",
        regenerated_subject="Ihr Zertifikat für {course} wurde erneuert",
        invalidated_subject="Ihr Zertifikat für {course} wurde für ungültig erklärt",
        withdrawn_subject="Ihr Zertifikat für {course} wurde zurückgezogen",
        revalidated_subject="Ihr Zertifikat für {course} ist wieder gültig",
        hello="Guten Tag, {name},",
        issued="Herzlichen Glückwunsch! {organization} hat Ihr Zertifikat für den Kurs {course} ausgestellt.",
        regenerated="{organization} hat Ihr Zertifikat für den Kurs {course} erneuert. Adresse und Ausstellungsdatum "
        "bleiben gleich.",
        invalidated="{organization} hat Ihr Zertifikat für den Kurs {course} am {day} für ungültig erklärt. Es gilt "
        "nicht mehr, und seine Seite sagt das.",
        withdrawn="Ihr Zertifikat für den Kurs {course} ist zurzeit nicht gültig. Den Grund nennt Ihre "
        "Fortschrittsseite.",
        revalidated="Ihr Zertifikat für den Kurs {course} ist wieder gültig, unter derselben Adresse.",
        issued_on="Ausstellungsdatum: {day}",
        page="Zertifikat ansehen",
        pdf="PDF herunterladen",
        linkedin="In LinkedIn eintragen",
        linkedin_how="LinkedIn öffnet sich mit einem ausgefüllten Formular. Prüfen und speichern Sie es dort.",
        check="Auf seiner Seite kann jede Person das Zertifikat prüfen. Seine Nummer ist {id}.",
        progress="Fortschritt ansehen",
        question="Haben Sie eine Frage? Antworten Sie auf diese Mail: Ihre Antwort erreicht das Kursteam.",
        why="Sie erhalten diese Mail, weil Sie einen Kurs bei {site} belegt haben.",
        stop="Keine Mails über Zertifikate mehr senden",
    ),
    "pt": MailTexts(
        issued_subject="Seu certificado de {course}",
        regenerated_subject="Seu certificado de {course} foi renovado",
        invalidated_subject="Seu certificado de {course} foi invalidado",
        withdrawn_subject="Seu certificado de {course} foi retirado",
        revalidated_subject="Seu certificado de {course} voltou a ser válido",
        hello="Olá, {name}!",
        issued="Parabéns! {organization} emitiu seu certificado do curso {course}.",
        regenerated="{organization} renovou seu certificado do curso {course}. O endereço e a data de emissão "
        "continuam os mesmos.",
        invalidated="{organization} invalidou seu certificado do curso {course} em {day}. Ele não é mais válido, e sua "
        "página informa isso.",
        withdrawn="Seu certificado do curso {course} não é válido no momento. Sua página de progresso explica por quê.",
        revalidated="Seu certificado do curso {course} voltou a ser válido, no mesmo endereço.",
        issued_on="Data de emissão: {day}",
        page="Ver o certificado",
        pdf="Baixar o PDF",
        linkedin="Adicionar ao LinkedIn",
        linkedin_how="O LinkedIn abre com um formulário preenchido. Confira e salve lá.",
        check="Qualquer pessoa pode conferir o certificado na página dele. O ID é {id}.",
        progress="Ver seu progresso",
        question="Tem alguma pergunta? Responda a este e-mail: sua resposta chega à equipe do curso.",
        why="Você recebe este e-mail porque fez um curso em {site}.",
        stop="Não quero mais receber e-mails sobre certificados",
    ),
    "it": MailTexts(
        issued_subject="Il suo certificato per {course}",
        regenerated_subject="Il suo certificato per {course} è stato rinnovato",
        invalidated_subject="Il suo certificato per {course} è stato annullato",
        withdrawn_subject="Il suo certificato per {course} è stato ritirato",
        revalidated_subject="Il suo certificato per {course} è di nuovo valido",
        hello="Salve {name},",
        issued="Congratulazioni! {organization} ha rilasciato il suo certificato per il corso {course}.",
        regenerated="{organization} ha rinnovato il suo certificato per il corso {course}. L’indirizzo e la data di "
        "rilascio restano gli stessi.",
        invalidated="{organization} ha annullato il suo certificato per il corso {course} in data {day}. Non è più "
        "valido, e la sua pagina lo indica.",
        withdrawn="Il suo certificato per il corso {course} al momento non è valido. La pagina dei progressi ne spiega "
        "il motivo.",
        revalidated="Il suo certificato per il corso {course} è di nuovo valido, allo stesso indirizzo.",
        issued_on="Data di rilascio: {day}",
        page="Vedere il certificato",
        pdf="Scaricare il PDF",
        linkedin="Aggiungerlo a LinkedIn",
        linkedin_how="LinkedIn si apre con un modulo già compilato. Lo controlli e lo salvi lì.",
        check="Chiunque può verificare il certificato sulla sua pagina. Il suo ID è {id}.",
        progress="Vedere i progressi",
        question="Ha una domanda? Risponda a questa e-mail: la risposta arriva al gruppo del corso.",
        why="Riceve questa e-mail perché ha seguito un corso su {site}.",
        stop="Non voglio più ricevere e-mail sui certificati",
    ),
    "nl": MailTexts(
        issued_subject="Uw certificaat voor {course}",
        regenerated_subject="Uw certificaat voor {course} is vernieuwd",
        invalidated_subject="Uw certificaat voor {course} is ongeldig verklaard",
        withdrawn_subject="Uw certificaat voor {course} is ingetrokken",
        revalidated_subject="Uw certificaat voor {course} is weer geldig",
        hello="Hallo {name},",
        issued="Gefeliciteerd! {organization} heeft uw certificaat voor de cursus {course} uitgereikt.",
        regenerated="{organization} heeft uw certificaat voor de cursus {course} vernieuwd. Het adres en de datum van "
        "uitgifte blijven hetzelfde.",
        invalidated="{organization} heeft uw certificaat voor de cursus {course} op {day} ongeldig verklaard. Het is "
        "niet meer geldig, en de pagina ervan vermeldt dat.",
        withdrawn="Uw certificaat voor de cursus {course} is op dit moment niet geldig. Uw voortgangspagina vertelt "
        "waarom.",
        revalidated="Uw certificaat voor de cursus {course} is weer geldig, op hetzelfde adres.",
        issued_on="Datum van uitgifte: {day}",
        page="Certificaat bekijken",
        pdf="PDF downloaden",
        linkedin="Toevoegen aan LinkedIn",
        linkedin_how="LinkedIn opent met een ingevuld formulier. Controleer het en sla het daar op.",
        check="Iedereen kan het certificaat op zijn pagina controleren. Het nummer is {id}.",
        progress="Voortgang bekijken",
        question="Hebt u een vraag? Beantwoord deze mail: uw antwoord komt bij het cursusteam.",
        why="U ontvangt deze mail omdat u een cursus bij {site} hebt gevolgd.",
        stop="Stuur mij geen mails meer over certificaten",
    ),
    "pl": MailTexts(
        issued_subject="Certyfikat za kurs {course}",
        regenerated_subject="Certyfikat za kurs {course} został odnowiony",
        invalidated_subject="Certyfikat za kurs {course} został unieważniony",
        withdrawn_subject="Certyfikat za kurs {course} został wycofany",
        revalidated_subject="Certyfikat za kurs {course} jest znowu ważny",
        hello="Dzień dobry, {name}!",
        issued="Gratulacje! {organization} wystawia certyfikat ukończenia kursu {course}.",
        regenerated="{organization} odnawia certyfikat ukończenia kursu {course}. Jego adres i data wystawienia "
        "się nie zmieniają.",
        invalidated="{organization} unieważnia certyfikat ukończenia kursu {course} z dniem {day}. Certyfikat nie jest "
        "już ważny i jego strona o tym informuje.",
        withdrawn="Certyfikat ukończenia kursu {course} jest obecnie nieważny. Powód podaje strona postępów.",
        revalidated="Certyfikat ukończenia kursu {course} jest znowu ważny, pod tym samym adresem.",
        issued_on="Data wystawienia: {day}",
        page="Zobacz certyfikat",
        pdf="Pobierz PDF",
        linkedin="Dodaj do LinkedIn",
        linkedin_how="LinkedIn otworzy się z wypełnionym formularzem. Tam można go sprawdzić i zapisać.",
        check="Każdy może sprawdzić certyfikat na jego stronie. Jego numer to {id}.",
        progress="Zobacz postępy",
        question="Masz pytanie? Odpowiedz na tę wiadomość: odpowiedź trafi do zespołu kursu.",
        why="Ta wiadomość dotyczy kursu w serwisie {site}.",
        stop="Nie chcę więcej wiadomości o certyfikatach",
    ),
    "ru": MailTexts(
        issued_subject="Ваш сертификат по курсу {course}",
        regenerated_subject="Ваш сертификат по курсу {course} обновлён",
        invalidated_subject="Ваш сертификат по курсу {course} аннулирован",
        withdrawn_subject="Ваш сертификат по курсу {course} отозван",
        revalidated_subject="Ваш сертификат по курсу {course} снова действителен",
        hello="Здравствуйте, {name}!",
        issued="Поздравляем! Ваш сертификат по курсу {course} выдан. Выдавшая организация: {organization}.",
        regenerated="Ваш сертификат по курсу {course} обновлён. Его адрес и дата выдачи не изменились. Выдавшая "
        "организация: {organization}.",
        invalidated="Ваш сертификат по курсу {course} аннулирован, дата: {day}. Он больше не действителен, и это "
        "указано на его странице. Выдавшая организация: {organization}.",
        withdrawn="Ваш сертификат по курсу {course} сейчас не действителен. Причина указана на странице успеваемости.",
        revalidated="Ваш сертификат по курсу {course} снова действителен, по тому же адресу.",
        issued_on="Дата выдачи: {day}",
        page="Посмотреть сертификат",
        pdf="Скачать PDF",
        linkedin="Добавить в LinkedIn",
        linkedin_how="LinkedIn откроется с заполненной формой. Проверьте её и сохраните.",
        check="Каждый может проверить сертификат на его странице. Его номер: {id}.",
        progress="Посмотреть успеваемость",
        question="Есть вопрос? Ответьте на это письмо: ответ получит команда курса.",
        why="Вы получили это письмо, потому что проходили курс на {site}.",
        stop="Больше не присылать письма о сертификатах",
    ),
    "uk": MailTexts(
        issued_subject="Ваш сертифікат за курс {course}",
        regenerated_subject="Ваш сертифікат за курс {course} оновлено",
        invalidated_subject="Ваш сертифікат за курс {course} анульовано",
        withdrawn_subject="Ваш сертифікат за курс {course} відкликано",
        revalidated_subject="Ваш сертифікат за курс {course} знову чинний",
        hello="Вітаємо, {name}!",
        issued="Ваш сертифікат за курс {course} видано. Організація, що його видала: {organization}.",
        regenerated="Ваш сертифікат за курс {course} оновлено. Його адреса і дата видачі не змінилися. Організація, що "
        "його видала: {organization}.",
        invalidated="Ваш сертифікат за курс {course} анульовано, дата: {day}. Він більше не чинний, і це зазначено на "
        "його сторінці. Організація, що його видала: {organization}.",
        withdrawn="Ваш сертифікат за курс {course} зараз не чинний. Причину зазначено на сторінці успішності.",
        revalidated="Ваш сертифікат за курс {course} знову чинний, за тією самою адресою.",
        issued_on="Дата видачі: {day}",
        page="Переглянути сертифікат",
        pdf="Завантажити PDF",
        linkedin="Додати до LinkedIn",
        linkedin_how="LinkedIn відкриється із заповненою формою. Перевірте її та збережіть.",
        check="Кожен може перевірити сертифікат на його сторінці. Його номер: {id}.",
        progress="Переглянути успішність",
        question="Маєте запитання? Дайте відповідь на цей лист: її отримає команда курсу.",
        why="Ви отримали цей лист, тому що проходили курс на {site}.",
        stop="Більше не надсилати листів про сертифікати",
    ),
    "tr": MailTexts(
        issued_subject="{course} sertifikanız",
        regenerated_subject="{course} sertifikanız yenilendi",
        invalidated_subject="{course} sertifikanız geçersiz kılındı",
        withdrawn_subject="{course} sertifikanız geri çekildi",
        revalidated_subject="{course} sertifikanız yeniden geçerli",
        hello="Merhaba {name},",
        issued="Tebrikler! {course} kursu için sertifikanız verildi. Veren kurum: {organization}.",
        regenerated="{course} kursu için sertifikanız yenilendi. Adresi ve veriliş tarihi aynı kaldı. Veren kurum: "
        "{organization}.",
        invalidated="{course} kursu için sertifikanız geçersiz kılındı. Tarih: {day}. Sertifika artık geçerli değil ve "
        "sayfası bunu belirtiyor. Veren kurum: {organization}.",
        withdrawn="{course} kursu için sertifikanız şu anda geçerli değil. Nedeni ilerleme sayfanızda yazıyor.",
        revalidated="{course} kursu için sertifikanız aynı adreste yeniden geçerli.",
        issued_on="Veriliş tarihi: {day}",
        page="Sertifikayı gör",
        pdf="PDF’yi indir",
        linkedin="LinkedIn’e ekle",
        linkedin_how="LinkedIn, doldurulmuş bir formla açılır. Formu orada kontrol edip kaydedin.",
        check="Sertifikayı herkes kendi sayfasında doğrulayabilir. Sertifika no: {id}.",
        progress="İlerlemeyi gör",
        question="Bir sorunuz mu var? Bu iletiyi yanıtlayın: yanıtınız kurs ekibine ulaşır.",
        why="Bu iletiyi {site} üzerinde bir kursa katıldığınız için aldınız.",
        stop="Sertifikalar hakkında artık ileti gönderilmesin",
    ),
    "ar": MailTexts(
        issued_subject="شهادتك في دورة {course}",
        regenerated_subject="جُدِّدت شهادتك في دورة {course}",
        invalidated_subject="أُبطلت شهادتك في دورة {course}",
        withdrawn_subject="سُحبت شهادتك في دورة {course}",
        revalidated_subject="شهادتك في دورة {course} صالحة من جديد",
        hello="مرحبًا {name}،",
        issued="تهانينا! صدرت شهادتك في دورة {course}. الجهة المُصدِرة: {organization}.",
        regenerated="جُدِّدت شهادتك في دورة {course}. لم يتغير عنوانها ولا تاريخ إصدارها. الجهة المُصدِرة: {organization}.",
        invalidated="أُبطلت شهادتك في دورة {course} بتاريخ {day}. لم تعد صالحة، وصفحتها تبيّن ذلك. الجهة المُصدِرة: "
        "{organization}.",
        withdrawn="شهادتك في دورة {course} غير صالحة حاليًا. صفحة تقدّمك تبيّن السبب.",
        revalidated="شهادتك في دورة {course} صالحة من جديد، على العنوان نفسه.",
        issued_on="تاريخ الإصدار: {day}",
        page="عرض الشهادة",
        pdf="تنزيل ملف PDF",
        linkedin="إضافتها إلى LinkedIn",
        linkedin_how="يفتح LinkedIn نموذجًا معبأً. يمكنك مراجعته وحفظه هناك.",
        check="يمكن لأي شخص التحقق من الشهادة على صفحتها. رقمها {id}.",
        progress="عرض التقدّم",
        question="لديك سؤال؟ يصل ردّك على هذه الرسالة إلى فريق الدورة.",
        why="وصلتك هذه الرسالة لأنك شاركت في دورة على {site}.",
        stop="لا أريد رسائل أخرى عن الشهادات",
    ),
    "he": MailTexts(
        issued_subject="התעודה שלך בקורס {course}",
        regenerated_subject="התעודה שלך בקורס {course} חודשה",
        invalidated_subject="התעודה שלך בקורס {course} בוטלה",
        withdrawn_subject="התעודה שלך בקורס {course} נמשכה",
        revalidated_subject="התעודה שלך בקורס {course} תקפה שוב",
        hello="שלום {name},",
        issued="ברכות! הונפקה התעודה שלך בקורס {course}. הגוף המנפיק: {organization}.",
        regenerated="התעודה שלך בקורס {course} חודשה. הכתובת שלה ותאריך ההנפקה לא השתנו. הגוף המנפיק: {organization}.",
        invalidated="התעודה שלך בקורס {course} בוטלה בתאריך {day}. היא אינה תקפה עוד, והעמוד שלה מציין זאת. הגוף "
        "המנפיק: {organization}.",
        withdrawn="התעודה שלך בקורס {course} אינה תקפה כעת. הסיבה מופיעה בעמוד ההתקדמות שלך.",
        revalidated="התעודה שלך בקורס {course} תקפה שוב, באותה כתובת.",
        issued_on="תאריך ההנפקה: {day}",
        page="לצפייה בתעודה",
        pdf="להורדת ה־PDF",
        linkedin="להוספה ל־LinkedIn",
        linkedin_how="‏LinkedIn ייפתח עם טופס ממולא. אפשר לבדוק ולשמור אותו שם.",
        check="כל אחד יכול לאמת את התעודה בעמוד שלה. המספר שלה הוא {id}.",
        progress="לצפייה בהתקדמות",
        question="יש לך שאלה? אפשר להשיב להודעה זו: התשובה תגיע לצוות הקורס.",
        why="הודעה זו נשלחה אליך כי השתתפת בקורס ב־{site}.",
        stop="לא לשלוח לי עוד הודעות על תעודות",
    ),
    "hi": MailTexts(
        issued_subject="{course} के लिए आपका प्रमाणपत्र",
        regenerated_subject="{course} के लिए आपका प्रमाणपत्र नवीनीकृत हुआ",
        invalidated_subject="{course} के लिए आपका प्रमाणपत्र अमान्य किया गया",
        withdrawn_subject="{course} के लिए आपका प्रमाणपत्र वापस लिया गया",
        revalidated_subject="{course} के लिए आपका प्रमाणपत्र फिर से मान्य है",
        hello="नमस्ते {name},",
        issued="बधाई हो! {organization} ने पाठ्यक्रम {course} के लिए आपका प्रमाणपत्र जारी किया है।",
        regenerated="{organization} ने पाठ्यक्रम {course} के लिए आपका प्रमाणपत्र नवीनीकृत किया है। उसका पता और जारी करने की "
        "तिथि वही है।",
        invalidated="{organization} ने पाठ्यक्रम {course} के लिए आपका प्रमाणपत्र {day} को अमान्य किया। वह अब मान्य नहीं है, और "
        "उसके पृष्ठ पर यह लिखा है।",
        withdrawn="पाठ्यक्रम {course} के लिए आपका प्रमाणपत्र इस समय मान्य नहीं है। कारण आपके प्रगति पृष्ठ पर लिखा है।",
        revalidated="पाठ्यक्रम {course} के लिए आपका प्रमाणपत्र उसी पते पर फिर से मान्य है।",
        issued_on="जारी करने की तिथि: {day}",
        page="प्रमाणपत्र देखें",
        pdf="PDF डाउनलोड करें",
        linkedin="LinkedIn में जोड़ें",
        linkedin_how="LinkedIn भरे हुए फ़ॉर्म के साथ खुलेगा। वहाँ उसे जाँचें और सहेजें।",
        check="कोई भी प्रमाणपत्र को उसके पृष्ठ पर जाँच सकता है। उसकी आईडी {id} है।",
        progress="अपनी प्रगति देखें",
        question="कोई प्रश्न है? इस मेल का उत्तर दें: वह पाठ्यक्रम की टीम तक पहुँचेगा।",
        why="यह मेल आपको इसलिए मिला है क्योंकि आपने {site} पर एक पाठ्यक्रम लिया था।",
        stop="मुझे प्रमाणपत्रों के बारे में और मेल न भेजें",
    ),
    "zh": MailTexts(
        issued_subject="您的课程证书：{course}",
        regenerated_subject="您的课程证书已更新：{course}",
        invalidated_subject="您的课程证书已作废：{course}",
        withdrawn_subject="您的课程证书已撤回：{course}",
        revalidated_subject="您的课程证书重新有效：{course}",
        hello="{name}，您好：",
        issued="恭喜！{organization} 已为您颁发课程 {course} 的证书。",
        regenerated="{organization} 已更新您的课程 {course} 的证书。证书的网址和颁发日期不变。",
        invalidated="{organization} 于 {day} 将您的课程 {course} 的证书作废。该证书不再有效，其页面已注明。",
        withdrawn="您的课程 {course} 的证书目前无效。原因请见您的学习进度页面。",
        revalidated="您的课程 {course} 的证书重新有效，网址不变。",
        issued_on="颁发日期：{day}",
        page="查看证书",
        pdf="下载 PDF",
        linkedin="添加到 LinkedIn",
        linkedin_how="LinkedIn 会打开一份已填好的表单。请在那里核对并保存。",
        check="任何人都可以在证书页面上验证证书。证书编号为 {id}。",
        progress="查看学习进度",
        question="有疑问吗？请回复此邮件，课程团队会收到您的回复。",
        why="您收到此邮件，是因为您在 {site} 学习过课程。",
        stop="不再接收有关证书的邮件",
    ),
    "zh-Hant": MailTexts(
        issued_subject="您的課程證書：{course}",
        regenerated_subject="您的課程證書已更新：{course}",
        invalidated_subject="您的課程證書已作廢：{course}",
        withdrawn_subject="您的課程證書已撤回：{course}",
        revalidated_subject="您的課程證書重新有效：{course}",
        hello="{name}，您好：",
        issued="恭喜！{organization} 已為您頒發課程 {course} 的證書。",
        regenerated="{organization} 已更新您的課程 {course} 的證書。證書的網址和頒發日期不變。",
        invalidated="{organization} 於 {day} 將您的課程 {course} 的證書作廢。該證書不再有效，其頁面已註明。",
        withdrawn="您的課程 {course} 的證書目前無效。原因請見您的學習進度頁面。",
        revalidated="您的課程 {course} 的證書重新有效，網址不變。",
        issued_on="頒發日期：{day}",
        page="檢視證書",
        pdf="下載 PDF",
        linkedin="新增至 LinkedIn",
        linkedin_how="LinkedIn 會開啟一份已填好的表單。請在那裡核對並儲存。",
        check="任何人都可以在證書頁面上驗證證書。證書編號為 {id}。",
        progress="檢視學習進度",
        question="有疑問嗎？請回覆此郵件，課程團隊會收到您的回覆。",
        why="您收到此郵件，是因為您在 {site} 學習過課程。",
        stop="不再接收有關證書的郵件",
    ),
    "ja": MailTexts(
        issued_subject="{course} の修了証",
        regenerated_subject="{course} の修了証が更新されました",
        invalidated_subject="{course} の修了証が無効になりました",
        withdrawn_subject="{course} の修了証が取り下げられました",
        revalidated_subject="{course} の修了証が再び有効になりました",
        hello="{name} 様",
        issued="おめでとうございます。{organization} が講座「{course}」の修了証を発行しました。",
        regenerated="{organization} が講座「{course}」の修了証を更新しました。アドレスと発行日は変わりません。",
        invalidated="{organization} が {day} に講座「{course}」の修了証を無効にしました。この修了証は有効ではなく、"
        "そのページにもその旨が表示されます。",
        withdrawn="講座「{course}」の修了証は現在有効ではありません。理由は学習状況のページをご覧ください。",
        revalidated="講座「{course}」の修了証が、同じアドレスで再び有効になりました。",
        issued_on="発行日：{day}",
        page="修了証を見る",
        pdf="PDF をダウンロード",
        linkedin="LinkedIn に追加する",
        linkedin_how="LinkedIn が入力済みのフォームで開きます。内容を確認して保存してください。",
        check="修了証は、そのページで誰でも確認できます。ID は {id} です。",
        progress="学習状況を見る",
        question="ご質問がある場合は、このメールにご返信ください。講座の担当者に届きます。",
        why="{site} の講座を受講されたため、このメールをお送りしています。",
        stop="修了証に関するメールの受信を停止する",
    ),
    "ko": MailTexts(
        issued_subject="{course} 수료증",
        regenerated_subject="{course} 수료증이 갱신되었습니다",
        invalidated_subject="{course} 수료증이 무효 처리되었습니다",
        withdrawn_subject="{course} 수료증이 철회되었습니다",
        revalidated_subject="{course} 수료증이 다시 유효합니다",
        hello="{name} 님, 안녕하세요.",
        issued="축하합니다! {course} 과정의 수료증이 발급되었습니다. 발급 기관: {organization}.",
        regenerated="{course} 과정의 수료증이 갱신되었습니다. 주소와 발급일은 그대로입니다. 발급 기관: {organization}.",
        invalidated="{course} 과정의 수료증이 {day}에 무효 처리되었습니다. 더 이상 유효하지 않으며, 수료증 페이지에도 "
        "그렇게 표시됩니다. 발급 기관: {organization}.",
        withdrawn="{course} 과정의 수료증은 현재 유효하지 않습니다. 이유는 학습 현황 페이지에 나와 있습니다.",
        revalidated="{course} 과정의 수료증이 같은 주소에서 다시 유효합니다.",
        issued_on="발급일: {day}",
        page="수료증 보기",
        pdf="PDF 내려받기",
        linkedin="LinkedIn에 추가",
        linkedin_how="LinkedIn이 작성된 양식과 함께 열립니다. 확인한 뒤 저장하세요.",
        check="누구나 수료증 페이지에서 수료증을 확인할 수 있습니다. 번호는 {id}입니다.",
        progress="학습 현황 보기",
        question="궁금한 점이 있으신가요? 이 메일에 답장하시면 과정 담당자에게 전달됩니다.",
        why="{site}에서 과정을 수강하셨기 때문에 이 메일을 보내 드립니다.",
        stop="수료증 관련 메일 그만 받기",
    ),
    "id": MailTexts(
        issued_subject="Sertifikat Anda untuk {course}",
        regenerated_subject="Sertifikat Anda untuk {course} telah diperbarui",
        invalidated_subject="Sertifikat Anda untuk {course} telah dibatalkan",
        withdrawn_subject="Sertifikat Anda untuk {course} telah ditarik",
        revalidated_subject="Sertifikat Anda untuk {course} berlaku kembali",
        hello="Halo {name},",
        issued="Selamat! {organization} telah menerbitkan sertifikat Anda untuk kursus {course}.",
        regenerated="{organization} telah memperbarui sertifikat Anda untuk kursus {course}. Alamat dan tanggal "
        "terbitnya tetap sama.",
        invalidated="{organization} membatalkan sertifikat Anda untuk kursus {course} pada {day}. Sertifikat ini tidak "
        "berlaku lagi, dan halamannya menyatakan hal itu.",
        withdrawn="Sertifikat Anda untuk kursus {course} saat ini tidak berlaku. Halaman kemajuan Anda menjelaskan "
        "alasannya.",
        revalidated="Sertifikat Anda untuk kursus {course} berlaku kembali, di alamat yang sama.",
        issued_on="Tanggal terbit: {day}",
        page="Lihat sertifikat",
        pdf="Unduh PDF",
        linkedin="Tambahkan ke LinkedIn",
        linkedin_how="LinkedIn terbuka dengan formulir yang sudah terisi. Periksa dan simpan di sana.",
        check="Siapa pun dapat memeriksa sertifikat di halamannya. Nomornya {id}.",
        progress="Lihat kemajuan",
        question="Ada pertanyaan? Balas surel ini: balasan Anda sampai ke tim kursus.",
        why="Anda menerima surel ini karena mengikuti kursus di {site}.",
        stop="Jangan kirimi saya surel tentang sertifikat lagi",
    ),
    "vi": MailTexts(
        issued_subject="Chứng nhận của bạn cho khóa học {course}",
        regenerated_subject="Chứng nhận của bạn cho khóa học {course} đã được làm mới",
        invalidated_subject="Chứng nhận của bạn cho khóa học {course} đã bị hủy hiệu lực",
        withdrawn_subject="Chứng nhận của bạn cho khóa học {course} đã bị thu hồi",
        revalidated_subject="Chứng nhận của bạn cho khóa học {course} có hiệu lực trở lại",
        hello="Xin chào {name},",
        issued="Chúc mừng! {organization} đã cấp chứng nhận của bạn cho khóa học {course}.",
        regenerated="{organization} đã làm mới chứng nhận của bạn cho khóa học {course}. Địa chỉ và ngày cấp vẫn giữ "
        "nguyên.",
        invalidated="{organization} đã hủy hiệu lực chứng nhận của bạn cho khóa học {course}, ngày {day}. Chứng nhận "
        "không còn hiệu lực, và trang của chứng nhận ghi rõ điều đó.",
        withdrawn="Chứng nhận của bạn cho khóa học {course} hiện không có hiệu lực. Trang tiến độ của bạn cho biết lý "
        "do.",
        revalidated="Chứng nhận của bạn cho khóa học {course} có hiệu lực trở lại, tại cùng địa chỉ.",
        issued_on="Ngày cấp: {day}",
        page="Xem chứng nhận",
        pdf="Tải PDF",
        linkedin="Thêm vào LinkedIn",
        linkedin_how="LinkedIn mở một biểu mẫu đã điền sẵn. Hãy kiểm tra và lưu tại đó.",
        check="Ai cũng có thể xác minh chứng nhận trên trang của chứng nhận. Mã chứng nhận là {id}.",
        progress="Xem tiến độ",
        question="Bạn có câu hỏi? Hãy trả lời thư này: câu trả lời sẽ đến nhóm phụ trách khóa học.",
        why="Bạn nhận được thư này vì đã học một khóa học tại {site}.",
        stop="Đừng gửi cho tôi thư về chứng nhận nữa",
    ),
}
