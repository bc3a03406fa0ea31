# check: --pred N,1 --target N,1 --activation sigmoid --target-kind binary
import tensorflow as tf


def wrong_share(y_true, y_pred):
    return tf.reduce_mean(y_true * (1 - y_pred) + (1 - y_true) * y_pred)
