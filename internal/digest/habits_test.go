package digest

import (
	"strings"
	"testing"
)

// swapped returns the sent digest with its two articles as a layout has them, in which {T}, {K}, {A}, {D} and {#} stand for title,
// dek, authors, date and number.
func swapped(layout string) string {
	item := func(n, title, dek, authors, date string) string {
		return strings.NewReplacer("{T}", title, "{K}", dek, "{A}", authors, "{D}", date, "{#}", n).Replace(layout)
	}
	return "March 10, 2024\n\n" +
		item("1", "Lighthouse gets a second lamp", "Keepers say that it will be seen from the reef", "Ann Lee | Jan de Boer", "March 9, 2024") + "\n\n" +
		item("2", "Tram to the quay runs again", "Tickets cost what they did", "Min-Ji Park", "March 8, 2024") + "\n"
}

func TestRead_MarksOfTitles(t *testing.T) {
	t.Parallel()
	for _, mark := range []string{
		"· ", "– ", "— ", "+ ", "→ ", "▶ ", "➤ ", "■ ", "☐ ", "★ ", "✅ ", "🔹 ", "🗞️ ", "※ ", "## ", "#### ",
		"{#}) ", "({#}) ", "[{#}] ", "0{#}. ", "{#}: ", "{#}.- ", "{#} – ", "{#}/2 ", "No. {#} ", "Nr. {#}: ",
	} {
		for _, layout := range []string{"{T}\n{K}\n{A} {D}", "{T}\n\n{K}\n\n{A} {D}"} {
			d, err := Read(strings.NewReader(swapped(mark+layout)), Options{})
			if err != nil || show(d) != sentArticles || len(d.Problems) > 0 {
				t.Errorf("%q: %v\n%s", mark+layout, err, show(d))
			}
		}
	}
	for given, in := range map[string]string{
		"circled": strings.NewReplacer("Lighthouse gets", "① Lighthouse gets", "Tram to", "② Tram to").Replace(sentText),
		"keycaps": strings.NewReplacer("Lighthouse gets", "1️⃣ Lighthouse gets", "Tram to", "2️⃣ Tram to").Replace(sentText),
		"a page":  swapped("<h2>▸ {T}</h2><p>{K}</p><p>{A} {D}</p>"),
	} {
		if given == "a page" {
			in = "<html><body>" + strings.ReplaceAll(in, "March 10, 2024\n", "<p>March 10, 2024</p>") + "</body></html>"
		}
		if d, err := Read(strings.NewReader(in), Options{}); err != nil || show(d) != sentArticles {
			t.Errorf("%s: %v\n%s", given, err, show(d))
		}
	}
}

func TestRead_MarksThatBelongToTitles(t *testing.T) {
	t.Parallel()
	for _, words := range [][2]string{
		{"$ 5 million for the quay", "$ 6 million for the reef"},    // money
		{"« Lumière » wins at the quay", "« Nuit » loses at home"},  // quotations
		{"… and then the lamp went out", "… and then it came back"}, // half a sentence
		{"3 ferries collide off the reef", "4 trams stand still"},   // a count
		{"1 – 0 for the reef, says the keeper", "3 – 0 for the quay, says nobody"},
		{"→ Lamp goes east", "← Lamp goes west"},
	} {
		in := strings.NewReplacer("Lighthouse gets a second lamp", words[0], "Tram to the quay runs again", words[1]).Replace(sentText)
		d, err := Read(strings.NewReader(in), Options{})
		if err != nil || len(d.Articles) != 2 || d.Articles[0].Title != words[0] || d.Articles[1].Title != words[1] {
			t.Errorf("%q: %v\n%s", words, err, show(d))
		}
	}
	sections := swapped("## Harbor\n\n{T}\n\n{K}\n\n{A} {D}")
	if d, err := Read(strings.NewReader(sections), Options{}); err != nil || show(d) != sentArticles {
		t.Errorf("sections: %v\n%s", err, show(d))
	}
}

