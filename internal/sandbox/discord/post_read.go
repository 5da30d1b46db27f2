package discord

import (
	"strconv"
)

// findMessage returns a message that the bot can read through the channel in the path.
func (d *StandIn) findMessage(c call) (*channel, *Message, *apiError) {
	ch, e := d.world.reach(c.PathValue("channel"))
	if e != nil {
		return nil, nil, e
	}
	m, ok := d.world.messages[c.PathValue("message")]
	if !ok || m.ChannelID != ch.id || m.EphemeralTo != "" {
		return nil, nil, unknownMessage()
	}
	return ch, m, nil
}

func (d *StandIn) getMessage(c call) (any, *apiError) {
	ch, m, e := d.findMessage(c)
	if e != nil {
		return nil, e
	}
	if !ch.allows(d.world.bot, ReadHistory) {
		return nil, missingPerms()
	}
	return m.wire(&d.world), nil
}

func (d *StandIn) listMessages(c call) (any, *apiError) {
	ch, e := d.world.reach(c.PathValue("channel"))
	if e != nil {
		return nil, e
	}
	limit := 50
	if v := c.URL.Query().Get("limit"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 || n > 100 {
			check := &check{}
			check.fail([]string{"limit"}, "NUMBER_TYPE_MAX", "int value should be less than or equal to 100.")
			return nil, check.err()
		}
		limit = n
	}
	list := []any{}
	if !ch.allows(d.world.bot, ReadHistory) {
		return list, nil // Discord answers with nothing, not with a refusal.
	}
	before := c.URL.Query().Get("before")
	for i := len(ch.messages) - 1; i >= 0 && len(list) < limit; i-- {
		if m := ch.messages[i]; m.EphemeralTo == "" && (before == "" || isEarlier(m.ID, before)) {
			list = append(list, m.wire(&d.world))
		}
	}
	return list, nil
}

// isEarlier reports whether an id is before another.
func isEarlier(id, other string) bool {
	return len(id) < len(other) || len(id) == len(other) && id < other
}

// offset returns the id n after id.
func offset(id string, n int) string {
	v, _ := strconv.ParseInt(id, 10, 64) // ids are our own
	return strconv.FormatInt(v+int64(n), 10)
}
