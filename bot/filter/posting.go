package filter

import "sync/atomic"

// A posting is a filter, or a part of one, as it is listed under a key. It is a row of a table that is kept by columns, so
// that those who look at one number of every row find them next to each other.
const (
	columnProbe  = iota // what to ask first of an article that has the key
	columnTarget        // whom it stands for; the only number that changes
	columnNode          // for writers: where its place is noted
	columnEnd           // where its program ends; it begins where that of the row before ends
)

// Rows are in two groups. Most articles lack what a probe asks for, so that of one group nearly nothing is left when the
// probes have been read, and of the other nearly everything.
const (
	wantedColumns   = columnEnd + 1
	unwantedColumns = columnNode + 1
	unwantedRow     = 1 << 31 // of a place: it is in the second group
)

// A target is an id, or the place of an idList with the bit targetList, or targetNone.
const (
	targetNone = 1<<32 - 1
	targetList = 1 << 31
)

// postings lists the filters under one key. Any number of goroutines may read it while one appends and changes targets;
// what is behind used is nobody's yet. A writer that wants more puts another postings in its place.
type postings struct {
	numbers          []uint32 // the columns of the wanted, those of the unwanted, and the programs
	wanted, unwanted rows     // those whose probe the article must have, and those whose probe it must not have
	dead             int32    // numbers of postings without target; only writers look at it
	lists            atomic.Pointer[[]atomic.Pointer[idList]]
}

// rows says how many rows a group has, and has room for.
type rows struct {
	used atomic.Uint32
	room uint32
}

// posting is what a writer adds.
type posting struct {
	probe, target, node uint32
	program             []uint32 // what the probe doesn't say
}

// size returns how many numbers a posting takes.
func (o *posting) size() int {
	if o.probe&flagNot != 0 {
		return unwantedColumns
	}
	return wantedColumns + len(o.program)
}

// append appends a posting, for which there must be room, and returns its place.
func (p *postings) append(o posting) (at uint32) {
	if o.probe&flagNot != 0 {
		at = p.unwanted.used.Load() | unwantedRow
	} else {
		at = p.wanted.used.Load()
		from := p.end(at)
		*p.cell(at, columnEnd) = from + uint32(copy(p.programs()[from:], o.program))
	}
	*p.cell(at, columnProbe), *p.cell(at, columnNode) = o.probe, o.node
	p.setTarget(at, o.target)
	if o.probe&flagNot != 0 {
		p.unwanted.used.Add(1)
	} else {
		p.wanted.used.Add(1)
	}
	return at
}

// fits reports whether there is room for a posting.
func (p *postings) fits(o *posting) bool {
	if o.probe&flagNot != 0 {
		return p.unwanted.used.Load() < p.unwanted.room
	}
	used := p.wanted.used.Load()
	return used < p.wanted.room && int(p.end(used))+len(o.program) <= len(p.programs())
}

// cell returns a number of the posting at a place.
func (p *postings) cell(at, column uint32) *uint32 {
	if at&unwantedRow == 0 {
		return &p.numbers[column*p.wanted.room+at]
	}
	return &p.numbers[wantedColumns*p.wanted.room+column*p.unwanted.room+at&^unwantedRow]
}

// wantedProbes returns the probes that articles must have.
func (p *postings) wantedProbes() []uint32 { return p.numbers[:p.wanted.used.Load()] }

// unwantedProbes returns the probes that articles must not have, and the targets beside them.
func (p *postings) unwantedProbes() (probes, targets []uint32) {
	from, n := wantedColumns*p.wanted.room, p.unwanted.used.Load()
	to := from + columnTarget*p.unwanted.room
	return p.numbers[from:][:n], p.numbers[to:][:n]
}

func (p *postings) programs() []uint32 {
	return p.numbers[wantedColumns*p.wanted.room+unwantedColumns*p.unwanted.room:]
}

// end returns where the programs of the wanted postings before a place end.
func (p *postings) end(at uint32) uint32 {
	if at == 0 {
		return 0
	}
	return *p.cell(at-1, columnEnd)
}

// program returns the program of the wanted posting at a place.
func (p *postings) program(at uint32) []uint32 {
	return p.programs()[p.end(at):*p.cell(at, columnEnd)]
}

// posting returns the posting at a place.
func (p *postings) posting(at uint32) posting {
	o := posting{probe: *p.cell(at, columnProbe), target: p.target(at), node: *p.cell(at, columnNode)}
	if at&unwantedRow == 0 {
		o.program = p.program(at)
	}
	return o
}

func (p *postings) target(at uint32) uint32 {
	return atomic.LoadUint32(p.cell(at, columnTarget))
}

func (p *postings) setTarget(at, target uint32) {
	atomic.StoreUint32(p.cell(at, columnTarget), target)
}

// kill removes the target of a posting.
func (p *postings) kill(at uint32) {
	o := p.posting(at)
	p.setTarget(at, targetNone)
	p.dead += int32(o.size())
}

// list returns the list that a target means.
func (p *postings) list(target uint32) *idList { return p.listAt(target).Load() }

func (p *postings) listAt(target uint32) *atomic.Pointer[idList] {
	return &(*p.lists.Load())[target&^targetList]
}

// addList makes a target of a list.
func (p *postings) addList(l *idList) uint32 {
	var lists []atomic.Pointer[idList]
	if old := p.lists.Load(); old != nil {
		lists = *old
	}
	n := len(lists)
	lists = append(lists, atomic.Pointer[idList]{}) // readers of the old slice do not look behind its end
	lists[n].Store(l)
	p.lists.Store(&lists)
	return uint32(n) | targetList
}

// wasteful reports whether copying is worth while to be rid of dead postings.
func (p *postings) wasteful() bool {
	return p.dead > 64 && int(p.dead) > len(p.numbers)/2
}
