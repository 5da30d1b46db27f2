package console

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tidings/bot"
	"tidings/bot/filter"
)

// labView is what the page Filter lab shows.
type labView struct {
	Text    string
	Days    int
	Choices []int // of days
	Mistake *mistake
	Reading string // the filter as it is read, if that is not how it is typed
	// Says is what /filter test says, before and after its bars, which are a Chart here.
	Says, Samples bot.Text
	Chart         *chart
	Command       string
	Suggestions   []bot.Choice
}

// The days that a filter can be tried over, and how many it is unless one is picked.
const (
	labWeek    = 7
	labMonth   = 30
	labQuarter = 90
)

// showLab is the page Filter lab: what a filter would have matched. The script fetches it again as somebody types.
func (c *Console) showLab(x *exchange) (any, error) {
	v := labView{Text: strings.TrimSpace(x.FormValue("q")), Days: labMonth, Choices: []int{labWeek, labMonth, labQuarter}}
	if days, err := strconv.Atoi(x.FormValue("days")); err == nil && slices.Contains(v.Choices, days) {
		v.Days = days
	}
	if v.Text == "" {
		return v, nil
	}
	v.Suggestions = c.suggest(x.Context(), x.visitor, v.Text)
	f, wrong := parsed(v.Text)
	if wrong != nil {
		v.Mistake = wrong
		return v, nil
	}
	if read := f.String(); read != v.Text {
		v.Reading = read
	}
	v.Command = "/subscribe " + v.Text
	inv := onBehalf(x.visitor, command("filter test", bot.Target{}, map[string]string{"filter": v.Text, "days": strconv.Itoa(v.Days)}))
	v.Says, v.Samples = aroundBars(c.cfg.Bot.Handler().Invoke(x.Context(), inv).Text)
	var err error
	v.Chart, err = c.labChart(x.Context(), f, v.Days)
	return v, err
}

// suggest returns how the filter that somebody types may go on.
func (c *Console) suggest(ctx context.Context, v visitor, text string) []bot.Choice {
	inv := onBehalf(v, command("filter test", bot.Target{}, map[string]string{"filter": text}))
	return c.cfg.Bot.Handler().Complete(ctx, inv, "filter")
}

// aroundBars returns what an answer says before its bars and after them.
func aroundBars(t bot.Text) (before, after bot.Text) {
	at := slices.IndexFunc(t, func(s bot.Span) bool { return s.Style&bot.Pre != 0 })
	if at < 0 {
		return t, nil
	}
	after = t[at:]
	for len(after) > 0 && (after[0].Style&bot.Pre != 0 || strings.TrimSpace(after[0].Text) == "") {
		after = after[1:]
	}
	return t[:at], after
}

// labChart shows how many articles of each day a filter matches; nil if it matches none.
func (c *Console) labChart(ctx context.Context, f *filter.Filter, days int) (*chart, error) {
	starts := dayStarts(c.cfg.Now().In(c.cfg.Zone), days)
	tally, err := c.cfg.Store.Tally(ctx, bot.TallyQuery{Filter: f, Starts: starts})
	if err != nil || tally.TotalMatched() == 0 {
		return nil, err
	}
	most := slices.Max(tally.Matched)
	ch := &chart{
		Label: fmt.Sprintf("Matching articles of each of the last %d days: %s, at most %s on a day", days, number(tally.TotalMatched()), number(most)),
		Since: starts[0].Format("2 Jan"), Top: "articles a day, up to " + number(most), Width: days * barStep,
	}
	for i, n := range tally.Matched {
		if n == 0 {
			continue
		}
		high := scaled(n, most)
		ch.Bars = append(ch.Bars, chartBar{
			X: i * barStep, Width: barWidth, Y: chartHeight - high, Height: high, Kind: "sent",
			Says: starts[i].Format("Mon 2 Jan") + ": " + count(n, "article"),
		})
	}
	return ch, nil
}

// dayStarts returns when the last days began, in order.
func dayStarts(now time.Time, days int) []time.Time {
	list := make([]time.Time, days)
	for i := range list {
		list[i] = time.Date(now.Year(), now.Month(), now.Day()-(days-1-i), 0, 0, 0, 0, now.Location())
	}
	return list
}
