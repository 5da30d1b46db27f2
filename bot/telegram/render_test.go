package telegram

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
)

func TestRender_Cards(t *testing.T) {
	seoul := time.FixedZone("KST", 9*60*60)
	a := &Adapter{zone: seoul}
	published := time.Date(2021, 1, 20, 23, 4, 0, 0, time.UTC)
	for _, c := range []struct {
		name string
		card bot.Card
		want string
	}{
		{
			"all there is",
			bot.Card{
				Title: bot.Plain("Kim & Yoon: \"talks\" <soon>"), URL: "https://news.example/?a=1&b=\"2\"",
				Summary: bot.Plain("The dek."), Authors: []string{"Mike Brodka", "John\nSmith"}, Source: "newsroom",
				Published: published, Note: bot.Styled("Corrected", bot.Bold),
			},
			`<a href="https://news.example/?a=1&amp;b=&quot;2&quot;"><b>Kim &amp; Yoon: &quot;talks&quot; &lt;soon&gt;</b></a>` + "\n" +
				"The dek.\n\nMike Brodka | John Smith\n<i>newsroom</i> · <tg-time unix=\"1611183840\" format=\"Dt\">21 Jan 2021, 08:04 KST</tg-time>\n\n<b>Corrected</b>",
		},
		{
			"no dek, only a day",
			bot.Card{Title: bot.Plain("Title"), Source: "digest", Published: published, DateOnly: true},
			"<b>Title</b>\n<i>digest</i> · January 21, 2021",
		},
		{"only a title", bot.Card{Title: bot.Plain("Title")}, "<b>Title</b>"},
		{
			"words that matched",
			bot.Card{
				Title:   bot.Join(bot.Plain("A "), bot.Styled("missile", bot.Bold), bot.Plain("s")),
				Summary: bot.Join(bot.Styled("It", bot.Bold), bot.Plain(" flew")), URL: "https://a.example/",
			},
			`<a href="https://a.example/"><b>A </b><b><u>missile</u></b><b>s</b></a>` + "\n<b>It</b> flew",
		},
		{
			"a withdrawn title",
			bot.Card{Title: bot.Styled("Title", bot.Strike), Note: bot.Plain("Withdrawn")},
			"<b><s>Title</s></b>\n\nWithdrawn",
		},
		{
			"a link that is none",
			bot.Card{Title: bot.Plain("Title"), URL: "javascript:alert(1)", Authors: []string{"Ann"}},
			"<b>Title</b>\nAnn",
		},
		{
			"mentions and commands",
			bot.Card{Title: bot.Plain("@durov: /start"), Summary: bot.Plain("tg://user?id=1")},
			"<b>@\u2060durov: /\u2060start</b>\ntg:\u2060//user?id=1",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, a.render(bot.Message{Card: &c.card}).html); diff != "" {
				t.Errorf("render (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRender_Texts(t *testing.T) {
	a := &Adapter{zone: time.UTC}
	for _, c := range []struct {
		name string
		text bot.Text
		want string
	}{
		{"plain", bot.Plain("a < b & c"), "a &lt; b &amp; c"},
		{"styles", bot.Styled("x", bot.Bold|bot.Italic|bot.Strike), "<b><i><s>x</s></i></b>"},
		{"code", bot.Styled("<a @b /c>", bot.Code), "<code>&lt;a @b /c&gt;</code>"},
		{"a block", bot.Styled("a (\n  ^", bot.Pre|bot.Bold), "<pre>a (\n  ^</pre>"},
		{"a link", bot.Linked("@x", "https://a.example/?\"<"), "<a href=\"https://a.example/?&quot;&lt;\">@\u2060x</a>"},
		{"a link in code", bot.Text{{Text: "x", Style: bot.Code, Link: "https://a.example"}}, `<a href="https://a.example">x</a>`},
		{"a link that is none", bot.Linked("x", "tg://user?id=1"), "x"},
		{"across spans", bot.Text{{Text: "@"}, {Text: "durov", Style: bot.Bold}}, "@\u2060<b>durov</b>"},
		{"mail", bot.Plain("ann@example.com"), "ann@example.com"},
		{"empty spans", bot.Text{{}, {Text: "\u200b", Style: bot.Bold}, {Text: "x"}}, "x"},
		{"a decomposed ring", bot.Plain("A\u030angstro\u0308m"), "Ångström"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, a.render(bot.Message{Text: c.text}).html); diff != "" {
				t.Errorf("render (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDisarm(t *testing.T) {
	const j = wordJoiner
	for text, want := range map[string]string{
		"@durov":                           "@" + j + "durov",
		"(@durov) .@a é@b":                 "(@" + j + "durov) .@" + j + "a é@b",
		"a@b.example":                      "a@b.example",
		"@ durov @":                        "@ durov @",
		"@북한":                              "@북한",
		"/start and/or 24/7 //x":           "/" + j + "start and/or 24/7 //x",
		"-/x":                              "-/" + j + "x",
		"https://a.example/@durov/-/x":     "https://a.example/@durov/-/x",
		"https://a.example,@durov":         "https://a.example,@" + j + "durov",
		"https:///@durov https://a/@durov": "https:///@" + j + "durov https://a/@" + j + "durov",
		"x TG://user?id=1 ton://x":         "x TG:" + j + "//user?id=1 ton:" + j + "//x",
		"/help /helpme /help@x":            "/help /" + j + "helpme /" + j + "help@x",
	} {
		got := disarm(' ', text, ' ', func(name string) bool { return name == "help" })
		if got != want {
			t.Errorf("disarm(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestRender_KeepsALongLink(t *testing.T) {
	long := "https://news.example/" + strings.Repeat("a", 6000)
	title := bot.Join(bot.Plain("A "), bot.Styled("missile", bot.Bold), bot.Plain("s "), bot.Styled("missile", bot.Bold), bot.Plain("s"))
	for name, image := range map[string]string{
		"no picture": "", "a picture as data": "data:image/png;base64,AAAA", "an address that is too long": long + long,
	} {
		r := (&Adapter{zone: time.UTC}).render(bot.Message{Card: &bot.Card{Title: title, URL: long, Image: image}})
		if !strings.HasPrefix(r.html, `<a href="`+long+`"><b>A </b>`) || strings.Count(r.html, long) != 1 {
			t.Errorf("%s: the alert is %.300s", name, r.html)
		}
		if !r.preview.Disabled {
			t.Errorf("%s: a preview is asked for: %.300v", name, r.preview)
		}
	}
}

func TestRender_DropsOnlyTheBadPicture(t *testing.T) {
	for image, want := range map[string]bool{
		"https://news.example/i.jpg": true, "data:image/png;base64,AAAA": false, "https://news.example/" + strings.Repeat("a", maxLink): false,
	} {
		r := (&Adapter{zone: time.UTC}).render(bot.Message{Card: &bot.Card{
			Title: bot.Plain("T"), URL: "https://news.example/", Image: image,
		}})
		if r.preview.PreferLarge != want || (r.preview.URL == image) != want || r.preview.Disabled == want {
			t.Errorf("%.40s: the preview is %+v, want the picture alone: %t", image, r.preview, want)
		}
	}
}

func TestRender_CountsAsTelegramDoes(t *testing.T) {
	a := &Adapter{zone: time.UTC}
	for _, unit := range []string{"x", "é", "북", "𝕂", "@a ", "<", "/a "} {
		got := a.render(bot.Message{Text: bot.Plain(strings.Repeat(unit, maxText))}).plain
		if n := units(got); n > maxText || unit == "x" && n != maxText || n < maxText-len("…")-units(unit)*2 {
			t.Errorf("of many %q, %d units are shown, want nearly %d", unit, n, maxText)
		}
	}
}

func TestRender_GivesUpMarkupThatIsTooLarge(t *testing.T) {
	a := &Adapter{zone: time.UTC}
	var text bot.Text
	for i := range 100 {
		text = append(text, bot.Linked("x", "https://news.example/"+strings.Repeat("y", 1000+i))...)
	}
	if got := a.render(bot.Message{Text: text}).html; got != strings.Repeat("x", 100) {
		t.Errorf("render gives %d bytes, want the words alone", len(got))
	}
}
