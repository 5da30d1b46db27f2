package store

import "testing"

func TestShares_LeaveRoomToLowerRanks(t *testing.T) {
	for _, tt := range []struct {
		n     int
		ready [ranks]int
		lot   int
		want  [ranks]int
	}{
		{16, [ranks]int{5, 5, 5}, 0, [ranks]int{5, 5, 5}},
		{16, [ranks]int{16, 0, 0}, 9, [ranks]int{16, 0, 0}},
		{16, [ranks]int{16, 16, 16}, 0, [ranks]int{15, 1, 0}},
		{16, [ranks]int{16, 16, 16}, 4, [ranks]int{14, 2, 0}},
		{16, [ranks]int{16, 0, 16}, 0, [ranks]int{15, 0, 1}},
		{16, [ranks]int{0, 16, 16}, 4, [ranks]int{0, 14, 2}},
		{16, [ranks]int{10, 16, 16}, 4, [ranks]int{10, 5, 1}},
		{4, [ranks]int{4, 4, 4}, 5, [ranks]int{4, 0, 0}},
		{4, [ranks]int{4, 4, 4}, 6, [ranks]int{3, 1, 0}},
		{4, [ranks]int{4, 4, 4}, 9, [ranks]int{3, 0, 1}},
		{1, [ranks]int{1, 1, 1}, 9, [ranks]int{1, 0, 0}},
		{3, [ranks]int{0, 1, 2}, 0, [ranks]int{0, 1, 2}},
	} {
		if got := shares(tt.n, tt.ready, tt.lot); got != tt.want {
			t.Errorf("%d places for %v, lot %d: %v, want %v", tt.n, tt.ready, tt.lot, got, tt.want)
		}
	}
}

func TestRankOrder_LeavesATenthToEachLowerRank(t *testing.T) {
	first := [ranks]int{}
	for lot := range lowerPart * lowerPart {
		order := rankOrder(lot)
		first[order[0]]++
		if order[0]+order[1]+order[2] != urgentRank+ordinaryRank+floodRank {
			t.Errorf("lot %d leaves a rank out: %v", lot, order)
		}
	}
	if want := [ranks]int{90, 9, 1}; first != want {
		t.Errorf("of 100 turns the ranks have %v, want %v", first, want)
	}
}
