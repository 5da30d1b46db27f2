package plan

import (
	"testing"
	"time"

	"tidings/bot"
)

// busyDay is an article each half hour of Monday in Seoul, the one at noon urgent.
func busyDay(t *testing.T) []*bot.Article {
	var list []*bot.Article
	start := moment(t, "mon 00:00")
	for i := range 48 {
		a := &bot.Article{ID: int64(i + 1), Title: "Missile lands", SourceID: "s1", FirstSeen: start.Add(time.Duration(i) * 30 * time.Minute)}
		if i == 24 {
			a.Urgency = urgentNews
		}
		list = append(list, a)
	}
	list[0], list[47] = list[47], list[0] // their order doesn't matter
	return list
}

func TestForecast_CountsHowArticlesWouldHaveCome(t *testing.T) {
	t.Parallel()
	planner := New(zone(t, "Asia/Seoul"))
	night := bot.Quiet{From: 22 * 60, To: 7 * 60}
	for _, tt := range []struct {
		name        string
		rhythm      bot.Rhythm
		preferences bot.Preferences
		want        Forecast
	}{
		{"plain", bot.Rhythm{}, bot.Preferences{}, Forecast{AtOnce: 48, Messages: 48}},
		{"a daily digest, but for what is urgent", bot.Rhythm{}, bot.Preferences{When: "daily 08:00"}, Forecast{AtOnce: 1, Digests: 47, Messages: 3}},
		{"hourly", bot.Rhythm{}, bot.Preferences{When: "hourly"}, Forecast{AtOnce: 1, Digests: 47, Messages: 25}},
		{"quiet hours", bot.Rhythm{Settings: bot.Settings{Quiet: night}}, bot.Preferences{}, Forecast{AtOnce: 30, Lists: 18, Messages: 32}},
		{
			"which join a digest of another subscription",
			bot.Rhythm{Settings: bot.Settings{Quiet: night}, Subscriptions: []bot.Subscription{{ID: 1, Preferences: bot.Preferences{When: "daily 08:00"}}}},
			bot.Preferences{},
			Forecast{AtOnce: 30, Digests: 18, Messages: 32},
		},
		{"a pause now says nothing of other days", bot.Rhythm{Settings: bot.Settings{Paused: bot.Pause{Since: moment(t, "mon 00:00")}}}, bot.Preferences{}, Forecast{AtOnce: 48, Messages: 48}},
		{"a limit", bot.Rhythm{Settings: bot.Settings{Limit: bot.Limit{Hour: 1}}}, bot.Preferences{}, Forecast{AtOnce: 2, Lists: 46, Messages: 26}},
		{"muted", bot.Rhythm{Mutes: []bot.Mute{{Kind: bot.MuteWords, Value: "missile"}}}, bot.Preferences{}, Forecast{Muted: 48}},
		{"nothing", bot.Rhythm{}, bot.Preferences{}, Forecast{}},
	} {
		articles := busyDay(t)
		if tt.name == "nothing" {
			articles = nil
		}
		if got := planner.Forecast(&tt.rhythm, tt.preferences, articles); got != tt.want {
			t.Errorf("%s: got %+v, want %+v", tt.name, got, tt.want)
		}
	}
}

func TestForecast_KeepsALimit(t *testing.T) {
	t.Parallel()
	var articles []*bot.Article
	for i := range 200 {
		articles = append(articles, &bot.Article{ID: int64(i + 1), Title: "News", FirstSeen: moment(t, "mon 09:00").Add(time.Duration(i) * time.Minute)})
	}
	got := New(time.UTC).Forecast(&bot.Rhythm{Settings: bot.Settings{Limit: bot.Limit{Hour: 5}}}, bot.Preferences{}, articles)
	if got.AtOnce+got.Lists != 200 || got.Messages > 20 || got.Messages < 10 {
		t.Errorf("got %+v", got)
	}
}

func TestNotes_SayWhatWillHappen(t *testing.T) {
	t.Parallel()
	night := bot.Quiet{From: 22 * 60, To: 7 * 60}
	for _, tt := range []struct {
		name        string
		set         bot.Settings
		preferences bot.Preferences
		want        string
	}{
		{"nothing to say", bot.Settings{Quiet: night}, bot.Preferences{When: "daily 08:00"}, ""},
		{
			"a digest in quiet hours",
			bot.Settings{Quiet: night},
			bot.Preferences{When: "daily 08:00 23:00"},
			"The digest of subscription 4 that is due at 23:00 comes at 07:00, when quiet hours end.",
		},
		{
			"a digest on a quiet weekend",
			bot.Settings{Quiet: bot.Quiet{Weekends: true}},
			bot.Preferences{When: "daily 08:00"},
			"The digest of subscription 4 that is due at Sat 08:00 comes at Mon 00:00, when quiet hours end.",
		},
		{"only on workdays", bot.Settings{Quiet: bot.Quiet{Weekends: true}}, bot.Preferences{When: "weekdays 08:00"}, ""},
		{
			"an urgent digest",
			bot.Settings{},
			bot.Preferences{When: "daily 08:00", Level: bot.Urgent},
			"Subscription 4 makes everything urgent or a flash, so nothing of it waits for a digest.",
		},
		{
			"silent and urgent",
			bot.Settings{},
			bot.Preferences{Silent: true, Level: bot.Urgent},
			"Subscription 4 is silent, but what is urgent or a flash makes a sound all the same.",
		},
		{
			"paused, but for flashes",
			bot.Settings{},
			bot.Preferences{Paused: bot.Pause{Since: time.Unix(1, 0)}, Level: bot.Flash},
			"Subscription 4 is paused, but flashes come all the same.",
		},
		{
			"flash where there is none",
			bot.Settings{NoFlash: true},
			bot.Preferences{Level: bot.Flash},
			"Flashes are off here: what subscription 4 makes a flash is urgent.",
		},
	} {
		got := ""
		for _, n := range Notes(&tt.set, []bot.Subscription{{Number: 4, Preferences: tt.preferences}}) {
			got += n.String()
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
