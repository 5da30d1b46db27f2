package bot

import (
	"testing"
	"time"
)

func TestFresh_LetsOnlyNewsThrough(t *testing.T) {
	tests := []struct {
		name    string
		article Article
		want    bool
	}{
		{"arrived since", Article{ID: 8, Published: testNow}, true},
		{"known before the subscription", Article{ID: 7, Published: testNow}, false},
		{"arrived since, dated before", Article{ID: 8, Published: testNow.AddDate(0, 0, -9)}, true},
		{"without a date", Article{ID: 8}, true},
		{"there when its source was first read", Article{ID: 8, Published: testNow, Suppressed: Seen}, false},
		{"older than what its source had shown", Article{ID: 8, Published: testNow, Suppressed: Older}, false},
		{"on hold", Article{ID: 8, Published: testNow, Suppressed: AwaitingApproval}, false},
		{"under an embargo", Article{ID: 8, Embargo: testNow.AddDate(0, 0, 9)}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := Subscription{After: 7, Created: testNow}
			if got := s.Fresh(&tt.article); got != tt.want {
				t.Errorf("Fresh(%+v) = %t, want %t", tt.article, got, tt.want)
			}
		})
	}
}

func TestFreshIn_CountsFromTheSubscription(t *testing.T) {
	tests := []struct {
		name    string
		article Article
		at      time.Time
		want    bool
	}{
		{"reported since", Article{ID: 3}, testNow.Add(time.Second), true},
		{"reported before", Article{ID: 3}, testNow.Add(-time.Second), false},
		{"reported since, and quiet", Article{ID: 3, Suppressed: Older}, testNow.Add(time.Second), false},
	}
	for _, tt := range tests {
		s := Subscription{After: 7, Created: testNow}
		if got := s.FreshIn(&tt.article, &Report{At: tt.at}); got != tt.want {
			t.Errorf("%s: %t, want %t", tt.name, got, tt.want)
		}
	}
}
