package store

import (
	"slices"
	"strings"
	"testing"
)

// wholeReads are the steps that read something from end to end, and may.
func wholeReads() []string {
	return []string{
		"SCAN CONSTANT ROW",
		"SCAN spans",           // what the caller handed over, below too
		"SCAN p VIRTUAL TABLE", // a pragma's one row
		"SCAN f VIRTUAL TABLE",
		"SCAN list VIRTUAL TABLE",                   // what the caller handed over
		"SCAN search VIRTUAL TABLE",                 // by a MATCH, newest first, and left when the page is full
		"SCAN s",                                    // all subscriptions, once at the start of a watcher
		"SCAN t USING COVERING INDEX targets_space", // likewise, to read each one's subscriptions
		"SCAN subscriptions USING",                  // counted for the figures
		"SCAN targets USING INDEX targets_suspended",
		"SCAN batches USING COVERING INDEX batches_waiting", // likewise
		"SCAN batches USING INDEX batches_waiting",          // likewise
		"SCAN newest",                                       // some dozens of a pair of words
		"SCAN waiting",                                      // likewise
		"SCAN ahead",                                        // one
		"SCAN few",                                          // up to 1,000 of a source
		"SCAN late",                                         // some dozens
		"SCAN ready",                                        // as many as may be claimed
		"SCAN soonest",                                      // a row of each index
		"SCAN queue USING",                                  // likewise
		"SCAN articles USING INDEX articles_held",           // those of bulk updates only
		"SCAN articles USING COVERING INDEX articles_held",
		"SCAN sources", // some dozens
		"SCAN u",       // what is not indexed yet
		"SCAN unindexed",
	}
}

// checkPlans asks the database how it runs each statement: none may read a table that grows from end to
// end, or sort what may be many.
func checkPlans(t *testing.T, statements map[string]bool) {
	url, _ := file(t)
	s := open(t, Config{URL: url})
	if len(statements) < 50 {
		t.Errorf("only %d statements", len(statements))
	}
	delete(statements, countsDiffer)
	for text := range statements {
		for _, step := range planOf(t, s, text) {
			allowed := func(prefix string) bool { return step == prefix || strings.HasPrefix(step, prefix+" ") }
			given := strings.HasSuffix(step, " CONSTANT ROWS")
			if strings.HasPrefix(step, "SCAN") && !given && !slices.ContainsFunc(wholeReads(), allowed) {
				t.Errorf("%s, in %s", step, text)
			}
			// The targets of one chat or space may be sorted, and sources be counted.
			mayUse := strings.Contains(text, "FROM targets") || strings.Contains(text, "GROUP BY source") || strings.Contains(text, "FROM spans")
			if strings.HasPrefix(step, "USE TEMP B-TREE") && !mayUse {
				t.Errorf("%s, in %s", step, text)
			}
		}
	}
}

// plan returns the steps that the database takes for a statement.
func planOf(t *testing.T, s *Store, text string) []string {
	t.Helper()
	rows, err := writes(s).QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+text, make([]any, strings.Count(text, "$"))...)
	if err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	defer rows.Close()
	var steps []string
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			t.Fatal(err)
		}
		steps = append(steps, detail)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return steps
}
