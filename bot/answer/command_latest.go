package answer

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"tidings/bot"
	"tidings/bot/filter"
)

// defaultHeadlines is how many headlines /latest shows by default.
const defaultHeadlines = 5

// trail is where a reader is in a list of pages: the Before of every page up to the one shown.
type trail []int64

// here returns the Before of the page shown.
func (t trail) here() int64 {
	if len(t) == 0 {
		return 0
	}
	return t[len(t)-1]
}

// latest answers /latest and /search, and the buttons that page through what they found.
func (h *Handler) latest(ctx context.Context, r bot.Request) (bot.Message, error) {
	u, err := h.understand(ctx, &r)
	if err != nil {
		return bot.Message{}, err
	}
	text := u.String()
	n := min(max(r.Number("count", defaultHeadlines), 1), maxHeadlines)
	at := trail(parseNumbers(r.Args["at"]))
	page, err := h.store.Search(ctx, bot.Query{Filter: u.Filter, Place: r.Target.Place(), Before: at.here(), Limit: n})
	if err != nil {
		return bot.Message{}, fmt.Errorf("search %q: %w", text, err)
	}
	more, err := h.pageRemark(ctx, &r, &u, &page)
	if err != nil {
		return bot.Message{}, err
	}
	m := bot.Message{Text: h.page(&u, at, &page, more.text)}
	m.Buttons, err = h.pageButtons(ctx, text, n, at, page.Next)
	m.Buttons = append(m.Buttons, more.buttons...)
	return m, err
}

// pageRemark returns what there is to say of a filter beside a page: how it was read, and more if it found nothing.
func (h *Handler) pageRemark(ctx context.Context, r *bot.Request, u *understood, page *bot.Page) (remarks, error) {
	do := action{command: "latest", args: map[string]string{}}
	if count := r.Args["count"]; count != "" {
		do.args["count"] = count
	}
	var m remarks
	var err error
	switch {
	case r.Args["at"] != "":
		return m, nil
	case len(page.Articles) > 0 || page.Partial:
		m, err = h.readingRemark(ctx, u, do)
	default:
		m, err = h.remark(ctx, r.Target.Place(), u, 0, do)
	}
	words, n := miscount(u.String())
	if err != nil || words == "" {
		return m, err
	}
	do.args["count"] = strconv.Itoa(n)
	m.text = bot.Join(m.text, bot.Plain("\n"), bot.Say("For more headlines, up to %d, put the number last: %s", maxHeadlines,
		bot.Styled(fmt.Sprintf("/latest %s %d", words, n), bot.Code)))
	return m, h.otherwise(ctx, &m, bot.Count(n, "%[2]s, %[1]d headline", "%[2]s, %[1]d headlines", short(words)), words, do)
}

// page returns the words of one page of headlines.
func (h *Handler) page(u *understood, at trail, page *bot.Page, note bot.Text) bot.Text {
	f := u.Filter
	t := bot.Say("Latest headlines")
	if !f.Empty() {
		t = bot.Say("Latest headlines for %s", bot.Styled(f.String(), bot.Code))
	}
	if len(at) > 0 {
		t = bot.Say("%s, page %d", t, len(at)+1)
	}
	if len(page.Articles) == 0 {
		return nothing(f, at, page, note)
	}
	t = bot.Join(t, note)
	for i := range page.Articles {
		t = bot.Join(t, bot.Plain("\n\n"), h.headline(&page.Articles[i], nil))
	}
	if page.Partial {
		t = bot.Join(t, bot.Plain("\n\n"), bot.Count(page.Looked, "%d article searched so far.", "%d articles searched so far."))
	}
	return t
}

// nothing returns what to say of a page without headlines.
func nothing(f *filter.Filter, at trail, page *bot.Page, note bot.Text) bot.Text {
	text := bot.Styled(f.String(), bot.Code)
	switch {
	case page.Partial:
		return bot.Join(bot.Count(page.Looked, "None of %d article matches %s. Older ones may.", "None of %d articles matches %s. Older ones may.", text), note)
	case len(at) > 0:
		return bot.Say("That was the last page.")
	case f.Empty():
		return bot.Say("There are no articles yet. They'll be here as soon as a source publishes one.")
	}
	t := bot.Say("Nothing in the archive matches %s.", text)
	if note != nil {
		return bot.Join(t, note)
	}
	return bot.Join(t, bot.Plain("\n"), bot.Say("A word matches its plural or singular too, but no other form. Try its beginning with a star, as in %s, "+
		"or fewer words. /help filter has more.", bot.Styled("sanction*", bot.Code)))
}

// maxMiscount is the largest number that somebody may have meant for a count and not for a year.
const maxMiscount = 999

// miscount returns the words and the number of headlines that may be meant, if a filter begins or ends with a number that
// was not taken for a count.
func miscount(filter string) (words string, n int) {
	first, after := cutWord(filter)
	before, last := cutLastWord(filter)
	for _, c := range []struct{ number, words string }{{first, after}, {last, before}} {
		n, err := strconv.Atoi(c.number)
		if _, wrong := parseFilter(c.words); err == nil && wrong == nil && n >= 0 && n <= maxMiscount && c.words != "" {
			return c.words, min(max(n, 1), maxHeadlines)
		}
	}
	return "", 0
}

func (h *Handler) pageButtons(ctx context.Context, text string, n int, at trail, next int64) ([][]bot.Button, error) {
	args := map[string]string{}
	if text != "" {
		args["filter"] = text
	}
	if n != defaultHeadlines {
		args["count"] = strconv.Itoa(n)
	}
	var row []bot.Button
	add := func(label bot.Text, to trail) error {
		args["at"] = formatNumbers(to)
		b, err := h.button(ctx, label, bot.PlainButton, "latest", args)
		row = append(row, b)
		return err
	}
	if len(at) > 0 {
		if err := add(bot.Say("‹ Newer"), at[:len(at)-1]); err != nil {
			return nil, err
		}
	}
	if next != 0 {
		if err := add(bot.Say("Older ›"), append(slices.Clip(at), next)); err != nil {
			return nil, err
		}
	}
	if row == nil {
		return nil, nil
	}
	return [][]bot.Button{row}, nil
}
