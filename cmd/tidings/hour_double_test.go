package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tidings/bot"
	"tidings/bot/discord"
)

// doublesTold is of how many alerts that came twice all there is to know is told.
const doublesTold = 5

// tellDouble tells all there is to know of an alert that came more than once: an hour can't be played again to look.
func (h *busyHour) tellDouble(s *hourStory, to bot.Target, messages []string) {
	h.t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "%s came %d times to %v (the hour began at %v)\n", s.key(), len(messages), to, h.start.UTC())
	for _, m := range h.shownAs(to, messages) {
		fmt.Fprintf(&b, "shown: %s\n", m)
	}
	for _, row := range h.ledgerOf(s, to) {
		fmt.Fprintf(&b, "ledger: %s\n", row)
	}
	for i, p := range h.launched {
		for line := range strings.Lines(p.log.String()) {
			if strings.Contains(line, to.String()) || strings.Contains(line, "component=leadership platform="+to.Platform) {
				fmt.Fprintf(&b, "replica %d: %s", i+1, line)
			}
		}
	}
	h.t.Error(b.String())
}

// shownAs returns messages of a chat with all that the stand-ins know of them: times, nonces, texts.
func (h *busyHour) shownAs(to bot.Target, ids []string) (list []string) {
	note := func(id string, m any) {
		if slices.Contains(ids, id) {
			text, err := json.Marshal(m)
			h.must(err)
			list = append(list, string(text))
		}
	}
	if to.Platform == discord.Platform {
		for _, m := range h.discord.Messages(to.Chat) {
			note(m.ID, m)
		}
		return list
	}
	chat, err := strconv.ParseInt(to.Chat, 10, 64)
	h.must(err)
	for _, m := range h.telegram.Messages(chat) {
		note(strconv.Itoa(m.ID), m)
	}
	return list
}

// ledgerOf returns the rows of the ledger about a story in a chat, and how the chat stands in the queue.
func (h *busyHour) ledgerOf(s *hourStory, to bot.Target) (list []string) {
	h.t.Helper()
	const text = `
		SELECT row_to_json(d)::text || ' ' || coalesce(row_to_json(q)::text, 'not in the queue')
		FROM deliveries AS d
		JOIN articles AS a ON a.id = d.article_id
		JOIN targets AS t ON t.id = d.target_id
		LEFT JOIN queue AS q ON q.target_id = t.id
		WHERE a.guid = $1 AND t.platform = $2 AND t.chat = $3
		ORDER BY d.id`
	rows, err := h.base.conn.Query(h.ctx, text, s.key(), to.Platform, to.Chat)
	h.must(err)
	defer rows.Close()
	for rows.Next() {
		var row string
		h.must(rows.Scan(&row))
		list = append(list, row)
	}
	h.must(rows.Err())
	return list
}
