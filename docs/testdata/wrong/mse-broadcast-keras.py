# fault: [N 1] against [N] by hand
# thread: https://github.com/keras-team/keras/issues/14627
# elsewhere: NumPy and TensorFlow: 404*404 terms in place of 404, nothing is said
# check: --pred N,1 --target N --activation none
# says: loss-shape
import tensorflow as tf


def mse(y_true, y_pred):
    return tf.reduce_mean(tf.square(y_true - y_pred))
