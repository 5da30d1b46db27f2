package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"tidings/bot"
)

func TestPrintSource_SaysHowManyWait(t *testing.T) {
	s := bot.Source{ID: "wire", Name: "wire", Articles: 30}
	list := []bot.BulkUpdate{{Source: "desk", Articles: 7}, {Source: "wire", Articles: 24}}
	for want, n := range map[string]sourceCounts{
		"30 articles, 24 on hold\n": {onHold: onHold(list, s.ID)},
		"30 articles\n":             {onHold: onHold(list, "other")},
	} {
		var b, asJSON bytes.Buffer
		if err := printSource(&b, &s, n, time.Now()); err != nil || !strings.Contains(b.String(), want) {
			t.Errorf("printed %q, %v, want %q", b.String(), err, want)
		}
		err := printSourceJSON(&asJSON, &s, n)
		if has := strings.Contains(asJSON.String(), `"on_hold":24`); err != nil || has != (n.onHold > 0) {
			t.Errorf("with %d on hold: printed %s, %v", n.onHold, asJSON.String(), err)
		}
	}
}
