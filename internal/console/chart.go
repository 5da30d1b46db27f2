package console

import (
	"fmt"
	"math"
	"time"
)

// A chart is drawn in units of its own, and as wide as there is room.
const (
	chartHeight = 56
	barStep     = 10
	barWidth    = 8
	// longestDelay is the least that the delays' scale reaches to; it is logarithmic.
	longestDelay = time.Minute
)

// chart is a row of bars over the last hours.
type chart struct {
	Label string // what it shows, in words
	Top   string // what it shows in few words, with what its height stands for
	Since string // when it begins
	Width int
	Bars  []chartBar
}

// chartBar is one of the bars of a chart, from the left.
type chartBar struct {
	X, Width  int
	Y, Height float64
	Mark      float64 // of a line across; 0 is none
	Kind      string  // of what the color says something
	Says      string
}

// Height is that of the chart, in its own units.
func (chart) Height() int { return chartHeight }

// sentChart shows how many alerts were sent.
func sentChart(platform string, bars []bar, zone *time.Location) chart {
	sum, most := sums(bars), 1
	for _, b := range bars {
		most = max(most, b.Sent+b.Failed+b.Limited)
	}
	c := chart{
		Label: fmt.Sprintf("Alerts sent to %s in the last 12 hours: %s, at most %s in 10 minutes", title(platform), number(int64(sum.Sent)), number(int64(most))),
		Since: "12 h ago", Top: "alerts, up to " + number(int64(most)) + " in 10 min", Width: len(bars) * barStep,
	}
	for i, b := range bars {
		says := fmt.Sprintf("%s: %s", b.Begin.In(zone).Format("15:04"), count(b.Sent, "alert"))
		bad := b.Failed + b.Limited
		if bad > 0 {
			says += fmt.Sprintf(", %s", count(bad, "try", "tries")+" that failed or had to wait")
		}
		sent, above := scaled(b.Sent, most), scaled(bad, most)
		if b.Sent > 0 {
			c.Bars = append(c.Bars, chartBar{X: i * barStep, Width: barWidth, Y: chartHeight - sent, Height: sent, Kind: "sent", Says: says})
		}
		if bad > 0 {
			c.Bars = append(c.Bars, chartBar{X: i * barStep, Width: barWidth, Y: chartHeight - sent - above, Height: above, Kind: "failed", Says: says})
		}
	}
	return c
}

// scaled returns the height of a bar: what there is at all can be seen.
func scaled(n, most int) float64 {
	if n == 0 {
		return 0
	}
	return max(2, float64(n)/float64(most)*(chartHeight-4))
}

// delayChart shows within what time half of the alerts were delivered, and 99 of 100: a bar from the one to the other.
func delayChart(platform string, bars []bar, zone *time.Location) chart {
	longest := longestDelay
	for _, b := range bars {
		longest = max(longest, b.P99)
	}
	c := chart{
		Label: "How long alerts to " + title(platform) + " took in the last 12 hours: each bar from what half took at most to what 99 of 100 did",
		Since: "12 h ago", Top: "delay, 50 % to 99 %, up to " + took(longest), Width: len(bars) * barStep,
	}
	for i, b := range bars {
		if b.Sent == 0 {
			continue
		}
		top, bottom := delayHeight(b.P99, longest), delayHeight(b.P50, longest)
		c.Bars = append(c.Bars, chartBar{
			X: i * barStep, Width: barWidth, Y: chartHeight - top - 2, Height: max(top-bottom+2, 2), Mark: chartHeight - bottom - 2, Kind: "delay",
			Says: fmt.Sprintf("%s: half within %s, 99 %% within %s", b.Begin.In(zone).Format("15:04"), took(b.P50), took(b.P99)),
		})
	}
	return c
}

// delayHeight returns how far up a delay is.
func delayHeight(d, longest time.Duration) float64 {
	d = max(d, delayLeast)
	return math.Log(float64(d)/float64(delayLeast)) / math.Log(float64(longest)/float64(delayLeast)) * (chartHeight - 6)
}
