package train

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/descent-ml/descent/data/image"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/metric"
	"github.com/descent-ml/descent/program"
)

// imageExaminer measures whole images. Those of each size have programs of their own.
type imageExaminer struct {
	of      *pictures
	trainer *trainer
	bySize  map[image.Size]*sizeExaminer
}

// sizeExaminer computes loss, reports and predictions of images of one size, some at a
// time.
type sizeExaminer struct {
	size   image.Size
	traced *traced
	summed *program.Summed
	images int // at a time
}

// seenImage is what is kept of the prediction of one image.
type seenImage struct {
	pixels *metric.Pixels // of two classes
	counts [][]int64      // of several: pixels of class i that are likeliest class j
}

func newImageExaminer(p *pictures, t *trainer) (*imageExaminer, error) {
	e := &imageExaminer{of: p, trainer: t, bySize: map[image.Size]*sizeExaminer{}}
	for _, part := range p.found {
		if part.Name == "train" {
			continue
		}
		for _, size := range slices.SortedFunc(maps.Keys(part.sizes), bySides) {
			if e.bySize[size] != nil {
				continue
			}
			one, err := e.newSize(size)
			if err != nil {
				e.close()
				return nil, err
			}
			e.bySize[size] = one
		}
	}
	return e, nil
}

func bySides(a, b image.Size) int { return slices.Compare([]int{a.H, a.W}, []int{b.H, b.W}) }

func (e *imageExaminer) newSize(size image.Size) (*sizeExaminer, error) {
	t := e.trainer
	s := &sizeExaminer{size: size, traced: t.judging}
	if size != e.of.judge {
		s.traced = trace(graph.Inference, t.config.Language, e.of.sized(size), t.config.Objective)
		if found := s.traced.step.g.Diagnostics(); found.Refused() {
			return nil, found
		}
	}
	seen := t.training.step.inputs.x
	s.images = max(1, t.config.Batch*seen[1].Const*seen[2].Const/(size.H*size.W))
	loss := graph.Rewrite(s.traced.loss)[0]
	var err error
	s.summed, err = program.NewSummed(t.state, s.traced.results(loss), map[string]*graph.Node{Prediction: s.traced.step.output(Prediction)}, t.config.Workers, t.config.Seed, nil)
	if d, refused := err.(*graph.Diagnostic); refused {
		return nil, graph.Diagnostics{d}
	}
	return s, err
}

func (e *imageExaminer) close() {
	for _, s := range e.bySize {
		if s.summed != nil {
			s.summed.Close()
		}
	}
}

func (e *imageExaminer) peak() (most int64, err error) {
	for _, s := range e.bySize {
		n, err := s.summed.Peak(s.images)
		if err != nil {
			return 0, err
		}
		most += n - e.trainer.state.Bytes()
	}
	return most + e.of.memory(), nil
}

func (e *imageExaminer) examine(ctx context.Context) (Metrics, error) {
	part := e.of.part("valid")
	m, seen, err := e.measure(ctx, part)
	if err != nil {
		return nil, fmt.Errorf("on the %d valid images after epoch %d: %w", part.Len(), e.trainer.at.Epoch+1, err)
	}
	return append(m, e.of.epochMetrics(seen)...), nil
}

// measure computes loss and reports of the images of a part, and what they are taken
// for. Loss and reports are those of all images of a size together; of several sizes
// the mean, by the number of images.
func (e *imageExaminer) measure(ctx context.Context, part *imagePart) (Metrics, []seenImage, error) {
	sums := make([]float64, len(e.trainer.keys))
	seen := make([]seenImage, part.Len())
	for _, size := range slices.SortedFunc(maps.Keys(part.sizes), bySides) {
		s, images := e.bySize[size], part.sizes[size]
		err := e.run(ctx, s, part, images, func(i int32, sample *image.Sample, prediction []float32) (err error) {
			seen[i], err = e.of.see(prediction, sample.Mask)
			return err
		})
		if err != nil {
			return nil, nil, err
		}
		for i, key := range e.trainer.keys {
			sums[i] += s.summed.Result(key) * float64(len(images))
		}
	}
	return e.trainer.named(func(i int) float64 { return sums[i] / float64(part.Len()) }), seen, nil
}

