package discord

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const commands = `[
	{"name":"latest","description":"Headlines","options":[
		{"type":3,"name":"filter","description":"What","autocomplete":true,"max_length":50},
		{"type":4,"name":"count","description":"How many","min_value":1,"max_value":20,"choices":null}]},
	{"name":"filter","description":"Filters","default_member_permissions":"16","contexts":[0],"options":[
		{"type":1,"name":"set","description":"Change","options":[
			{"type":4,"name":"number","description":"Which","required":true},
			{"type":3,"name":"kind","description":"Sort","choices":[{"name":"All","value":"all"},{"name":"None","value":"none"}]},
			{"type":5,"name":"loud","description":"Ping"},
			{"type":6,"name":"who","description":"Whom"},
			{"type":7,"name":"where","description":"Place"}]}]}]`

// talk is a place with commands and a bot that is connected by a plain socket.
type talk struct {
	place
	socket socket
}

func newTalk(t *testing.T, cfg Config) talk {
	t.Helper()
	p := newPlace(t, cfg)
	socket, _ := connect(t, p.base, intentGuilds)
	p.register(t, commands)
	return talk{place: p, socket: socket}
}

// ask has ann use /latest, and returns her handle and what the bot gets.
func (k talk) ask(t *testing.T) (*Interaction, gotFrame) {
	t.Helper()
	it, err := k.Command(testContext(t), k.ann, k.channel, "latest", nil)
	if err != nil {
		t.Fatal(err)
	}
	return it, k.socket.until("INTERACTION_CREATE")
}

func callback(f gotFrame) string {
	return "/interactions/" + f.field("id") + "/" + f.field("token") + "/callback"
}

// hook is the path of follow-ups to an interaction.
func (k talk) hook(f gotFrame) string {
	return "/webhooks/" + k.ApplicationID() + "/" + f.field("token")
}

func TestInteraction_CarriesUserPlaceAndPermissions(t *testing.T) {
	k := newTalk(t, Config{})
	k.SetMemberPermissions(k.channel, k.ann, MemberDefault|ManageChannels)
	k.SetBotPermissions(k.channel, Administrator)
	where := []Option{
		{Name: "number", Value: 2},
		{Name: "kind", Value: "all"},
		{Name: "loud", Value: true},
		{Name: "who", Value: k.ann},
		{Name: "where", Value: k.channel},
	}
	it, err := k.Command(testContext(t), k.ann, k.channel, "filter set", where)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		ID, GuildID, ChannelID string
		Type, Version, Context int
		AppPermissions         string `json:"app_permissions"`
		Member                 struct {
			Permissions string
			User        struct{ Username string }
		}
		Data struct {
			Name     string
			Options  []map[string]any
			Resolved struct{ Users, Channels map[string]any }
		}
	}
	f := k.socket.until("INTERACTION_CREATE")
	if err := json.Unmarshal(f.Data, &got); err != nil {
		t.Fatal(err)
	}
	if got.ID != it.ID() || got.Type != 2 || got.Context != 0 || got.Member.User.Username != "ann" || got.Data.Name != "filter" {
		t.Errorf("interaction = %s", f.Data)
	}
	if got.Member.Permissions != "277025508368" || got.AppPermissions != "9007199254740991" {
		t.Errorf("permissions %s and %s", got.Member.Permissions, got.AppPermissions)
	}
	want := []map[string]any{{"name": "set", "type": 1.0, "options": []any{
		map[string]any{"name": "number", "type": 4.0, "value": 2.0},
		map[string]any{"name": "kind", "type": 3.0, "value": "all"},
		map[string]any{"name": "loud", "type": 5.0, "value": true},
		map[string]any{"name": "who", "type": 6.0, "value": k.ann},
		map[string]any{"name": "where", "type": 7.0, "value": k.channel},
	}}}
	if diff := cmp.Diff(want, got.Data.Options); diff != "" {
		t.Errorf("options (-want +got):\n%s", diff)
	}
	if got.Data.Resolved.Users[k.ann] == nil || got.Data.Resolved.Channels[k.channel] == nil {
		t.Errorf("resolved = %+v", got.Data.Resolved)
	}
}

