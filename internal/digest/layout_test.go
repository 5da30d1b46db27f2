package digest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const (
	signedItems = "Quay wall cracks in frost / Engineers will look at it this week. / Ann Lee / 2024-03-09 / \n" +
		"Museum opens at night / Lamps are lent at the door. / Bo Roe / 2024-03-07 / "
	datedItems = "Quay wall cracks in frost / Engineers will look at it this week. /  / 2024-03-09 / \n" +
		"Museum opens at night / Lamps are lent at the door. /  / 2024-03-07 / "
)

// layoutOf writes the same two articles in a layout, in which T, D, A, d and B stand for title, dek,
// author, date and byline, a blank for the next line and a slash for the next paragraph.
func layoutOf(layout string) string {
	var b strings.Builder
	for _, item := range []map[string]string{
		{"T": "Quay wall cracks in frost", "D": "Engineers will look at it this week.", "A": "By Ann Lee", "N": "Ann Lee", "d": "March 9, 2024", "B": "Ann Lee March 9, 2024", "b": "March 9, 2024 · Ann Lee"},
		{"T": "Museum opens at night", "D": "Lamps are lent at the door.", "A": "By Bo Roe", "N": "Bo Roe", "d": "March 7, 2024", "B": "Bo Roe March 7, 2024", "b": "March 7, 2024 · Bo Roe"},
	} {
		for i, r := range strings.Split(layout, "") {
			switch {
			case r == "/":
				b.WriteString("\n")
			case item[r] != "":
				b.WriteString(item[r] + "\n")
			default:
				b.WriteString(layout[i:i])
			}
		}
	}
	return b.String()
}

func TestRead_FindsTheBylineWhereverItStands(t *testing.T) {
	t.Parallel()
	for layout, want := range map[string]string{
		"TDB/": signedItems, "T/D/B/": signedItems, "TDAd/": signedItems, "TDdA/": signedItems, "TD/Ad/": signedItems, "T/D/A/d/": signedItems, "T/D/d/A/": signedItems,
		"TDb/": signedItems, "TDNd/": signedItems, "T/D/N/d/": signedItems, "ATDd/": signedItems, "TADd/": signedItems,
		"TB/D/": signedItems, "TBD/": signedItems, "T/B/D/": signedItems, "TAd/D/": signedItems, "TAdD/": signedItems, "T/A/d/D/": signedItems, "TdA/D/": signedItems, "TBD": signedItems,
		"BTD/": signedItems, "B/T/D/": signedItems, "AdTD/": signedItems, "dTDA/": signedItems, "dATD/": signedItems, "b/TD/": signedItems,
		"TDN/d/": signedItems, "T/DA/d/": signedItems, "dT/DA/": signedItems, "Td/DN/": signedItems, "TdDN/": signedItems, "TNDd/": signedItems, "NTDd/": signedItems, "dTDN/": signedItems,
		"TDd/": datedItems, "T/D/d/": datedItems, "Td/D/": datedItems, "TdD/": datedItems, "T/d/D/": datedItems, "dTD/": datedItems, "d/TD/": datedItems,
	} {
		for _, head := range []string{"", "The Quay Weekly\n\n", "March 10, 2024\n\n", "March 10, 2024\n\nLatest news from the quay\n\n"} {
			in := head + layoutOf(layout)
			d, err := Read(strings.NewReader(in), Options{})
			if err != nil {
				t.Errorf("%s: %v\n%s", layout, err, in)
				continue
			}
			if diff := cmp.Diff(want, show(d)); diff != "" || len(d.Problems) > 0 {
				t.Errorf("%s: problems %v (-want +got):\n%s\n%s", layout, d.Problems, diff, in)
			}
		}
	}
}

func TestRead_RejectsWhatIsAmbiguous(t *testing.T) {
	t.Parallel()
	for name, in := range map[string]string{
		"a day above several articles": "March 9, 2024\n\nOne\nFirst dek\n\nTwo\nSecond dek\n\nMarch 8, 2024\n\nThree\nThird dek\n",
		"one date below several":       "One\nFirst dek\nAnn Lee\n\nTwo\nSecond dek\nBo Roe\n\nMarch 9, 2024\n",
		"deks look like titles":        "Weekly\n\nQuay wall cracks\n\nAnn Lee March 9, 2024\n\nMuseum is open\n\nTram runs again\n\nBo Roe March 8, 2024\n\nFog lies on it\n",
	} {
		d, err := Read(strings.NewReader(in), Options{})
		if err == nil || !strings.Contains(err.Error(), "nothing was imported") {
			t.Errorf("%s: read as %q, %v", name, show(d), err)
		}
	}
}

