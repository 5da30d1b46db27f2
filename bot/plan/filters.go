package plan

import (
	"sync"

	"tidings/bot/filter"
)

// maxFilters bounds how many filters are kept. A filter of some words takes a kilobyte.
const maxFilters = 1000

// filters keeps the filters of chats that ask for more than everybody gets, parsed: each article is held against all of a
// chat's. Safe for concurrent use.
type filters struct {
	mu     sync.Mutex
	parsed map[string]*filter.Filter // by their text, nil if it is faulty; guarded by mu
}

// parse returns a filter, nil if it is faulty.
func (f *filters) parse(text string) *filter.Filter {
	f.mu.Lock()
	defer f.mu.Unlock()
	if parsed, known := f.parsed[text]; known {
		return parsed
	}
	parsed, err := filter.Parse(text)
	if err != nil {
		parsed = nil
	}
	if f.parsed == nil || len(f.parsed) >= maxFilters {
		f.parsed = map[string]*filter.Filter{}
	}
	f.parsed[text] = parsed
	return parsed
}
