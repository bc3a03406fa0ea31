package deal

import (
	"maps"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/descent-ml/descent/data"
)

func TestShares(t *testing.T) {
	for _, tc := range []struct {
		split data.Split
		want  [4]float64
	}{
		{data.Split{}, [4]float64{0.70, 0.15, 0, 0.15}},
		{data.Split{Tune: 0.1}, [4]float64{0.70 - 0.1, 0.15, 0.1, 0.15}},
		{data.Split{Train: 1}, [4]float64{1, 0, 0, 0}},
		{data.Split{Train: 0.5, Test: 0.5}, [4]float64{0.5, 0, 0, 0.5}},
	} {
		if got := Shares(tc.split); got != tc.want {
			t.Errorf("%+v: %v, want %v", tc.split, got, tc.want)
		}
	}
}

// Every member is in a part that has a share; single members keep the shares to one, of the whole and, but for one or two, of each
// stratum; the same seed and keys give the same parts.
func TestDeal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shares := rapid.SampledFrom([][4]float64{{0.7, 0.15, 0, 0.15}, {0.8, 0.1, 0, 0.1}, {1, 0, 0, 0}, {0.4, 0.3, 0.2, 0.1}, {0.7, 0.15, 0, 0}}).Draw(t, "shares")
		largest := rapid.IntRange(1, 3).Draw(t, "largest")
		var groups []Group
		n, strata := 0, map[int]int{}
		for range rapid.IntRange(1, 200).Draw(t, "groups") {
			g := Group{Key: rapid.Uint64().Draw(t, "key"), Stratum: rapid.IntRange(0, 3).Draw(t, "stratum")}
			for range rapid.IntRange(1, largest).Draw(t, "size") {
				g.Members = append(g.Members, n)
				n++
			}
			strata[g.Stratum] += len(g.Members)
			groups = append(groups, g)
		}
		seed := rapid.Uint64().Draw(t, "seed")
		part := Deal(seed, shares, groups)
		if len(part) != n {
			t.Fatalf("%d members of %d", len(part), n)
		}
		sum := shares[0] + shares[1] + shares[2] + shares[3]
		var have [4]int
		of := map[[2]int]int{}
		for _, g := range groups {
			for _, m := range g.Members {
				if part[m] != part[g.Members[0]] {
					t.Fatalf("group %v is parted", g.Members)
				}
				have[part[m]]++
				of[[2]int{g.Stratum, part[m]}]++
			}
		}
		for p, k := range have {
			if shares[p] == 0 && k > 0 {
				t.Fatalf("%d members in %s, which has no share", k, Parts[p])
			}
			if off := math.Abs(float64(k) - shares[p]/sum*float64(n)); off > float64(largest) {
				t.Fatalf("%d of %d members in %s", k, n, Parts[p])
			}
			for s, total := range strata {
				if off := math.Abs(float64(of[[2]int{s, p}]) - shares[p]/sum*float64(total)); off > 2*float64(largest) {
					t.Fatalf("%d of %d members of stratum %d in %s", of[[2]int{s, p}], total, s, Parts[p])
				}
			}
		}
		if !maps.Equal(part, Deal(seed, shares, groups)) {
			t.Fatal("another result for the same seed")
		}
	})
}

// A member more leaves most where they are.
func TestDealIsSteady(t *testing.T) {
	groups := make([]Group, 1001)
	for i := range groups {
		groups[i] = Group{Key: uint64(i) * 0x9e3779b97f4a7c15, Members: []int{i}}
	}
	shares := Shares(data.Split{})
	before, after := Deal(1, shares, groups[:1000]), Deal(1, shares, groups)
	moved := 0
	for i := range 1000 {
		if before[i] != after[i] {
			moved++
		}
	}
	if moved > 5 {
		t.Errorf("%d of 1000 moved", moved)
	}
}