func TestRead_WordsBelowTheLastBylineAreNoDek(t *testing.T) {
	t.Parallel()
	in := layoutOf("T/D/B/") + "The quay is a nice place.\n\nThe Quay team\n"
	d, err := Read(strings.NewReader(in), Options{})
	if err != nil || show(d) != signedItems || len(d.Problems) != 1 {
		t.Errorf("%v: %+v", err, d)
	}
}

func TestRead_WaysToWriteAByline(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"Ann Lee · March 9, 2024 · 4 min read":                     "Ann Lee",
		"Ann Lee, Bo Roe · 12 min read · March 9, 2024":            "Ann Lee+Bo Roe",
		"March 9, 2024 • By Ann Lee and Bo Roe • 1-minute read":    "Ann Lee+Bo Roe",
		"March 9, 2024 | Ann Lee | Bo Roe":                         "Ann Lee+Bo Roe",
		"By Ann Lee on March 9, 2024":                              "Ann Lee",
		"Words by Ann Lee, published March 9, 2024":                "Ann Lee",
		"Published on March 9, 2024":                               "",
		"Last updated: March 9, 2024":                              "",
		"Ann Lee, The Quay Post | Harbor | March 9, 2024":          "Ann Lee",
		"Ann Lee | Bo Roe March 9, 2024":                           "Ann Lee+Bo Roe",
		"Ann LeeMarch 09, 2024Mar 09, 2024":                        "Ann Lee",
		"Von Ann Lee 9. März 2024":                                 "Ann Lee",
		"Von Ann Lee und Bo Roe, Samstag, 9. März 2024, 08:30 Uhr": "Ann Lee+Bo Roe",
		"Ann Lee | 09.03.2024":                                     "Ann Lee",
		"Par Ann Lee et Bo Roe le 9 mars 2024":                     "Ann Lee+Bo Roe",
		"Par Ann Lee, publié le samedi 9 mars 2024 à 8h30":         "Ann Lee",
		"Por Ann Lee, 9 de marzo de 2024":                          "Ann Lee",
		"Door Ann Lee op zaterdag 9 maart 2024":                    "Ann Lee",
		"Ann Lee 9 marzo 2024":                                     "Ann Lee",
		"9. März 2024 · Ann Lee":                                   "Ann Lee",
		"Ann Lee 9. Mär. 2024":                                     "Ann Lee",
		"Ann Lee and Bo Roe | The Quay Post | March 9, 2024":       "Ann Lee+Bo Roe+The Quay Post",
		"Ann Lee | Bo Roe (March 9, 2024)":                         "Ann Lee+Bo Roe",
		"Por Ann Lee y Bo Roe, 9 de marzo de 2024":                 "Ann Lee+Bo Roe",
		"Santiago Ramón y Cajal 9 de marzo de 2024":                "Santiago Ramón y Cajal",
		"Di Ann Lee e Bo Roe, 9 marzo 2024":                        "Ann Lee+Bo Roe",
		"Door Ann Lee en Bo Roe, 9 maart 2024":                     "Ann Lee+Bo Roe",
		"Av Ann Lee och Bo Roe, 9 mars 2024":                       "Ann Lee+Bo Roe",
		"Af Ann Lee og Bo Roe, 9. marts 2024":                      "Ann Lee+Bo Roe",
		"av Ann Lee och Bo Roe, 2024-03-09":                        "Ann Lee+Bo Roe",
		"Di Nguyen Tran March 9, 2024":                             "Di Nguyen Tran",
		"Av Sok Chea, 2024-03-09":                                  "Av Sok Chea",
		"Ann Lee (March 9, 2024)":                                  "Ann Lee",
		"Ann Lee 9 marca 2024":                                     "Ann Lee",
		"Анна Ли и Пётр Ро, 9 марта 2024 г.":                       "Анна Ли+Пётр Ро",
		"Autor: Ann Lee, 9 Mart 2024":                              "Ann Lee",
		"Ann Lee, 9. maaliskuuta 2024":                             "Ann Lee",
	} {
		d, err := Read(strings.NewReader("Quay wall cracks\nIn frost\n"+line+"\n"), Options{})
		if err != nil || show(d) != "Quay wall cracks / In frost / "+want+" / 2024-03-09 / " {
			t.Errorf("%q: %v, %q", line, err, show(d))
		}
	}
}

