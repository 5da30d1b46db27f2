package main

import "slices"

// command prints figures.
type command struct {
	line    string // as people type it
	figures []figure
}

// figure is one thing that a command prints.
type figure struct {
	what      string // in words
	benchmark string // without "Benchmark"
	unit      string // that it is reported in
	say       func(float64) string
}

// commands are all that "make figures" runs.
func commands() []command {
	return slices.Concat(small(), stored(), delivered(), large())
}

// small are the figures of a small installation.
func small() []command {
	return []command{
		{`go test ./cmd/tidings -run '^$' -bench 'Start$' -benchtime 5x`, []figure{
			{"memory of an empty installation with both adapters", "Start", "MB-idle", in("MB")},
			{"from start to ready", "Start", "ms-to-ready", in("ms")},
			{"the program", "Start", "MB-binary", in("MB")},
		}},
		{`go test ./cmd/tidings -run '^$' -bench 'Idle$' -benchtime 3x`, []figure{
			{"a core's time while nothing happens", "Idle", "%-of-a-core", in("%")},
		}},
		{`go test ./cmd/tidings -run '^$' -bench HundredThousandArticles -benchtime 1x`, []figure{
			{"memory with 100,000 articles", "HundredThousandArticles", "MB", in("MB")},
			{"disk an article, SQLite", "HundredThousandArticles", "kB/article", in("kB")},
		}},
	}
}

// stored are the figures of the database and of what is read and written.
func stored() []command {
	return []command{
		{`go test ./internal/feed -run '^$' -bench Parse`, []figure{
			{"parsing 20 items of 124 kB", "Parse/20_items_in_124_kB", "ns/op", nanos},
		}},
		{`go test ./internal/store -run '^$' -bench 'Put$' -benchtime 3000x`, []figure{
			{"one article stored, SQLite, median", "Put/SQLite", "p50-µs", micros},
			{"one article stored, SQLite, mean", "Put/SQLite", "mean-µs", micros},
			{"one article stored, PostgreSQL, median", "Put/PostgreSQL", "p50-µs", micros},
			{"one article stored, PostgreSQL, mean", "Put/PostgreSQL", "mean-µs", micros},
			{"articles stored one after the other, PostgreSQL", "Put/PostgreSQL", "ns/op", persecond(1)},
		}},
		{`go test ./cmd/tidings -run '^$' -bench Import -benchtime 1x`, []figure{
			{"import of JSON Lines, SQLite", "Import/SQLite", "articles/s", in("a second")},
			{"import of JSON Lines, PostgreSQL", "Import/PostgreSQL", "articles/s", in("a second")},
		}},
		{`go test ./internal/store -run '^$' -bench Enqueue100k -benchtime 300x`, []figure{
			{"100,000 deliveries recorded, SQLite", "Enqueue100k/SQLite", "ns/op", nanos},
			{"100,000 deliveries recorded, PostgreSQL", "Enqueue100k/PostgreSQL", "ns/op", nanos},
		}},
		{`go test ./internal/store -run '^$' -bench 'Claim$' -benchtime 300x`, []figure{
			{"16 deliveries claimed and settled, PostgreSQL", "Claim/PostgreSQL", "ns/op", nanos},
			{"claims of a sender, SQLite", "Claim/SQLite", "ns/op", persecond(16)},
			{"claims of a sender, PostgreSQL", "Claim/PostgreSQL", "ns/op", persecond(16)},
		}},
		{`go test ./internal/store -run '^$' -bench ClaimFetch -benchtime 10x`, []figure{
			{"feeds claimed by three replicas, SQLite", "ClaimFetch/SQLite", "fetches/s", in("a second")},
			{"feeds claimed by three replicas, PostgreSQL", "ClaimFetch/PostgreSQL", "fetches/s", in("a second")},
		}},
	}
}

