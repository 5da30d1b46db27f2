package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tidings/bot/discord"
	"tidings/bot/telegram"
	sandboxdiscord "tidings/internal/sandbox/discord"
	sandboxtelegram "tidings/internal/sandbox/telegram"
	"tidings/internal/store"
)

const (
	// siegeRest is the longest between two blows, and siegeBlackout the longest that the database is away.
	siegeRest     = 8 * time.Second
	siegeBlackout = 4 * time.Second
	// A replica hears nothing of what it has a wire to for at least siegeLull, and at most siegeSilence more, which is
	// longer than any timeout of the program's.
	siegeLull    = 2 * time.Second
	siegeSilence = 25 * time.Second
	// askEvery is the longest between two commands of people, who wait for an answer of Discord's for as long as answerTime.
	askEvery   = 3 * time.Second
	answerTime = 10 * time.Second
)

// siege is a fleet that works for a newsroom, and for people who ask, while one part after another fails.
type siege struct {
	*fleet
	rnd   *rand.Rand
	news  *newsroom
	blows map[string]int

	silent *replica // hears nothing until then; nil if all do
	until  time.Time

	asker   int64 // on Telegram
	asked   map[string][]string
	unheard map[string]int // commands that had no answer, by platform
}

// blow is one way to break a part of a fleet.
type blow struct {
	name  string
	share int
	do    func(*siege)
}

func blows() []blow {
	return []blow{
		{"replicas killed", 3, (*siege).killOne},
		{"replicas stopped", 2, (*siege).replaceOne},
		{"replicas cut off", 3, (*siege).silenceOne},
		{"database restarts", 1, (*siege).restartDatabase},
		{"connections cut", 1, (*siege).cutConnections},
	}
}

func newSiege(t *testing.T) *siege {
	t.Helper()
	w := newImpatientWorld(t, soakChannels, soakChats)
	ctx, cancel := context.WithTimeout(t.Context(), *soakTime+2*drainTime+3*patience)
	t.Cleanup(cancel)
	w.ctx, w.program = ctx, release(t)
	s := &siege{
		fleet: newFleet(t, w), rnd: rand.New(rand.NewPCG(*soakSeed, 1)), blows: map[string]int{},
		asked: map[string][]string{}, unheard: map[string]int{},
	}
	for _, c := range s.channels {
		s.discord.Say(s.manager, c, "now we wait")
	}
	s.asker = s.telegram.AddUser(sandboxtelegram.User{FirstName: "Asker"}).ID
	if _, err := s.telegram.Start(s.asker, ""); err != nil {
		t.Fatal(err)
	}
	s.news = &newsroom{rnd: rand.New(rand.NewPCG(*soakSeed, 2)), room: func() bool {
		n, err := backlog(s.ctx, s.db)
		return err == nil && n < soakBacklog
	}}
	s.tellWhere()
	return s
}

// TestSoak_ReplicasLoseNothing kills replicas, stops them, cuts them off, and takes the database away, at random, while
// articles come, change and are withdrawn. In the end each chat shows each article once and in order, as it is now. On
// Telegram it may show twice what was on its way, of which there is a record. It runs only where its duration is set.
func TestSoak_ReplicasLoseNothing(t *testing.T) {
	if *soakTime == 0 {
		t.Skip("takes minutes; see make soak-replicas")
	}
	s := newSiege(t)
	working, done := context.WithTimeout(s.ctx, *soakTime)
	defer done()
	begun := time.Now()
	newsroom := make(chan error, 1)
	go func() { newsroom <- s.news.run(s.ctx, working) }()
	var people sync.WaitGroup
	people.Go(func() { s.ask(working) })
	for rest(working, s.moment(siegeRest)); working.Err() == nil; rest(working, s.moment(siegeRest)) {
		s.strike()
	}
	s.restore()
	if err := <-newsroom; err != nil {
		t.Fatal(err)
	}
	people.Wait()
	took := time.Since(begun)
	drain := s.drained()
	for _, r := range slices.Clone(s.replicas) {
		s.stop(r.process)
	}
	rows := [][2]any{{"time under fire", seconds(took)}, {"time to drain", seconds(drain)}}
	for _, b := range blows() {
		rows = append(rows, [2]any{b.name, s.blows[b.name]})
	}
	s.report(s.db, s.news.published(), append(rows, s.answers()...))
}

