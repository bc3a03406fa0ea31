package faultfs

import (
	"bytes"
	"maps"
	"math/rand/v2"
	"slices"
)

// block is the unit in which bytes reach the disk or do not.
const block = 4 << 10

// A node is a file, or a folder if entries is not nil.
type node struct {
	data   []byte // what a reader sees
	clean  []byte // what the system believes to be on disk
	synced []byte // what is on disk

	entries map[string]*node // what a reader sees
	kept    map[string]*node // what is on disk
}

func newDir() *node { return &node{entries: map[string]*node{}} }

// sync writes to disk the blocks that changed since the last sync. If it fails,
// they are lost, but the system takes them for written.
func (n *node) sync(works bool) {
	if works {
		disk := resize(n.synced, len(n.data))
		for at := 0; at < len(n.data); at += block {
			if now := blockOf(n.data, at); !bytes.Equal(now, blockOf(n.clean, at)) {
				copy(disk[at:], now)
			}
		}
		n.synced = disk
	}
	n.clean = slices.Clone(n.data)
}

// blockOf returns the block of b at a position, or what is there of it.
func blockOf(b []byte, at int) []byte {
	return b[min(at, len(b)):min(at+block, len(b))]
}

// resize returns a copy of b with n bytes, filled with zeros.
func resize(b []byte, n int) []byte {
	out := make([]byte, n)
	copy(out, b)
	return out
}

// Crash returns what a disk might hold after a loss of power: all that was
// synced, and of the rest each block of 4 KiB and each name with the given
// chance in percent. It depends on the seed alone. f is left as it is.
func (f *FS) Crash(seed uint64, percent int) *FS {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := crash{rand.New(rand.NewPCG(seed, uint64(percent))), percent, map[*node]*node{}}
	after := New()
	after.root = c.survive(f.root)
	return after
}

type crash struct {
	rand    *rand.Rand
	percent int
	done    map[*node]*node // a file under two names, one of them old, is still one file
}

func (c crash) lucky() bool { return c.rand.IntN(100) < c.percent }

func (c crash) survive(n *node) *node {
	if made := c.done[n]; made != nil {
		return made
	}
	made := &node{}
	c.done[n] = made
	if n.entries == nil {
		made.data = c.bytes(n)
		made.clean, made.synced = made.data, made.data
		made.data = slices.Clone(made.data)
		return made
	}
	made.entries = map[string]*node{}
	names := maps.Clone(n.kept)
	if names == nil {
		names = map[string]*node{}
	}
	maps.Copy(names, n.entries)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		child := n.kept[name]
		if now := n.entries[name]; now != child && c.lucky() {
			child = now
		}
		if child != nil {
			made.entries[name] = c.survive(child)
		}
	}
	made.kept = maps.Clone(made.entries)
	return made
}

// bytes draws the content of a file: its length, then each block, old or new.
func (c crash) bytes(n *node) []byte {
	if bytes.Equal(n.data, n.synced) {
		return slices.Clone(n.data)
	}
	size := len(n.synced)
	if len(n.data) != size && c.lucky() {
		size = len(n.data)
	}
	out := resize(n.synced, size)
	for at := 0; at < size; at += block {
		if c.lucky() {
			copy(out[at:], blockOf(n.data, at))
		}
	}
	return out
}
