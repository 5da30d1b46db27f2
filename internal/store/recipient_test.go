package store

import (
	"slices"
	"testing"
)

func TestEncodeRecipients_ComesBack(t *testing.T) {
	for _, list := range [][]recipient{
		nil,
		{{target: 1, subscription: 1}},
		{{target: 512, subscription: 9}, {target: 513, subscription: 3}, {target: 1023, subscription: 1 << 60}},
		{{target: 5 * shardSize}, {target: 6*shardSize - 1}},
	} {
		var shard int64
		if len(list) > 0 {
			shard = list[0].target / shardSize
		}
		got, err := decodeRecipients(shard, encodeRecipients(list))
		if err != nil || !slices.Equal(got, list) {
			t.Errorf("%v came back as %v, %v", list, got, err)
		}
	}
}

func FuzzDecodeRecipients(f *testing.F) {
	f.Add(int64(0), encodeRecipients([]recipient{{1, 1}, {2, 7}}))
	f.Add(int64(3), encodeRecipients([]recipient{{3 * shardSize, -1}, {4*shardSize - 1, 1 << 62}}))
	f.Add(int64(1), []byte{0xff})
	f.Fuzz(func(t *testing.T, shard int64, b []byte) {
		if shard < 0 || shard > 1<<50 {
			return
		}
		list, err := decodeRecipients(shard, b)
		if err != nil {
			return
		}
		again, err := decodeRecipients(shard, encodeRecipients(list))
		if err != nil || !slices.Equal(again, list) {
			t.Errorf("%v came back as %v, %v", list, again, err)
		}
	})
}
