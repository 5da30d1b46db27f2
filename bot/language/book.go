package language

import (
	"embed"
	"fmt"
	"io/fs"
	"log/slog"
	"path"
	"slices"
	"strings"

	"tidings/bot"
)

//go:embed catalogs
var files embed.FS

// English is the language in which the program is written.
const English = "en"

// Book has what the bot says in all languages. Its methods may be called concurrently.
type Book struct {
	catalogs map[string]*catalog // by code; there is none of English
}

var _ bot.Localizer = (*Book)(nil)

// New returns a Book of the languages that the program comes with. Faults in it are logged as they are met.
func New(logger *slog.Logger) (*Book, error) {
	b := &Book{catalogs: map[string]*catalog{}}
	names, err := fs.Glob(files, "catalogs/*.po")
	if err != nil {
		return nil, fmt.Errorf("find catalogs: %w", err)
	}
	for _, name := range names {
		content, err := files.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read a catalog: %w", err)
		}
		code := strings.TrimSuffix(path.Base(name), ".po")
		if b.catalogs[code], err = parse(code, content, logger.With("component", "language")); err != nil {
			return nil, fmt.Errorf("catalog of %s: %w", code, err)
		}
	}
	return b, nil
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
	if c := b.catalogs[language]; c != nil {
		return t.Translate(c.say)
	}
	return t
}

// Message returns m in a language.
func (b *Book) Message(language string, m bot.Message) bot.Message {
	c := b.catalogs[language]
	if c == nil {
		return m
	}
	m.Language, m.Text = language, m.Text.Translate(c.say)
	if m.Card != nil {
		m.Card = c.card(*m.Card)
	}
	if m.Form != nil {
		form := *m.Form
		form.Title, form.Label, form.Pick = form.Title.Translate(c.say), form.Label.Translate(c.say), form.Pick.Translate(c.say)
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
			b.Words = b.Words.Translate(c.say)
			b.Label = b.Words.String()
		}
	}
	return list
}

// card returns a card with what the bot adds to it in the language.
func (c *catalog) card(card bot.Card) *bot.Card {
	card.Title, card.Summary, card.Note = card.Title.Translate(c.say), card.Summary.Translate(c.say), card.Note.Translate(c.say)
	switch at := card.Published; {
	case card.Date != nil:
		card.Date = card.Date.Translate(c.say)
	case at.IsZero():
	case card.DateOnly:
		card.Date = bot.Day(at, bot.DayLayout).Translate(c.say)
	default:
		card.Date = bot.Moment(at, at.Location()).Translate(c.say)
	}
	return &card
}
