package bot_test

import (
	"reflect"
	"testing"

	"tidings/bot"
)

func TestShape_LeavesToTheNextOneWhatItDoesNotSay(t *testing.T) {
	type on = map[bot.Part]bool
	for _, test := range []struct {
		name             string
		over, base       bot.Shape
		shows, leavesOut []bot.Part
		line             string
	}{
		{
			"nothing said",
			bot.Shape{},
			bot.Shape{},
			[]bot.Part{bot.ShowTitle, bot.ShowSummary, bot.ShowPicture, bot.ShowRelated},
			[]bot.Part{bot.ShowTags, bot.ShowPreview},
			"",
		},
		{"brief", bot.Shape{}, bot.Shape{Preset: bot.Brief}, []bot.Part{bot.ShowSummary, bot.ShowAuthors}, []bot.Part{bot.ShowPicture}, ""},
		{
			"a part of the chat's, another of the subscription's",
			bot.Shape{Parts: on{bot.ShowTags: true}},
			bot.Shape{Parts: on{bot.ShowAuthors: false, bot.ShowTags: false}, Line: "Hi"},
			[]bot.Part{bot.ShowTags, bot.ShowSummary},
			[]bot.Part{bot.ShowAuthors},
			"Hi",
		},
		{
			"a preset over parts",
			bot.Shape{Preset: bot.Full, Line: "Mine"},
			bot.Shape{Preset: bot.Brief, Parts: on{bot.ShowAuthors: false}, Line: "Hi"},
			[]bot.Part{bot.ShowPicture, bot.ShowAuthors},
			nil, "Mine",
		},
	} {
		s := test.over.Over(test.base)
		for _, p := range test.shows {
			if !s.Shows(p) {
				t.Errorf("%s: %s is left out", test.name, p)
			}
		}
		for _, p := range test.leavesOut {
			if s.Shows(p) {
				t.Errorf("%s: %s is shown", test.name, p)
			}
		}
		if s.Line != test.line {
			t.Errorf("%s: the line is %q, want %q", test.name, s.Line, test.line)
		}
	}
	base := bot.Shape{Parts: on{bot.ShowTags: true}}
	_ = bot.Shape{Parts: on{bot.ShowTags: false}}.Over(base)
	if !base.Shows(bot.ShowTags) {
		t.Error("what a subscription says has changed its chat's shape")
	}
}

func TestLevel_IsTheHigherButForFloodsAndChatsWithoutFlashes(t *testing.T) {
	for _, test := range []struct {
		name     string
		urgency  int
		flood    bool
		raised   bot.Level
		settings bot.Settings
		want     bot.Level
	}{
		{"nothing said", 0, false, 0, bot.Settings{}, bot.Normal},
		{"low", 7, false, 0, bot.Settings{}, bot.Low},
		{"urgent", 3, false, 0, bot.Settings{}, bot.Urgent},
		{"flash", 1, false, 0, bot.Settings{}, bot.Flash},
		{"raised by its subscription", 8, false, bot.Urgent, bot.Settings{}, bot.Urgent},
		{"never lowered by it", 1, false, bot.Urgent, bot.Settings{}, bot.Flash},
		{"one of a flood", 1, true, 0, bot.Settings{}, bot.Normal},
		{"flashes switched off", 1, false, 0, bot.Settings{NoFlash: true}, bot.Urgent},
	} {
		d := bot.Delivery{Article: bot.Article{Urgency: test.urgency}, Flood: test.flood, Subscription: 7, Rhythm: &bot.Rhythm{
			Settings:      test.settings,
			Subscriptions: []bot.Subscription{{ID: 6, Preferences: bot.Preferences{Level: bot.Flash}}, {ID: 7, Preferences: bot.Preferences{Level: test.raised}}},
		}}
		if got := d.Level(); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

func TestShape_IsTheSubscriptionsBeforeTheChats(t *testing.T) {
	t.Parallel()
	chat := bot.Shape{Preset: bot.Brief, Parts: map[bot.Part]bool{bot.ShowTags: true}, Line: "chat"}
	for _, test := range []struct{ sub, want bot.Shape }{
		{bot.Shape{}, chat},
		{bot.Shape{Line: "sub"}, bot.Shape{Preset: bot.Brief, Parts: chat.Parts, Line: "sub"}},
		{bot.Shape{Preset: bot.Headline}, bot.Shape{Preset: bot.Headline, Line: "chat"}},
		{bot.Shape{Parts: map[bot.Part]bool{bot.ShowTime: false}}, bot.Shape{Preset: bot.Brief, Parts: map[bot.Part]bool{bot.ShowTags: true, bot.ShowTime: false}, Line: "chat"}},
	} {
		d := bot.Delivery{Subscription: 7, Rhythm: &bot.Rhythm{
			Settings:      bot.Settings{Shape: chat},
			Subscriptions: []bot.Subscription{{ID: 6, Preferences: bot.Preferences{Shape: bot.Shape{Line: "another's"}}}, {ID: 7, Preferences: bot.Preferences{Shape: test.sub}}},
		}}
		if got := d.Shape(); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%+v: got %+v, want %+v", test.sub, got, test.want)
		}
	}
}
