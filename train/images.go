package train

import (
	"context"
	"fmt"
	"iter"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/image"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/probe"
)

// Images are what a job learns from in place of a table: a folder of images with a mask
// for each, whose every pixel has a class.
type Images struct {
	Folder  string // as written in the recipe, relative to its folder
	Options image.Options
	Crop    image.Crop      // training sees windows; zero for whole images
	Augment []image.Augment // of what training sees
	// Open opens Folder; nil opens the folder of that path. A recipe's stays below its own.
	Open func(ctx context.Context, folder string, o image.Options) (*image.Set, error)
}

func (m *Images) open(ctx context.Context) (*image.Set, error) {
	if m.Open != nil {
		return m.Open(ctx, m.Folder, m.Options)
	}
	return image.Open(ctx, m.Folder, m.Options)
}

// pictures are examples that are images.
type pictures struct {
	set   *image.Set
	view  *image.Training
	seed  uint64
	judge image.Size // of the images that the judging graph is for
	keep  int        // samples of a step, which may be asked for again
	found []*imagePart
}

// imagePart is a part of the images.
type imagePart struct {
	*image.Part
	sizes map[image.Size][]int32 // the images of each size, in order
}

func newPictures(set *image.Set, m *Images, seed uint64) (*pictures, error) {
	view, err := image.NewTraining(set.Train, seed, m.Crop, m.Augment...)
	if err != nil {
		return nil, err
	}
	p := &pictures{set: set, view: view, seed: seed}
	for _, part := range set.Parts() {
		of := &imagePart{Part: part, sizes: map[image.Size][]int32{}}
		for i, it := range part.Items {
			size := image.Size{H: it.H, W: it.W}
			of.sizes[size] = append(of.sizes[size], int32(i))
			if part.Name != "train" && size.H*size.W > p.judge.H*p.judge.W {
				p.judge = size
			}
		}
		p.found = append(p.found, of)
	}
	if p.judge == (image.Size{}) {
		p.judge, _ = set.Train.Size()
	}
	return p, nil
}

func (p *pictures) part(name string) *imagePart {
	for _, part := range p.found {
		if part.Name == name {
			return part
		}
	}
	return nil
}

// outputs is how many numbers each pixel is answered with.
func (p *pictures) outputs() int { return outputsOf(len(p.set.Classes)) }

func outputsOf(classes int) int {
	if classes > 2 {
		return classes
	}
	return 1
}

// sized are the inputs of a graph for images of a size.
func (p *pictures) sized(s image.Size) inputs {
	mean, deviation := p.set.Train.Moments()
	for i, d := range deviation {
		if !(d > 0) {
			deviation[i] = 1 // of a channel that is the same everywhere
		}
	}
	in := inputs{
		x: graph.Rows(s.H, s.W, p.set.C), y: graph.Rows(s.H, s.W, p.outputs()), pixels: true, classes: true,
		scale: &scaling{mean, deviation},
	}
	if p.set.Weighted {
		in.w = graph.Rows(s.H, s.W)
	}
	return in
}

func (p *pictures) count() int { return p.view.Len() }
func (p *pictures) inputs() (training, judging inputs) {
	return p.sized(p.view.Size()), p.sized(p.judge)
}
func (p *pictures) judges() bool                  { return p.part("valid") != nil }
func (p *pictures) metricNames() ([]string, bool) { return p.epochMetricNames(), true }
func (p *pictures) fingerprint() string           { return p.set.Fingerprint.SHA256 + p.set.Fingerprint.Types }

func (p *pictures) batches(s *Step, c Config) batches {
	b := &imageBatches{of: p, used: s.used, keep: max(p.keep, c.Batch), order: make([]int32, p.view.Len()), inputs: map[string][]float32{}}
	for _, name := range s.used {
		b.inputs[name] = make([]float32, c.Batch*graph.Size(s.Input(name).Shape().At(1)))
	}
	return b
}

// memory is what images take beside the programs: those that are kept as files have
// them, the samples of a step, twice, and those that are read ahead.
func (p *pictures) memory() int64 {
	seen := p.view.Size()
	numbers := p.set.C + 1
	if p.set.Weighted {
		numbers++
	}
	pixels := max(seen.H*seen.W, p.judge.H*p.judge.W)
	return p.set.Memory() + int64(2*p.keep+ahead)*int64(pixels*numbers)*4
}

func (p *pictures) examiner(t *trainer) (examiner, error) { return newImageExaminer(p, t) }

// triedSamples is how many samples are looked through for one with every class.
const triedSamples = 64

// telling returns the sample that has the most classes among the first ones.
func (p *pictures) telling() (best *image.Sample, err error) {
	most := 0
	for i := range min(p.view.Len(), triedSamples) {
		s, err := p.view.Epoch(0).Sample(i)
		if err != nil {
			return nil, err
		}
		seen := map[float32]bool{}
		for _, c := range s.Mask {
			seen[c] = true
		}
		if len(seen) > most {
			best, most = s, len(seen)
		}
		if most == len(p.set.Classes) {
			break
		}
	}
	return best, nil
}