func TestRead_BylinesOfManySites(t *testing.T) {
	t.Parallel()
	for _, byline := range []string{
		"*{A}* {D}", "_{A} | {D}_", "Posted by {A} on {D}", "Reported by {A} {D}", "Text by {A} | {D}", "{A} | {D} | Culture", "{A} · {D} · 12 comments", "{A} {D} 3 comments",
		"{A} {D} | Updated March 10, 2024", "{A} | {D} (last updated: March 10, 2024)", "{A} » {D}", "{A} ・ {D}", "{D} / {A}", "{D} | {A}", "{D} // {A}",
	} {
		d, err := Read(strings.NewReader(swapped("{T}\n\n{K}\n\n"+byline)), Options{})
		if err != nil || show(d) != sentArticles || len(d.Problems) > 0 {
			t.Errorf("%q: %v\n%s", byline, err, show(d))
		}
	}
	for byline, want := range map[string]string{
		"By Ann Lee, Bo Roe and Cal Orr | March 9, 2024": "Ann Lee+Bo Roe+Cal Orr",
		"Ann Lee, Bo Roe | March 9, 2024":                "Ann Lee+Bo Roe",
		"Ann Lee with Bo Roe March 9, 2024":              "Ann Lee+Bo Roe",
		"Ann Lee + Bo Roe March 9, 2024":                 "Ann Lee+Bo Roe",
		"Ann Lee, The Quay Post | March 9, 2024":         "Ann Lee, The Quay Post",
		"Staff writers March 9, 2024":                    "Staff writers",
		"Ann Lee 9-Mar-2024":                             "Ann Lee",
		"ليلى حداد 9 مارس 2024":                          "ليلى حداد",
		"Олена Кравець 9 березня 2024":                   "Олена Кравець",
	} {
		in := strings.Replace(sentText, "Ann Lee | Jan de Boer March 9, 2024", byline, 1)
		d, err := Read(strings.NewReader(in), Options{})
		if err != nil || len(d.Articles) != 2 || strings.Join(d.Articles[0].Authors, "+") != want || d.Articles[0].Published.Day() != 9 {
			t.Errorf("%q: %v\n%s", byline, err, show(d))
		}
	}
	for _, title := range []string{"Mill | March 9, 2024 | What the mayor said that day to us", "Quay in 2024 | a year of 300 storms"} {
		in := strings.Replace(sentText, "Lighthouse gets a second lamp", title, 1)
		if d, err := Read(strings.NewReader(in), Options{}); err != nil || len(d.Articles) != 2 || d.Articles[0].Title != title {
			t.Errorf("%q: %v\n%s", title, err, show(d))
		}
	}
}

func TestRead_NamesWithoutSpacesAboveTheirDate(t *testing.T) {
	t.Parallel()
	const want = "港の最後の船が出る / 住民は新しい橋を待つ / 山田太郎+佐藤花子 / 2024-03-09 / \n灯台が九晩消えた理由 / 不良品の電球が原因だった / 鈴木一郎 / 2024-03-08 / "
	in := "港の最後の船が出る\n住民は新しい橋を待つ\n山田太郎 | 佐藤花子\n2024年3月9日\n\n灯台が九晩消えた理由\n不良品の電球が原因だった\n鈴木一郎\n2024年3月8日\n"
	if d, err := Read(strings.NewReader(in), Options{}); err != nil || show(d) != want {
		t.Errorf("%v\n%s", err, show(d))
	}
}

func TestRead_DatesOfThreeNumbers(t *testing.T) {
	t.Parallel()
	for _, dates := range [][2]string{
		{"3/9/2024", "3/8/2024"}, // the reverse is a month apart
		{"9/3/2024", "8/3/2024"}, // likewise
		{"03/09/2024", "03/08/2024"},
	} {
		for _, head := range []string{"March 10, 2024", ""} {
			in := strings.NewReplacer("March 10, 2024", head, "March 9, 2024", dates[0], "March 8, 2024", dates[1]).Replace(sentText)
			if d, err := Read(strings.NewReader(in), Options{}); err != nil || show(d) != sentArticles {
				t.Errorf("%q: %v\n%s", dates, err, show(d))
			}
		}
	}
	for date, day := range map[string]int{"3/14/2024": 14, "14/3/2024": 14} {
		in := "Pier sold\nBuyers want quiet\nCal Orr " + date + "\n"
		if d, err := Read(strings.NewReader(in), Options{}); err != nil || len(d.Articles) != 1 || d.Articles[0].Published.Day() != day {
			t.Errorf("%q: %v\n%s", date, err, show(d))
		}
	}
	for _, dates := range [][2]string{{"1/2/2024", "4/5/2024"}, {"1/2/2024", "2/1/2024"}} { // 93 days apart or 92, and 30
		in := strings.NewReplacer("March 10, 2024", "", "March 9, 2024", dates[0], "March 8, 2024", dates[1]).Replace(sentText)
		if d, err := Read(strings.NewReader(in), Options{}); err == nil {
			t.Errorf("%q: %s", dates, show(d))
		}
	}
	for _, date := range []string{"3/9/2024", "13/13/2024"} { // which of the two is the month?
		if d, err := Read(strings.NewReader("Pier sold\nBuyers want quiet\nCal Orr "+date+"\n"), Options{}); err == nil {
			t.Errorf("%q: %s", date, show(d))
		}
	}
}

