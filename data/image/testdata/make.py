"""Writes kinds/: one small image in every way that is read or refused, and what Pillow reads from each in expected.npz.
python3 make.py, with numpy 2, Pillow 13 and tifffile 2026.3."""
import io, pathlib, struct, zlib
import numpy as np, tifffile
from PIL import Image, ImageOps

out = pathlib.Path("kinds"); out.mkdir(exist_ok=True)
H, W = 5, 7
y, x = np.mgrid[0:H, 0:W]
grey = (y * 40 + x * 5).astype("u1")
wide = (y * 9000 + x * 1234 + 7).astype("u2")
rgb = np.stack([grey, 255 - grey, (x * 30).astype("u1")], -1)
wide_rgb = np.stack([wide, 65535 - wide, wide // 3], -1)
two = ((x + y) % 2).astype("u1")
four = ((x + y) % 4).astype("u1")
expected = {}


def png(name, depth, colour, rows, *chunks, interlace=0):
    """A PNG of the given rows of bytes, written by hand."""
    def chunk(kind, body): return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    raw = b"".join(b"\0" + bytes(r) for r in rows)
    b = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", W, H, depth, colour, 0, 0, interlace))
    (out / name).write_bytes(b + b"".join(chunk(k, c) for k, c in chunks) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b""))


def packed(values, depth):
    rows = []
    for r in values:
        bits = "".join(format(int(v), f"0{depth}b") for v in r); bits += "0" * (-len(bits) % 8)
        rows.append(int(bits, 2).to_bytes(len(bits) // 8, "big"))
    return rows


def read(name): return np.asarray(ImageOps.exif_transpose(Image.open(out / name)))


Image.fromarray(grey).save(out / "grey8.png"); expected["grey8.png"] = grey
Image.fromarray(wide).save(out / "grey16.png"); expected["grey16.png"] = wide
Image.fromarray(rgb).save(out / "rgb8.png"); expected["rgb8.png"] = rgb
png("rgb16.png", 16, 2, [r.astype(">u2").tobytes() for r in wide_rgb]); expected["rgb16.png"] = wide_rgb
png("grey1.png", 1, 0, packed(two, 1)); expected["grey1.png"] = two * 255
png("grey2.png", 2, 0, packed(four, 2)); expected["grey2.png"] = four * 85
png("grey4.png", 4, 0, packed(four, 4)); expected["grey4.png"] = four * 17
colours = [10, 20, 30, 40, 50, 60, 70, 80, 90, 200, 100, 0]
png("palette.png", 2, 3, packed(four, 2), (b"PLTE", bytes(colours))); expected["palette.png"] = np.array(colours, "u1").reshape(4, 3)[four]
png("greypalette.png", 2, 3, packed(four, 2), (b"PLTE", bytes([5, 5, 5, 90, 90, 90, 7, 7, 7, 255, 255, 255]))); expected["greypalette.png"] = np.array([5, 90, 7, 255], "u1")[four]
png("shortpalette.png", 2, 3, packed(four, 2), (b"PLTE", bytes(colours[:9])))
Image.fromarray(np.dstack([grey, grey])).save(out / "greyalpha.png")
Image.fromarray(np.dstack([rgb, grey])).save(out / "rgba.png")
png("transparent.png", 8, 0, grey, (b"tRNS", b"\0\x05"))
png("animated.png", 8, 0, grey, (b"acTL", struct.pack(">II", 2, 0)))
for o in range(1, 9):
    exif = Image.Exif(); exif[274] = o
    Image.fromarray(grey).save(out / f"turned{o}.png", exif=exif); expected[f"turned{o}.png"] = read(f"turned{o}.png")
big = Image.fromarray(np.kron(grey, np.ones((8, 8), "u1")))
exif = Image.Exif(); exif[274] = 6
big.save(out / "turned6.jpg", quality=95, exif=exif); expected["turned6.jpg"] = read("turned6.jpg")
big.save(out / "grey.jpg", quality=95); expected["grey.jpg"] = read("grey.jpg")
colour = Image.fromarray(np.kron(rgb, np.ones((8, 8, 1), "u1")))
colour.save(out / "rgb.jpg", quality=95, subsampling=0); expected["rgb.jpg"] = read("rgb.jpg")
colour.save(out / "progressive.jpg", quality=95, subsampling=0, progressive=True); expected["progressive.jpg"] = read("progressive.jpg")
colour.convert("CMYK").save(out / "cmyk.jpg")
for name, a, kw in [("grey8.tif", grey, {}), ("grey16.tif", wide, {}), ("rgb8.tif", rgb, {"photometric": "rgb"}), ("rgb16.tif", wide_rgb, {"photometric": "rgb"}),
                    ("big16.tif", wide, {"byteorder": ">"}), ("deflate.tif", wide, {"compression": "zlib", "predictor": True}), ("lzw.tif", grey, {"compression": "lzw"}),
                    ("packbits.tif", grey, {"compression": "packbits"}), ("tiled.tif", np.kron(grey, np.ones((8, 8), "u1")), {"tile": (16, 16)}),
                    ("inverted.tif", grey, {"photometric": "miniswhite"})]:
    tifffile.imwrite(out / name, a, metadata=None, **kw)
    expected[name] = 255 - a if name == "inverted.tif" else a
tifffile.imwrite(out / "turned6.tif", grey, metadata=None, extratags=[(274, 3, 1, 6, True)]); expected["turned6.tif"] = np.rot90(grey, -1)
Image.fromarray(two.astype(bool)).save(out / "bits.tif", compression="group4")
tifffile.imwrite(out / "bits8.tif", two * 255, metadata=None); expected["bits8.tif"] = two * 255
Image.fromarray(two.astype(bool)).save(out / "bits1.tif", compression="packbits"); expected["bits1.tif"] = two * 255
tifffile.imwrite(out / "float.tif", grey.astype("f4"), metadata=None)
tifffile.imwrite(out / "pages.tif", np.stack([grey, grey]), metadata=None, photometric="minisblack")
tifffile.imwrite(out / "planes.tif", np.moveaxis(rgb, -1, 0), metadata=None, photometric="rgb", planarconfig="separate")
tifffile.imwrite(out / "rgba.tif", np.dstack([rgb, grey]), metadata=None, photometric="rgb", extrasamples=["unassalpha"])
tifffile.imwrite(out / "cmyk.tif", np.dstack([rgb, grey]), metadata=None, photometric="separated")
np.save(out / "grey8.npy", grey); expected["grey8.npy"] = grey
np.save(out / "rgb.npy", rgb); expected["rgb.npy"] = rgb
np.save(out / "wide.npy", np.asfortranarray(wide.astype(">u2"))); expected["wide.npy"] = wide
np.save(out / "float.npy", grey.astype("f4") / 3); expected["float.npy"] = grey.astype("f4") / 3
np.save(out / "bool.npy", two == 1); expected["bool.npy"] = two == 1
np.savez_compressed("expected.npz", **{k: v for k, v in expected.items()})
print(len(expected), "read,", len(list(out.iterdir())) - len(expected), "refused")