func TestRead_ForeignWordsAreNoBylines(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"Von der Leyen besucht Kiel am 9. März 2024", "Par temps de pluie le 9 mars 2024", "Gazelle 5 jui 2024", "Das Fest beginnt am 9. März 2024",
	} {
		if b, ok := parseByline(line); ok {
			t.Errorf("%q is read as a byline of %q", line, b.authors)
		}
	}
}

func TestRead_PagesOfASite(t *testing.T) {
	t.Parallel()
	const items = "Quay wall cracks in frost\nMEMBERS\n\nQuay wall cracks in frost\n\nEngineers will look at it this week.\n\nQuay wall cracks in frost\nAnn Lee\nAnn Lee March 9, 2024\n" +
		"Museum opens at night\n\nMuseum opens at night\n\nLamps are lent at the door.\n\nMuseum opens at night\nBo Roe\nBo Roe March 7, 2024\n"
	for name, in := range map[string]string{
		"category":                 "News | The Quay\nThe Quay Logo\nMarch 10, 2024\n\nNews\n\nStories from the quay and from the islands.\n\n" + items,
		"category, date twice":     "News | The Quay\nMarch 10, 2024Mar 10, 2024\n\nNews\n\nStories from the quay and from the islands.\n\n" + items,
		"author":                   "March 10, 2024\n\nAnn Lee\n\nAnn Lee\n\nAnn Lee writes about walls.\n\n" + items,
		"author, with more to say": "Ann Lee | The Quay\nThe Quay Logo\nMarch 10, 2024\n\nAnn Lee\n\nAnn Lee\n\nAnn Lee writes about walls.\nShe lives on a boat.\n\n" + items,
		"a page that is cut off":   "News | The Quay\nMarch 10, 2024\n\nNews\n\n" + items + "Tram runs again\n\nTram runs ag",
		"author, no titles twice":  "March 10, 2024\n\nAnn Lee\n\nAnn Lee\n\nAnn Lee writes about walls.\n\n" + strings.ReplaceAll(layoutOf("T/D/B/"), "Ann Lee March", "Ann LeeAnn Lee March"),
		"the site's name twice":    "March 10, 2024\n\nThe Quay\n\nThe Quay\n\n" + layoutOf("T/D/B/"),
	} {
		d, err := Read(strings.NewReader(in), Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(signedItems, show(d)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if want := onDay(Options{}, 2024, time.March, 10); !d.Edition.Equal(want) {
			t.Errorf("%s: edition %v, want %v", name, d.Edition, want)
		}
	}
}

// pageOf writes a page of a site as people copy it: each title three times, around a picture, a mark for members, the dek
// and the author's name, with further lines that belong to no article. It returns what is in it.
func pageOf(n int) (text, html, want string) {
	titles := []string{"Quay wall cracks in frost", "‘Meet anytime’: mayor answers hostile remarks", "Museum opens — at night", "Why the tram no longer stops at 12 Kiln Road", "In photos: lamps of Bran"}
	deks := []string{"Engineers will look at it this week", "The mayor said that \"nothing better to do\" was no answer, a spokesman told reporters on Jan. 20", "", "Tickets cost $11.6 million less than in 2019", "Lamps are lent at the door"}
	authors := []string{"Ann Lee", "Seung-Yeon Ha", "Chad O’Bo", "Jan de Boer"}
	var b, h, w strings.Builder
	b.WriteString("News | The Quay\nThe Quay Logo\nMarch 10, 2024\n\nNews\n\nStories from the quay and from the islands.\n\n")
	h.WriteString("<!DOCTYPE html><html><head><title>News</title></head><body><nav><a href=/>Home</a></nav><h1>News</h1><p>March 10, 2024</p>")
	for i := range n {
		title := fmt.Sprintf("%s, part %d", titles[i%len(titles)], i+1)
		dek, author := deks[i%len(deks)], authors[i%len(authors)]
		day := time.Date(2024, time.March, 9, 0, 0, 0, 0, time.UTC).AddDate(0, 0, -i/3)
		mark, names := "", author
		if i%4 == 1 {
			mark = "MEMBERS\n"
		}
		if i%5 == 2 {
			names = author + " | Bo Roe"
		}
		fmt.Fprintf(&b, "%s\n%s\n%s\n\n", title, mark, title)
		if dek != "" {
			fmt.Fprintf(&b, "%s\n\n", dek)
		}
		fmt.Fprintf(&b, "%s\n%s\n%s %s\n\n", title, author, names, day.Format("January 02, 2006"))
		fmt.Fprintf(&h, `<article><a href="https://quay.example/%d"><img alt="%s"></a><h2><a href="https://quay.example/%d">%s</a></h2>`, i, title, i, title)
		if dek != "" {
			fmt.Fprintf(&h, "<p>%s</p>", strings.ReplaceAll(dek, `"`, "&quot;"))
		}
		fmt.Fprintf(&h, "<div>%s %s</div></article>", names, day.Format("January 02, 2006"))
		fmt.Fprintf(&w, "%s / %s / %s / %s / ", title, dek, strings.ReplaceAll(names, " | ", "+"), day.Format(time.DateOnly))
		w.WriteString("\n")
	}
	h.WriteString("<footer>© The Quay</footer></body></html>")
	return b.String() + "Load more\n", h.String(), strings.TrimSuffix(w.String(), "\n")
}

func TestRead_EveryArticleOfALongPage(t *testing.T) {
	t.Parallel()
	for _, n := range []int{2, 9, 45} {
		text, html, want := pageOf(n)
		for name, in := range map[string]string{"text": text, "page": html} {
			d, err := Read(strings.NewReader(in), Options{})
			if err != nil {
				t.Errorf("%s of %d: %v", name, n, err)
				continue
			}
			got := d.Articles
			for i := range got {
				got[i].URL = ""
			}
			if diff := cmp.Diff(want, show(d)); diff != "" {
				t.Errorf("%s of %d, %d read (-want +got):\n%s", name, n, len(got), diff)
			}
			if want := onDay(Options{}, 2024, time.March, 10); !d.Edition.Equal(want) {
				t.Errorf("%s of %d: edition %v, want %v", name, n, d.Edition, want)
			}
		}
	}
}

// Headlines that end in a day, or in what is the beginning of a month somewhere, stay headlines.
func TestRead_TitlesThatEndLikeBylines(t *testing.T) {
	t.Parallel()
	for _, title := range []string{
		"Quay News Roundup (March 3, 2024)", "The Harbor Landing (September 15, 1950)", "Harbor Phone 15 Pro 2024", "Harbor Post Top 10 List 2024",
		"Harbor Class 5 Led 2024", "What the mayor said on March 3, 2024",
	} {
		for _, between := range []string{"\n", "\n\n"} {
			in := strings.ReplaceAll("Tram runs again\nAfter a year\nAnn Lee March 9, 2024\n\n"+title+"\nA look back\nBo Roe March 8, 2024\n", "\n", between)
			const first = "Tram runs again / After a year / Ann Lee / 2024-03-09 / "
			d, err := Read(strings.NewReader(in), Options{})
			if err != nil || !strings.Contains(show(d), first) || !strings.Contains(show(d), title+" / A look back / Bo Roe / 2024-03-08 / ") {
				t.Errorf("%q is read as %v, %v", in, d, err)
			}
		}
	}
}

func TestRead_HeadWithTheNumberOfAnIssue(t *testing.T) {
	t.Parallel()
	in := "Quay Post\n\nAll that is new\n\nVol. 3, No. 45, March 10, 2024\n\nTram runs again\n\nAfter a year\n\nAnn Lee March 9, 2024\n"
	d, err := Read(strings.NewReader(in), Options{})
	if err != nil || len(d.Problems) > 0 || len(d.Articles) != 1 || !strings.HasPrefix(d.Heading, "Quay Post") {
		t.Errorf("%v, %+v", err, d)
	}
}