func TestRead_LinesBrokenWhereOthersAreWhole(t *testing.T) {
	t.Parallel()
	const third = "\n\nPier sold\n\nBuyers want quiet\n\nCal Orr March 7, 2024\n"
	whole := strings.ReplaceAll(sentText, "\n", "\n\n") + third
	want := sentArticles + "\nPier sold / Buyers want quiet / Cal Orr / 2024-03-07 / "
	for _, head := range []string{"", "Latest news from the quay\n\n"} {
		in := strings.Replace(whole, "Lighthouse", head+"Lighthouse", 1)
		for _, broken := range []string{"that it", "gets a", "cost what"} {
			d, err := Read(strings.NewReader(strings.Replace(in, broken, strings.Replace(broken, " ", "\n", 1), 1)), Options{})
			if err != nil || show(d) != want || len(d.Problems) > 0 {
				t.Errorf("%q broken, below %q: %v\n%s\n%v", broken, head, err, show(d), d)
			}
		}
	}
	page := "<p>March 10, 2024</p>" + swapped("<h2>{T}</h2><p>{K}</p><p>{A} {D}</p>")[len("March 10, 2024"):] + "<h2>Pier sold</h2><p>Buyers want quiet</p><p>Cal Orr March 7, 2024</p>"
	page = "<html><body>" + strings.Replace(page, "say that", "say<br>that", 1) + "</body></html>"
	if d, err := Read(strings.NewReader(page), Options{}); err != nil || show(d) != want {
		t.Errorf("page: %v\n%s", err, show(d))
	}
}

func TestRead_Tables(t *testing.T) {
	t.Parallel()
	row := func(layout string) string {
		return strings.ReplaceAll(swapped(layout)[len("March 10, 2024\n\n"):], "\n\n", "\n")
	}
	for name, in := range map[string]string{
		"tabs":             "Title\tDek\tAuthors\tDate\n" + row("{T}\t{K}\t{A}\t{D}"),
		"tabs, date first": row("{D}\t{T}\t{K}\t{A}"),
		"Markdown":         "| Title | Dek | Authors | Date |\n|---|:---|---|---|\n" + strings.ReplaceAll(row("| {T} | {K} | {A} | {D} |"), "Ann Lee | Jan", "Ann Lee, Jan"),
		"page":             "<html><body><table><tr><th>Headline</th><th>Summary</th><th>By</th><th>Published</th></tr>" + row("<tr><td>{T}</td><td>{K}</td><td>{A}</td><td>{D}</td></tr>") + "</table></body></html>",
	} {
		if d, err := Read(strings.NewReader(in), Options{}); err != nil || show(d) != sentArticles || len(d.Problems) > 0 {
			t.Errorf("%s: %v\n%s", name, err, show(d))
		}
	}
	const names = "Ann Lee | Jan de Boer"
	in := strings.NewReplacer(names, "Ann Lee\tQuay News", "Min-Ji Park ", "Min-Ji Park\tQuay News\t", "Quay News ", "Quay News\t").Replace(sentText)
	want := strings.NewReplacer("Ann Lee+Jan de Boer", "Ann Lee Quay News", "Min-Ji Park", "Min-Ji Park Quay News").Replace(sentArticles)
	if d, err := Read(strings.NewReader(in), Options{}); err != nil || show(d) != want {
		t.Errorf("bylines with tabs are no rows: %v\n%s", err, show(d))
	}
}

// What looks like a part of a newsletter or of a list may be a dek.
func TestRead_DeksThatLookLikeSomethingElse(t *testing.T) {
	t.Parallel()
	for dek, layouts := range map[string][]string{
		"The club's mailing list grew by half":                       {"{A} {D}\n{T}\n{K}", "{T}\n{A} {D}\n{K}"},
		"Have a good look before it goes":                            {"{A} {D}\n{T}\n{K}", "{T}\n{A} {D}\n{K}"},
		"★ Our pick":                                                 {"{#}. {T}\n{K}\n{A} {D}"},
		"Don't open links unless you know the sender, says the bank": {"{T}\n{K}\n{A} {D}", "{T}\n\n{K}\n\n{A}\n\n{D}"},
	} {
		for _, layout := range layouts {
			for i, old := range []string{"Keepers say that it will be seen from the reef", "Tickets cost what they did"} {
				in := strings.Replace(swapped(layout), old, dek, 1)[len("March 10, 2024\n\n"):]
				d, err := Read(strings.NewReader(in), Options{})
				if want := strings.Replace(sentArticles, old, dek, 1); err != nil || show(d) != want {
					t.Errorf("%q of article %d in %q: %v\n%s", dek, i+1, layout, err, show(d))
				}
			}
		}
	}
}