// delivered are the figures of the way from an article to a message.
func delivered() []command {
	return []command{
		{`go test ./bot/filter -run '^$' -bench 'Set/n=1000000' -benchtime 20000x`, []figure{
			{"an article among 1,000,000 filters, median", "Set/n=1000000", "µs-median", micros},
			{"an article among 1,000,000 filters, 99 of 100", "Set/n=1000000", "µs-p99", micros},
			{"a filter in the index", "Set/n=1000000", "B/filter", in("B")},
		}},
		{`go test ./bot/engine -run '^$' -bench 'InsertToSend$' -benchtime 2000x`, []figure{
			{"article to request, one process, median", "InsertToSend", "p50-ms", in("ms")},
			{"article to request, one process, 99 of 100", "InsertToSend", "p99-ms", in("ms")},
		}},
		{`go test ./cmd/tidings -run '^$' -bench AlertFromOtherProcess -benchtime 500x`, []figure{
			{"article to request, two processes, SQLite, median", "AlertFromOtherProcess/SQLite", "ms-p50", in("ms")},
			{"article to request, two processes, SQLite, 99 of 100", "AlertFromOtherProcess/SQLite", "ms-p99", in("ms")},
			{"article to request, two processes, PostgreSQL, median", "AlertFromOtherProcess/PostgreSQL", "ms-p50", in("ms")},
			{"article to request, two processes, PostgreSQL, 99 of 100", "AlertFromOtherProcess/PostgreSQL", "ms-p99", in("ms")},
		}},
	}
}

// large are the figures of a large installation.
func large() []command {
	return []command{
		{`go test ./cmd/tidings -run '^$' -bench MillionSubscriptions -benchtime 1x`, []figure{
			{"1,000,000 subscriptions, SQLite: memory", "MillionSubscriptions", "MB-settled", in("MB")},
			{"1,000,000 subscriptions, SQLite: most memory while loading", "MillionSubscriptions", "MB-peak", in("MB")},
			{"1,000,000 subscriptions, SQLite: start to first alert", "MillionSubscriptions", "s-to-alert", in("s")},
			{"1,000,000 subscriptions, SQLite: start to first answer", "MillionSubscriptions", "s-to-answer", in("s")},
		}},
		{`go test ./cmd/tidings -run '^$' -bench HundredThousandFeeds -benchtime 1x -timeout 30m`, slices.Concat(
			feeds("SQLite", "SQLite"), feeds("PostgreSQL", "PostgreSQL"), feeds("three replicas over PostgreSQL, each", "PostgreSQL3"),
		)},
		{`go test ./internal/store -run '^$' -bench 'Archive//search/^w40$|Archive//tally/7d/^w40$' -benchtime 20x -timeout 30m`, []figure{
			{"/latest of a word in a month's 1,000,000 articles, SQLite", "Archive/SQLite/search/w40", "ns/op", nanos},
			{"/filter test of it, SQLite", "Archive/SQLite/tally/7d/w40", "ns/op", nanos},
			{"/latest of a word in a month's 1,000,000 articles, PostgreSQL", "Archive/PostgreSQL/search/w40", "ns/op", nanos},
			{"/filter test of it, PostgreSQL", "Archive/PostgreSQL/tally/7d/w40", "ns/op", nanos},
		}},
	}
}

// feeds are the figures of a process that follows many feeds.
func feeds(where, benchmark string) []figure {
	benchmark = "HundredThousandFeeds/" + benchmark
	return []figure{
		{"100,000 feeds of 20,000 hosts, a look an hour, " + where + ": memory", benchmark, "MB", in("MB")},
		{"100,000 feeds of 20,000 hosts, a look an hour, " + where + ": of a core", benchmark, "%-of-a-core", in("%")},
		{"100,000 feeds of 20,000 hosts, " + where + ": a new one is read after at most", benchmark, "s-to-first-fetch-at-most", in("s")},
	}
}

// elsewhere are the commands that print a table of their own, or take an hour.
func elsewhere() []string {
	return []string{
		`make busiest-hour`,
		`make bench-peers`,
		`go test ./cmd/tidings -run TestReplicas -v`,
		`go test ./internal/store -run '^$' -bench Archive -timeout 0 -args -archive 10000000`,
	}
}
