package main

import (
	"context"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// meter looks at everybody now and then while the hour passes.
type meter struct {
	h    *busyHour
	conn *pgx.Conn
	done chan struct{}

	postmaster int
	before     usage // the hour
	samples    []sample
	waits      map[string]int // what active connections waited for, by how often they were seen so
	looks      int            // at that

	mu     sync.Mutex // guards everything below
	living []int      // processes of the replicas that run
	gone   float64    // seconds of processors, of those that have ended
	peaks  []float64  // of the memory of those, in MB
}

// usage is seconds of processors that were used so far: by the database, by the replicas, by this process with the stand-ins
// and the papers in it, and by everything on the machine, which was idle for some, too.
type usage struct{ database, replicas, here, busy, idle float64 }

// minus returns what was used between two moments.
func (u usage) minus(before usage) usage {
	return usage{
		u.database - before.database, u.replicas - before.replicas, u.here - before.here, u.busy - before.busy, u.idle - before.idle,
	}
}

// sample is what the meter saw at one moment.
type sample struct {
	at      time.Duration  // after the start of the hour
	waiting map[string]int // alerts, by platform and rank
	late    int            // papers that should have been read a minute ago
	latest  time.Duration  // by how much, of the one that is latest
	used    usage
	memory  []float64 // of each replica, in MB
}

// lateAfter is how late a paper is that counts as late.
const lateAfter = time.Minute

func newMeter(h *busyHour) *meter {
	h.t.Helper()
	m := &meter{h: h, conn: h.base.connect(), done: make(chan struct{}), waits: map[string]int{}}
	for _, r := range h.replicas {
		m.watch(r)
	}
	var backend int
	if err := m.conn.QueryRow(h.ctx, `SELECT pg_backend_pid()`).Scan(&backend); err != nil {
		h.t.Fatal(err)
	}
	m.postmaster = readProcess(backend).parent
	m.before = m.used()
	return m
}

// stop ends run.
func (m *meter) stop() { close(m.done) }

// run samples until stop: sixty times in the hour, and what connections wait for more often.
func (m *meter) run(ctx context.Context) {
	every := *hourLength / 60
	tick := time.NewTicker(every / 12)
	defer tick.Stop()
	for n := 1; ; n++ {
		select {
		case <-tick.C:
		case <-m.done:
			return
		case <-ctx.Done():
			return
		}
		err := m.lookAtConnections(ctx)
		if err == nil && n%12 == 0 {
			err = m.sample(ctx)
		}
		if err != nil && ctx.Err() == nil {
			m.h.t.Errorf("the database is not looked at: %v", err)
			return
		}
	}
}

// lookAtConnections counts what each active connection of the replicas waits for.
func (m *meter) lookAtConnections(ctx context.Context) error {
	const text = `
		SELECT coalesce(wait_event_type || ' ' || wait_event, 'nothing, it works'), count(*)
		FROM pg_stat_activity
		WHERE state = 'active' AND application_name = 'tidings' AND pid <> pg_backend_pid()
		GROUP BY 1`
	rows, err := m.conn.Query(ctx, text)
	if err != nil {
		return err
	}
	defer rows.Close()
	m.looks++
	for rows.Next() {
		var what string
		var n int
		if err := rows.Scan(&what, &n); err != nil {
			return err
		}
		m.waits[what] += n
	}
	return rows.Err()
}

func (m *meter) sample(ctx context.Context) error {
	const (
		waiting = `
			SELECT platform || ' ' || CASE rank WHEN 0 THEN 'urgent' ELSE 'ordinary' END, sum(n)::int
			FROM (
				SELECT t.platform, d.rank, count(*) AS n
				FROM deliveries AS d
				JOIN targets AS t ON t.id = d.target_id
				WHERE d.state = 'pending'
				GROUP BY t.platform, d.rank
				UNION ALL
				SELECT platform, rank, entries
				FROM batches
			) AS w
			GROUP BY 1`
		late = `
			SELECT count(*) FILTER (WHERE next_fetch < $1), $2 - coalesce(min(next_fetch), $2)
			FROM sources
			WHERE kind = 'feed'`
	)
	now := time.Now()
	s := sample{at: now.Sub(m.h.start), waiting: map[string]int{}, used: m.used()}
	rows, err := m.conn.Query(ctx, waiting)
	if err != nil {
		return err
	}
	for rows.Next() {
		var what string
		var n int
		if err := rows.Scan(&what, &n); err != nil {
			return err
		}
		s.waiting[what] = n
	}
	if err := rows.Err(); err != nil {
		return err
	}
	var latest int64
	if err := m.conn.QueryRow(ctx, late, now.Add(-lateAfter).UnixMicro(), now.UnixMicro()).Scan(&s.late, &latest); err != nil {
		return err
	}
	s.latest = max(0, time.Duration(latest)*time.Microsecond)
	s.memory = m.memory()
	m.samples = append(m.samples, s)
	if *hourLength >= time.Minute && len(m.samples)%fifth == 0 {
		used := s.used.minus(m.before)
		m.h.t.Logf("minute %d: waiting %v, %d feeds late; seconds of processors: database %.0f, replicas %.0f, here %.0f, machine %.0f of %.0f",
			m.h.minute(s.at), s.waiting, s.late, used.database, used.replicas, used.here, used.busy, used.busy+used.idle)
	}
	return nil
}

// watch has a replica looked at from now on.
func (m *meter) watch(r *replica) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.living = append(m.living, r.cmd.Process.Pid)
}

// note remembers what a replica that is about to end has used.
func (m *meter) note(r *replica) {
	pid := r.cmd.Process.Pid
	m.mu.Lock()
	defer m.mu.Unlock()
	m.gone += readProcess(pid).seconds
	m.living = slices.DeleteFunc(m.living, func(other int) bool { return other == pid })
	if mb, ok := statusMB(pid, "VmHWM"); ok {
		m.peaks = append(m.peaks, mb)
	}
}

// memory returns what each living replica holds.
func (m *meter) memory() []float64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []float64
	for _, pid := range m.living {
		if mb, ok := statusMB(pid, "VmRSS"); ok {
			list = append(list, mb)
		}
	}
	return list
}

// used returns what was used so far.
func (m *meter) used() usage {
	m.mu.Lock()
	defer m.mu.Unlock()
	u := usage{replicas: m.gone, database: familySeconds(m.postmaster), here: readProcess(os.Getpid()).seconds}
	u.busy, u.idle = machineSeconds()
	for _, pid := range m.living {
		u.replicas += readProcess(pid).seconds
	}
	return u
}
