package edition

import (
	"strings"
	"time"
	"unicode/utf16"

	"tidings/bot"
)

// Edition is one message with several articles.
type Edition struct {
	Form Form
	// Entries are the articles that it shows, in the order of reading.
	Entries []Entry
	// Rest is how many more there are that it only counts.
	Rest int
	// First says that it is the first message of its edition, Wait why its alerts waited; empty if it was for the bot.
	First bool
	Wait  bot.Wait
	// Bulk is the name of the source whose bulk update it lists, if it does.
	Bulk string
	// Due is the moment of a digest.
	Due      time.Time
	Settings bot.Settings
}

// Text returns what to read, with times and days in a zone.
func (e *Edition) Text(zone *time.Location) bot.Text {
	t := e.heading(zone)
	for i := range e.Entries {
		t = bot.Join(t, bot.Plain("\n\n"), e.entry(&e.Entries[i], zone))
	}
	if e.Rest > 0 {
		t = bot.Join(t, bot.Plain("\n\n"), bot.Count(e.Rest, "+%d more", "+%d more"))
	}
	return t
}

// Name returns what the edition is called where messages have names.
func (e *Edition) Name(zone *time.Location) string {
	if e.Form == Digest {
		return e.Due.In(zone).Format(bot.DayLayout)
	}
	return strings.TrimSuffix(e.why().String(), ":")
}

// heading is the first line of an edition, of a digest two.
func (e *Edition) heading(zone *time.Location) bot.Text {
	if e.Form == Digest {
		day := bot.Day(e.Due.In(zone), bot.DayLayout)
		if !e.First {
			return bot.Say("%s, continued", day).Styled(bot.Bold)
		}
		return bot.Join(day.Styled(bot.Bold), bot.Plain("\n"), e.from())
	}
	return e.why().Styled(bot.Bold)
}

// mostNamed is how many sources a heading names.
const mostNamed = 3

// from says whose news a digest has.
func (e *Edition) from() bot.Text {
	var names []string
	seen := map[string]bool{}
	for i := range e.Entries {
		a := e.Entries[i].Article
		if name := source(a); a.Status != bot.Withdrawn && !seen[name] {
			seen[name], names = true, append(names, name)
		}
	}
	if len(names) == 0 || len(names) > mostNamed || e.Rest > 0 {
		return bot.Say("Latest news")
	}
	return bot.Say("Latest news from %s", bot.And(bot.Plains(names)...))
}

// why says why the alerts of a list waited.
func (e *Edition) why() bot.Text {
	if e.Bulk != "" {
		return bot.Say("Bulk update from %s:", e.Bulk)
	}
	switch e.Wait {
	case bot.ForQuietEnd:
		if q := e.Settings.Quiet; q.From != q.To {
			return bot.Say("While it was quiet (%s–%s):", bot.ClockTime(q.From), bot.ClockTime(q.To))
		}
		return bot.Say("While it was quiet:")
	case bot.ForPauseEnd:
		return bot.Say("During the pause:")
	case bot.ForLimit:
		switch l := e.Settings.Limit; {
		case l.Hour > 0:
			return bot.Say("Over the limit of %d an hour:", l.Hour)
		case l.Day > 0:
			return bot.Say("Over the limit of %d a day:", l.Day)
		}
	}
	return bot.Say("These alerts had to wait:")
}

// What an entry shows at most: of titles, deks and names in characters, of addresses in bytes. A longer address is left
// out.
const (
	maxTitle   = 120
	maxDek     = 200
	maxAuthors = 80
	maxSource  = 60
	maxAddress = 200
)

// entry is one article of an edition. A withdrawn one leaves nothing of its story readable.
func (e *Edition) entry(of *Entry, zone *time.Location) bot.Text {
	a := of.Article
	switch {
	case a.Status == bot.Withdrawn:
		return bot.Join(bot.Say("Withdrawn by the source"), bot.Plain("\n"+source(a)))
	case e.Form == Digest:
		return digestEntry(of, zone)
	}
	at := bot.Moment(a.Published, zone)
	if a.DateOnly {
		at = bot.Day(a.Published.In(zone), bot.DayLayout)
	}
	return bot.Join(of.headline(), bot.Plain("\n"+source(a)+" · "), at)
}

func digestEntry(of *Entry, zone *time.Location) bot.Text {
	a := of.Article
	t := of.headline().Styled(bot.Bold)
	if s := dek(a); s != "" {
		t = bot.Join(t, bot.Plain("\n"+s))
	}
	t = bot.Join(t, bot.Plain("\n"))
	if s := byline(a); s != "" {
		t = bot.Join(t, bot.Plain(s+" "))
	}
	return bot.Join(t, bot.Day(a.Published.In(zone), bot.DayLayout))
}

// headline is the title of an entry, marked as that of an alert is.
func (e *Entry) headline() bot.Text {
	return bot.Join(e.Level.Mark(), bot.Linked(title(e.Article), address(e.Article)))
}

func title(a *bot.Article) string { return shorten(a.Title, maxTitle) }

// dek returns what stands below a title, unless that says it already.
func dek(a *bot.Article) string {
	if a.Summary == a.Title {
		return ""
	}
	return shorten(a.Summary, maxDek)
}

func source(a *bot.Article) string { return shorten(a.From(), maxSource) }

func byline(a *bot.Article) string { return shorten(strings.Join(a.Authors, " | "), maxAuthors) }

func address(a *bot.Article) string {
	if len(a.URL) > maxAddress {
		return ""
	}
	return a.URL
}

// shorten returns the beginning of a text, on one line.
func shorten(s string, most int) string {
	line := bot.Plain(bot.CleanText(s, len(s)))
	return line.Shorten(most, func(s bot.Span) int { return utf16Len(s.Text) }).String()
}

func utf16Len(s string) (n int) {
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// LooksAlike reports whether an entry of an edition looks the same for two revisions of an article.
func LooksAlike(a, b *bot.Article) bool {
	return a.Status == b.Status && (a.Status == bot.Withdrawn || title(a) == title(b) && dek(a) == dek(b) && byline(a) == byline(b) &&
		a.URL == b.URL && a.Published.Equal(b.Published) && a.DateOnly == b.DateOnly)
}
