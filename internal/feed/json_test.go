package feed

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
)

func TestArticleJSON_RoundTrips(t *testing.T) {
	t.Parallel()
	seoul := time.FixedZone("KST", 9*3600)
	full := bot.Article{
		ID: 7, Source: "tide", GUID: "g7", URL: "https://e.example/7?a=1&b=2", Title: "Harbor <closed> & “open”", Summary: "Dek",
		Authors: []string{"Ann Lee", "Bob Roe"}, Tags: []string{"sea"}, Image: "https://e.example/7.jpg", Lang: "en", Urgency: 2,
		Published: time.Date(2024, 3, 5, 1, 2, 3, 4000, time.UTC), Updated: time.Date(2024, 3, 5, 2, 0, 0, 0, time.UTC),
		Embargo: time.Date(2024, 3, 6, 0, 0, 0, 0, time.UTC), Status: bot.Corrected,
	}
	for _, tt := range []struct {
		article bot.Article
		want    string
	}{
		{full, `{"id":7,"source":"tide","guid":"g7","url":"https://e.example/7?a=1&b=2","title":"Harbor <closed> & “open”","summary":"Dek",` +
			`"authors":["Ann Lee","Bob Roe"],"tags":["sea"],"image":"https://e.example/7.jpg","lang":"en","published":"2024-03-05T01:02:03.000004Z",` +
			`"updated":"2024-03-05T02:00:00Z","urgency":2,"embargo":"2024-03-06T00:00:00Z","status":"corrected"}`},
	} {
		line, err := MarshalArticle(&tt.article, seoul)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, string(line)); diff != "" {
			t.Errorf("written (-want +got):\n%s", diff)
		}
		got, unknown, err := UnmarshalArticle(line, seoul)
		if err != nil || len(unknown) > 0 {
			t.Fatalf("read: %v, unknown %v", err, unknown)
		}
		if diff := cmp.Diff(tt.article, got); diff != "" {
			t.Errorf("read (-want +got):\n%s", diff)
		}
	}
}

func TestArticleJSON_ADayIsItsMidnight(t *testing.T) {
	t.Parallel()
	seoul := time.FixedZone("KST", 9*3600)
	midnight := time.Date(2024, 3, 5, 0, 0, 0, 0, seoul)
	line, err := MarshalArticle(&bot.Article{Title: "Day", Published: midnight.UTC(), DateOnly: true}, seoul)
	if want := `{"title":"Day","published":"2024-03-05T00:00:00+09:00"}`; err != nil || string(line) != want {
		t.Errorf("written: %s, %v, want %s", line, err, want)
	}
	a, _, err := UnmarshalArticle([]byte(`{"title":"Day","published":"2024-03-05"}`), seoul)
	if err != nil || !a.Published.Equal(midnight) || !a.DateOnly {
		t.Errorf("read: %v, date only %t, %v; want %v as a day", a.Published, a.DateOnly, err, midnight)
	}
}

func TestUnmarshalArticle_NamesFieldAndReason(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`{"title":`:                            "is broken JSON at byte 9",
		`[]`:                                   "is a JSON array; an article is an object",
		`"x"`:                                  "is a JSON string; an article is an object",
		`{}`:                                   "title: is missing",
		`{"title":" "}`:                        "title: is missing",
		`{"title":null,"summary":null}`:        "title: is missing",
		`{"title":7}`:                          "title: must be a string, not 7",
		`{"title":"x","authors":"Ann Lee"}`:    `authors: must be a list of strings, not "Ann Lee"`,
		`{"title":"x","url":"ftp://x"}`:        `url: must be an http or https address, not "ftp://x"`,
		`{"title":"x","published":"today"}`:    `published: must be a time such as "2006-01-02T15:04:05Z" or a day such as "2006-01-02", not "today"`,
		`{"title":"x","updated":"2024-03-05"}`: `updated: must be a time such as "2006-01-02T15:04:05Z", not "2024-03-05"`,
		`{"title":"x","urgency":10}`:           "urgency: must be a whole number from 1, a flash, to 9, not 10",
		`{"title":"x","urgency":1.5}`:          "urgency: must be a whole number from 1, a flash, to 9, not 1.5",
		`{"title":"x","status":"gone"}`:        `status: must be "live", "corrected" or "withdrawn", not "gone"`,
		`{"title":"x","id":"7"}`:               `id: must be a whole number, not "7"`,
		`{"title":"x","tags":["a",1]}`:         `tags: must be a list of strings, not ["a",1]`,
		`{"title":"x","image":7}`:              "image: must be an http or https address, not 7",
		// A moment that would never come.
		`{"title":"x","embargo":"2426-01-02T15:04:05Z"}`:   "embargo: is more than 10 years from now: 2426-01-02T15:04:05Z",
		`{"title":"x","published":"2426-01-02"}`:           "published: is more than 10 years from now: 2426-01-02T00:00:00Z",
		`{"title":"x","published":"2426-01-02T00:00:00Z"}`: "published: is more than 10 years from now: 2426-01-02T00:00:00Z",
		`{"title":"x","updated":"9999-12-31T23:59:59Z"}`:   "updated: is more than 10 years from now: 9999-12-31T23:59:59Z",
	} {
		_, _, err := UnmarshalArticle([]byte(in), nil)
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v, want %q", in, err, want)
		}
	}
}

