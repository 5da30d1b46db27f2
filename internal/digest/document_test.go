package digest

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"mime/quotedprintable"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/korean"

	"tidings/bot"
)

const pageDigest = `<!DOCTYPE html><html><head><title>Tide Post</title><style>p { color: red }</style></head><body>
<div style="display:none;max-height:0">A foretaste of today's news</div>
<p><a href="https://tide.example/web">View this email in your browser</a></p>
<p>March 10, 2021</p>
<table><tr>
<td><img src="1.jpg" alt="Ferry"></td>
<td><p>Analysis</p><h2><a href="https://tide.example/1">Harbor &amp; sea open</a></h2>
<p>The first ferry left at noon,<br> to &ldquo;applause&rdquo;</p><p>Ann Lee | Bob Roe March 9, 2021</p></td>
</tr><tr>
<td></td><td><a href="https://tide.example/2"><b>Assembly</b> over</a><div>Nobody came</div><div>Karen Kowal</div><div>Karen KowalKaren KowalMarch 8, 2021</div></td>
</tr></table>
<p>© 2021 Tide Post. All rights reserved. <a href="https://tide.example/u">Unsubscribe</a></p></body></html>`

const pageArticles = "Harbor & sea open / The first ferry left at noon, to “applause” / Ann Lee+Bob Roe / 2021-03-09 / https://tide.example/1\n" +
	"Assembly over / Nobody came / Karen Kowal / 2021-03-08 / https://tide.example/2"

