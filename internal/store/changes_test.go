package store

import (
	"path/filepath"
	"slices"
	"testing"

	"tidings/bot"
)

func TestChanges_ComeInPagesEachOnce(t *testing.T) {
	t.Parallel()
	s := open(t, Config{URL: "sqlite:" + filepath.Join(t.TempDir(), "test.db")})
	ids := subscribeMany(t, s, 2*changesPage+1)
	if err := s.Unsubscribe(t.Context(), ids[changesPage]); err != nil {
		t.Fatal(err)
	}
	var got []int64
	_, err := s.Changes(t.Context(), 0, func(page []bot.Interest) {
		for _, i := range page {
			got = append(got, i.ID)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := slices.Delete(ids, changesPage, changesPage+1); !slices.Equal(got, want) {
		t.Errorf("%d interests, want %d, each once", len(got), len(want))
	}
}
