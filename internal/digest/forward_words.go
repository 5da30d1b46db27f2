package digest

import "tidings/internal/lazyregexp"

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

// fields lists the words that mail programs put before the lines of a forwarded mail's header: in English, German, French,
// Spanish, Portuguese, Italian, Dutch, the Nordic languages, Polish, Czech, Hungarian, Romanian, Turkish, Russian, Ukrainian,
// Greek, Japanese, Korean and Chinese.
var fields = fieldWords(map[field][]string{
	fromField: {
		"from", "von", "de", "da", "van", "expéditeur", "mittente", "från", "fra", "lähettäjä", "od", "feladó", "de la", "kimden",
		"gönderen", "от", "от кого", "від", "από", "差出人", "送信者", "보낸 사람", "보낸사람", "发件人", "寄件者", "寄件人",
	},
	dateField: {
		"sent", "date", "gesendet", "gesendet am", "datum", "envoyé", "envoyé le", "enviado", "enviado el", "enviado em", "enviada em",
		"fecha", "data", "inviato", "inviato il", "verzonden", "skickat", "sendt", "dato", "lähetetty", "päivämäärä", "päiväys", "wysłano",
		"odesláno", "odoslané", "elküldve", "küldve", "dátum", "trimis", "gönderildi", "gönderilme tarihi", "tarih", "отправлено", "дата",
		"надіслано", "εστάλη", "ημερομηνία", "送信日時", "日付", "日時", "보낸 날짜", "날짜", "보낸날짜", "发送时间", "发送日期", "日期", "時間", "时间", "寄件日期",
	},
	toField: {
		"to", "an", "à", "a", "para", "aan", "pour", "destinataire", "destinatario", "till", "til", "vastaanottaja", "do", "komu", "címzett",
		"către", "kime", "alıcı", "кому", "προς", "宛先", "받는 사람", "받는사람", "收件人", "收件者",
		"cc", "bcc", "kopie", "blindkopie", "kopie (cc)", "copie à", "copia", "kopia", "kopi", "kopio", "dw", "копия", "копія", "κοιν", "참조", "抄送", "副本",
	},
	subjectField: {
		"subject", "betreff", "objet", "asunto", "assunto", "oggetto", "onderwerp", "sujet", "ämne", "emne", "aihe", "temat", "předmět", "predmet",
		"tárgy", "subiect", "konu", "тема", "θέμα", "件名", "제목", "主题", "主旨", "主題",
	},
	otherField: {
		"reply-to", "reply to", "antwort an", "répondre à", "responder a", "rispondi a", "svar till", "svar til", "odpowiedz do",
		"返信先", "답장 받는 사람", "回复", "sender", "on behalf of", "im auftrag von", "resent-from", "importance", "wichtigkeit", "priority",
		"priorität", "importancia", "attachments", "anlagen", "anhänge", "pièces jointes", "datos adjuntos", "allegati", "anexos", "bijlagen",
		"вложения", "添付ファイル", "첨부 파일", "첨부", "附件", "organization", "mailing list", "list-unsubscribe", "message-id", "user-agent",
		"x-mailer", "return-path", "signed by", "mailed by", "security", "mime-version", "content-type",
	},
})

func fieldWords(byField map[field][]string) map[string]field {
	words := map[string]field{}
	for f, list := range byField {
		for _, word := range list {
			words[word] = f
		}
	}
	return words
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
