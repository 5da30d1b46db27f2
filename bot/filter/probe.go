package filter

// A probe is what to ask first of an article that has the key of a posting: whether it has one more key. It is the id of
// that one, as it stands in a program, with the ending that the key itself must have.
const (
	flagExact = 1 << 30 // the article must have just the probe, and just the key; else the probe is only a hint
	// flagNot stands for: the article must not have just the probe, and must have just the key.

	keyEndingShift = 28 // how far left the ending of the key stands
)

// probeOf returns a posting's probe and the rest of its program, which says what the probe doesn't. Cost says which of
// several keys a hint should be: that with the least.
func probeOf(program []uint32, under uint32, cost func(id uint32) int) (probe uint32, rest []uint32) {
	if probe, rest, ok := exactProbe(program, under); ok {
		return probe, rest
	}
	probe = under
	eachNeed(program, func(id uint32) {
		if id != under && (probe == under || cost(id) < cost(probe)) {
			probe = id
		}
	})
	return probe, program
}

// exactProbe returns a probe that says what the first and the last clause of a program do, if there is one. Clauses of one
// number ask for one word anywhere.
func exactProbe(program []uint32, under uint32) (probe uint32, rest []uint32, ok bool) {
	last, own := len(program), uint32(0)
	if under != 0 {
		if last = lastClause(program); last != len(program)-1 {
			return 0, nil, false
		}
		own = program[last] >> endingShift & endingBits << keyEndingShift
	}
	switch {
	case last == 0:
		return under | own | flagExact, nil, under != 0
	case clauseEnd(program, 0) > 1:
		return 0, nil, false
	case program[0]&flagNot != 0:
		return program[0] | own, nil, last == 1
	default:
		return program[0] | own | flagExact, program[1:last], program[0]&maskID != under
	}
}

// lastClause returns where the last clause of a program begins.
func lastClause(program []uint32) (from int) {
	for to := 0; to < len(program); {
		from, to = to, clauseEnd(program, to)
	}
	return from
}

// appendProgram appends the whole program of the posting at a place under a key.
func (p *postings) appendProgram(program []uint32, at, under uint32) []uint32 {
	probe := *p.cell(at, columnProbe)
	exact := probe&(flagExact|flagNot) != 0
	if exact && (probe&flagNot != 0 || probe&maskID != under) {
		program = append(program, probe&(flagNot|endingBits<<endingShift|maskID))
	}
	if at&unwantedRow == 0 {
		program = append(program, p.program(at)...)
	}
	if exact && under != 0 {
		program = append(program, under|probe>>keyEndingShift&endingBits<<endingShift)
	}
	return program
}

// eachNeed calls f with the ids of keys that an article must have to match a program, as far as that is plain.
func eachNeed(program []uint32, f func(id uint32)) {
	for from := 0; from < len(program); {
		to := clauseEnd(program, from)
		if program[from]&(flagNot|flagOr) == 0 {
			eachKey(program[from:to], f)
		}
		from = to
	}
}