func (p *pictures) tried() (probe.Rows, error) {
	s, err := p.telling()
	if err != nil {
		return probe.Rows{}, err
	}
	target := make([]float32, len(s.Mask)*p.outputs())
	p.target(target, s)
	rows := probe.Rows{N: 1, Target: wide(target)}
	if p.set.Weighted {
		rows.Weight = wide(s.Weight)
	}
	return rows, nil
}

// target writes the class of each pixel as the loss takes it: 0 or 1, or one-hot.
func (p *pictures) target(dst []float32, s *image.Sample) {
	k := p.outputs()
	if k == 1 {
		copy(dst, s.Mask)
		return
	}
	clear(dst)
	for i, c := range s.Mask {
		dst[i*k+int(c)] = 1
	}
}

// fill writes sample number i of a batch into the inputs.
func (p *pictures) fill(inputs map[string][]float32, i int, s *image.Sample) {
	for name, room := range inputs {
		switch name {
		case "x":
			copy(room[i*len(s.Pix):], s.Pix)
		case "y":
			n := len(s.Mask) * p.outputs()
			p.target(room[i*n:(i+1)*n], s)
		case "w":
			copy(room[i*len(s.Weight):], s.Weight)
		}
	}
}

// imageBatches hands over samples as they are read, some ahead. What a step asked for
// is kept until the next one, since a step whose batch is computed in parts asks twice.
type imageBatches struct {
	of     *pictures
	used   []string
	keep   int
	epoch  int
	order  []int32
	inputs map[string][]float32
	taken  map[string][]float32 // what take returned, used again

	start int             // place in the epoch of the first that is kept
	kept  []*image.Sample // of the order from start on
	next  func() (*image.Sample, error, bool)
	stop  func()
}

// ahead is how many samples are read before they are asked for.
const ahead = 8

func (b *imageBatches) arrange(epoch int) {
	b.close()
	b.epoch = epoch
	permute(b.order, b.of.seed, epoch)
}

// open begins to read at a place of the order.
func (b *imageBatches) open(from int) {
	b.close()
	b.start = from
	stream := image.Stream(context.Background(), b.of.view.Epoch(b.epoch), b.order[from:], ahead)
	b.next, b.stop = iter.Pull2(stream)
}

func (b *imageBatches) close() {
	if b.stop != nil {
		b.stop()
	}
	b.next, b.stop, b.kept = nil, nil, nil
}

func (b *imageBatches) take(ctx context.Context, from, samples int) (map[string][]float32, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if b.next == nil || from < b.start || from > b.start+len(b.kept) {
		b.open(from)
	}
	for b.start+len(b.kept) < from+samples {
		s, err, ok := b.next()
		if err == nil && !ok {
			err = fmt.Errorf("train: an epoch of %d samples ended at %d", len(b.order), b.start+len(b.kept))
		}
		if err != nil {
			b.close()
			return nil, err
		}
		b.kept = append(b.kept, s)
	}
	if drop := len(b.kept) - max(b.keep, samples); drop > 0 {
		b.kept = append(b.kept[:0], b.kept[drop:]...)
		b.start += drop
	}
	for i := range samples {
		b.of.fill(b.inputs, i, b.kept[from-b.start+i])
	}
	if b.taken == nil {
		b.taken = map[string][]float32{}
	}
	for name, room := range b.inputs {
		b.taken[name] = room[:samples*(len(room)/b.size())]
	}
	return b.taken, nil
}

// size is how many samples there is room for.
func (b *imageBatches) size() int {
	return len(b.inputs["x"]) / (b.of.view.Size().H * b.of.view.Size().W * b.of.set.C)
}

// parts describes the images as data that has rows: an image is one, and of each class
// the pixels are counted.
func (p *pictures) parts() *data.Parts {
	parts := &data.Parts{Schema: &data.Schema{Target: maskTarget(p.set.Classes), Fingerprint: p.set.Fingerprint}, Notes: p.set.Notes}
	for _, part := range p.found {
		set := &data.Set{Rows: part.Len(), TargetWidth: p.outputs()}
		for _, it := range part.Items {
			set.RowID = append(set.RowID, int64(it.Row))
		}
		for _, n := range part.Counts() {
			set.Counts = append(set.Counts, int(n))
		}
		switch part.Name {
		case "train":
			parts.Train = set
		case "valid":
			parts.Valid = set
		case "tune":
			parts.Tune = set
		case "test":
			parts.Test = set
		}
	}
	return parts
}

// maskTarget is the class of a pixel as a target, by the numbers in masks.
func maskTarget(numbers []int) *data.Target {
	target := &data.Target{Name: "mask", Task: data.Binary}
	if len(numbers) > 2 {
		target.Task = data.MultiClass
	}
	for _, v := range numbers {
		target.Classes = append(target.Classes, fmt.Sprint(v))
	}
	return target
}