func TestUnmarshalArticle_ReportsUnknownFields(t *testing.T) {
	t.Parallel()
	a, unknown, err := UnmarshalArticle([]byte(`{"title":"x","zeal":1,"author":"Ann","status":null,"published":""}`), nil)
	if err != nil {
		t.Fatal(err)
	}
	names := []string{unknown[0].Field, unknown[1].Field}
	if diff := cmp.Diff([]string{"author", "zeal"}, names); diff != "" || a.Title != "x" || !a.Published.IsZero() {
		t.Errorf("%+v; unknown (-want +got):\n%s", a, diff)
	}
}

func TestUnmarshalArticle_LosesThePictureNotTheArticle(t *testing.T) {
	t.Parallel()
	for image, want := range map[string]string{
		"https://e.example/" + strings.Repeat("a", bot.MaxImage): "has more than 2048 bytes, so it is left out",
		"data:image/png;base64,AAAA":                             "is the picture itself (data:) instead of its address, so it is left out",
		"/pictures/1.png":                                        `must be an http or https address, not "/pictures/1.png", so it is left out`,
		"https://e.example/1.png":                                "",
		"":                                                       "",
	} {
		a, notes, err := UnmarshalArticle([]byte(`{"title":"x","image":"`+image+`"}`), nil)
		var reason string
		if len(notes) > 0 {
			reason = notes[0].Reason
		}
		if err != nil || a.Title != "x" || reason != want || (want == "") != (a.Image == image) {
			t.Errorf("%.30q: %q, %v with the notes %v, want %q", image, a.Image, err, notes, want)
		}
	}
}

func FuzzUnmarshalArticle(f *testing.F) {
	f.Add([]byte(`{"title":"x","published":"2024-03-05","authors":["a"],"urgency":1,"url":"https://e.example/"}`))
	f.Add([]byte(`{"summary":"x","embargo":"2024-03-05T00:00:00+09:00"}`))
	f.Add([]byte("{\"title\":\"\xff0\"}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		a, _, err := UnmarshalArticle(data, nil)
		if err != nil {
			return
		}
		line, err := MarshalArticle(&a, nil)
		if err != nil {
			t.Skip(err)
		}
		b, unknown, err := UnmarshalArticle(line, nil)
		if err != nil || len(unknown) > 0 {
			t.Fatalf("%s is not read: %v, unknown %v", line, err, unknown)
		}
		if again, _ := MarshalArticle(&b, nil); string(again) != string(line) {
			t.Errorf("first %s, then %s", line, again)
		}
	})
}

func TestMarshalArticle_NamesAllSources(t *testing.T) {
	a := bot.Article{Title: "One", Source: "wire", OtherSources: []string{"desk"}}
	data, err := MarshalArticle(&a, nil)
	if want := `{"source":"wire","sources":["wire","desk"],"title":"One"}`; err != nil || string(data) != want {
		t.Errorf("%s, %v, want %s", data, err, want)
	}
	if got, unknown, err := UnmarshalArticle(data, nil); err != nil || len(unknown) != 0 || got.Source != "wire" {
		t.Errorf("read back as %+v with %v unknown, %v", got, unknown, err)
	}
}
