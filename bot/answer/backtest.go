package answer

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"tidings/bot"
	"tidings/bot/filter"
)

const (
	// BacktestDays is how far back a filter is tried by default, maxTrialDays how far it can be.
	BacktestDays    = 7
	maxBacktestDays = 90
	// backtestSamples is how many of the newest articles a backtest shows.
	backtestSamples = 5
)

// Backtest is what a filter matched among the articles of the last days. [RunBacktest] and [RunBacktestAll] make one.
type Backtest struct {
	bot.Tally
	filter *filter.Filter
	starts []time.Time // of the days, in the zone that people read; nil for an archive of any age
	now    time.Time
}

// Tallier counts what filters match.
type Tallier interface {
	// Tally counts what a filter matches, as far as a person would wait for it.
	Tally(ctx context.Context, q bot.TallyQuery) (bot.Tally, error)
}

// RunBacktest tests f on the articles of the last days, today in now's location among them, and keeps the newest as samples.
func RunBacktest(ctx context.Context, archive Tallier, f *filter.Filter, now time.Time, days, samples int) (Backtest, error) {
	t := Backtest{filter: f, now: now}
	for i := range days {
		t.starts = append(t.starts, time.Date(now.Year(), now.Month(), now.Day()-days+1+i, 0, 0, 0, 0, now.Location()))
	}
	var err error
	if t.Tally, err = archive.Tally(ctx, bot.TallyQuery{Filter: f, Starts: t.starts, Samples: samples}); err != nil {
		return Backtest{}, fmt.Errorf("try %q: %w", f, err)
	}
	return t, nil
}

// RunBacktestAll tests f on the archive, whatever its age.
func RunBacktestAll(ctx context.Context, archive Tallier, f *filter.Filter, samples int) (Backtest, error) {
	tally, err := archive.Tally(ctx, bot.TallyQuery{Filter: f, Starts: []time.Time{{}}, Samples: samples})
	if err != nil {
		return Backtest{}, fmt.Errorf("try %q: %w", f, err)
	}
	return Backtest{Tally: tally, filter: f}, nil
}

// try tests f on the articles of the last days.
func (h *Handler) try(ctx context.Context, p bot.Place, f *filter.Filter, days, samples int) (Backtest, error) {
	return RunBacktest(ctx, archiveIn{h.store, p}, f, h.now().In(h.zone), days, samples)
}

// counted returns what the filter matched of each day; nil if it was tested on an archive of any age.
func (t *Backtest) counted() *bot.Counted {
	if len(t.starts) == 0 {
		return nil
	}
	return &bot.Counted{Starts: t.starts, Matched: t.Matched}
}

// perDay returns how many alerts a day the filter would have caused since the archive begins. What is left of today does
// not count; where not all articles were examined, the rest is assumed to be alike.
func (t *Backtest) perDay() float64 {
	matched := float64(t.TotalMatched())
	if t.Partial && t.Looked > 0 {
		matched *= float64(t.Total()) / float64(t.Looked)
	}
	if len(t.starts) == 0 || t.Total() == 0 {
		return 0
	}
	return matched / max(1, t.now.Sub(t.starts[t.first()]).Hours()/24)
}

// first returns the first day with articles: before it there was no archive.
func (t *Backtest) first() int {
	return max(0, slices.IndexFunc(t.Articles, func(n int) bool { return n > 0 }))
}

// minForRate is how much archive there has to be for a rate to say anything.
const minForRate = 48 * time.Hour

// hasRate reports whether the archive is old enough for a rate.
func (t *Backtest) hasRate() bool {
	return len(t.starts) > 0 && t.now.Sub(t.starts[t.first()]) >= minForRate
}

// busiest returns the day with the most alerts.
func (t *Backtest) busiest() (day, alerts int) {
	for i, n := range t.Matched {
		if n > alerts {
			day, alerts = i, n
		}
	}
	return day, alerts
}

// estimate says how many alerts the filter would cause: what people can count on, and the busiest day if that is far
// from it.
func (t *Backtest) estimate() bot.Text {
	perDay := t.perDay()
	s := rate(perDay)
	if day, most := t.busiest(); most > 2 && float64(most) > 1.5*max(perDay, 1) {
		s = bot.Say("%s, and %d on the busiest day, %s", s, most, bot.Day(t.starts[day], bot.WeekdayLayout))
	}
	return s
}

// warning says how many alerts a day that is, as a sentence before a question, if enough is known.
func (t *Backtest) warning() bot.Text {
	if !t.hasRate() {
		return nil
	}
	return bot.Join(bot.Say("That's %s.", rate(t.perDay())), bot.Plain(" "))
}

// rate returns alerts a day in words.
func rate(perDay float64) bot.Text {
	const week = 7
	switch perWeek := perDay * week; {
	case perDay >= 0.75:
		return bot.Count(int(math.Round(perDay)), "about one alert a day", "about %d alerts a day")
	case perWeek >= 0.75:
		return bot.Count(int(math.Round(perWeek)), "about one alert a week", "about %d alerts a week")
	case perDay > 0:
		return bot.Say("less than one alert a week")
	}
	return bot.Say("no alerts")
}

