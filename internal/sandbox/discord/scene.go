package discord

import (
	"bytes"
	"encoding/json"
	"strings"

	"tidings/internal/sandbox"
)

// scene says which channel and guild a request is for, and what it would show.
func (d *StandIn) scene(path string, body []byte) sandbox.Scene {
	var said any
	_ = json.Unmarshal(body, &said) // whatever is no JSON shows nothing
	return sandbox.Scene{Places: d.places(path), Text: strings.Join(texts(nil, said), "\n")}
}

// places returns the ids of the channel, its parent and the guild that a path leads to.
func (d *StandIn) places(path string) []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	parts := strings.Split(path, "/") // as in /api/v10/channels/ID
	if len(parts) < 5 {
		return nil
	}
	kind, id, w := parts[3], parts[4], &d.world
	var ch *channel
	switch kind {
	case "guilds":
		return []string{id}
	case "channels":
		ch = w.channels[id]
	case "interactions":
		if it := w.interactions[id]; it != nil {
			ch = it.channel
		}
	case "webhooks":
		if len(parts) > 5 && w.byToken[parts[5]] != nil {
			ch = w.byToken[parts[5]].channel
		}
	}
	if ch == nil {
		return []string{id}
	}
	list := []string{ch.id, ch.guildID()}
	if ch.parent != nil {
		list = append(list, ch.parent.id)
	}
	return list
}

// texts appends the strings in a decoded JSON value to list.
func texts(list []string, v any) []string {
	switch v := v.(type) {
	case string:
		return append(list, v)
	case []any:
		for _, item := range v {
			list = texts(list, item)
		}
	case map[string]any:
		for _, item := range v {
			list = texts(list, item)
		}
	}
	return list
}

// wireText is the body of a refusal.
func wireText(e *apiError) string {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(e); err != nil {
		panic(err) // refusals are our own
	}
	return text.String()
}
