package image

import _ "golang.org/x/image/tiff" // registers the decoder that programs import
