package digest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"tidings/bot"
)

const day2006 = "January 2, 2006"

var errNoTitle = errors.New("no title")

// Write writes d in the shape that the package comment shows. Read gives back the same edition,
// heading, labels, titles, deks, authors, dates and links; a dek that reads like another part gets a mark that
// Read strips again, a title that does so keeps a mark or a full stop, and a name loses the marks of a sentence. Titles that all
// begin with one sign, as bullets do, or are numbered from one lose these.
// A digest without an edition gets that of its first article's day, if that article would be read as one itself. It
// fails if an article has no title.
func Write(w io.Writer, d *Digest, o Options) error {
	out := bufio.NewWriter(w)
	if edition := editionFor(d, o); !edition.IsZero() {
		fmt.Fprintf(out, "%s\n\n", edition.In(o.zone()).Format(day2006))
	}
	if s := headingLine(d.Heading); s != "" {
		fmt.Fprintf(out, "%s\n\n", s)
	}
	for i := range d.Articles {
		lines, err := itemLines(&d.Articles[i], o)
		if err != nil {
			return fmt.Errorf("article %d: %w", i+1, err)
		}
		if i > 0 {
			fmt.Fprintln(out)
		}
		fmt.Fprintln(out, strings.Join(lines, "\n"))
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write digest: %w", err)
	}
	return nil
}

// editionFor returns the day that a digest is headed by, zero if by none. A title right above a date, and nothing else,
// would be read as the name of the digest above its day.
func editionFor(d *Digest, o Options) time.Time {
	if !d.Edition.IsZero() || len(d.Articles) == 0 {
		return d.Edition
	}
	first := &d.Articles[0]
	if oneLine(first.Summary) != "" || len(first.Authors) > 0 {
		return d.Edition
	}
	return dayOf(first, o)
}

// headingLine returns a heading that can't be mistaken for anything else.
func headingLine(s string) string {
	s = oneLine(s)
	switch classify(0, s).kind {
	case anchor, address, rule, signed:
		return "Digest: " + s
	}
	return s
}

func itemLines(a *bot.Article, o Options) ([]string, error) {
	title, err := writtenTitle(a.Title)
	if err != nil {
		return nil, err
	}
	last, authors, err := bylineOf(a, o)
	if err != nil {
		return nil, err
	}
	lines := []string{title}
	if section := sectionOf(a); section != "" {
		lines = []string{section, title}
	}
	if dek := oneLine(a.Summary); dek != "" && dek != title && classify(0, dek).kind != rule {
		lines = append(lines, guard(dek, authors))
	}
	lines = append(lines, last)
	if link := bot.CleanURL(a.URL); link != "" {
		lines = append(lines, link)
	}
	return lines, nil
}

// writtenTitle returns a title, with a mark if it would be mistaken for another part of the digest.
func writtenTitle(s string) (string, error) {
	s = oneLine(s)
	if s == "" {
		return "", errNoTitle
	}
	for _, title := range []string{s, s + ".", lead + s, lead + s + "."} {
		if markdown.MatchString(title) {
			continue
		}
		switch classify(0, title).kind {
		case anchor, signed, label, rule, address:
		default:
			return title, nil
		}
	}
	return "", fmt.Errorf("title %q would not be recognized as one", s)
}

// sectionOf returns the first tag of an article that Read would know for a label, or "".
func sectionOf(a *bot.Article) string {
	for _, tag := range a.Tags {
		if tag = oneLine(tag); isLabel(tag) {
			return tag
		}
	}
	return ""
}

// bylineOf returns the byline and the authors it names. A name that would not be recognized as one, or
// would be read as two, is set apart by a "|" at the end.
func bylineOf(a *bot.Article, o Options) (s string, authors []string, err error) {
	for _, name := range a.Authors {
		if name = writtenName(name); name != "" {
			authors = append(authors, name)
		}
	}
	date := dayOf(a, o).Format(day2006)
	names := strings.Join(authors, " | ")
	for _, s := range []string{strings.TrimSpace(names + " " + date), names + " | " + date, "| " + names + " | " + date} {
		b, ok := parseByline(s)
		if ok && slices.Equal(b.authors, authors) && b.date.in(o.zone()).Format(day2006) == date {
			return s, authors, nil
		}
	}
	return "", nil, fmt.Errorf("byline %q of %q would not be recognized as one", names, a.Title)
}

// writtenName returns a name in the form that a byline allows, which is nearly always the name itself.
func writtenName(name string) string {
	name = halve(oneLine(strings.NewReplacer("|", "/", wideBar, "/").Replace(name)))
	name = strings.TrimLeft(name, "> ") // the mark of a quotation
	if !isSentence(name) {
		return name
	}
	marked := func(r rune) bool { return strings.ContainsRune(sentenceMarks, r) }
	words := strings.Join(strings.FieldsFunc(name, marked), "")
	runes := []rune(words)
	return oneLine(string(runes[:min(len(runes), 2*maxNameRunes)]))
}

// dayOf returns the day of an article: published, or else first seen, or else today.
func dayOf(a *bot.Article, o Options) time.Time {
	when := a.Published
	if when.IsZero() {
		when = a.FirstSeen
	}
	if when.IsZero() {
		when = o.now()
	}
	return when.In(o.zone())
}

// lead marks a dek that would be mistaken for another part of the digest.
const lead = "— "

func guard(dek string, authors []string) string {
	if misread(dek, authors) || strings.HasPrefix(dek, lead) && unguard(dek, authors) != dek {
		return lead + dek
	}
	return dek
}

// unguard removes the mark.
func unguard(dek string, authors []string) string {
	rest, ok := strings.CutPrefix(dek, lead)
	if !ok {
		return dek
	}
	if misread(rest, authors) || strings.HasPrefix(rest, lead) && unguard(rest, authors) != rest {
		return rest
	}
	return dek
}

// misread reports whether a line between title and byline would not be recognized as the dek.
func misread(dek string, authors []string) bool {
	switch classify(0, dek).kind {
	case anchor, address, label, signed:
		return true
	}
	return len(authors) == 0 && isPerson(dek) || isAlt(dek, authors) || strings.HasPrefix(dek, "|") || strings.HasSuffix(dek, "|")
}

func oneLine(s string) string {
	return norm.NFC.String(bot.CleanText(norm.NFC.String(s), bot.MaxSummary))
}
