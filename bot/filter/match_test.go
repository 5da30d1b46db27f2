package filter

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func mustParse(t testing.TB, s string) *Filter {
	t.Helper()
	f, err := Parse(s)
	if err != nil {
		t.Fatalf("Parse(%q): %v", s, err)
	}
	return f
}

// launch is the article of most tests.
func launch() Fields {
	return Fields{
		Title:   "Kim Jong Un’s “ballistic missile” soars — again",
		Summary: "U.S. says 13,259 tons of coal, worth $11.6 million, beat COVID‑19 sanctions; Moon or Yoon to answer",
		Authors: []string{"Chad O’Carroll", "Jeongmin Kim"},
		Tags:    []string{"Military", "Inter-Korean relations"},
		Source:  "NK-News",
		Lang:    "en-US",
		URL:     "https://www.Example.org/pro/2021/01/kim-soars/?a=1",
	}
}

func TestMatch_FollowsTheLanguage(t *testing.T) {
	tests := []struct {
		filter string
		want   bool
	}{
		{"", true},
		{" \t ", true},
		{"missile", true},
		{"MISSILE", true},
		{"miss", false},
		{"issile", false},
		{"missiles", true},
		{`"missiles"`, false},
		{`"missile"`, true},
		{"title:missiles", true},
		{"ballistic-missiles", true},
		{`"ballistic missiles"`, false},
		{`"missiles"*`, false},
		{"-missiles", false},
		{"sanction", true},
		{`"sanction"`, false},
		{"ton", true},
		{"missile's", true},
		{"un's", true},
		{"militaries", false},
		{"tag:militaries", false},
		{"author:kims", false},
		{"kims", true},
		{"jeongmins", false},
		{"relation", false},
		{"source:nk-new", false},
		{"kim", true},
		{"un", true},
		{"nuclear missile", false},
		{"soars coal", true},
		{"missile, coal", true},
		{"soars AND coal", true},
		{"coal & soars", true},
		{`"ballistic missile"`, true},
		{`"missile ballistic"`, false},
		{"„ballistic missile“", true},
		{"«ballistic missile»", true},
		{`"jong un s ballistic"`, true},
		{`"again u s"`, false}, // not from one text into the next
		{"nuclear OR missile", true},
		{"nuclear|missile", true},
		{"nuclear || test", false},
		{"nuclear OR test missile", false},
		{"(nuclear OR coal) missile", true},
		{"nuclear coal OR missile", true},
		{"moon or yoon", true}, // a word like any other
		{"moon or trump", false},
		{"-drill", true},
		{"-missile", false},
		{"NOT missile", false},
		{"NOT NOT missile", true},
		{"-(-missile)", true},
		{"--missile", false},
		{"—missile", false},
		{"missile -(drill OR test)", true},
		{"missile -(drill OR coal)", false},
		{"-drill missile", true},
		{"sanction*", true},
		{"sanc*", true},
		{"zanc*", false},
		{`"ballistic miss*"`, true},
		{`"ballistic miss"*`, true},
		{"covid-1*", true},
		{"covid-19", true},
		{"COVID–19", true},
		{"covid19", false},
		{"o'carroll", true},
		{"o’carroll", true},
		{"carroll", true},
		{"ocarroll", false},
		{"13,259", true},
		{"13259", true},
		{"259", false},
		{"13*", true},
		{"$11.6", true},
		{"11.6", true},
		{"11.7", false},
		{"u.s.", true},
		{"US", true},
		{"title:missile", true},
		{"TITLE:missile", true},
		{"title: missile", true},
		{"title：missile", true},
		{"title:coal", false},
		{"summary:coal", true},
		{"dek:coal", true},
		{`title:"ballistic missile"`, true},
		{"title:miss*", true},
		{"title:(coal OR missile)", true},
		{"title:(missile -coal)", true},
		{"title:(missile coal)", false},
		{"-title:coal", true},
		{"author:carroll", true},
		{`author:"jeongmin kim"`, true},
		{`author:"carroll jeongmin"`, false},
		{"author:missile", false},
		{"jeongmin", true},
		{"tag:military", true},
		{"tag:korean", true},
		{`tag:"military inter"`, false},
		{"relations", true},
		{"source:nk-news", true},
		{"source:nk‑NEWS", true},
		{"source:nk", false},
		{"source:nk*", true},
		{"source:news", false},
		{"source:(yonhap OR nk-news)", true},
		{"nk-news", false},
		{"lang:en", true},
		{"lang:EN-us", true},
		{"lang:en_US", true},
		{"lang:en-GB", false},
		{"lang:e", false},
		{"url:/pro/", true},
		{"url:/live/", false},
		{"url:example.org", true},
		{"url:(/live/ OR /pro/)", true},
		{`url:"a=1"`, true},
		{"https://www.example.org/pro/2021/01/kim-soars/", true},
		{"pro", false},
		{"/ball.stic/", true},
		{"/BALL[a-z]*/i", true},
		{"/^kim/", true},
		{"/carroll/", false},
		{"author:/^chad/", true},
		{"tag:/^mil/", true},
		{"source:/^nk/", true},
		{"lang:/us$/", true},
		{"title:/coal/", false},
		{"title:(/coal/ OR /soars/)", true},
		{`/un’s/ -/a\/b/`, true},
		{"12:30", false},
		{"again:", true},
		{"missile(again)", true},
		{`soars"ballistic missile"`, true},
		{"（nuclear｜missile）－drill", true},
		{"\u200emissile\u200f", true},
	}
	d := NewDocument(launch())
	for _, tt := range tests {
		f := mustParse(t, tt.filter)
		if got := f.Match(d); got != tt.want {
			t.Errorf("%q matches: %t, want %t", tt.filter, got, tt.want)
		}
		if _, got := f.Explain(d); got != tt.want {
			t.Errorf("%q explains: %t, want %t", tt.filter, got, tt.want)
		}
	}
}

