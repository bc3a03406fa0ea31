// Package image reads folders of images, with a mask and weights for each if there are any, to train on.
//
//	set, err := image.Open(ctx, "specks", image.Options{})                        // read, checked and divided
//	training, err := image.NewTraining(set.Train, seed, image.Crop{H: 128, W: 128}, image.Flip{})
//	for sample, err := range image.Stream(ctx, training.Epoch(epoch), order, 8) { ... }
//
// A folder holds images/ with masks/ and perhaps weights/, files of equal names being of one image; or imagesTr/ with labelsTr/ as
// nnU-Net writes them; train/, valid/ and test/ may stand on top. Files are PNG of 8 or 16 bits, TIFF, JPEG or npy, by their first
// bytes. TIFF is read by programs that import golang.org/x/image/tiff, which registers with the standard library's package image.
// Open reads every file once: it refuses the set, with all that is wrong in one list, or knows that each pixel can be read
// exactly. What a file claims is compared with the limits before memory is asked for.
//
// Training reads the files again, each when it is needed and some ahead, so that a set may be larger than memory; what fits into a
// part of the memory stays there. A sample is a function of seed, epoch and its number alone: neither goroutines nor what was read
// before change a bit of it.
//
// Sizes are height, then width, everywhere; pixels are in row-major order with channels last.
package image

// Size is the height and width of an image, in pixels.
type Size struct{ H, W int }

// Sample is an image with its mask and its weights.
type Sample struct {
	H, W, C int
	Pix     []float32 // [H W C]: whole numbers of 8 and 16 bits divided by 255 and 65535; others as they are
	Mask    []float32 // [H W]: number of the class of each pixel, from 0; nil without masks
	Weight  []float32 // [H W]: how much each pixel counts; nil without weights
}
