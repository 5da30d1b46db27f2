package store

import (
	"math/rand/v2"
	"strings"
	"testing"
)

func TestDailyCountsAreOfTheLastDays(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		days  []int64
		since int64
		want  int64
		pack  string
	}{
		{"none", nil, 0, 0, "0"},
		{"one day", []int64{20_000, 20_000}, 20_000, 2, "20000 2"},
		{"before it", []int64{20_000, 20_000}, 20_001, 0, "20000 2"},
		{"in order", []int64{20_000, 20_002}, 20_000, 2, "20002 1 0 1"},
		{"against it", []int64{20_002, 20_000}, 20_001, 1, "20002 1 0 1"},
		{"after a long time", []int64{20_000, 20_040}, 0, 1, "20040 1" + strings.Repeat(" 0", daysKept-1)},
		{"too old", []int64{20_040, 20_040 - daysKept, 0}, 0, 1, "20040 1"},
		{"before 1970", []int64{-2, -1}, -5, 2, "-1 1 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var d dailyCounts
			for _, day := range test.days {
				d.add(day)
			}
			if got := d.since(test.since); got != test.want {
				t.Errorf("%d since %d, want %d", got, test.since, test.want)
			}
			packed := d.pack()
			if packed != test.pack {
				t.Errorf("packed as %s, want %s", packed, test.pack)
			}
			again, err := unpackDaily(packed)
			if err != nil || again.since(test.since) != test.want {
				t.Errorf("unpacked: %+v, %v", again, err)
			}
		})
	}
}

func TestDailyCountsOfAClockThatWasAhead(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, daily string
		today       int64
		want        string
	}{
		{"none", "", 20_000, "0"},
		{"none before 1970", "", -2, "-2"},
		{"it was not", "20000 1 2", 20_000, "20000 1 2"},
		{"none came since", "20000 1 2", 20_001, "20000 1 2"},
		{"by a day", "20001 1 2", 20_000, "20000 3"},
		{"by two days", "20002 1 0 2 4", 20_000, "20000 3 4"},
		{"by a year", "20365 1" + strings.Repeat(" 1", daysKept-1), 20_000, "20000 32"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d, err := unpackDaily(test.daily)
			d.upTo(test.today)
			if got := d.pack(); err != nil || got != test.want {
				t.Errorf("%s on day %d is %s, %v, want %s", test.daily, test.today, got, err, test.want)
			}
		})
	}
}

// TestDailyCountsComeInAnyOrder compares counts with a list of all days.
func TestDailyCountsComeInAnyOrder(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		var d dailyCounts
		var days []int64
		last := int64(20_000)
		for range 60 {
			day := 20_000 + r.Int64N(50)
			d.add(day)
			days, last = append(days, day), max(last, day)
		}
		for since := last - daysKept + 1; since <= last; since++ {
			var want int64
			for _, day := range days {
				if day >= since {
					want++
				}
			}
			if got := d.since(since); got != want {
				t.Fatalf("%d since %d of %v, want %d", got, since, days, want)
			}
		}
	}
}