func TestRead_Page(t *testing.T) {
	t.Parallel()
	d, err := Read(strings.NewReader(pageDigest), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(pageArticles, show(d)); diff != "" || len(d.Problems) > 0 {
		t.Errorf("problems %v (-want +got):\n%s", d.Problems, diff)
	}
	if want := onDay(Options{}, 2021, time.March, 10); !d.Edition.Equal(want) {
		t.Errorf("edition %v, want %v", d.Edition, want)
	}
	if diff := cmp.Diff([]string{"Analysis"}, d.Articles[0].Tags); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
}

const plainDigest = "Harbor opens\n\nThe first ferry left – at noon\n\nAnn Lee March 9, 2021\n"

func quoted(t *testing.T, s string) string {
	t.Helper()
	var b bytes.Buffer
	w := quotedprintable.NewWriter(&b)
	if _, err := w.Write([]byte(s)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func encodeAs(t *testing.T, e interface{ String(string) (string, error) }, s string) string {
	t.Helper()
	out, err := e.String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestRead_Mail(t *testing.T) {
	t.Parallel()
	const plain = "Harbor opens / The first ferry left – at noon / Ann Lee / 2021-03-09 / "
	latin := encodeAs(t, charmap.Windows1252.NewEncoder(), plainDigest)
	euckr := encodeAs(t, korean.EUCKR.NewEncoder(), "항구 열려\n\n첫 배가 떠났다\n\n홍길동 | 김철수 2021년 3월 9일\n")
	both := func(text, page string) string {
		return "MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n" + text +
			"\n--b\nContent-Type: text/html; charset=utf-8\n\n" + page + "\n--b--\n"
	}
	tests := []struct{ name, in, want string }{
		{"plain", "From: a@e.example\nSubject: x\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n" + plainDigest, plain},
		{"old line ends, from a file of mails", strings.ReplaceAll("From a@e.example Tue Mar  9\nReceived: by x;\n\tTue\nSubject: x\n\n"+plainDigest, "\n", "\r\n"), plain},
		{"quoted-printable", "Subject: x\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n" + quoted(t, plainDigest), plain},
		{"base64", "Subject: x\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n" + base64.StdEncoding.EncodeToString([]byte(plainDigest)), plain},
		{"windows-1252", "Subject: x\nContent-Type: text/plain; charset=windows-1252\nContent-Transfer-Encoding: quoted-printable\n\n" + quoted(t, latin), plain},
		{"windows-1252 that says nothing", "Subject: x\nMIME-Version: 1.0\n\n" + latin, plain},
		{"EUC-KR", "Subject: x\nContent-Type: text/plain; charset=euc-kr\n\n" + euckr, "항구 열려 / 첫 배가 떠났다 / 홍길동+김철수 / 2021-03-09 / "},
		{
			"flowed",
			"Subject: x\nContent-Type: text/plain; format=flowed\n\nHarbor \nopens\n\nThe first \nferry left – \nat noon\n\nAnn Lee March 9, 2021\n-- \nTide\n", plain,
		},
		{"both, text preferred", both(plainDigest, "<p>"+strings.ReplaceAll(plainDigest, "\n\n", "<p>")), plain},
		{"both, text says little", both("Please use another program.", pageDigest), pageArticles},
		{"page alone, within parts", "Subject: x\nContent-Type: multipart/mixed; boundary=m\n\n--m\n" + both("", pageDigest) + "\n--m\nContent-Type: text/plain\nContent-Disposition: attachment\n\nTitle\nEve Fox March 1, 2021\n--m--\n", pageArticles},
		{"forwarded", "Subject: Fw\nContent-Type: message/rfc822\n\nSubject: x\nContent-Type: text/plain; charset=utf-8\n\n" + plainDigest, plain},
		{
			"forwarded as text",
			"---------- Forwarded message ---------\nFrom: Tide Post <a@e.example>\nDate: Tue, March 9, 2021 at 9:00 AM\nSubject: News\nTo: <b@e.example>\n\n" + plainDigest, plain,
		},
		{"cut off", strings.TrimSuffix(both(plainDigest, ""), "\n--b--\n"), plain},
	}
	for _, tt := range tests {
		d, err := Read(strings.NewReader(tt.in), Options{})
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if diff := cmp.Diff(tt.want, show(d)); diff != "" || len(d.Problems) > 0 {
			t.Errorf("%s: problems %v (-want +got):\n%s", tt.name, d.Problems, diff)
		}
	}
}

func TestRead_EditionOfASubject(t *testing.T) {
	t.Parallel()
	d, err := Read(strings.NewReader("Subject: =?utf-8?Q?Tide=E2=80=99s_news,_March_10,_2021?=\nMIME-Version: 1.0\n\n"+plainDigest), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if want := onDay(Options{}, 2021, time.March, 10); !d.Edition.Equal(want) {
		t.Errorf("edition %v, want %v", d.Edition, want)
	}
}

func TestRead_HostileMailIsBounded(t *testing.T) {
	t.Parallel()
	var nested strings.Builder
	for i := range 2 * maxNested {
		fmt.Fprintf(&nested, "Content-Type: multipart/mixed; boundary=b%d\nSubject: x\n\n--b%d\n", i, i)
	}
	many := "Content-Type: multipart/mixed; boundary=b\nSubject: x\n\n" + strings.Repeat("--b\nContent-Type: image/png\n\nx\n", 2*maxParts) + "--b--\n"
	for name, in := range map[string]string{
		"nested":    nested.String(),
		"many":      many,
		"no text":   "Content-Type: image/png\nSubject: x\n\n\x89PNG",
		"no body":   "Content-Type: multipart/mixed; boundary=b\nSubject: x\n\n",
		"no header": "Content-Type: text/plain; charset=nonsense\nContent-Transfer-Encoding: nonsense\nSubject: x\n\nhello",
	} {
		if d, err := Read(strings.NewReader(in), Options{}); err == nil {
			t.Errorf("%s: read %d articles", name, len(d.Articles))
		}
	}
}

func TestRead_PairsNeedAPerson(t *testing.T) {
	t.Parallel()
	const in = "March 10, 2021\n\nLatest news from us\n\nTitle one\nDek one\n\nTitle two\nDek two\n"
	_, err := Read(strings.NewReader(in), Options{})
	if want := "digest has no bylines; its 4 lines may be 2 titles, each followed by its dek"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %q", err, want)
	}
	d, err := Read(strings.NewReader(in), Options{Pairs: true})
	if err != nil {
		t.Fatal(err)
	}
	want := "Title one / Dek one /  / 2021-03-10 / \nTitle two / Dek two /  / 2021-03-10 / "
	if diff := cmp.Diff(want, show(d)); diff != "" || !d.Articles[0].DateOnly {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := Read(strings.NewReader("Title\nDek\nTitle\n"), Options{Pairs: true}); err == nil {
		t.Error("three lines are read as pairs")
	}
}

func TestRead_OtherLanguages(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"항구 열려\n첫 배가 떠났다\n홍길동 | 김철수 2024년 3월 3일":               "항구 열려 / 첫 배가 떠났다 / 홍길동+김철수 / 2024-03-03 / ",
		"港が開く\n最初の船が出た\n山田太郎・鈴木花子 2024年3月3日（日）":                "港が開く / 最初の船が出た / 山田太郎・鈴木花子 / 2024-03-03 / ",
		"港が開く\n山田太郎 | 鈴木花子 2024年3月3日 (日曜日)":                    "港が開く /  / 山田太郎+鈴木花子 / 2024-03-03 / ",
		"항구 열려\n홍길동 2024. 3. 3.":                               "항구 열려 /  / 홍길동 / 2024-03-03 / ",
		"Harbor opens\nSeung-Yeon Chung Sept. 3, 2024":         "Harbor opens /  / Seung-Yeon Chung / 2024-09-03 / ",
		"Harbor opens\nChad O’Carroll | NK News March 3, 2024": "Harbor opens /  / Chad O’Carroll+NK News / 2024-03-03 / ",
	} {
		d, err := Read(strings.NewReader(in), Options{})
		if err != nil {
			t.Errorf("%q: %v", in, err)
			continue
		}
		if got := show(d); got != want {
			t.Errorf("%q:\n got %q\nwant %q", in, got, want)
		}
	}
}

// roundTrip writes a digest and reads it again.
func roundTrip(t *testing.T, d *Digest, write func(*bytes.Buffer) error) *Digest {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	got, err := Read(bytes.NewReader(b.Bytes()), Options{})
	if err != nil {
		t.Fatalf("%v\n%s", err, &b)
	}
	if diff := cmp.Diff(d, got); diff != "" {
		t.Errorf("(-want +got):\n%s\n%s", diff, &b)
	}
	return got
}

func TestWrite_ReadsBackWhatItWrote(t *testing.T) {
	t.Parallel()
	d := &Digest{Edition: onDay(Options{}, 2026, time.January, 6), Heading: "Latest news from our correspondents"}
	for i, a := range []bot.Article{
		{Title: "One", Summary: "Dek & <b>more</b>", Authors: []string{"Ann Lee", "Bob Roe"}, Tags: []string{"Analysis"}, URL: "https://e.example/1?a=1&b=2"},
		{Title: "Two \"quoted\"", Tags: []string{"OPINION"}},
		{Title: "셋", Summary: "넷", Authors: []string{"홍길동"}},
		{Title: "Opens", Summary: "Opinion", Authors: []string{"A | B"}},
	} {
		a.GUID, a.Published, a.DateOnly = a.URL, onDay(Options{}, 2026, time.January, 5-i), true
		d.Articles = append(d.Articles, a)
	}
	t.Run("page", func(t *testing.T) {
		t.Parallel()
		roundTrip(t, d, func(b *bytes.Buffer) error { return WriteHTML(b, d, Options{}) })
	})
	text := *d
	text.Articles = append([]bot.Article(nil), d.Articles...)
	text.Articles[3].Authors = []string{"A / B"}
	t.Run("text", func(t *testing.T) {
		t.Parallel()
		roundTrip(t, &text, func(b *bytes.Buffer) error { return Write(b, &text, Options{}) })
	})
}

func TestWriteHTML_EscapesEverything(t *testing.T) {
	t.Parallel()
	const evil = `"><script>alert(1)</script><img src=x onerror=y>`
	var b bytes.Buffer
	err := WriteHTML(&b, &Digest{Heading: evil, Articles: []bot.Article{{
		Title: evil, Summary: evil, Authors: []string{evil}, Tags: []string{evil}, Lang: evil, URL: "javascript:alert(1)",
	}}}, Options{Now: func() time.Time { return onDay(Options{}, 2026, time.January, 6) }})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"<script", "<img", "javascript:", `lang="">`} {
		if strings.Contains(b.String(), s) {
			t.Errorf("page contains %s:\n%s", s, &b)
		}
	}
}

func FuzzReadPage(f *testing.F) {
	f.Add(pageDigest)
	f.Add("Subject: x\nMIME-Version: 1.0\n\n" + plainDigest)
	f.Add("<main itemscope itemtype=https://schema.org/Article><p itemprop=headline>a<time itemprop=datePublished datetime=2024-01-02></main>")
	f.Add("Content-Type: multipart/mixed; boundary=b\nSubject: x\n\n--b\nContent-Type: text/html\n\n<p>T<p>A B March 3, 2024\n--b--")
	f.Fuzz(func(t *testing.T, s string) {
		first, err := Read(strings.NewReader(s), Options{Pairs: true})
		if err != nil || len(first.Articles) == 0 {
			return
		}
		now := func() time.Time { return onDay(Options{}, 2026, time.January, 6) }
		var once, twice bytes.Buffer
		if err := WriteHTML(&once, first, Options{Now: now}); err != nil {
			t.Skip(err)
		}
		second, err := Read(bytes.NewReader(once.Bytes()), Options{})
		if err != nil {
			t.Fatalf("written page is not read: %v\n%s", err, &once)
		}
		if err := WriteHTML(&twice, second, Options{}); err != nil {
			t.Fatal(err)
		}
		// The language of an article is not read back.
		if diff := cmp.Diff(once.String(), twice.String()); diff != "" {
			t.Errorf("written twice (-first +second):\n%s", diff)
		}
	})
}