func TestMatch_KnowsScripts(t *testing.T) {
	tests := []struct {
		filter, title string
		want          bool
	}{
		{"미사일", "북한, 미사일을 발사", true},
		{"사일", "북한, 미사일을 발사", false},
		{`"북한 미사일"`, "북한의 미사일을 발사", true},
		{`"북한 미사일"`, "미사일을 북한의", false},
		{"북*", "북한", true},
		{"kbs", "KBS는", true},
		{"朝鮮", "北朝鮮のミサイル", true},
		{"北鮮", "北朝鮮のミサイル", false},
		{"ミサイル", "北朝鮮のﾐｻｲﾙ", true},
		{"北*", "北朝鮮", true},
		{"5月", "2021年5月", true},
		{"5月", "15月", false},
		{"ไทย", "ประเทศไทย", true},
		{"елка", "Ёлка", true},
		{"ёлка", "елка", true},
		{"мои", "мой", false},
		{"łódź", "LODZ", true},
		{"strasse", "Straße", true},
		{"istanbul", "İSTANBUL", true},
		{"ﬁnal", "final", true},
		{"ｆｉｎａｌ", "final", true},
		{"п'ять", "пʼять", true},
		{`צה"ל`, "חיילי צה״ל", true},
		{`"חיילי צה"ל"`, "חיילי צה״ל", true},
		{"/🚀/", "Launch 🚀", true},
		{`"🚀 launch"`, "a launch", true},
		{"#missile", "missile", true},
		{"+missile", "missile", true},
		{"AT&T", "at&t", true},
	}
	for _, tt := range tests {
		if got := mustParse(t, tt.filter).Match(NewDocument(Fields{Title: tt.title})); got != tt.want {
			t.Errorf("%q matches %q: %t, want %t", tt.filter, tt.title, got, tt.want)
		}
	}
}

func TestMatch_OfNothingIsFalse(t *testing.T) {
	d := NewDocument(Fields{})
	for _, s := range []string{"a", "title:aa*", "source:aa*", "lang:en", "url:a", "/a/", "author:/a*/"} {
		if mustParse(t, s).Match(d) {
			t.Errorf("%q matches an empty article", s)
		}
	}
}

