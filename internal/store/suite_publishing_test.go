package store

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"tidings/bot"
)

func publishTests() []storeTest {
	return []storeTest{
		{"each published article has its outcome", publishedHaveOutcomes},
		{"a key makes a call that is repeated harmless", keyRepeats},
		{"a key of something else is refused", keyReused},
		{"a key is free again after a day", keyIsFreed},
		{"calls with one key at once store once", keyAtOnce},
	}
}

// publish hands over articles with a key.
func (s *storeHarness) publish(key, digest string, articles ...bot.Article) ([]bot.Published, error) {
	return s.Publish(s.Context(), bot.Publication{Key: key, Digest: digest, Articles: articles})
}

func equalPublished(t *testing.T, got []bot.Published, want ...bot.Published) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("published %v, want %v", got, want)
	}
}

func publishedHaveOutcomes(s *storeHarness) {
	s.put(s.story("1"), s.story("2"))
	changed := s.story("2")
	changed.Title = "Another title"
	got, err := s.publish("", "", s.story("3"), s.story("1"), changed, s.story("3"))
	s.must(err)
	equalPublished(s.T, got, bot.Published{ID: 3, Outcome: bot.Added}, bot.Published{ID: 1, Outcome: bot.Unchanged},
		bot.Published{ID: 2, Outcome: bot.Revised}, bot.Published{ID: 3, Outcome: bot.Unchanged})
}

func keyRepeats(s *storeHarness) {
	first, err := s.publish("k", "d", s.story("1"))
	s.must(err)
	changed := s.story("1")
	changed.Title = "Another title"
	s.put(changed)
	after := s.head()
	again, err := s.publish("k", "d", s.story("1"))
	s.must(err)
	equalPublished(s.T, again, first...)
	if s.head() != after {
		s.Error("a repeated call undid what was changed since")
	}
}

func keyReused(s *storeHarness) {
	_, err := s.publish("k", "d", s.story("1"))
	s.must(err)
	if _, err := s.publish("k", "other", s.story("2")); !errors.Is(err, bot.ErrKeyReused) {
		s.Errorf("published with %v, want ErrKeyReused", err)
	}
	if n := len(s.entries(0)); n != 1 {
		s.Errorf("the log has %d entries, want 1", n)
	}
	bad := s.story("3")
	bad.Title = ""
	if _, err := s.publish("bad", "d", bad); err == nil {
		s.Error("an article without title was accepted")
	}
	if _, err := s.publish("bad", "e", s.story("3")); err != nil {
		s.Errorf("a key whose call failed is refused: %v", err)
	}
}

func keyIsFreed(s *storeHarness) {
	_, err := s.publish("k", "d", s.story("1"))
	s.must(err)
	s.clock.advance(24*time.Hour - time.Second)
	if _, err := s.publish("k", "e", s.story("2")); !errors.Is(err, bot.ErrKeyReused) {
		s.Errorf("published with %v, want ErrKeyReused", err)
	}
	s.clock.advance(time.Second)
	if _, err := s.publish("k", "e", s.story("2")); err != nil {
		s.Errorf("a key of yesterday is refused: %v", err)
	}
}

func keyAtOnce(s *storeHarness) {
	const many = 8
	a := s.story("1")
	answers := make(chan []bot.Published, many)
	for range many {
		go func() {
			got, err := s.publish("k", "d", a)
			if err != nil {
				s.Error(err)
			}
			answers <- got
		}()
	}
	for range many {
		equalPublished(s.T, <-answers, bot.Published{ID: 1, Outcome: bot.Added})
	}
}