// moment draws a time of at most d.
func (s *siege) moment(d time.Duration) time.Duration { return time.Duration(s.rnd.Int64N(int64(d))) }

// strike breaks one part of the fleet, or repairs what was broken for long enough.
func (s *siege) strike() {
	s.t.Helper()
	if s.silent != nil && time.Now().After(s.until) {
		s.restore()
		return
	}
	list := blows()
	sum := 0
	for _, b := range list {
		sum += b.share
	}
	n := s.rnd.IntN(sum)
	for _, b := range list {
		if n -= b.share; n < 0 {
			b.do(s)
			s.blows[b.name]++
			return
		}
	}
}

// tellWhere has the newsroom use the replicas that are well.
func (s *siege) tellWhere() {
	var list []string
	for _, r := range s.replicas {
		if r != s.silent {
			list = append(list, r.addr)
		}
	}
	s.news.moves(list...)
}

// platforms returns both in a random order.
func (s *siege) platforms() []string {
	list := []string{discord.Platform, telegram.Platform}
	s.rnd.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list
}

// victim returns one of some replicas, and rather one that leads.
func (s *siege) victim(among []*replica) *replica {
	for _, platform := range s.platforms() {
		for _, r := range among {
			if s.rnd.IntN(3) > 0 && strings.Contains(s.roles(r), platform+": leads") {
				return r
			}
		}
	}
	return among[s.rnd.IntN(len(among))]
}

// well returns the replicas that hear everything.
func (s *siege) well() []*replica {
	return slices.DeleteFunc(slices.Clone(s.replicas), func(r *replica) bool { return r == s.silent })
}

// killOne kills a replica, which may be silent, and starts another.
func (s *siege) killOne() {
	s.t.Helper()
	r := s.victim(s.replicas)
	s.note("a replica is killed", r)
	s.leave(r)
	s.tellWhere()
	s.kill(r.process)
	s.join()
	s.tellWhere()
}

// replaceOne starts a replica and, once that is ready, stops another.
func (s *siege) replaceOne() {
	s.t.Helper()
	r := s.victim(s.well())
	s.note("a replica is replaced", r)
	s.listens(s.join())
	s.leave(r)
	s.tellWhere()
	s.stop(r.process)
}

// silenceOne lets one replica hear nothing for a while, of one or all that it talks to. Only one at a time does.
func (s *siege) silenceOne() {
	s.t.Helper()
	s.restore()
	s.silent, s.until = s.victim(s.replicas), time.Now().Add(siegeLull+s.moment(siegeSilence))
	ends := append(s.platforms(), database)
	if n := s.rnd.IntN(len(ends) + 1); n < len(ends) {
		ends = ends[n : n+1]
	}
	s.note("silence to "+strings.Join(ends, ", "), s.silent)
	s.tellWhere()
	for _, end := range ends {
		s.silent.wires[end].fallSilent()
	}
}

// restore reconnects all replicas.
func (s *siege) restore() {
	if s.silent == nil {
		return
	}
	s.note("restored", s.silent)
	for _, w := range s.silent.wires {
		w.restore()
	}
	s.silent = nil
	s.tellWhere()
}

func (s *siege) restartDatabase() {
	s.t.Helper()
	s.note("the database goes", nil)
	s.server.Stop(s.t)
	rest(s.ctx, s.moment(siegeBlackout))
	s.server.Resume(s.t)
	s.note("the database is back", nil)
}