func TestExplain_PointsIntoTheOriginalText(t *testing.T) {
	tests := []struct {
		filter string
		want   []string // field/index:passage
	}{
		{"", nil},
		{"-drill", nil},
		{"kim", []string{"title/0:Kim", "author/1:Kim"}},
		{"ballistic missile", []string{"title/0:ballistic", "title/0:missile"}},
		{`"ballistic missile" missile`, []string{"title/0:ballistic missile"}},
		{"o'carroll", []string{"author/0:O’Carroll"}},
		{"coal (nuclear OR sanction*) -drill", []string{"summary/0:coal", "summary/0:sanctions"}},
		{"(coal nuclear) OR covid-19", []string{"summary/0:COVID‑19"}},
		{"tons sanction", []string{"summary/0:tons", "summary/0:sanctions"}},
		{"ballistics-missiles", []string{"title/0:ballistic missile"}},
		{"13259 u.s.", []string{"summary/0:U.S.", "summary/0:13,259"}},
		{"tag:korean", []string{"tag/1:Korean"}},
		{"source:nk-news lang:en url:/pro/", []string{"source/0:NK-News", "lang/0:en-US", "url/0:/pro/"}},
		{"title:/s?o[a-z]+s/ soars", []string{"title/0:soars"}},
		{"/x*/", nil},
	}
	fields := launch()
	for _, tt := range tests {
		hits, ok := mustParse(t, tt.filter).Explain(NewDocument(fields))
		if !ok {
			t.Errorf("%q does not match", tt.filter)
		}
		if diff := cmp.Diff(tt.want, passages(fields, hits)); diff != "" {
			t.Errorf("%q explains (-want +got):\n%s", tt.filter, diff)
		}
	}
	if hits, ok := mustParse(t, "kim nuclear").Explain(NewDocument(fields)); ok || hits != nil {
		t.Errorf("a filter that does not match explains %v", hits)
	}
}

func passages(f Fields, hits []Hit) []string {
	var out []string
	for _, h := range hits {
		index := string(rune('0' + h.Index))
		out = append(out, h.Field.String()+"/"+index+":"+valuesOf(f, h.Field)[h.Index][h.Start:h.End])
	}
	return out
}

// valuesOf returns the texts of a field.
func valuesOf(f Fields, field Field) []string {
	switch field {
	case Title:
		return []string{f.Title}
	case Summary:
		return []string{f.Summary}
	case Author:
		return f.Authors
	case Tag:
		return f.Tags
	case Source:
		return []string{f.Source}
	case Lang:
		return []string{f.Lang}
	case URL:
		return []string{f.URL}
	default:
		return append(append([]string{f.Title, f.Summary}, f.Authors...), f.Tags...)
	}
}

func TestNewDocument_KeepsItsOwnLists(t *testing.T) {
	authors := []string{"Jane Doe"}
	d := NewDocument(Fields{Authors: authors})
	authors[0] = "John Roe"
	for _, s := range []string{"author:jane", "author:/jane/"} {
		if !mustParse(t, s).Match(d) {
			t.Errorf("%q no longer matches", s)
		}
	}
}

// The worst filters that Parse lets through, on a text far longer than any article.
func TestMatch_IsNeverLong(t *testing.T) {
	title := strings.Repeat("aa ", 2_000)
	d := NewDocument(Fields{Title: title, Summary: strings.Repeat("a", 20_000)})
	filters := map[string]string{
		"long phrase":    `"` + strings.Repeat("aa ", 660) + `b"`,
		"many prefixes":  strings.Repeat("aa* ", 190) + "b",
		"big expression": "/(?:a?){100}(?:a*)*b/",
		"deep":           strings.Repeat("-(", maxNesting) + "b" + strings.Repeat(")", maxNesting),
	}
	const limit = 10 * time.Second // far more than it takes; without bounds it would be hours
	for name, s := range filters {
		f := mustParse(t, s)
		start := time.Now()
		f.Match(d)
		f.Explain(d)
		if took := time.Since(start); took > limit {
			t.Errorf("%s took %v", name, took)
		}
	}
}

// The larger a regular expression, the less of a text it looks at, so that no filter runs long.
func TestPattern_LooksAtLessTheLargerItIs(t *testing.T) {
	far := func(n int) *Document {
		return NewDocument(Fields{Title: "harbor", Summary: strings.Repeat("-", n) + "z"})
	}
	for text, reach := range map[string]int{
		"/z/":                    16_000,
		"/y{280}|x{280}|z/":      500,
		"/y{280}/ OR /z/":        1_000,
		"/z/ OR /y{280}|x{280}/": 500,
	} {
		f := mustParse(t, text)
		if near := far(reach - 20); !f.Match(near) {
			t.Errorf("%q does not look at byte %d", text, reach-20)
		}
		if beyond := far(2 * reach); f.Match(beyond) {
			t.Errorf("%q looks at byte %d", text, 2*reach)
		}
	}
	if !mustParse(t, "/r{99}|q{99}|harbor$/").Match(far(1)) {
		t.Error("a title is not looked at to its end")
	}
}
