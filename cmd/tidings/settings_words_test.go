package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tidings/internal/sandbox/discord"
	"tidings/internal/sandbox/telegram"
)

// Further steps of conversations.
type (
	picked  string // an option of the last form
	news    string // the title of an article that arrives, of which there is an alert
	onAlert string // a command on the last alert: a reply, or one of the message's menu
	inMenu  string // the same by its name in the menu
)

// setting is how somebody sets up when and how loudly alerts come, with the mistakes that people make.
func setting() []any {
	set := func(name, value string) question { return question{"settings", []option{{name + ":", value}}} }
	return []any{
		question{"settings", nil},
		"[Quiet hours]", picked("22:00–07:00"),
		"[Limit]", "{loads of them}", onDiscord("[Edit again]"), "{10 an hour}",
		set("timezone", "IST"), "[Asia/Kolkata]",
		set("timezone", "Berlin"), set("quiet", "all day"), set("limit", "0"), set("shape", "breif"), set("shape", "brief +tags"),
		question{"subscribe", []option{{"filter", "harbor"}, {"when:", "daily 08:00"}, {"sound:", "off"}}},
		question{"subscribe", []option{{"filter", "ministers"}, {"when:", "someday"}}},
		question{"subscription", []option{{"number", 1}}},
		"[When]", picked("Weekdays at 08:00"), "[Subscription 1]", "[Mentions]", picked("Me"),
		question{"subscription", []option{{"number", 1}, {"when:", "25:00"}}},
		question{"digest", nil},
		question{"pause", []option{{"until", "2h"}}},
		"[Resume]",
		question{"subscriptions", nil},
	}
}

// muting is how somebody leaves things out.
func muting() []any {
	return []any{
		subscribe("ferry"), news("Ferry sails again"),
		inMenu("Mute…"), onAlert("/mute"), "[This story]", "[A week]",
		question{"mute", []option{{"what", "ferry strike"}, {"for:", "day"}}},
		question{"mute", nil},
		"[Unmute 1]",
	}
}

// arrives publishes an article and waits for its alert, and until that is on record, so that people can reply to it.
func (c *conversation) arrives(title string) {
	c.t.Helper()
	fmt.Fprintf(&c.text, "> An article arrives: %s\n", title)
	c.run(story(c.t, title), "publish")
	for r := range c.heard {
		if strings.Contains(r.text, title) && !strings.Contains(r.text, "/subscri") {
			fmt.Fprintf(&c.text, "%s\n\n", steady(r.text))
			c.eventually("the alert is on record", func() bool { return strings.Contains(c.run("", "deliveries", "--sent", "--json"), title) })
			return
		}
	}
}

// lastAlertOnTelegram returns the newest message of the bot with a link to an article of story's.
func (w *world) lastAlertOnTelegram(chat int64) int {
	for _, m := range slices.Backward(w.telegram.Messages(chat)) {
		if strings.Contains(m.Text, "What is known of it so far") {
			return m.ID
		}
	}
	return 0
}

// lastAlertOnDiscord returns the newest alert in a channel.
func (w *world) lastAlertOnDiscord(channel string) string {
	for _, m := range slices.Backward(w.discord.Messages(channel)) {
		if len(m.Embeds) > 0 && m.EphemeralTo == "" {
			return m.ID
		}
	}
	return ""
}

// pick fills the last form in with one of its options.
func (d *discordDialogue) pick(label string) (*discord.Interaction, error) {
	form, err := d.form.Form(d.ctx)
	if err != nil {
		return nil, err
	}
	for _, f := range form.Fields {
		for _, o := range f.Options {
			if o.Label == label {
				return d.discord.Submit(d.ctx, d.form.ID(), map[string]string{f.CustomID: o.Value})
			}
		}
	}
	return nil, fmt.Errorf("no option %q in %+v", label, form)
}

// optionsOf writes down what can be picked in a field.
func optionsOf(f discord.ModalField) string {
	var b strings.Builder
	for _, o := range f.Options {
		b.WriteString("<" + o.Label + ">")
	}
	return b.String()
}

// settled waits until the bot knows of its last alert that it arrived.
func (d *discordDialogue) settled() {
	waitUntil(d.t, func() bool {
		it, err := d.ask(question{"status", nil})
		if err != nil {
			return false
		}
		reply, err := it.Reply(d.ctx)
		return err == nil && strings.Contains(reply.Content, "The last alert was posted")
	})
}

// A chat that wants it tidy keeps neither commands nor answers; one that doesn't keeps both.
func TestTidy_RemovesCommandsWhereTheChatWantsIt(t *testing.T) {
	t.Parallel()
	w := newWorldOf(t, 0, 1, telegram.Config{Unlimited: true})
	group, err := w.telegram.AddSupergroup("Newsroom", w.chats[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := w.telegram.SetMember(group.ID, w.telegram.Bot().ID, telegram.Administrator); err != nil {
		t.Fatal(err)
	}
	p := w.start("run")
	w.shows(group.ID, "Hello")
	c := w.converseOnTelegram("tidy-telegram.txt")
	c.names = map[string]string{tg(group.ID): "Newsroom", "user " + tg(w.chats[0]): "Ann"}
	for _, line := range []string{"/settings limit 10 an hour", "/settings tidy on", "/settings limit off"} {
		c.says(w.chats[0], group.ID, line, 1)
	}
	shows := func(text string) bool {
		return slices.ContainsFunc(w.telegram.Messages(group.ID), func(m telegram.Message) bool { return m.Text == text })
	}
	waitUntil(t, func() bool { return !shows("/settings limit off") && !shows("/settings tidy on") })
	if !shows("/settings limit 10 an hour") {
		t.Error("a command that came before is gone")
	}
	w.stop(p)
	c.ends()
}
