package sandbox

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// stage serves every request as a teapot would.
func stage(scene Scene) Stage {
	return Stage{
		Next: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Served", "yes")
			w.WriteHeader(http.StatusTeapot)
			_, _ = w.Write([]byte("tea"))
		}),
		Scene: func() Scene { return scene },
	}
}

// serve meets one request with the faults of fs.
func serve(t *testing.T, fs *Faults, method, path string, scene Scene) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	fs.Serve(t.Context(), w, httptest.NewRequestWithContext(t.Context(), method, path, nil), stage(scene))
	return w
}

func TestFaults_DelayAnswersAsConfigured(t *testing.T) {
	t.Parallel()
	var fs Faults
	const delay = 20 * time.Millisecond
	fs.Inject(Fault{Kind: FaultDelay, Delay: delay, Times: -1})
	begun := time.Now()
	const n = 20
	for range n {
		w := serve(t, &fs, http.MethodGet, "/", Scene{})
		if w.Code != http.StatusTeapot || w.Body.String() != "tea" || w.Header().Get("X-Served") != "yes" {
			t.Fatalf("the answer is %d %q %v", w.Code, w.Body, w.Header())
		}
	}
	if took := time.Since(begun); took < n*delay/4 {
		t.Errorf("%d requests took %v, want about %v", n, took, n*delay)
	}
}

func TestFaults_StrikeTheConfiguredShareOfRequests(t *testing.T) {
	t.Parallel()
	var fs Faults
	fs.Inject(Fault{Kind: FaultStatus, Share: 0.2, Times: -1})
	const n = 2000
	struck := 0
	for range n {
		if serve(t, &fs, http.MethodGet, "/", Scene{}).Code == http.StatusInternalServerError {
			struck++
		}
	}
	if struck < n/10 || struck > n/3 {
		t.Errorf("%d of %d requests met a fault for one in five", struck, n)
	}
}

func TestFaults_StrikeOnlyMatchingRequests(t *testing.T) {
	t.Parallel()
	here := Scene{Places: []string{"7", "1"}, Text: "Missile over Japan"}
	for name, f := range map[string]Fault{
		"a path":   Fault{}.To("/send"),
		"a method": {Method: http.MethodPost},
		"a place":  Fault{}.In("1"),
		"a text":   Fault{}.About("Missile"),
		"all":      {Method: http.MethodPost, Path: "/sendMessage", Place: "7", Text: "Japan"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var fs Faults
			fs.Inject(f.Always())
			if w := serve(t, &fs, http.MethodPost, "/sendMessage", here); w.Code != http.StatusInternalServerError {
				t.Errorf("what fits is answered %d", w.Code)
			}
			for _, w := range []*httptest.ResponseRecorder{
				serve(t, &fs, http.MethodGet, "/getMe", Scene{}),
				serve(t, &fs, http.MethodGet, "/editMessage", Scene{Places: []string{"8"}, Text: "missile"}),
			} {
				if w.Code != http.StatusTeapot {
					t.Errorf("what does not fit is answered %d", w.Code)
				}
			}
		})
	}
}

func TestFaults_EndWhenRemoved(t *testing.T) {
	t.Parallel()
	var fs Faults
	lift := fs.Inject(Fault{Status: http.StatusBadGateway}.Always())
	fs.Inject(Fault{Status: http.StatusConflict}.Always())
	for _, want := range []int{http.StatusBadGateway, http.StatusConflict} {
		if w := serve(t, &fs, http.MethodGet, "/", Scene{}); w.Code != want {
			t.Errorf("answered %d, want %d", w.Code, want)
		}
		lift()
	}
}

func TestFaults_HoldAMessageEvenIfItsSenderGivesUp(t *testing.T) {
	t.Parallel()
	var fs Faults
	fs.Inject(Fault{Kind: FaultHold, Delay: 30 * time.Millisecond})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	served := make(chan error, 1)
	s := stage(Scene{})
	s.Next = http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { served <- r.Context().Err() })
	begun := time.Now()
	fs.Serve(t.Context(), httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, http.MethodPost, "/", nil), s)
	if err := <-served; err != nil {
		t.Errorf("the message is served with a context that says %v", err)
	}
	if took := time.Since(begun); took < 30*time.Millisecond {
		t.Errorf("the message was delayed by %v", took)
	}
}

func TestEvery_RepeatsUntilTheEnd(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	Every(ctx, time.Millisecond, func() {
		if n++; n == 3 {
			cancel()
		}
	})
	if n != 3 {
		t.Errorf("called %d times, want 3", n)
	}
}

func TestLink_ResetsWhatIsOnTheWayWhenCut(t *testing.T) {
	t.Parallel()
	var link Link
	arrived := make(chan struct{}, 1)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		link.Serve(w, r, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/wait") {
				arrived <- struct{}{}
				<-r.Context().Done()
			}
			w.WriteHeader(http.StatusTeapot)
		}))
	}))
	defer srv.Close()
	get := func(path string) error {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL+path, nil)
		if err != nil {
			return err
		}
		resp, err := srv.Client().Do(r)
		if err == nil {
			err = resp.Body.Close()
		}
		return err
	}
	waiting := make(chan error, 1)
	go func() { waiting <- get("/wait") }()
	<-arrived
	link.Cut()
	if err := <-waiting; err == nil {
		t.Error("a request on the way was answered")
	}
	if err := get("/"); err == nil {
		t.Error("a request over a cut link was answered")
	}
	link.Restore()
	if err := get("/"); err != nil {
		t.Errorf("over a restored link: %v", err)
	}
}