// run goes through images of one size, and calls each with what was predicted.
func (e *imageExaminer) run(ctx context.Context, s *sizeExaminer, part *imagePart, images []int32, each func(i int32, s *image.Sample, prediction []float32) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	inputs := map[string][]float32{}
	for _, name := range s.traced.step.used {
		inputs[name] = make([]float32, s.images*graph.Size(s.traced.step.Input(name).Shape().At(1)))
	}
	var samples []*image.Sample // of the present piece
	var failed error
	next, stop := pull(image.Stream(ctx, part, images, ahead))
	defer stop()
	pieces := func(i int) (program.Batch, bool) {
		n := min(s.images, len(images)-i*s.images)
		if n <= 0 || failed != nil {
			return program.Batch{}, false
		}
		samples = samples[:0]
		b := program.Batch{Rows: n, FirstRow: i * s.images, Step: max(e.trainer.at.Step, 1), Inputs: map[string][]float32{}}
		for k := range n {
			sample, err := next()
			if err != nil {
				failed = err
				return program.Batch{}, false
			}
			e.of.fill(inputs, k, sample)
			samples = append(samples, sample)
		}
		for name, room := range inputs {
			b.Inputs[name] = room[:n*(len(room)/s.images)]
		}
		return b, true
	}
	err := s.summed.RunEach(ctx, len(images), pieces, func(i int, beside func(string) []float32) {
		prediction := beside(Prediction)
		n := len(prediction) / len(samples)
		for k, sample := range samples {
			if err := each(images[i*s.images+k], sample, prediction[k*n:(k+1)*n]); err != nil {
				failed = err
			}
		}
	})
	if failed != nil {
		return failed
	}
	return err
}

// see counts the prediction of one image against its mask.
func (p *pictures) see(prediction, mask []float32) (seen seenImage, err error) {
	k := p.outputs()
	if k == 1 {
		seen.pixels, err = metric.CountPixels(prediction, isForeground(mask))
		return seen, err
	}
	seen.counts = make([][]int64, k)
	for i := range seen.counts {
		seen.counts[i] = make([]int64, k)
	}
	for i, c := range likeliest(prediction, k) {
		seen.counts[int(mask[i])][c]++
	}
	return seen, nil
}

func isForeground(mask []float32) []bool {
	yes := make([]bool, len(mask))
	for i, c := range mask {
		yes[i] = c != 0
	}
	return yes
}

// epochMetricNames are the metrics of masks beside the loss.
func (p *pictures) epochMetricNames() []string {
	if p.outputs() == 1 {
		return []string{"iou", "dice", "average_precision"}
	}
	return []string{"iou_macro", "dice_macro", "accuracy"}
}

// epochMetrics measures masks at one half, or the likeliest classes.
func (p *pictures) epochMetrics(seen []seenImage) Metrics {
	if p.outputs() > 1 {
		return confusedOf(seen).metrics()
	}
	masks := masksOf(seen)
	all := masks.At(metric.DefaultThreshold).Global()
	return Metrics{
		{"iou", all.IoU(metric.Zero)},
		{"dice", all.F1(metric.Zero)},
		{"average_precision", masks.Rank().AveragePrecision()},
	}
}

func masksOf(seen []seenImage) (m metric.Masks) {
	for _, s := range seen {
		m = append(m, s.pixels)
	}
	return m
}

// confused is the confusion matrix of pixels.
type confused [][]int64

func confusedOf(seen []seenImage) confused {
	k := len(seen[0].counts)
	all := make(confused, k)
	for i := range all {
		all[i] = make([]int64, k)
		for _, s := range seen {
			for j, n := range s.counts[i] {
				all[i][j] += n
			}
		}
	}
	return all
}

// of returns the counts of one class against all others.
func (c confused) of(class int) (n metric.Counts) {
	for i, row := range c {
		for j, pixels := range row {
			x := float64(pixels)
			switch {
			case i == class && j == class:
				n.TP += x
			case i == class:
				n.FN += x
			case j == class:
				n.FP += x
			default:
				n.TN += x
			}
		}
	}
	return n
}

// metrics are means over the classes that occur, and the share of pixels that are right.
func (c confused) metrics() Metrics {
	var iou, dice, classes, right, all float64
	for k := range c {
		n := c.of(k)
		right += n.TP
		all += n.TP + n.FN
		if n.TP+n.FN+n.FP > 0 {
			iou, dice, classes = iou+n.IoU(metric.Zero), dice+n.F1(metric.Zero), classes+1
		}
	}
	return Metrics{{"iou_macro", iou / classes}, {"dice_macro", dice / classes}, {"accuracy", right / all}}
}
