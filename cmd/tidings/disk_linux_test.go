package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"tidings/internal/sandbox"
)

// smallDisk is the size of the program's disk: a new database with its log, and little more.
const smallDisk = 6 << 20

// onSmallDisk puts a world's files on a disk of their own.
func (w *world) onSmallDisk() {
	w.t.Helper()
	if err := syscall.Mount("tmpfs", w.dir, "tmpfs", 0, fmt.Sprintf("size=%d", smallDisk)); err != nil {
		w.t.Skipf("no disk can be made here (%v); internal/store has a test of a full database", err)
	}
	w.t.Cleanup(func() {
		if err := syscall.Unmount(w.dir, syscall.MNT_DETACH); err != nil {
			w.t.Error(err)
		}
	})
}

// fill fills the program's disk, and returns what frees it.
func (w *world) fill() (free func()) {
	w.t.Helper()
	name := filepath.Join(w.dir, "somebody-elses.log")
	f, err := os.Create(name)
	if err != nil {
		w.t.Fatal(err)
	}
	defer f.Close()
	for block := make([]byte, 4096); err == nil; {
		_, err = f.Write(block)
	}
	return func() {
		w.t.Helper()
		if err := os.Remove(name); err != nil {
			w.t.Fatal(err)
		}
	}
}

// TestRun_GoesOnAfterAFullDisk fills the disk while alerts are on their way and articles come.
func TestRun_GoesOnAfterAFullDisk(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1, 1)
	w.onSmallDisk()
	p := w.start("run")
	w.subscribeAll()
	w.post(p, story(t, "Story 1"))
	w.showEverywhere("Story 1")

	// What is being sent when the disk is full cannot be put on record before there is room.
	slow := sandbox.Fault{Kind: sandbox.FaultDelay, Path: "essage", Times: 2, Delay: time.Second}
	w.discord.Faults.Inject(slow)
	w.telegram.Faults.Inject(slow)
	w.post(p, story(t, "Story 2"))
	free := w.fill()
	third := story(t, "Story 3")
	waitUntil(t, func() bool { return w.offer(p, third) == http.StatusInternalServerError })
	w.mustLog(p, "the disk is full; nothing was written")
	waitUntil(t, func() bool { return w.ready(p) == http.StatusServiceUnavailable })
	free()
	waitUntil(t, func() bool { return w.ready(p) == http.StatusOK })
	w.post(p, third)
	w.showEverywhere("Story 1", "Story 2", "Story 3")
	w.stop(p)
	w.integrity()
}
