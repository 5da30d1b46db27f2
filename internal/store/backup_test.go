package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
	"tidings/internal/pgtest"
)

func TestBackup_IsAWholeInstallation(t *testing.T) {
	sqlite, _ := file(t)
	for name, url := range map[string]string{"SQLite": sqlite, "PostgreSQL": ""} {
		t.Run(name, func(t *testing.T) {
			if url == "" {
				url = pgtest.URL(t)
			}
			s := open(t, Config{URL: url})
			furnish(t, s, 20)
			path := filepath.Join(t.TempDir(), "backup.db")
			if err := s.Backup(t.Context(), path); err != nil {
				t.Fatal(err)
			}
			if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("the backup is %v, %v, want one that its owner alone reads", info, err)
			}
			left, err := os.ReadDir(filepath.Dir(path))
			if err != nil || len(left) != 1 {
				t.Errorf("beside the backup there are %v, %v", left, err)
			}
			backup := open(t, Config{URL: "sqlite:" + path})
			want, got := content(t, s), content(t, backup)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("the backup differs (-want +got):\n%s", diff)
			}
			worksOn(t, backup)
			if err := s.Backup(t.Context(), path); err == nil || !strings.Contains(err.Error(), "is there already") {
				t.Errorf("a second backup in its place: %v", err)
			}
		})
	}
}

func TestBackup_IsOfOneMomentWhileOthersWrite(t *testing.T) {
	url, _ := file(t)
	s := open(t, Config{URL: url})
	ctx, stop := context.WithCancel(t.Context())
	var writing sync.WaitGroup
	begun := make(chan struct{})
	writing.Go(func() {
		for i := 0; ctx.Err() == nil; i++ {
			// Two articles at a time: a copy that was not of one moment could have one of them.
			list := []bot.Article{story(fmt.Sprint(i, " a")), story(fmt.Sprint(i, " b"))}
			if _, err := s.Put(ctx, list); err != nil && !errors.Is(err, context.Canceled) {
				t.Error(err)
				return
			}
			if i == 20 {
				close(begun)
			}
		}
	})
	<-begun
	path := filepath.Join(t.TempDir(), "backup.db")
	err := s.Backup(t.Context(), path)
	stop()
	writing.Wait()
	if err != nil {
		t.Fatal(err)
	}
	st, err := open(t, Config{URL: "sqlite:" + path}).Stats(t.Context())
	if err != nil || st.Articles < 40 || st.Articles%2 != 0 {
		t.Errorf("the backup has %d articles, %v, want an even number from 40 on", st.Articles, err)
	}
}

func TestBackup_RefusesADamagedSource(t *testing.T) {
	url, path := file(t)
	s, err := Open(t.Context(), Config{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	furnish(t, s, manyArticles)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	damage(t, path)
	if s, err = Open(t.Context(), Config{URL: url}); err != nil {
		return // it is reported even sooner
	}
	t.Cleanup(func() { _ = s.Close() }) // how it closes is up to the damage
	backup := filepath.Join(t.TempDir(), "backup.db")
	if err := s.Backup(t.Context(), backup); err == nil {
		t.Error("a damaged database was backed up")
	}
	if left, err := os.ReadDir(filepath.Dir(backup)); err != nil || len(left) != 0 {
		t.Errorf("%v, %v is left of a backup that failed", left, err)
	}
}
