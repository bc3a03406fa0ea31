package image

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/descent-ml/descent/data"
)

var all1 = data.Split{Train: 1} // every image trains

func levels(v ...uint8) func(y, x int) uint8 {
	return func(y, x int) uint8 { return v[(y*10+x)%len(v)] }
}

// refusal is a folder that is refused, with the whole message, and the change that makes it the nearest that is read.
var refusals = []struct {
	name  string
	f     func(f *folder)
	o     Options
	want  string
	legal func(f *folder, o *Options)
}{
	{"masks that do not pair", func(f *folder) {
		for i := range 120 {
			f.pair("", fmt.Sprintf("%04d", i), i%9, square)
		}
		delete(f.MapFS, "masks/0007.png")
		f.add("masks/0031.png", grey(f, 8, 12, square))
		f.add("masks/0102.png", f.MapFS["masks/0102.png"].Data[:70])
	}, Options{}, `specks: 3 of 120 images have no usable mask [mask-pair]
	images/0007.png  no file masks/0007.*
	images/0031.png  8x10, its mask 8x12
	images/0102.png  masks/0102.png is truncated after 70 bytes
	Training does not start.
	fix: repair them, or leave out up to three, by name in run.json: images("specks", skip_bad = 3)`,
		func(f *folder, o *Options) { o.SkipBad = 3 }},
	{"more than ten", func(f *folder) {
		for i := range 30 {
			f.add(fmt.Sprintf("images/%02d.png", i), grey(f, 8, 10, slope(i)))
			if i >= 12 {
				f.add(fmt.Sprintf("masks/%02d.png", i), grey(f, 8, 10, square))
			}
		}
	}, Options{SkipBad: 11}, `specks: 12 of 30 images have no usable mask [mask-pair]
	images/00.png  no file masks/00.*
	images/01.png  no file masks/01.*
	images/02.png  no file masks/02.*
	images/03.png  no file masks/03.*
	images/04.png  no file masks/04.*
	images/05.png  no file masks/05.*
	images/06.png  no file masks/06.*
	images/07.png  no file masks/07.*
	images/08.png  no file masks/08.*
	images/09.png  no file masks/09.*
	and 2 more
	Training does not start.
	fix: repair them, or leave out up to 12, by name in run.json: images("specks", skip_bad = 12)`,
		func(f *folder, o *Options) { o.SkipBad = 12 }},
	{"one mask for two images", func(f *folder) {
		f.pair("", "a", 1, square).add("images/a.jpg", kinds(f)["grey.jpg"]).pair("", "b", 2, square)
	}, Options{Split: all1}, `specks: 1 of 2 images has no usable mask [mask-pair]
	images/a.jpg  images/a.png has the same name: which mask is whose?
	Training does not start.
	fix: repair it, or leave out one, by name in run.json: images("specks", skip_bad = 1)`,
		func(f *folder, o *Options) { delete(f.MapFS, "images/a.jpg") }},
	{"two masks for one image", func(f *folder) { f.pair("", "a", 1, square).add("masks/a.tif", kinds(f)["grey8.tif"]) }, Options{Split: all1},
		`specks: 1 of 1 image has no usable mask [mask-pair]
	images/a.png  two files: masks/a.png and masks/a.tif
	Training does not start.
	fix: repair it`,
		func(f *folder, o *Options) { delete(f.MapFS, "masks/a.tif") }},
	{"an image that is damaged", func(f *folder) {
		f.pair("", "a", 1, square).pair("", "b", 2, square).add("images/b.png", claim(60000, 60000))
	}, Options{Split: all1},
		`specks: 1 of 2 images cannot be used [bad-image]
	images/b.png  60,000 x 60,000 pixels: 3.6 gigapixels, above the limit of 64 megapixels and 65,535 a side
	Training does not start.
	fix: repair it, or leave out one, by name in run.json: images("specks", skip_bad = 1)`,
		func(f *folder, o *Options) { o.SkipBad = 1 }},
	{"another size than said", func(f *folder) { f.pair("", "a", 1, square) }, Options{Split: all1, Size: Size{10, 8}},
		`specks: 1 of 1 image cannot be used [bad-image]
	images/a.png  8x10, where size says 10x8
	Training does not start.
	fix: repair it`,
		func(f *folder, o *Options) { o.Size = Size{8, 10} }},
	{"a mask in colours", func(f *folder) { f.pair("", "a", 1, square).add("masks/a.png", colour(f, 8, 10)) }, Options{Split: all1},
		`specks: 1 of 1 image has no usable mask [mask-pair]
	images/a.png  its mask: 3 channels, where 1 is expected; magick "masks/a.png" -colorspace Gray new.png
	Training does not start.
	fix: repair it`,
		func(f *folder, o *Options) {
			f.add("masks/a.png", kindsOf(f, "palette.png")).add("images/a.png", kindsOf(f, "grey8.png"))
			o.MaskValues = []int{0, 1, 2, 3}
		}},
	{"smoothed edges", func(f *folder) { f.pair("", "a", 1, levels(0, 0, 0, 0, 255, 128, 64)).pair("", "b", 2, square) }, Options{Split: all1},
		`specks: 1 of 2 images has no usable mask [mask-pair]
	images/a.png  masks/a.png is refused: it holds 0: 47, 64: 11, 128: 11, 255: 11; expected 0 and 255
	Training does not start.
	fix: repair it, or leave out one, by name in run.json: images("specks", skip_bad = 1)`,
		func(f *folder, o *Options) { f.pair("", "a", 1, levels(0, 0, 0, 0, 255, 255, 0)) }},
	{"classes not named", func(f *folder) { f.pair("", "a", 1, levels(0, 1, 2)).pair("", "b", 2, levels(0, 2)) }, Options{Split: all1},
		`specks: 2 of 2 masks with other numbers than 0 and 1 [mask-values]
	pixels  0: 67, 1: 27, 2: 66
	first   masks/a.png
	fix: mask_values = [0, 1, 2] if each of them is a class
	fix: if the edges of white shapes are smoothed: magick mogrify -threshold 50% masks/*`,
		func(f *folder, o *Options) { o.MaskValues = []int{0, 1, 2} }},
	{"another class than named", func(f *folder) { f.pair("", "a", 1, levels(0, 1, 2)).pair("", "b", 2, levels(0, 3)) }, Options{Split: all1, MaskValues: []int{0, 1, 2}},
		`specks: 1 of 2 images has no usable mask [mask-pair]
	images/b.png  masks/b.png is refused: it holds 0: 40, 3: 40; expected 0, 1, 2
	Training does not start.
	fix: repair it, or leave out one, by name in run.json: images("specks", skip_bad = 1)`,
		func(f *folder, o *Options) { o.MaskValues = []int{0, 1, 2, 3} }},
	{"grey and colours", func(f *folder) {
		f.pair("", "a", 1, square).pair("", "b", 2, square).add("images/b.png", colour(f, 8, 10))
	}, Options{Split: all1},
		`specks: 1 of 2 images cannot be used [bad-image]
	images/b.png  3 channels, the others 1
	Training does not start.
	fix: repair it, or leave out one, by name in run.json: images("specks", skip_bad = 1)`,
		func(f *folder, o *Options) { f.add("images/a.png", colour(f, 8, 10)) }},
	{"colours where grey is said", func(f *folder) { f.pair("", "b", 2, square).add("images/b.png", colour(f, 8, 10)) }, Options{Split: all1, Channels: 1},
		`specks: 1 of 1 image with other channels than 1 [image-channels]
	first     images/b.png
	channels  3 in 1 image
	fix: channels = 3 if they are in colour
	fix: or magick mogrify -colorspace Gray specks/images/*`,
		func(f *folder, o *Options) { o.Channels = 3 }},
	{"no masks", func(f *folder) { f.add("images/a.png", kindsOf(f, "grey8.png")) }, Options{Split: all1},
		`specks: there is no folder masks [no-images]
	looked for  masks/*
	fix: mask = None if there are no masks`,
		func(f *folder, o *Options) { o.NoMask = true }},
	{"no images", func(f *folder) { f.add("masks/a.png", nil).add("images/a.txt", nil) }, Options{},
		`specks: no images [no-images]
	looked for  images/*
	read are    PNG, JPEG, TIFF and npy
	fix: images(..., image = "*.png") says where they are`,
		func(f *folder, o *Options) { f.pair("", "a", 1, square); o.Split = all1 }},
	{"val beside train", func(f *folder) { f.pair("train/", "a", 1, square).pair("val/", "b", 2, square) }, Options{},
		`specks: the folder val beside train [part-name]
	parts are  train, valid, test
	fix: mv specks/val valid`,
		func(f *folder, o *Options) {
			delete(f.MapFS, "val/images/b.png")
			delete(f.MapFS, "val/masks/b.png")
			f.pair("valid/", "b", 2, square)
		}},
	{"two channels of nnU-Net", func(f *folder) {
		f.add("imagesTr/a_0000.png", kindsOf(f, "grey8.png")).add("imagesTr/a_0001.png", kindsOf(f, "grey8.png")).add("labelsTr/a.png", kindsOf(f, "grey1.png"))
	}, Options{Split: all1}, `specks/imagesTr/a_0001.png: a further channel of an image as a file of its own [image-channels]
	fix: write the channels of an image into one file: npy [height width channels]`,
		func(f *folder, o *Options) { delete(f.MapFS, "imagesTr/a_0001.png") }},
	{"too few", func(f *folder) { f.pair("", "a", 1, square).pair("", "b", 2, square).pair("", "c", 3, square) }, Options{},
		`specks: no image is in test [few-images]
	images  train 2, valid 1, test 0
	fix: add images
	fix: or give each part a strip of every image: split = strips(train = 0.4, valid = 0.1, test = 0.5)`,
		func(f *folder, o *Options) { o.Split = data.Split{Train: 0.7, Valid: 0.3} }},
	{"a strip of nothing", func(f *folder) { f.pair("", "a", 1, square) }, Options{Strips: &Strips{0.48, 0.04, 0.48}},
		`specks: the strip of valid in images/a.png is 0 of 10 columns wide [few-images]
	fix: strips(train = 0.4, valid = 0.1, test = 0.5)`,
		func(f *folder, o *Options) { o.Strips = &Strips{0.4, 0.1, 0.5} }},
	{"a negative weight", func(f *folder) {
		f.pair("", "a", 1, square).add("images/a.npy", nil).add("images/a.png", kindsOf(f, "grey8.png")).add("masks/a.png", kindsOf(f, "grey1.png"))
		delete(f.MapFS, "images/a.npy")
		f.add("weights/a.npy", negative(f))
	}, Options{Split: all1}, `specks: 1 of 1 image has no usable mask [mask-pair]
	images/a.png  weights/a.npy is refused: pixel [0 0] has weight -1: weights are at least 0
	Training does not start.
	fix: repair it`,
		func(f *folder, o *Options) { f.add("weights/a.npy", kindsOf(f, "float.npy")) }},
	{"no weight for an image", func(f *folder) {
		f.pair("", "a", 1, square).pair("", "b", 1, square).add("weights/b.png", kindsOf(f, "grey8.png"))
	}, Options{Split: all1},
		`specks: 2 of 2 images have no usable mask [mask-pair]
	images/a.png  no file weights/a.*
	images/b.png  8x10, its weights 5x7
	Training does not start.
	fix: repair them`,
		func(f *folder, o *Options) {
			f.add("weights/a.png", f.MapFS["images/a.png"].Data).add("weights/b.png", f.MapFS["images/b.png"].Data)
		}},
	{"weights of zero", func(f *folder) { f.pair("", "a", 1, square).add("weights/a.png", grey(f, 8, 10, blank)) }, Options{Split: all1},
		`specks: all weights are zero [bad-weight]
	fix: give pixels that count a weight above 0`,
		func(f *folder, o *Options) { f.add("weights/a.png", grey(f, 8, 10, square)) }},
	{"options", func(f *folder) { f.pair("", "a", 1, square) },
		Options{Image: "../*", Mask: "masks/*", NoMask: true, Size: Size{500, 0}, Channels: -1, SkipBad: -2, MaskValues: []int{0, 0}, Weights: "w/*", Border: &BorderWeight{Sigma: -1}, Strips: &Strips{Train: 1, Valid: 1}, Split: data.Split{Column: "x"}},
		`"../*" is no pattern of files below the folder [bad-option]
	fix: image = "images/*" or "*.png": one * in the last part of the path
Mask and NoMask are both given [bad-option]
	fix: leave one of them out
weights are to come from files and from borders [bad-option]
	fix: name one of them
border_weight(sigma = -1, strength = 10): both must be above 0, sigma at most 1000, strength 1e6 [bad-option]
	fix: border_weight(sigma = 5, strength = 10)
no image is 500 high and 0 wide [bad-option]
	fix: size = (500, 500): height, then width
no image has -1 channels [bad-option]
	fix: channels = 1 for grey, 3 for colours
-2 images cannot be left out [bad-option]
	fix: skip_bad = 0
0 stands for two classes [bad-option]
	fix: mask_values = [0, 1, 2]: the number of each class in a mask, background first
the strips must have widths of at least 0 that sum to 1, with some for train [bad-option]
	fix: strips(train = 0.4, valid = 0.1, test = 0.5)
strips and shares of images are both given [bad-option]
	fix: leave one of them out
images have no column that names their parts [bad-option]
	fix: put them into train/, valid/ and test/, or split = split()`,
		func(f *folder, o *Options) {
			*o = Options{Image: "images/*", Mask: "masks/*", Size: Size{8, 10}, Channels: 1, Border: &BorderWeight{}, MaskValues: []int{0, 255}, Strips: &Strips{Train: 1}}
		}},
}