func (s *siege) cutConnections() {
	s.t.Helper()
	s.note("connections are cut", nil)
	s.server.Exec(s.t, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`)
}

// note writes down what happens, to which replica and what that was.
func (s *siege) note(what string, r *replica) {
	s.t.Helper()
	if r == nil {
		s.t.Log(time.Now().Format(time.TimeOnly), what)
		return
	}
	s.t.Log(time.Now().Format(time.TimeOnly), what, r.addr, strings.Fields(s.roles(r)))
}

// ask has people on both platforms ask until working ends.
func (s *siege) ask(working context.Context) {
	lots := rand.New(rand.NewPCG(*soakSeed, 3))
	for n := 0; ; n++ {
		rest(working, time.Duration(lots.Int64N(int64(askEvery))))
		if working.Err() != nil {
			return
		}
		word := fmt.Sprintf("question%dx", n)
		if n%2 == 0 {
			s.asked[telegram.Platform] = append(s.asked[telegram.Platform], word)
			if _, err := s.telegram.Say(s.asker, s.asker, 0, "/latest "+word); err != nil {
				s.t.Error(err)
			}
			continue
		}
		s.asked[discord.Platform] = append(s.asked[discord.Platform], word)
		begun := time.Now()
		if err := s.askDiscord(word); err != nil {
			s.t.Log(begun.Format(time.TimeOnly), "asked on Discord in vain:", err)
			s.unheard[discord.Platform]++
		}
	}
}

func (s *siege) askDiscord(word string) error {
	ctx, cancel := context.WithTimeout(s.ctx, answerTime)
	defer cancel()
	it, err := s.discord.Command(ctx, s.manager, s.channels[0], "latest", []sandboxdiscord.Option{{Name: "filter", Value: word}})
	if err != nil {
		return err
	}
	reply, err := it.Reply(ctx)
	if err == nil && !strings.Contains(reply.Content, word) {
		return errors.New("an answer to something else")
	}
	return err
}

// unanswered returns what people asked on Telegram without an answer, which keeps what nobody has taken. An answer may
// be that something went wrong, and does not say with what then.
func (s *siege) unanswered() []string {
	var said strings.Builder
	for _, m := range s.telegram.Messages(s.asker) {
		if m.From.IsBot {
			said.WriteString(m.Text + "\n")
		}
	}
	left := slices.DeleteFunc(slices.Clone(s.asked[telegram.Platform]), func(word string) bool {
		return strings.Contains(said.String(), word)
	})
	return left[:max(0, len(left)-strings.Count(said.String(), "Something went wrong"))]
}

// answers reports how people fared. On Telegram everybody has an answer in the end; Discord's gateway keeps no command.
func (s *siege) answers() [][2]any {
	s.t.Helper()
	left := s.unanswered()
	if len(left) > 0 {
		s.t.Errorf("nobody answered %q on Telegram", left)
	}
	return [][2]any{
		{"commands on Telegram", len(s.asked[telegram.Platform])},
		{"without an answer", len(left)},
		{"commands on Discord", len(s.asked[discord.Platform])},
		{"without an answer", s.unheard[discord.Platform]},
	}
}

// drained waits until everything is sent and everybody answered, and returns how long that took.
func (s *siege) drained() time.Duration {
	s.t.Helper()
	for begun := time.Now(); ; rest(s.ctx, 100*time.Millisecond) {
		took := time.Since(begun)
		if took > drainTime {
			s.t.Errorf("something still waits after %v", took)
			return took
		}
		if done, err := drained(s.ctx, s.db); done && err == nil && s.waiting(s.db) == 0 && len(s.unanswered()) == 0 {
			return took
		}
	}
}

// waiting returns how many deliveries wait for their time.
func (w *world) waiting(db *store.Store) int {
	w.t.Helper()
	sum := 0
	for _, to := range w.targets() {
		st, err := db.TargetStatus(w.ctx, to)
		if err != nil {
			w.t.Fatal(err)
		}
		sum += st.Waiting
	}
	return sum
}
