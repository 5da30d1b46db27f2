package main

import (
	"flag"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
	"tidings/bot/telegram"
	"tidings/internal/sandbox"
)

var long = flag.Bool("long", false, "let tests take the time that make test-long has")

// share is how many of the requests meet a fault.
const share = 0.2

// trouble is every way in which a request fails, by name.
func troubles() map[string][]sandbox.Fault {
	kinds := map[string][]sandbox.Fault{
		"500":          {{Kind: sandbox.FaultStatus, Status: http.StatusInternalServerError}},
		"502":          {{Kind: sandbox.FaultStatus, Status: http.StatusBadGateway, Body: "<html>Bad Gateway</html>"}},
		"429":          {{Kind: sandbox.FaultRateLimit, RetryAfter: time.Second}},
		"reset before": {{Kind: sandbox.FaultResetBefore}},
		"reset after":  {{Kind: sandbox.FaultResetAfter}},
		"hang":         {{Kind: sandbox.FaultHang}},
	}
	var mixed []sandbox.Fault
	for _, k := range kinds {
		mixed = append(mixed, k[0])
	}
	for _, list := range kinds {
		list[0].Share = share
	}
	left := 1.0 // of the requests that none before has struck
	for i := range mixed {
		mixed[i].Share = share / float64(len(mixed)) / left
		left -= share / float64(len(mixed))
	}
	kinds["all of them"] = mixed
	return kinds
}

// mostAside is how many alerts may be overtaken: one that fails six times in a row steps aside, which meets 6 of
// 100,000 by chance.
const mostAside = 2

// mostGivenUp returns how many alerts a platform may be given up: one that fails ten times in a row, which meets 1 of 10,000,000 by
// chance. On Telegram one that nobody answers five times in a row can't be known to have arrived, which meets 3 of 10,000 where
// every fifth send hangs.
func mostGivenUp(platform string, faults []sandbox.Fault) int {
	if platform == telegram.Platform && slices.ContainsFunc(faults, hangs) {
		return 4
	}
	return 1
}

// mostOvertaken returns how many of a platform's alerts may be overtaken. Two sends in a row that nobody answers, and later alerts
// pass: on Telegram, which tells of none whether it arrived, 4 of 100 by chance.
func mostOvertaken(platform string, faults []sandbox.Fault, alerts int) int {
	if platform == telegram.Platform && slices.ContainsFunc(faults, hangs) {
		return mostAside + alerts*15/100
	}
	return mostAside
}

// overtaken counts the titles that come after a later one; they sort as they were published.
func overtaken(titles []string) int {
	n, last := 0, ""
	for _, title := range titles {
		if title < last {
			n++
		}
		last = max(last, title)
	}
	return n
}

// TestDeliver_LosesNothingWhateverFails: with a fault for every fifth request, each chat shows every alert, in
// order. On Discord it shows it once. On Telegram, which has no keys, it may show twice what was accepted without
// an answer, and not at all what nobody ever answered; both are on record. So is what fails ten times in a row.
func TestDeliver_LosesNothingWhateverFails(t *testing.T) {
	const places = 10
	articles := 10
	if *long {
		articles = 50 // on each platform: 1,000 deliveries
	}
	for name, faults := range troubles() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newStage(t, pipes, places, places)
				for _, f := range faults {
					f.Path, f.Times = "essage", -1 // sendMessage and /messages
					s.telegram.Faults.Inject(f)
					s.discord.Faults.Inject(f)
				}
				_, stop := s.run()
				want := stories(articles)
				begun := time.Now()
				s.put(want...)
				s.drained()
				t.Logf("it took %v", time.Since(begun))
				stop()
				doubles, late, givenUp := 0, map[string]int{}, map[string]int{}
				for _, to := range s.targets() {
					got := s.shown(to)
					once := firsts(got)
					mayMiss := s.givenUp(to)
					givenUp[to.Platform] += mayMiss
					foreign := slices.ContainsFunc(once, func(title string) bool { return !slices.Contains(want, title) })
					if diff := cmp.Diff(want, slices.Sorted(slices.Values(once))); foreign || len(once)+mayMiss < len(want) {
						t.Errorf("%v shows, repetitions and order aside, with %d given up on record (-want +got):\n%s", to, mayMiss, diff)
					}
					late[to.Platform] += overtaken(once)
					if to.Platform == telegram.Platform && mayTakeEffect(faults) {
						doubles += len(got) - len(once)
					} else if len(got) > len(once) {
						t.Errorf("%v shows %d alerts twice", to, len(got)-len(once))
					}
				}
				for platform, n := range givenUp {
					if most := mostGivenUp(platform, faults); n > most {
						t.Errorf("%d alerts on %s were given up, want %d at most", n, platform, most)
					}
				}
				for platform, n := range late {
					if most := mostOvertaken(platform, faults, places*articles); n > most {
						t.Errorf("%d alerts on %s were overtaken by later ones, want %d at most", n, platform, most)
					}
				}
				st, err := s.db.Stats(t.Context())
				s.check(err)
				if int64(doubles) > st.Uncertain {
					t.Errorf("%d alerts were shown twice, and only %d tries are on record as uncertain", doubles, st.Uncertain)
				}
			})
		})
	}
}