func TestInteraction_AcceptsOneAnswerInTime(t *testing.T) {
	clock := newClock()
	k := newTalk(t, Config{Now: clock.Now})
	answer := `{"type":4,"data":{"content":"here","flags":64}}`
	it, f := k.ask(t)
	k.bot.do("POST", "/interactions/"+f.field("id")+"/wrong/callback", answer).want(t, 404, 10062)
	k.bot.do("POST", callback(f), `{"type":4,"data":{"content":""}}`).want(t, 400, 50006)
	k.bot.do("POST", callback(f), `{"type":7,"data":{"content":"x"}}`).want(t, 400, 50035)
	k.bot.do("POST", callback(f), `{"type":4}`).want(t, 400, 50035)
	k.bot.do("POST", callback(f), `{"type":9,"data":{}}`).want(t, 400, 50035)
	clock.advance(2 * time.Second)
	if a := k.bot.do("POST", callback(f), answer); a.status != 204 {
		t.Errorf("answer = %d %s", a.status, a.text)
	}
	k.bot.do("POST", callback(f), answer).want(t, 400, 40060)
	if kind, took, err := it.Acknowledged(testContext(t)); kind != 4 || took != 2*time.Second || err != nil {
		t.Errorf("acknowledged = %d, %v, %v", kind, took, err)
	}
	_, late := k.ask(t)
	clock.advance(3*time.Second + 1)
	k.bot.do("POST", callback(late), answer).want(t, 404, 10062)
}

func TestInteraction_SilenceIsSeenAfterThreeSeconds(t *testing.T) {
	k := newTalk(t, Config{})
	events := k.Watch(testContext(t))
	it, _ := k.ask(t)
	if _, err := it.Reply(testContext(t)); !errors.Is(err, ErrNoAnswer) {
		t.Errorf("reply = %v, want %v", err, ErrNoAnswer)
	}
	if e := <-events; e.Kind != Invoked || e.Invocation.Name != "latest" {
		t.Errorf("first event = %+v", e)
	}
	if e := <-events; e.Kind != Failed || e.Invocation.ID != it.ID() {
		t.Errorf("second event = %+v", e)
	}
}

func TestInteraction_EphemeralRepliesStayPrivate(t *testing.T) {
	k := newTalk(t, Config{Unlimited: true})
	bob := k.AddUser("bob")
	it, f := k.ask(t)
	row := `[{"type":1,"components":[{"type":2,"style":1,"label":"More","custom_id":"more"},
		{"type":2,"style":1,"label":"Off","custom_id":"off","disabled":true}]}]`
	a := k.bot.do("POST", callback(f)+"?with_response=true", `{"type":4,"data":{"flags":64,"content":"hi","components":`+row+`}}`)
	reply, err := it.Reply(testContext(t))
	if err != nil || reply.EphemeralTo != k.ann || reply.Interaction.Name != "latest" {
		t.Fatalf("reply = %+v, %v", reply, err)
	}
	if !strings.Contains(a.text, `"response_message_id":"`+reply.ID+`"`) || !strings.Contains(a.text, `"type":20`) {
		t.Errorf("with_response = %s", a.text)
	}
	k.bot.do("GET", k.messages()+"/"+reply.ID, nil).want(t, 404, 10008)
	k.bot.do("DELETE", k.messages()+"/"+reply.ID, nil).want(t, 404, 10008)
	ctx := testContext(t)
	for name, press := range map[string][2]string{
		"of another person": {bob, "more"},
		"disabled":          {k.ann, "off"},
		"unknown":           {k.ann, "none"},
	} {
		if _, err := k.Press(ctx, press[0], reply.ID, press[1]); err == nil {
			t.Errorf("a button %s could be pressed", name)
		}
	}
}

func TestInteraction_DeferredRepliesAreFilledLater(t *testing.T) {
	clock := newClock()
	k := newTalk(t, Config{Now: clock.Now, Unlimited: true})
	it, f := k.ask(t)
	k.bot.do("PATCH", k.hook(f)+"/messages/@original", `{"content":"x"}`).want(t, 404, 10015)
	if a := k.bot.do("POST", callback(f), `{"type":5,"data":{"flags":64}}`); a.status != 204 {
		t.Fatalf("defer = %d %s", a.status, a.text)
	}
	if m := k.Messages(k.channel); len(m) != 1 || !m[0].Loading {
		t.Errorf("messages = %+v, want one that is loading", m)
	}
	clock.advance(14 * time.Minute)
	k.bot.do("PATCH", k.hook(f)+"/messages/@original", `{"content":"<@`+k.ann+`> @everyone"}`).want(t, 200, 0)
	reply, err := it.Reply(testContext(t))
	if err != nil || reply.Loading || reply.EphemeralTo != k.ann || len(reply.Pings.Users) != 1 || reply.Pings.Everyone {
		t.Errorf("reply = %+v, %v; want it filled, private, pinging ann only", reply, err)
	}
	follow := k.bot.do("POST", k.hook(f), `{"content":"more"}`)
	if list := it.Followups(); len(list) != 1 || list[0].ID != follow.id() || list[0].Content != "more" {
		t.Errorf("followups = %+v", list)
	}
	if a := k.bot.do("DELETE", k.hook(f)+"/messages/"+follow.id(), nil); a.status != 204 {
		t.Errorf("delete = %d %s", a.status, a.text)
	}
	k.bot.do("GET", k.hook(f)+"/messages/@original", nil).want(t, 200, 0)
	clock.advance(time.Minute + 1)
	k.bot.do("PATCH", k.hook(f)+"/messages/@original", `{"content":"x"}`).want(t, 401, 50027)
}

