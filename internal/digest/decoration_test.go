package digest

import (
	"strings"
	"testing"
)

func TestRead_TitlesWithoutWhatStandsAroundThem(t *testing.T) {
	t.Parallel()
	const first, second = "Lighthouse gets a second lamp", "Tram to the quay runs again"
	plain, below := sentArticles, "\n[1] https://quay.example/1\n[2] https://quay.example/2\n"
	for name, c := range map[string]struct{ first, second, below, want string }{
		"links":            {first + " <https://quay.example/1>", second + " <https://quay.example/2>", "", sentLinked},
		"links of Outlook": {first + "<https://quay.example/1>", second + "<https://quay.example/2>", "", sentLinked},
		"links in spaces":  {first + " ( https://quay.example/1 )", second + " ( https://quay.example/2 )", "", sentLinked},
		"numbers of links": {first + " [1]", second + " [2]", below, sentLinked},
		"numbers before":   {"[1]" + first, "[2]" + second, below, sentLinked},
		"Markdown":         {"**[" + first + "](https://quay.example/1)**", "[" + second + "](https://quay.example/2)", "", sentLinked},
		"bold":             {"**" + first + "**", "**" + second + "**", "", plain},
		"bullets":          {"• " + first, "• " + second, "", plain},
		"stars":            {"* " + first, "* " + second, "", plain},
		"numbers":          {"1. " + first, "2. " + second, "", plain},
		"bold words are part of a title": {
			"**Lighthouse** beats **quay**", second, "", strings.Replace(plain, first, "**Lighthouse** beats **quay**", 1),
		},
		"underscores of a word are too": {"__init__", second, "", strings.Replace(plain, first, "__init__", 1)},
		"a number is part of one title": {
			"1. Lighthouse beats 2. Lighthouse", second, "", strings.Replace(plain, first, "1. Lighthouse beats 2. Lighthouse", 1),
		},
		"other numbers are too": {"10. " + first, "12. " + second, "", strings.NewReplacer(first, "10. "+first, second, "12. "+second).Replace(plain)},
		"a note without a list": {first + " [1]", second, "", strings.Replace(plain, first, first+" [1]", 1)},
	} {
		text := strings.NewReplacer(first, c.first, second, c.second).Replace(sentText) + c.below
		for form, in := range map[string]string{"lines": text, "lines apart": strings.ReplaceAll(text, "\n", "\n\n")} {
			d, err := Read(strings.NewReader(in), Options{})
			if err != nil || show(d) != c.want || len(d.Problems) > 0 {
				t.Errorf("%s, %s: %v\n got %q\nwant %q", name, form, err, show(d), c.want)
			}
		}
	}
}

func TestRead_LetterAboveADigestIsNoArticle(t *testing.T) {
	t.Parallel()
	for _, letter := range []string{
		"Dear reader,\n\nhere is what our correspondents wrote this week.\n\n", "Hello everybody!\nThe week in two stories.\n\n",
		"Liebe Leserinnen und Leser,\n\ndas war die Woche.\n\n",
	} {
		d, err := Read(strings.NewReader(letter+sentText), Options{})
		if err != nil || show(d) != sentArticles || d.Edition.Day() != 10 {
			t.Errorf("%q: %v, %+v", letter, err, d)
		}
	}
	for _, item := range []string{"Dear Leader, painted\nOils at the quay\n", "Good morning, Vietnam!\nA musical comes to the quay\n"} {
		for _, letter := range []string{"", "Dear readers,\n\nhere is the week.\n\n"} {
			in := letter + item + "March 10, 2024\n\n" + strings.SplitN(sentText, "\n\n", 2)[1]
			if d, err := Read(strings.NewReader(in), Options{}); err != nil || len(d.Articles) != 3 {
				t.Errorf("%q, a title that begins like a letter: %v, %+v", in, err, d)
			}
		}
	}
}

func TestRead_PageSentAsPlainText(t *testing.T) {
	t.Parallel()
	d, err := Read(strings.NewReader(mailOf("text/plain; charset=utf-8", "<html><body>"+sentPage+"</body></html>")), Options{})
	if err != nil || show(d) != sentLinked {
		t.Errorf("%v, %+v", err, d)
	}
}

// A mail that was cut off has lost the byline of its last article, which must not move those of the others.
func TestRead_ACutDigestIsNotShifted(t *testing.T) {
	t.Parallel()
	const third = "Pier sold\n\nBuyers want quiet\n\nCal Orr March 7, 2024\n"
	for _, apart := range []string{"\n", "\n\n"} {
		text := strings.ReplaceAll(sentText+"\n"+third, "\n", apart)
		whole := strings.Index(text, "March 8, 2024") + len("March 8, 2024")
		for end := whole; end < len(text)-len(apart)-1; end += 3 {
			d, err := Read(strings.NewReader(text[:end]), Options{})
			if err == nil && !strings.HasPrefix(show(d), sentArticles) {
				t.Fatalf("%q is read as\n%s", text[:end], show(d))
			}
		}
	}
}
