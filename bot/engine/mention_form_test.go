package engine_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"tidings/bot"
	"tidings/bot/answer"
)

func TestMentions_TheFormOffersTheRolesThatMayBeMentioned(t *testing.T) {
	t.Parallel()
	w := newWalled(t, databases(t)["sqlite"](), answer.Following{})
	w.say(owners(), "manager", "/subscribe uranium")
	roles := make([]bot.Mention, 40)
	for i := range roles {
		roles[i] = bot.Mention{Kind: bot.RoleMention, ID: string(rune('A' + i)), Name: "role " + string(rune('A'+i))}
	}
	var unlisted error
	does := func(data string) bot.Message {
		return w.handler.Invoke(t.Context(), bot.Invocation{
			Target: owners(), User: bot.User{ID: "manager", Name: "manager"}, Manager: manager, Data: data,
			MayMention:  func(context.Context, bot.Mention) error { return nil },
			Mentionable: func(context.Context) ([]bot.Mention, error) { return roles, unlisted },
		})
	}
	labels := func(m bot.Message) (list []string) {
		if m.Form == nil {
			t.Fatalf("no form: %s", show(m))
		}
		for _, o := range m.Form.Options {
			list = append(list, o.Label)
		}
		return list
	}
	form := does("ask?number=1&what=mention")
	if got := labels(form); len(got) != bot.MaxFormOptions || !slices.Equal(got[:3], []string{"Nobody", "Me", "@role A"}) {
		t.Errorf("offers %q", got)
	}
	does(form.Form.Options[2].Data)
	subs, err := w.store.SubscriptionsOf(t.Context(), owners())
	w.must(err)
	if got := subs[0].Preferences.Mentions; !slices.Equal(got, roles[:1]) {
		t.Errorf("it mentions %v, want %v", got, roles[:1])
	}
	roles, unlisted = nil, errors.New("the platform doesn't answer")
	if got := labels(does("ask?number=1&what=mention")); !slices.Equal(got, []string{"Nobody", "Me"}) {
		t.Errorf("without a list of roles it offers %q", got)
	}
}