func TestRefusals(t *testing.T) {
	for _, tc := range refusals {
		t.Run(tc.name, func(t *testing.T) {
			f := newFolder(t)
			tc.f(f)
			_, err := f.open(tc.o)
			if err == nil {
				t.Fatal("read")
			}
			if diff := cmp.Diff(tc.want, err.Error()); diff != "" {
				t.Errorf("message (-want +got):\n%s", diff)
			}
			o := tc.o
			tc.legal(f, &o)
			if _, err := f.open(o); err != nil {
				t.Errorf("the legal neighbour is refused: %v", err)
			}
		})
	}
}

func kindsOf(t testing.TB, name string) []byte { return kinds(t)[name] }

// negative is an npy file of weights, of which the first is -1.
func negative(t testing.TB) []byte {
	b := kinds(t)["float.npy"]
	copy(b[128:], []byte{0, 0, 0x80, 0xBF})
	return b
}

// Training refuses what would mix sizes or leave the images.
func TestTrainingRefusals(t *testing.T) {
	part := func(sizes ...Size) *Part {
		f := newFolder(t)
		for i, s := range sizes {
			name := fmt.Sprintf("%d.png", i)
			f.add("images/"+name, grey(t, s.H, s.W, slope(i))).add("masks/"+name, grey(t, s.H, s.W, square))
		}
		s, err := f.open(Options{Split: all1})
		if err != nil {
			t.Fatal(err)
		}
		return s.Train
	}
	for _, tc := range []struct {
		name        string
		part        *Part
		crop, legal Crop
		augment     []Augment
		also        []Augment // of the legal neighbour
		want        string
	}{
		{"sizes", part(Size{8, 10}, Size{8, 12}), Crop{}, Crop{H: 8, W: 10}, nil, nil,
			"specks: training images of several sizes [image-sizes]\n\timages/0.png  8x10\n\timages/1.png  8x12\n\tfix: crop = (256, 256) has training see windows of one size"},
		{"turns", part(Size{8, 10}), Crop{}, Crop{}, []Augment{QuarterTurns{}}, []Augment{QuarterTurns{Half: true}},
			"specks: quarter turns of images of 8x10 [image-sizes]\n\twould  have mixed samples of 8x10 and 10x8.\n\tfix: rotate(180)\n\tfix: or crop = (256, 256)"},
		{"small", part(Size{8, 10}), Crop{H: 9, W: 10}, Crop{H: 8, W: 10}, nil, nil, "specks/images/0.png: 8x10, smaller than the windows of 9x10 [image-sizes]\n\tfix: crop = (8, 10)"},
		{"small when turned", part(Size{8, 10}), Crop{H: 8, W: 10}, Crop{H: 8, W: 8}, []Augment{QuarterTurns{}}, []Augment{QuarterTurns{}},
			"specks/images/0.png: 8x10, smaller than the windows of 8x10 turned by a quarter [image-sizes]\n\tfix: crop = (8, 8)\n\tfix: or rotate(180)"},
		{"options", part(Size{8, 10}), Crop{H: 0, W: 2}, Crop{H: 1, W: 2, PerImage: 3, Foreground: 1},
			[]Augment{Rotate{}, Scale{By: -1}, Elastic{}, Brightness{By: 2}, Noise{Sigma: -1}}, []Augment{Rotate{Degrees: 1}, Scale{By: 1}, Elastic{Sigma: 1}, Brightness{By: 1}, Noise{Sigma: 1}},
			"rotate by up to 0 degrees: they lie above 0 and up to 180 [bad-option]\nscale by up to -1: it lies above 0 and up to 9 [bad-option]\nelastic of deviation 0 pixels: it lies above 0 and up to 1000 [bad-option]\nbrightness by up to 2: it lies above 0 and up to 1 [bad-option]\nnoise of deviation -1: it lies above 0 and up to 1 [bad-option]\nwindows of 0x2 [bad-option]\n\tfix: crop = (128, 128): height, then width"},
		{"share", part(Size{8, 10}), Crop{H: 2, W: 2, Foreground: 1.5}, Crop{H: 2, W: 2, Foreground: 1}, nil, nil, "a share of 1.5 of the windows [bad-option]\n\tfix: a number from 0 to 1"},
		{"count", part(Size{8, 10}), Crop{H: 2, W: 2, PerImage: -1}, Crop{H: 2, W: 2, PerImage: 1}, nil, nil, "-1 windows an image [bad-option]\n\tfix: leave it out: as many as cover the image"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := NewTraining(tc.part, 1, tc.crop, tc.augment...)
			if err == nil {
				t.Fatal("taken")
			}
			if diff := cmp.Diff(tc.want, err.Error()); diff != "" {
				t.Errorf("message (-want +got):\n%s", diff)
			}
			tr, err := NewTraining(tc.part, 1, tc.legal, tc.also...)
			if err != nil {
				t.Fatalf("the legal neighbour is refused: %v", err)
			}
			if _, err := tr.Epoch(0).Sample(0); err != nil {
				t.Error(err)
			}
		})
	}
}