func TestRead_LabeledParts(t *testing.T) {
	t.Parallel()
	for _, layout := range []string{
		"Title: {T}\nDek: {K}\nAuthors: {A}\nDate: {D}", "HEADLINE: {T}\n\nSUMMARY: {K}\n\nBY: {A}\n\nPUBLISHED: {D}", "Title: {T}\nStandfirst: {K}\nBy: {A}\nPublished on: {D}",
	} {
		if d, err := Read(strings.NewReader(swapped(layout)), Options{}); err != nil || show(d) != sentArticles {
			t.Errorf("%q: %v\n%s", layout, err, show(d))
		}
	}
}

func TestRead_NoteAndWarningsAboveAnEdition(t *testing.T) {
	t.Parallel()
	spread := strings.ReplaceAll(sentText, "\n", "\n\n")
	named := strings.Replace(spread, "Lighthouse", "Latest news from the quay\n\nLighthouse", 1)
	for _, note := range []string{
		"Worth your time before noon, both of them.", "This is what our colleagues at the quay sent", "Passing this on to the night shift!\n\nEve",
		"[EXTERNAL]", "[EXTERNAL EMAIL] Do not open attachments unless you know the sender.",
		"CAUTION: This message came from outside of our company. Do not click on\nlinks or open attachments unless you trust the sender.",
		"You don't often get email from news@quay.example. Learn why this is important",
	} {
		for form, in := range map[string]string{"named": named, "mail": mailOf("text/plain; charset=utf-8", note+"\n\n"+named)} {
			if form == "named" {
				in = note + "\n\n" + in
			}
			d, err := Read(strings.NewReader(in), Options{})
			if err != nil || show(d) != sentArticles || len(d.Problems) > 0 || d.Edition.Day() != 10 {
				t.Errorf("%q, %s: %v\n%+v", note, form, err, d)
			}
		}
	}
	const title = "Don't open links unless you know the sender, says the bank"
	in := strings.Replace(sentText, "Lighthouse gets a second lamp", title, 1)
	if d, err := Read(strings.NewReader(in), Options{}); err != nil || len(d.Articles) != 2 || d.Articles[0].Title != title {
		t.Errorf("%v, %+v", err, d)
	}
	// A first article without an author is no note.
	first := "Fish market burns down in the night\n\nNobody was hurt\n\nMarch 10, 2024\n\n"
	if d, err := Read(strings.NewReader(first+spread[len("March 10, 2024\n\n\n\n"):]), Options{}); err != nil || len(d.Articles) != 3 {
		t.Errorf("%v, %+v", err, d)
	}
}

func TestRead_WhatNewslettersEndWith(t *testing.T) {
	t.Parallel()
	for _, end := range []string{"Have a good week,\nEve", "_____________\nNews mailing list\nnews@lists.quay.example\nhttps://lists.quay.example/news"} {
		in := strings.ReplaceAll(sentText, "\n", "\n\n") + end + "\n"
		if d, err := Read(strings.NewReader(in), Options{}); err != nil || show(d) != sentArticles {
			t.Errorf("%q: %v\n%s", end, err, show(d))
		}
	}
}

// A mail that was cut within its second article has one byline, which is that of the first.
func TestRead_ADigestCutInItsSecondArticle(t *testing.T) {
	t.Parallel()
	in := strings.Replace(sentText, "Lighthouse", "Latest news from the quay\n\nLighthouse", 1)
	first, _, _ := strings.Cut(sentArticles, "\n")
	from := strings.Index(in, "March 9, 2024") + len("March 9, 2024")
	for end := from; end < len(in)-len("2024\n"); end += 2 {
		d, err := Read(strings.NewReader(in[:end]), Options{})
		if err != nil || show(d) != first {
			t.Fatalf("%q: %v\n%s", in[:end], err, show(d))
		}
		if below := strings.TrimSpace(in[from:end]); below != "" && len(d.Problems) != 1 {
			t.Fatalf("%q: problems %v", in[:end], d.Problems)
		}
	}
}

func TestRead_LinksBehindReadMore(t *testing.T) {
	t.Parallel()
	page := "<html><body><p>March 10, 2024</p>" + swapped(`<h2>{T}</h2><p>{K}</p><p>{A} {D}</p><p><a href="https://quay.example/{#}">Read the full story →</a></p>`)[len("March 10, 2024"):] + "</body></html>"
	if d, err := Read(strings.NewReader(page), Options{}); err != nil || show(d) != sentLinked {
		t.Errorf("%v\n%s", err, show(d))
	}
	titled := "<html><body><p>March 10, 2024</p>" + swapped(`<h2><a href="https://quay.example/{#}">{T}</a></h2><p>{K}</p><p>{A} {D}</p><p><a href="https://quay.example/{#}?more">Read more</a></p>`)[len("March 10, 2024"):] + "</body></html>"
	if d, err := Read(strings.NewReader(titled), Options{}); err != nil || show(d) != sentLinked {
		t.Errorf("titles lead there, too: %v\n%s", err, show(d))
	}
}
