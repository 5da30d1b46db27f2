package feed

import (
	"strings"
	"testing"
)

func TestSplitAuthors(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want string }{
		{"Ann Lee", "Ann Lee"},
		{"Ann Lee, Bob Roe and Cal Orr", "Ann Lee+Bob Roe+Cal Orr"},
		{"Ann Lee, Bob Roe, and Cal Orr", "Ann Lee+Bob Roe+Cal Orr"},
		{"By Ann Lee & Bob Roe", "Ann Lee+Bob Roe"},
		{"Ann Lee; Bob Roe | Cal Orr", "Ann Lee+Bob Roe+Cal Orr"},
		{"Smith, John", "Smith, John"},
		{"John Smith, Jr.", "John Smith, Jr."},
		{"Ben & Jerry", "Ben & Jerry"},
		{"staff and agencies", "staff and agencies"},
		{"홍길동, 김철수", "홍길동+김철수"},
		{"Jane <j@e.example>", "Jane"},
		{"j@e.example (Jane Doe)", "Jane Doe"},
		{"Jane Doe (j@e.example)", "Jane Doe"},
		{"Jane Doe (AP)", "Jane Doe (AP)"},
		{"j@e.example", ""},
		{"noreply@e.example (Unknown)", ""},
		{"@handle", "@handle"},
		{"<name>Jane Doe</name><email>j@e.example</email>", "Jane Doe"},
		{"<a href='x'>Jane &amp; Doe</a>", "Jane & Doe"},
		{"Wehr Online und Medien GmbH & Co KG", "Wehr Online und Medien GmbH & Co KG"},
		{"Lindgren, Holm & Partners", "Lindgren, Holm & Partners"},
		{"Weaver Brothers and Mill Street Inc.", "Weaver Brothers and Mill Street Inc."},
		{"Ministry of Tides and River Affairs", "Ministry of Tides and River Affairs"},
		{"Ida Holm, Science Editor", "Ida Holm, Science Editor"},
		{"Ida Holm, Science Editor, and Jon Vik, Reporter", "Ida Holm, Science Editor+Jon Vik, Reporter"},
		{"Ida Holm, Senior Fellow at the Mill Institute", "Ida Holm, Senior Fellow at the Mill Institute"},
		{"王小明、李小红", "王小明+李小红"},
		{"By Ida Holm and Jon Vik, Staff Writers", "Ida Holm+Jon Vik"},
		{"Ida Holm (now); Jon Vik and Pia Lund (earlier)", "Ida Holm+Jon Vik+Pia Lund"},
		{"<uri>https://e.example/</uri>", ""},
		{"<uri>https://e.example/</uri><email>j@e.example</email>", ""},
		{"admin", ""},
		{"Admin", ""},
		{"A. G. Holm and AG Vik", "A. G. Holm+AG Vik"},
		{"Peter Holm", "Peter Holm"},
		{"Ida Holm in Seoul and Jon Vik in New York", "Ida Holm+Jon Vik"},
		{"Ida van Holm in Seoul, Jon Vik in Busan", "Ida van Holm+Jon Vik"},
		{"Women in Weaving", "Women in Weaving"},
		{"Ida Holm, Correspondent in Seoul", "Ida Holm, Correspondent in Seoul"},
		{"Ida Holm / Mill Wire", "Ida Holm+Mill Wire"},
		{"Ida Holm, Science Editor / Jon Vik", "Ida Holm, Science Editor+Jon Vik"},
		{"AC / DC", "AC / DC"},
		{"24 / 7 News", "24 / 7 News"},
		{"Kim Min-ji / 김민지", "Kim Min-ji / 김민지"},
		{"Mill Women in Weaving", "Mill Women in Weaving"},
		{"", ""},
	}
	for _, tt := range tests {
		if got := strings.Join(splitAuthors(tt.in), "+"); got != tt.want {
			t.Errorf("splitAuthors(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestParse_ReadsByInTheLanguageOfTheFeed(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ lang, author, want string }{
		{"de-DE", "Von Ida Holm und Jon Vik", "Ida Holm+Jon Vik"},
		{"fr", "Par Ida Holm et Jon Vik", "Ida Holm+Jon Vik"},
		{"es", "Por Ida Holm", "Ida Holm"},
		{"pt-BR", "Por Ida Holm", "Ida Holm"},
		{"nl", "Door Ida Holm", "Ida Holm"},
		{"de", "Von Miller", "Von Miller"},
		{"en-US", "Door County Pulse", "Door County Pulse"},
		{"en-US", "Von Miller Junior", "Von Miller Junior"},
		{"de", "Door County Pulse", "Door County Pulse"},
		{"", "Par Holm Nilsson", "Par Holm Nilsson"},
	} {
		doc := "<rss xmlns:dc='http://purl.org/dc/elements/1.1/'><channel><language>" + tt.lang + "</language><item><title>t</title><dc:creator>" + tt.author +
			"</dc:creator></item></channel></rss>"
		f, err := Parse([]byte(doc), Meta{})
		if err != nil || len(f.Articles) != 1 || strings.Join(f.Articles[0].Authors, "+") != tt.want {
			t.Errorf("%q in %q: %v, %+v", tt.author, tt.lang, err, f)
		}
	}
}

func FuzzSplitAuthors(f *testing.F) {
	for _, s := range []string{"By Ida Holm and Jon Vik, Editor", "a@b.c (D)", "Von A B / C D in E", "<name>A</name>", "A B GmbH & Co KG", "A B (c), D E", ";|,", "\xff", "홍길동, 김철수"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, name := range splitAuthors(s) {
			if isNobody(name) {
				t.Errorf("splitAuthors(%q) has %q", s, name)
			}
		}
	})
}
