package poll

import (
	"net/http"
	"testing"
	"time"
)

const (
	interval = 5 * time.Minute
	march    = "Tue, 05 Mar 2024 01:02:03 GMT"
	april    = "Fri, 05 Apr 2024 01:02:03 GMT"
)

// The rules of a model client are numbered as they are usually listed.

func TestRule01_ValidatorsComeBackByteForByte(t *testing.T) {
	t.Parallel()
	s := newSite(t, Config{}, replies(200, rssOf("A"), "ETag", `W/"a, b"`, "Last-Modified", "not really a date"), "f")
	s.once().expect(t, map[string]string{"If-None-Match": "", "If-Modified-Since": ""})
	s.pass(interval - 4*time.Second)
	s.once().expect(t, map[string]string{"If-None-Match": `W/"a, b"`, "If-Modified-Since": "not really a date"})
}

func TestRule02_OnlyWhatCameIsSent(t *testing.T) {
	t.Parallel()
	for name, headers := range map[string][]string{"tag": {"ETag", `"a"`}, "date": {"Last-Modified", march}, "neither": nil} {
		s := newSite(t, Config{}, replies(200, rssOf("A"), headers...), "f")
		s.once()
		want := map[string]string{"If-None-Match": "", "If-Modified-Since": ""}
		switch name {
		case "tag":
			want["If-None-Match"] = `"a"`
		case "date":
			want["If-Modified-Since"] = march
		}
		s.pass(interval - 4*time.Second)
		s.once().expect(t, want)
	}
}

func TestRule03and04_NewValidatorsCountThoughTheBodyIsTheSame(t *testing.T) {
	t.Parallel()
	s := newSite(t, Config{}, replies(200, rssOf("A"), "ETag", `"a"`, "Last-Modified", march), "f")
	s.once()
	for _, headers := range [][]string{
		{"ETag", `"b"`, "Last-Modified", march}, {"ETag", `"b"`, "Last-Modified", april},
	} {
		s.say(replies(200, rssOf("A"), headers...))
		s.pass(2 * interval)
		s.say(replies(http.StatusNotModified, ""))
		r := s.pass(2 * interval)
		r[0].expect(t, map[string]string{"If-None-Match": headers[1], "If-Modified-Since": headers[3]})
	}
}

func TestRule05_NotModifiedBringsNewValidatorsAndFreshness(t *testing.T) {
	t.Parallel()
	s := newSite(t, Config{}, replies(200, rssOf("A"), "ETag", `"a"`), "f")
	s.once()
	s.say(replies(http.StatusNotModified, "", "ETag", `"b"`, "Last-Modified", march, "Cache-Control", "max-age=3600"))
	s.pass(interval)
	if got := s.wait(2 * time.Hour); got < 59*time.Minute-10*time.Second {
		t.Errorf("asked after %v", got)
	}
	s.say(replies(http.StatusNotModified, "")) // says nothing new
	s.pass(2 * time.Hour)
	f := s.state("f")
	if f.ETag != `"b"` || f.LastModified != march || f.Memory.MaxAge != time.Hour {
		t.Errorf("state %+v", f)
	}
}

func TestRule06_AnswerWithoutValidatorsForgetsThem(t *testing.T) {
	t.Parallel()
	s := newSite(t, Config{}, replies(200, rssOf("A"), "ETag", `"a"`, "Last-Modified", march), "f")
	s.once()
	s.say(replies(200, rssOf("B")))
	s.pass(interval)
	s.pass(interval - 4*time.Second)
	s.once().expect(t, map[string]string{"If-None-Match": "", "If-Modified-Since": ""})
}

func TestRule07_SameBytesAreNotParsed(t *testing.T) {
	t.Parallel()
	s := newSite(t, Config{}, replies(200, rssOf("A")), "f")
	s.once()
	s.say(replies(200, rssOf("A"), "ETag", `"late"`))
	if n := len(s.pass(time.Hour)); n < 11 {
		t.Errorf("%d requests in an hour", n)
	}
	if s.sink.puts != 1 || s.state("f").ETag != `"late"` {
		t.Errorf("%d puts, tag %s; want 1 and the late tag", s.sink.puts, s.state("f").ETag)
	}
}

func TestRule08_NowAndThenAWholeFetch(t *testing.T) {
	t.Parallel()
	count := func(s *site) (whole int) {
		for _, r := range s.pass(20 * 24 * time.Hour) {
			if r.header.Get("If-None-Match") == "" {
				whole++
			}
		}
		return whole
	}
	wrong := func(w http.ResponseWriter, r *http.Request) { // says that nothing has changed, whatever has
		status := http.StatusOK
		if r.Header.Get("If-None-Match") != "" {
			status = http.StatusNotModified
		}
		replies(status, rssOf("A"), "ETag", `"a"`)(w, r)
	}
	s := newSite(t, Config{Interval: 12 * time.Hour}, wrong, "f")
	if got := count(s); got != 3 { // the first, and one each eight days
		t.Errorf("%d whole fetches in twenty days, want 3", got)
	}
	s.say(replies(http.StatusTooManyRequests, ""))
	s.pass(13 * time.Hour)
	s.say(wrong)
	if got := count(s); got != 0 {
		t.Errorf("%d whole fetches from a server that complained", got)
	}
}
