package language

import (
	_ "embed"
	"log/slog"
	"slices"
	"strings"
	"sync"

	"tidings/bot"
)

// The catalogs are read where they stand in the program: a copy of them would be most of what it holds at rest.
var (
	//go:embed catalogs/de.po
	german string
	//go:embed catalogs/es.po
	spanish string
	//go:embed catalogs/fr.po
	french string
	//go:embed catalogs/ja.po
	japanese string
	//go:embed catalogs/ko.po
	korean string
	//go:embed catalogs/zh-CN.po
	chinese string
)

// English is the language in which the program is written.
const English = "en"

// Book has what the bot says in all languages. Its methods may be called concurrently.
type Book struct {
	catalogs map[string]func() *catalog // by code; there is none of English
}

var _ bot.Localizer = (*Book)(nil)

// New returns a Book of the languages that the program comes with. A catalog is read when something is first said in its
// language. Faults are logged as they are met.
func New(logger *slog.Logger) *Book {
	b := &Book{catalogs: map[string]func() *catalog{}}
	logger = logger.With("component", "language")
	for code, content := range map[string]string{
		"de": german, "es": spanish, "fr": french, "ja": japanese, "ko": korean, simplified: chinese,
	} {
		b.catalogs[code] = sync.OnceValue(func() *catalog {
			c, err := parse(code, content, logger)
			if err != nil {
				logger.Error("catalog not read", "language", code, "err", err)
				return nil
			}
			return c
		})
	}
	return b
}

// in returns the catalog of a language, nil if it has none.
func (b *Book) in(language string) *catalog {
	read := b.catalogs[language]
	if read == nil {
		return nil
	}
	return read()
}

// Languages returns the codes of the languages, English first.
func (b *Book) Languages() []string {
	list := []string{English}
	for code := range b.catalogs {
		list = append(list, code)
	}
	slices.Sort(list[1:])
	return list
}

// Match returns the language nearest to a code of BCP 47, or "". Traditional Chinese gets English, as its readers are no better
// served by simplified.
func (b *Book) Match(code string) string {
	parts := strings.Split(strings.ToLower(strings.ReplaceAll(code, "_", "-")), "-")
	traditional := slices.ContainsFunc(parts[1:], func(p string) bool { return slices.Contains([]string{"hant", "tw", "hk", "mo"}, p) })
	switch {
	case parts[0] == "zh" && traditional:
		return English
	case parts[0] == "zh" && b.catalogs[simplified] != nil:
		return simplified
	case parts[0] == English, b.catalogs[parts[0]] != nil:
		return parts[0]
	}
	return ""
}

// simplified is the code of Chinese as it is written on the mainland.
const simplified = "zh-CN"

// Text returns t in a language.
func (b *Book) Text(language string, t bot.Text) bot.Text {
	if c := b.in(language); c != nil {
		return c.text(t)
	}
	return t
}

// Message returns m in a language.
func (b *Book) Message(language string, m bot.Message) bot.Message {
	c := b.in(language)
	if c == nil {
		return m
	}
	m.Language, m.Text = language, c.text(m.Text)
	if m.Card != nil {
		m.Card = c.card(*m.Card)
	}
	if m.Form != nil {
		form := *m.Form
		form.Title, form.Label, form.Pick = c.text(form.Title), c.text(form.Label), c.text(form.Pick)
		form.Options = c.buttons(form.Options)
		m.Form = &form
	}
	m.Buttons = slices.Clone(m.Buttons)
	for i, row := range m.Buttons {
		m.Buttons[i] = c.buttons(row)
	}
	return m
}

// buttons returns buttons with labels in the language.
func (c *catalog) buttons(list []bot.Button) []bot.Button {
	list = slices.Clone(list)
	for i := range list {
		if b := &list[i]; b.Words != nil {
			b.Words = c.text(b.Words)
			b.Label = b.Words.String()
		}
	}
	return list
}

// card returns a card with what the bot adds to it in the language.
func (c *catalog) card(card bot.Card) *bot.Card {
	card.Title, card.Summary, card.Note = c.text(card.Title), c.text(card.Summary), c.text(card.Note)
	switch at := card.Published; {
	case card.Date != nil:
		card.Date = c.text(card.Date)
	case at.IsZero():
	case card.DateOnly:
		card.Date = c.text(bot.Day(at, bot.DayLayout))
	default:
		card.Date = c.text(bot.Moment(at, at.Location()))
	}
	return &card
}
