package digest

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
)

func seoul(t *testing.T) Options {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Seoul")
	if err != nil {
		t.Fatal(err)
	}
	return Options{Zone: zone}
}

func onDay(o Options, y int, m time.Month, d int) time.Time {
	return time.Date(y, m, d, 0, 0, 0, 0, o.zone())
}

func TestRead_Newsroom(t *testing.T) {
	t.Parallel()
	o := seoul(t)
	f, err := os.Open("testdata/2021-03-09.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, err := Read(f, o)
	if err != nil {
		t.Fatal(err)
	}
	article := func(d int, title, dek string, authors ...string) bot.Article {
		return bot.Article{Title: title, Summary: dek, Authors: authors, Published: onDay(o, 2021, time.March, d), DateOnly: true}
	}
	want := &Digest{
		Edition: onDay(o, 2021, time.March, 9),
		Heading: "Latest harbor news from Tide Post correspondents",
		Articles: []bot.Article{
			article(8, "City envoy to the island province announces the end of his disputed tenure",
				"After two and a half years, Harold Finch will serve his final day as envoy on March 12", "Mei Lin Tan"),
			article(8, "Assembly over: Deputy speaker insults neighbors and talks regatta rumors",
				`The deputy speaker accused the mainland of having "nothing better to do" than watch for a harbor regatta`, "Karen Kowal"),
			article(7, "Port authority hopes to video chat ferries with a $361,600 special room",
				"The port is looking for construction crews to beef up a facility meant to help the harbormaster reach the outer islands", "Sumin Park"),
			article(7, "Mayor hints at an even stronger crusade against local ‘abuse of power’",
				"Experts say that the mayor’s complaints foreshadow more crackdowns on bribes and other misconduct in the future", "Casey Zimmer"),
			article(7, "Mayor absent as officials talk ferry, science plans at harbor assembly",
				"Leaders ironed out finer details about future fishing, science, storm defense and industry plans", "Karen Kowal", "Jun-Ho Bae"),
			article(6, "Governor congratulates the mayor on his big promotion",
				`The governor vowed to continuously "preserve, consolidate and develop island-harbor relations," local radio reported`, "Karen Kowal"),
			article(6, "Island tests 13,259 people for harbor fever, still claims zero confirmed cases",
				"The clinic adds that “travel restrictions have been imposed” on the pier, but it is unclear when these were introduced", "Jun-Ho Bae"),
			article(5, "‘Meet anytime, anywhere’: Councilor answers the mayor’s hostile remarks with olive branch",
				"In his New Year's address, the councilor once again pitched more dialogue with the outer islands", "Sumin Park"),
			article(5, "Signs of a regatta detected at the pier on Sunday night, coast guard says",
				"The coast guard detected potential signs of a night regatta in Lantern Bay on the evening of Jan. 20",
				"Karen Kowal", "Mei Lin Tan", "Seán O’Carroll-de la Cruz"),
			article(4, "Mayor named harbor warden — a title reserved for his late father",
				"The mayor was promoted to a higher harbor rank that was otherwise posthumously reserved for his father", "Jun-Ho Bae"),
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// show writes the articles of a digest one a line, for tests of layout.
func show(d *Digest) string {
	if d == nil {
		return "nothing"
	}
	var b strings.Builder
	for _, a := range d.Articles {
		b.WriteString(strings.Join([]string{
			a.Title, a.Summary, strings.Join(a.Authors, "+"), a.Published.Format(time.DateOnly), a.URL,
		}, " / ") + "\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func TestRead_AcceptsAnyLayout(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, heading, want string }{
		{
			"block", "Title one\nDek one\nAnn Lee March 3, 2024\nTitle two\nDek two\nBob Roe March 2, 2024", "",
			"Title one / Dek one / Ann Lee / 2024-03-03 / \nTitle two / Dek two / Bob Roe / 2024-03-02 / ",
		},
		{
			"spread without deks", "News of the week\n\nTitle one\n\nDek\n\nAnn Lee March 3, 2024\n\nTitle two\n\nBob Roe March 2, 2024", "News of the week",
			"Title one / Dek / Ann Lee / 2024-03-03 / \nTitle two /  / Bob Roe / 2024-03-02 / ",
		},
		{
			"known heading over a single title", "Latest news from us\n\nTitle\n\nAnn Lee March 3, 2024\n\nTitle two\n\nDek\n\nBob Roe March 2, 2024",
			"Latest news from us", "Title /  / Ann Lee / 2024-03-03 / \nTitle two / Dek / Bob Roe / 2024-03-02 / ",
		},
		{
			"name of the digest over its date", "The Daily\nMarch 4, 2024\n\nTitle\nDek\nAnn Lee March 3, 2024", "The Daily",
			"Title / Dek / Ann Lee / 2024-03-03 / ",
		},
		{
			"labels and titles twice", "Analysis\nTitle one\nTitle one\nDek one\nJoe Smith\nJoe SmithJoe Smith | Ann LeeMarch 3, 2024\n\nOpinion\n\nTitle two\n\nTitle two\n\nTitle two\n\nDek two\n\nAnn LeeMarch 02, 2024", "",
			"Title one / Dek one / Joe Smith+Ann Lee / 2024-03-03 / \nTitle two / Dek two / Ann Lee / 2024-03-02 / ",
		},
		{
			"headings", "# Harbor\n\nTitle one\n\nDek one\n\nAnn Lee March 3, 2024\n\nASIA AND BEYOND\n\nTitle two\n\nBob Roe March 2, 2024\n\nIn brief:\n\nTitle three\nCal Orr March 2, 2024\n\nPeople\n------\n\nTitle four\nDek four\nAnn Lee March 1, 2024", "Harbor",
			"Title one / Dek one / Ann Lee / 2024-03-03 / \nTitle two /  / Bob Roe / 2024-03-02 / \nTitle three /  / Cal Orr / 2024-03-02 / \nTitle four / Dek four / Ann Lee / 2024-03-01 / ",
		},
		{
			"capitals as a title", "EARTHQUAKE HITS COAST\nAnn Lee March 3, 2024\n\nTitle two\nDek\nBob Roe March 2, 2024", "",
			"EARTHQUAKE HITS COAST /  / Ann Lee / 2024-03-03 / \nTitle two / Dek / Bob Roe / 2024-03-02 / ",
		},
		{
			"links", "Title one\nDek\nAnn Lee March 3, 2024\nhttps://e.example/1\n\nTitle two\n<https://e.example/2>\nBob Roe March 2, 2024\n\nTitle three\n\nCal Orr March 1, 2024\n\nhttps://e.example/3\n", "",
			"Title one / Dek / Ann Lee / 2024-03-03 / https://e.example/1\nTitle two /  / Bob Roe / 2024-03-02 / https://e.example/2\nTitle three /  / Cal Orr / 2024-03-01 / https://e.example/3",
		},
		{
			"quoted", "> Title one\n> Dek one\n> Ann Lee March 3, 2024\n>\n> Title two\n> Bob Roe March 2, 2024\n", "",
			"Title one / Dek one / Ann Lee / 2024-03-03 / \nTitle two /  / Bob Roe / 2024-03-02 / ",
		},
		{
			"signature", "Title one\nDek\nAnn Lee March 3, 2024\n-- \nTide Post\nEvil Corp March 4, 2024\n", "",
			"Title one / Dek / Ann Lee / 2024-03-03 / ",
		},
		{
			"old line ends, no-break spaces and a mark at the start", "\ufeffTitle\u00a0one\r\nDek\u200b one\r\nAnn\u00a0Lee March\u00a03, 2024\r\n", "",
			"Title one / Dek one / Ann Lee / 2024-03-03 / ",
		},
		{
			"saved by an old program", "The mayor\x92s \x93plan\x94\nDek \x97 one\nAnn Lee March 3, 2024", "",
			"The mayor’s “plan” / Dek — one / Ann Lee / 2024-03-03 / ",
		},
		{
			"wrapped",
			"The harbor of Lantern Bay is closed to all ferries until the storm of this\nweek has passed\n\n" +
				"A dek that is so long that the program that sent it broke it at the column\nwhere it breaks all of its lines, and then once more because it went on and\non\n\n" +
				"Ann Lee | Bob Roe |\nCal Orr March 3, 2024\n\nShort title\n\nShort dek\n\nDee Poe\n| Eve Fox March 2, 2024", "",
			"The harbor of Lantern Bay is closed to all ferries until the storm of this week has passed / " +
				"A dek that is so long that the program that sent it broke it at the column where it breaks all of its lines, and then once more because it went on and on / Ann Lee+Bob Roe+Cal Orr / 2024-03-03 / \n" +
				"Short title / Short dek / Dee Poe+Eve Fox / 2024-03-02 / ",
		},
		{
			"dates without authors", "Title one\nMarch 3, 2024\n\nTitle two\nMarch 2, 2024", "",
			"Title one /  /  / 2024-03-03 / \nTitle two /  /  / 2024-03-02 / ",
		},
		{
			"dek that ends in a date", "Title\n\nThe ferry will sail again on January 5, 2026\n\nAnn Lee March 3, 2024", "",
			"Title / The ferry will sail again on January 5, 2026 / Ann Lee / 2024-03-03 / ",
		},
		{
			"title that is the author's name", "Ann Lee\nAnn Lee March 3, 2024", "",
			"Ann Lee /  / Ann Lee / 2024-03-03 / ",
		},
	}
	for _, tt := range tests {
		d, err := Read(strings.NewReader(tt.in), Options{})
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if diff := cmp.Diff(tt.want, show(d)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
		if d.Heading != tt.heading || len(d.Problems) > 0 {
			t.Errorf("%s: heading %q, want %q; problems %v", tt.name, d.Heading, tt.heading, d.Problems)
		}
	}
}

func TestRead_Edition(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"January 6, 2026", "January 06, 2026", "Jan. 6, 2026", "Tuesday, January 6, 2026", "6 January 2026", "2026-01-06",
		"January 6, 2026 Edition", "January 6, 2026 | Issue 12", "Issue 12 – January 6, 2026", "2026년 1월 6일",
	} {
		d, err := Read(strings.NewReader(line+"\n\nTitle\nDek\nAnn Lee January 5, 2026"), Options{})
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if want := onDay(Options{}, 2026, time.January, 6); !d.Edition.Equal(want) || len(d.Articles) != 1 || len(d.Problems) != 0 {
			t.Errorf("%q: edition %v, want %v; %d articles, problems %v", line, d.Edition, want, len(d.Articles), d.Problems)
		}
	}
}

func TestRead_NamesTheLineOfAProblemAndGoesOn(t *testing.T) {
	t.Parallel()
	in := strings.Join([]string{
		"Title one", "Dek", "Ann Lee February 30, 2024", "", // 1 to 4
		"Bob Roe March 2, 2024", "", // 5
		"Buy our fish", "", "Title two", "", "Dek two", "", "Cal Orr March 1, 2024", "", // 7 to 13
		"Buy more fish", // 15
	}, "\n")
	d, err := Read(strings.NewReader(in), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := show(d), "Title two / Dek two / Cal Orr / 2024-03-01 / "; got != want {
		t.Errorf("articles %q, want %q", got, want)
	}
	want := []Problem{
		{3, `the calendar has no such day as in "Ann Lee February 30, 2024"`},
		{5, `no title above the byline "Bob Roe March 2, 2024"`},
		{7, `"Buy our fish" belongs to no article and is passed over`},
		{15, "text after the last byline is passed over"},
	}
	if diff := cmp.Diff(want, d.Problems); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

func TestRead_ReportsAFirstArticleWithoutAByline(t *testing.T) {
	t.Parallel()
	for _, last := range []string{"", "Ann Lee 01/02/2021\n", "bell hooks March 1, 2024\n"} {
		in := "March 2, 2024\n\nLatest news\n\nTitle one\nDek one\n" + last + "\nTitle two\nDek two\nCal Orr March 1, 2024\n"
		d, err := Read(strings.NewReader(in), Options{})
		if err != nil {
			t.Fatal(err)
		}
		want := []Problem{{5, `"Title one" has no byline that can be read and is passed over`}}
		if diff := cmp.Diff(want, d.Problems); diff != "" || d.Heading != "Latest news" || len(d.Articles) != 1 {
			t.Errorf("%q: heading %q, %d articles, problems (-want +got):\n%s", last, d.Heading, len(d.Articles), diff)
		}
	}
}

// An article whose byline is in no known language stands apart from the others by its date alone.
func TestRead_ReportsADatedArticleAboveTheFirst(t *testing.T) {
	t.Parallel()
	const item = "Title one\n\nDek one\n\nLe Ann Lee agus Bo Roe, March 1, 2024\n\n"
	for in, heading := range map[string]string{
		"March 2, 2024\n\nLatest news\n\n" + item: "Latest news",
		"March 2, 2024\n\n" + item:                "",
		"March 2, 2024\n\nLatest news\n\nTitle one\n\nDek one\n\nAnn Lee (March 1, 2024)\n\n": "Latest news",
		"<p>March 2, 2024</p><p>Latest news</p><p>" + strings.ReplaceAll(item, "\n\n", "<p>"): "Latest news",
	} {
		if next := "Title two\n\nDek two\n\nCal Orr March 1, 2024\n"; strings.Contains(in, "<p>") {
			in += strings.ReplaceAll(next, "\n\n", "<p>")
		} else {
			in += next
		}
		d, err := Read(strings.NewReader(in), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if len(d.Problems) != 1 || !strings.Contains(d.Problems[0].Reason, `"Title one" has no byline`) || d.Heading != heading || len(d.Articles) != 1 {
			t.Errorf("%q: heading %q, %d articles, problems %v", in, d.Heading, len(d.Articles), d.Problems)
		}
	}
}

func TestRead_AcceptsAnySeparator(t *testing.T) {
	t.Parallel()
	for _, byline := range []string{"Ann Lee ｜ Bob Roe March 1, 2024", "Ann Lee | Bob Roe - March 1, 2024", "Ann Lee | Bob Roe, March 1, 2024"} {
		d, err := Read(strings.NewReader("Title\nDek\n"+byline+"\n"), Options{})
		if err != nil || len(d.Articles) != 1 || !slices.Equal(d.Articles[0].Authors, []string{"Ann Lee", "Bob Roe"}) {
			t.Errorf("%q: %+v, %v", byline, d, err)
		}
	}
}

func TestRead_SaysWhatItExpected(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                             "digest is empty",
		"\n \n":                        "digest is empty",
		"\nDear reader,\n\nhello\n":    `"Jane Doe | John Smith January 20, 2021"; line 2 is "Dear reader,"`,
		strings.Repeat("x", maxText+1): "more than 2 MiB of text",
		"MIME-Version: 1.0\nSubject: x\n\n" + strings.Repeat("x", maxText+1): "more than 2 MiB of text",
		strings.Repeat("x", maxInput+1):                                      "longer than 10 MiB",
	} {
		_, err := Read(strings.NewReader(in), Options{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Read(%.20q) = %v, want an error with %q", in, err, want)
		}
	}
}

func TestWrite_IsCanonical(t *testing.T) {
	t.Parallel()
	o := seoul(t)
	d := &Digest{
		Edition: onDay(o, 2026, time.January, 6),
		Heading: "Latest news from our correspondents",
		Articles: []bot.Article{
			{Title: "One", Summary: "Dek\none", Authors: []string{"Ann Lee", "Bob | Roe"}, Published: onDay(o, 2026, time.January, 5), URL: "https://e.example/1"},
			{Title: "Two", Summary: "---", Published: time.Date(2026, time.January, 4, 20, 0, 0, 0, time.UTC)},
		},
	}
	want := `January 6, 2026

Latest news from our correspondents

One
Dek one
Ann Lee | Bob / Roe January 5, 2026
https://e.example/1

Two
January 5, 2026
`
	var got bytes.Buffer
	if err := Write(&got, d, o); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWrite_RoundTripsWhatLooksLikeSomethingElse(t *testing.T) {
	t.Parallel()
	published := onDay(Options{}, 2026, time.January, 5)
	for _, a := range []bot.Article{
		{Title: "Title", Summary: "Jane Doe January 5, 2026"},
		{Title: "Title", Summary: "— Jane Doe January 5, 2026"},
		{Title: "Title", Summary: "https://e.example/"},
		{Title: "Title", Summary: "Opinion"},
		{Title: "Title", Summary: "Ann Lee", Authors: []string{"Ann Lee"}},
		{Title: "Title", Summary: "— Really — yes"},
		{Title: "Title", Authors: []string{"Smith, John"}},
		{Title: "Title", Authors: []string{"bell hooks"}},
		{Title: "Title", Authors: []string{"Agence 24", "of the desk"}},
		{Title: "ASIA", Summary: "Dek:"},
		{Title: "# One", Summary: "> two"},
		{Title: "Ann Lee", Authors: []string{"Ann Lee"}},
		{Title: "• One", Summary: "- Two", Authors: []string{"Ann Lee"}},
		{Title: "1. One", Authors: []string{"Ann Lee"}},
	} {
		a.Published, a.DateOnly = published, true
		want := &Digest{Articles: []bot.Article{a, a}}
		var file bytes.Buffer
		if err := Write(&file, want, Options{}); err != nil {
			t.Errorf("%q: %v", a.Summary, err)
			continue
		}
		got, err := Read(&file, Options{})
		if err != nil {
			t.Errorf("%q: %v", a.Summary, err)
			continue
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

func TestWrite_NoOddWordStopsADigest(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("Name ", maxNameRunes)
	for in, want := range map[[2]string]string{
		{"---", "Ann Lee"}:                   "---. //Ann Lee",
		{"**Bold**", "Ann Lee"}:              "**Bold**. //Ann Lee",
		{"Roundup (May 2, 2026)", "Ann Lee"}: "Roundup (May 2, 2026). //Ann Lee",
		{"https://e.example/", "Ann Lee"}:    "— https://e.example/ //Ann Lee",
		{"One", `Dwayne "The Rock" Johnson`}: "One //Dwayne The Rock Johnson",
		{"One", "Panic! at the Disco"}:       "One //Panic at the Disco",
		{"One", "Jane DoeJane Doe"}:          "One //Jane Doe",
		{"One", "Ann ｜ Lee"}:                 "One //Ann / Lee",
		{"One", "?!"}:                        "One //",
		{"One", long}:                        "One //" + strings.TrimSpace(long[:2*maxNameRunes]),
	} {
		var file bytes.Buffer
		article := bot.Article{Title: in[0], Authors: []string{in[1]}, Published: onDay(Options{}, 2026, time.January, 5)}
		if err := Write(&file, &Digest{Articles: []bot.Article{article}}, Options{}); err != nil {
			t.Errorf("%q: %v", in, err)
			continue
		}
		got, err := Read(&file, Options{})
		if err != nil || len(got.Articles) != 1 {
			t.Errorf("%q: %+v, %v", in, got, err)
			continue
		}
		if a := got.Articles[0]; a.Title+" //"+strings.Join(a.Authors, "|") != want {
			t.Errorf("%q is read as %q by %q, want %q", in, a.Title, a.Authors, want)
		}
	}
}

func TestWrite_RefusesAnArticleWithoutTitle(t *testing.T) {
	t.Parallel()
	for _, title := range []string{"", " \u200b"} {
		err := Write(new(bytes.Buffer), &Digest{Articles: []bot.Article{{Title: title}}}, Options{})
		if err == nil || !strings.HasPrefix(err.Error(), "article 1: ") {
			t.Errorf("title %q: %v", title, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	twin, err := os.ReadFile("testdata/2021-03-09.txt")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(twin))
	for _, s := range []string{
		"T\nAnn Lee March 3, 2024", "T\n\nD\n\nMarch 3, 2024\nhttps://e.example/", "> a\n> Bo 2024-01-02", "A|\nB|C 2024. 1. 2.",
		"# H\n\nx\n2024년 1월 2일", "Analysis\nx\nx\ny\nAnn LeeAnn Lee | Bo March 3, 2024", "a\n— Jo May 1, 2020\nJo May 1, 2020",
		"1. x\nAnn Lee March 3, 2024\n\n2. y [1]\nBo Roe March 3, 2024\n\n[1] https://e.example/", "**[x](https://e.example/)**\n\nDi Ann Lee e Bo Roe (9 marzo 2024)",
		"AMAr00 0000\n0\nMAr01 0000\n0\n0|MAr01 0000",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		first, err := Read(strings.NewReader(s), Options{})
		if err != nil || len(first.Articles) == 0 {
			return
		}
		var once, twice bytes.Buffer
		if err := Write(&once, first, Options{}); err != nil {
			t.Skip(err)
		}
		second, err := Read(bytes.NewReader(once.Bytes()), Options{})
		if err != nil {
			t.Fatalf("written digest is not read: %v\n%s", err, &once)
		}
		if len(second.Problems) > 0 {
			t.Errorf("written digest has problems %v:\n%s", second.Problems, &once)
		}
		if err := Write(&twice, second, Options{}); err != nil {
			t.Fatalf("read digest is not written: %v\n%s", err, &once)
		}
		if diff := cmp.Diff(once.String(), twice.String()); diff != "" {
			t.Errorf("written twice (-first +second):\n%s", diff)
		}
	})
}

func TestRead_NeedsTimeInProportion(t *testing.T) {
	t.Parallel()
	const much, lines = 40 << 10, 8 << 10 // bytes; lines that may go on are tried again with each that follows
	for s, size := range map[string]int{
		"a\n": much, "|\n": lines, "|1\n": lines, "x |\n\n": much, "1": much, "Ab ": much, "Ann Lee May 1, 2024\n": much,
		"https://e.example/\n": much, "# x\n\n": much,
	} {
		in := strings.Repeat(s, size/len(s)) + "\nTitle\nAnn Lee May 1, 2024\n"
		if _, err := Read(strings.NewReader(in), Options{}); err != nil {
			t.Errorf("%q repeated: %v", s, err)
		}
	}
}
