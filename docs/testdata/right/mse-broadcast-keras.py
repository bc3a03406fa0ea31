# check: --pred N,1 --target N --activation none
import tensorflow as tf


def mse(y_true, y_pred):
    return tf.reduce_mean(tf.square(tf.expand_dims(y_true, -1) - y_pred))
