package recipe

import (
	"github.com/descent-ml/descent/data/image"
	"github.com/descent-ml/descent/recipe/tracer"
	"github.com/descent-ml/descent/train"
)

// augmentValue is a random change of what training sees.
type augmentValue struct {
	declaration
	change image.Augment
}

// augmentWords are the changes.
var augmentWords = []word{
	{`flip(horizontal=True, vertical=True)`, func(c *tracer.Call) tracer.Value {
		return augmented(c, image.Flip{NoHorizontal: !c.Bool(0), NoVertical: !c.Bool(1)})
	}},
	{`rotate(degrees=90)`, rotateWord},
	{`scale(by=0.2)`, func(c *tracer.Call) tracer.Value {
		return augmented(c, image.Scale{By: within(c, 0, positive, 9, "how much larger or smaller, above 0 and up to 9")})
	}},
	{`elastic(sigma=10)`, func(c *tracer.Call) tracer.Value {
		return augmented(c, image.Elastic{Sigma: within(c, 0, positive, 1000, "a number of pixels above 0, at most 1000")})
	}},
	{`brightness(by=0.1)`, func(c *tracer.Call) tracer.Value {
		return augmented(c, image.Brightness{By: within(c, 0, positive, 1, "a number above 0 and up to 1")})
	}},
	{`noise(sigma=0.05)`, func(c *tracer.Call) tracer.Value {
		return augmented(c, image.Noise{Sigma: within(c, 0, positive, 1, "a number above 0 and up to 1")})
	}},
}

func augmented(c *tracer.Call, a image.Augment) tracer.Value {
	return &augmentValue{declaration{"augment", c}, a}
}

// rotateWord turns by quarters for 90, by a half for 180, and else by any angle up to
// the given one.
func rotateWord(c *tracer.Call) tracer.Value {
	switch degrees := within(c, 0, positive, 180, "an angle in degrees above 0 and up to 180"); degrees {
	case 90:
		return augmented(c, image.QuarterTurns{})
	case 180:
		return augmented(c, image.QuarterTurns{Half: true})
	default:
		return augmented(c, image.Rotate{Degrees: degrees})
	}
}

func setAugment(c *tracer.Call, i int, job *train.Job) {
	all := augmentation(c, i)
	switch {
	case job.Images != nil:
		job.Images.Augment = all
	case len(all) > 0 && c.OK():
		c.RefuseArg(i, tracer.CodeValue, "augment changes images, and the data is rows of a table")
	}
}

// augmentation reads a list of changes.
func augmentation(c *tracer.Call, i int) (all []image.Augment) {
	for _, v := range c.Elements(i) {
		a, ok := v.(*augmentValue)
		if !ok {
			c.Want(i, "a list of changes: flip(), rotate(90), scale(0.2), elastic(), brightness(0.1), noise(0.05)")
			return nil
		}
		all = append(all, a.change)
	}
	return all
}
