# fault: a root in the branch that is not taken
# thread: https://github.com/pytorch/pytorch/issues/187297
# elsewhere: PyTorch: NaN gradients
# check: --pred N,1 --target N,1 --activation none --target-kind real
# says: where-nan
import tensorflow as tf


def one_sided(y_true, y_pred):
    e = y_pred - y_true
    return tf.reduce_mean(tf.where(e > 0, tf.sqrt(e), tf.square(e)))