// givenUp returns how many alerts and edits a target has on record as given up, after ten failures or, on Telegram, as never answered.
func (s *stage) givenUp(to bot.Target) int {
	s.t.Helper()
	list, err := s.db.Deliveries(s.t.Context(), bot.DeliveryQuery{Target: to, Refused: true, Limit: 1000})
	s.check(err)
	for _, r := range list {
		failed := r.Attempts >= 9 && strings.HasPrefix(r.Reason, "gave up: ") // the tenth ends it, and is not in the count
		unanswered := to.Platform == telegram.Platform && strings.Contains(r.Reason, "nobody answered any of 5 sends")
		if !failed && !unanswered {
			s.t.Errorf("%v was refused %q after %d failures: %s", to, r.Title, r.Attempts, r.Reason)
		}
	}
	return len(list)
}

// firsts leaves out repetitions, wherever they stand.
func firsts(list []string) []string {
	seen := map[string]bool{}
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool {
		again := seen[s]
		seen[s] = true
		return again
	})
}

// hangs reports whether a fault leaves a request without an answer.
func hangs(f sandbox.Fault) bool { return f.Kind == sandbox.FaultHang }

// TestDeliver_KeepsAlertsTrueWhateverFails: with a fault for every fifth request, each alert shows in the end what
// its article says then, however often that changed meanwhile, or it's on record that the edit failed ten times in a row.
func TestDeliver_KeepsAlertsTrueWhateverFails(t *testing.T) {
	const places, articles, versions = 5, 10, 4
	for name, faults := range troubles() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newStage(t, pipes, places, places)
				_, stop := s.run()
				s.put(stories(articles)...)
				s.drained()
				for _, f := range faults {
					f.Path, f.Times = "essage", -1
					s.telegram.Faults.Inject(f)
					s.discord.Faults.Inject(f)
				}
				var want []string
				for version := range versions {
					want = s.rewrite(stories(articles), version+2)
					<-time.After(10 * time.Second) // in the middle of the edits
				}
				s.drained()
				stop()
				mayDiffer := 1 // one edit of 10,000,000 fails ten times in a row, and is given up
				for _, to := range s.targets() {
					got := s.shown(to)
					if differing(want, got) == 1 && mayDiffer > 0 && s.givenUp(to) == 1 {
						mayDiffer--
					} else if diff := cmp.Diff(want, got); diff != "" {
						t.Errorf("%v shows (-want +got):\n%s", to, diff)
					}
				}
			})
		})
	}
}

// differing counts the titles that aren't as they should be, if there are as many as there should be.
func differing(want, got []string) int {
	if len(want) != len(got) {
		return max(len(want), len(got))
	}
	n := 0
	for i := range want {
		if want[i] != got[i] {
			n++
		}
	}
	return n
}

// rewrite publishes stories anew and returns their titles of now.
func (s *stage) rewrite(titles []string, version int) []string {
	s.t.Helper()
	now := make([]string, len(titles))
	list := make([]bot.Article, len(titles))
	for i, title := range titles {
		now[i] = fmt.Sprintf("%s, version %d", title, version)
		list[i] = bot.Article{Source: "wire", GUID: title, Title: now[i], Published: time.Now()}
	}
	_, err := s.db.Put(s.t.Context(), list)
	s.check(err)
	return now
}

// mayTakeEffect reports whether a request may take effect although it fails.
func mayTakeEffect(faults []sandbox.Fault) bool {
	return slices.ContainsFunc(faults, func(f sandbox.Fault) bool { return f.Kind == sandbox.FaultResetAfter })
}
