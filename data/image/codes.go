package image

import "github.com/descent-ml/descent/data"

// Codes explains the codes of problems and notes of this package, but for those that [data.Codes] and array.Codes explain. They are
// in alphabetical order.
func Codes() []data.Explanation {
	return []data.Explanation{
		{Code: "bad-image", Cause: "Some images cannot be used: damaged, too large, or other than the rest. The message lists them.", Way: "Repair them, or leave some out by name with skip_bad."},
		{Code: "damaged-image", Cause: "The decoder of a file fails, or a checksum in it is wrong.", Way: "Copy or write the file again."},
		{Code: "equal-images", Note: true, Cause: "Some images are equal byte for byte. They are kept in one part, unless folders say the parts.", Way: "Nothing, or remove the copies."},
		{Code: "exif-orientation", Note: true, Cause: "Cameras store some images turned, and say so in EXIF. These are turned, and masks that do not say are turned alike, since they then lie on the stored pixels.", Way: "Look at a few samples; magick mogrify -auto-orient turns the files for good."},
		{Code: "few-images", Cause: "A part has no images: nothing can be learned, chosen or judged on it.", Way: "Add images, or give each part a strip of every image with strips(...)."},
		{Code: "image-channels", Cause: "Images have other numbers of channels than the set: colours where grey is expected, or one file a channel.", Way: "Say channels = 3, or convert the images."},
		{Code: "image-kind", Cause: "A file is sound, but what it holds would be read wrongly or in part: an alpha channel, CMYK, several images, planes, floats in TIFF, CCITT.", Way: "Convert it with the command in the message."},
		{Code: "image-limit", Cause: "An image is larger than 64 megapixels, 65,535 pixels a side or 256 MiB. It is refused from its header.", Way: "Cut it into tiles."},
		{Code: "image-shape", Cause: "An array is not of the shape of an image.", Way: "Save [height width] or [height width channels]."},
		{Code: "image-sizes", Cause: "Samples of training would have several sizes, or a window does not fit into an image.", Way: "Use crop = (height, width) that fits every image."},
		{Code: "mask-alone", Note: true, Cause: "There are masks without an image of the same name.", Way: "Nothing, or remove them."},
		{Code: "mask-pair", Cause: "Some images have no mask, several masks, or one that cannot be used. The message lists them.", Way: "Repair them, or leave some out by name with skip_bad."},
		{Code: "mask-size", Cause: "A mask, or weights, does not lie on its image: another size, orientation or number of channels.", Way: "Save it with the size of its image and one channel."},
		{Code: "mask-values", Cause: "Masks hold other numbers than those that stand for a class. Without mask_values these are 0 and 1, or 0 and 255.", Way: "Name the number of each class in mask_values, or correct the masks."},
		{Code: "no-images", Cause: "No images, or no masks, are where they are looked for.", Way: "Say where they are with image and mask, or mask = None."},
		{Code: "no-labels", Note: true, Cause: "A folder of images to test by has no masks, as in nnU-Net's layout.", Way: "Nothing."},
		{Code: "not-folder", Cause: "The path is not a folder that can be read.", Way: "Name a folder of images."},
		{Code: "not-image", Cause: "The first bytes of a file are not those of an image that is read.", Way: "Convert it to PNG."},
		{Code: "not-images", Note: true, Cause: "Files or folders beside images are left out.", Way: "Nothing."},
		{Code: "part-name", Cause: "A folder has another name than those of parts: train, valid, test.", Way: "Rename it."},
		{Code: "unreadable", Cause: "A file of the set cannot be read.", Way: "See the reason in the message."},
		{Code: "weights", Note: true, Cause: "Pixels are weighed by the numbers in files, as they are.", Way: "Nothing."},
		{Code: "weights-found", Note: true, Cause: "The folder weights/ stands beside images/, so that pixels are weighed by its files.", Way: "Nothing, or rename the folder."},
	}
}
