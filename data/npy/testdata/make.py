"""Writes the files of this folder: python3 make.py, with numpy 2."""
import numpy as np

signed, unsigned = np.array([[-2, -1, 0], [1, 2, 3]]), np.arange(6).reshape(2, 3)
arrays = {"bool": unsigned % 2 == 1}
arrays |= {k: unsigned.astype(k) for k in ("uint8", "uint16", "uint32", "uint64")}
arrays |= {k: signed.astype(k) for k in ("int8", "int16", "int32", "int64", "float16", "float32", "float64")}
arrays |= {"fortran": np.asfortranarray(signed), "big": signed.astype(">i4"), "bigfortran": np.asfortranarray(signed.astype(">f8"))}
np.savez("all.npz", **arrays)
np.savez_compressed("packed.npz", **arrays)
np.save("fortran.npy", np.asfortranarray(np.arange(24, dtype="f4").reshape(2, 3, 4)))
