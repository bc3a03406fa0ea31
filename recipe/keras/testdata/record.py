# Records what Keras, TensorFlow and NumPy give for each expression of values.txt:
#   python3 record.py < values.txt > recorded && mv recorded values.txt
import sys, os
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf
import keras
from keras import layers
from keras._tf_keras.keras import backend as K

exec(open("setup.py").read())

def plain(v):
    if isinstance(v, (tf.Tensor, tf.Variable, np.ndarray, np.generic)): return plain(np.asarray(v).tolist())
    if isinstance(v, tf.TensorShape): return list(v)
    if isinstance(v, (list, tuple)): return [plain(e) for e in v]
    if isinstance(v, bool): return int(v)
    return v

print("# Expressions and the values that Keras %s, TensorFlow %s and NumPy %s give them, recorded by record.py; setup.py has the tensors." % (keras.__version__, tf.__version__, np.__version__))
for line in sys.stdin:
    expr = line.split(" => ")[0].rstrip("\n")
    if expr.startswith("#") or not expr: continue
    try:
        print(expr + " => " + repr(plain(eval(expr))).replace("nan", "None"))
    except Exception as e:
        print("FAIL", expr, type(e).__name__, str(e)[:150].replace("\n", " "), file=sys.stderr)
