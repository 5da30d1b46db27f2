package sandbox

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

func TestFaults_DelayAnswersAsLongAsTold(t *testing.T) {
	t.Parallel()
	var fs Faults
	const delay = 20 * time.Millisecond
	fs.Inject(Fault{Kind: FaultDelay, Delay: delay, Times: -1})
	h := fs.Wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Served", "yes")
		w.WriteHeader(http.StatusTeapot)
		_, _ = w.Write([]byte("tea"))
	}), nil)
	begun := time.Now()
	const n = 20
	for range n {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
		if w.Code != http.StatusTeapot || w.Body.String() != "tea" || w.Header().Get("X-Served") != "yes" {
			t.Fatalf("the answer is %d %q %v", w.Code, w.Body, w.Header())
		}
	}
	if took := time.Since(begun); took < n*delay/4 {
		t.Errorf("%d requests took %v, want about %v", n, took, n*delay)
	}
}

func TestFaults_StrikeTheShareToldOfRequests(t *testing.T) {
	t.Parallel()
	var fs Faults
	fs.Inject(Fault{Kind: FaultStatus, Share: 0.2, Times: -1})
	h := fs.Wrap(http.NotFoundHandler(), nil)
	const n = 2000
	struck := 0
	for range n {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
		if w.Code == http.StatusInternalServerError {
			struck++
		}
	}
	if struck < n/10 || struck > n/3 {
		t.Errorf("%d of %d requests met a fault for one in five", struck, n)
	}
}
