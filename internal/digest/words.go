package digest

import (
	"time"

	"tidings/internal/lazyregexp"
)

// field is what a line in the header of a mail says.
type field int

const (
	noField field = iota
	otherField
	fromField
	dateField
	toField
	subjectField
)

// fieldNamed returns what a line says that mail programs put this word before, in lower case: as Outlook, Apple Mail, Gmail,
// Thunderbird and Yandex write the header of a forwarded mail in English, German, French, Spanish, Portuguese, Italian, Dutch,
// the Nordic languages, Polish, Czech, Hungarian, Romanian, Turkish, Russian, Ukrainian, Greek, Japanese, Korean and Chinese.
func fieldNamed(word string) field {
	switch word {
	case "da", "de", "de la", "expéditeur", "feladó", "fra", "from", "från", "gönderen", "kimden", "lähettäjä", "mittente", "od",
		"van", "von", "από", "від", "от", "от кого", "发件人", "寄件人", "寄件者", "差出人", "送信者", "보낸 사람", "보낸사람":
		return fromField
	case "data", "date", "dato", "datum", "dátum", "elküldve", "enviada em", "enviado", "enviado el", "enviado em", "envoyé",
		"envoyé le", "fecha", "gesendet", "gesendet am", "gönderildi", "gönderilme tarihi", "inviato", "inviato il", "küldve",
		"lähetetty", "odesláno", "odoslané", "päivämäärä", "päiväys", "sendt", "sent", "skickat", "tarih", "trimis", "verzonden",
		"wysłano", "εστάλη", "ημερομηνία", "дата", "надіслано", "отправлено", "发送日期", "发送时间", "寄件日期", "日付", "日時", "日期", "时间", "時間",
		"送信日時", "날짜", "보낸 날짜", "보낸날짜":
		return dateField
	case "a", "aan", "alıcı", "an", "bcc", "blindkopie", "cc", "copia", "copie à", "címzett", "către", "destinataire", "destinatario",
		"do", "dw", "kime", "komu", "kopi", "kopia", "kopie", "kopie (cc)", "kopio", "para", "pour", "til", "till", "to",
		"vastaanottaja", "à", "κοιν", "προς", "кому", "копия", "копія", "副本", "宛先", "抄送", "收件人", "收件者", "받는 사람", "받는사람", "참조":
		return toField
	case "aihe", "assunto", "asunto", "betreff", "emne", "konu", "objet", "oggetto", "onderwerp", "predmet", "předmět", "subiect",
		"subject", "sujet", "temat", "tárgy", "ämne", "θέμα", "тема", "主旨", "主題", "主题", "件名", "제목":
		return subjectField
	case "allegati", "anexos", "anhänge", "anlagen", "antwort an", "attachments", "bijlagen", "content-type", "datos adjuntos",
		"im auftrag von", "importance", "importancia", "list-unsubscribe", "mailed by", "mailing list", "message-id", "mime-version",
		"odpowiedz do", "on behalf of", "organization", "pièces jointes", "priority", "priorität", "reply to", "reply-to",
		"resent-from", "responder a", "return-path", "rispondi a", "répondre à", "security", "sender", "signed by", "svar til",
		"svar till", "user-agent", "wichtigkeit", "x-mailer", "вложения", "回复", "添付ファイル", "返信先", "附件", "답장 받는 사람", "첨부", "첨부 파일":
		return otherField
	default:
		return noField
	}
}

var (
	// forwardMark matches the line that mail programs put above a forwarded mail.
	forwardMark = lazyregexp.New(`(?i)^(?:` +
		`-{2,}\s*(?:forwarded|original|fwd:?|weitergeleitete|ursprüngliche|message transféré|message original|message d['’]origine` +
		`|mensaje reenviado|mensaje original|mensagem (?:encaminhada|original)|messaggio (?:inoltrato|originale)|doorgestuurd bericht` +
		`|oorspronkelijk bericht|vidarebefordrat|ursprungligt|videresendt|oprindelig|opprinnelig|välitetty|alkuperäinen|przekazana|wiadomość oryginalna` +
		`|přeposlaná|původní|пересылаемое|пересланное|исходное|転送|元のメッセージ|전달된|원본 메시지|原始邮件|转发|轉寄|原始郵件)[^-]{0,60}-{2,}` +
		`|begin forwarded message\s?:?|anfang der weitergeleiteten (?:nachricht|e-?mail)\s?:?|début du (?:message|mail|courriel) (?:réexpédié|transféré)\s?:?` +
		`|inicio del mensaje reenviado\s?:?|início da mensagem (?:encaminhada|reencaminhada)\s?:?|inizio messaggio inoltrato\s?:?|begin doorgestuurd bericht\s?:?` +
		`|vidarebefordrat (?:brev|meddelande)\s?:?|start på videresendt (?:besked|melding)\s?:?|videresendt (?:melding|besked)\s?:?` +
		`|välitetty viesti alkaa\s?:?|początek przekazywanej wiadomości\s?:?|začátek přeposlané zprávy\s?:?|начало переадресованного сообщения\s?:?` +
		`|転送されたメッセージ\s?[:：]?|전달된 메시지(?: 시작)?\s?:?|以下是转发的邮件\s?[:：]?|开始转发的邮件\s?[:：]?|以下是轉寄的(?:郵件|訊息)\s?[:：]?` +
		`)$`)

	// wrote matches the line above a quoted mail, as in "On March 3, 2024, Ann Lee wrote:".
	wrote = lazyregexp.New(`(?i)^(?:on|am|le|el|em|il|op)\s.*(?:\d|@).*\s(?:wrote|schrieb(?:\s.{1,120})?|a écrit|escribió|escreveu|ha scritto|schreef)\s?(?::|：)$`)
)

