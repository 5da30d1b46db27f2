package store

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// daysKept is of how many days at most a source's articles are counted, from the last one back.
const daysKept = 32

// dailyCounts is how many articles a source brought by the day of their date, UTC, as they were dated when they came. It is what the
// source publishes, so no pruning lowers it.
type dailyCounts struct {
	Last   int64   // days since 1970
	Counts []int64 // of that day and those before it
}

// dayOf returns a day as dailyCounts has it.
func dayOf(at time.Time) int64 { return floorDiv(at.Unix(), 24*60*60) }

// add counts an article of a day, unless that is too long before the last one.
func (d *dailyCounts) add(day int64) {
	if len(d.Counts) == 0 {
		d.Last = day
	}
	if later := day - d.Last; later > 0 {
		d.Last, d.Counts = day, slices.Insert(d.Counts, 0, make([]int64, min(later, daysKept))...)
		d.Counts = d.Counts[:min(len(d.Counts), daysKept)]
	}
	before := int(min(d.Last-day, daysKept))
	if before == daysKept {
		return
	}
	if missing := before + 1 - len(d.Counts); missing > 0 {
		d.Counts = append(d.Counts, make([]int64, missing)...)
	}
	d.Counts[before]++
}

// upTo counts for a day what was counted for later ones, as the clock was ahead then.
func (d *dailyCounts) upTo(today int64) {
	for d.Last > today && len(d.Counts) > 1 {
		d.Counts[1] += d.Counts[0]
		d.Last, d.Counts = d.Last-1, d.Counts[1:]
	}
	d.Last = min(d.Last, today)
}

// since adds up what there is from a day on.
func (d *dailyCounts) since(day int64) (sum int64) {
	for i, n := range d.Counts {
		if d.Last-int64(i) >= day {
			sum += n
		}
	}
	return sum
}

// pack writes the last day and the counts, with spaces between them: each article that is stored has it read and written.
func (d *dailyCounts) pack() string {
	b := strconv.AppendInt(make([]byte, 0, 64), d.Last, 10)
	for _, n := range d.Counts {
		b = strconv.AppendInt(append(b, ' '), n, 10)
	}
	return string(b)
}

func unpackDaily(text string) (d dailyCounts, err error) {
	if text == "" {
		return d, nil
	}
	last, counts, more := strings.Cut(text, " ")
	d.Last, err = strconv.ParseInt(last, 10, 64)
	for err == nil && more {
		var count string
		var n int64
		count, counts, more = strings.Cut(counts, " ")
		n, err = strconv.ParseInt(count, 10, 64)
		d.Counts = append(d.Counts, n)
	}
	if err != nil {
		err = fmt.Errorf("articles by day: %w", err)
	}
	return d, err
}
