package discord

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const modal = `{"type":9,"data":{"custom_id":"edit","title":"Edit a filter","components":[
	{"type":10,"content":"What should it match?"},
	{"type":18,"label":"Filter","component":{"type":4,"custom_id":"text","style":2,"value":"missile","max_length":20}}]}}`

func TestModal_IsShownAndSubmittedOnce(t *testing.T) {
	k := newTalk(t, Config{})
	ctx := testContext(t)
	it, f := k.ask(t)
	if a := k.bot.do("POST", callback(f), modal); a.status != 204 {
		t.Fatalf("answer = %d %s", a.status, a.text)
	}
	want := Modal{CustomID: "edit", Title: "Edit a filter", Text: "What should it match?", Fields: []ModalField{
		{CustomID: "text", Label: "Filter", Value: "missile", Required: true, Paragraph: true, Max: 20},
	}}
	got, err := it.Form(ctx)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Fatalf("form (-want +got):\n%s%v", diff, err)
	}
	k.bot.do("POST", k.hook(f), `{"content":"more"}`).want(t, 404, 10015)
	for _, text := range []string{"", strings.Repeat("x", 21)} {
		if _, err := k.Submit(ctx, it.ID(), map[string]string{"text": text}); err == nil {
			t.Errorf("a text of %d characters was accepted", len(text))
		}
	}
	done, err := k.Submit(ctx, it.ID(), map[string]string{"text": "moon"})
	if err != nil {
		t.Fatal(err)
	}
	sent := k.socket.until("INTERACTION_CREATE")
	var in struct {
		Type    int
		Message json.RawMessage
		Data    struct {
			CustomID   string `json:"custom_id"`
			Components []struct {
				Type      int
				Component struct {
					Type     int
					CustomID string `json:"custom_id"`
					Value    string
				}
			}
		}
	}
	if err := json.Unmarshal(sent.Data, &in); err != nil {
		t.Fatal(err)
	}
	c := in.Data.Components[0]
	if in.Type != 5 || in.Message != nil || in.Data.CustomID != "edit" || c.Type != 18 || c.Component.Type != 4 || c.Component.Value != "moon" {
		t.Errorf("interaction = %s", sent.Data)
	}
	k.bot.do("POST", callback(sent), modal).want(t, 400, 50035) // no form answers a form
	k.bot.do("POST", callback(sent), `{"type":7,"data":{"content":"x"}}`).want(t, 400, 50035)
	if a := k.bot.do("POST", callback(sent), `{"type":4,"data":{"content":"done","flags":64}}`); a.status != 204 {
		t.Errorf("answer = %d %s", a.status, a.text)
	}
	if m, err := done.Reply(ctx); err != nil || m.Content != "done" || m.EphemeralTo != k.ann {
		t.Errorf("reply = %+v, %v", m, err)
	}
	if _, err := k.Submit(ctx, it.ID(), nil); !errors.Is(err, ErrNoForm) {
		t.Errorf("a second time: %v", err)
	}
}

func TestModal_IsRefusedWithWhatIsWrong(t *testing.T) {
	k := newTalk(t, Config{})
	it, f := k.ask(t)
	for name, tt := range map[string]struct{ change, to string }{
		"no title":     {`"title":"Edit a filter"`, `"title":""`},
		"long title":   {"Edit a filter", strings.Repeat("x", 46)},
		"long label":   {`"Filter"`, `"` + strings.Repeat("x", 46) + `"`},
		"a button":     {`"type":18`, `"type":2`},
		"long value":   {`"missile"`, `"` + strings.Repeat("x", 21) + `"`},
		"no custom id": {`"custom_id":"edit"`, `"custom_id":""`},
		"no field":     {`"component"`, `"other"`},
		"odd style":    {`"style":2`, `"style":3`},
	} {
		body := strings.Replace(modal, tt.change, tt.to, 1)
		if a := k.bot.do("POST", callback(f), body); a.status != 400 {
			t.Errorf("%s: answer = %d %s", name, a.status, a.text)
		}
	}
	if a := k.bot.do("POST", callback(f), `{"type":4,"data":{"content":"x"}}`); a.status != 204 {
		t.Errorf("answer = %d %s", a.status, a.text)
	}
	if _, err := it.Form(testContext(t)); !errors.Is(err, ErrNoForm) {
		t.Errorf("form: %v", err)
	}
}

func TestMenu_CallsACommandOnAMessage(t *testing.T) {
	k := newTalk(t, Config{})
	ctx := testContext(t)
	k.register(t, `[{"type":3,"name":"Why this alert?","contexts":[0]},{"name":"latest","description":"d"}]`)
	alert := k.Say(k.ann, k.channel, "an alert")
	if _, err := k.CommandOn(ctx, k.ann, alert, "latest"); err == nil {
		t.Error("a slash command stands in the menu of messages")
	}
	if _, err := k.Command(ctx, k.ann, k.channel, "Why this alert?", nil); err == nil {
		t.Error("a command of the menu can be typed")
	}
	if _, err := k.CommandOn(ctx, k.ann, "1", "Why this alert?"); err == nil {
		t.Error("a message that is not there has a menu")
	}
	if _, err := k.CommandOn(ctx, k.ann, alert, "Why this alert?"); err != nil {
		t.Fatal(err)
	}
	f := k.socket.until("INTERACTION_CREATE")
	var in struct {
		Type int
		Data struct {
			Type     int
			Name     string
			TargetID string `json:"target_id"`
			Resolved struct {
				Messages map[string]struct{ Content string }
			}
		}
	}
	if err := json.Unmarshal(f.Data, &in); err != nil {
		t.Fatal(err)
	}
	if in.Type != 2 || in.Data.Type != 3 || in.Data.TargetID != alert || in.Data.Resolved.Messages[alert].Content != "an alert" {
		t.Errorf("interaction = %s", f.Data)
	}
}

func TestMessage_RepliesToWhatIsThere(t *testing.T) {
	p := newPlace(t, Config{})
	path := "/channels/" + p.channel + "/messages"
	alert := p.Say(p.ann, p.channel, "an alert")
	reply := func(must string) string {
		return `{"content":"x","message_reference":{"message_id":"` + alert + `"` + must + `}}`
	}
	if a := p.bot.do("POST", path, reply("")); a.status != 200 || !strings.Contains(a.text, `"type":19`) {
		t.Errorf("reply = %d %s", a.status, a.text)
	}
	p.DeleteMessage(alert)
	p.bot.do("POST", path, reply("")).want(t, 400, 50035)
	a := p.bot.do("POST", path, reply(`,"fail_if_not_exists":false`))
	if a.status != 200 || strings.Contains(a.text, "message_reference") {
		t.Errorf("reply to what is gone = %d %s", a.status, a.text)
	}
	p.SetBotPermissions(p.channel, MemberDefault&^ReadHistory)
	p.bot.do("POST", path, reply(`,"fail_if_not_exists":false`)).want(t, 403, 160002)
}