// greeting matches how a letter begins, in English, German, French, Spanish, Italian, Portuguese, Dutch, the Nordic languages,
// Russian, Korean, Japanese and Chinese.
var greeting = lazyregexp.New(`(?i)^(?:beste|bom dia|bonjour|bonsoir|buenos días|buongiorno|car[oi]|chers?|chères?|ciao|dear|estimad[oa]s?|geachte|gentile` +
	`|good (?:morning|afternoon|evening|day)|greetings|guten (?:morgen|tag|abend)|hallo|hei|hej|hello|hey|hi|hola|kjære` +
	`|kära|kære|liebe[rs]?|olá|prezad[oa]s?|querid[oa]s?|sehr geehrte[rs]?|здравствуйте|уважаем\pL+|こんにちは|大家好|您好|안녕하세요)(?:\s.{0,60})?[,!:，！。]$`)

// foreignMonths are the names of the months in German, French, Spanish, Italian, Portuguese and Dutch, which are shortened, too.
var foreignMonths = [12]string{
	"januar jänner janvier enero gennaio janeiro januari", "februar février febrero febbraio fevereiro februari",
	"märz mars marzo março maart", "april avril abril aprile", "mai mayo maggio maio mei", "juni juin junio giugno junho",
	"juli juillet julio luglio julho", "august août agosto augustus", "september septembre septiembre settembre setembro",
	"oktober octobre octubre ottobre outubro", "november novembre noviembre novembro", "dezember décembre diciembre dicembre dezembro december",
}

// wholeMonth reads the names of months in Swedish and Danish where they differ, Finnish, Polish, Czech, Turkish, Russian, Ukrainian,
// Greek and Arabic, as dates have them; 0 means it is none. Their beginnings are words of other languages: list, pro, led.
func wholeMonth(s string) time.Month {
	switch s {
	case "ledna", "ocak", "stycznia", "tammikuuta", "января", "يناير", "січня", "ιανουαρίου":
		return time.January
	case "helmikuuta", "lutego", "února", "şubat", "февраля", "فبراير", "лютого", "φεβρουαρίου":
		return time.February
	case "března", "maaliskuuta", "marca", "mart", "marts", "марта", "مارس", "березня", "μαρτίου":
		return time.March
	case "dubna", "huhtikuuta", "kwietnia", "nisan", "апреля", "أبريل", "إبريل", "квітня", "απριλίου":
		return time.April
	case "května", "maj", "maja", "mayıs", "toukokuuta", "мая", "مايو", "травня", "μαΐου":
		return time.May
	case "czerwca", "haziran", "kesäkuuta", "června", "июня", "يونيو", "червня", "ιουνίου":
		return time.June
	case "heinäkuuta", "lipca", "temmuz", "července", "июля", "يوليو", "липня", "ιουλίου":
		return time.July
	case "augusti", "ağustos", "elokuuta", "sierpnia", "srpna", "августа", "أغسطس", "серпня", "αυγούστου":
		return time.August
	case "eylül", "syyskuuta", "września", "září", "сентября", "سبتمبر", "вересня", "σεπτεμβρίου":
		return time.September
	case "ekim", "lokakuuta", "października", "října", "октября", "أكتوبر", "жовтня", "οκτωβρίου":
		return time.October
	case "kasım", "listopada", "listopadu", "marraskuuta", "ноября", "نوفمبر", "листопада", "νοεμβρίου":
		return time.November
	case "aralık", "grudnia", "joulukuuta", "prosince", "декабря", "ديسمبر", "грудня", "δεκεμβρίου":
		return time.December
	default:
		return 0
	}
}
