package store

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// marks are the standings as the tables below write them; "." is known.
var marks = map[standing]string{isNews: "N", wasThere: "W", isHistory: "H", renamed: "R", onHold: "?"}

// TestClassify_JudgesByEvidence writes a document from its top as one letter an item: a digit is an article that its
// source has reported, by its ID, x a new undated one, t a new one with a known title; dates are in dates.
func TestClassify_JudgesByEvidence(t *testing.T) {
	now := time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)
	ago := func(h int) time.Time { return now.Add(-time.Duration(h) * time.Hour) }
	known := batchHistory{known: true, fetched: now, newest: ago(1), order: []int64{1, 2, 3, 4, 5}}
	bottom := known
	bottom.atBottom = upsideDown
	for _, tt := range []struct {
		name     string
		history  batchHistory
		via      via
		document string
		dates    map[int]time.Time // by place
		want     string
	}{
		{"a first document", batchHistory{}, viaFeed, "xxx", nil, "WWW"},
		{"a first push", batchHistory{}, viaPush, "xxx", nil, "WWW"},
		{"new at the top", known, viaFeed, "xxx123", nil, "NNN..."},
		{"few below", known, viaFeed, "12345xxxxx", nil, ".....NNNNN"},
		{"an archive below", known, viaFeed, "x12345xxxxxx", nil, "N.....HHHHHH"},
		{"in the place of what the bottom lost", known, viaFeed, "x123xx", nil, "N...HH"},
		{"after one was pulled from the bottom", known, viaFeed, "1234x", nil, "....N"},
		{"after one was pulled from the top", known, viaFeed, "x2345", nil, "N...."},
		{"after some were pulled from the top", known, viaFeed, "xx345xxxxxx", nil, "NN...NNNNNN"},
		{"after one was pulled within", known, viaFeed, "1245xxxxxx", nil, "....NNNNNN"},
		{"in another order", known, viaFeed, "21345xxxxxx", nil, ".....NNNNNN"},
		{"between known ones", known, viaFeed, "1x2345", nil, ".N...."},
		{"at the bottom of a feed that has its news there", bottom, viaFeed, "345xxxxxxx", nil, "...NNNNNNN"},
		{"an archive above in such a feed", bottom, viaFeed, "xxxxxx12345x", nil, "HHHHHH.....N"},
		{"all unknown, few", known, viaFeed, "xxxxxxxxxxxxxxxxxxxx", nil, "NNNNNNNNNNNNNNNNNNNN"},
		{"all unknown, many", known, viaFeed, "xxxxxxxxxxxxxxxxxxxxx", nil, "?????????????????????"},
		{"all unknown, many, one of them dated", known, viaFeed, "xxxxxxxxxxxxxxxxxxxxx", map[int]time.Time{0: now}, "NNNNNNNNNNNNNNNNNNNNN"},
		{"all unknown, many, pushed", known, viaPush, "xxxxxxxxxxxxxxxxxxxxx", nil, "NNNNNNNNNNNNNNNNNNNNN"},
		{"renamed", known, viaFeed, "xttx", nil, "NRRH"},
		{"two renamed", known, viaFeed, "tt", nil, "RR"},
		{"a single known title", known, viaFeed, "t", nil, "N"},
		{"too few known titles", known, viaFeed, "ttxxx", nil, "NNNNN"},
		{"too few new ones", known, viaFeed, "tt12345", nil, "NN....."},
		{"known titles in a push", known, viaPush, "ttt", nil, "NNN"},
		{"dated as ever", known, viaFeed, "x1", map[int]time.Time{0: ago(47), 1: ago(3)}, "N."},
		{"dated days before the last fetch", known, viaFeed, "x1", map[int]time.Time{0: ago(49), 1: ago(3)}, "H."},
		{"dated so in a push", known, viaPush, "x", map[int]time.Time{0: ago(49)}, "H"},
		{
			"dated days back, and newer than all that was reported",
			batchHistory{known: true, fetched: now, newest: ago(200)},
			viaFeed, "xx",
			map[int]time.Time{0: ago(100), 1: ago(201)},
			"NH",
		},
		{
			"dated within an outage",
			batchHistory{known: true, fetched: ago(300), newest: ago(301)},
			viaFeed, "xx",
			map[int]time.Time{0: ago(299), 1: ago(400)},
			"NH",
		},
	} {
		var items []evidence
		for i, c := range tt.document {
			e := evidence{published: tt.dates[i], knownTitle: c == 't'}
			if c >= '1' && c <= '9' {
				e.id = int64(c - '0')
			}
			items = append(items, e)
		}
		got := ""
		for i, s := range classify(items, &tt.history, tt.via) {
			if items[i].isFresh() {
				got += marks[s]
			} else {
				got += "."
			}
		}
		if got != tt.want {
			t.Errorf("%s: %s is judged %s, want %s", tt.name, tt.document, got, tt.want)
		}
	}
}

func TestBatchHistory_LearnsWhereNewsStands(t *testing.T) {
	h := batchHistory{known: true}
	show := func(from, to int64) {
		t.Helper()
		var items []evidence
		var ids []int64
		for id := from; id <= to; id++ {
			e := evidence{id: id}
			if !slices.Contains(h.order, id) {
				e.id = 0
			}
			items, ids = append(items, e), append(ids, id)
		}
		h.learn(items, classify(items, &h, viaFeed), ids)
		if fmt.Sprint(h.order) != fmt.Sprint(ids) {
			t.Errorf("the document is remembered as %v, want %v", h.order, ids)
		}
	}
	show(1, 5)
	for i := int64(1); i <= 3; i++ {
		show(1+i, 5+i)
		if want := int(min(i, upsideDown)); h.atBottom != want {
			t.Errorf("after %d documents with news at the bottom it counts %d, want %d", i, h.atBottom, want)
		}
	}
	h.learn([]evidence{{}, {id: 4}, {id: 5}}, []standing{isNews, isNews, isNews}, []int64{99, 4, 5})
	if h.atBottom != 0 {
		t.Error("news at the top has not been learned")
	}
}
