package bot

import (
	"testing"
	"time"
)

func TestFresh_LetsOnlyNewsThrough(t *testing.T) {
	subscribed := testNow.Add(-3 * time.Hour)
	today := time.Date(2021, 1, 20, 0, 0, 0, 0, time.UTC)
	tests := []struct {
		name    string
		article Article
		now     time.Time
		want    bool
	}{
		{"published since", Article{ID: 8, Published: testNow}, testNow, true},
		{"known before the subscription", Article{ID: 7, Published: testNow}, testNow, false},
		{"published just before the subscription", Article{ID: 8, Published: subscribed.Add(-30 * time.Minute)}, testNow, true},
		{"published well before the subscription", Article{ID: 8, Published: subscribed.Add(-2 * time.Hour)}, testNow, false},
		{"out of the archive", Article{ID: 8, Published: testNow.AddDate(-3, 0, 0)}, testNow, false},
		{"dated with the day of the subscription", Article{ID: 8, Published: today, DateOnly: true}, testNow, true},
		{"dated with the day before", Article{ID: 8, Published: today.AddDate(0, 0, -1), DateOnly: true}, testNow, false},
		{"seen after an outage of days", Article{ID: 8, Published: testNow}, testNow.AddDate(0, 0, 3), true},
		{"seen weeks later", Article{ID: 8, Published: testNow}, testNow.AddDate(0, 0, 14), false},
		{"embargo ended since", Article{ID: 8, Published: testNow.AddDate(0, 0, -9), Embargo: testNow}, testNow, true},
		{"embargo ends ahead", Article{ID: 8, Published: testNow, Embargo: testNow.AddDate(0, 0, 9)}, testNow, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := Subscription{After: 7, Created: subscribed}
			if got := s.Fresh(&tt.article, tt.now); got != tt.want {
				t.Errorf("Fresh(%+v) at %v = %t, want %t", tt.article, tt.now, got, tt.want)
			}
		})
	}
}
