package answer

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
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
func (t *Backtest) estimate() string {
	perDay := t.perDay()
	s := rate(perDay)
	if day, most := t.busiest(); most > 2 && float64(most) > 1.5*max(perDay, 1) {
		s += fmt.Sprintf(", and %s on the busiest day, %s", thousands(most), t.starts[day].Format("Mon 2 Jan"))
	}
	return s
}

// warning says how many alerts a day that is, as a sentence before a question, if enough is known.
func (t *Backtest) warning() string {
	if !t.hasRate() {
		return ""
	}
	return "That's " + rate(t.perDay()) + ". "
}

// rate returns alerts a day in words.
func rate(perDay float64) string {
	const week = 7
	switch perWeek := perDay * week; {
	case perDay >= 1.5:
		return fmt.Sprintf("about %s alerts a day", thousands(int(math.Round(perDay))))
	case perDay >= 0.75:
		return "about one alert a day"
	case perWeek >= 1.5:
		return fmt.Sprintf("about %d alerts a week", int(math.Round(perWeek)))
	case perWeek >= 0.75:
		return "about one alert a week"
	case perDay > 0:
		return "less than one alert a week"
	}
	return "no alerts"
}

// Summary says how many of how many articles the filter matches, and how many alerts that would be.
func (t *Backtest) Summary() bot.Text {
	if t.Total() == 0 {
		return t.nothingToTry()
	}
	text := bot.Join(bot.Styled(t.filter.String(), bot.Code), bot.Plain(" matches "+t.share()))
	colon := ": "
	if t.filter.Empty() {
		text = bot.Plain("Without a filter you'd get every article: " + thousands(t.TotalMatched()) + " " + t.period())
		colon = ", "
	}
	if t.TotalMatched() == 0 || !t.hasRate() {
		return bot.Join(text, bot.Plain("."))
	}
	return bot.Join(text, bot.Plain(colon+t.estimate()+"."))
}

// nothingToTry says that there are no articles to test a filter on.
func (t *Backtest) nothingToTry() bot.Text {
	text := bot.Plain("There are no articles " + t.period())
	if t.filter.Empty() {
		return bot.Join(text, bot.Plain("."))
	}
	return bot.Join(text, bot.Plain(" to test "), bot.Styled(t.filter.String(), bot.Code), bot.Plain(" on."))
}

// share says how many of the articles the filter matches.
func (t *Backtest) share() string {
	matched := "none"
	switch n := t.TotalMatched(); {
	case n == 1 && t.Total() == 1:
		return "the only article " + t.period()
	case n > 1 && n == t.Total():
		return fmt.Sprintf("all %s articles %s", thousands(n), t.period())
	case n > 0:
		matched = thousands(n)
	case t.Total() == 1:
		return "nothing: there is 1 article " + t.period()
	}
	if t.Partial {
		return fmt.Sprintf("%s of the newest %s of %s articles %s", matched, thousands(t.Looked), thousands(t.Total()), t.period())
	}
	return fmt.Sprintf("%s of the %s articles %s", matched, thousands(t.Total()), t.period())
}

// period says which articles were tried: those of the last days, or all that there are.
func (t *Backtest) period() string {
	switch {
	case len(t.starts) == 0:
		return "in the archive"
	case t.first() > 0:
		return "since " + t.starts[t.first()].Format("Mon 2 Jan")
	}
	return lastDays(len(t.starts))
}

// lastDays names the last days.
func lastDays(n int) string {
	if n == 1 {
		return "from today"
	}
	return "from the last " + count(n, "day")
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
	digits := len(thousands(most))
	lines := make([]string, len(groups))
	for i, n := range groups {
		number, bar := thousands(n), block(n, most)
		if i*size < unknown {
			number, bar = "?", ""
		}
		lines[i] = strings.TrimRight(fmt.Sprintf("%s %*s %s", starts[i*size].Format("Mon _2 Jan"), digits, number, bar), " ")
	}
	text := bot.Join(bot.Plain("\n"), bot.Styled(strings.Join(lines, "\n"), bot.Pre))
	if size > 1 {
		text = bot.Join(text, bot.Plain(fmt.Sprintf("\nEach bar covers %d days.", size)))
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

// thousands writes a number with commas.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
