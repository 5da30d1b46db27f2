package language

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"math"
	"strings"
	"sync"

	"github.com/leonelquinteros/gotext/plurals"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"tidings/bot"
	"tidings/internal/lazyregexp"
)

// catalog is what the bot says in one language.
type catalog struct {
	*texts
	code    string
	kept    func() []pattern
	form    plurals.Expression
	numbers *message.Printer
	logger  *slog.Logger
	logged  sync.Map // formats of which a fault is on record
}

// parse reads a catalog.
func parse(code, content string, logger *slog.Logger) (*catalog, error) {
	tag, err := language.Parse(code)
	if err != nil {
		return nil, err
	}
	t, err := readTexts(content)
	if err != nil {
		return nil, err
	}
	if said := t.header("Language"); said != code {
		return nil, fmt.Errorf("its header says Language: %q", said)
	}
	_, rule, _ := strings.Cut(t.header("Plural-Forms"), ";")
	rule = strings.TrimSuffix(strings.TrimSpace(rule), ";")
	form, err := plurals.Compile(strings.TrimPrefix(rule, "plural="))
	if err != nil {
		return nil, fmt.Errorf("plural forms %q: %w", rule, err)
	}
	return &catalog{
		texts: t, code: code, kept: sync.OnceValue(t.patterns), form: form, numbers: message.NewPrinter(tag), logger: logger,
	}, nil
}

// text returns a text with what it says in the catalog's language, as that joins sentences.
func (c *catalog) text(t bot.Text) bot.Text {
	t = t.Translate(c.say)
	if c.code == "ja" || c.code == simplified {
		return withoutGaps(t)
	}
	return t
}

// say returns a phrase in the language, or in English if that can't be done.
func (c *catalog) say(p *bot.Phrase) bot.Text {
	if !p.Date.IsZero() {
		return bot.Text{{Text: c.date(p), Style: p.Style, Link: p.Link}}
	}
	format, ok := c.find(p)
	switch {
	case !ok && p.Stored:
		return c.sayKept(p)
	case !ok:
		c.fault(p, "not translated")
		return p.English()
	}
	if p.Stored {
		return bot.Text{{Text: format, Style: p.Style, Link: p.Link}}
	}
	t, ok := p.Fill(format, c.show)
	if !ok {
		c.fault(p, "translation wrong")
		return p.English()
	}
	if c.code == "ko" {
		return withParticles(t)
	}
	return t
}

// find returns the translation of a phrase, in the form that goes with its number.
func (c *catalog) find(p *bot.Phrase) (format string, ok bool) {
	if p.IsWhole() {
		return p.Format, true
	}
	form := 0
	if p.Plural != "" {
		form = c.form.Eval(uint32(min(uint64(max(p.N, -p.N)), math.MaxUint32)))
	}
	format = c.said("", p.Format, form)
	return format, format != ""
}

// fault logs, once, that something can't be said in the language.
func (c *catalog) fault(p *bot.Phrase, what string) {
	if _, known := c.logged.LoadOrStore(p.Format, true); !known {
		c.logger.WarnContext(context.Background(), "text said in English", "language", c.code, "text", p.Format, "reason", what)
	}
}

// show returns an argument of a phrase.
func (c *catalog) show(verb string, arg any) bot.Text {
	switch arg := arg.(type) {
	case bot.Text:
		return c.text(arg)
	case int, int64, float64:
		return bot.Plain(c.numbers.Sprintf(verb, arg))
	}
	return bot.Plain(fmt.Sprintf(verb, arg))
}

// named matches what of a layout has a name in each language.
var named = lazyregexp.New(`January|Jan|Monday|Mon`)

// date writes a date by the language's own layout, with its own names of months and weekdays.
func (c *catalog) date(p *bot.Phrase) string {
	layout, ok := c.find(p)
	if !ok {
		c.fault(p, "not translated")
		layout = p.Format
	}
	var b strings.Builder
	done := 0
	for _, m := range named.FindAllStringIndex(layout, -1) {
		kind := layout[m[0]:m[1]]
		b.WriteString(p.Date.Format(layout[done:m[0]]))
		name := p.Date.Format(kind)
		b.WriteString(cmp.Or(c.said(kind, name, 0), name))
		done = m[1]
	}
	b.WriteString(p.Date.Format(layout[done:]))
	if c.code == "fr" && p.Date.Day() == 1 && !strings.Contains(layout, "_2") {
		return strings.Replace(b.String(), "1 ", "1er ", 1)
	}
	return b.String()
}