func TestInteraction_TheFirstFollowUpFillsALoadingReply(t *testing.T) {
	k := newTalk(t, Config{})
	it, f := k.ask(t)
	k.bot.do("POST", callback(f), `{"type":5}`)
	a := k.bot.do("POST", k.hook(f), `{"content":"done","flags":64}`)
	reply, err := it.Reply(testContext(t))
	if err != nil || reply.ID != a.id() || reply.Content != "done" || reply.EphemeralTo != "" || len(it.Followups()) != 0 {
		t.Errorf("reply = %+v, %v, answer %s", reply, err, a.text)
	}
}

func TestInteraction_ButtonsUpdateTheirMessage(t *testing.T) {
	k := newTalk(t, Config{Unlimited: true})
	ctx := testContext(t)
	sent := k.bot.do("POST", k.messages(), buttons(1))
	for _, mode := range []string{"now", "later"} {
		it, err := k.Press(ctx, k.ann, sent.id(), "b0")
		if err != nil {
			t.Fatal(err)
		}
		f := k.socket.until("INTERACTION_CREATE")
		if !strings.Contains(string(f.Data), `"custom_id":"b0"`) || !strings.Contains(string(f.Data), `"message":{`) {
			t.Errorf("interaction = %s", f.Data)
		}
		if mode == "now" {
			k.bot.do("POST", callback(f), `{"type":7,"data":{"content":"now"}}`)
		} else {
			k.bot.do("POST", callback(f), `{"type":6}`)
			k.bot.do("PATCH", k.hook(f)+"/messages/@original", `{"content":"later"}`).want(t, 200, 0)
		}
		if m, err := it.Reply(ctx); err != nil || m.ID != sent.id() || m.Content != mode || len(m.Components) != 1 {
			t.Errorf("%s: reply = %+v, %v", mode, m, err)
		}
	}
}

func TestInteraction_SelectsCarryTheirValues(t *testing.T) {
	k := newTalk(t, Config{})
	sent := k.bot.do("POST", k.messages(), rowOf(`{"type":3,"custom_id":"s","options":[{"label":"x","value":"y"}]}`))
	if _, err := k.Select(testContext(t), k.ann, sent.id(), "s", []string{"z"}); err == nil {
		t.Error("a value that is not offered could be picked")
	}
	if _, err := k.Press(testContext(t), k.ann, sent.id(), "s"); err == nil {
		t.Error("a menu could be pressed")
	}
	if _, err := k.Select(testContext(t), k.ann, sent.id(), "s", []string{"y"}); err != nil {
		t.Fatal(err)
	}
	if f := k.socket.until("INTERACTION_CREATE"); !strings.Contains(string(f.Data), `"values":["y"]`) {
		t.Errorf("interaction = %s", f.Data)
	}
}

func TestInteraction_AutocompleteOffersChoices(t *testing.T) {
	k := newTalk(t, Config{})
	type result struct {
		choices []Choice
		err     error
	}
	done := make(chan result, 1)
	go func() {
		choices, err := k.Autocomplete(testContext(t), k.ann, k.channel, "latest", []Option{{Name: "filter", Value: "mi", Focused: true}})
		done <- result{choices, err}
	}()
	f := k.socket.until("INTERACTION_CREATE")
	if !strings.Contains(string(f.Data), `"focused":true`) {
		t.Errorf("interaction = %s", f.Data)
	}
	k.bot.do("POST", callback(f), `{"type":4,"data":{"content":"x"}}`).want(t, 400, 50035)
	k.bot.do("POST", callback(f), `{"type":8,"data":{"choices":[{"name":"x","value":7}]}}`).want(t, 400, 50035)
	k.bot.do("POST", callback(f), `{"type":8,"data":{"choices":[`+repeat(26, `{"name":"x","value":"y"}`)+`]}}`).want(t, 400, 50035)
	k.bot.do("POST", callback(f), `{"type":8,"data":{"choices":[{"name":"Missile","value":"missile"}]}}`)
	if got := <-done; got.err != nil || !cmp.Equal(got.choices, []Choice{{Name: "Missile", Value: "missile"}}) {
		t.Errorf("choices = %+v", got)
	}
}

