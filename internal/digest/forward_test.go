package digest

import (
	"fmt"
	"html"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The digest that is passed on, as text and as a page, and the note above it.
const (
	sentText = "March 10, 2024\n\nLighthouse gets a second lamp\nKeepers say that it will be seen from the reef\nAnn Lee | Jan de Boer March 9, 2024\n\n" +
		"Tram to the quay runs again\nTickets cost what they did\nMin-Ji Park March 8, 2024\n"
	sentPage = `<p>March 10, 2024</p><table><tr><td><a href="https://quay.example/1"><b>Lighthouse gets a second lamp</b></a></td></tr>` +
		`<tr><td>Keepers say that it will be seen from the reef</td></tr><tr><td>Ann Lee | Jan de Boer March 9, 2024</td></tr>` +
		`<tr><td><a href="https://quay.example/2">Tram to the quay runs again</a></td></tr><tr><td>Tickets cost what they did</td></tr><tr><td>Min-Ji Park March 8, 2024</td></tr></table>`
	note = "Hello all,\n\nthe first one is worth your time.\n\nEve Fox, March 11, 2024\n-- \nEve Fox\nQuay Desk\n\n"

	sentArticles = "Lighthouse gets a second lamp / Keepers say that it will be seen from the reef / Ann Lee+Jan de Boer / 2024-03-09 / \n" +
		"Tram to the quay runs again / Tickets cost what they did / Min-Ji Park / 2024-03-08 / "
	sentLinked = "Lighthouse gets a second lamp / Keepers say that it will be seen from the reef / Ann Lee+Jan de Boer / 2024-03-09 / https://quay.example/1\n" +
		"Tram to the quay runs again / Tickets cost what they did / Min-Ji Park / 2024-03-08 / https://quay.example/2"
)

// introduction is what a mail program puts above a mail that is passed on.
type introduction struct {
	mark   string
	fields []string // "From: …"
}

var introductions = map[string]introduction{
	"Gmail": {"---------- Forwarded message ---------", []string{
		"From: Quay Post <news@quay.example>", "Date: Sun, Mar 10, 2024 at 9:00 AM", "Subject: Quay news", "To: <eve@home.example>",
	}},
	"Gmail, German": {"---------- Forwarded message ---------", []string{
		"Von: Quay Post <news@quay.example>", "Date: So., 10. März 2024 um 09:00 Uhr", "Subject: Quay news", "To: <eve@home.example>",
	}},
	"Outlook": {"________________________________", []string{
		"From: Quay Post <news@quay.example>", "Sent: Sunday, March 10, 2024 9:00 AM", "To: Eve <eve@home.example>; Bo <bo@home.example>", "Cc: cy@home.example", "Subject: Quay news",
	}},
	"Outlook without addresses": {"", []string{"From: Quay Post", "Sent: Sunday, March 10, 2024", "To: Eve Fox", "Subject: Quay news"}},
	"Outlook, many receivers": {"", []string{
		"From: Quay Post <news@quay.example>", "Sent: Sunday, March 10, 2024 9:00 AM", "To: Eve <eve@home.example>;", "Bo <bo@home.example>", "Subject: Quay news",
	}},
	"Outlook, original message": {"-----Original Message-----", []string{"From: Quay Post [mailto:news@quay.example]", "Sent: Sunday, March 10, 2024 9:00 AM", "To: Eve", "Subject: Quay news", "Importance: High"}},
	"Outlook, German":           {"", []string{"Von: Quay Post <news@quay.example>", "Gesendet: Sonntag, 10. März 2024 09:00", "An: Eve <eve@home.example>", "Betreff: Quay news"}},
	"Outlook, German original":  {"-----Ursprüngliche Nachricht-----", []string{"Von: Quay Post", "Gesendet: Sonntag, 10. März 2024 09:00", "An: Eve", "Betreff: Quay news"}},
	"Apple Mail":                {"Begin forwarded message:", []string{"From: Quay Post <news@quay.example>", "Subject: Quay news", "Date: March 10, 2024 at 09:00:00 CET", "To: eve@home.example", "Reply-To: news@quay.example"}},
	"Apple Mail, German": {"Anfang der weitergeleiteten Nachricht:", []string{
		"Von: Quay Post <news@quay.example>", "Betreff: Quay news", "Datum: 10. März 2024 um 09:00:00 MEZ", "An: eve@home.example", "Antwort an: news@quay.example",
	}},
	"Thunderbird":         {"-------- Forwarded Message --------", []string{"Subject: Quay news", "Date: Sun, 10 Mar 2024 09:00:00 +0100", "From: Quay Post <news@quay.example>", "To: eve@home.example"}},
	"Thunderbird, German": {"-------- Weitergeleitete Nachricht --------", []string{"Betreff: Quay news", "Datum: Sun, 10 Mar 2024 09:00:00 +0100", "Von: Quay Post <news@quay.example>", "An: eve@home.example"}},
	"French":              {"---------- Message transféré ---------", []string{"De : Quay Post <news@quay.example>", "Envoyé : dimanche 10 mars 2024 09:00", "À : Eve <eve@home.example>", "Objet : Quay news"}},
	"French, Apple Mail":  {"Début du message réexpédié :", []string{"De : Quay Post <news@quay.example>", "Objet : Quay news", "Date : 10 mars 2024 à 09:00:00 UTC+1", "À : eve@home.example"}},
	"Spanish":             {"---------- Forwarded message ---------", []string{"De: Quay Post <news@quay.example>", "Enviado el: domingo, 10 de marzo de 2024 9:00", "Para: Eve <eve@home.example>", "Asunto: Quay news"}},
	"Portuguese":          {"", []string{"De: Quay Post", "Enviada em: domingo, 10 de março de 2024 09:00", "Para: Eve Fox", "Assunto: Quay news"}},
	"Swedish":             {"", []string{"Från: Quay Post", "Skickat: den 10 mars 2024 09:00", "Till: Eve Fox", "Ämne: Quay news"}},
	"Danish, Apple Mail":  {"Start på videresendt besked:", []string{"Fra: Quay Post <news@quay.example>", "Emne: Quay news", "Dato: 10. marts 2024 kl. 09.00.00 CET", "Til: eve@home.example"}},
	"Polish":              {"", []string{"Od: Quay Post", "Wysłano: niedziela, 10 marca 2024 09:00", "Do: Eve Fox", "Temat: Quay news"}},
	"Turkish":             {"", []string{"Kimden: Quay Post", "Gönderildi: 10 Mart 2024 Pazar 09:00", "Kime: Eve Fox", "Konu: Quay news"}},
	"Russian":             {"", []string{"От: Quay Post", "Отправлено: 10 марта 2024 г. 9:00", "Кому: Eve Fox", "Тема: Quay news"}},
	"Japanese":            {"", []string{"差出人: Quay Post", "送信日時: 2024年3月10日 9:00", "宛先: Eve Fox", "件名: Quay news"}},
	"Korean":              {"", []string{"보낸 사람: Quay Post", "보낸 날짜: 2024년 3월 10일 일요일 오전 9:00", "받는 사람: Eve Fox", "제목: Quay news"}},
	"Chinese":             {"---- 转发的邮件 ----", []string{"发件人: Quay Post <news@quay.example>", "日期: 2024年3月10日 09:00", "收件人: eve@home.example", "主题: Quay news"}},
	"no known language":   {"", []string{"Ó: Quay Post <news@quay.example>", "Seolta: 10 Márta 2024", "Chuig: Eve <eve@home.example>", "Ábhar: Quay news"}},
	"reply, Swedish":      {"Den sön 10 mars 2024 kl 09:00 skrev Quay Post <news@quay.example>:", nil},
	"reply, Korean":       {"2024년 3월 10일 (일) 오전 9:00, Quay Post <news@quay.example>님이 작성:", nil},
	"reply, Chinese":      {"Quay Post <news@quay.example> 于2024年3月10日周日 09:00写道：", nil},
	"Yandex":              {"-------- Пересылаемое сообщение --------", []string{"10.03.2024, 09:00, \"Quay Post\" <news@quay.example>:"}},
	"reply":               {"On Sun, Mar 10, 2024 at 9:00 AM Quay Post <news@quay.example> wrote:", nil},
	"reply, two lines":    {"On Sun, Mar 10, 2024 at 9:00 AM Quay Post\n<news@quay.example> wrote:", nil},
	"reply, German":       {"Am 10.03.2024 um 09:00 schrieb Quay Post <news@quay.example>:", nil},
	"mark alone":          {"-------- Forwarded Message --------", nil},
}

func (i introduction) text() string {
	return i.mark + "\n" + strings.Join(i.fields, "\n") + "\n\n"
}

// markup returns the introduction as a page, each line of it within the elements given.
func (i introduction) markup(before, between, after string) string {
	var b strings.Builder
	for _, f := range slices.Insert(slices.Clone(i.fields), 0, i.mark) {
		label, value, _ := strings.Cut(f, ": ")
		if value == "" {
			b.WriteString(before + html.EscapeString(strings.ReplaceAll(f, "\n", " ")) + after)
			continue
		}
		b.WriteString(before + "<b>" + html.EscapeString(label) + ": </b>" + between + html.EscapeString(value) + after)
	}
	return b.String()
}

func mailOf(contentType, body string) string {
	return "From: Eve <eve@home.example>\nTo: bot@home.example\nSubject: Fwd: Quay news\nMIME-Version: 1.0\nContent-Type: " + contentType + "\n\n" + body
}

func quotedWith(mark, s string) string {
	return mark + strings.ReplaceAll(strings.TrimSuffix(s, "\n"), "\n", "\n"+mark) + "\n"
}

func TestRead_PassedOnDigestHasNeitherHeaderNorNote(t *testing.T) {
	t.Parallel()
	const plain, page = "text/plain; charset=utf-8", "text/html; charset=utf-8"
	for name, i := range introductions {
		for form, in := range map[string]string{
			"text":                 i.text() + sentText,
			"note":                 note + i.text() + sentText,
			"mail":                 mailOf(plain, note+i.text()+sentText),
			"Markdown":             note + strings.NewReplacer(": ", ":* ", "\n", "\n*").Replace("\n" + strings.Join(i.fields, "\n"))[1:] + "\n\n" + i.mark + "\n\n" + sentText,
			"quoted":               note + quotedWith("> ", i.text()+sentText),
			"quoted below":         note + i.text() + quotedWith("> ", sentText),
			"passed on twice":      note + i.text() + "See this, Bo Roe March 10, 2024\n\n" + i.text() + sentText,
			"quoted twice":         note + quotedWith("> ", i.text()+"Look\n\n"+quotedWith("> ", i.text()+sentText)),
			"page of lines":        mailOf(page, "<div>Hello,<br>Eve Fox March 11, 2024</div><div>"+i.markup("", "", "<br>")+"</div><br><div>"+sentPage+"</div>"),
			"page of paragraphs":   mailOf(page, "<p>Hello,</p><p>Eve Fox March 11, 2024</p><hr>"+i.markup("<p>", "", "</p>")+sentPage),
			"page of blocks":       mailOf(page, "Hello<blockquote>"+i.markup("<div>", "", "</div>")+"<br>"+sentPage+"</blockquote>"),
			"page with table":      mailOf(page, "<p>Hello</p><table>"+i.markup("<tr><th>", "</th><td>", "</td></tr>")+"</table><br>"+sentPage),
			"both, text preferred": mailOf("multipart/alternative; boundary=b", "--b\nContent-Type: "+plain+"\n\n"+note+i.text()+sentText+"\n--b\nContent-Type: "+page+"\n\n"+sentPage+"\n--b--\n"),
		} {
			if name == "no known language" && (form == "page of paragraphs" || form == "page with table") {
				continue // refused; see below
			}
			want := sentArticles
			if strings.HasPrefix(form, "page") || strings.HasPrefix(form, "both") {
				want = sentLinked
			}
			d, err := Read(strings.NewReader(in), Options{})
			if err != nil {
				t.Errorf("%s, %s: %v\n%s", name, form, err, in)
				continue
			}
			if diff := cmp.Diff(want, show(d)); diff != "" || len(d.Problems) > 0 || d.Edition.Day() != 10 {
				t.Errorf("%s, %s: edition %v, problems %v (-want +got):\n%s\n%s", name, form, d.Edition, d.Problems, diff, in)
			}
		}
	}
}

func TestRead_NeverPublishesAHeaderItDoesNotKnow(t *testing.T) {
	t.Parallel()
	i := introductions["no known language"]
	for _, in := range []string{
		"<p>Hello</p>" + i.markup("<p>", "", "</p>") + sentPage,
		note + "Ó: Quay Post\nSeolta: 10 Márta 2024 09:00\nChuig: Eve Fox\nÁbhar: Quay news\n\n" + sentText,
		"<p>Hello</p><table>" + i.markup("<tr><th>", "</th><td>", "</td></tr>") + "</table><br>" + strings.Replace(sentPage, "March 10, 2024", "10 marca 2024", 1),
	} {
		d, err := Read(strings.NewReader(in), Options{})
		switch {
		case err == nil && (show(d) == sentLinked || show(d) == sentArticles):
		case err == nil || !strings.Contains(err.Error(), "looks like the header of a mail"):
			t.Errorf("%q is read as %v, %v", in, d, err)
		}
	}
}

func TestRead_AttachedMailComesBeforeItsNote(t *testing.T) {
	t.Parallel()
	inner := "From: Quay Post <news@quay.example>\nSubject: Quay news\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n" + sentText
	attached := func(header, mail string) string {
		return mailOf("multipart/mixed; boundary=b", "--b\nContent-Type: text/plain; charset=utf-8\n\n"+note+"\n--b\n"+header+"\n\n"+mail+"\n--b--\n")
	}
	within := strings.ReplaceAll(attached("Content-Type: message/rfc822", inner), "--b", "--c")
	within = strings.ReplaceAll(within, "boundary=b", "boundary=c")
	for _, in := range []string{
		attached("Content-Type: message/rfc822", inner),
		attached("Content-Type: message/rfc822\nContent-Disposition: attachment; filename=\"Quay news.eml\"", inner),
		attached("Content-Type: application/octet-stream; name=\"Quay news.EML\"\nContent-Disposition: attachment", inner),
		attached("Content-Type: message/rfc822", within),
	} {
		d, err := Read(strings.NewReader(in), Options{})
		if err != nil {
			t.Errorf("%v\n%s", err, in)
			continue
		}
		if diff := cmp.Diff(sentArticles, show(d)); diff != "" || len(d.Problems) > 0 {
			t.Errorf("problems %v (-want +got):\n%s\n%s", d.Problems, diff, in)
		}
	}
	// Two attached mails are two digests; one without a digest removes nothing from the mail itself.
	two := attached("Content-Type: message/rfc822", strings.ReplaceAll(inner, "Lighthouse gets", "Beacon gets")+"\n--b\nContent-Type: message/rfc822\n\n"+inner)
	if d, err := Read(strings.NewReader(two), Options{}); err != nil || len(d.Articles) != 4 {
		t.Errorf("two attached mails: %v, %v", d, err)
	}
	other := strings.Replace(attached("Content-Type: message/rfc822", "Subject: x\nMIME-Version: 1.0\n\nhello\n"), note, sentText, 1)
	if d, err := Read(strings.NewReader(other), Options{}); err != nil || show(d) != sentArticles {
		t.Errorf("digest with another mail attached: %v, %v", d, err)
	}
}

func TestRead_DigestAboveAnotherMail(t *testing.T) {
	t.Parallel()
	in := sentText + "\n" + introductions["Outlook"].text() + "Thank you for your interest.\nQuay Post\n"
	d, err := Read(strings.NewReader(in), Options{})
	if err != nil || show(d) != sentArticles || len(d.Problems) > 0 {
		t.Errorf("%v, %v", d, err)
	}
}

func TestRead_ColonsAndMarksOfADigestAreNoHeader(t *testing.T) {
	t.Parallel()
	in := "March 10, 2024\n\nHere is the week\nand more\n\n" +
		"From: a letter to the editor\nTo: whom it may concern\nAnn Lee March 9, 2024\n\n" +
		"Date: the fruit that sold out\nSubject: to approval, the quay says: no\nBo Roe March 8, 2024\n"
	want := "From: a letter to the editor / To: whom it may concern / Ann Lee / 2024-03-09 / \n" +
		"Date: the fruit that sold out / Subject: to approval, the quay says: no / Bo Roe / 2024-03-08 / "
	d, err := Read(strings.NewReader(in), Options{})
	if err != nil || show(d) != want {
		t.Errorf("%v: %+v", err, d)
	}
}

func TestRead_LinksOfThePage(t *testing.T) {
	t.Parallel()
	in := mailOf("multipart/alternative; boundary=b", "--b\nContent-Type: text/plain; charset=utf-8\n\n"+strings.Replace(sentText, "Tram to the quay", "Tram  to the “quay”", 1)+
		"\n--b\nContent-Type: text/html; charset=utf-8\n\n"+sentPage+"\n--b--\n")
	d, err := Read(strings.NewReader(in), Options{})
	if err != nil || len(d.Articles) != 2 {
		t.Fatalf("%v, %v", d, err)
	}
	for i, a := range d.Articles {
		if want := fmt.Sprintf("https://quay.example/%d", i+1); a.URL != want || a.GUID != want {
			t.Errorf("%q leads to %q with GUID %q, want %q", a.Title, a.URL, a.GUID, want)
		}
	}
}

func TestRead_LinksBehindTheirWords(t *testing.T) {
	t.Parallel()
	in := strings.NewReplacer("second lamp\n", "second lamp <https://quay.example/1>\n", "runs again\n", "runs again [https://quay.example/2]\n").Replace(sentText) + "\nSee you\n"
	d, err := Read(strings.NewReader(in), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sentLinked, show(d)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRead_FlowedWithoutItsSpaces(t *testing.T) {
	t.Parallel()
	flow := strings.NewReplacer("gets a second", "gets  \na second", "will be", "wi \nll be").Replace(sentText)
	d, err := Read(strings.NewReader(mailOf("text/plain; charset=utf-8; format=flowed; delsp=yes", flow)), Options{})
	if err != nil || show(d) != sentArticles {
		t.Errorf("%v: %+v", err, d)
	}
}
