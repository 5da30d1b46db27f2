package deliver

import (
	"math"
	"sync"
	"time"

	"tidings/bot"
)

const (
	// delayPart and delayParts make the time that a Delay looks back to: a quarter of an hour.
	delayPart  = 3 * time.Minute
	delayParts = 5
	// delayLeast is the upper end of the first step of a histogram. Each is a tenth above the one before,
	// which with delaySteps of them reaches two days.
	delayLeast = time.Millisecond
	delayStep  = 1.1
	delaySteps = 200
)

// Delays is a histogram of the recent past. The zero value is ready; its methods may be called
// concurrently.
type Delays struct {
	mu    sync.Mutex // guards parts
	parts [delayParts]struct {
		number int64 // of the span since 1970
		counts [delaySteps]uint32
	}
}

// Add counts an alert that was sent at a moment.
func (d *Delays) Add(took time.Duration, at time.Time) {
	step := 0
	if took > delayLeast {
		step = min(int(math.Ceil(math.Log(float64(took)/float64(delayLeast))/math.Log(delayStep))), delaySteps-1)
	}
	number := at.UnixNano() / int64(delayPart)
	d.mu.Lock()
	defer d.mu.Unlock()
	part := &d.parts[number%delayParts]
	if part.number != number {
		part.number, part.counts = number, [delaySteps]uint32{}
	}
	part.counts[step]++
}

// Recent sums up what is not too old.
func (d *Delays) Recent(now time.Time) bot.Delay {
	number := now.UnixNano() / int64(delayPart)
	var sum [delaySteps]int
	total := 0
	d.mu.Lock()
	for i := range d.parts {
		if number-d.parts[i].number >= delayParts {
			continue
		}
		for step, n := range d.parts[i].counts {
			sum[step] += int(n)
			total += int(n)
		}
	}
	d.mu.Unlock()
	return bot.Delay{Over: total, P50: reach(sum[:], total, .5), P99: reach(sum[:], total, .99)}
}

// reach returns the upper end of the step within which a part of all counts lies.
func reach(sum []int, total int, part float64) time.Duration {
	need, have := int(math.Ceil(part*float64(total))), 0
	for step, n := range sum {
		if have += n; n > 0 && have >= need {
			return time.Duration(float64(delayLeast) * math.Pow(delayStep, float64(step)))
		}
	}
	return 0
}