func TestInteraction_WorksInDirectMessages(t *testing.T) {
	k := newTalk(t, Config{})
	direct := k.DirectChannel(k.ann)
	if _, err := k.Command(testContext(t), k.ann, direct, "filter set", nil); err == nil {
		t.Error("a command for guilds only was offered in a direct channel")
	}
	it, err := k.Command(testContext(t), k.ann, direct, "latest", nil)
	if err != nil {
		t.Fatal(err)
	}
	f := k.socket.until("INTERACTION_CREATE")
	var data map[string]any
	if err := json.Unmarshal(f.Data, &data); err != nil || data["member"] != nil || data["guild_id"] != nil || data["user"] == nil {
		t.Errorf("interaction = %s, want a user and no guild", f.Data)
	}
	k.bot.do("POST", callback(f), `{"type":4,"data":{"content":"x"}}`)
	if reply, err := it.Reply(testContext(t)); err != nil || reply.ChannelID != direct || reply.GuildID != "" {
		t.Errorf("reply = %+v, %v", reply, err)
	}
}

func TestCommand_OffersOnlyWhatAClientWould(t *testing.T) {
	k := newTalk(t, Config{})
	manager := k.AddUser("max")
	k.SetMemberPermissions(k.channel, manager, MemberDefault|ManageChannels)
	mute := k.AddUser("mute")
	k.SetMemberPermissions(k.channel, mute, ViewChannel)
	blind := k.AddUser("blind")
	k.SetMemberPermissions(k.channel, blind, 0)
	set := func(o ...Option) []Option {
		return append([]Option{{Name: "number", Value: 1}}, o...)
	}
	for name, tc := range map[string]struct {
		user, command string
		options       []Option
	}{
		"unknown command":     {k.ann, "nothing", nil},
		"no command":          {k.ann, "", nil},
		"hidden command":      {k.ann, "filter set", set()},
		"no use of commands":  {mute, "latest", nil},
		"channel not seen":    {blind, "latest", nil},
		"unknown person":      {"99", "latest", nil},
		"the bot itself":      {k.ApplicationID(), "latest", nil},
		"no subcommand":       {manager, "filter", nil},
		"unknown subcommand":  {manager, "filter unset", nil},
		"missing option":      {manager, "filter set", nil},
		"unknown option":      {manager, "filter set", set(Option{Name: "x", Value: 1})},
		"option twice":        {manager, "filter set", set(Option{Name: "number", Value: 1})},
		"not a choice":        {manager, "filter set", set(Option{Name: "kind", Value: "some"})},
		"not a bool":          {manager, "filter set", set(Option{Name: "loud", Value: "yes"})},
		"unknown user":        {manager, "filter set", set(Option{Name: "who", Value: "99"})},
		"unknown channel":     {manager, "filter set", set(Option{Name: "where", Value: "99"})},
		"text for a number":   {k.ann, "latest", []Option{{Name: "count", Value: "many"}}},
		"fraction":            {k.ann, "latest", []Option{{Name: "count", Value: 1.5}}},
		"infinity":            {k.ann, "latest", []Option{{Name: "count", Value: "+5"}}},
		"below the least":     {k.ann, "latest", []Option{{Name: "count", Value: 0}}},
		"over the most":       {k.ann, "latest", []Option{{Name: "count", Value: 21}}},
		"text too long":       {k.ann, "latest", []Option{{Name: "filter", Value: strings.Repeat("x", 51)}}},
		"empty text":          {k.ann, "latest", []Option{{Name: "filter", Value: ""}}},
		"focus in a command":  {k.ann, "latest", []Option{{Name: "filter", Value: "x", Focused: true}}},
		"number for the text": {k.ann, "latest", []Option{{Name: "filter", Value: 5}}},
	} {
		if _, err := k.Command(testContext(t), tc.user, k.channel, tc.command, tc.options); err == nil {
			t.Errorf("%s: the command was sent", name)
		}
	}
	if _, err := k.Autocomplete(testContext(t), k.ann, k.channel, "latest", nil); err == nil {
		t.Error("an autocompletion without a focused option was sent")
	}
	if _, err := k.Command(testContext(t), manager, k.channel, "/filter set", set(Option{Name: "kind", Value: "none"})); err != nil {
		t.Errorf("a proper command was refused: %v", err)
	}
}