// Summary says how many of how many articles the filter matches, and how many alerts that would be.
func (t *Backtest) Summary() bot.Text {
	if t.Total() == 0 {
		return t.nothingToTry()
	}
	rated := t.TotalMatched() > 0 && t.hasRate()
	switch text := t.share(); {
	case !rated:
		return bot.Say("%s.", text)
	case t.filter.Empty():
		return bot.Say("%s, %s.", text, t.estimate())
	default:
		return bot.Say("%s: %s.", text, t.estimate())
	}
}

// nothingToTry says that there are no articles to test a filter on.
func (t *Backtest) nothingToTry() bot.Text {
	if t.filter.Empty() {
		return bot.Say("There are no articles %s.", t.period())
	}
	return bot.Say("There are no articles %s to test %s on.", t.period(), bot.Styled(t.filter.String(), bot.Code))
}

// share says how many of the articles the filter matches, without a full stop.
func (t *Backtest) share() bot.Text {
	n, total, period := t.TotalMatched(), t.Total(), t.period()
	f := bot.Styled(t.filter.String(), bot.Code)
	switch {
	case t.filter.Empty():
		return bot.Say("Without a filter you'd get every article: %d %s", n, period)
	case n == 1 && total == 1:
		return bot.Say("%s matches the only article %s", f, period)
	case n > 1 && n == total:
		return bot.Say("%s matches all %d articles %s", f, n, period)
	case n == 0 && total == 1:
		return bot.Say("%s matches nothing: there is 1 article %s", f, period)
	case n == 0 && t.Partial:
		return bot.Say("%s matches none of the newest %d of %d articles %s", f, t.Looked, total, period)
	case n == 0:
		return bot.Say("%s matches none of the %d articles %s", f, total, period)
	case t.Partial:
		return bot.Count(n, "%[2]s matches %[1]d of the newest %[3]d of %[4]d articles %[5]s",
			"%[2]s matches %[1]d of the newest %[3]d of %[4]d articles %[5]s", f, t.Looked, total, period)
	}
	return bot.Count(n, "%[2]s matches %[1]d of the %[3]d articles %[4]s", "%[2]s matches %[1]d of the %[3]d articles %[4]s", f, total, period)
}

// period says which articles were tried: those of the last days, or all that there are.
func (t *Backtest) period() bot.Text {
	switch {
	case len(t.starts) == 0:
		return bot.Say("in the archive")
	case t.first() > 0:
		return bot.Say("since %s", bot.Day(t.starts[t.first()], bot.WeekdayLayout))
	}
	return lastDays(len(t.starts))
}

// lastDays names the last days.
func lastDays(n int) bot.Text {
	if n == 1 {
		return bot.Say("from today")
	}
	return bot.Count(n, "from the last %d day", "from the last %d days")
}

// samples shows the newest articles that the filter matches, with what matched set apart.
func (h *Handler) samples(t *Backtest) bot.Text {
	var text bot.Text
	for i := range t.Newest {
		a := &t.Newest[i]
		hits, _ := t.filter.Explain(filter.NewDocument(a.Fields()))
		text = bot.Join(text, bot.Plain("\n\n"), h.headline(a, hits), because(a, hits))
	}
	return text
}

const (
	maxBars  = 14 // lines
	barWidth = 12 // columns
)

// Bars draws, in monospace below a line feed, how many articles of each day the filter matches, or of several days where there are many.
func (t *Backtest) Bars() bot.Text {
	if len(t.starts) < 2 || t.TotalMatched() == 0 {
		return nil
	}
	starts, matched := t.starts[t.first():], t.Matched[t.first():] // no bars before the archive begins
	size := (len(starts) + maxBars - 1) / maxBars
	var groups []int
	most := 0
	for i, n := range matched {
		if i%size == 0 {
			groups = append(groups, 0)
		}
		groups[len(groups)-1] += n
		most = max(most, groups[len(groups)-1])
	}
	unknown := t.unknown() - t.first()
	digits := len(bot.Thousands(int64(most)))
	var lines bot.Text
	for i, n := range groups {
		number, bar := bot.Thousands(int64(n)), block(n, most)
		if i*size < unknown {
			number, bar = "?", ""
		}
		line := bot.Join(bot.Day(starts[i*size], bot.BarLayout), bot.Plain(strings.TrimRight(fmt.Sprintf(" %*s %s", digits, number, bar), " ")))
		if i > 0 {
			line = bot.Join(bot.Plain("\n"), line)
		}
		lines = bot.Join(lines, line)
	}
	text := bot.Join(bot.Plain("\n"), bot.Whole(lines).Styled(bot.Pre))
	if size > 1 {
		text = bot.Join(text, bot.Plain("\n"), bot.Count(size, "Each bar covers %d day.", "Each bar covers %d days."))
	}
	return text
}

// unknown returns how many of the first days were not looked at to their end.
func (t *Backtest) unknown() int {
	looked := 0
	for i, n := range slices.Backward(t.Articles) {
		if looked += n; t.Partial && looked > t.Looked {
			return i + 1
		}
	}
	return 0
}

// block draws n of most as a bar, to an eighth of a column.
func block(n, most int) string {
	const eighths = " ▏▎▍▌▋▊▉"
	if n == 0 {
		return ""
	}
	long := max(1, (n*barWidth*8+most/2)/most)
	bar := strings.Repeat("█", long/8)
	if rest := long % 8; rest > 0 {
		bar += string([]rune(eighths)[rest])
	}
	return bar
}
