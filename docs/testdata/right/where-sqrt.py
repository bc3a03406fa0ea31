# check: --pred N,1 --target N,1 --activation none --target-kind real
import tensorflow as tf


def one_sided(y_true, y_pred):
    e = y_pred - y_true
    root = tf.sqrt(tf.where(e > 0, e, tf.ones_like(e)))
    return tf.reduce_mean(tf.where(e > 0, root, tf.square(e)))
