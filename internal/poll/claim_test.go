package poll

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"tidings/bot"
)

func TestRun_ReplicasFetchAFeedOneAtATime(t *testing.T) {
	t.Parallel()
	var fetching, most atomic.Int64
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		most.Store(max(most.Load(), fetching.Add(1)))
		<-time.After(20 * time.Millisecond) // in which the other would come
		fetching.Add(-1)
		fmt.Fprint(w, rssOf("A"))
	}))
	t.Cleanup(site.Close)
	sink := newMemory(bot.Source{Name: "tide", URL: site.URL})
	for range 2 {
		run(t, poller(t, sink, 100*time.Millisecond))
	}
	for range 10 {
		await(t, "fetch", sink.saved)
	}
	if n := most.Load(); n != 1 {
		t.Errorf("%d fetched at a time, want 1", n)
	}
}
